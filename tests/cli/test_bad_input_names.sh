#!/bin/sh
# Hostile names in every place and every format, read by parsers of Python's own library.
# tests/names/run.sh does the same at length, with the renderers of Markdown that code hosts use.
. "$(dirname "$0")/lib.sh"
if ! command -v python3 >/dev/null 2>&1; then
    echo "skipped: hostile names: there is no python3"
    finish
    exit
fi
python3 "$TBLINT_SOURCE/tests/lib/hostile_names.py" "$scratch" >"$out" 2>"$err" || code=$?
same "it ends with its counts" "$(tail -n 1 "$out" | grep -cE '^[0-9]+ passed, [0-9]+ failed$')" 1
same "every name in every format" "$code" 0
finish
