# [given] device_file.sh: what is no ordinary file, /dev/null say, is not removed after an error.
cd "$(dirname "$0")" || exit 1
mknod "$SCRATCH/null" c 1 3 || exit 0 # only root could remove it
if nvcc --lint -c reference.cu -o "$SCRATCH/null" 2>"$SCRATCH/said"; then
    grep 'no lint:' "$SCRATCH/said" # no compiler that would refuse it
    exit
fi
[ -c "$SCRATCH/null" ]
