"""Where ours differs from the official parsers on purpose: causes, never files.

Each rule is bound to the exact message of the side that refuses, and to the words of the file that
bring the difference about. A difference that no rule explains fails the suite.
"""

import re

# Line ends are those of any system; "^" is the start of a line.
FLAGS = re.MULTILINE | re.IGNORECASE


def _has(pattern, text):
    return re.search(pattern, text.replace("\r\n", "\n").replace("\r", "\n"), FLAGS) is not None


def _they_refuse(theirs, ours, pattern):
    return ours["ok"] and not theirs["ok"] and re.search(pattern, theirs["error"]) is not None


def _we_refuse(theirs, ours, code, words):
    return theirs["ok"] and not ours["ok"] and ours["code"] == code and words in ours["error"]


def _template(product, kind, text, theirs, ours):
    if product == "forward" and kind != "pipe" and _has(r"\{\{|\{%|\{#", text):
        return "templates in a data source are rendered with the workspace's secrets, unknown here"
    return None


def _inline_engine(product, kind, text, theirs, ours):
    refused = r"^(ENGINE|SCHEMA|INDEXES)\w* is not a valid|^Unexpected error: '(indexes|schema|engine\w*)'$"
    if product == "forward" and kind == "pipe" and _they_refuse(theirs, ours, refused):
        return "ENGINE and SCHEMA in a materialized pipe have a rule of their own (TB416)"
    return None


def _forward_query(product, kind, text, theirs, ours):
    if _they_refuse(theirs, ours, "index out of range") and _has(r"^\s*forward_query\s+>", text):
        return "an empty FORWARD_QUERY has a rule of its own (TB205)"
    return None


def _include(product, kind, text, theirs, ours):
    if product == "classic" and _has(r"^\s*include\b", text):
        return "the included file is not part of the comparison"
    return None


def _connector_column(product, kind, text, theirs, ours):
    if _they_refuse(theirs, ours, "column is not present in schema"):
        if _has(r"^\s*(kafka|import|pg)_", text):
            return "connectors add columns that the file need not declare"
    return None


def _swallowed(product, kind, text, theirs, ours):
    if any(_we_refuse(theirs, ours, code, "it is read as a part of") for code in ("TB902", "TB904")):
        return "a swallowed instruction breaks the query, which the datafile parser does not read"
    return None


def _glued_default(product, kind, text, theirs, ours):
    glued = (_we_refuse(theirs, ours, "TB901", "comma is missing") or
             _we_refuse(theirs, ours, "TB902", "is not an instruction"))
    if glued and _has(r"\b(default|codec)\b", text):
        return "text glued to a default or codec is no expression; the parser does not read those"
    return None


def _broken_default(product, kind, text, theirs, ours):
    broken = ["ends the default"]
    if product == "classic":
        broken += ["is not closed", "DEFAULT has no value"]
    if any(_we_refuse(theirs, ours, "TB901", words) for words in broken):
        return "no default expression is read there: broken ones are taken, and cut short"
    return None


def _bare_type_of_classic(product, kind, text, theirs, ours):
    words = ("Unmatched parentheses", r"Syntax error \(data type\)")
    if product == "classic" and any(_they_refuse(theirs, ours, word) for word in words):
        if _has(r"boolean|DateTime64(?!\()", text):
            return "of a type with a bare DateTime64 or Boolean nothing else is said in Classic"
    return None


def _one_line_block(product, kind, text, theirs, ours):
    if ours["ok"] and _has(r"^[ \t]*(schema|indexes|indices)[ \t]+[^>\s]", text):
        return "SCHEMA and INDEXES on one line are not read"
    return None


def _first_key(product, kind, text, theirs, ours):
    key = r"^[ \t]*engine_sorting_key\b"
    if theirs["ok"] != ours["ok"] and len(re.findall(key, text.replace("\r", "\n"), FLAGS)) > 1:
        return "of two sorting keys the platform tests the first, and builds the table with the last"
    return None


def _form_feed(product, kind, text, theirs, ours):
    if "\f" in text:
        return "a form feed separates words only on lines without quotes"
    return None


def _no_type(product, kind, text, theirs, ours):
    if product == "classic" and _we_refuse(theirs, ours, "TB901", ""):
        if any(not c["type"] and not c["default"] for c in theirs["facts"]["columns"]):
            return "Classic's parser takes a column without a type; the table cannot be made"
    return None


def _two_targets(product, kind, text, theirs, ours):
    if product == "classic" and theirs["ok"] and ours["ok"] and kind == "pipe":
        if _has(r"^\s*datasource\b", text) and _has(r"^\s*target_datasource\b", text):
            return "Classic takes DATASOURCE and TARGET_DATASOURCE in one node"
    return None


def _index_in_schema(product, kind, text, theirs, ours):
    if product == "classic" and _we_refuse(theirs, ours, "TB906", "column 'INDEX'"):
        return "Classic skips an INDEX in SCHEMA up to the next comma, and makes none"
    return None


EXCEPTIONS = [_connector_column, _swallowed, _glued_default, _broken_default, _one_line_block,
              _first_key, _form_feed, _no_type, _template, _inline_engine, _forward_query, _include,
              _two_targets, _index_in_schema, _bare_type_of_classic]


def exception_for(product, kind, text, theirs, ours):
    for rule in EXCEPTIONS:
        reason = rule(product, kind, text, theirs, ours)
        if reason:
            return reason
    return None
