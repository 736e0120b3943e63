// [given] cusolverDn.h: not supported, and says so.
#error "cusolverDn.h (cuSOLVER) is not supported by the emulator"
