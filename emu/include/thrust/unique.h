// [given] unique.h: not supported, and says so.
#error "thrust/unique.h (Thrust) is not supported by the emulator: write a kernel or a host loop"
