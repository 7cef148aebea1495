#!/bin/sh
# The corpus of real projects: every SQL body, every history commit by commit, the judged
# evolutions, thousands of small changes to real projects, and the official examples of migrations.
# Arguments go to histories.py.
set -u
build=${BUILD:-build}
shared=${TBLINT_SHARED:-../shared}
if [ ! -d "$shared/corpus/histories" ]; then
    echo "skipped: the corpus is not beside the project (TBLINT_SHARED)"
    exit 0
fi
make --no-print-directory BUILD="$build" all "$build/tools/sql_bodies" || exit 1
status=0
python3 tests/corpus/sql_bodies.py "$build/tools/sql_bodies" "$shared/corpus" "$build/corpus" ||
    status=1
python3 tests/corpus/histories.py "$build/tblint" "$shared/corpus" "$build/corpus" "$@" || status=1
python3 tests/corpus/mutations.py "$build/tblint" "$shared/corpus" "$build/corpus" || status=1
python3 tests/corpus/use_case_examples.py "$build/tblint" "$shared/corpus" "$build/corpus" || status=1
exit $status
