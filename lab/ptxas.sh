#!/bin/sh
# ptxas.sh [FILE.cu...]: compiles every .cu with NVIDIA's nvcc for four generations of GPUs, float and double, warnings as
# errors, and prints a table of registers, shared memory and spills of every kernel. Status 1 if a file does not compile.
#     lab/ptxas.sh >lab/results/ptxas.md
set -u
cd "$(dirname "$0")/.."

nvcc=$(scripts/cuda.sh nvcc)
[ -x "$nvcc" ] || { echo "skipped: NVIDIA's nvcc is not installed" >&2; exit 77; }
capabilities=${GPU_ARCH:-75 80 86 90}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
[ $# -gt 0 ] || set -- src/cuda_utils.cu $(ls src/*/*.cu 2>/dev/null) src/nn.cu src/train.cu src/test.cu solutions/*.cu \
    $(ls solutions/parallel/*.cu 2>/dev/null) solutions/ladder/*/*.cu lab/*.cu grading/*.cu

failed=0
for real in float double; do
    flags=
    [ $real = float ] || flags=-DREAL_DOUBLE
    for file in "$@"; do
        numbers=$(sed -n 's|^// numbers: ||p' "$file")
        [ "${numbers:-$real}" = $real ] || continue
        if "$nvcc" -std=c++17 -O3 -lineinfo $flags -Isrc -Igrading -I"$(dirname "$file")" $(scripts/cuda.sh arch $capabilities) \
            -Werror all-warnings -Xcompiler -Wall,-Wextra,-Wno-unused-parameter,-Werror,-fopenmp -Xptxas -v \
            -c "$file" -o "$work/object.o" >"$work/log" 2>&1; then
            echo "ok $file, $real" >&2
        else
            echo "FAILED $file, $real" >&2
            cat "$work/log" >&2
            failed=1
        fi
        # file|kernel|capability|registers|shared|spilled
        c++filt <"$work/log" | awk -v file="$file" '
            /Compiling entry function/ { split($0, part, "\047"); kernel = part[2]; sub(/\(.*/, "", kernel); sub(/^void /, "", kernel); capability = part[4] }
            /bytes spill stores/ { for (i = 2; i <= NF; i++) if ($i == "bytes" && $(i + 1) == "spill") spilled += $(i - 1) }
            /: Used .* registers/ {
                for (i = 2; i <= NF; i++) { if ($i ~ /^registers/) registers = $(i - 1); if ($i == "bytes" && $(i + 1) ~ /^smem/) shared = $(i - 1) }
                print file "|" kernel "|" capability "|" registers "|" shared + 0 "|" spilled + 0
                spilled = shared = 0
            }' >>"$work/$real"
    done
done

echo "# Registers, shared memory and spills of every kernel"
echo
echo "From \`ptxas -v\`, $("$nvcc" --version | sed -n 's/.*\(release [0-9.]*, V[0-9.]*\).*/nvcc \1/p'), \`-O3 -lineinfo\`; made by \`lab/ptxas.sh\`. A cell: registers of a thread /"
echo "bytes of static shared memory of a block / bytes spilled, where there are any. Dynamic shared memory, which \`fused\` and the"
echo "rungs after it use, is chosen at run time. A kernel with the name and the figures of one above it is left out. A cell with 4"
echo "registers or so where the others have many: the kernel is empty for that GPU (see the head of the file)."
for real in float double; do
    [ -s "$work/$real" ] || continue
    echo
    echo "## $real"
    echo
    echo "| file | kernel |$(for c in $capabilities; do printf ' sm_%s |' "$c"; done)"
    echo "|---|---|$(for c in $capabilities; do printf -- '---|'; done)"
    awk -F '|' '
        { row = $1 "|" $2; if (!(row in cells)) order[++n] = row; cells[row] = cells[row] " " $4 " / " $5 ($6 ? " / **" $6 "**" : "") " |" }
        END {
            for (i = 1; i <= n; i++) {
                split(order[i], part, "|")
                same = part[2] "|" cells[order[i]]
                if (!(same in seen)) print "| " part[1] " | " part[2] " |" cells[order[i]]
                seen[same] = 1
            }
        }' "$work/$real"
done
exit $failed
