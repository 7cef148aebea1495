#!/bin/sh
# Hostile names in every place and every format (tests/lib/hostile_names.py), at length: Markdown is
# rendered by GitHub's own renderer and by another one that makes links of bare addresses, YAML is
# read by a parser of its own. Installs those into $BUILD from PyPI; skips with a line that says so
# where that cannot be done.
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
build=${BUILD:-build}
case $build in /*) ;; *) build=$root/$build ;; esac
venv=$build/names-venv
export TBLINT_BIN="$build/tblint" TBLINT_SOURCE="$root" TBLINT_THOROUGH=1

skip() {
    echo "skipped: hostile names in rendered Markdown: $1"
    exit 0
}

[ -x "$TBLINT_BIN" ] || skip "$TBLINT_BIN is not built"
if ! "$venv/bin/python" -c 'import cmarkgfm, markdown_it, linkify_it, yaml' 2>/dev/null; then
    python3 -m venv "$venv" >/dev/null 2>&1 || skip "python3-venv is not installed"
    "$venv/bin/pip" install -q cmarkgfm markdown-it-py linkify-it-py pyyaml >/dev/null 2>&1 ||
        skip "its packages cannot be installed from PyPI"
fi
. "$root/tests/cli/lib.sh"
"$venv/bin/python" "$root/tests/lib/hostile_names.py" "$scratch"
