// [given] device_malloc.h: not supported, and says so.
#error "thrust/device_malloc.h (Thrust) is not supported by the emulator: write a kernel or a host loop"
