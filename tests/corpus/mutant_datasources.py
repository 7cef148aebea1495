"""Risky changes to data sources: columns, keys, TTL, forward queries, connectors, deletions.

Each generator yields mutants: one change, which rules may speak of it, and how loudly.
"""
import re

from mutant_base import Mutant, edited, replaced
from mutant_reader import mentions, split_flat

# The types that a change of each class makes of others.
NARROWED = {"Int64": "Int32", "Int32": "Int16", "Int16": "Int8", "UInt64": "UInt32",
            "UInt32": "UInt16", "UInt16": "UInt8", "Float64": "Float32", "DateTime": "Date",
            "DateTime64(3)": "DateTime", "DateTime64": "DateTime"}
WIDENED = {"Int8": "Int16", "Int16": "Int32", "Int32": "Int64", "UInt8": "UInt16",
           "UInt16": "UInt32", "UInt32": "UInt64", "Float32": "Float64", "Date": "DateTime"}
SIGNED = {"Int64": "UInt64", "Int32": "UInt32", "UInt64": "Int64", "UInt32": "Int32"}
PRECISION = {"DateTime64(3)": "DateTime64(6)", "DateTime64(6)": "DateTime64(3)",
             "DateTime64(9)": "DateTime64(3)", "DateTime": "DateTime64(3)"}
ZONE = {"DateTime64(3)": "DateTime64(3, 'UTC')", "DateTime": "DateTime('Europe/Madrid')"}
INTEGERS = set(WIDENED) | set(NARROWED) - {"Float64", "Float32", "DateTime", "Date", "DateTime64",
                                            "DateTime64(3)"}


def enum_cut(kind):
    """An Enum that lost its last value."""
    found = re.fullmatch(r"(Enum(?:8|16)?)\((.*)\)", kind, re.S)
    pieces = split_flat(found.group(2)) if found else []
    if len(pieces) < 2:
        return None
    return f"{found.group(1)}({found.group(2)[:pieces[-2][1]]})"


def enum_swapped(kind):
    """An Enum whose first two values changed their numbers."""
    found = re.findall(r"'(\w+)'\s*=\s*(\d+)", kind)
    if not kind.startswith("Enum") or len(found) < 2:
        return None
    pairs = dict(found)
    (one, first), (two, second) = found[:2]
    pairs[one], pairs[two] = second, first
    return kind.split("(")[0] + "(" + ", ".join(f"'{k}' = {v}" for k, v in pairs.items()) + ")"


def decimal_cut(kind):
    found = re.fullmatch(r"Decimal\((\d+),\s*(\d+)\)", kind)
    if not found or int(found.group(2)) < 2:
        return None
    return f"Decimal({found.group(1)}, {int(found.group(2)) - 1})"


def state_changed(kind):
    """An aggregate's state of another argument, or of another function."""
    if kind.startswith("AggregateFunction(") and kind.endswith("UInt64)"):
        return kind[:-len("UInt64)")] + "UInt32)"
    if kind.startswith("AggregateFunction(") and kind.endswith("String)"):
        return kind[:-len("String)")] + "UUID)"
    for old, new in (("(sum,", "(max,"), ("(max,", "(min,"), ("(min,", "(max,"),
                     ("(any,", "(anyLast,")):
        if kind.startswith("SimpleAggregateFunction" + old):
            return kind.replace(old, new, 1)
    return None


def new_types(kind):
    """The classes of change that this type can undergo: (class, new type)."""
    inner = re.fullmatch(r"(Nullable|LowCardinality)\((.*)\)", kind)
    if inner and inner.group(1) == "Nullable":
        yield "nullable-removed", inner.group(2)
    if kind == "LowCardinality(String)":
        yield "low-cardinality-removed", "String"
    if kind == "String":
        yield "low-cardinality-added", "LowCardinality(String)"
        yield "string-to-number", "Int64"
        yield "string-to-uuid", "UUID"
        yield "string-to-datetime", "DateTime"
        yield "string-to-json", "JSON"
    if kind == "Nullable(String)":
        yield "low-cardinality-nullable", "LowCardinality(Nullable(String))"
    if kind == "Array(String)":
        yield "array-element", "Array(LowCardinality(String))"
        yield "array-to-string", "String"
    if kind == "JSON":
        yield "json-to-string", "String"
    if kind in INTEGERS:
        yield "number-to-string", "String"
        yield "integer-to-float", "Float64"
    for name, table in (("narrowed", NARROWED), ("widened", WIDENED), ("sign", SIGNED),
                        ("precision", PRECISION), ("time-zone", ZONE)):
        if kind in table:
            yield name, table[kind]
    for name, change in (("enum-value-removed", enum_cut), ("enum-renumbered", enum_swapped),
                         ("decimal-scale", decimal_cut), ("aggregate-state", state_changed)):
        new = change(kind)
        if new and new != kind:
            yield name, new


