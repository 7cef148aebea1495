"""ci-templates/github, played without GitHub: the workflow that users copy and the composite action,
step by step, for each event that starts it. Arguments name scenarios; none means all."""
import os
import sys
import tempfile


def main():
    if not os.environ.get("PYTHON"):
        print("skipped: the workflow of GitHub: PyYAML cannot be had")
        print("0 passed, 0 failed")
        return 0
    from github_scenarios import SCENARIOS
    from github_tests import Tests
    with tempfile.TemporaryDirectory() as folder:
        tests = Tests.of_environment(folder)
        for scenario in SCENARIOS:
            if not sys.argv[1:] or scenario.__name__ in sys.argv[1:]:
                scenario(tests)
        return tests.close()


sys.exit(main())
