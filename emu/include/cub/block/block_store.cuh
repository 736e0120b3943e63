// [given] block_store.cuh: not supported, and says so.
#error "cub/block/block_store.cuh (CUB) is not supported by the emulator: write the kernel; emulated warps have shuffles, and cooperative_groups/reduce.h"