def place_of(project, source):
    """What stands in the way of a plain ALTER or copy of a data source."""
    if "FORWARD_QUERY" in source.blocks:
        return "forward-query"
    return "target" if project.views(source) else "landing"


TYPE_CODES = {"landing": ("TB101 TB102 TB114", "error"),
              "target": ("TB402 TB401", "note"),
              "forward-query": ("TB101 TB102 TB114 TB201 TB203 TB206 TB207 TB402", "warning")}


def type_changes(project):
    for source in project.datasources():
        where = place_of(project, source)
        codes, severity = TYPE_CODES[where]
        for column in source.columns:
            at = column.type_start
            for name, new in new_types(column.type):
                yield Mutant(f"type/{name}/{where}", source, column.name,
                             replaced(source, at, at + len(column.type), new), codes, severity)


def engine_words(source):
    """What the engine, the keys and the TTL are."""
    return " ".join(one.value for one in source.instructions.values()
                    if one.name.startswith("ENGINE"))


def line_after(source, one, words):
    """The file with a line more, below that of an instruction."""
    end = "" if source.text[:one.end].endswith("\n") else "\n"
    return replaced(source, one.end, one.end, f"{end}{words}\n")


def landings(project):
    """The data sources that nothing in the project writes, without a forward query yet."""
    return [source for source in project.datasources()
            if place_of(project, source) == "landing" and not project.writers(source)
            and "INCLUDE" not in source.instructions]


def in_key_or_use(source, column):
    """Whether anything else in the file, or in the engine's words, names a column."""
    return mentions(engine_words(source), column.name) or other_uses(source, column)


def nullable_keys(project):
    for source in project.datasources():
        key = source.value("ENGINE_SORTING_KEY") or ""
        engine = engine_words(source)
        for column in source.columns:
            simple = re.fullmatch(r"\w+", column.type)
            if simple and mentions(key, column.name) and "allow_nullable_key" not in engine:
                at = column.type_start
                yield Mutant("key/nullable", source, column.name,
                             replaced(source, at, at + len(column.type),
                                      f"Nullable({column.type})"), "TB115", "error")


def without(source, column):
    """The file without a column."""
    at = source.columns.index(column)
    if at + 1 < len(source.columns):
        return replaced(source, column.start, source.columns[at + 1].start, "")
    return replaced(source, source.columns[at - 1].end, column.end, "")


def reads_alone(node, source):
    """Whether a node reads this data source and nothing else, and no part of it is a template."""
    sql = node.plain if node.names(source.name) else ""
    froms = re.findall(r"\bfrom\s+([\w`\".]+)", sql, re.I)
    return (not node.templated and froms == [source.name]
            and not re.search(r"\b(join|with|union|except|array)\b", sql, re.I))


def reads_column(node, column):
    return node.names(column.name) and not re.search(
        r"\bas\s+`?" + re.escape(column.name) + r"\b", node.plain, re.I)


def refilled(project, source):
    """Whether a copy writes the data source anew at each run, so that little is lost."""
    return any((node.value("COPY_MODE") or "").lower() == "replace"
               for _, node in project.writers(source))


def sure_readers(project, source, column):
    return [(pipe, node) for pipe, node in project.readers(source)
            if reads_alone(node, source) and reads_column(node, column)]


def other_uses(source, column):
    """Whether an index or the DEFAULT of another column names a column."""
    return any(c.default and mentions(c.default, column.name) for c in source.columns) or (
        "INDEXES" in source.blocks and mentions(
            source.text[slice(*source.blocks["INDEXES"][:2])], column.name))


