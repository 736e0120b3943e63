// [given] block_radix_sort.cuh: not supported, and says so.
#error "cub/block/block_radix_sort.cuh (CUB) is not supported by the emulator: write the kernel; emulated warps have shuffles, and cooperative_groups/reduce.h"
