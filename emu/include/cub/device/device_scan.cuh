// [given] device_scan.cuh: not supported, and says so.
#error "cub/device/device_scan.cuh (CUB) is not supported by the emulator: write the kernel; emulated warps have shuffles, and cooperative_groups/reduce.h"
