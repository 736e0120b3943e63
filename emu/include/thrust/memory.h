// [given] memory.h: not supported, and says so.
#error "thrust/memory.h (Thrust) is not supported by the emulator: write a kernel or a host loop"
