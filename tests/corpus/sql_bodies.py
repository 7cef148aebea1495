#!/usr/bin/env python3
"""Parse every SQL body of the corpus in all its variants: every version of every datafile.

At least 99.5 of 100 bodies must be read whole, without a syntax error in any variant. The others
are in unread_sql.tsv with the reason; a body that is broken and not there fails the run, and so does
one that is there and is not broken any more.

Usage: sql_bodies.py SQL_BODIES CORPUS WORK_FOLDER [--list]
WORK_FOLDER is that of histories.py, whose clones are used. --list prints what is not read.
"""
import hashlib
import os
import subprocess
import sys

from histories import GIT_ENV, HERE, clones

ENDINGS = (".pipe", ".datasource")
WANTED = 0.995


def blob_id(data):
    return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()


class Bodies:
    """The distinct datafiles, written to a folder by blob id."""

    def __init__(self, folder):
        self.folder = folder
        self.paths = {}
        os.makedirs(folder, exist_ok=True)

    def add(self, data, ending):
        name = blob_id(data) + ending
        if name not in self.paths:
            self.paths[name] = os.path.join(self.folder, name)
            with open(self.paths[name], "wb") as out:
                out.write(data)

    def add_projects(self, corpus):
        for folder, _, files in os.walk(os.path.join(corpus, "projects")):
            for file in files:
                if file.endswith(ENDINGS):
                    with open(os.path.join(folder, file), "rb") as data:
                        self.add(data.read(), os.path.splitext(file)[1])

    def add_history(self, clone):
        objects = subprocess.run(("git", "-C", clone, "rev-list", "--all", "--objects"), check=True,
                                 env=GIT_ENV, stdout=subprocess.PIPE).stdout.splitlines()
        wanted = {}
        for line in objects:
            name, _, path = line.partition(b" ")
            if path.endswith(tuple(e.encode() for e in ENDINGS)):
                wanted[name] = os.path.splitext(path.decode(errors="replace"))[1]
        batch = subprocess.run(("git", "-C", clone, "cat-file", "--batch"), check=True, env=GIT_ENV,
                               input=b"\n".join(wanted) + b"\n", stdout=subprocess.PIPE).stdout
        at = 0
        while wanted and at < len(batch):
            end = batch.index(b"\n", at)
            name, _, size = batch[at:end].split()
            self.add(batch[end + 1:end + 1 + int(size)], wanted[name])
            at = end + 2 + int(size)


def read_all(tool, paths):
    """Return {(blob, body): line} of what is not read, and the counts."""
    out = subprocess.run((tool,), check=True, input="\n".join(paths) + "\n", text=True,
                         errors="replace", stdout=subprocess.PIPE).stdout.split("\n")[:-1]
    unread = {}
    for line in out[:-1]:
        path, body, *rest = line.split("\t")
        blob = os.path.splitext(os.path.basename(path))[0]
        unread[blob, body] = rest
    return unread, [int(cell) for cell in out[-1].split("\t")]


def known():
    with open(os.path.join(HERE, "unread_sql.tsv"), encoding="utf-8") as lines:
        cells = [line.rstrip("\n").split("\t") for line in lines if not line.startswith("#")]
    return {(blob, body): why for blob, body, why in cells}


def main():
    tool, corpus, work = (os.path.abspath(path) for path in sys.argv[1:4])
    os.makedirs(work, exist_ok=True)
    bodies = Bodies(os.path.join(work, "bodies"))
    bodies.add_projects(corpus)
    for clone in clones(corpus, work, None).values():
        bodies.add_history(clone)
    unread, (count, variants) = read_all(tool, sorted(bodies.paths.values()))
    if "--list" in sys.argv:
        for (blob, body), rest in sorted(unread.items()):
            print(blob, body, *rest, sep="\t")
    reasons = known()
    problems = [f"not read and not in unread_sql.tsv: {key} {rest}"
                for key, rest in sorted(unread.items()) if key not in reasons]
    problems += [f"read, though in unread_sql.tsv: {key}" for key in sorted(reasons)
                 if key not in unread]
    share = 1 - len(unread) / count
    if share < WANTED:
        problems.append("too many are not read")
    for problem in problems:
        print("FAILED", problem)
    print(f"{count} bodies in {len(bodies.paths)} files, {variants} variants: "
          f"{100 * share:.2f}% read whole, {len(unread)} not")
    print(f"{count - len(problems)} passed, {len(problems)} failed")
    return bool(problems)


if __name__ == "__main__":
    sys.exit(main())
