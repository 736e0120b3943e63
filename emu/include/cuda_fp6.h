// [given] cuda_fp6.h: not supported, and says so.
#error "cuda_fp6.h (6-bit floats) is not supported by the emulator"
