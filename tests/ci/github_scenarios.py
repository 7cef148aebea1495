"""What the action of GitHub and its workflow have to do, event by event. Each scenario plays a job and
checks how it ended; test_github_mutations.py breaks the action and sees that they notice."""
import http.server
import os
import shutil
import stat
import subprocess
import threading

from github_tests import CHANGED, second_origin
from github_world import Origin, ZEROS, datasource, dispatch, git, merge_group, pull_request, push

HOSTILE = ["::add-mask::secret", "%0A::stop-commands::y", "##[add-mask]z", "a|b", "]]>", "`$(id)`",
           "x\n::error::y", "<img src=x>", "status<<E\nok\nE\n"]


# ---- pull requests ----

def pull_requests(tests):
    origin, base = tests.origin, tests.origin.head("main")
    for depth in (None, 0, 1):
        shown = {None: "", 0: ", whole history", 1: ", depth 1"}[depth]
        world = tests.world(pull_request(origin, "risky", base))
        tests.job("a risky pull request" + shown, world, 1, "TB101", depth)
        tests.check("its alert is in the SARIF", len(world.uploads) == 1
                    and world.uploads[0]["runs"][0]["results"][0]["ruleId"] == "TB101", world)
        tests.check("its annotation", [kind for kind, _, _ in world.annotations] == ["error"], world)
        tests.check("one error is counted", world.outputs["error-count"] == "1", world)
        world = tests.world(pull_request(origin, "harmless", base))
        tests.job("a harmless one, behind main" + shown, world, 0, "no findings", depth)
        tests.check("no annotation", world.annotations == [], world)
    world = tests.job("a broken configuration", tests.world(pull_request(origin, "broken", base)), 2,
                      ".tblint.yaml")
    tests.check("nothing is uploaded of what was not judged", world.uploads == [], world)
    tests.check("the summary says why", ".tblint.yaml:2:1" in world.summary, world)
    tests.check("and nothing is counted", world.outputs["error-count"] == "", world)


def depths(tests):
    """A checkout of depth 2 has the merge and its base: nothing is fetched for a pull request."""
    world = tests.world(pull_request(tests.origin, "risky", tests.origin.head("main")))
    tests.job("a checkout of depth 2 knows the base", world, 1, "TB101")
    tests.check("the template asks for it, and no fetch is needed", "git fetch" not in world.log, world)
    world = tests.world(pull_request(tests.origin, "risky", tests.origin.head("main")))
    tests.job("depth 1 is deepened by one", world, 1, "TB101", 1)
    tests.check("by that alone", world.log.count("git fetch") == 1 and "--deepen=1 " in world.log, world)


def incomplete(tests):
    """The other findings are told, but half a result would close alerts."""
    world = tests.world(pull_request(tests.origin, "unreadable", tests.origin.head("main")))
    tests.job("a changed file that cannot be read", world, 3, "TB101")
    tests.check("half a result is not uploaded", world.uploads == [], world)
    tests.check("its findings are annotations", any("host" in text for _, _, text in world.annotations),
                world)


def forks(tests):
    base = tests.origin.head("main")
    for shown, repository in (("a fork", "mallory/shop"), ("a fork that is gone", None)):
        world = tests.world(pull_request(tests.origin, "risky", base, repository))
        tests.job(f"a pull request from {shown}", world, 1, "no right to upload")
        tests.check(f"{shown} uploads nothing", world.uploads == []
                    and world.step("Upload the alerts").outcome == "skipped", world)
        tests.check(f"{shown} has annotations and a summary", len(world.annotations) == 1
                    and "host" in world.summary, world)


