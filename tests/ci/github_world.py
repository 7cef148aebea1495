"""A repository at GitHub with the events that start a workflow, and the actions of others."""
import json
import os
import shutil
import subprocess
from pathlib import Path

from github_runner import Failed, Runner

ZEROS = "0" * 40
GIT_ENVIRONMENT = {
    "GIT_AUTHOR_NAME": "test", "GIT_AUTHOR_EMAIL": "test@example.invalid",
    "GIT_COMMITTER_NAME": "test", "GIT_COMMITTER_EMAIL": "test@example.invalid",
    "GIT_AUTHOR_DATE": "2026-11-19T12:00:00Z", "GIT_COMMITTER_DATE": "2026-11-19T12:00:00Z",
    "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1",
}
TEMPLATE_USES = "OWNER/tblint/ci-templates/github@REV"


def git(folder, *arguments, check=True):
    """What git prints, without the last newline."""
    env = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    done = subprocess.run(["git", "-C", str(folder), *arguments], env={**env, **GIT_ENVIRONMENT},
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    if check and done.returncode != 0:
        raise RuntimeError(f"git {arguments}: {done.stderr.decode()}")
    return done.stdout.decode().rstrip("\n")


def datasource(host="String", more=""):
    return (f"SCHEMA >\n    `ts` DateTime `json:$.ts`,\n    `host` {host} `json:$.host`\n\n"
            f'ENGINE "MergeTree"\nENGINE_SORTING_KEY "ts"\n{more}')


class Origin:
    """The repository at GitHub: a bare one, and a clone to make commits in."""

    def __init__(self, folder):
        self.bare, self.work = Path(folder) / "origin.git", Path(folder) / "work"
        for path, kind in ((self.bare, ["--bare"]), (self.work, [])):
            path.mkdir(parents=True)
            git(path, "init", "-q", "-b", "main", *kind)
        git(self.work, "remote", "add", "origin", str(self.bare))

    def commit(self, message, files):
        """Commits the files on the branch that is checked out; None deletes one."""
        for name, text in files.items():
            path = self.work / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if text is None:
                path.unlink()
            else:
                path.write_bytes(text if isinstance(text, bytes) else text.encode())
        git(self.work, "add", "-A")
        git(self.work, "commit", "-q", "-m", message)
        return self.head()

    def head(self, ref="HEAD"):
        return git(self.work, "rev-parse", ref)

    def branch(self, name, start):
        git(self.work, "checkout", "-q", "-B", name, start)

    def push(self, *refs):
        git(self.work, "push", "-q", "-f", "origin", *refs)

    def merge_ref(self, name, base="main"):
        """refs/pull/7/merge of the branch, as GitHub makes it."""
        git(self.work, "checkout", "-q", "--detach", base)
        git(self.work, "merge", "-q", "--no-ff", "--no-edit", name)
        self.push(f"HEAD:refs/pull/{name}/merge", name)
        return self.head()


class Event:
    """Why the workflow runs: a name, the payload, and the ref and commit to check out."""

    def __init__(self, name, payload, ref, commit, base_ref=""):
        self.name, self.payload, self.ref, self.commit = name, payload, ref, commit
        self.base_ref = base_ref
        payload.setdefault("repository", {"default_branch": "main", "full_name": "acme/shop"})


def pull_request(origin, name, base, head_repository="acme/shop", event="pull_request"):
    head = {"ref": name, "repo": head_repository and {"full_name": head_repository}}
    payload = {"action": "synchronize", "number": 7,
               "pull_request": {"number": 7, "base": {"ref": "main", "sha": base}, "head": head}}
    commit = git(origin.bare, "rev-parse", f"refs/pull/{name}/merge")
    return Event(event, payload, "refs/pull/7/merge", commit, "main")


def push(origin, before, branch="main"):
    commit = git(origin.bare, "rev-parse", f"refs/heads/{branch}")
    payload = {"before": before, "after": commit, "ref": f"refs/heads/{branch}"}
    return Event("push", payload, f"refs/heads/{branch}", commit)


def merge_group(commit, base):
    payload = {"merge_group": {"base_sha": base, "base_ref": "refs/heads/main", "head_sha": commit}}
    return Event("merge_group", payload, "refs/heads/gh-readonly-queue/main/pr-7", commit)


def dispatch(origin, branch):
    commit = git(origin.bare, "rev-parse", f"refs/heads/{branch}")
    return Event("workflow_dispatch", {"ref": f"refs/heads/{branch}"}, f"refs/heads/{branch}", commit)


class World:
    """A machine of GitHub's for one job. `bin` are the folders before the system's on PATH."""

    def __init__(self, folder, origin, event, action, bin_folders=(), workspace="checkout", temp="temp"):
        self.folder, self.origin, self.event = Path(folder), origin, event
        self.action = Path(action)
        self.workspace, self.temp = self.folder / workspace, self.folder / temp
        self.home = self.folder / "home"
        for path in (self.workspace, self.temp, self.home):
            path.mkdir(parents=True)
        self.uploads, self.upload_fails, self.caches = [], False, {}
        self.depth, self.inputs, self.owner = None, {}, None
        self.runner = Runner(self.workspace, self.temp, self.github(), self.variables(),
                             [*map(str, bin_folders), "/usr/bin", "/bin"], self.home,
                             self.players(), {TEMPLATE_USES: self.action})

    def github(self):
        event = self.event
        return {"event": event.payload, "event_name": event.name, "ref": event.ref, "sha": event.commit,
                "repository": "acme/shop", "token": "ghs_secret", "run_id": "1",
                "workspace": str(self.workspace)}

    def variables(self):
        event_file = self.folder / "event.json"
        event_file.write_text(json.dumps(self.event.payload))
        return {"GITHUB_EVENT_NAME": self.event.name, "GITHUB_EVENT_PATH": str(event_file),
                "GITHUB_REF": self.event.ref, "GITHUB_SHA": self.event.commit,
                "GITHUB_REPOSITORY": "acme/shop", "GITHUB_BASE_REF": self.event.base_ref,
                "GITHUB_HEAD_REF": "", "GITHUB_SERVER_URL": "https://github.example",
                "TBLINT_NOW": "2026-11-21T12:00:00Z", "GIT_CONFIG_NOSYSTEM": "1"}

    def players(self):
        return {"actions/checkout": self.check_out, "actions/cache/restore": self.restore,
                "actions/cache/save": self.save, "github/codeql-action/upload-sarif": self.upload}

    # ---- actions of others ----

    def check_out(self, _runner, inputs):
        """As actions/checkout does. `self.depth` is what a user has put in place of the template's."""
        depth = int(self.depth if self.depth is not None else inputs.get("fetch-depth", 1))
        git(self.workspace, "init", "-q", "-b", "main")
        git(self.workspace, "remote", "add", "origin", f"file://{self.origin.bare}")
        fetch = ["fetch", "-q", "--prune", "--no-recurse-submodules"]
        is_branch = self.event.ref.startswith("refs/heads/")
        short = self.event.ref.replace("refs/heads/", "origin/").replace("refs/pull/", "pull/")
        refspec = f"+{self.event.commit}:refs/remotes/{short}"
        if depth == 0:
            git(self.workspace, *fetch, "origin", "+refs/heads/*:refs/remotes/origin/*")
            git(self.workspace, *fetch, "origin", refspec)
        else:
            git(self.workspace, *fetch, "--no-tags", f"--depth={depth}", "origin", refspec)
        where = ["-B", self.event.ref[len("refs/heads/"):]] if is_branch else ["--detach"]
        git(self.workspace, "checkout", "-q", "--force", *where, f"refs/remotes/{short}")
        if self.owner is not None:
            for root, folders, files in os.walk(self.workspace):
                for name in [".", *folders, *files]:
                    os.lchown(os.path.join(root, name), self.owner, self.owner)

    def restore(self, _runner, inputs):
        kept = self.caches.get(inputs["key"])
        if kept:
            shutil.copytree(kept, inputs["path"])
        return {"cache-hit": "true" if kept else "false"}

    def save(self, _runner, inputs):
        kept = self.folder / f"cache-{len(self.caches)}"
        shutil.copytree(inputs["path"], kept)
        self.caches[inputs["key"]] = kept

    def upload(self, _runner, inputs):
        sarif = json.loads(Path(inputs["sarif_file"]).read_text())
        self.uploads.append(sarif)
        if self.upload_fails:
            raise Failed("Resource not accessible by integration")
        return {"sarif-id": "1"}

    # ---- the job ----

    def play(self):
        """Plays the workflow that users copy, with `self.inputs` given to the action."""
        workflow = self.folder / "workflow.yml"
        text = (self.action / "tblint.yml").read_text()
        line = f"uses: {TEMPLATE_USES}\n"
        if text.count(line) != 1:
            raise ValueError("the workflow does not use the action as it says")
        if self.inputs:
            line += "        with:\n"
            line += "".join(f"          {key}: {json.dumps(value)}\n" for key, value in self.inputs.items())
        workflow.write_text(text.replace(f"uses: {TEMPLATE_USES}\n", line))
        self.passed = self.runner.play_workflow(workflow)
        return self

    def step(self, name):
        return self.runner.step(name)

    @property
    def outputs(self):
        """Those of the action."""
        return self.step("tblint").outputs

    @property
    def annotations(self):
        return [one for played in self.runner.played for one in played.log.annotations]

    @property
    def log(self):
        return "\n".join(played.log.text for played in self.runner.played)

    @property
    def summary(self):
        return "".join(played.summary for played in self.runner.played)
