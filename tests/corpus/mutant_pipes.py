"""Risky changes to pipes: endpoints, materialized views, copies, sinks, and connections."""
import re

from mutant_base import Mutant, edited, replaced
from mutant_datasources import line_after, reads_alone, set_line
from mutant_reader import end_of_quoted, plain_sql, split_flat


class Query:
    """A query of one SELECT without templates: where its list is, and where it ends."""

    def __init__(self, node):
        self.node, self.sure = node, False
        sql = node.sql
        if node.templated or "--" in sql or "/*" in sql or re.search(
                r"\b(union|with|distinct|intersect|except)\b", sql, re.I):
            return
        head = re.match(r"\s*select\s", sql, re.I)
        clauses = words_outside(sql, ("from", "where", "group", "order", "limit", "having",
                                      "prewhere", "settings"))
        if not head or "from" not in clauses:
            return
        self.clauses = clauses
        base = node.sql_start
        self.items = [(base + head.end() + a, base + head.end() + b)
                      for a, b in split_flat(sql[head.end():clauses["from"]])]
        self.sure = True

    def filter_place(self):
        """Where a WHERE can be put in, or None where there is one."""
        if not self.sure or {"where", "prewhere"} & set(self.clauses):
            return None
        after = [self.clauses[w] for w in ("group", "order", "limit", "having", "settings")
                 if w in self.clauses]
        return self.node.sql_start + (min(after) if after else len(self.node.sql.rstrip()))


def words_outside(sql, words):
    """The first place of each word outside of brackets and quotes."""
    found, depth, at = {}, 0, 0
    while at < len(sql):
        if sql[at] in "'\"`":
            at = end_of_quoted(sql, at)
            continue
        depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(sql[at], 0)
        word = re.match(r"[A-Za-z_]\w*", sql[at:])
        if word:
            if depth == 0 and word.group().lower() in words:
                found.setdefault(word.group().lower(), at)
            at += word.end()
            continue
        at += 1
    return found


def alias_of(text):
    """The name that an item of a select list gives, where it is said by AS."""
    found = re.fullmatch(r"(.*\S)\s+as\s+(`?)(\w+)\2", text.strip(), re.I | re.S)
    return found.group(3) if found else None


def without_item(file, query, number):
    first, last = query.items[number]
    if number + 1 < len(query.items):
        return replaced(file, first, query.items[number + 1][0], " ")
    return replaced(file, query.items[number - 1][1], last, "\n")


def aliased_items(file, node):
    """The items whose alias is said once in the whole query: nothing else depends on them."""
    query = Query(node)
    if not query.sure or len(query.items) < 2:
        return
    for number, (first, last) in enumerate(query.items):
        name = alias_of(file.text[first:last])
        if name and len(re.findall(rf"\b{name}\b", node.sql)) == 1:
            yield query, number, name


def renamed_item(file, query, number, name):
    first, last = query.items[number]
    text = file.text[first:last]
    at = first + text.rindex(name)
    return replaced(file, at, at + len(name), name + "_new")


def endpoints(project):
    for pipe in project.pipes():
        for node in pipe.nodes:
            if node.type == "endpoint":
                yield pipe, node


PARAMETER = (r"\{\{\s*(String|U?Int8|Int16|U?Int32|U?Int64|Float32|Float64|Date|DateTime)"
             r"\s*\(\s*NAME\s*(?:,\s*('[^']*'|\d+))?\s*((?:,\s*\w+\s*=[^()]*?)?)\)\s*\}\}")


def parameters(project):
    for pipe, node in endpoints(project):
        for name in sorted(set(re.findall(PARAMETER.replace("NAME", r"(\w+)"), node.sql))):
            name = name[1]
            calls = list(re.finditer(PARAMETER.replace("NAME", name), pipe.text))
            if len(calls) != len(re.findall(rf"\b{name}\b", pipe.text)) or len(
                    {call.group(0) for call in calls}) > 1:
                continue

            def mutant(kind, text, severity="warning", pipe=pipe, calls=calls, name=name):
                return Mutant(f"parameter/{kind}", pipe, name, edited(
                    pipe, [(c.start(), c.end(), text) for c in calls]), "TB606", severity)
            kind, default, rest = calls[0].groups()
            value = f", {default}" if default else ""
            yield mutant("renamed", f"{{{{{kind}({name}_new{value}{rest})}}}}")
            yield mutant("removed", default or "1")
            if default:
                # Where a condition goes before it, the default is what is lost, not the call.
                yield mutant("required", f"{{{{{kind}({name}{rest})}}}}",
                             "note" if "{%" in node.sql else "warning")
                other = "'another'" if default[0] == "'" else "12345"
                if not kind.startswith("Date"):
                    yield mutant("default", f"{{{{{kind}({name}, {other}{rest})}}}}", "note")
            if kind == "String" and "enum" not in rest:
                yield mutant("type", f"{{{{Int32({name}, 1)}}}}" if default
                             else f"{{{{Int32({name})}}}}")


