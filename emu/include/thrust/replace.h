// [given] replace.h: not supported, and says so.
#error "thrust/replace.h (Thrust) is not supported by the emulator: write a kernel or a host loop"