def drop_class(project, source, column):
    """The class of a dropped column, the rules that may speak of it, and how loudly."""
    where = place_of(project, source)
    if mentions(engine_words(source), column.name):
        return "in-key", "TB106", "error"
    if where == "forward-query":
        return "forward-query", "TB104 TB105 TB201 TB202", "warning"
    sure = sure_readers(project, source, column)
    if any(node.type == "materialized" for _, node in sure):
        return "read-by-view", "TB105", "error"
    if sure:
        return "read-by-node", "TB105", "error"
    if where == "target":
        return "target", "TB104 TB105 TB401", "warning"
    readers = project.readers(source)
    if any("*" in node.sql for _, node in readers):
        return "star", "TB104 TB105", "warning"
    if not any(mentions(pipe.text, column.name) for pipe, _ in readers):
        return "unread", "TB104 TB105", "warning"
    return "elsewhere", "TB104 TB105", "warning"


def dropped_columns(project):
    for source in project.datasources():
        # The keys of a Join table are words that no current product takes.
        if len(source.columns) < 2 or "ENGINE_KEY_COLUMNS" in source.instructions:
            continue
        for column in source.columns:
            name, codes, severity = drop_class(project, source, column)
            if refilled(project, source):
                name, codes, severity = "refilled", "TB104 TB105 TB106 TB707", "note"
            if other_uses(source, column):
                name, codes, severity = "named-in-file", codes + " TB105 TB106", severity
            yield Mutant(f"drop/{name}", source, column.name, without(source, column), codes,
                         severity)


def renamed_columns(project):
    for source in project.datasources():
        where = place_of(project, source)
        codes = {"landing": "TB103", "target": "TB103 TB401",
                 "forward-query": "TB103 TB105 TB201 TB202"}[where]
        for column in source.columns:
            if source.in_key(column):
                continue
            new = column.text.replace(column.name, column.name + "_new", 1)
            edit = replaced(source, column.start, column.end, new)
            severity = "warning" if refilled(project, source) else "error"
            yield Mutant(f"rename/{where}", source, column.name, edit, codes, severity)
            readers = project.readers(source)
            sure = sure_readers(project, source, column)
            if where == "landing" and sure and len(sure) == len(readers):
                for pipe, _ in sure:
                    text = re.sub(rf"\b{column.name}\b", column.name + "_new", pipe.text)
                    edit |= {pipe.path: text}
                yield Mutant("rename/with-readers", source, column.name, edit, "TB103", severity)


def moved_columns(project):
    for source in project.datasources():
        where = place_of(project, source)
        for one, two in zip(source.columns, source.columns[1:]):
            edit = edited(source, [(one.start, one.end, two.text), (two.start, two.end, one.text)])
            codes = {"landing": "TB113", "target": "TB113 TB401",
                     "forward-query": "TB113 TB201"}[where]
            yield Mutant(f"order/{where}", source, one.name, edit, codes, "note")


def added_columns(project):
    for source in project.datasources():
        if place_of(project, source) != "landing" or project.writers(source):
            continue
        last = source.columns[-1]
        paths = all(column.path for column in source.columns)
        if paths:
            yield Mutant("add/not-null", source, "", replaced(
                source, last.end, last.end, ",\n    `tb_new` String `json:$.tb_new`"), "TB107",
                "warning")
            yield Mutant("add/no-jsonpath", source, "", replaced(
                source, last.end, last.end, ",\n    `tb_new` Nullable(String)"), "TB108", "error")
            yield Mutant("add/same-jsonpath", source, "", replaced(
                source, last.end, last.end, f",\n    `tb_new` Nullable(String) `json:{last.path}`"),
                "TB116", "warning")
        key = source.instructions.get("ENGINE_SORTING_KEY")
        if key and key.bare and "tuple" not in key.bare:
            path = " `json:$.tb_new`" if paths else ""
            edit = edited(source, [(last.end, last.end, f",\n    `tb_new` String{path} DEFAULT ''"),
                                   (key.start, key.end, f'{key.name} "{key.bare}, tb_new"\n')])
            yield Mutant("add/in-sorting-key", source, "", edit, "TB302", "warning")


