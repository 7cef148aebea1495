"""The official parsers against ours: every datafile there is, then seeded mutations of them.

Usage: compare.py OUR_TOOL FORWARD_PYTHON CLASSIC_PYTHON   (either python may be "-": skipped)

Fails on any disagreement about accept or reject, or about a fact of a file that both accept,
unless a documented exception says why ours differs. Environment: TBLINT_SHARED (corpus),
OFFICIAL_MUTATIONS (per product, default 2500), OFFICIAL_SHOW (disagreements shown, default 20).
"""

import json
import os
import random
import re
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from allowed import exception_for  # noqa: E402
from mutate import mutate  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
REFUSALS = {"TB901", "TB902", "TB903", "TB904", "TB905", "TB906"}
KINDS = {".datasource": "datasource", ".pipe": "pipe", ".connection": "connection"}


class Worker:
    """One long-lived process that answers a line of JSON with a line of JSON."""

    def __init__(self, command):
        # PATH alone: the parsers put environment variables into values.
        clean = {"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"}
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, env=clean, text=True,
                                        encoding="utf-8")

    def ask(self, question):
        self.process.stdin.write(json.dumps(question) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit("a worker died on: %r" % question)
        return json.loads(line)


def read_datafiles():
    """Path, kind, text, and whether it is of a real project: those of the corpus."""
    own = os.path.join(HERE, "..", "cases")
    roots = [own]
    if os.environ.get("TBLINT_SHARED"):
        roots.insert(0, os.path.join(os.environ["TBLINT_SHARED"], "corpus", "projects"))
    files = []
    for root in roots:
        for folder, _, names in sorted(os.walk(root)):
            for name in sorted(names):
                kind = KINDS.get(os.path.splitext(name)[1])
                if kind:
                    path = os.path.join(folder, name)
                    with open(path, "rb") as file:
                        files.append((os.path.relpath(path, root), kind, file.read(), root != own))
    decoded = []
    for path, kind, data, is_real in files:
        try:
            decoded.append((path, kind, data.decode("utf-8"), is_real))
        except UnicodeDecodeError:
            continue
    return decoded


def squeeze(text):
    return re.sub(r"\s+", " ", text).strip()


def body(sql):
    kept = [line.strip() for line in sql.splitlines()]
    return squeeze(" ".join(line for line in kept if line and not line.startswith("#")))


def normal_column(column):
    codec = column["codec"].strip()
    if codec.startswith("(") and codec.endswith(")"):
        codec = codec[1:-1]
    default = squeeze(column["default"])
    if default.lower() == "null" and column["type"].startswith("Nullable"):
        default = ""
    return [column["name"], squeeze(column["type"]), column["path"], default, squeeze(codec)]


def normal_index(index):
    return [index["name"].lstrip("INDEX"), squeeze(index["expr"]), squeeze(index["type"]),
            index["granularity"]]


def normal_engine(engine):
    items = engine.items() if isinstance(engine, dict) else engine
    found = {name.lower(): squeeze(value) for name, value in items}
    if found.get("engine_ttl") == "":
        del found["engine_ttl"]
    return sorted(found.items())


def normal(facts):
    return {
        "columns": [normal_column(c) for c in facts["columns"]],
        "indexes": [normal_index(i) for i in facts["indexes"]],
        "engine": normal_engine(facts["engine"]),
        "tokens": [[name, permission.upper()] for name, permission in facts["tokens"]],
        "nodes": [[n["name"], body(n["sql"]), n["type"].lower(), n["datasource"]]
                  for n in facts["nodes"]],
    }


def difference(kind, theirs, ours):
    if theirs["ok"] != ours["ok"]:
        verdict = "refuse" if ours["ok"] else "accept"
        return "they %s: %s | ours: %s %s" % (verdict, theirs["error"], ours["code"], ours["error"])
    if not theirs["ok"]:
        return None
    a, b = normal(theirs["facts"]), normal(ours["facts"])
    names = ["nodes", "tokens"] if kind == "pipe" else ["columns", "indexes", "engine", "tokens"]
    if kind == "connection":
        names = []
    for name in names:
        if a[name] != b[name]:
            return "%s: %s | ours: %s" % (name, a[name], b[name])
    return None


class Tally:
    def __init__(self):
        self.passed = self.failed = 0
        self.clean = 0
        self.excepted = {}
        self.show = int(os.environ.get("OFFICIAL_SHOW", "20"))

    def add(self, product, path, kind, text, theirs, ours):
        found = difference(kind, theirs, ours)
        if not found:
            self.passed += 1
            return
        reason = exception_for(product, kind, text, theirs, ours)
        if reason:
            self.excepted[reason] = self.excepted.get(reason, 0) + 1
            return
        self.fail(product, path, kind, text, found)

    def add_real(self, product, path, kind, text, theirs, ours):
        """A file of the corpus that they accept: a whole tree, and nothing wrong with it."""
        if not theirs["ok"] or exception_for(product, kind, text, theirs, ours):
            return
        wrong = sorted(set(ours["codes"]) & REFUSALS)
        if ours["tree"] and not wrong:
            self.passed += 1
            self.clean += 1
        else:
            self.fail(product, path, kind, text, "%s, %s" % (
                "no ERROR node" if ours["tree"] else "an ERROR node", wrong))

    def fail(self, product, path, kind, text, found):
        self.failed += 1
        if self.failed <= self.show:
            print("FAIL %s %s\n  %s" % (product, path, found[:400]))
            if os.environ.get("OFFICIAL_KEEP"):
                name = os.path.join(os.environ["OFFICIAL_KEEP"], "%d.%s" % (self.failed, kind))
                with open(name, "w", encoding="utf-8", newline="") as file:
                    file.write(text)


def compare(product, tool, python, files, tally):
    theirs = Worker([python, os.path.join(HERE, "official.py"), product])
    ours = Worker([tool, product])

    def judge(path, kind, text, is_real):
        question = {"id": 0, "kind": kind, "text": text}
        answers = theirs.ask(question), ours.ask(question)
        tally.add(product, path, kind, text, *answers)
        if is_real:
            tally.add_real(product, path, kind, text, *answers)

    files = [f for f in files if product == "forward" or f[1] != "connection"]
    for path, kind, text, is_real in files:
        judge(path, kind, text, is_real)
    # A seed for each file: a new file adds mutations and changes none.
    each = -(-int(os.environ.get("OFFICIAL_MUTATIONS", "2500")) // len(files))
    for path, kind, text, _ in files:
        dice = random.Random("%s %s" % (product, path))
        for number in range(each):
            judge("%s (mutation %d)" % (path, number), kind, mutate(dice, text), False)
    print("%s: %d files; %d real ones that they accept have no finding; %d mutations" %
          (product, len(files), tally.clean, each * len(files)))
    tally.clean = 0


def main():
    tool, forward, classic = sys.argv[1:4]
    files = read_datafiles()
    if not files:
        print("skipped: no datafiles to compare")
        print("0 passed, 0 failed, 1 skipped")
        return 0
    tally, skipped = Tally(), 0
    for product, python in (("forward", forward), ("classic", classic)):
        if python == "-":
            print("skipped: official %s parser (its package is not installed)" % product)
            skipped += 1
        else:
            compare(product, tool, python, files, tally)
    for reason, count in sorted(tally.excepted.items()):
        print("excepted %d: %s" % (count, reason))
    print("%d passed, %d failed, %d skipped" % (tally.passed, tally.failed, skipped))
    return 1 if tally.failed else 0


if __name__ == "__main__":
    sys.exit(main())
