"""What a SARIF file of tblint must hold to, by the schema and beyond it: sarif_own.py SCHEMA FILE."""

import json
import re
import sys

import jsonschema

problems = []


def wrong(text):
    problems.append(text)


def check_schema(schema, log):
    validator = jsonschema.validators.validator_for(schema)
    checker = validator.FORMAT_CHECKER
    for error in validator(schema, format_checker=checker).iter_errors(log):
        wrong(f"schema: {'/'.join(map(str, error.path))}: {error.message[:200]}")


def check_rules(rules):
    ids = [rule["id"] for rule in rules]
    if ids != sorted(ids) or len(set(ids)) != len(ids):
        wrong("rules are not unique and in order")
    for rule in rules:
        for key, limit in (("shortDescription", 1024), ("fullDescription", 1024)):
            if not 0 < len(rule[key]["text"]) <= limit:
                wrong(f"{rule['id']}: {key}")
        if not rule["help"]["text"] or rule["name"] == rule["id"] or len(rule["name"]) > 255:
            wrong(f"{rule['id']}: help or name")
        if len(rule["properties"]["tags"]) > 10:
            wrong(f"{rule['id']}: tags")


def check_uri(uri):
    bad = uri.startswith(("/", "./", "file:")) or "\\" in uri or ".." in uri.split("/")
    if not uri or bad or not re.fullmatch(r"(?:[A-Za-z0-9\-._~/@=+,;!$&'()*]|%[0-9A-F]{2})+", uri):
        wrong(f"uri {uri!r}")


def check_region(region):
    keys = ("startLine", "startColumn", "endLine", "endColumn")
    if any(region.get(key, 0) < 1 for key in keys):
        wrong(f"region {region}")
    elif (region["endLine"], region["endColumn"]) <= (region["startLine"], region["startColumn"]):
        wrong(f"empty region {region}")


def check_result(result, rules):
    index = result.get("ruleIndex", -1)
    if not 0 <= index < len(rules) or rules[index]["id"] != result["ruleId"]:
        wrong(f"{result['ruleId']}: ruleIndex {index}")
    if len(result["locations"]) != 1:
        wrong(f"{result['ruleId']}: locations")
    for location in result["locations"] + result.get("relatedLocations", []):
        physical = location["physicalLocation"]
        check_uri(physical["artifactLocation"]["uri"])
        check_region(physical["region"])
    linked = {int(n) for n in re.findall(r"\]\((\d+)\)", result["message"]["text"])}
    known = {location["id"] for location in result.get("relatedLocations", [])}
    if not linked <= known:
        wrong(f"{result['ruleId']}: links {linked - known} lead nowhere")
    first = re.split(r"(?<=\.) ", result["message"]["text"])[0]
    if not first.endswith("."):
        wrong(f"{result['ruleId']}: first sentence {first!r}")
    hashed = result["partialFingerprints"].get("primaryLocationLineHash", "0:1")
    if not re.fullmatch(r"[0-9a-f]{1,16}:[1-9][0-9]*", hashed):
        wrong(f"line hash {hashed}")


def check_run(run):
    driver = run["tool"]["driver"]
    check_rules(driver["rules"])
    if not run["automationDetails"]["id"].endswith("/"):
        wrong("automationDetails.id has no trailing slash")
    if run["columnKind"] != "utf16CodeUnits":
        wrong("columnKind")
    for result in run["results"]:
        check_result(result, driver["rules"])
    invocation = run["invocations"][0]
    if not invocation["executionSuccessful"] and not invocation["toolExecutionNotifications"]:
        wrong("a failed run says nothing")


def main(schema_path, path):
    with open(path, "rb") as file:
        raw = file.read()
    if raw.startswith(b"\xef\xbb\xbf"):
        wrong("byte order mark")
    text = raw.decode("utf-8")
    log = json.loads(text)
    with open(schema_path, encoding="utf-8") as file:
        check_schema(json.load(file), log)
    if log["$schema"] != "https://json.schemastore.org/sarif-2.1.0.json" or len(log["runs"]) != 1:
        wrong("$schema or the number of runs")
    if "security-severity" in text:
        wrong("security-severity")
    check_run(log["runs"][0])
    for problem in problems:
        print(f"FAILED {path}: {problem}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
