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


EXCEPTIONS = [_template, _inline_engine, _forward_query, _include]


def exception_for(product, kind, text, theirs, ours):
    for rule in EXCEPTIONS:
        reason = rule(product, kind, text, theirs, ours)
        if reason:
            return reason
    return None
