// [given] cusolverMg.h: not supported, and says so.
#error "cusolverMg.h (cuSOLVER) is not supported by the emulator"
