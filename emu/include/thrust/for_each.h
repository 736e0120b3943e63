// [given] for_each.h: not supported, and says so.
#error "thrust/for_each.h (Thrust) is not supported by the emulator: write a kernel or a host loop"
