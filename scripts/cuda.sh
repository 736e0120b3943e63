#!/bin/sh
# cuda.sh kind [context] | nvcc | nccl | arch [CAPABILITY...]: which CUDA `make` uses.
#   kind  real where a GPU answers and NVIDIA's compiler is there; emu where the emulator can be built; else none;
#         behind it, why
#   nvcc  the path of NVIDIA's compiler, never the emulator's
#   nccl  how to link NCCL, if header and library lie in the toolkit's or the system's folders
#   arch  its options for the GPUs to build for
set -u

real_nvcc() {
    for folder in $(echo "$PATH" | tr ':' ' ') "${CUDA_HOME:-/usr/local/cuda}/bin" /usr/local/cuda/bin; do
        case $folder in */emu/bin) continue ;; esac
        [ -x "$folder/nvcc" ] && echo "$folder/nvcc" && return 0
    done
    return 1
}
gpu_answers() { command -v nvidia-smi >/dev/null 2>&1 && nvidia-smi -L 2>/dev/null | grep -q '^GPU'; }

case $1 in
kind)
    why="no GPU answers"
    if gpu_answers; then
        real_nvcc >/dev/null && echo real a GPU answers && exit
        why="a GPU answers, but there is no nvcc: CUDA_HOME=folder says where"
    fi
    if [ "${2:-}" = context ]; then echo "emu $why"
    else echo "none $why, and the emulator needs libboost-context-dev here"; fi
    ;;
nvcc) real_nvcc || echo nvcc ;;
nccl)
    toolkit=$(dirname "$(dirname "$(readlink -f "$(real_nvcc)")")")
    for folder in "${NCCL_HOME:-$toolkit}" "$toolkit" /usr; do
        [ -e "$folder/include/nccl.h" ] || continue
        for lib in "$folder"/lib64 "$folder"/lib "$folder"/lib/*-linux-gnu; do
            [ -e "$lib/libnccl.so" ] || continue
            echo "-L$lib -lnccl -Xlinker -rpath=$lib"
            exit
        done
    done
    ;;
arch)
    shift
    if [ $# = 0 ] && gpu_answers; then echo -arch=native && exit; fi
    [ $# = 0 ] && set -- 75 80 86 90
    for c in "$@"; do printf -- '-gencode arch=compute_%s,code=sm_%s ' "$c" "$c"; last=$c; done
    echo "-gencode arch=compute_$last,code=compute_$last"
    ;;
esac
