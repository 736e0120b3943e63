#!/bin/sh
# test.sh CONFIGURATION...: builds and runs the tests of each (float, double, float-address, ...; emu: the emulator's; grade: a class's;
# release, ladder, nvcc, packages, slurm: the lines "ok ...", "FAILED ..." of tests/release.sh and so on) and adds up.
# First all builds, then the tests, two at a time. The last line is "N passed, N failed". SLOW=1 runs the slow cases too.
set -u
cd "$(dirname "$0")/.."

started=$(date +%s)
passed=0 failed=0 skipped=0 tests=0
work=$(mktemp -d)
lanes=
trap '[ -z "$lanes" ] || { kill $lanes; wait $lanes; } 2>/dev/null; rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

build() { # name, make's arguments...
    echo "== $1: build"
    shift
    if ! make --no-print-directory "$@" >"$work/build" 2>&1; then
        cat "$work/build"
        failed=$((failed + 1))
        return 1
    fi
    grep -i 'warning' "$work/build"
    return 0
}

later() { # name, program: its tests are run when everything is built
    tests=$((tests + 1))
    echo "$1" >"$work/$tests.name"
    echo "$2" >"$work/$tests.program"
}

# ---- build -------------------------------------------------------------------------------------------------
build_cpu_and_cuda() { # configuration
    real=${1%%-*}
    san=
    [ "$1" = "$real" ] || san=${1#*-}
    folder=$(make -s --no-print-directory REAL="$real" SAN="$san" print-build)
    tools=${folder%%-emu*} tools=${tools%%-real*}
    programs="$folder/nn $folder/nn_tests $tools/make_cc $tools/make_rastrigin" lab=
    if [ "$real${SLOW:-}" != double ]; then # what looks at files and draws is much the same in double: SLOW=1 tests it
        lab=$folder/lab_tests
        programs="$programs $folder/lab $lab"
    fi
    if [ "$folder" != "$tools" ]; then # with CUDA: the checking engine is tested with the solutions and with the stubs
        rungs="RUNGS=tiled streams graph"
        [ -z "${SLOW:-}" ] || rungs=
        stubs=$(make -s --no-print-directory REAL="$real" SAN="$san" IMPL=src print-build)
        [ ! -d solutions/ladder ] || [ "$real${SLOW:-}" = double ] || build "$1, ladder" REAL="$real" ladder-programs ${rungs:+"$rungs"}
        build "$1, stubs" REAL="$real" SAN="$san" IMPL=src "$stubs/worker" || return 1
        programs="$programs $folder/worker"
    fi
    build "$1" REAL="$real" SAN="$san" $programs || return 1
    later "$1" "$folder/nn_tests"
    [ -z "$lab" ] || later "$1, lab" "$lab"
}

for config in "$@"; do
    case $config in
    emu) build emu -C emu all tests && later emu build/emu/emu_tests ;;
    grade)
        lacks=$(make -s --no-print-directory print-lacks PROGRAM=grade)
        if [ -n "$lacks" ]; then
            echo "== grade: skipped: needs $lacks"
            skipped=$((skipped + 1))
        else
            build grade REAL=float build/float/grade_tests bin/grade bin/check && later grade build/float/grade_tests
        fi
        ;;
    release | ladder | nvcc | packages | slurm) later "$config" "tests/$config.sh" ;;
    *) build_cpu_and_cuda "$config" ;;
    esac
done

# ---- test --------------------------------------------------------------------------------------------------
# Waiting threads sleep instead of spinning: see docs/DESIGN.md, threads.
export OMP_WAIT_POLICY=passive
# A shell lets its background programs ignore Ctrl-C, and they would hand that on to what they test.
listening=$(env --default-signal=INT true 2>/dev/null && echo "env --default-signal=INT")

lane() { # takes what no other lane has taken, until nothing is left
    k=0
    while [ $k -lt $tests ]; do
        k=$((k + 1))
        mkdir "$work/$k.taken" 2>/dev/null || continue
        program=$(cat "$work/$k.program")
        slow=${SLOW:+--no-skip}
        case $program in *.sh) slow= ;; esac # they know of SLOW
        $listening "$program" $slow >"$work/$k.out" 2>&1
        echo $? >"$work/$k.status.new"
        mv "$work/$k.status.new" "$work/$k.status"
    done
}

count() { # what the test number k printed, and how it ended
    program=$(cat "$work/$1.program") status=$(cat "$work/$1.status")
    case $program in
    *.sh)
        p=$(grep -c '^ok' "$work/$1.out") f=$(grep -c '^FAILED' "$work/$1.out") s=$(grep -c '^skipped' "$work/$1.out")
        skipped=$((skipped + s))
        [ "$((p + s + f))" -gt 0 ] || echo "$program said nothing and ended with status $status"
        [ "$((p + s))" -gt 0 ] || f=$((f + 1))
        ;;
    *)
        line=$(grep '^\[doctest\] test cases:' "$work/$1.out" | tail -n 1)
        p=$(echo "$line" | sed -nE 's/.*\| *([0-9]+) passed.*/\1/p')
        f=$(echo "$line" | sed -nE 's/.*\| *([0-9]+) failed.*/\1/p')
        ;;
    esac
    passed=$((passed + ${p:-0})) failed=$((failed + ${f:-0}))
    # Ended by a signal, or by a sanitizer after the last case: no count shows that.
    if [ "$status" != 0 ] && [ "${f:-0}" = 0 ]; then
        echo "$program ended with status $status"
        failed=$((failed + 1))
    fi
}

lane &
lanes=$!
if [ "$(nproc 2>/dev/null || echo 1)" -gt 1 ]; then
    lane &
    lanes="$lanes $!"
fi
k=0
while [ $k -lt $tests ]; do
    k=$((k + 1))
    echo "== $(cat "$work/$k.name"): test"
    while [ ! -e "$work/$k.status" ]; do sleep 0.3; done
    cat "$work/$k.out"
    count $k
done
[ "$((passed + skipped))" -gt 0 ] || failed=$((failed + 1))
echo "tests took $(($(date +%s) - started)) s"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
