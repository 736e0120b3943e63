// [given] cusolverRf.h: not supported, and says so.
#error "cusolverRf.h (cuSOLVER) is not supported by the emulator"
