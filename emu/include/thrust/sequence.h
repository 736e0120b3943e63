// [given] sequence.h: not supported, and says so.
#error "thrust/sequence.h (Thrust) is not supported by the emulator: write a kernel or a host loop"
