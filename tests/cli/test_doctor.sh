#!/bin/sh
# tblint doctor: what it says of the libraries, and what it does where something is in the way.
. "$(dirname "$0")/lib.sh"

project usual
run tblint doctor; expect "libraries and what they read" 0 "libgit2       " "not SHA-256" \
    "not reftable" "tree-sitter   ABI " "grammars: datafile " "cJSON         " "libyaml       "
expect "repository, live and projects" 0 "HEAD          change" "main, commit" "1 datafile, "

cd "$scratch" && mkdir plain && cd plain || exit 1
run tblint doctor; expect "no repository" 3 "libgit2" "cannot be used" "repository"

cd "$scratch" || exit 1
if git init -q --object-format=sha256 sha256 2>/dev/null; then
    cd sha256 || exit 1
    run tblint doctor; expect "a repository that cannot be read" 3 "SHA-256"
fi
finish
