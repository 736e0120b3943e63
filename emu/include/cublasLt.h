// [given] cublasLt.h: not supported; says so by name.
#error                                                                                                                 \
    "cublasLt.h: cublasLt is not supported by the emulator (cublas_v2.h is: gemm, gemv, axpy, dot, nrm2, scal, asum, ...)"
