// [given] generate.h: not supported, and says so.
#error "thrust/generate.h (Thrust) is not supported by the emulator: write a kernel or a host loop"
