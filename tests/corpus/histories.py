#!/usr/bin/env python3
"""Run tblint over the real histories of the corpus, each commit against its first parent.

No run may crash, nor end with 3 (could not analyse) or 4 (internal fault). The commits that were
judged by hand (instructive.tsv) must give the verdicts stated there. The findings by rule must be
those of findings.tsv, since a rule that suddenly speaks ten times as often is a false alarm; after a
change that was read and found right, --update writes that file anew. All findings of the run are in
WORK_FOLDER/findings.jsonl, a line each.

Usage: histories.py TBLINT CORPUS WORK_FOLDER [--update] [--only PART]
"""
import argparse
import collections
import json
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
GIT_ENV = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
GIT_ENV["TBLINT_NOW"] = "2026-11-21T12:00:00Z"


def git(folder, *args):
    return subprocess.run(("git", "-C", folder) + args, check=True, env=GIT_ENV,
                          stdout=subprocess.PIPE, text=True).stdout


def clones(corpus, work, only):
    """Clone every bundle once; return {name: folder}."""
    found = {}
    histories = os.path.join(corpus, "histories")
    for file in sorted(os.listdir(histories)):
        name, ext = os.path.splitext(file)
        if ext != ".bundle" or (only and only not in name):
            continue
        folder = os.path.join(work, name)
        if not os.path.isdir(folder):
            subprocess.run(("git", "clone", "-q", os.path.join(histories, file), folder),
                           check=True, env=GIT_ENV)
        found[name] = folder
    return found


def lint(tblint, folder, parent, commit):
    args = [tblint, "lint", "--live", parent, "--commit", commit, "--quiet", "--format", "json",
            "--profile", "forward"]
    run = subprocess.run(args, cwd=folder, env=GIT_ENV, stdout=subprocess.PIPE,
                         stderr=subprocess.PIPE, timeout=120)
    return run.returncode, run.stdout, run.stderr.decode(errors="replace")


def read_verdicts():
    verdicts = collections.defaultdict(list)
    with open(os.path.join(HERE, "instructive.tsv"), encoding="utf-8") as lines:
        for line in lines:
            cells = line.rstrip("\n").split("\t")
            if line.startswith("#") or cells[0] == "item":
                continue
            verdicts[cells[1]].append((cells[0], cells[2], cells[3].split()))
    return verdicts


def breaches(expectations, findings):
    """Return the expectations that the findings do not meet."""
    said = {(f["code"], f["resource"]) for f in findings} | {(f["code"], None) for f in findings}
    severities = {f["severity"] for f in findings}
    out = []
    for word in expectations:
        if word == "quiet":
            ok = severities <= {"note"}
        elif word == "no-error":
            ok = "error" not in severities
        else:
            code, _, resource = word[1:].partition(":")
            ok = ((code, resource or None) in said) == (word[0] == "+")
        if not ok:
            out.append(word)
    return out


class Run:
    """Counts of one run over the corpus."""

    def __init__(self):
        self.passed = self.failed = 0
        self.rules = collections.Counter()
        self.commits = collections.Counter()
        self.unchecked = 0
        self.lines = []

    def check(self, ok, text):
        if ok:
            self.passed += 1
        else:
            self.failed += 1
            print("FAILED", text)


def run_history(run, tblint, name, folder, verdicts):
    commits = git(folder, "rev-list", "--reverse", "--first-parent", "--parents", "HEAD").split("\n")
    for line in commits:
        ids = line.split()
        if len(ids) < 2:
            continue
        commit, parent = ids[0], ids[1]
        code, out, err = lint(tblint, folder, parent, commit)
        run.check(code in (0, 1), f"{name} {commit[:12]}: exit {code}: {err.strip()[-300:]}")
        if code not in (0, 1):
            continue
        report = json.loads(out)
        findings = report["findings"]
        run.unchecked += len(report["unchecked"])
        for finding in findings:
            run.rules[finding["code"], finding["severity"]] += 1
            run.lines.append(json.dumps({"repository": name, "commit": commit} | {
                key: finding[key] for key in ("code", "severity", "path", "resource", "message")}))
        run.commits.update({f["code"] for f in findings})
        for item, wanted, expectations in verdicts:
            if commit.startswith(wanted):
                missed = breaches(expectations, findings)
                seen = sorted({f"{f['code']}:{f['resource']}" for f in findings})
                run.check(not missed, f"item {item} {name} {wanted}: {missed}; said {seen}")


def table(run):
    """The findings by rule, as findings.tsv has them."""
    lines = ["rule\tseverity\tfindings\tcommits with the rule"]
    for (code, severity), count in sorted(run.rules.items()):
        lines.append(f"{code}\t{severity}\t{count}\t{run.commits[code]}")
    lines.append(f"unchecked\t-\t{run.unchecked}\t-")
    return "\n".join(lines) + "\n"


def compare_table(run, update):
    path = os.path.join(HERE, "findings.tsv")
    text = table(run)
    if update:
        with open(path, "w", encoding="utf-8") as out:
            out.write(text)
    with open(path, encoding="utf-8") as lines:
        expected = lines.read()
    differ = sorted(set(text.splitlines()) ^ set(expected.splitlines()))
    run.check(not differ, "findings.tsv differs (read findings.jsonl, then --update): "
              + "; ".join(line.replace("\t", " ") for line in differ))


def options():
    parser = argparse.ArgumentParser()
    parser.add_argument("tblint", type=os.path.abspath)
    parser.add_argument("corpus", type=os.path.abspath)
    parser.add_argument("work", type=os.path.abspath)
    parser.add_argument("--only")
    parser.add_argument("--update", action="store_true")
    return parser.parse_args()


def main():
    args = options()
    os.makedirs(args.work, exist_ok=True)
    verdicts = read_verdicts()
    run = Run()
    for name, folder in clones(args.corpus, args.work, args.only).items():
        run_history(run, args.tblint, name, folder, verdicts[name])
    with open(os.path.join(args.work, "findings.jsonl"), "w", encoding="utf-8") as out:
        out.writelines(line + "\n" for line in run.lines)
    print(table(run).expandtabs(14), end="")
    if not args.only:
        compare_table(run, args.update)
    print(f"{run.passed} passed, {run.failed} failed")
    return run.failed != 0


if __name__ == "__main__":
    sys.exit(main())