def column_details(project):
    for source in project.datasources():
        for column in source.columns:
            def changed(old, new, column=column, source=source):
                return replaced(source, column.start, column.end, column.text.replace(old, new, 1))
            if column.path:
                yield Mutant("column/jsonpath", source, column.name, changed(
                    f"json:{column.path}", "json:$.other_path"), "TB111 TB116", "warning")
            if column.default:
                yield Mutant("column/default-changed", source, column.name, changed(
                    "DEFAULT " + column.default, "DEFAULT defaultValueOfTypeName('String')"),
                    "TB110", "note")
            plain = not column.default and "CODEC" not in column.text
            if plain and column.path and column.type == "String" \
                    and not other_uses(source, column) and "FORWARD_QUERY" not in source.blocks:
                yield Mutant("column/default-added", source, column.name, replaced(
                    source, column.end, column.end, " DEFAULT 'none'"), "TB110", "note")
            if "CODEC(ZSTD(1))" in column.text:
                yield Mutant("column/codec", source, column.name, changed("ZSTD(1)", "ZSTD(3)"),
                             "TB112", "note")


REWRITTEN = "TB301 TB302 TB303 TB404 TB405 TB406 TB407"


def set_line(source, name, value):
    """The file with another value of an instruction, in the quotes that it had."""
    one = source.instructions[name]
    quote = one.value[0] if one.value[:1] in ("'", '"') else ""
    return replaced(source, one.start, one.end, f"{name} {quote}{value}{quote}\n")


def sorting_keys(project):
    for source in project.datasources():
        key = source.value("ENGINE_SORTING_KEY")
        if not key or "tuple" in key:
            continue
        parts = [key[a:b].strip() for a, b in split_flat(key)]
        merging = re.match(r"(Replacing|Summing|Aggregating|Collapsing|VersionedCollapsing)",
                           source.value("ENGINE") or "", re.I)
        if len(parts) > 1:
            swapped = ", ".join([parts[1], parts[0]] + parts[2:])
            yield Mutant("key/swapped", source, "", set_line(source, "ENGINE_SORTING_KEY", swapped),
                         REWRITTEN, "note")
            if "ENGINE_PRIMARY_KEY" not in source.instructions:
                shorter = set_line(source, "ENGINE_SORTING_KEY", ", ".join(parts[:-1]))
                if merging:
                    yield Mutant("key/shortened-merging", source, "", shorter, "TB303 TB404 TB412",
                                 "warning")
                else:
                    yield Mutant("key/shortened", source, "", shorter, REWRITTEN, "note")
        free = [c for c in source.columns if not mentions(key, c.name) and c.type == "String"]
        if free:
            yield Mutant("key/extended", source, free[0].name, set_line(
                source, "ENGINE_SORTING_KEY", key + ", " + free[0].name), REWRITTEN, "note")


def other_keys(project):
    for source in project.datasources():
        key = source.value("ENGINE_PARTITION_KEY")
        month = re.fullmatch(r"toYYYYMM\((\w+)\)", key or "")
        if month:
            yield Mutant("partition/changed", source, "", set_line(
                source, "ENGINE_PARTITION_KEY", f"toDate({month.group(1)})"), REWRITTEN, "note")
        if key:
            yield Mutant("partition/removed", source, "",
                         set_line(source, "ENGINE_PARTITION_KEY", ""), REWRITTEN, "note")
        sort = source.value("ENGINE_SORTING_KEY")
        parts = [sort[a:b].strip() for a, b in split_flat(sort)] if sort else []
        if len(parts) > 1 and "ENGINE_PRIMARY_KEY" not in source.instructions:
            one = source.instructions["ENGINE_SORTING_KEY"]
            yield Mutant("primary-key/added", source, "", line_after(
                source, one, f'ENGINE_PRIMARY_KEY "{parts[0]}"'), REWRITTEN, "note")


