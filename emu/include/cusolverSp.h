// [given] cusolverSp.h: not supported, and says so.
#error "cusolverSp.h (cuSOLVER) is not supported by the emulator"
