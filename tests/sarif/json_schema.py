"""Holds what `--format json` wrote against rules/topics/json-schema.json.

    json_schema.py SCHEMA FILE...

The schema lets later versions add keys. Here it is made strict first: a key that it does not list
is a breach. The same is done for every test case by tests/unit/test_json_cases.c, in less of JSON
Schema than there is; this shows that a validator takes the schema for what it means.
"""

import copy
import json
import sys

import jsonschema


def strict(schema):
    for definition in schema["$defs"].values():
        definition["additionalProperties"] = False
    return schema


def spoilt(document):
    """Copies of the document, each with one thing that the schema does not allow."""
    for change in (
        lambda d: d.update(more=1),
        lambda d: d.update(schema="tblint/2"),
        lambda d: d.pop("live"),
        lambda d: d["plan"][0].update(action="drop"),
        lambda d: d["plan"][0].update(via="pipe"),
        lambda d: d["live"].update(commit="main"),
    ):
        copied = copy.deepcopy(document)
        change(copied)
        yield copied


def main(schema_file, *files):
    with open(schema_file, encoding="utf-8") as file:
        schema = json.load(file)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(strict(schema))
    breaches = 0
    for name in files:
        with open(name, encoding="utf-8") as file:
            document = json.load(file)
        # Each command by its own definition: errors of "oneOf" say little.
        kind = "why" if "about" in document else "lint" if "summary" in document else "plan"
        own = validator.evolve(schema={"$ref": f"#/$defs/{kind}", "$defs": schema["$defs"]})
        for error in own.iter_errors(document):
            print(f"{name}: {error.json_path}: {error.message}")
            breaches += 1
        if not validator.is_valid(document):
            print(f"{name}: is none of the three")
            breaches += 1
        if document["plan"] and document["live"]:
            for copied in spoilt(document):
                if validator.is_valid(copied):
                    print(f"{name}: a spoilt copy passes")
                    breaches += 1
    return breaches > 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
