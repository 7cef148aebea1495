"""Changes that harm nobody: other spellings, and additions. Only notes may be said."""
import re

from mutant_base import Mutant, edited, replaced
from mutant_datasources import TTL, landings, line_after, place_of, set_line
from mutant_pipes import PARAMETER, Query, endpoints, open_views


def quiet(kind, file, place, edits, allowed=""):
    return Mutant(f"harmless/{kind}", file, place, edits, allowed=allowed)


def all_files(project):
    return project.datasources() + [pipe for pipe in project.pipes() if pipe.nodes]


def texts(project):
    """The same file with other line ends, blank lines and comments."""
    for file in all_files(project):
        text = file.text
        yield quiet("crlf", file, "", {file.path: text.replace("\r\n", "\n").replace("\n", "\r\n")})
        yield quiet("comment", file, "", {file.path: "# what this is about\n" + text})
        yield quiet("blank-lines", file, "", {file.path: "\n\n" + text.rstrip("\n") + "\n\n\n"})
        yield quiet("trailing-blanks", file, "", {
            file.path: re.sub(r"(?m)^((?:ENGINE|TYPE|NODE|TOKEN|DATASOURCE|SCHEMA)\b.*\S)$",
                              r"\1  ", text)})
        yield quiet("no-last-newline", file, "", {file.path: text.rstrip()})
        if "DESCRIPTION" not in text:
            yield quiet("description", file, "", {file.path: "DESCRIPTION >\n    Rows.\n\n" + text})
        folder, _, name = file.path.rpartition("/")
        if folder:
            yield quiet("moved", file, "", {file.path: None, f"{folder}/moved/{name}": text})


def spellings(project):
    for source in project.datasources():
        engine = source.instructions.get("ENGINE")
        if engine and engine.value[:1] in "'\"":
            yield quiet("engine-case", source, "", set_line(source, "ENGINE", engine.bare.lower()))
            yield quiet("engine-no-quotes", source, "", replaced(
                source, engine.start, engine.end, f"ENGINE {engine.bare}\n"))
        for name in ("ENGINE_SORTING_KEY", "ENGINE_PARTITION_KEY", "ENGINE_TTL"):
            one = source.instructions.get(name)
            if not one or not one.bare or "'" in one.bare or '"' in one.bare:
                continue
            yield quiet(f"quotes-{name}", source, "", replaced(
                source, one.start, one.end, f"{name} '{one.bare}'\n"))
            yield quiet(f"blanks-{name}", source, "", set_line(
                source, name, re.sub(r",\s*", " ,  ", one.bare)))
        lines = [source.instructions[n] for n in ("ENGINE", "ENGINE_SORTING_KEY")
                 if n in source.instructions]
        if len(lines) == 2 and all(source.text[one.start:one.end].endswith("\n") for one in lines):
            one, two = lines
            yield quiet("instruction-order", source, "", edited(source, [
                (one.start, one.end, source.text[two.start:two.end]),
                (two.start, two.end, source.text[one.start:one.end])]))
        key = source.value("ENGINE_SORTING_KEY")
        if key and "," in key and "tuple" not in key and not key.startswith("("):
            yield quiet("key-in-brackets", source, "", set_line(
                source, "ENGINE_SORTING_KEY", f"({key})"))
            yield quiet("key-backticks", source, "", set_line(
                source, "ENGINE_SORTING_KEY", re.sub(r"(?<![\w(])(\w+)(?![\w(])", r"`\1`", key)))
        ttl = TTL.match(source.value("ENGINE_TTL") or "")
        if ttl and ttl.group(2):
            unit = ttl.group(3).rstrip("sS").capitalize()
            yield quiet("ttl-function", source, "", set_line(
                source, "ENGINE_TTL", f"{ttl.group(1)} + toInterval{unit}({ttl.group(2)})"))
        elif ttl:
            length = f"INTERVAL {ttl.group(5)} {ttl.group(4).upper()}"
            yield quiet("ttl-interval", source, "", set_line(
                source, "ENGINE_TTL", f"{ttl.group(1)} + {length}"))
        yield from schema_spellings(source)


def schema_spellings(source):
    plain = [(c.start, c.end, c.text.replace(f"`{c.name}`", c.name, 1)) for c in source.columns]
    reserved = {"from", "select", "as", "to", "default", "codec"}
    if not reserved & {c.name.lower() for c in source.columns}:
        yield quiet("no-backticks", source, "", edited(source, plain))
    yield quiet("type-blanks", source, "", edited(source, [
        (c.type_start, c.type_start + len(c.type), re.sub(r",\s*", " , ", c.type))
        for c in source.columns if "'" not in c.type]))
    first, last = source.columns[0].start, source.columns[-1].end
    yield quiet("one-line-schema", source, "", replaced(
        source, first, last, ", ".join(c.text for c in source.columns)))