def outputs(project):
    for pipe, node in endpoints(project):
        for query, number, name in aliased_items(pipe, node):
            yield Mutant("output/renamed", pipe, name, renamed_item(pipe, query, number, name),
                         "TB607", "warning")
            yield Mutant("output/removed", pipe, name, without_item(pipe, query, number),
                         "TB607", "warning")
            first, last = query.items[number]
            text = pipe.text[first:last].strip()
            inner = text[:text.lower().rindex(" as ")] if " as " in text.lower() else ""
            if re.fullmatch(r"count\(\)|uniq\(\w+\)|countIf\([^()]*\)", inner.strip(), re.I):
                yield Mutant("output/retyped", pipe, name, replaced(
                    pipe, first, last, f" toString({inner.strip()}) AS {name}\n"), "TB607",
                    "warning")


def views(project):
    for pipe in project.pipes():
        for node in pipe.nodes:
            target = node.value("DATASOURCE")
            source = project.named(pipe, target) if target else None
            if node.type == "materialized" and source and source.sure \
                    and source.kind == ".datasource":
                yield pipe, node, source


def open_views(project):
    """The views whose target has no forward query: that would keep the rows, whatever they ask."""
    return [view for view in views(project) if "FORWARD_QUERY" not in view[2].blocks]


# A forward query that is left behind speaks before the view does.
VIEW = "TB204 TB401 TB403 TB410 TB405 TB404 TB412 TB413"


def view_lists(project):
    for pipe, node, target in views(project):
        names = {column.name for column in target.columns}
        for query, number, name in aliased_items(pipe, node):
            if name not in names:
                continue
            yield Mutant("view/column-removed", pipe, name, without_item(pipe, query, number),
                         "TB401", "error")
            yield Mutant("view/column-renamed", pipe, name, renamed_item(pipe, query, number, name),
                         "TB401", "error")
        query = Query(node)
        if not query.sure:
            continue
        if len(query.items) > 1:
            (a, b), (c, d) = query.items[:2]
            yield Mutant("view/order", pipe, "", edited(
                pipe, [(a, b, pipe.text[c:d]), (c, d, pipe.text[a:b])]), "TB401 TB403", "note")
        if "*" not in node.sql:
            end = query.items[-1][1]
            yield Mutant("view/column-added", pipe, "", replaced(
                pipe, end, end, ", 1 AS tb_new\n    "), "TB401", "error")


def view_queries(project):
    for pipe, node, _ in views(project):
        query = Query(node)
        place = query.filter_place()
        if place:
            yield Mutant("view/filter-added", pipe, node.name, replaced(
                pipe, place, place, "\nWHERE 1 = 2\n"), VIEW, "note")
        where = re.search(r"\bwhere\s+(?=\w)", node.sql, re.I) if not node.templated else None
        if where and "--" not in node.sql and "#" not in node.sql:
            at = node.sql_start + where.end()
            yield Mutant("view/filter-narrowed", pipe, node.name, replaced(
                pipe, at, at, "1 = 2 AND "), VIEW, "note")
        for old, new in (("sum(", "max("), ("max(", "min("), ("sumState(", "maxState("),
                         ("uniqState(", "uniqExactState("), ("any(", "anyLast("),
                         ("maxState(", "minState("), ("count()", "uniq(1)")):
            found = re.search(r"(?<!\w)" + re.escape(old), node.sql)
            if found and not node.templated and found.group() in plain_sql(node.sql):
                at = node.sql_start + found.start()
                yield Mutant("view/aggregate-changed", pipe, old, replaced(
                    pipe, at, at + len(old), new), VIEW, "note")
        if query.sure and "group" in query.clauses:
            group = re.search(r"group\s+by\s+([\w\s,.]+)$", node.sql.rstrip(), re.I)
            parts = group.group(1).split(",") if group else []
            if len(parts) > 1 and not re.search(r"\b(order|limit|having|settings)\b",
                                                group.group(1), re.I):
                start = node.sql_start + group.start(1)
                yield Mutant("view/group-shortened", pipe, "", replaced(
                    pipe, start, start + len(group.group(1)), ",".join(parts[:-1])), VIEW, "note")
        for other in pipe.nodes:
            place = Query(other).filter_place() if other is not node and other.type == "" else None
            if place and node.names(other.name):
                yield Mutant("view/upstream-node", pipe, other.name, replaced(
                    pipe, place, place, "\nWHERE 1 = 2\n"), VIEW, "note")


