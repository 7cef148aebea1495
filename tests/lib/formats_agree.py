"""Reads what `tblint lint` wrote in every format, with parsers of the standard library, and checks
that all of them tell the same findings.   python3 formats_agree.py FOLDER   (of out.json and so on)
"""
import json
import re
import sys
import xml.etree.ElementTree as ElementTree
from urllib.parse import unquote

SEVERITIES = ("error", "warning", "note")
OF_GITLAB = {"blocker": "error", "critical": "error", "major": "warning", "info": "note"}
OF_RDJSON = {"ERROR": "error", "WARNING": "warning", "INFO": "note"}
OF_GITHUB = {"error": "error", "warning": "warning", "notice": "note"}


def read(folder, name):
    with open(f"{folder}/out.{name}", encoding="utf-8", newline="") as file:
        return file.read()


def same(what, got, wanted):
    if got != wanted:
        sys.exit(f"{what}: {got!r} is not {wanted!r}")


def places_of_sarif(log, findings):
    """Id -> path and line that code hosts are told: the finding's own, unless an added line stands for
    it, which then leads to the finding's own as the first related place."""
    by_id = {f["id"]: (f["path"], f["range"]["start"]["line"]) for f in findings}
    places = {}
    for result in log["runs"][0]["results"]:
        key = result["partialFingerprints"]["changeId/v1"]
        related = result.get("relatedLocations", [])
        where = [(unquote(at["physicalLocation"]["artifactLocation"]["uri"]),
                  at["physicalLocation"]["region"]["startLine"]) for at in result["locations"] + related[:1]]
        if key in by_id:
            same("place", by_id[key] in where, True)
        places[key] = where[0]
    return places


def check_gitlab(entries, findings, places):
    same("fingerprints", sorted(e["fingerprint"] for e in entries), sorted(f["id"] for f in findings))
    by_id = {f["id"]: f for f in findings}
    for entry in entries:
        finding = by_id[entry["fingerprint"]]
        same("keys", set(entry), {"description", "check_name", "fingerprint", "severity", "location"})
        same("check_name", entry["check_name"], finding["code"])
        same("severity", OF_GITLAB[entry["severity"]], finding["severity"])
        same("place", (entry["location"]["path"], entry["location"]["lines"]["begin"]),
             places[finding["id"]])


def check_rdjson(report, findings, places):
    diagnostics = report["diagnostics"]
    same("diagnostics", len(diagnostics), len(findings))
    for item, finding in zip(diagnostics, findings):
        same("code", item["code"], {"value": finding["code"]})
        same("severity", OF_RDJSON[item["severity"]], finding["severity"])
        same("place", (item["location"]["path"], item["location"]["range"]["start"]["line"]),
             places[finding["id"]])
        same("message", finding["id"] in item["message"], True)


def check_junit(text, findings):
    root = ElementTree.fromstring(text)
    cases = root.findall("./testsuite/testcase")
    same("tests", int(root.get("tests")), len(cases))
    for key, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        same(key, int(root.get(key)), len(root.findall(f".//{tag}")))
        same(key, sum(int(s.get(key)) for s in root.iter("testsuite")), int(root.get(key)))
    names = [case.get("name") for case in cases]
    same("names", len(set(names)), len(names))
    ids = sorted(m.group(1) for m in (re.search(r"\(([0-9a-f]{12})\)$", n) for n in names) if m)
    same("ids", ids, sorted(f["id"] for f in findings))
    errors = sum(f["severity"] == "error" and not f["accepted"] for f in findings)
    same("failures", int(root.get("failures")), errors)


def check_github(text, findings):
    """By the rules of the runner: a command ends at the second '::', properties are split by ','."""
    shown = dict.fromkeys(SEVERITIES, 0)
    told = ""
    for line in text.splitlines():
        head, data = line[2:].split("::", 1)
        name, properties = head.split(" ", 1)
        for pair in properties.split(","):
            key, value = pair.split("=", 1)
            same("property", key in ("file", "line", "endLine", "col", "endColumn", "title"), True)
            same("number", key in ("file", "title") or value.isdigit(), True)
        shown[OF_GITHUB[name]] += 1
        told += data
    same("caps", max(shown.values(), default=0) <= 10, True)
    if len(findings) <= 10:
        same("all are told", [f["id"] for f in findings if f["id"] not in told], [])
    else:
        same("the rest is counted", "Not shown here: " in told, True)


def check_markdown(text, findings):
    rows = re.findall(r"^\| (error|warning|note) \| (TB\d+) \| .* \| .*:\d+ \|$", text, re.M)
    told = [f for f in findings if not f["accepted"]]
    same("rows", sorted(rows), sorted((f["severity"], f["code"]) for f in told))
    accepted = [f["id"] for f in findings if f["accepted"]]
    same("accepted", re.findall(r"^- TB\d+ `([0-9a-f]{12})` .* Accepted", text, re.M), accepted)
    same("tags", re.sub(r"</?(details|summary)>", "", re.sub(r"```diff.*?```", "", text, flags=re.S))
         .count("<"), 0)


def main(folder):
    with_accepted = json.loads(read(folder, "json"))["findings"]
    findings = [f for f in with_accepted if not f["accepted"]]
    places = places_of_sarif(json.loads(read(folder, "sarif")), findings)
    check_gitlab(json.loads(read(folder, "gitlab")), findings, places)
    check_rdjson(json.loads(read(folder, "rdjson")), findings, places)
    check_junit(read(folder, "junit"), with_accepted)
    check_github(read(folder, "github"), findings)
    check_markdown(read(folder, "markdown"), with_accepted)


main(sys.argv[1])
