"""The frame of a test of GitHub's templates: skipped without PyYAML, else in a folder of its own."""
import os
import sys
import tempfile
from pathlib import Path


def main(what, test):
    """TEST plays in the folder that it is given, and returns its Counter."""
    if not os.environ.get("PYTHON"):
        print(f"skipped: {what}: PyYAML cannot be had")
        print("0 passed, 0 failed")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        return test(Path(folder)).close()


def play(folder, scenarios):
    """Those whose names are among the program's arguments; none means all."""
    from github_tests import Tests
    tests = Tests.of_environment(folder)
    for scenario in scenarios:
        if not sys.argv[1:] or scenario.__name__ in sys.argv[1:]:
            scenario(tests)
    return tests
