"""Breaks the action of GitHub, one fault at a time, and sees that a scenario notices each."""
import os
import shutil
import sys

from github_main import main

# What is lost: the file, the text in it, what stands for it, and the scenario that has to notice.
MUTATIONS = [
    ("a fork uploads", "action.yml", "== github.repository)", "!= '')", "forks"),
    ("a fork that is gone uploads", "action.yml", "repo.full_name == github.repository",
     "repo.full_name != 'mallory/shop'", "forks"),
    ("half a result is uploaded", "action.yml", " && steps.lint.outputs.complete == 'true'", "",
     "incomplete"),
    ("an upload that is refused fails the job", "action.yml",
     "continue-on-error: true\n      uses: github/", "uses: github/", "uploads"),
    ("the merge queue uploads", "action.yml", "github.event_name != 'merge_group' && ", "", "queue"),
    ("the merge queue is taken for a fork", "verdict.sh", '"${GITHUB_EVENT_NAME:-}" = pull_request', "true",
     "queue"),
    ("never uploads", "action.yml", "inputs.upload-sarif == 'auto' && ", "", "uploads"),
    ("the alerts have no category", "lint.sh", 'option --sarif-category "${CATEGORY:-}"', ":", "uploads"),
    ("a failed step skips the verdict", "action.yml", "      if: always()\n", "", "failing"),
    ("what failed is saved by nobody", "action.yml", "actions/cache/save@v5", "actions/cache/restore@v5",
     "cached"),
    ("a step is misspelled", "action.yml", "steps.lint.outputs.exit-code", "steps.link.outputs.exit-code",
     "summaries"),
    ("an unknown function", "action.yml", "if: always()", "if: allways()", "summaries"),
    ("the checkout has no depth", "tblint.yml", "fetch-depth: 2", "fetch-depth: 1", "depths"),
    ("the exit code is lost", "lint.sh", "|| code=$?", "|| true", "incomplete"),
    ("the exit code ends the step", "lint.sh", " || code=$?", "", "incomplete"),
    ("no verdict passes", "verdict.sh", "${CODE:-4}", "${CODE:-0}", "failing"),
    ("the verdict always passes", "verdict.sh", 'exit "$code"', "exit 0", "targets"),
    ("the summary is overwritten", "lint.sh", 'summary.md" >>"$GITHUB', 'summary.md" >"$GITHUB',
     "summaries"),
    ("the summary has no bound", "lint.sh", "summary_most=1048576", "summary_most=9999999", "summaries"),
    ("commands in the log are obeyed", "lint.sh", 'echo "::stop-commands::$token"', ":", "evil_program"),
    ("commands stay stopped", "lint.sh", 'echo "::$token::"', ":", "evil_program"),
    ("counts are taken from a message", "lint.sh", """.*"summary": *{""", ".*message[^{]*{", "evil_program"),
    ("annotations are left out", "lint.sh", 'cat "$report/annotations"', ":", "forks"),
    ("live is named by an option", "lint.sh", 'export TBLINT_LIVE=$LIVE',
     'arguments+=("--live=$LIVE")', "pushes"),
    ("inputs are split at blanks", "lint.sh", 'arguments+=("$1=$2")', 'arguments+=($1=$2)', "inputs"),
    ("switches take any word", "lint.sh", '        *) refuse "The input ${1#--}', '        x) refuse "',
     "inputs"),
    ("a full clone is cut off", "fetch.sh", "! is_shallow || depth=(--depth=1)", "depth=(--depth=1)",
     "full_clones"),
    ("a shallow clone gets all", "fetch.sh", "! is_shallow || depth=(--depth=1)", ":", "pushes"),
    ("nothing is deepened by one", "fetch.sh", "fetch --deepen=1 ", ": ", "depths"),
    ("nothing is deepened further", "fetch.sh", "--deepen=100 --unshallow", "", "by_hand"),
    ("before is not fetched", "fetch.sh", 'fetch_tip "$BEFORE"', ":", "pushes"),
    ("the commit before the last is the base", "fetch.sh", "    fetch_tip \"+refs/heads/", "    : \"+",
     "checked_out_branch"),
    ("two credentials are sent", "fetch.sh", 'GIT_CONFIG_VALUE_0=\n', 'GIT_CONFIG_VALUE_0="X-A: b"\n',
     "credentials"),
    ("no credentials are sent", "fetch.sh", 'export "${credentials[@]}"', ":", "credentials"),
    ("any command is run", "fetch.sh", "if [[ $line =~ ^[0-9a-f]{40}$ ]]", "if true", "evil_program"),
    ("a fetch that fails ends the job", "fetch.sh", ' || echo "This could not be fetched."', "",
     "gone_base"),
    ("live is not fetched", "fetch.sh", 'fetch_tip "$missing"', ":", "full_clones"),
    ("what is built is not on PATH", "build.sh", 'echo "$FOLDER/bin" >>"$GITHUB_PATH"', ":", "cached"),
    ("a broken program is kept", "build.sh", "if ! runs; then\n    if [ !", "if false; then\n    if [ !",
     "cached"),
    ("the cache ignores the source", "look.sh", "xargs -0 sha256sum", "xargs -0 echo", "cached"),
    ("PATH is ignored", "look.sh", "command -v tblint >/dev/null 2>&1", "false", "without_a_cache"),
]


def scenarios():
    import github_build
    import github_scenarios
    listed = [*github_scenarios.SCENARIOS, *github_build.SCENARIOS]
    return {scenario.__name__: scenario for scenario in listed}


def notices(tests, scenario):
    """A player that refuses the action has noticed as well."""
    try:
        scenario(tests)
    except (RuntimeError, OSError, ValueError, KeyError, LookupError) as error:
        return f"{type(error).__name__}: {error}"
    except Exception as error:  # an expression that is refused
        if type(error).__name__ != "ExpressionError":
            raise
        return str(error)
    return f"{tests.failed} failed checks" if tests.failed else None


def mutate(action, file, old, new):
    text = (action / file).read_text()
    if text.count(old) < 1:
        return False
    (action / file).write_text(text.replace(old, new))
    return True


def play(whole, number, mutation):
    name, file, old, new, wanted = mutation
    from github_tests import Tests
    folder = whole.folder / f"mutation{number}"
    shutil.copytree(whole.action, folder / "action")
    whole.check(f"{name}: the text is there", mutate(folder / "action", file, old, new))
    for scenario in wanted.split():
        tests = Tests(folder / scenario, folder / "action", os.environ["TBLINT_BIN"], False, whole.origin)
        noticed = notices(tests, scenarios()[scenario])
        whole.check(f"{name}: {scenario} notices", noticed)
        if "-v" in sys.argv:
            print(f"{name}: {noticed}")
    shutil.rmtree(folder)


def test(folder):
    from github_tests import Tests
    whole = Tests.of_environment(folder)
    for number, mutation in enumerate(MUTATIONS):
        play(whole, number, mutation)
    return whole


sys.exit(main("the faults of GitHub's action", test))
