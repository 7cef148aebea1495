"""How the action of GitHub comes by its program: from PATH, from the cache, or built from the source
around it. Packages are installed by a stand-in that writes down what it was asked for."""
import os
import shutil
import subprocess
from pathlib import Path

from github_runner import Failed
from github_world import pull_request

FOLDERS = ("analyzers", "cmd", "grammar", "rules", "ci-templates/packaging")
MAKEFILE = """dist:
\t@echo dist >>{log}
\t@{dist} && mkdir -p $(BUILD)/tblint-0-x/bin && cp {program} $(BUILD)/tblint-0-x/bin/tblint
\t@tar -czf $(BUILD)/tblint-0-x.tar.gz -C $(BUILD) tblint-0-x
all:
\t@echo all >>{log}
\t@{all} && cp {program} $(BUILD)/tblint
"""


class Source:
    """A tree like that of tblint, whose Makefile has the program ready, and the stand-ins."""

    def __init__(self, tests, name, dist="true", plain="true"):
        self.top, self.log = tests.folder / name, tests.folder / f"{name}.log"
        self.action = self.top / "ci-templates/github"
        for folder in FOLDERS:
            (self.top / folder).mkdir(parents=True)
            (self.top / folder / "file").write_text(folder)
        shutil.copytree(tests.action, self.action)
        program = os.path.realpath(tests.bin / "tblint")
        (self.top / "Makefile").write_text(MAKEFILE.format(log=self.log, dist=dist, all=plain,
                                                           program=program))
        self.bin = stand_ins(tests.folder / f"{name}-bin", self.log)

    def calls(self):
        """What was called since this was asked last."""
        lines = self.log.read_text().split("\n")[:-1] if self.log.exists() else []
        self.log.write_text("")
        return lines


def stand_ins(folder, log):
    folder.mkdir()
    for name, text in (("apt-get", f'echo "apt-get $*" >>{log}'), ("sudo", 'exec "$@"')):
        (folder / name).write_text(f"#!/bin/sh\n{text}\n")
        (folder / name).chmod(0o755)
    return folder


def event_of(tests):
    return pull_request(tests.origin, "risky", tests.origin.head("main"))


def cached(tests):
    """The first run builds, the next one takes what the first has kept, although that one failed."""
    source = Source(tests, "source")
    first = tests.world(event_of(tests), action=source.action, bin_folders=[source.bin])
    tests.job("built from the source", first, 1, "TB101")
    calls = source.calls()
    tests.check("it was built once", [line for line in calls if "apt" not in line] == ["dist"], first)
    tests.check("the packages were installed", any(
        " install " in line and " libtree-sitter-dev " in line for line in calls), first)
    tests.check("it is kept although the job fails", len(first.caches) == 1, first)
    second = tests.world(event_of(tests), action=source.action, bin_folders=[source.bin])
    second.caches = first.caches
    tests.job("taken from the cache", second, 1, "TB101")
    tests.check("nothing is installed or built again", source.calls() == [], second)
    (source.top / "cmd/file").write_text("changed")
    third = tests.world(event_of(tests), action=source.action, bin_folders=[source.bin])
    third.caches = dict(first.caches)
    tests.job("of another source", third, 1, "TB101")
    tests.check("it is built again", "dist" in source.calls() and len(third.caches) == 2, third)
    broken = tests.world(event_of(tests), action=source.action, bin_folders=[source.bin])
    broken.caches = dict(third.caches)
    for kept in broken.caches.values():
        (kept / "bin/tblint").write_text("#!/bin/sh\nexit 127\n")
    tests.job("a cached program that does not run", broken, 1, "TB101")
    tests.check("is built again", "dist" in source.calls(), broken)


def without_a_cache(tests):
    source = Source(tests, "uncached")
    world = tests.world(event_of(tests), action=source.action, bin_folders=[source.bin])

    def fail(_runner, _inputs):
        raise Failed("the cache service is not there")
    for name in ("restore", "save"):
        world.runner.actions[f"actions/cache/{name}"] = fail
    tests.job("no cache", world, 1, "TB101")
    world = tests.world(event_of(tests), action=source.action, bin_folders=[tests.bin, source.bin])
    source.calls()
    tests.job("on PATH", world, 1, "TB101")
    tests.check("what is on PATH is taken", source.calls() == [] and world.caches == {}
                and str(tests.bin) in world.step("Look for tblint").log.text, world)


def failing(tests):
    source = Source(tests, "no-tarball", dist="false")
    world = tests.world(event_of(tests), action=source.action, bin_folders=[source.bin])
    tests.job("without a tarball the plain program does", world, 1, "TB101")
    tests.check("it was built", "all" in source.calls(), world)
    cases = {"a build that failed is no pass": Source(tests, "fails", "false", "false"),
             "no source is no pass": Source(tests, "no-source")}
    shutil.rmtree(cases["no source is no pass"].top / "analyzers")
    for name, source in cases.items():
        world = tests.world(event_of(tests), action=source.action, bin_folders=[source.bin]).play()
        tests.check(name, not world.passed and world.outputs["status"] == "error"
                    and world.outputs["exit-code"] == "4", world)
        tests.check(f"{name}: nothing after it runs", world.step("Lint").outcome == "skipped"
                    and world.uploads == [] and world.caches == {}, world)
    tests.check("it says what is missing", "no source to build it from" in world.log, world)


def the_real_one(tests):
    """The source as GitHub hands it out: the files of a commit, without the repository."""
    top, source = tests.folder / "real", Path(os.environ["TBLINT_SOURCE"])
    top.mkdir()
    archive = subprocess.run(["git", "-C", str(source), "archive", "HEAD"], check=True,
                             stdout=subprocess.PIPE)
    subprocess.run(["tar", "-x", "-C", str(top)], input=archive.stdout, check=True)
    shutil.copytree(tests.action, top / "ci-templates/github", dirs_exist_ok=True)
    tools = stand_ins(tests.folder / "real-bin", tests.folder / "real.log")
    world = tests.world(event_of(tests), action=top / "ci-templates/github", bin_folders=[tools])
    tests.job("the real source is built", world, 1, "TB101")
    (kept,) = world.caches.values()
    linked = subprocess.run(["ldd", str(kept / "bin/tblint")], stdout=subprocess.PIPE, check=True)
    tests.check("what is kept needs no packages", b"libgit2" not in linked.stdout, world)
    tests.check("the source stays as it was", not (top / "build").exists(), world)


SCENARIOS = [cached, without_a_cache, failing]
