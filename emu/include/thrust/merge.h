// [given] merge.h: not supported, and says so.
#error "thrust/merge.h (Thrust) is not supported by the emulator: write a kernel or a host loop"
