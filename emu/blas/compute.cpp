// [given] compute.cpp: cuBLAS's computations, each once for float and double, by the host's BLAS library.
#include "blas.h"
#include <cmath>

using namespace emu;

namespace
{
bool is_operation(cublasOperation_t t) { return t == CUBLAS_OP_N || t == CUBLAS_OP_T || t == CUBLAS_OP_C; }
const char *letter(cublasOperation_t t) { return t == CUBLAS_OP_N ? "N" : "T"; }
long rows_of(cublasOperation_t t, int rows, int columns) { return t == CUBLAS_OP_N ? rows : columns; }
bool at_least(int ld, long rows) { return ld >= (rows > 1 ? rows : 1); }

// A factor: its value now, or, in device mode, what is there when the computation runs.
template <class T> struct factor_t {
    T value;
    const T *p;
    T get() const { return p ? *p : value; }
};
template <class T> factor_t<T> factor(cublasHandle_t h, const T *p)
{
    if (h->pointers == CUBLAS_POINTER_MODE_DEVICE) return {T(0), p};
    return {*p, nullptr};
}
template <class T> void add_factor(std::vector<operand_t> *o, const char *name, const factor_t<T> &f)
{
    if (f.p) o->push_back(vector(name, f.p, 1, 1, sizeof(T), false));
}

// A function with one number as its result.
template <class R, class F>
cublasStatus_t reduce(const call_t &c, std::vector<operand_t> operands, R *result, F compute)
{
    if (!result) return CUBLAS_STATUS_INVALID_VALUE;
    if (c.handle->pointers == CUBLAS_POINTER_MODE_DEVICE) {
        operands.push_back(vector("result", result, 1, 1, sizeof(R), true));
        return submit(c, operands, [=] { *result = compute(); });
    }
    R value = 0;
    cublasStatus_t s = submit_and_wait(c, operands, [compute, &value] { value = compute(); });
    if (s == CUBLAS_STATUS_SUCCESS) *result = value;
    return s;
}

template <class T> int least_index(int n, const T *x, int incx)
{
    if (n < 1 || incx < 1) return 0;
    int best = 0;
    for (int i = 1; i < n; i++)
        if (std::fabs(x[(long)i * incx]) < std::fabs(x[(long)best * incx])) best = i;
    return best + 1;
}
}  // namespace

#define EMU_BEGIN(NAME)                                                                                                \
    const call_t c = {handle, NAME, EMU_SITE};                                                                         \
    if (cublasStatus_t s_ = begin(c)) return s_;
#define EMU_REQUIRE(condition)                                                                                         \
    if (!(condition)) return CUBLAS_STATUS_INVALID_VALUE;

