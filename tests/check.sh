#!/bin/sh
# Everything that is checked without running the program: layers, format, both compilers with
# warnings as errors, clang-tidy, and that the committed parsers are what grammar.js gives.
# Arguments name the parts to run (layers format compilers tidy grammar); none means all.
set -u
build=${BUILD:-build}
version=${TREE_SITTER_VERSION:-0.25.10}
status=0 passed=0 failed=0

part() {
    name=$1
    shift
    if "$@" >"$build/check-$name.txt" 2>&1; then
        echo "ok     $name"
        passed=$((passed + 1))
    else
        echo "FAILED $name"
        tail -n 40 "$build/check-$name.txt"
        status=1 failed=$((failed + 1))
    fi
}

sources() {
    find analyzers cmd tests grammar -name '*.[ch]' ! -path '*/src/parser.c' \
        ! -path '*/src/tree_sitter/*' ! -path '*/node_modules/*'
}

check_format() {
    # shellcheck disable=SC2046
    clang-format --dry-run --Werror $(sources)
}

check_compilers() {
    for cc in gcc clang; do
        make -j2 --no-print-directory BUILD="$build/check-$cc" CC=$cc all test-programs || return 1
    done
}

check_tidy() {
    # The flags are read by one more shell: the quotes of the string have to outlive it.
    flags="-std=c11 -D_GNU_SOURCE -DTBLINT_VERSION='\"0\"' -Ianalyzers -Icmd -Irules -Itests"
    flags="$flags $(pkg-config --cflags libgit2 tree-sitter libcjson yaml-0.1)"
    # shellcheck disable=SC2086
    find analyzers cmd -name '*.c' -print0 |
        xargs -0 -P 2 -n 6 sh -c 'clang-tidy --quiet "$@" -- '"$flags" tidy
}

# The generator is a developer's tool: without it this part is skipped with a line that says so.
check_grammar() {
    for grammar in datafile sql; do
        copy=$build/check-grammar-$grammar
        rm -rf "$copy"
        mkdir -p "$copy/grammar"
        cp -R grammar/common "$copy/grammar/common"
        # The scanner of datafiles includes the table of instructions.
        mkdir -p "$copy/analyzers/syntax"
        cp analyzers/syntax/keyword.def "$copy/analyzers/syntax/"
        mkdir -p "$copy/grammar/$grammar/src"
        cp -R "grammar/$grammar/." "$copy/grammar/$grammar/"
        rm -f "$copy/grammar/$grammar/src/parser.c"
        (cd "$copy/grammar/$grammar" && tree-sitter generate --abi 14) || return 1
        cmp "$copy/grammar/$grammar/src/parser.c" "grammar/$grammar/src/parser.c" || return 1
        (cd "$copy/grammar/$grammar" && tree-sitter test) || return 1
    done
}

mkdir -p "$build"
for wanted in ${*:-layers format compilers tidy grammar}; do
    case $wanted in
        layers) part layers sh tests/check_layers.sh ;;
        format) part format check_format ;;
        compilers) part compilers check_compilers ;;
        tidy) part tidy check_tidy ;;
        grammar)
            if tree-sitter --version 2>/dev/null | grep -qF "$version"; then
                part grammar check_grammar
            else
                echo "skipped: grammar needs tree-sitter-cli $version (cargo install tree-sitter-cli)"
            fi ;;
        *) echo "unknown part: $wanted" >&2; exit 2 ;;
    esac
done
echo "$passed passed, $failed failed"
exit $status
