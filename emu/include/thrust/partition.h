// [given] partition.h: not supported, and says so.
#error "thrust/partition.h (Thrust) is not supported by the emulator: write a kernel or a host loop"
