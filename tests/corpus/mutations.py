#!/usr/bin/env python3
"""Change real projects in one place at a time, and see that tblint says what it must.

Every project of the corpus is taken as it is at its newest state. Risky changes must be told by
one of the rules named for them and at least as loudly as stated; harmless ones must give no error
and no warning. The silences that are right are in mutations.tsv, each with its reason: one that is
new, or that is no longer silent, fails. The places are chosen by hash: every run takes the same.

Usage: mutations.py TBLINT CORPUS WORK_FOLDER [--only PART] [--kind PART] [--each N] [--most N]
       [--verbose] [--keep]
"""
import argparse
import collections
import concurrent.futures
import fnmatch
import hashlib
import json
import os
import shutil
import subprocess
import sys

sys.dont_write_bytecode = True  # the folder of the tests stays as it is in git

import mutant_datasources
import mutant_forward
import mutant_harmless
import mutant_pipes
import mutant_resources
from mutant_reader import Project

HERE = os.path.dirname(os.path.abspath(__file__))
GIT_ENV = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
GIT_ENV["TBLINT_NOW"] = "2026-11-21T12:00:00Z"
STAMP = "tests <tests@example.com> 1780000000 +0000"


def rank(mutant):
    return hashlib.sha256(f"{mutant.kind} {mutant.path} {mutant.place}".encode()).hexdigest()


def choose(project, each, part):
    """At most so many places of each kind in a project, by hash."""
    kinds = collections.defaultdict(list)
    for module in (mutant_datasources, mutant_resources, mutant_forward, mutant_pipes,
                   mutant_harmless):
        for generate in module.generators():
            for mutant in generate(project):
                if part in mutant.kind and differs(project, mutant):
                    kinds[mutant.kind].append(mutant)
    return [mutant for kind in sorted(kinds) for mutant in sorted(kinds[kind], key=rank)[:each]]


def cut(chosen, most):
    """At most so many places of each kind in all projects; `chosen` has them by project."""
    ranks = collections.defaultdict(list)
    for name, mutants in chosen.items():
        for mutant in mutants:
            ranks[mutant.kind].append(rank(mutant))
    last = {kind: sorted(all_of)[:most][-1] for kind, all_of in ranks.items()}
    return {name: [mutant for mutant in mutants if rank(mutant) <= last[mutant.kind]]
            for name, mutants in chosen.items()}


def differs(project, mutant):
    return any(text is None or project.raw.get(path) != text.encode()
               for path, text in mutant.edits.items())


def data_of(text):
    data = text if isinstance(text, bytes) else text.encode()
    return b"data %d\n%s\n" % (len(data), data)


def commit_of(number, files):
    """A commit for git fast-import: the first holds everything, the others what differs from it."""
    out = [b"commit refs/heads/m%d\nmark :%d\ncommitter %s\n" % (number, number, STAMP.encode()),
           data_of("change"), b"from :1\n" if number > 1 else b""]
    for path, text in files.items():
        name = json.dumps(path, ensure_ascii=False).encode()
        out.append(b"D %s\n" % name if text is None else b"M 100644 inline %s\n" % name)
        out.append(b"" if text is None else data_of(text))
    return b"".join(out)


def repository(folder, project, mutants):
    """Write the project and its mutants as commits; return their ids, the project's first."""
    shutil.rmtree(folder, ignore_errors=True)
    subprocess.run(("git", "init", "-q", folder), check=True, env=GIT_ENV)
    stream = commit_of(1, project.raw)
    for number, mutant in enumerate(mutants, 2):
        stream += commit_of(number, mutant.edits)
    marks = os.path.join(folder, "marks")
    subprocess.run(("git", "-C", folder, "fast-import", "--quiet", f"--export-marks={marks}"),
                   input=stream, check=True, env=GIT_ENV)
    with open(marks, encoding="ascii") as lines:
        ids = dict(line.split() for line in lines)
    os.remove(marks)
    # Thousands of branches are of no use to anybody: the commits are named by their ids.
    refs = os.path.join(folder, ".git", "refs", "heads")
    for name in os.listdir(refs):
        if name != "m1":
            os.remove(os.path.join(refs, name))
    return [ids[f":{number}"] for number in range(1, len(mutants) + 2)]


