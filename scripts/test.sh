#!/bin/sh
# test.sh CONFIGURATION...: builds and runs the tests of each (float, double, float-address, ...; emu: the emulator's; grade: a class's;
# release, ladder, nvcc, packages, slurm: the lines "ok ...", "FAILED ..." of tests/release.sh and so on) and adds up.
# The last line is "N passed, N failed". SLOW=1 runs the slow cases too.
set -u
cd "$(dirname "$0")/.."

started=$(date +%s)
passed=0 failed=0
out=$(mktemp)
trap 'rm -f "$out"' EXIT

build() { # name, make's arguments...
    echo "== $1: build"
    shift
    if ! make --no-print-directory "$@" >"$out" 2>&1; then
        cat "$out"
        failed=$((failed + 1))
        return 1
    fi
    grep -i 'warning' "$out"
    return 0
}

run() { # name, program
    echo "== $1: test"
    "$2" ${SLOW:+--no-skip} >"$out" 2>&1
    status=$?
    cat "$out"
    line=$(grep '^\[doctest\] test cases:' "$out" | tail -n 1)
    p=$(echo "$line" | sed -nE 's/.*\| *([0-9]+) passed.*/\1/p')
    f=$(echo "$line" | sed -nE 's/.*\| *([0-9]+) failed.*/\1/p')
    [ -n "$p" ] && passed=$((passed + p))
    [ -n "$f" ] && failed=$((failed + f))
    # Ended by a signal, or by a sanitizer after the last case: no count shows that.
    if [ "$status" != 0 ] && [ "${f:-0}" = 0 ]; then
        echo "$2 ended with status $status"
        failed=$((failed + 1))
    fi
}

# Waiting threads sleep instead of spinning: see docs/DESIGN.md, threads.
export OMP_WAIT_POLICY=passive
for config in "$@"; do
    if [ "$config" = emu ]; then
        build emu -C emu all tests && run emu build/emu/emu_tests
        continue
    fi
    if [ "$config" = grade ]; then
        if [ -n "$(make -s --no-print-directory print-lacks PROGRAM=grade)" ]; then
            echo "== grade: skipped: needs $(make -s --no-print-directory print-lacks PROGRAM=grade)"
            continue
        fi
        build grade REAL=float build/float/grade_tests bin/grade bin/check && run grade build/float/grade_tests
        continue
    fi
    case $config in
    release | ladder | nvcc | packages | slurm)
        echo "== $config: test"
        "tests/$config.sh" 2>&1 | tee "$out"
        passed=$((passed + $(grep -c '^ok' "$out"))) failed=$((failed + $(grep -c '^FAILED' "$out")))
        grep -q '^ok\|^skipped' "$out" || failed=$((failed + 1))
        continue
        ;;
    esac
    real=${config%%-*}
    san=
    [ "$config" = "$real" ] || san=${config#*-}
    folder=$(make -s --no-print-directory REAL="$real" SAN="$san" print-build)
    tools=${folder%%-emu*} tools=${tools%%-real*}
    programs="$folder/nn $folder/lab $folder/nn_tests $tools/make_cc $tools/make_rastrigin"
    if [ "$folder" != "$tools" ]; then # with CUDA: the checking engine is tested with the solutions and with the stubs
        rungs="RUNGS=tiled streams graph"
        [ -z "${SLOW:-}" ] || rungs=
        stubs=$(make -s --no-print-directory REAL="$real" SAN="$san" IMPL=src print-build)
        [ ! -d solutions/ladder ] || build "$config, ladder" REAL="$real" ladder-programs ${rungs:+"$rungs"}
        build "$config, stubs" REAL="$real" SAN="$san" IMPL=src "$stubs/worker" || continue
        programs="$programs $folder/worker"
    fi
    build "$config" REAL="$real" SAN="$san" $programs &&
        run "$config" "$folder/nn_tests"
done
[ "$passed" -gt 0 ] || grep -q '^skipped' "$out" || failed=$((failed + 1))
echo "tests took $(($(date +%s) - started)) s"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
