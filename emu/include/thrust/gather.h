// [given] gather.h: not supported, and says so.
#error "thrust/gather.h (Thrust) is not supported by the emulator: write a kernel or a host loop"
