// [given] util_allocator.cuh: not supported, and says so.
#error "cub/util_allocator.cuh (CUB) is not supported by the emulator: write the kernel; emulated warps have shuffles, and cooperative_groups/reduce.h"
