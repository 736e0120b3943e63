// [given] transform_reduce.h: not supported, and says so.
#error "thrust/transform_reduce.h (Thrust) is not supported by the emulator: write a kernel or a host loop"
