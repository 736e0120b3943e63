// [given] count.h: not supported, and says so.
#error "thrust/count.h (Thrust) is not supported by the emulator: write a kernel or a host loop"
