#!/bin/sh
# task.sh PROGRAM OUT K: one task of job array K of `bin/grade --slurm`: grades one submission on the node it runs on.
fail() {
    echo "$(uname -n): $1"
    exit 1
}
for path in "$1" "$2/slurm/tasks.json"; do
    [ -r "$path" ] || fail "$path is not there: the nodes must see the same files as the host where bin/grade was started"
done

# Instructions that the programs may hold, and this processor may lack.
here=" $(sed -n 's/^flags[^:]*: *//p' /proc/cpuinfo | head -n 1) "
for flag in $(cat "$2/slurm/processor"); do
    case $here in
    *" $flag "*) ;;
    *) fail "this processor lacks $flag: \`export ARCH=x86-64-v2; make bin/grade\`, then grade anew" ;;
    esac
done

task=$(sed -n "$((SLURM_ARRAY_TASK_ID + 1))p" "$2/slurm/array-$3.txt")
[ -n "$task" ] || fail "array-$3.txt has no line $((SLURM_ARRAY_TASK_ID + 1))"
echo "task $task on $(uname -n), GPU ${CUDA_VISIBLE_DEVICES:-none}, $(date "+%Y-%m-%d %H:%M:%S")"
exec "$1" --out "$2" --task "$task"