def lint(tblint, folder, live, commit, profile):
    args = [tblint, "lint", "--live", live, "--commit", commit, "--quiet", "--format", "json",
            "--profile", profile]
    run = subprocess.run(args, cwd=folder, env=GIT_ENV, stdout=subprocess.PIPE,
                         stderr=subprocess.PIPE, timeout=120)
    if run.returncode not in (0, 1):
        return None, f"exit {run.returncode}: {run.stderr.decode(errors='replace').strip()[-300:]}"
    return json.loads(run.stdout)["findings"], None


class Silences:
    """The silences that are right: patterns of kind, project, path and place; and the reason."""

    def __init__(self):
        self.rows, self.used = [], set()
        with open(os.path.join(HERE, "mutations.tsv"), encoding="utf-8") as lines:
            for line in lines:
                if not line.startswith("#") and line.strip():
                    self.rows.append(line.rstrip("\n").split("\t"))

    def find(self, name, mutant):
        words = (mutant.kind, name, mutant.path, mutant.place)
        for row in self.rows:
            if all(fnmatch.fnmatchcase(word, pattern) for word, pattern in zip(words, row)):
                self.used.add(tuple(row))
                return row
        return None


class Run:
    """The counts of one run."""

    def __init__(self):
        self.passed = self.failed = self.silent = 0
        self.kinds = collections.defaultdict(collections.Counter)
        self.silences = Silences()
        self.verbose = False

    def fail(self, text):
        self.failed += 1
        print("FAILED", text)

    def judge(self, name, mutant, findings, fault):
        where = f"{mutant.kind} {name} {mutant.path} {mutant.place}".rstrip()
        breach = fault or mutant.breach(findings)
        known = self.silences.find(name, mutant) if breach and not fault else None
        self.kinds[mutant.kind]["mutants"] += 1
        if known:
            self.silent += 1
            self.passed += 1
            self.kinds[mutant.kind]["known"] += 1
        elif breach:
            self.kinds[mutant.kind]["failed"] += 1
            self.fail(f"{where}: {breach}")
        else:
            self.passed += 1
            self.kinds[mutant.kind]["passed"] += 1
        if self.verbose and not breach:
            print("ok", where, " ".join(f"{f['code']}:{f['severity']}" for f in findings))


def options():
    parser = argparse.ArgumentParser()
    parser.add_argument("tblint", type=os.path.abspath)
    parser.add_argument("corpus", type=os.path.abspath)
    parser.add_argument("work", type=os.path.abspath)
    parser.add_argument("--only", default="")
    parser.add_argument("--kind", default="")
    parser.add_argument("--each", type=int, default=1, help="places of a kind in a project")
    parser.add_argument("--most", type=int, default=48, help="places of a kind in all projects")
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("--keep", action="store_true", help="leave the last repository")
    return parser.parse_args()


def run_project(run, pool, args, project, name, mutants):
    folder = os.path.join(args.work, "mutants")
    live, *commits = repository(folder, project, mutants)
    results = pool.map(lambda commit, mutant: lint(args.tblint, folder, live, commit,
                                                   mutant.profile), commits, mutants)
    for mutant, (findings, fault) in zip(mutants, results):
        run.judge(name, mutant, findings, fault)
    if not args.keep:
        shutil.rmtree(folder)


def main():
    args = options()
    os.makedirs(args.work, exist_ok=True)
    run = Run()
    run.verbose = args.verbose
    top = os.path.join(args.corpus, "projects")
    projects = {name: Project(os.path.join(top, name)) for name in sorted(os.listdir(top))
                if args.only in name}
    chosen = cut({name: choose(project, args.each, args.kind)
                  for name, project in projects.items()}, args.most)
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for name, mutants in chosen.items():
            if mutants:
                run_project(run, pool, args, projects[name], name, mutants)
    for kind, counts in sorted(run.kinds.items()):
        print(f"{kind:36}{counts['mutants']:6}{counts['known']:6}{counts['failed']:6}")
    if not args.only and not args.kind:
        for row in run.silences.rows:
            if tuple(row) not in run.silences.used:
                run.fail("mutations.tsv names what is not silent: " + " ".join(row))
    print(f"{sum(c['mutants'] for c in run.kinds.values())} mutants of {len(run.kinds)} kinds, "
          f"{run.silent} of them known silences")
    print(f"{run.passed} passed, {run.failed} failed")
    return run.failed != 0


if __name__ == "__main__":
    sys.exit(main())
