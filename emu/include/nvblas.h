// [given] nvblas.h: not supported, and says so.
#error "nvblas.h (cuBLAS's extensions) is not supported by the emulator: use cublas_v2.h"
