// [given] blas.h: what the files of libemublas.a share: handles, operands, and the BLAS library's functions.
#pragma once
#include "cublas_v2.h"
#include "engine.h"

struct cublasContext {
    cudaStream_t stream;
    cublasPointerMode_t pointers;
    cublasMath_t math;
    cublasAtomicsMode_t atomics;
    int alive;
};

namespace emu
{
// What a function reads or writes: columns of `rows` elements, `step` elements apart (a vector: columns of one).
struct operand_t {
    const void *p;
    long rows, columns, step;
    size_t size;  // of an element
    bool written;
    const char *name;  // "A", "x", ...
};

struct call_t {
    cublasHandle_t handle;
    const char *function;
    site_t site;
};

// 0: go on. Else what the function returns: no handle, an injected error, a device that an earlier error broke.
cublasStatus_t begin(const call_t &c);
// Puts the computation into the handle's stream. Before it runs, the operands are looked at: they must be device
// memory, and all of each must lie in one allocation.
cublasStatus_t submit(const call_t &c, const std::vector<operand_t> &operands, std::function<void(void)> work);
cublasStatus_t submit_and_wait(const call_t &c, const std::vector<operand_t> &operands, std::function<void(void)> work);
// Looks at operands whose addresses are known only when the computation runs (gemmBatched).
bool operands_are_good(const call_t &c, const std::vector<operand_t> &operands);

inline operand_t matrix(const char *name, const void *p, long rows, long columns, long step, size_t size, bool written)
{
    return {p, rows, columns, step, size, written, name};
}
inline operand_t vector(const char *name, const void *p, long n, long step, size_t size, bool written)
{
    return {p, 1, n, step < 0 ? -step : step, size, written, name};
}
}  // namespace emu

// Fortran's interface, which every BLAS library has.
extern "C" {
#define EMU_BLAS(s, T)                                                                                                 \
    int i##s##amax_(const int *n, const T *x, const int *incx);                                                        \
    T s##asum_(const int *n, const T *x, const int *incx);                                                             \
    T s##nrm2_(const int *n, const T *x, const int *incx);                                                             \
    T s##dot_(const int *n, const T *x, const int *incx, const T *y, const int *incy);                                 \
    void s##axpy_(const int *n, const T *alpha, const T *x, const int *incx, T *y, const int *incy);                   \
    void s##scal_(const int *n, const T *alpha, T *x, const int *incx);                                                \
    void s##copy_(const int *n, const T *x, const int *incx, T *y, const int *incy);                                   \
    void s##swap_(const int *n, T *x, const int *incx, T *y, const int *incy);                                         \
    void s##gemv_(const char *trans, const int *m, const int *n, const T *alpha, const T *a, const int *lda,           \
                  const T *x, const int *incx, const T *beta, T *y, const int *incy);                                  \
    void s##ger_(const int *m, const int *n, const T *alpha, const T *x, const int *incx, const T *y, const int *incy, \
                 T *a, const int *lda);                                                                                \
    void s##gemm_(const char *transa, const char *transb, const int *m, const int *n, const int *k, const T *alpha,    \
                  const T *a, const int *lda, const T *b, const int *ldb, const T *beta, T *c, const int *ldc);
EMU_BLAS(s, float)
EMU_BLAS(d, double)
#undef EMU_BLAS
}
