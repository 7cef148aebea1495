"""ci-templates/github, played without GitHub: the workflow that users copy and the composite action,
step by step, for each event that starts it. Arguments name scenarios; none means all."""
import sys

from github_main import main, play


def test(folder):
    from github_scenarios import SCENARIOS
    return play(folder, SCENARIOS)


sys.exit(main("the workflow of GitHub", test))
