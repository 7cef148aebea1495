"""How the action of GitHub comes by its program; see github_build.py."""
import sys

from github_main import main, play


def test(folder):
    from github_build import SCENARIOS, the_real_one
    return play(folder, [*SCENARIOS, the_real_one])


sys.exit(main("the program of GitHub's action", test))
