# [given] device_file.sh: what is no ordinary file, /dev/null say, is not removed after an error.
cd "$(dirname "$0")" || exit 1
mknod "$SCRATCH/null" c 1 3 || exit 0 # only root could remove it
nvcc --lint -c reference.cu -o "$SCRATCH/null" && exit 1
[ -c "$SCRATCH/null" ]