def uploads(tests):
    base = tests.origin.head("main")
    for name, code, text in (("risky", 1, "TB101"), ("harmless", 0, "no findings")):
        world = tests.world(pull_request(tests.origin, name, base))
        world.upload_fails = True
        tests.job(f"no right to upload a {name} one", world, code, text)
        tests.check("the upload was tried", len(world.uploads) == 1, world)
        tests.check("a notice says what it needs", any(
            kind == "notice" and "security-events: write" in text for kind, _, text in world.annotations),
            world)
    world = tests.world(pull_request(tests.origin, "risky", base))
    world.inputs = {"upload-sarif": "never"}
    tests.job("upload-sarif: never", world, 1, "TB101")
    tests.check("nothing is uploaded, and nobody misses it",
                world.uploads == [] and "right to upload" not in world.log, world)
    world = tests.world(pull_request(tests.origin, "risky", base))
    world.inputs = {"category": "tblint/shop"}
    tests.job("a category", world, 1, "TB101")
    tests.check("the alerts have it",
                world.uploads[0]["runs"][0]["automationDetails"]["id"] == "tblint/shop/", world)


def checked_out_branch(tests):
    """The branch in place of its merge, after it has merged main itself: all of it is judged."""
    origin = Origin(tests.folder / "itself")
    origin.commit("live", {"datasources/events.datasource": datasource()})
    origin.branch("change", "main")
    origin.commit("change", {"datasources/events.datasource": CHANGED})
    git(origin.work, "checkout", "-q", "main")
    origin.commit("Others go on", {"datasources/others.datasource": datasource()})
    origin.push("main")
    git(origin.work, "checkout", "-q", "change")
    git(origin.work, "merge", "-q", "--no-ff", "--no-edit", "main")
    tip = origin.head()
    origin.push("change")
    origin.merge_ref("change")
    for depth in (None, 1, 0):
        world = tests.world(pull_request(origin, "change", origin.head("main")), origin)
        plain = world.check_out

        def check_out_tip(runner, inputs):
            world.event.commit = tip
            plain(runner, inputs)
        world.runner.actions["actions/checkout"] = check_out_tip
        tests.job(f"the branch itself is checked out at depth {depth}", world, 1, "TB101", depth)
        tests.check("its base is that branch as it is now", "by GITHUB_BASE_REF" in world.log, world)


# ---- merge queue, pushes, a run by hand ----

def queue(tests):
    commit = git(tests.origin.bare, "rev-parse", "refs/pull/risky/merge")
    git(tests.origin.bare, "update-ref", "refs/heads/gh-readonly-queue/main/pr-7", commit)
    event = merge_group(commit, tests.origin.head("main"))
    for depth in (None, 1, 0):
        world = tests.job(f"the merge queue at depth {depth}", tests.world(event), 1, "TB101", depth)
        tests.check("the merge queue", "merge_group.base_sha" in world.log, world)
        tests.check("its branch is deleted: no alerts, and nobody misses them",
                    world.uploads == [] and "upload" not in world.log, world)
    git(tests.origin.bare, "update-ref", "-d", "refs/heads/gh-readonly-queue/main/pr-7")


def pushed(tests, name, branch_to, before, code, text, depth=None, inputs=None):
    """A push of that commit to main, in a repository that is like the others'."""
    tests.worlds += 1
    bare = tests.folder / f"pushed{tests.worlds}" / "origin.git"
    shutil.copytree(tests.origin.bare, bare)
    git(bare, "update-ref", "refs/heads/main", branch_to)
    origin = Origin.__new__(Origin)
    origin.bare, origin.work = bare, tests.origin.work
    world = tests.world(push(origin, before), origin)
    world.inputs = inputs or {}
    return tests.job(name, world, code, text, depth)


