"""A runner of GitHub Actions, as far as the templates need one: it reads a workflow and a composite
action, decides which steps run, runs their scripts with bash as GitHub does, and reads the files and
commands with which they answer. Actions of others are played by functions.
"""
import os
import re
import subprocess
import uuid
from pathlib import Path

import yaml

from github_expressions import Strict, condition, interpolate
from github_log import FileError, Log, SUMMARY_LIMIT, read_values

STEP_KEYS = {"name", "id", "if", "uses", "run", "shell", "env", "with", "continue-on-error"}
SHELLS = {
    "bash": ["bash", "--noprofile", "--norc", "-eo", "pipefail"],
    None: ["bash", "-e"],
}


class Played:
    """How a step ended."""

    def __init__(self, name, outcome, conclusion, exit_code=None):
        self.name, self.outcome, self.conclusion = name, outcome, conclusion
        self.exit_code = exit_code
        self.outputs, self.log, self.summary = {}, Log(), ""


class Failed(Exception):
    """An action that is played ends with a failure; its text stands in the log."""


def read_yaml(path):
    # The loader that takes `on` for true would lose the events.
    loader = type("Loader", (yaml.SafeLoader,), {})
    loader.yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in pairs if tag != "tag:yaml.org,2002:bool"]
        for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    return yaml.load(Path(path).read_text(), loader)


class Scope:
    """The steps of a job or of a composite action, which see one another and nobody else's."""

    def __init__(self, runner, steps, inputs, env, action_path=None):
        self.runner, self.steps, self.inputs, self.env = runner, steps, inputs, env
        self.action_path = action_path
        self.failed = False
        self.context = Strict({step["id"]: {} for step in steps if "id" in step})
        unknown = [key for step in steps for key in step if key not in STEP_KEYS]
        if unknown:
            raise ValueError(f"keys of a step that are not played: {unknown}")

    def contexts(self):
        return {"github": Strict(self.runner.github), "inputs": Strict(self.inputs), "steps": self.context,
                "env": dict(self.env)}

    def functions(self):
        return {"always": lambda: True, "success": lambda: not self.failed,
                "failure": lambda: self.failed, "cancelled": lambda: False}

    def text(self, value):
        return interpolate(value, self.contexts(), self.functions())

    def play(self):
        for step in self.steps:
            self.play_step(step)
        return not self.failed

    def play_step(self, step):
        name = step.get("name") or step.get("uses")
        wanted = condition(step.get("if", "success()"), self.contexts(), self.functions())
        played = Played(name, "skipped", "skipped")
        if wanted:
            self.run_step(step, played)
        self.runner.played.append(played)
        if played.conclusion == "failure":
            self.failed = True
        if "id" in step:
            self.context[step["id"]] = {"outputs": played.outputs, "outcome": played.outcome,
                                        "conclusion": played.conclusion}

    def run_step(self, step, played):
        env = {**self.env, **{key: self.text(value) for key, value in step.get("env", {}).items()}}
        if self.action_path:
            env["GITHUB_ACTION_PATH"] = str(self.action_path)
        if "run" in step:
            if self.action_path and "shell" not in step:
                raise ValueError(f"{played.name}: a composite action has to name the shell")
            ok = self.runner.run_script(self.text(step["run"]), step.get("shell"), env, played)
        else:
            inputs = {key: self.text(value) for key, value in step.get("with", {}).items()}
            ok = self.runner.run_action(step["uses"], inputs, env, played)
        played.outcome = "success" if ok else "failure"
        tolerated = self.text(step.get("continue-on-error", "false")) == "true"
        played.conclusion = "success" if ok or tolerated else "failure"


class Runner:
    """One machine with one job. `actions` are the players of others' actions, by their names without
    the version; `local` are the folders of composite actions, by all that stands after `uses:`."""

    def __init__(self, workspace, temp, github, variables, path, home, actions, local):
        self.workspace, self.temp = Path(workspace), Path(temp)
        self.github, self.variables, self.home = github, variables, home
        self.path = list(path)
        self.actions, self.local = actions, local
        self.exported, self.played = {}, []
        self.summary_before = ""

    def step(self, name):
        """The step of that name, which there must be."""
        found = [played for played in self.played if played.name == name]
        if len(found) != 1:
            raise ValueError(f"there are {len(found)} steps named {name!r}")
        return found[0]

    def play_workflow(self, path):
        """Whether the only job of the workflow succeeds."""
        workflow = read_yaml(path)
        (job,) = workflow["jobs"].values()
        return Scope(self, job["steps"], {}, dict(workflow.get("env", {}))).play()

    # ---- scripts ----

    def environment(self, env, files):
        base = {
            "CI": "true", "GITHUB_ACTIONS": "true", "RUNNER_TEMP": str(self.temp), "RUNNER_OS": "Linux",
            "GITHUB_WORKSPACE": str(self.workspace), "HOME": str(self.home), "LANG": "C.UTF-8",
            "PATH": ":".join(self.path), **self.variables, **self.exported, **env,
        }
        return {**base, **{f"GITHUB_{name.upper()}": str(path) for name, path in files.items()}}

    def run_script(self, text, shell, env, played):
        script = self.temp / f"{uuid.uuid4()}.sh"
        script.write_text(text)
        files = {}
        for name in ("output", "env", "path", "step_summary"):
            files[name] = self.temp / f"{name}_{uuid.uuid4()}"
            files[name].write_text(self.summary_before if name == "step_summary" else "")
        done = subprocess.run(SHELLS[shell] + [str(script)], cwd=self.workspace,
                              env=self.environment(env, files), stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        played.exit_code = done.returncode
        played.log.feed(done.stdout.decode("utf-8", "replace"))
        return self.read_files(files, played) and done.returncode == 0

    def read_files(self, files, played):
        try:
            played.outputs = read_values(files["output"].read_text(errors="surrogateescape"))
            self.exported.update(read_values(files["env"].read_text(errors="surrogateescape")))
        except FileError as error:
            played.log.feed(f"::error::{error}")
            return False
        for line in filter(None, files["path"].read_text().split("\n")):
            self.path.insert(0, line)
        summary = files["step_summary"].read_bytes()
        if len(summary) <= SUMMARY_LIMIT:  # GitHub shows nothing of a longer one
            played.summary = summary.decode("utf-8")
        return True

    # ---- actions ----

    def run_action(self, uses, inputs, env, played):
        if uses in self.local:
            return self.run_composite(Path(self.local[uses]), inputs, env, played)
        match = re.fullmatch(r"([A-Za-z0-9_.-]+(?:/[A-Za-z0-9_.-]+)+)@v\d+", uses)
        if not match or match.group(1) not in self.actions:
            raise ValueError(f"nobody plays {uses!r}")
        try:
            played.outputs = self.actions[match.group(1)](self, inputs) or {}
            return True
        except Failed as error:
            played.log.feed(f"::error::{error}")
            return False

    def run_composite(self, folder, given, env, played):
        action = read_yaml(folder / "action.yml")
        declared = action.get("inputs", {})
        unknown = set(given) - set(declared)
        if unknown or action["runs"]["using"] != "composite":
            raise ValueError(f"inputs that the action does not have: {unknown}")
        outer = Scope(self, [], {}, env)
        inputs = {name: given.get(name, outer.text(about.get("default", "")))
                  for name, about in declared.items()}
        scope = Scope(self, action["runs"]["steps"], inputs, env, os.path.join(folder, "."))
        ok = scope.play()
        played.outputs = {name: scope.text(about["value"])
                          for name, about in action.get("outputs", {}).items()}
        return ok