def view_targets(project):
    for pipe, node, target in views(project):
        line, kind = node.instructions["DATASOURCE"], node.instructions["TYPE"]
        for other in project.datasources():
            if other.project == pipe.project and other is not target:
                yield Mutant("view/target-changed", pipe, other.name, replaced(
                    pipe, line.start, line.end, f"DATASOURCE {other.name}\n"),
                    "TB401 TB415 TB414", "note")
        yield Mutant("view/target-unknown", pipe, "", replaced(
            pipe, line.start, line.end, "DATASOURCE no_such_target\n"),
            "TB401 TB415 TB414 TB612 TB604", "warning")
        yield Mutant("view/to-copy", pipe, "", edited(pipe, [
            (kind.start, kind.end, "TYPE copy\n"),
            (line.start, line.end,
             f"TARGET_DATASOURCE {target.name}\nCOPY_SCHEDULE @on-demand\n")]),
            "TB609 TB414", "warning")
        if len([one for one in project.writers(target)]) == 1 and not any(
                column.path for column in target.columns):
            yield Mutant("view/no-longer", pipe, "", edited(pipe, [
                (kind.start, kind.end, ""), (line.start, line.end, "")]), "TB414 TB609", "warning")
            yield Mutant("view/deleted", pipe, "", {pipe.path: None}, "TB414 TB602", "warning")
        if "DEPLOYMENT_METHOD" not in node.instructions and Query(node).filter_place():
            place = Query(node).filter_place()
            yield Mutant("view/alter-filter", pipe, "", edited(pipe, [
                (place, place, "\nWHERE 1 = 2\n"),
                (kind.start, kind.start, "DEPLOYMENT_METHOD alter\n")]),
                "TB410", "note")


def rebuilt_targets(project):
    """A source that is rewritten takes the targets of its views along."""
    for pipe, node, target in open_views(project):
        source = next((s for s in project.datasources()
                       if s.project == pipe.project and reads_alone(node, s)), None)
        key = source.value("ENGINE_SORTING_KEY") if source else None
        parts = [key[a:b].strip() for a, b in split_flat(key)] if key and "tuple" not in key else []
        if len(parts) > 1 and "DEPLOYMENT_METHOD" not in node.instructions \
                and "FORWARD_QUERY" not in source.blocks and not project.writers(source):
            swapped = ", ".join([parts[1], parts[0]] + parts[2:])
            yield Mutant("rebuild/source-key", source, target.name, set_line(
                source, "ENGINE_SORTING_KEY", swapped), "TB407 TB404 TB405", "note")
        if target.instructions.get("ENGINE_SORTING_KEY") and "BACKFILL" not in target.instructions:
            yield Mutant("rebuild/backfill-skip", target, "", line_after(
                target, target.instructions["ENGINE_SORTING_KEY"], "BACKFILL skip"), "TB417",
                "warning")
        types = {column.name: column.type for column in target.columns}
        query = Query(node)
        for first, last in query.items if query.sure else []:
            text = pipe.text[first:last].strip()
            if re.fullmatch(r"\w+", text) and re.fullmatch(r"U?Int\d+|Float\d+|DateTime|Date",
                                                           types.get(text, "")) \
                    and node.sql.count(text) == 1:
                yield Mutant("view/type", pipe, text, replaced(
                    pipe, first, last, f" array({text}) AS {text}\n    "), "TB401", "error")


def retyped_pipes(project):
    for pipe, node in endpoints(project):
        line = node.instructions["TYPE"]
        yield Mutant("pipe/to-copy", pipe, "", replaced(
            pipe, line.start, line.end,
            "TYPE copy\nTARGET_DATASOURCE no_such_target\nCOPY_SCHEDULE @on-demand\n"),
            "TB609 TB608", "warning")
        free = [other for other in pipe.nodes if other.type == "" and other is not node
                and not re.search(r"^TYPE", pipe.text[other.sql_end:node.start], re.M)]
        if free and free[0].sql_end and not free[0].instructions:
            at = free[0].sql_end
            moved = edited(pipe, [(line.start, line.end, ""), (at, at, "TYPE endpoint\n\n")])
            yield Mutant("pipe/endpoint-moved", pipe, free[0].name, moved, "TB607 TB606 TB608",
                         "note")


