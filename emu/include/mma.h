// [given] mma.h: not supported, and says so.
#error "mma.h (tensor cores) is not supported by the emulator: multiply with ordinary arithmetic"
