// [given] cuda_fp8.h: not supported, and says so.
#error "cuda_fp8.h (8-bit floats) is not supported by the emulator"
