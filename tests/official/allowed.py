"""Where ours differs from the official parsers on purpose: kinds of difference, never files."""

import re


def _template(product, kind, text, theirs, ours):
    if product == "forward" and kind != "pipe" and re.search(r"\{\{|\{%|\{#", text):
        return "templates in a data source are rendered with the workspace's secrets, unknown here"
    return None


def _inline_engine(product, kind, text, theirs, ours):
    if kind == "pipe" and re.match(r"(ENGINE|SCHEMA|INDEXES)\w* is not a valid", theirs["error"]):
        return "ENGINE and SCHEMA in a materialized pipe have a rule of their own (TB416)"
    return None


def _forward_query(product, kind, text, theirs, ours):
    if ours["ok"] and not theirs["ok"] and re.search(r"^\s*forward_query\s+>", text, re.M | re.I):
        if "index out of range" in theirs["error"]:
            return "an empty FORWARD_QUERY has a rule of its own (TB205)"
    return None


def _include(product, kind, text, theirs, ours):
    if product == "classic" and re.search(r"^\s*include\b", text, re.M | re.I):
        return "the included file is not part of the comparison"
    return None


def _connector_column(product, kind, text, theirs, ours):
    if ours["ok"] and "column is not present in schema" in theirs["error"]:
        if re.search(r"^\s*(kafka|import|pg)_", text, re.M | re.I):
            return "connectors add columns that the file need not declare"
    return None


def _swallowed(product, kind, text, theirs, ours):
    if theirs["ok"] and "it is read as a part of" in ours["error"]:
        return "a swallowed instruction breaks the query, which the datafile parser does not read"
    return None


def _glued_default(product, kind, text, theirs, ours):
    if theirs["ok"] and "comma is missing" in ours["error"]:
        return "text glued to a default or codec is no expression; the parser does not read those"
    return None


def _one_line_block(product, kind, text, theirs, ours):
    if ours["ok"] and re.search(r"^\s*(schema|indexes|indices)[ \t]+[^>\s]", text, re.M | re.I):
        return "SCHEMA and INDEXES on one line are not read"
    return None


def _first_key(product, kind, text, theirs, ours):
    if len(re.findall(r"^\s*engine_sorting_key\b", text, re.M | re.I)) > 1:
        return "of two sorting keys the platform tests the first, and builds the table with the last"
    return None


def _form_feed(product, kind, text, theirs, ours):
    if "\f" in text:
        return "a form feed separates words only on lines without quotes"
    return None


def _no_type(product, kind, text, theirs, ours):
    if product == "classic" and "`," in text.replace(" ", ""):
        if any(not c["type"] and not c["default"] for c in (theirs["facts"] or {}).get("columns", [])):
            return "Classic's parser takes a column without a type; the table cannot be made"
    return None


EXCEPTIONS = [_connector_column, _swallowed, _glued_default, _one_line_block, _first_key, _form_feed,
              _no_type, _template, _inline_engine, _forward_query, _include]


def exception_for(product, kind, text, theirs, ours):
    for rule in EXCEPTIONS:
        reason = rule(product, kind, text, theirs, ours)
        if reason:
            return reason
    return None