def growth(project):
    """Additions that an ALTER makes, and that no reader notices."""
    for source in landings(project):
        last = source.columns[-1]
        path = " `json:$.tb_new`" if all(c.path for c in source.columns) else ""
        if any(c.path for c in source.columns) and not path:
            continue
        stars = any("*" in node.sql for _, node in project.readers(source))
        connected = "IMPORT_QUERY" in source.instructions
        if not stars and not connected:
            for name, column in (("nullable", f"Nullable(String){path}"),
                                 ("default", f"String{path} DEFAULT 'none'"),
                                 ("array", f"Array(String){path} DEFAULT []")):
                yield quiet(f"added-{name}", source, "", replaced(
                    source, last.end, last.end, ",\n    `tb_new` " + column))
            first = source.columns[0]
            if path:
                yield quiet("added-first", source, "", replaced(
                    source, first.start, first.start, f"`tb_new` Nullable(String){path},\n    "))
    for source in project.datasources():
        ttl = TTL.match(source.value("ENGINE_TTL") or "")
        if ttl and place_of(project, source) != "forward-query":
            unit, count = ttl.group(3) or ttl.group(4), int(ttl.group(2) or ttl.group(5))
            yield quiet("ttl-lengthened", source, "", set_line(
                source, "ENGINE_TTL", f"{ttl.group(1)} + INTERVAL {count * 2} {unit.upper()}"))
            one = source.instructions["ENGINE_TTL"]
            yield quiet("ttl-removed", source, "", replaced(source, one.start, one.end, ""))
        last = source.instructions.get("ENGINE_SORTING_KEY")
        if last and "INDEXES" not in source.blocks and place_of(project, source) == "landing":
            text = [c.name for c in source.columns if c.type == "String"]
            if text:
                yield quiet("index-added", source, text[0], line_after(
                    source, last, f"\nINDEXES >\n    INDEX tb_idx {text[0]} "
                                  "TYPE bloom_filter(0.01) GRANULARITY 4\n"))
        if "INDEXES" in source.blocks and place_of(project, source) != "forward-query":
            start, end, head = source.blocks["INDEXES"]
            yield quiet("index-removed", source, "", replaced(source, head, end, "\n"))
        yield quiet("token-added", source, "", {
            source.path: "TOKEN tb_new_token READ\n" + source.text})
        folder = source.path.rpartition("/")[0]
        base = f"{folder}/" if folder else ""
        yield quiet("new-datasource", source, "", {
            f"{base}tb_new_source.datasource": "SCHEMA >\n    `a` String `json:$.a`\n\n"
            "ENGINE \"MergeTree\"\nENGINE_SORTING_KEY \"a\"\n"})
        yield quiet("new-endpoint", source, "", {
            f"{base}tb_new_endpoint.pipe": "NODE tb_new_node\nSQL >\n    SELECT count() AS n FROM "
            f"{source.name}\n\nTYPE endpoint\n"})


def queries(project):
    """The same query in another layout, and endpoints that gain something."""
    for pipe in project.pipes():
        for node in pipe.nodes:
            query = Query(node)
            if not query.sure or "'" in node.sql and "\n" in "".join(
                    re.findall(r"'([^']*)'", node.sql)):
                continue
            start, end = node.sql_start, node.sql_start + len(node.sql.rstrip())
            body = node.sql.strip()
            yield quiet("sql-comment", pipe, node.name, replaced(
                pipe, start, end, "    -- why this is so\n    " + body + " -- and so on"))
            if "'" not in body and '"' not in body and "`" not in body:
                yield quiet("sql-one-line", pipe, node.name, replaced(
                    pipe, start, end, "    " + " ".join(body.split())))
            lower = re.sub(r"\b(SELECT|FROM|WHERE|GROUP BY|ORDER BY|AND|OR|LIMIT|AS|ON|JOIN)\b",
                           lambda word: word.group().lower(), body)
            yield quiet("sql-lower-case", pipe, node.name, replaced(
                pipe, start, end, "    " + lower))
            indented = "\n".join("        " + line.strip() for line in body.split("\n"))
            yield quiet("sql-indent", pipe, node.name, replaced(pipe, start, end, indented))
            if node.type == "endpoint":
                last = query.items[-1][1]
                yield quiet("output-added", pipe, node.name, replaced(
                    pipe, last, last, ", 1 AS tb_new\n    "), "TB612")
                place = query.filter_place()
                if place:
                    yield quiet("endpoint-filter", pipe, node.name, replaced(
                        pipe, place, place, "\n    WHERE 1 = 1\n"))
                    yield quiet("parameter-added", pipe, node.name, replaced(
                        pipe, place, place, "\n    WHERE 1 = {{ Int32(tb_new_parameter, 1) }}\n")
                        if node.sql.lstrip().startswith("%") else edited(pipe, [
                            (start, start, "    %\n"), (place, place,
                             "\n    WHERE 1 = {{ Int32(tb_new_parameter, 1) }}\n")]))
    for pipe, node in endpoints(project):
        for call in re.finditer(PARAMETER.replace("NAME", r"(\w+)"), node.sql):
            if "description" not in call.group():
                at = node.sql_start + call.end() - len(call.group()) + call.group().rindex(")")
                yield quiet("parameter-described", pipe, call.group(2), replaced(
                    pipe, at, at, ", description='What it is for'"))


