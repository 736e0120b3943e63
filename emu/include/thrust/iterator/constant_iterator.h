// [given] constant_iterator.h: not supported, and says so.
#error "thrust/iterator/constant_iterator.h (Thrust) is not supported by the emulator: write a kernel or a host loop"
