"""Counts checks, and makes the worlds that scenarios play in."""
import json
import os
from pathlib import Path

from github_world import Origin, World, datasource, git, pull_request

CHANGED = datasource("LowCardinality(String)")


class Counter:
    """Counts checks. One that does not hold is told, where `loud`, with the end of the job's log."""

    def __init__(self, loud=True):
        self.passed, self.failed, self.loud = 0, 0, loud

    def check(self, name, holds, world=None):
        if holds:
            self.passed += 1
            return
        self.failed += 1
        if self.loud:
            print(f"FAILED {name}")
            if world:
                print(f"       outputs: {world.outputs}")
                print("\n".join(f"       | {line}" for line in world.log.split("\n")[-40:]))

    def close(self):
        """The closing line, and the exit code."""
        print(f"{self.passed} passed, {self.failed} failed")
        return 1 if self.failed else 0


class Tests(Counter):
    """Makes the worlds that the scenarios play in."""

    def __init__(self, folder, action, tblint, loud=True, origin=None):
        super().__init__(loud)
        self.folder, self.action, self.worlds = Path(folder), Path(action), 0
        self.bin = self.folder / "bin"
        self.bin.mkdir(parents=True)
        (self.bin / "tblint").symlink_to(tblint)
        self.origin = origin or make_origin(self.folder / "github")

    @classmethod
    def of_environment(cls, folder):
        source = Path(os.environ["TBLINT_SOURCE"])
        return cls(folder, source / "ci-templates/github", os.environ["TBLINT_BIN"])

    def world(self, event, origin=None, **options):
        self.worlds += 1
        options.setdefault("bin_folders", [self.bin])
        options.setdefault("action", self.action)
        return World(self.folder / f"world{self.worlds}", origin or self.origin, event, **options)

    def job(self, name, world, code, text, depth=None):
        """Plays it; CODE is that of tblint and of the job, TEXT stands in the log."""
        world.depth = depth if depth is not None else world.depth
        world.play()
        status = {0: "ok", 1: "findings", 2: "misuse"}.get(code, "error")
        verdict = world.step("Verdict")
        self.check(f"{name}: the step Lint itself passes", world.step("Lint").outcome == "success", world)
        self.check(f"{name}: the verdict", verdict.exit_code == code, world)
        self.check(f"{name}: the job", world.passed == (code == 0), world)
        self.check(f"{name}: the log", text in world.log, world)
        self.check(f"{name}: outputs", world.outputs["status"] == status
                   and world.outputs["exit-code"] == str(code), world)
        self.check(f"{name}: no secret is told", not world.log.count("ghs_secret"), world)
        self.check(f"{name}: the checkout stays clean",
                   git(world.workspace, "-c", f"safe.directory={world.workspace}", "status",
                       "--porcelain") == "", world)
        if code < 2:
            self.check_reports(name, world)
        return world

    def check_reports(self, name, world):
        if not (world.outputs["sarif-file"] and world.outputs["summary-file"]):
            self.check(f"{name}: the reports are written", False, world)
            return
        sarif = json.loads(Path(world.outputs["sarif-file"]).read_text())
        levels = [level_of(sarif, result) for result in sarif["runs"][0]["results"]]
        self.check(f"{name}: SARIF is written", sarif["version"] == "2.1.0", world)
        self.check(f"{name}: counts", world.outputs["error-count"] == str(levels.count("error"))
                   and world.outputs["warning-count"] == str(levels.count("warning"))
                   and world.outputs["note-count"] == str(levels.count("note")), world)
        summary = Path(world.outputs["summary-file"]).read_text()
        self.check(f"{name}: the summary", summary and world.step("Lint").summary.endswith(summary), world)


def level_of(sarif, result):
    rule = sarif["runs"][0].get("tool", {}).get("driver", {}).get("rules", [])[result["ruleIndex"]:][:1]
    return result.get("level") or rule[0]["defaultConfiguration"]["level"]


def make_origin(folder):
    """Branches that left main before others went on there, with their merge refs."""
    origin = Origin(folder)
    first = origin.commit("live", {"datasources/events.datasource": datasource()})
    changes = {
        "risky": {"datasources/events.datasource": CHANGED},
        "harmless": {"datasources/events.datasource": datasource(more='TOKEN "reader" READ\n')},
        "broken": {".tblint.yaml": "fail_on: [\n"},
        "unreadable": {"datasources/events.datasource": CHANGED,
                       "datasources/big.datasource": b"SCHEMA >\n" + b" " * (9 << 20)},
    }
    for name, files in changes.items():
        origin.branch(name, first)
        origin.commit(name, files)
    git(origin.work, "checkout", "-q", "main")
    origin.commit("Others go on", {"datasources/others.datasource": datasource()})
    origin.push("main")
    for name in changes:
        origin.merge_ref(name)
    return origin


def second_origin(tests, name, live, files):
    """A repository of its own with one branch `change`."""
    origin = Origin(tests.folder / name)
    origin.commit("live", live)
    origin.push("main")
    origin.branch("change", "main")
    origin.commit("change", files)
    origin.merge_ref("change")
    return origin, pull_request(origin, "change", origin.head("main"))
