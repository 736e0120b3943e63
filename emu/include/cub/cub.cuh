// [given] cub.cuh: not supported, and says so.
#error "cub/cub.cuh (CUB) is not supported by the emulator: write the kernel; emulated warps have shuffles, and cooperative_groups/reduce.h"
