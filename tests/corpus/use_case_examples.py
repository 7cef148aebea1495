#!/usr/bin/env python3
"""Run tblint over the official examples of migrations, pull request by pull request.

Each commit of the history of tinybirdco/use-case-examples is the candidate against its first
parent, at the moment at which it was merged. What is reported must be what use_case_examples.tsv
has, where each finding was judged with its diff; use_case_examples.md sums up. --update writes the
table anew, keeps the verdicts of findings that are still there, and marks the others with '?',
which fails until they are judged.

Usage: use_case_examples.py TBLINT CORPUS WORK_FOLDER [--update]
"""
import argparse
import collections
import json
import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
NAME = "tinybirdco__use-case-examples"
TABLE = os.path.join(HERE, "use_case_examples.tsv")
HEADING = "PR\tcommit\tproject\trule\tseverity\tresource\tmessage\tverdict\treason\n"
VERDICTS = ("true", "doubtful", "false")
WORDS = 12  # of a message, which identify it
GIT_ENV = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
GIT_ENV["TZ"] = "UTC"

Row = collections.namedtuple("Row", "pr commit project rule severity resource message")


def git(folder, *args):
    return subprocess.run(("git", "-C", folder) + args, check=True, env=GIT_ENV,
                          stdout=subprocess.PIPE, text=True).stdout


def clone(corpus, work):
    folder = os.path.join(work, NAME)
    if not os.path.isdir(folder):
        bundle = os.path.join(corpus, "histories", NAME + ".bundle")
        subprocess.run(("git", "clone", "-q", bundle, folder), check=True, env=GIT_ENV)
    return folder


def merges(folder):
    """Yield (PR, commit, parent, moment) from the oldest on; PR is '-' for a plain commit."""
    log = git(folder, "log", "--reverse", "--first-parent", "--date=format-local:%Y-%m-%dT%H:%M:%SZ",
              "--format=%H\t%P\t%cd\t%s")
    for line in log.splitlines():
        commit, parents, moment, subject = line.split("\t", 3)
        if parents:
            number = re.search(r"#(\d+)", subject)
            yield (number.group(1) if number else "-", commit, parents.split()[0], moment)


def first_words(message):
    return " ".join(message.split()[:WORDS])


def lint(tblint, folder, merge):
    """Return (rows, fault): the findings of a merge, and what went wrong."""
    pr, commit, parent, moment = merge
    args = [tblint, "lint", "--live", parent, "--commit", commit, "--quiet", "--format", "json"]
    run = subprocess.run(args, cwd=folder, env=GIT_ENV | {"TBLINT_NOW": moment}, timeout=120,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if run.returncode not in (0, 1):
        return [], f"{commit[:12]}: exit {run.returncode}: {run.stderr.strip()[-300:]}"
    findings = json.loads(run.stdout)["findings"]
    return [Row(pr, commit[:8], f["project"], f["code"], f["severity"], f["resource"] or "-",
                first_words(f["message"])) for f in findings], None


def read_table():
    """Return [(row, verdict, reason)]."""
    if not os.path.exists(TABLE):
        return []
    rows = []
    with open(TABLE, encoding="utf-8") as lines:
        for line in lines:
            if line != HEADING:
                cells = line.rstrip("\n").split("\t")
                rows.append((Row(*cells[:7]), cells[7], cells[8]))
    return rows


def write_table(found, table):
    judged = collections.defaultdict(list)
    for row, verdict, reason in table:
        judged[row].append((verdict, reason))
    with open(TABLE, "w", encoding="utf-8") as out:
        out.write(HEADING)
        for row in found:
            verdict, reason = judged[row].pop(0) if judged[row] else ("?", "")
            out.write("\t".join(row + (verdict, reason)) + "\n")


def compare(found, table):
    """Return what differs between the run and the table, and rows without a verdict."""
    run, known = collections.Counter(found), collections.Counter(row for row, _, _ in table)
    faults = [f"not in the table: {' | '.join(row)}" for row in (run - known).elements()]
    faults += [f"not reported any more: {' | '.join(row)}" for row in (known - run).elements()]
    faults += [f"not judged: {' | '.join(row)}" for row, verdict, reason in table
               if verdict not in VERDICTS or not reason]
    return faults


def options():
    parser = argparse.ArgumentParser()
    parser.add_argument("tblint", type=os.path.abspath)
    parser.add_argument("corpus", type=os.path.abspath)
    parser.add_argument("work", type=os.path.abspath)
    parser.add_argument("--update", action="store_true")
    return parser.parse_args()


def main():
    args = options()
    os.makedirs(args.work, exist_ok=True)
    folder = clone(args.corpus, args.work)
    found, faults, runs = [], [], 0
    for merge in merges(folder):
        rows, fault = lint(args.tblint, folder, merge)
        runs += 1
        found += rows
        if fault:
            faults.append(fault)
    if args.update:
        write_table(found, read_table())
    table = read_table()
    faults += compare(found, table)
    for fault in faults:
        print("FAILED", fault)
    verdicts = collections.Counter(verdict for _, verdict, _ in table)
    print(f"{runs} commits, {len(found)} findings: "
          + ", ".join(f"{verdicts[word]} {word}" for word in VERDICTS))
    print(f"{runs - len(faults) if len(faults) < runs else 0} passed, {len(faults)} failed")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
