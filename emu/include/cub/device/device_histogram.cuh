// [given] device_histogram.cuh: not supported, and says so.
#error "cub/device/device_histogram.cuh (CUB) is not supported by the emulator: write the kernel; emulated warps have shuffles, and cooperative_groups/reduce.h"
