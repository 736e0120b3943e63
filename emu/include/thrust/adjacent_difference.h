// [given] adjacent_difference.h: not supported, and says so.
#error "thrust/adjacent_difference.h (Thrust) is not supported by the emulator: write a kernel or a host loop"
