"""How the action of GitHub comes by its program; see github_build.py."""
import os
import sys
import tempfile


def main():
    if not os.environ.get("PYTHON"):
        print("skipped: the program of GitHub's action: PyYAML cannot be had")
        print("0 passed, 0 failed")
        return 0
    from github_build import SCENARIOS, the_real_one
    from github_tests import Tests
    with tempfile.TemporaryDirectory() as folder:
        tests = Tests.of_environment(folder)
        for scenario in [*SCENARIOS, the_real_one]:
            if not sys.argv[1:] or scenario.__name__ in sys.argv[1:]:
                scenario(tests)
        return tests.close()


sys.exit(main())
