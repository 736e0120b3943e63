// [given] functional.h: not supported, and says so.
#error "thrust/functional.h (Thrust) is not supported by the emulator: write a kernel or a host loop"
