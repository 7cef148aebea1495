"""The official datafile parsers behind one function: text in, verdict and facts out.

Runs inside the virtual environment that tests/official/run makes. One process serves one product:
both packages install a module named `tinybird`, so they never share an environment.

Reads one JSON object a line from standard input: {"id", "kind", "text"}; answers one a line:
{"id", "ok", "error", "facts"}. Nothing outside the parsers is asked: no server, no account.
"""

import contextlib
import io
import json
import re
import sys


def forward_parse(kind, text):
    """Verdict of the Forward package: the line machine, its schema parser, its validation."""
    from tinybird.datafile.common import DatafileKind, parse
    from tinybird.sql_template import render_template_with_secrets

    if kind != "pipe":
        text = render_template_with_secrets("x", text, secrets={})
    default = None if kind == "pipe" else "default"
    result = parse(text, default_node=default, kind=DatafileKind(kind))
    result.datafile.validate()
    return result.datafile


def classic_parse(kind, text):
    from tinybird.datafile_common import parse

    doc = parse(text, None if kind == "pipe" else "default")
    if kind == "datasource" and len(doc.nodes) > 1:
        raise ValueError("datasources can't have more than one node")
    return doc


def check_engine(node):
    """What the package says about the engine when the table is made."""
    from tinybird.ch_utils import engine

    described = node.get("engine")
    if not isinstance(described, dict) or not described.get("type"):
        return
    args = {name: value for name, value in described["args"]}
    if hasattr(engine, "validate_engine_config"):
        engine.validate_engine_config(described["type"], args, columns=node.get("columns", []))
        return
    _, (params, options) = engine.get_engine_config(described["type"])
    engine.engine_params(node.get("columns", []), params, args)
    engine.engine_options(node.get("columns", []), options, args)


def check_queries(doc):
    for node in doc.nodes:
        if not node.get("sql", "").strip():
            raise ValueError("Empty query")


def column_facts(column):
    kind = column["type"]
    if column["nullable"]:
        kind = "Nullable(%s)" % kind
    default = column["default_value"] or ""
    return {
        "name": column["name"],
        "type": kind,
        "path": column["jsonpath"] or "",
        "default": re.sub(r"^default\s*", "", default, flags=re.I),
        "codec": re.sub(r"^CODEC\s*", "", column["codec"] or ""),
    }


def index_facts(index):
    return {
        "name": index.name,
        "expr": index.expr,
        "type": index.type_full,
        "granularity": index.granularity or "",
    }


def facts_of(kind, doc):
    facts = {
        "tokens": [[t["token_name"], (t.get("permission") or t.get("permissions")).upper()]
                   for t in doc.tokens],
        "engine": [],
        "columns": [],
        "indexes": [],
        "nodes": [],
    }
    if kind == "pipe":
        for node in doc.nodes:
            target = node.get("datasource") or node.get("target_datasource") or ""
            facts["nodes"].append({
                "name": node["name"],
                "sql": node.get("sql", ""),
                "type": node.get("type", "").lower(),
                "datasource": target,
            })
        return facts
    node = doc.nodes[0] if doc.nodes else {}
    facts["columns"] = [column_facts(c) for c in node.get("columns", [])]
    facts["indexes"] = [index_facts(i) for i in node.get("indexes", [])]
    described = node.get("engine")
    if isinstance(described, dict):
        last = {}
        for name, value in described["args"]:
            last["engine_" + name] = value
        if described.get("type"):
            last["engine"] = described["type"]
        facts["engine"] = sorted(last.items())
    return facts


def judge(product, kind, text):
    parse = forward_parse if product == "forward" else classic_parse
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            doc = parse(kind, text)
            facts = facts_of(kind, doc)
            if kind == "pipe":
                check_queries(doc)
            elif kind == "datasource":
                check_engine(doc.nodes[0])
    except Exception as error:  # every refusal of theirs is an answer, whatever its class
        message = getattr(error, "message", None) or str(error) or type(error).__name__
        return {"ok": False, "error": message.strip().replace("\n", " ")[:300], "facts": None}
    return {"ok": True, "error": "", "facts": facts}


def main():
    product = sys.argv[1]
    for line in sys.stdin:
        question = json.loads(line)
        answer = judge(product, question["kind"], question["text"])
        answer["id"] = question["id"]
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
