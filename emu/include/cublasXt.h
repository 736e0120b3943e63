// [given] cublasXt.h: not supported, and says so.
#error "cublasXt.h (cuBLAS's extensions) is not supported by the emulator: use cublas_v2.h"