def nodes(project):
    for pipe in project.pipes():
        words = [node.name for node in pipe.nodes]
        for node in pipe.nodes:
            if words.count(node.name) > 1 or not re.fullmatch(r"\w{4,}", node.name):
                continue
            elsewhere = any(other is not pipe and one.names(node.name)
                            for other, one in project.nodes_near(pipe))
            here = sum(len(re.findall(rf"\b{node.name}\b", one.plain)) for one in pipe.nodes
                       if one.names(node.name))
            whole = len(re.findall(rf"\b{node.name}\b", pipe.text))
            if not elsewhere and whole == here + 1 and project.named(pipe, node.name) is None:
                new = re.sub(rf"\b{node.name}\b", node.name + "_new", pipe.text)
                yield quiet("node-renamed", pipe, node.name, {pipe.path: new})
            if node.type in ("endpoint", "materialized"):
                extra = "NODE tb_extra_node\nSQL >\n    SELECT 1 AS one\n\n"
                yield quiet("node-added", pipe, node.name, {
                    pipe.path: pipe.text[:pipe.nodes[0].start] + extra
                    + pipe.text[pipe.nodes[0].start:]})


def new_views(project):
    """A new target with its view, and a column that view and target gain together."""
    for source in landings(project):
        column = source.columns[0]
        folder = source.path.rpartition("/")[0]
        base = f"{folder}/" if folder else ""
        if not re.fullmatch(r"String|U?Int\d+|DateTime|Date", column.type) or \
                source.value("ENGINE") == "Null" or "Replacing" in (source.value("ENGINE") or ""):
            continue
        yield quiet("new-view", source, "", {
            f"{base}tb_new_target.datasource": f"SCHEMA >\n    `tb_key` {column.type},\n    `n` "
            "AggregateFunction(count)\n\nENGINE \"AggregatingMergeTree\"\n"
            "ENGINE_SORTING_KEY \"tb_key\"\n",
            f"{base}tb_new_view.pipe": "NODE tb_new_node\nSQL >\n    SELECT "
            f"`{column.name}` AS tb_key, countState() AS n\n    FROM {source.name}\n"
            "    GROUP BY tb_key\n\nTYPE materialized\nDATASOURCE tb_new_target\n"})
    for pipe, node, target in open_views(project):
        query = Query(node)
        if not query.sure or "group" in query.clauses or "*" in node.sql or \
                "DEPLOYMENT_METHOD" in node.instructions or len(project.writers(target)) > 1:
            continue
        end, kind, last = query.items[-1][1], node.instructions["TYPE"], target.columns[-1]
        edit = edited(pipe, [(end, end, ", '' AS tb_new\n    "),
                             (kind.start, kind.start, "DEPLOYMENT_METHOD alter\n")])
        yield quiet("view-altered", pipe, "", edit | replaced(
            target, last.end, last.end, ",\n    `tb_new` String"))


def schedules(project):
    for pipe in project.pipes():
        for node in pipe.nodes:
            for name in ("COPY_SCHEDULE", "EXPORT_SCHEDULE"):
                one = node.instructions.get(name)
                if one and one.bare != "@on-demand":
                    yield quiet(name.lower(), pipe, "", replaced(
                        pipe, one.start, one.end, f"{name} 17 3 * * *\n"))


def generators():
    return [texts, spellings, growth, queries, nodes, new_views,
            schedules]