def engines(project):
    for source in project.datasources():
        engine = source.value("ENGINE")
        if engine == "MergeTree":
            for new in ("ReplacingMergeTree", "SummingMergeTree", "AggregatingMergeTree"):
                yield Mutant(f"engine/to-{new}", source, "", set_line(source, "ENGINE", new),
                             "TB303 TB404 TB405", "warning")
            yield Mutant("engine/to-Null", source, "", set_line(source, "ENGINE", "Null"),
                         REWRITTEN, "note")
        elif engine in ("ReplacingMergeTree", "SummingMergeTree", "AggregatingMergeTree"):
            yield Mutant(f"engine/from-{engine}", source, "",
                         set_line(source, "ENGINE", "MergeTree"), REWRITTEN, "note")
        version = source.value("ENGINE_VER")
        if version:
            line = source.instructions["ENGINE_VER"]
            yield Mutant("engine/version-removed", source, "",
                         replaced(source, line.start, line.end, ""), "TB303", "warning")
            other = [c.name for c in source.columns
                     if c.name != version and re.match(r"U?Int|DateTime", c.type)]
            if other:
                yield Mutant("engine/version-changed", source, other[0],
                             set_line(source, "ENGINE_VER", other[0]), "TB303", "warning")
        elif engine == "ReplacingMergeTree":
            dates = [c.name for c in source.columns if c.type.startswith("DateTime")]
            line = source.instructions["ENGINE"]
            if dates:
                yield Mutant("engine/version-added", source, dates[0], line_after(
                    source, line, f'ENGINE_VER "{dates[0]}"'), REWRITTEN, "note")
        if version and "ENGINE_IS_DELETED" not in source.instructions:
            flags = [c.name for c in source.columns if c.type == "UInt8"]
            line = source.instructions["ENGINE_VER"]
            if flags:
                yield Mutant("engine/is-deleted-added", source, flags[0], line_after(
                    source, line, f'ENGINE_IS_DELETED "{flags[0]}"'), REWRITTEN,
                    "warning")


TTL = re.compile(r"((?:toDate|toDateTime)\(\w+\)|\w+)\s*\+\s*"
                 r"(?:INTERVAL\s+(\d+)\s+(\w+)|toInterval(\w+?)\((\d+)\))$", re.I)


def ttls(project):
    for source in project.datasources():
        dates = [c.name for c in source.columns
                 if re.fullmatch(r"Date|DateTime(64\(\d\))?", c.type)]
        last = source.instructions.get("ENGINE_SORTING_KEY") or source.instructions.get("ENGINE")
        found = TTL.match(source.value("ENGINE_TTL") or "")
        if found:
            unit = (found.group(3) or found.group(4)).upper()
            count = int(found.group(2) or found.group(5))
            if count > 1:
                yield Mutant("ttl/shortened", source, "", set_line(
                    source, "ENGINE_TTL", f"{found.group(1)} + INTERVAL {count - 1} {unit}"),
                    "TB305", "warning")
            other = [d for d in dates if not mentions(found.group(1), d)]
            if other:
                yield Mutant("ttl/column", source, other[0], set_line(
                    source, "ENGINE_TTL", f"toDateTime({other[0]}) + INTERVAL {count} {unit}"),
                    "TB307", "warning")
            yield Mutant("ttl/missing-column", source, "", set_line(
                source, "ENGINE_TTL", f"toDateTime(no_such) + INTERVAL {count} {unit}"),
                "TB308", "error")
        elif "ENGINE_TTL" not in source.instructions and last and dates:
            edit = line_after(source, last,
                              f'ENGINE_TTL "toDateTime({dates[0]}) + INTERVAL 30 DAY"')
            targets = [n for _, n in project.readers(source) if n.type == "materialized"]
            if source.value("ENGINE") == "Null":
                continue
            yield Mutant("ttl/added", source, "", edit, "TB306", "warning")
            sure = [n.value("DATASOURCE") for n in targets if reads_alone(n, source)]
            target = project.named(source, sure[0]) if sure and sure[0] else None
            if target and target.kind == ".datasource" and "ENGINE_TTL" not in target.instructions \
                    and "FORWARD_QUERY" not in target.blocks and target.value("ENGINE") != "Null":
                yield Mutant("ttl/added-below-target", source, "", edit, "TB311 TB407", "warning")


def settings(project):
    for source in project.datasources():
        key = source.instructions.get("ENGINE_SORTING_KEY")
        if key and place_of(project, source) == "landing" and source.value("ENGINE") != "Null" \
                and "ENGINE_SETTINGS" not in source.instructions:
            yield Mutant("engine/settings-added", source, "", line_after(
                source, key, 'ENGINE_SETTINGS "index_granularity=4096"'), REWRITTEN, "note")


def generators():
    return [type_changes, nullable_keys, dropped_columns, renamed_columns, moved_columns,
            added_columns, column_details, sorting_keys, other_keys, engines, settings, ttls]
