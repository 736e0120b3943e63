// [given] device_select.cuh: not supported, and says so.
#error "cub/device/device_select.cuh (CUB) is not supported by the emulator: write the kernel; emulated warps have shuffles, and cooperative_groups/reduce.h"