def copies(project):
    for pipe in project.pipes():
        for node in pipe.nodes:
            if node.type != "copy" or "TARGET_DATASOURCE" not in node.instructions:
                continue
            target = project.named(pipe, node.value("TARGET_DATASOURCE"))
            line = node.instructions["TARGET_DATASOURCE"]
            yield Mutant("copy/target-unknown", pipe, "", replaced(
                pipe, line.start, line.end, "TARGET_DATASOURCE no_such_target\n"), "TB707", "error")
            mode = node.instructions.get("COPY_MODE")
            if mode and target and mode.bare.lower() in ("append", "replace"):
                new = "append" if mode.bare.lower() == "replace" else "replace"
                yield Mutant(f"copy/to-{new}", pipe, "", replaced(
                    pipe, mode.start, mode.end, f"COPY_MODE {new}\n"), "TB706", "warning")
                if new == "append":
                    yield Mutant("copy/mode-removed", pipe, "", replaced(
                        pipe, mode.start, mode.end, ""), "TB706", "warning")
            if target and target.sure and target.columns:
                for query, number, name in aliased_items(pipe, node):
                    yield Mutant("copy/column-renamed", pipe, name, renamed_item(
                        pipe, query, number, name), "TB707", "error")


def sinks(project):
    for pipe in project.pipes():
        for node in pipe.nodes:
            if node.type != "sink":
                continue
            strategy = node.instructions.get("EXPORT_STRATEGY")
            if strategy and strategy.bare.lower() not in ("truncate", "replace"):
                yield Mutant("sink/truncate", pipe, "", replaced(
                    pipe, strategy.start, strategy.end, "EXPORT_STRATEGY truncate\n"), "TB709",
                    "note")


def pipe_files(project):
    for pipe in project.pipes():
        if not pipe.nodes:
            continue
        yield Mutant("pipe/deleted", pipe, "", {pipe.path: None}, "TB602 TB604 TB414", "warning")
        new = pipe.path[:-len(".pipe")] + "_renamed.pipe"
        published = any(node.type == "endpoint" for node in pipe.nodes)
        if published:
            yield Mutant("pipe/endpoint-renamed", pipe, "", {pipe.path: None, new: pipe.text},
                         "TB603", "warning")
        readers = [n for p, n in project.nodes_near(pipe) if p is not pipe and reads_alone(n, pipe)]
        if readers:
            yield Mutant("pipe/deleted-read", pipe, "", {pipe.path: None}, "TB604", "error")
        for node in pipe.nodes:
            if node.type == "endpoint":
                line = node.instructions["TYPE"]
                yield Mutant("pipe/type-removed", pipe, node.name, replaced(
                    pipe, line.start, line.end, ""), "TB608", "error")


def nodes(project):
    """Names that are gone while a query reads them."""
    for pipe in project.pipes():
        names = [node.name for node in pipe.nodes]
        for node in pipe.nodes:
            line = f"NODE {node.name}"
            read = [other for other in pipe.nodes if other is not node and reads_alone(other, node)]
            if not read or names.count(node.name) > 1 or not re.fullmatch(r"\w+", node.name):
                continue
            if pipe.text[node.start:].startswith(line):
                yield Mutant("node/renamed-read", pipe, node.name, replaced(
                    pipe, node.start, node.start + len(line), line + "_new"), "TB612", "error")
        for node in pipe.nodes:
            query = Query(node)
            found = re.search(r"\bfrom\s+(\w+)\b(?!\s*[(.])", node.sql, re.I)
            if query.sure and found and found.start() == query.clauses["from"]:
                at = node.sql_start + found.start(1)
                yield Mutant("node/unknown-table", pipe, node.name, replaced(
                    pipe, at, at + len(found.group(1)), "no_such_table"), "TB612", "error")


def connections(project):
    for file in project.of_kind(".connection"):
        yield Mutant("connection/deleted", file, "", {file.path: None}, "TB602 TB604", "warning")
        servers = file.instructions.get("KAFKA_BOOTSTRAP_SERVERS")
        if servers:
            yield Mutant("connection/servers", file, "", replaced(
                file, servers.start, servers.end,
                "KAFKA_BOOTSTRAP_SERVERS other.example.com:9092\n"), "TB701", "warning")


def misspelt(project):
    for file in project.pipes() + project.datasources():
        for name, wrong in (("NODE", "NDOE"), ("ENGINE_SORTING_KEY", "ENGINE_SORTNG_KEY"),
                            ("ENGINE_TTL", "ENGINE_TLT"), ("COPY_MODE", "COPY_MODEL"),
                            ("SCHEMA", "SCHEM")):
            found = re.search(rf"^{name}\b", file.text, re.M)
            if found:
                yield Mutant(f"misspelt/{name}", file, "", replaced(
                    file, found.start(), found.end(), wrong), "TB901 TB902 TB904 TB905", "error")


def generators():
    return [parameters, outputs, view_lists, view_queries, view_targets, rebuilt_targets,
            retyped_pipes, copies, sinks, pipe_files, nodes, connections, misspelt]