#define EMU_LEVEL_1(S, s, T)                                                                                           \
    cublasStatus_t cublasI##s##amax(cublasHandle_t handle, int n, const T *x, int incx, int *result)                   \
    {                                                                                                                  \
        EMU_BEGIN("cublasI" #s "amax")                                                                                 \
        return reduce(c, {vector("x", x, n, incx, sizeof(T), false)}, result,                                          \
                      [=] { return n < 1 || incx < 1 ? 0 : i##s##amax_(&n, x, &incx); });                              \
    }                                                                                                                  \
    cublasStatus_t cublasI##s##amin(cublasHandle_t handle, int n, const T *x, int incx, int *result)                   \
    {                                                                                                                  \
        EMU_BEGIN("cublasI" #s "amin")                                                                                 \
        return reduce(c, {vector("x", x, n, incx, sizeof(T), false)}, result,                                          \
                      [=] { return least_index(n, x, incx); });                                                        \
    }                                                                                                                  \
    cublasStatus_t cublas##S##asum(cublasHandle_t handle, int n, const T *x, int incx, T *result)                      \
    {                                                                                                                  \
        EMU_BEGIN("cublas" #S "asum")                                                                                  \
        return reduce(c, {vector("x", x, n, incx, sizeof(T), false)}, result,                                          \
                      [=] { return n < 1 || incx < 1 ? T(0) : s##asum_(&n, x, &incx); });                              \
    }                                                                                                                  \
    cublasStatus_t cublas##S##nrm2(cublasHandle_t handle, int n, const T *x, int incx, T *result)                      \
    {                                                                                                                  \
        EMU_BEGIN("cublas" #S "nrm2")                                                                                  \
        return reduce(c, {vector("x", x, n, incx, sizeof(T), false)}, result,                                          \
                      [=] { return n < 1 || incx < 1 ? T(0) : s##nrm2_(&n, x, &incx); });                              \
    }                                                                                                                  \
    cublasStatus_t cublas##S##dot(cublasHandle_t handle, int n, const T *x, int incx, const T *y, int incy, T *result) \
    {                                                                                                                  \
        EMU_BEGIN("cublas" #S "dot")                                                                                   \
        return reduce(c, {vector("x", x, n, incx, sizeof(T), false), vector("y", y, n, incy, sizeof(T), false)},       \
                      result, [=] { return n < 1 ? T(0) : s##dot_(&n, x, &incx, y, &incy); });                         \
    }                                                                                                                  \
    cublasStatus_t cublas##S##axpy(cublasHandle_t handle, int n, const T *alpha, const T *x, int incx, T *y, int incy) \
    {                                                                                                                  \
        EMU_BEGIN("cublas" #S "axpy")                                                                                  \
        EMU_REQUIRE(alpha)                                                                                             \
        const factor_t<T> f = factor(handle, alpha);                                                                   \
        std::vector<operand_t> o = {vector("x", x, n, incx, sizeof(T), false),                                         \
                                    vector("y", y, n, incy, sizeof(T), true)};                                         \
        add_factor(&o, "alpha", f);                                                                                    \
        return submit(c, o, [=] {                                                                                      \
            const T a = f.get();                                                                                       \
            s##axpy_(&n, &a, x, &incx, y, &incy);                                                                      \
        });                                                                                                            \
    }                                                                                                                  \
    cublasStatus_t cublas##S##scal(cublasHandle_t handle, int n, const T *alpha, T *x, int incx)                       \
    {                                                                                                                  \
        EMU_BEGIN("cublas" #S "scal")                                                                                  \
        EMU_REQUIRE(alpha)                                                                                             \
        const factor_t<T> f = factor(handle, alpha);                                                                   \
        std::vector<operand_t> o = {vector("x", x, n, incx, sizeof(T), true)};                                         \
        add_factor(&o, "alpha", f);                                                                                    \
        return submit(c, o, [=] {                                                                                      \
            const T a = f.get();                                                                                       \
            s##scal_(&n, &a, x, &incx);                                                                                \
        });                                                                                                            \
    }                                                                                                                  \
    cublasStatus_t cublas##S##copy(cublasHandle_t handle, int n, const T *x, int incx, T *y, int incy)                 \
    {                                                                                                                  \
        EMU_BEGIN("cublas" #S "copy")                                                                                  \
        return submit(c, {vector("x", x, n, incx, sizeof(T), false), vector("y", y, n, incy, sizeof(T), true)},        \
                      [=] { s##copy_(&n, x, &incx, y, &incy); });                                                      \
    }                                                                                                                  \
    cublasStatus_t cublas##S##swap(cublasHandle_t handle, int n, T *x, int incx, T *y, int incy)                       \
    {                                                                                                                  \
        EMU_BEGIN("cublas" #S "swap")                                                                                  \
        return submit(c, {vector("x", x, n, incx, sizeof(T), true), vector("y", y, n, incy, sizeof(T), true)},         \
                      [=] { s##swap_(&n, x, &incx, y, &incy); });                                                      \
    }

#define EMU_LEVEL_2(S, s, T)                                                                                           \
    cublasStatus_t cublas##S##gemv(cublasHandle_t handle, cublasOperation_t trans, int m, int n, const T *alpha,       \
                                   const T *a, int lda, const T *x, int incx, const T *beta, T *y, int incy)           \
    {                                                                                                                  \
        EMU_BEGIN("cublas" #S "gemv")                                                                                  \
        EMU_REQUIRE(m >= 0 && n >= 0 && incx && incy && is_operation(trans) && at_least(lda, m) && alpha && beta)      \
        const factor_t<T> f = factor(handle, alpha), g = factor(handle, beta);                                         \
        std::vector<operand_t> o = {matrix("A", a, m, n, lda, sizeof(T), false),                                       \
                                    vector("x", x, rows_of(trans, n, m), incx, sizeof(T), false),                      \
                                    vector("y", y, rows_of(trans, m, n), incy, sizeof(T), true)};                      \
        add_factor(&o, "alpha", f), add_factor(&o, "beta", g);                                                         \
        if (!m || !n) return CUBLAS_STATUS_SUCCESS;                                                                    \
        return submit(c, o, [=] {                                                                                      \
            const T fa = f.get(), fb = g.get();                                                                        \
            s##gemv_(letter(trans), &m, &n, &fa, a, &lda, x, &incx, &fb, y, &incy);                                    \
        });                                                                                                            \
    }                                                                                                                  \
    cublasStatus_t cublas##S##ger(cublasHandle_t handle, int m, int n, const T *alpha, const T *x, int incx,           \
                                  const T *y, int incy, T *a, int lda)                                                 \
    {                                                                                                                  \
        EMU_BEGIN("cublas" #S "ger")                                                                                   \
        EMU_REQUIRE(m >= 0 && n >= 0 && incx && incy && at_least(lda, m) && alpha)                                     \
        const factor_t<T> f = factor(handle, alpha);                                                                   \
        std::vector<operand_t> o = {vector("x", x, m, incx, sizeof(T), false),                                         \
                                    vector("y", y, n, incy, sizeof(T), false),                                         \
                                    matrix("A", a, m, n, lda, sizeof(T), true)};                                       \
        add_factor(&o, "alpha", f);                                                                                    \
        if (!m || !n) return CUBLAS_STATUS_SUCCESS;                                                                    \
        return submit(c, o, [=] {                                                                                      \
            const T fa = f.get();                                                                                      \
            s##ger_(&m, &n, &fa, x, &incx, y, &incy, a, &lda);                                                         \
        });                                                                                                            \
    }

namespace
{
struct shape_t {  // of a matrix product
    cublasOperation_t ta, tb;
    int m, n, k, lda, ldb, ldc;
    bool good() const
    {
        return m >= 0 && n >= 0 && k >= 0 && is_operation(ta) && is_operation(tb) && at_least(lda, rows_of(ta, m, k)) &&
               at_least(ldb, rows_of(tb, k, n)) && at_least(ldc, m);
    }
    template <class T> std::vector<operand_t> operands(const T *a, const T *b, const T *c) const
    {
        return {matrix("A", a, k ? rows_of(ta, m, k) : 0, rows_of(ta, k, m), lda, sizeof(T), false),
                matrix("B", b, k ? rows_of(tb, k, n) : 0, rows_of(tb, n, k), ldb, sizeof(T), false),
                matrix("C", c, m, n, ldc, sizeof(T), true)};
    }
};
void gemm(const shape_t &s, float alpha, const float *a, const float *b, float beta, float *c)
{
    sgemm_(letter(s.ta), letter(s.tb), &s.m, &s.n, &s.k, &alpha, a, &s.lda, b, &s.ldb, &beta, c, &s.ldc);
}
void gemm(const shape_t &s, double alpha, const double *a, const double *b, double beta, double *c)
{
    dgemm_(letter(s.ta), letter(s.tb), &s.m, &s.n, &s.k, &alpha, a, &s.lda, b, &s.ldb, &beta, c, &s.ldc);
}

template <class T> cublasStatus_t strided(const call_t &c, const shape_t &s, const T *alpha, const T *a,
                                          long long stride_a, const T *b, long long stride_b, const T *beta, T *out,
                                          long long stride_c, int count)
{
    EMU_REQUIRE(s.good() && alpha && beta && count >= 0)
    EMU_REQUIRE(count < 2 || stride_c >= (long long)s.ldc * s.n || !s.m || !s.n)
    if (!s.m || !s.n || !count) return CUBLAS_STATUS_SUCCESS;
    const factor_t<T> f = factor(c.handle, alpha), g = factor(c.handle, beta);
    std::vector<operand_t> all;
    for (int i = 0; i < count; i++)
        for (const operand_t &o : s.operands(a + i * stride_a, b + i * stride_b, out + i * stride_c)) all.push_back(o);
    add_factor(&all, "alpha", f), add_factor(&all, "beta", g);
    return submit(c, all, [=] {
        for (int i = 0; i < count; i++)
            gemm(s, f.get(), a + i * stride_a, b + i * stride_b, g.get(), out + i * stride_c);
    });
}

template <class T> cublasStatus_t batched(const call_t &c, const shape_t &s, const T *alpha, const T *const a[],
                                          const T *const b[], const T *beta, T *const out[], int count)
{
    EMU_REQUIRE(s.good() && alpha && beta && count >= 0)
    if (!s.m || !s.n || !count) return CUBLAS_STATUS_SUCCESS;
    const factor_t<T> f = factor(c.handle, alpha), g = factor(c.handle, beta);
    std::vector<operand_t> lists = {vector("Aarray", a, count, 1, sizeof(T *), false),
                                    vector("Barray", b, count, 1, sizeof(T *), false),
                                    vector("Carray", out, count, 1, sizeof(T *), false)};
    add_factor(&lists, "alpha", f), add_factor(&lists, "beta", g);
    return submit(c, lists, [=] {
        for (int i = 0; i < count; i++) {
            if (!operands_are_good(c, s.operands(a[i], b[i], out[i]))) {
                set_sticky(cudaErrorIllegalAddress);
                return;
            }
            gemm(s, f.get(), a[i], b[i], g.get(), out[i]);
        }
    });
}
}  // namespace

#define EMU_LEVEL_3(S, s, T)                                                                                           \
    cublasStatus_t cublas##S##gemm(cublasHandle_t handle, cublasOperation_t transa, cublasOperation_t transb, int m,   \
                                   int n, int k, const T *alpha, const T *a, int lda, const T *b, int ldb,             \
                                   const T *beta, T *out, int ldc)                                                     \
    {                                                                                                                  \
        EMU_BEGIN("cublas" #S "gemm")                                                                                  \
        return strided(c, {transa, transb, m, n, k, lda, ldb, ldc}, alpha, a, 0, b, 0, beta, out, 0, 1);               \
    }                                                                                                                  \
    cublasStatus_t cublas##S##gemmStridedBatched(                                                                      \
        cublasHandle_t handle, cublasOperation_t transa, cublasOperation_t transb, int m, int n, int k,                \
        const T *alpha, const T *a, int lda, long long int stride_a, const T *b, int ldb, long long int stride_b,      \
        const T *beta, T *out, int ldc, long long int stride_c, int batch_count)                                       \
    {                                                                                                                  \
        EMU_BEGIN("cublas" #S "gemmStridedBatched")                                                                    \
        return strided(c, {transa, transb, m, n, k, lda, ldb, ldc}, alpha, a, stride_a, b, stride_b, beta, out,        \
                       stride_c, batch_count);                                                                         \
    }                                                                                                                  \
    cublasStatus_t cublas##S##gemmBatched(cublasHandle_t handle, cublasOperation_t transa, cublasOperation_t transb,   \
                                          int m, int n, int k, const T *alpha, const T *const a[], int lda,            \
                                          const T *const b[], int ldb, const T *beta, T *const out[], int ldc,         \
                                          int batch_count)                                                             \
    {                                                                                                                  \
        EMU_BEGIN("cublas" #S "gemmBatched")                                                                           \
        return batched(c, {transa, transb, m, n, k, lda, ldb, ldc}, alpha, a, b, beta, out, batch_count);              \
    }                                                                                                                  \
    cublasStatus_t cublas##S##geam(cublasHandle_t handle, cublasOperation_t transa, cublasOperation_t transb, int m,   \
                                   int n, const T *alpha, const T *a, int lda, const T *beta, const T *b, int ldb,     \
                                   T *out, int ldc)                                                                    \
    {                                                                                                                  \
        EMU_BEGIN("cublas" #S "geam")                                                                                  \
        EMU_REQUIRE(m >= 0 && n >= 0 && is_operation(transa) && is_operation(transb) && alpha && beta)                 \
        EMU_REQUIRE(at_least(lda, rows_of(transa, m, n)) && at_least(ldb, rows_of(transb, m, n)) && at_least(ldc, m))  \
        const factor_t<T> f = factor(handle, alpha), g = factor(handle, beta);                                         \
        const bool with_a = f.p || f.value != 0, with_b = g.p || g.value != 0;                                         \
        std::vector<operand_t> o = {matrix("C", out, m, n, ldc, sizeof(T), true)};                                     \
        if (with_a) o.push_back(matrix("A", a, rows_of(transa, m, n), rows_of(transa, n, m), lda, sizeof(T), false));  \
        if (with_b) o.push_back(matrix("B", b, rows_of(transb, m, n), rows_of(transb, n, m), ldb, sizeof(T), false));  \
        add_factor(&o, "alpha", f), add_factor(&o, "beta", g);                                                         \
        return submit(c, o, [=] {                                                                                      \
            const T fa = f.get(), fb = g.get();                                                                        \
            for (long j = 0; j < n; j++)                                                                               \
                for (long i = 0; i < m; i++) {                                                                         \
                    T v = 0;                                                                                           \
                    if (fa != 0) v += fa * (transa == CUBLAS_OP_N ? a[j * lda + i] : a[i * lda + j]);                  \
                    if (fb != 0) v += fb * (transb == CUBLAS_OP_N ? b[j * ldb + i] : b[i * ldb + j]);                  \
                    out[j * ldc + i] = v;                                                                              \
                }                                                                                                      \
        });                                                                                                            \
    }                                                                                                                  \
    cublasStatus_t cublas##S##dgmm(cublasHandle_t handle, cublasSideMode_t mode, int m, int n, const T *a, int lda,    \
                                   const T *x, int incx, T *out, int ldc)                                              \
    {                                                                                                                  \
        EMU_BEGIN("cublas" #S "dgmm")                                                                                  \
        EMU_REQUIRE(m >= 0 && n >= 0 && (unsigned)mode <= 1 && at_least(lda, m) && at_least(ldc, m))                   \
        const bool left = mode == CUBLAS_SIDE_LEFT;                                                                    \
        const long length = left ? m : n, first = incx < 0 ? (1 - length) * incx : 0;                                  \
        return submit(c,                                                                                               \
                      {matrix("A", a, m, n, lda, sizeof(T), false), vector("x", x, length, incx, sizeof(T), false),    \
                       matrix("C", out, m, n, ldc, sizeof(T), true)},                                                  \
                      [=] {                                                                                            \
                          for (long j = 0; j < n; j++)                                                                 \
                              for (long i = 0; i < m; i++)                                                             \
                                  out[j * ldc + i] = a[j * lda + i] * x[first + (left ? i : j) * incx];                \
                      });                                                                                              \
    }

EMU_LEVEL_1(S, s, float)
EMU_LEVEL_1(D, d, double)
EMU_LEVEL_2(S, s, float)
EMU_LEVEL_2(D, d, double)
EMU_LEVEL_3(S, s, float)
EMU_LEVEL_3(D, d, double)
