// [given] device_ptr.h: not supported, and says so.
#error "thrust/device_ptr.h (Thrust) is not supported by the emulator: write a kernel or a host loop"
