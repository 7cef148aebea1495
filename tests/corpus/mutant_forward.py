"""Changes of forward queries: wrong ones, that must be told, and right ones, that must pass."""
import re

from mutant_base import Mutant, edited, replaced
from mutant_datasources import INTEGERS, WIDENED, in_key_or_use, landings

# Names that a select list takes only in quotes.
RESERVED = {"from", "to", "as", "select", "where", "group", "order", "by", "and", "or", "not", "in",
            "end", "case", "when", "then", "else", "limit", "union", "distinct", "is", "like",
            "date", "interval"}


def called(name):
    """A name as a query can say it."""
    return f"`{name}`" if name.lower() in RESERVED else name


def with_query(source, query, changes=()):
    """The file with other columns and with a forward query at its end."""
    end = "" if source.text.endswith("\n") else "\n"
    at = len(source.text)
    return edited(source, list(changes) + [(at, at, f"{end}\nFORWARD_QUERY >\n    {query}\n")])


def select(source, special):
    """A select list of all columns, some of them as the dictionary says."""
    return "SELECT " + ", ".join(special.get(c.name, called(c.name)) for c in source.columns
                                 if special.get(c.name, c.name))


def retype(column, new):
    return (column.type_start, column.type_start + len(column.type), new)


def wrong_widenings(project):
    for source in landings(project):
        for column in source.columns:
            if column.type not in WIDENED or column.type not in INTEGERS or len(source.columns) < 3:
                continue
            name, new = called(column.name), WIDENED[column.type]
            cast = f"to{new}({name}) AS {name}"
            change = [retype(column, new)]

            def mutant(kind, query, codes, severity, source=source, name=name, change=change):
                return Mutant(f"forward/{kind}", source, name, with_query(source, query, change),
                              codes, severity)
            if not in_key_or_use(source, column):
                right = with_query(source, select(source, {column.name: cast}), change)
                yield Mutant("forward/right-widening", source, name, right,
                             allowed=READERS + " TB208")
            yield mutant("no-cast", select(source, {}), "TB203", "error")
            yield mutant("star", "SELECT *", "TB203", "error")
            other = next(c for c in source.columns if c is not column)
            yield mutant("missing-column", select(source, {column.name: cast, other.name: ""}),
                         "TB201", "error")
            yield mutant("extra-column", select(source, {column.name: cast}) + ", 1 AS tb_more",
                         "TB201", "error")
            reverse = [cast if c is column else called(c.name) for c in reversed(source.columns)]
            yield mutant("wrong-order", "SELECT " + ", ".join(reverse), "TB201", "warning")
            yield mutant("from", select(source, {column.name: cast}) + f" FROM {source.name}",
                         "TB205", "error")
            yield mutant("where", select(source, {column.name: cast}) + f" WHERE {name} > 1",
                         "TB205", "error")
            value = f"defaultValueOfTypeName('{other.type}') AS {called(other.name)}"
            if "'" not in other.type:
                yield mutant("overwrites", select(source, {column.name: cast, other.name: value}),
                             "TB204", "error")
            yield mutant("constant", select(source, {column.name: f"to{new}(0) AS {name}"}),
                         "TB101 TB204 TB207", "warning")
            unknown = select(source, {column.name: f"to{new}(no_such) AS {name}"})
            yield mutant("unknown-column", unknown, "TB202", "error")
            templated = select(source, {column.name: cast}) + " {% if defined(x) %} {% end %}"
            yield mutant("templated", templated, "TB205", "error")
            yield mutant("empty", "", "TB205", "error")


# What a right forward query may still bring about for those who read the column.
READERS = "TB607 TB401 TB403 TB404 TB405 TB406 TB407 TB707 TB116"


def casts(project):
    for source in landings(project):
        for column in source.columns:
            if in_key_or_use(source, column):
                continue
            name = called(column.name)

            def mutant(kind, new, value, codes, severity, source=source, column=column):
                query = select(source, {column.name: f"{value} AS {called(column.name)}"})
                return Mutant(f"forward/{kind}", source, column.name,
                              with_query(source, query, [retype(column, new)]), codes, severity)
            if column.type == "String":
                yield mutant("strict-cast", "Int64", f"toInt64({name})", "TB206", "warning")
                yield mutant("or-zero", "Int64", f"toInt64OrZero({name})", "TB207", "warning")
                yield mutant("or-default", "UUID", f"accurateCastOrDefault({name}, 'UUID')",
                             "TB207", "warning")
                yield mutant("wrong-cast", "Int64", f"toInt32OrZero({name})", "TB203 TB207",
                             "warning")
            if column.type in ("Int64", "UInt64", "Int32", "UInt32"):
                yield mutant("narrowing-cast", "Int8", f"toInt8({name})", "TB207 TB206", "warning")
            if column.type in ("Int64", "Int32"):
                yield mutant("sign-cast", "U" + column.type, f"toU{column.type}({name})",
                             "TB206 TB207", "warning")
            if column.type == "DateTime64(3)":
                yield mutant("precision-cast", "DateTime", f"toDateTime({name})", "TB207",
                             "warning")
            if column.type == "DateTime":
                yield mutant("date-cast", "Date", f"toDate({name})", "TB207", "warning")
            inner = re.fullmatch(r"Nullable\((\w+)\)", column.type)
            if inner:
                yield mutant("null-passed", inner.group(1), f"{name}", "TB102 TB203", "error")
                right = select(source, {column.name: f"assumeNotNull({name}) AS {name}"})
                yield Mutant("forward/null-assumed", source, column.name, with_query(
                    source, right, [retype(column, inner.group(1))]), allowed=READERS)


def needless(project):
    for source in landings(project):
        if len(source.columns) < 2 or not source.text.endswith("\n"):
            continue
        yield Mutant("forward/needless", source, "", with_query(source, select(source, {})),
                     "TB210", "warning")
        last = source.columns[-1]
        path = " `json:$.tb_new`" if all(c.path for c in source.columns) else ""
        added = (last.end, last.end, f",\n    `tb_new` Nullable(String){path}")
        yield Mutant("forward/forces-rewrite", source, "", with_query(
            source, select(source, {}) + ", NULL AS tb_new", [added]), "TB208", "warning")
        yield Mutant("forward/new-column-read", source, "", with_query(
            source, select(source, {}) + ", tb_new", [added]), "TB202", "error")


def leftovers(project):
    """Forward queries that live has already, and a later change that they do not know of."""
    for source in project.datasources():
        if "FORWARD_QUERY" not in source.blocks:
            continue
        start, end, head = source.blocks["FORWARD_QUERY"]
        if source.text.count("FORWARD_QUERY >") > 1:
            continue
        query = source.text[start:end]
        last = source.columns[-1]
        path = " `json:$.tb_new`" if all(c.path for c in source.columns) else ""
        edit = replaced(source, last.end, last.end, f",\n    `tb_new` Nullable(String){path}")
        yield Mutant("forward/left-behind", source, "", edit, "TB201", "error")
        if "FORWARD_QUERY" == source.text[head:head + 13] and query.strip():
            yield Mutant("forward/removed", source, "", replaced(source, head, end, ""))


def generators():
    return [wrong_widenings, casts, needless, leftovers]
