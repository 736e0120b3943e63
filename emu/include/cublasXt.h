// [given] cublasXt.h: not supported; says so by name.
#error                                                                                                                 \
    "cublasXt.h: cublasXt is not supported by the emulator (cublas_v2.h is: gemm, gemv, axpy, dot, nrm2, scal, asum, ...)"
