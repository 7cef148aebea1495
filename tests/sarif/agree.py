"""sarif-check against jsonschema: agree.py SCHEMA TBLINT FILE...

Changes each file at random places, a fixed sequence of changes, and asks both whether the result
still fits the schema: M3, M4, M6, M1, M15 and M17 are what the schema says. Prints where they differ.
"""

import copy
import json
import random
import subprocess
import sys

import jsonschema

ROUNDS = 60
# Of each type one or more, and some that fit somewhere.
VALUES = [None, True, -2, -1, 0, 1, 1.5, 1e308, "", "x", "text", "error", "fail", "new", [], {}, ["a", "a"],
          [{}], {"text": "t"}, {"uri": "a"}, {"properties": {}}, {"id": "a"}, {"index": -1},
          [{"text": "t"}, {"text": "t"}], "utf16CodeUnits", "accepted", "00000000-0000-0000-0000-000000000000"]


def places(value, found):
    if isinstance(value, dict):
        for key in value:
            found.append((value, key))
            places(value[key], found)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            found.append((value, index))
            places(item, found)
    return found


def change(log, names, rng):
    """One change somewhere."""
    found = places(log, [])
    holder, key = rng.choice(found)
    kind = rng.randrange(5)
    if kind == 0:
        del holder[key]
    elif kind == 1 and isinstance(holder, dict):
        holder[rng.choice(names)] = copy.deepcopy(rng.choice(VALUES))
    elif kind == 2 and isinstance(holder, list):
        holder.append(copy.deepcopy(holder[key]))
    elif kind == 3:
        other, other_key = rng.choice(found)
        holder[key] = copy.deepcopy(other[other_key]) if not contains(other[other_key], holder) else 1
    else:
        holder[key] = copy.deepcopy(rng.choice(VALUES))


def contains(value, holder):
    if value is holder:
        return True
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(contains(child, holder) for child in children)


def smaller(log):
    """Few rules and results, so that changes meet what differs."""
    run = log["runs"][0]
    run["tool"]["driver"]["rules"] = run["tool"]["driver"]["rules"][:2]
    run["results"] = run["results"][:4]
    return log


def told(program, log):
    """Whether the program tells a breach of the schema."""
    run = subprocess.run([program, "sarif-check", "-"], input=json.dumps(log, ensure_ascii=False).encode(),
                         capture_output=True, check=False)
    if run.returncode > 1:
        return None, run.stderr.decode()
    lines = [line for line in run.stdout.decode().splitlines() if ": error: " in line]
    words = ("GitHub refuses the file", "the schema", "not allowed here", "SARIF has no ")
    # Of formats jsonschema looks only at those for which it finds packages.
    others = ("M18 ", "M5 ", "M2 ", "M16 ", "no location", "is not an absolute URI", "is not a GUID",
              "is not a moment", "uri-reference", "does not name the schema")
    return [line for line in lines if any(word in line for word in words)
            and not any(word in line for word in others)], ""


def main(schema_path, program, paths):
    with open(schema_path, encoding="utf-8") as file:
        schema = json.load(file)
    kind = jsonschema.validators.validator_for(schema)
    validator = kind(schema)
    names = sorted({name for part in schema["definitions"].values() for name in part.get("properties", {})})
    rng = random.Random(5)
    same = differ = breaches = 0
    for path in paths:
        with open(path, encoding="utf-8") as file:
            original = smaller(json.load(file))
        for _ in range(ROUNDS):
            log = copy.deepcopy(original)
            for _ in range(rng.randrange(1, 3)):
                change(log, names, rng)
            errors = [error for error in validator.iter_errors(log)]
            lines, trouble = told(program, log)
            if lines is None or bool(errors) != bool(lines):
                differ += 1
                print(f"FAILED {path}: schema {[e.message[:150] for e in errors]}, sarif-check {lines}{trouble}")
            else:
                same += 1
                breaches += bool(errors)
    print(f"{same} verdicts agree, {breaches} of them against the file; {differ} differ")
    return 1 if differ or breaches < same // 4 else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], sys.argv[3:]))
