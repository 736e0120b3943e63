#!/bin/sh
# test.sh CONFIGURATION...: builds and runs the tests of each (float, double, float-address, ...) and adds up.
# The last line is "N passed, N failed". SLOW=1 runs the slow cases too.
set -u
cd "$(dirname "$0")/.."

started=$(date +%s)
passed=0 failed=0
out=$(mktemp)
trap 'rm -f "$out"' EXIT
for config in "$@"; do
    real=${config%%-*}
    san=
    [ "$config" = "$real" ] || san=${config#*-}
    build=$(make -s --no-print-directory REAL="$real" SAN="$san" print-build)
    echo "== $config: build"
    if ! make --no-print-directory REAL="$real" SAN="$san" "$build/nn" "$build/nn_tests" "$build/make_cc" \
        "$build/make_rastrigin" >"$out" 2>&1; then
        cat "$out"
        failed=$((failed + 1))
        continue
    fi
    grep -i 'warning' "$out"
    echo "== $config: test"
    # Waiting threads sleep instead of spinning: see docs/DESIGN.md, threads.
    OMP_WAIT_POLICY=passive "$build/nn_tests" ${SLOW:+--no-skip} >"$out" 2>&1
    status=$?
    cat "$out"
    line=$(grep '^\[doctest\] test cases:' "$out" | tail -n 1)
    p=$(echo "$line" | sed -nE 's/.*\| *([0-9]+) passed.*/\1/p')
    f=$(echo "$line" | sed -nE 's/.*\| *([0-9]+) failed.*/\1/p')
    [ -n "$p" ] && passed=$((passed + p))
    [ -n "$f" ] && failed=$((failed + f))
    # Ended by a signal, or by a sanitizer after the last case: no count shows that.
    if [ "$status" != 0 ] && [ "${f:-0}" = 0 ]; then
        echo "nn_tests ended with status $status"
        failed=$((failed + 1))
    fi
done
[ "$passed" -gt 0 ] || failed=$((failed + 1))
echo "tests took $(($(date +%s) - started)) s"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
