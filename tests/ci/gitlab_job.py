#!/usr/bin/env python3
"""What ci-templates/gitlab/tblint.yml says, and whether its reports are what GitLab reads.

    gitlab_job.py script TEMPLATE PART [INPUT=VALUE...]   the shell of before_script or script
    gitlab_job.py check TEMPLATE
    gitlab_job.py quality REPORT FOLDER                   Code Quality over a checkout
    gitlab_job.py private PORT_FILE                       a server that wants credentials
"""
import http.server
import json
import pathlib
import re
import sys

import yaml

PLACE = re.compile(r"\$\[\[ *inputs\.([a-z_]+) *\]\]")


def read(template, given):
    """The inputs of the header, and the jobs with the inputs put in their places."""
    header, body = pathlib.Path(template).read_text().split("\n---\n")
    inputs = yaml.safe_load(header)["spec"]["inputs"]
    unknown = set(given) - set(inputs)
    assert not unknown, f"no such input: {unknown}"
    for name, value in given.items():
        assert value in inputs[name].get("options", [value]), f"{name}: {value}"

    def put(found):
        name = found.group(1)
        return given.get(name, inputs[name].get("default"))

    values = {name: put(re.match("(.*)", name)) for name in inputs}
    assert None not in values.values(), "an input without a default must be given"
    return inputs, body, yaml.safe_load(PLACE.sub(put, body))


def script(template, part, *settings):
    _, _, jobs = read(template, dict(item.split("=", 1) for item in settings))
    print("\n".join(jobs["tblint"][part]))


def check(template):
    inputs, body, jobs = read(template, {})
    used = set(PLACE.findall(body))
    assert used == set(inputs), f"inputs and their uses differ: {used ^ set(inputs)}"
    for name, item in inputs.items():
        assert item.get("default") in item.get("options", [item.get("default")]), name
    assert list(jobs) == ["tblint"], "one job, whose name is that of the tool"
    job = jobs["tblint"]
    assert job["allow_failure"] == {"exit_codes": 101}, "nothing else may be allowed to fail"
    assert all("allow_failure" not in rule and "changes" not in rule for rule in job["rules"])
    assert job["artifacts"]["when"] == "always"
    reports = job["artifacts"]["reports"]
    assert set(reports) == {"codequality", "junit"}
    text = "\n".join(job["script"])
    for name in reports.values():
        assert f"={name}" in text, f"{name} is not written"
    assert text.rstrip().endswith('exit "$code"')


def quality(report, folder):
    entries = json.loads(pathlib.Path(report).read_text())
    assert isinstance(entries, list)
    prints = [entry["fingerprint"] for entry in entries]
    assert len(set(prints)) == len(prints), "fingerprints are not unique"
    for entry in entries:
        assert set(entry) == {"description", "check_name", "fingerprint", "severity", "location"}
        assert entry["severity"] in ("info", "minor", "major", "critical", "blocker")
        assert entry["description"] and "\n" not in entry["description"]
        path = entry["location"]["path"]
        assert not path.startswith(("/", "./")) and ".." not in path.split("/"), path
        assert path == "." or (pathlib.Path(folder) / path).is_file(), f"{path} is not there"
        assert entry["location"]["lines"]["begin"] >= 1
    print(len(entries), *sorted({entry["check_name"] for entry in entries}))


class Private(http.server.BaseHTTPRequestHandler):
    """A project that asks everybody for credentials."""

    def do_GET(self):
        self.send_response(401)
        self.send_header("WWW-Authenticate", 'Basic realm="GitLab"')
        self.end_headers()

    def log_message(self, *_):
        pass


def private(port_file):
    server = http.server.HTTPServer(("127.0.0.1", 0), Private)
    pathlib.Path(port_file).write_text(str(server.server_port))
    server.serve_forever()


if __name__ == "__main__":
    {"script": script, "check": check, "quality": quality, "private": private}[sys.argv[1]](*sys.argv[2:])
