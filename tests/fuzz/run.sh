#!/bin/sh
# Runs every harness over the seeds and a fixed number of inputs made from them: about 20 seconds
# each. Equal sources give equal inputs: the seeds come in the order of their names, hashes have a
# fixed key, and addresses stay where they are. FUZZ_SEED=2 gives other inputs. FUZZ_SECONDS=300
# runs each for that long instead, with other inputs each time, and keeps what it found for the
# next run. What broke is kept in $BUILD and shown.
set -u
if [ -z "${BUILD:-}" ]; then
    exec make --no-print-directory fuzz
fi
passed=0 failed=0
export ASAN_OPTIONS=detect_leaks=1:allocator_may_return_null=0
export UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1
# What is known of libraries.
export LSAN_OPTIONS=suppressions=$PWD/.ci/lsan.supp:print_suppressions=0
sh tests/fuzz/seeds.sh "$BUILD" || exit 1
same_addresses=
setarch -R true 2>/dev/null && same_addresses="setarch -R"

# harness NAME RUNS [OPTION...]
harness() {
    name=$1 runs=$2
    shift 2
    set -- -max_len=4096 "$@"
    case " ${FUZZ_ONLY:-$name} " in *" $name "*) ;; *) return ;; esac
    corpus=$BUILD/corpus-$name log=$BUILD/$name.log
    [ -n "${FUZZ_SECONDS:-}" ] || rm -rf "$corpus"
    mkdir -p "$corpus"
    # A folder would be read in whatever order the disk has it.
    find "$BUILD/seeds-$name" -type f | LC_ALL=C sort | paste -sd, - >"$BUILD/seeds-$name.list"
    rm -f "$BUILD/broke-$name-"*
    if [ -n "${FUZZ_SECONDS:-}" ]; then
        set -- "$@" -max_total_time="$FUZZ_SECONDS"
    else
        set -- "$@" -seed="${FUZZ_SEED:-1}" -runs="$runs"
    fi
    if $same_addresses "$BUILD/fuzz_$name" "$@" -seed_inputs="@$BUILD/seeds-$name.list" \
        -reload=0 -rss_limit_mb=2048 -timeout=20 -close_fd_mask=3 -print_final_stats=1 \
        -artifact_prefix="$BUILD/broke-$name-" "$corpus" >"$log" 2>&1; then
        passed=$((passed + 1))
        echo "ok     $name: $(sed -n 's/^stat::number_of_executed_units: //p' "$log") inputs," \
            "$(ls "$corpus" | wc -l) kept"
    else
        failed=$((failed + 1))
        echo "FAILED $name"
        grep -v '^#[0-9]*	' "$log" | tail -n 60
        for file in "$BUILD/broke-$name-"*; do
            [ -f "$file" ] && echo "$file:" && od -An -v -tx1 "$file" | tr -d '\n' && echo
        done
    fi
}

harness datafile 70000
harness sql 50000
harness parameter 150000
harness type 110000
harness config 400000
harness acceptance 50000
harness sarif 60000
harness escape 25000 -max_len=300
harness event 4000
harness shell 50000
harness quality_test 60000
harness project 6000 -entropic=0
harness lineage 3000 -max_len=104
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
