#!/bin/sh
# The corpus of real projects: every history commit by commit, and the judged evolutions.
set -eu
build=${BUILD:-build}
shared=${TBLINT_SHARED:-../shared}
if [ ! -d "$shared/corpus/histories" ]; then
    echo "skipped: the corpus is not beside the project (TBLINT_SHARED)"
    exit 0
fi
make --no-print-directory BUILD="$build" all
exec python3 tests/corpus/histories.py "$build/tblint" "$shared/corpus" "$build/corpus" "$@"
