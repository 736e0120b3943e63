#!/bin/sh
# ladder.sh: trains with every rung of solutions/ladder as the CPU does, then again under the four sanitizer tools.
# A line "ok NAME" or "FAILED NAME" for each. RUNGS="fused tiled" chooses rungs, CONFIGS="float" numbers.
set -u
cd "$(dirname "$0")/.."

out=$(mktemp)
trap 'rm -f "$out"' EXIT
report() { # status, name
    if [ "$1" = 0 ]; then echo "ok $2"; else
        cat "$out"
        echo "FAILED $2"
    fi
}
# What a rung says of itself: the rest of its line "// KEY: ..."
says() { sed -n "s|^// $2: *||p" "solutions/ladder/$1"/*.cu | head -n 1; }

export OMP_WAIT_POLICY=passive
for folder in solutions/ladder/*/; do
    rung=$(basename "$folder")
    case " ${RUNGS:-$rung} " in *" $rung "*) ;; *) continue ;; esac
    for real in ${CONFIGS:-float double}; do
        numbers=$(says "$rung" numbers)
        [ "${numbers:-$real}" = "$real" ] || continue
        tests=$(make -s --no-print-directory REAL="$real" IMPL="ladder/$rung" print-build)/train_tests
        case $tests in *-emu/*) emulated=1 ;; *) emulated=0 ;; esac
        needs=$(says "$rung" needs)
        if [ $emulated = 0 ] && [ -n "$needs" ]; then
            has=$(nvidia-smi --query-gpu=compute_cap --format=csv,noheader 2>/dev/null | head -n 1 | tr -d .)
            [ "${has:-0}" -ge "${needs#sm_}" ] || {
                echo "skipped $rung, $real: needs $needs, this machine has ${has:+sm_}${has:-no GPU}"
                continue
            }
        fi
        make -s --no-print-directory REAL="$real" IMPL="ladder/$rung" "$tests" >"$out" 2>&1 || {
            report 1 "$rung, $real: build"
            continue
        }
        TOLERANCE=$(says "$rung" tolerance)
        [ -n "$TOLERANCE" ] && export TOLERANCE || unset TOLERANCE
        "$tests" >"$out" 2>&1
        report $? "$rung, $real"
        if [ $emulated = 1 ]; then
            for order in forward random:3; do
                emu/bin/compute-sanitizer --tool all --order $order "$tests" >"$out" 2>&1
                report $? "$rung, $real: sanitizer tools, order $order"
            done
        fi
    done
done
