// [given] tuple.h: not supported, and says so.
#error "thrust/tuple.h (Thrust) is not supported by the emulator: write a kernel or a host loop"