def pushes(tests):
    main = tests.origin.head("main")
    risky, harmless = (git(tests.origin.bare, "rev-parse", f"refs/pull/{name}/merge")
                       for name in ("risky", "harmless"))
    for depth in (None, 0, 1):
        pushed(tests, "a push to live", risky, main, 1, "TB101", depth)
        pushed(tests, "the first push: its parent stands for before", risky, ZEROS, 1, "TB101", depth)
        pushed(tests, "a forced push: before is gone", risky, "12345678" * 5, 1, "TB101", depth)
    pushed(tests, "a harmless push", harmless, main, 0, "no findings")
    pushed(tests, "live is named, and pushed to", risky, main, 1, "TB101", None, {"live": "main"})
    # The branch was risky, and a forced push takes that back: only with the commit before it, which
    # is in no branch any more, can it be seen that this rewrites what is live.
    for depth in (None, 0):
        world = pushed(tests, "a forced push: the server still has before", main, risky, 1, "TB101", depth)
        tests.check("that commit was fetched, by itself only where the clone is shallow",
                    f"git fetch {'' if depth == 0 else '--depth=1 '}origin {risky}" in world.log, world)


def first_push(tests):
    """Of a commit without a parent: nothing is live yet, so that all of it is new."""
    wrong = {"datasources/wrong.datasource": "SCHEMA >\n    `a` Strin\n"}
    for name, files, code, text in (("harmless", {}, 0, "live: none, nothing was there before"),
                                    ("wrong by itself", wrong, 1, "TB9")):
        origin = Origin(tests.folder / f"first-{name[0]}")
        origin.commit("first", {"datasources/events.datasource": datasource()} | files)
        origin.push("main")
        for depth in (None, 0):
            world = tests.world(push(origin, ZEROS), origin)
            tests.job(f"the first commit of all is pushed, {name}", world, code, text, depth)


def own_live(tests):
    """A change that names what it is compared with: its own commit, or its own branch."""
    live = {"datasources/events.datasource": datasource()}
    for setting in ("HEAD", "HEAD^2", "change"):
        files = {"datasources/events.datasource": CHANGED, ".tblint.yaml": f"live: {setting}\n"}
        origin, event = second_origin(tests, f"own-{setting[-2:]}", live, files)
        for depth in (None, 0, 1):
            world = tests.job(f"a pull request with live: {setting}", tests.world(event, origin), 1,
                              "TB101", depth)
            tests.check("it is told", "'live' from unset to " + setting in world.log, world)
        world = tests.world(dispatch(origin, "change"), origin)
        tests.job(f"a run by hand with live: {setting}", world, 1, "TB101")
        git(origin.bare, "update-ref", "refs/heads/main", "refs/heads/change")
        before = event.payload["pull_request"]["base"]["sha"]
        world = tests.world(push(origin, before), origin)
        tests.job(f"a push to live with live: {setting}", world, 1, "TB101")


def by_hand(tests):
    """A branch that is behind by more than the checkout has: others' changes are no part of it."""
    origin = Origin(tests.folder / "behind")
    origin.commit("live", {"datasources/events.datasource": datasource()})
    origin.branch("change", "main")
    for number in range(3):
        origin.commit(f"change {number}", {"README.md": str(number)})
    git(origin.work, "checkout", "-q", "main")
    origin.commit("Others go on", {"datasources/events.datasource": CHANGED})
    for number in range(3):
        origin.commit(f"others {number}", {"OTHERS.md": str(number)})
    origin.push("main", "change")
    for depth in (1, None, 0):
        world = tests.world(dispatch(origin, "change"), origin)
        tests.job(f"a branch far behind at depth {depth}", world, 0, "no findings", depth)
        tests.check("is compared with where it left main", "no merge base" not in world.log.lower(), world)
    world = tests.world(dispatch(origin, "change"), origin)
    world.inputs = {"as-is": "true"}
    tests.job("as it stands", world, 1, "TB001")


# ---- the clone ----

