// [given] device_free.h: not supported, and says so.
#error "thrust/device_free.h (Thrust) is not supported by the emulator: write a kernel or a host loop"
