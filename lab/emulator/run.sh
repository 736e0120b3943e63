#!/bin/sh
# run.sh: the speed of the emulator: plain on one and on all cores, checked, with counters. PYTHON=... adds Numba's simulator.
set -eu
cd "$(dirname "$0")"
emu=../../emu/bin
program=$(mktemp)
trap 'rm -f "$program" "$program.cu.d"' EXIT
start=$(date +%s%N)
"$emu/nvcc" -O2 speed.cu -o "$program"
echo "build: $((($(date +%s%N) - start) / 1000000)) ms"
# One processor for one thread: see the machine's noise, not the scheduler's.
echo "one thread";   EMU_THREADS=1 taskset -c 0 "$program" "${REPEATS:-5}"
echo "all threads";  "$program" "${REPEATS:-5}"
echo "compute-sanitizer --tool all"; "$emu/compute-sanitizer" --tool all "$program" 3
echo "ncu"; "$emu/ncu" -q --json /dev/null "$program" 3
if [ -n "${PYTHON:-}" ]; then "$PYTHON" numba_simulator.py; fi