def full_clones(tests):
    """A full clone that lacks the live branch: what is fetched must not cut its history off."""
    event = pull_request(tests.origin, "risky", tests.origin.head("main"))
    event.ref, event.payload = "refs/heads/risky", {"ref": "refs/heads/risky", "repository": {}}
    event.name, event.base_ref = "workflow_dispatch", ""
    event.commit = git(tests.origin.bare, "rev-parse", "refs/heads/risky")
    world = tests.world(event)
    world.inputs, plain = {"live": "main"}, world.check_out

    def lose_main(runner, inputs):
        plain(runner, inputs)
        git(world.workspace, "update-ref", "-d", "refs/remotes/origin/main")
    world.runner.actions["actions/checkout"] = lose_main
    tests.job("a full clone that lacks live", world, 1, "TB101", 0)
    tests.check("live was fetched", "git fetch origin +refs/heads/main:" in world.log, world)
    tests.check("the clone is not cut off",
                git(world.workspace, "rev-parse", "--is-shallow-repository") == "false", world)


def gone_base(tests):
    """No server to fetch from: tblint says what it lacks, and that is no pass."""
    event = pull_request(tests.origin, "risky", tests.origin.head("main"))
    world = tests.world(event)
    plain = world.check_out

    def cut_off(runner, inputs):
        plain(runner, inputs)
        git(world.workspace, "remote", "set-url", "origin", "file:///nowhere/at/all")
    world.runner.actions["actions/checkout"] = cut_off
    tests.job("a shallow checkout is no pass", world, 3, "git fetch --no-tags --depth=1 origin", 1)
    tests.check("the summary tells the command", "git fetch --no-tags --depth=1" in world.summary, world)
    tests.check("nothing is uploaded without a base", world.uploads == [], world)


class Server(http.server.HTTPServer):
    """Answers nothing, and keeps the credentials that it was shown."""

    def __init__(self):
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.server.shown.append(self.headers.get_all("Authorization"))
                self.send_error(404)

            def log_message(self, *_):
                pass
        super().__init__(("127.0.0.1", 0), Handler)
        self.shown, self.address = [], f"http://127.0.0.1:{self.server_port}"
        threading.Thread(target=self.serve_forever, daemon=True).start()


def credentials(tests):
    """The token is sent once, also where checkout kept another one, and to that server alone."""
    own, other = Server(), Server()
    for server, expected in ((own, "eC1hY2Nlc3MtdG9rZW46Z2hzX3NlY3JldA=="), (other, "kept")):
        world = tests.world(pull_request(tests.origin, "risky", tests.origin.head("main")))
        world.runner.variables["GITHUB_SERVER_URL"] = own.address
        plain = world.check_out

        def keep_credentials(runner, inputs):
            plain(runner, inputs)
            git(world.workspace, "remote", "set-url", "origin", f"{server.address}/acme/shop")
            git(world.workspace, "config", f"http.{server.address}/.extraheader",
                "AUTHORIZATION: basic kept")
        world.runner.actions["actions/checkout"] = keep_credentials
        tests.job("a server that answers nothing is no pass", world, 3, "git fetch", 1)
        tests.check(f"what it was shown: {server.shown}", server.shown and all(
            one == [f"basic {expected}"] for one in server.shown), world)
        server.shutdown()
        server.server_close()


def without_the_action(tests):
    """What tblint tells somebody with a template of their own, and that it is true."""
    event = pull_request(tests.origin, "risky", tests.origin.head("main"))
    world = tests.world(event)
    world.depth = 1
    world.check_out(None, {})
    env = {**os.environ, **world.variables(), "GITHUB_ACTIONS": "true", "HOME": str(world.home)}

    def lint():
        return run_program(tests.bin / "tblint", ["lint", "--commit", "HEAD"], world.workspace, env)
    code, output = lint()
    tests.check("without the action a shallow checkout is no pass", code == 3)
    commands = [line.split("run", 1)[1].strip() for line in output.split("\n")
                if line.strip().startswith("run  ")]
    tests.check("it names the command that repairs it",
                [" ".join(one.split()[:4]) for one in commands] == ["git fetch --no-tags --depth=1"])
    git(world.workspace, *commands[0].split()[1:])
    code, output = lint()
    tests.check("after that command", code == 1 and "TB101" in output)


