// [given] cuda_fp4.h: not supported, and says so.
#error "cuda_fp4.h (4-bit floats) is not supported by the emulator"
