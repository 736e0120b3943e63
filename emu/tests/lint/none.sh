# [given] none.sh: without a GPU compiler one line says so, and the program is built.
cd "$(dirname "$0")" || exit 1
EMU_LINT=none nvcc --lint -c host_function.cu -o "$SCRATCH/a.o" 2>"$SCRATCH/said" || exit 1
cat "$SCRATCH/said"
[ -f "$SCRATCH/a.o" ] && [ "$(wc -l <"$SCRATCH/said")" = 1 ] && grep -q 'no lint' "$SCRATCH/said"