def run_program(program, arguments, folder, env):
    done = subprocess.run([str(program), *arguments], cwd=folder, env=env, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return done.returncode, done.stdout.decode()


def places(tests):
    """Blanks in every path, another owner, no checkout at all."""
    event = pull_request(tests.origin, "risky", tests.origin.head("main"))
    world = tests.world(event, workspace="my work/the $shop 'x'", temp="my temp/a b")
    tests.job("a workspace with blanks and quotes", world, 1, "TB101")
    world = tests.world(event)
    world.runner.actions["actions/checkout"] = lambda runner, inputs: None
    world.play()
    tests.check("without a checkout it is no pass", not world.passed
                and world.outputs["status"] == "error", world)
    if os.geteuid() != 0:
        print("skipped: a clone of another owner needs root")
        return
    world = tests.world(event)
    world.owner = 12345
    tests.job("a clone of another owner is no pass", world, 3, "safe.directory")
    world = tests.world(event)
    world.owner = 12345
    git(world.home, "config", "--file", str(world.home / ".gitconfig"), "safe.directory",
        str(world.workspace))
    tests.job("a clone of another owner that checkout has trusted", world, 1, "TB101", 1)


# ---- the inputs ----

def inputs(tests):
    base = tests.origin.head("main")
    for given, code, text in (
            ({"fail-on": "never"}, 0, "TB101"), ({"fail-on": "x"}, 2, "--fail-on"),
            ({"profile": "classic"}, 1, "TB101"), ({"profile": "y"}, 2, "--profile"),
            ({"live": "nowhere"}, 3, "nowhere"), ({"live": "-x --upload-pack=y"}, 3, "-x"),
            ({"category": "a b"}, 2, "--sarif-category"), ({"as-is": "yes"}, 2, "true or false"), ({"upload-sarif": "always"}, 2, "auto or never"),
            ({"project": "."}, 1, "TB101"), ({"project": "$(touch injected)"}, 2, "touch injected"),
            ({"project": "x\nstatus=ok\nexit-code=0"}, 2, "no project at"),
            ({"config": "missing.yaml"}, 2, "missing.yaml"), ({"require-reason": "true"}, 1, "TB101")):
        world = tests.world(pull_request(tests.origin, "risky", base))
        world.inputs = given
        tests.job(f"inputs {given}", world, code, text)
        tests.check("misuse is an annotation and in the summary", code != 2 or (
            any(kind == "error" for kind, _, _ in world.annotations) and "tblint" in world.summary), world)


def targets(tests):
    world = tests.world(pull_request(tests.origin, "risky", tests.origin.head("main"),
                                     event="pull_request_target"))
    tests.job("pull_request_target is refused", world, 2, "use pull_request")


def projects(tests):
    live = {f"{name}/tinybird/datasources/events.datasource": datasource() for name in "ab"}
    live |= {f"{name}/tinybird/tinybird.config.json": "{}" for name in "ab"}
    origin, event = second_origin(tests, "two", live, {
        "a/tinybird/datasources/events.datasource": CHANGED,
        "b/tinybird/datasources/events.datasource": CHANGED})
    world = tests.job("two projects", tests.world(event, origin), 1, "TB101")
    tests.check("both are judged", world.outputs["error-count"] == "2", world)
    world = tests.world(event, origin)
    world.inputs = {"project": "a/tinybird"}
    tests.job("one of two projects", world, 1, "TB101")
    tests.check("that one is judged", world.outputs["error-count"] == "1", world)


# ---- what stands in the log and in the summary ----

def many(tests):
    columns = [f"`c{number}` {{}} `json:$.c{number}`" for number in range(37)]
    text = "SCHEMA >\n    `ts` DateTime `json:$.ts`,\n    {}\n\nENGINE \"MergeTree\"\nENGINE_SORTING_KEY \"ts\"\n"
    origin, event = second_origin(tests, "many", *(
        {"datasources/wide.datasource": text.format(",\n    ".join(columns).replace("{}", kind))}
        for kind in ("String", "LowCardinality(String)")))
    world = tests.job("37 findings", tests.world(event, origin), 1, "37 errors")
    tests.check("as many annotations as GitHub shows", 0 < len(world.annotations) <= 10
                and world.step("Lint").log.dropped == 0, world)
    tests.check("the last one counts the rest", "28 errors" in world.annotations[-1][2], world)
    tests.check("all are counted", world.outputs["error-count"] == "37", world)
    tests.check("all are in the summary", "37 errors" in world.summary, world)


def hostile(tests):
    files = {f"datasources/n{number}.datasource": f"SCHEMA >\n    `{name}` Strng\n"
             for number, name in enumerate(HOSTILE)}
    files |= {f"datasources/{name.replace('/', '_')}.datasource": "SCHEMA >\n    `a` Strng\n"
              for name in HOSTILE}
    origin, event = second_origin(tests, "hostile", {"datasources/a.datasource": datasource()}, files)
    world = tests.job("hostile names", tests.world(event, origin), 1, "Strng")
    check_unharmed(tests, world)


def check_unharmed(tests, world):
    log = [played.log for played in world.runner.played]
    tests.check("no name is a command", all(not one.masks and not one.others for one in log), world)
    tests.check("no command stays stopped", all(one.stopped is None for one in log), world)
    tests.check("no name is a variable", world.runner.exported == {}, world)
    tests.check("no name is an output", set(world.step("Lint").outputs) == {
        "exit-code", "summary-file", "sarif-file", "complete", "error-count", "warning-count",
        "note-count"}, world)


def evil_program(tests):
    """A tblint that says the worst: the scripts do not rely on what it escapes, nor run its words."""
    folder = tests.folder / "evil"
    folder.mkdir()
    program = folder / "tblint"
    program.write_text(f"""#!/bin/sh
case $1 in
    version) echo '::add-mask::version' | sed 's/^/tblint 0 /' ;;
    doctor) echo '                run  git fetch --no-tags origin --upload-pack=touch$IFS{folder}/ran' ;;
    *) echo '::add-mask::x'; echo '##[add-mask]y'; echo '::stop-commands::z' >&2
       for word; do case $word in
           json=*) echo '{{"message": "\\"summary\\": {{\\"error\\": 7}}", "summary": {{"error": 1,
               "warning": 0, "note": 0}}}}' >"${{word#json=}}" ;;
           sarif=*) echo '{{"version": "2.1.0", "runs": [{{"results": [{{"level": "error", "ruleIndex": 0}}]}}]}}' \\
               >"${{word#sarif=}}" ;;
           markdown=*) echo 'x' >"${{word#markdown=}}" ;;
       esac; done
       exit 1 ;;
esac
""")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    world = tests.world(pull_request(tests.origin, "risky", tests.origin.head("main")),
                        bin_folders=[folder])
    tests.job("a program that says the worst", world, 1, "::add-mask::x", 0)
    check_unharmed(tests, world)
    tests.check("what it names is not run", not (folder / "ran").exists()
                and "--upload-pack" not in world.log, world)


def summaries(tests):
    event = pull_request(tests.origin, "risky", tests.origin.head("main"))
    world = tests.world(event)
    world.runner.summary_before = "# of a step before\n"
    tests.job("the summary is added to", world, 1, "TB101")
    tests.check("what was there stays", world.step("Lint").summary.startswith("# of a step before\n")
                and "TB101" in world.step("Lint").summary, world)
    world = tests.world(event)
    world.runner.summary_before = "x" * (1024 * 1024 - 100)
    world.play()
    tests.check("a full summary stays as it is", len(world.step("Lint").summary) == 1024 * 1024 - 100
                and "no room" in world.log and world.outputs["status"] == "findings", world)


SCENARIOS = [pull_requests, depths, incomplete, forks, uploads, checked_out_branch, queue, pushes,
             first_push, own_live, by_hand, full_clones, gone_base, credentials, without_the_action,
             places, inputs, targets, projects, many, hostile, evil_program, summaries]
