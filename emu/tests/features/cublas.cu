// [given] cublas.cu: cuBLAS: vectors, matrices, batches; scalars of host and device; streams; bad arguments.
// flags: -lcublas
#include "test.h"
#include <cublas_v2.h>

#define BLAS(call) CHECK((call) == CUBLAS_STATUS_SUCCESS)

template <class T> cublasStatus_t gemm(cublasHandle_t h, cublasOperation_t ta, cublasOperation_t tb, int m, int n,
                                       int k, const T *alpha, const T *a, int lda, const T *b, int ldb, const T *beta,
                                       T *c, int ldc);
template <> cublasStatus_t gemm(cublasHandle_t h, cublasOperation_t ta, cublasOperation_t tb, int m, int n, int k,
                                const float *alpha, const float *a, int lda, const float *b, int ldb, const float *beta,
                                float *c, int ldc)
{
    return cublasSgemm(h, ta, tb, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
}
template <> cublasStatus_t gemm(cublasHandle_t h, cublasOperation_t ta, cublasOperation_t tb, int m, int n, int k,
                                const double *alpha, const double *a, int lda, const double *b, int ldb,
                                const double *beta, double *c, int ldc)
{
    return cublasDgemm(h, ta, tb, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
}
template <class T> std::vector<T> numbers(int n, int step)
{
    std::vector<T> v(n);
    for (int i = 0; i < n; i++) v[i] = T(i * step % 17 - 8);
    return v;
}
template <class T> void test_gemm(cublasHandle_t h, cublasOperation_t ta, cublasOperation_t tb)
{
    const int m = 7, n = 5, k = 6, lda = 9, ldb = 8, ldc = 10;
    auto a = numbers<T>(lda * 9, 5), b = numbers<T>(ldb * 9, 7), c = numbers<T>(ldc * n, 3);
    T *da = to_device(a), *db = to_device(b), *dc = to_device(c), alpha = 2, beta = 3;
    BLAS(gemm<T>(h, ta, tb, m, n, k, &alpha, da, lda, db, ldb, &beta, dc, ldc));
    auto r = to_host(dc, ldc * n);
    for (int j = 0; j < n; j++)
        for (int i = 0; i < ldc; i++) {
            T sum = 0;
            for (int l = 0; l < k; l++)
                sum += (ta == CUBLAS_OP_N ? a[l * lda + i % m] : a[i % m * lda + l]) *
                       (tb == CUBLAS_OP_N ? b[j * ldb + l] : b[l * ldb + j]);
            EQUAL(r[j * ldc + i], i < m ? 2 * sum + 3 * c[j * ldc + i] : c[j * ldc + i]);
        }
    CALL(cudaFree(da)), CALL(cudaFree(db)), CALL(cudaFree(dc));
}
static void test_vectors(cublasHandle_t h)
{
    const int n = 50;
    auto x = numbers<float>(n, 5), y = numbers<float>(n, 7);
    float *dx = to_device(x), *dy = to_device(y), alpha = 2, r = 0, dot = 0, sum = 0, square = 0;
    for (int i = 0; i < n; i++) dot += x[i] * y[i], sum += std::fabs(x[i]), square += x[i] * x[i];
    BLAS(cublasSdot(h, n, dx, 1, dy, 1, &r)), EQUAL(r, dot);
    BLAS(cublasSasum(h, n, dx, 1, &r)), EQUAL(r, sum);
    BLAS(cublasSnrm2(h, n, dx, 1, &r)), NEAR(r, std::sqrt(square), 1e-4);
    int most = 0, least = 0;
    BLAS(cublasIsamax(h, n, dx, 1, &most)), EQUAL(std::fabs(x[most - 1]), 8.f);
    BLAS(cublasIsamin(h, n, dx, 1, &least)), EQUAL(x[least - 1], 0.f);
    BLAS(cublasSaxpy(h, n, &alpha, dx, 1, dy, 1)), EQUAL(to_host(dy, n)[49], 2 * x[49] + y[49]);
    BLAS(cublasSscal(h, n / 2, &alpha, dx, 2)), EQUAL(to_host(dx, n)[48], 2 * x[48]), EQUAL(to_host(dx, n)[49], x[49]);
    BLAS(cublasSswap(h, n, dx, 1, dy, 1)), EQUAL(to_host(dx, n)[49], 2 * x[49] + y[49]);
    BLAS(cublasScopy(h, n, dx, 1, dy, 1)), EQUAL(to_host(dy, n)[49], 2 * x[49] + y[49]);

    BLAS(cublasSetPointerMode(h, CUBLAS_POINTER_MODE_DEVICE));  // scalars and results stay on the device
    float *scalars = to_device(std::vector<float>{0.5f, 0});
    BLAS(cublasSscal(h, n, scalars, dx, 1));
    BLAS(cublasSasum(h, n, dx, 1, scalars + 1));
    CALL(cudaDeviceSynchronize());
    sum = 0;
    for (float v : to_host(dx, n)) sum += std::fabs(v);
    EQUAL(to_host(scalars, 2)[1], sum);
    BLAS(cublasSetPointerMode(h, CUBLAS_POINTER_MODE_HOST));
    CALL(cudaFree(dx)), CALL(cudaFree(dy)), CALL(cudaFree(scalars));
}
static void test_matrices(cublasHandle_t h)
{
    const int m = 4, n = 3;
    auto a = numbers<double>(m * n, 5), x = numbers<double>(n, 3), y = numbers<double>(m, 7);
    double *da = to_device(a), *dx = to_device(x), *dy = to_device(y), *t = device<double>(m * n), one = 1, zero = 0;
    BLAS(cublasDgemv(h, CUBLAS_OP_N, m, n, &one, da, m, dx, 1, &zero, dy, 1));
    auto r = to_host(dy, m);
    for (int i = 0; i < m; i++) EQUAL(r[i], a[i] * x[0] + a[m + i] * x[1] + a[2 * m + i] * x[2]);
    BLAS(cublasDgeam(h, CUBLAS_OP_T, CUBLAS_OP_N, n, m, &one, da, m, &zero, t, n, t, n));  // the transposed
    r = to_host(t, m * n);
    for (int i = 0; i < m; i++)
        for (int j = 0; j < n; j++) EQUAL(r[i * n + j], a[j * m + i]);
    BLAS(cublasDger(h, m, n, &one, dy, 1, dx, 1, da, m));
    EQUAL(to_host(da, m * n)[5], a[5] + to_host(dy, m)[1] * x[1]);
    BLAS(cublasDdgmm(h, CUBLAS_SIDE_RIGHT, m, n, da, m, dx, 1, t, m));
    EQUAL(to_host(t, m * n)[4], to_host(da, m * n)[4] * x[1]);
    CALL(cudaFree(da)), CALL(cudaFree(dx)), CALL(cudaFree(dy)), CALL(cudaFree(t));
}
static void test_batches(cublasHandle_t h)
{
    const int n = 3, count = 4;
    auto a = numbers<float>(n * n * count, 5), b = numbers<float>(n * n * count, 7);
    float *da = to_device(a), *db = to_device(b), *dc = device<float>(n * n * count), one = 1, zero = 0;
    float *dd = device<float>(n * n * count);
    BLAS(cublasSgemmStridedBatched(h, CUBLAS_OP_N, CUBLAS_OP_N, n, n, n, &one, da, n, n * n, db, n, n * n, &zero, dc, n,
                                   n * n, count));
    std::vector<float *> pa, pb, pd;
    for (int i = 0; i < count; i++)
        pa.push_back(da + i * n * n), pb.push_back(db + i * n * n), pd.push_back(dd + i * n * n);
    float **dpa = to_device(pa), **dpb = to_device(pb), **dpd = to_device(pd);
    BLAS(cublasSgemmBatched(h, CUBLAS_OP_N, CUBLAS_OP_N, n, n, n, &one, dpa, n, dpb, n, &zero, dpd, n, count));
    auto r = to_host(dc, n * n * count), s = to_host(dd, n * n * count);
    for (int q = 0; q < n * n * count; q++) {
        int base = q / (n * n) * n * n, i = q % n, j = q / n % n;
        float sum = 0;
        for (int l = 0; l < n; l++) sum += a[base + l * n + i] * b[base + j * n + l];
        EQUAL(r[q], sum), EQUAL(s[q], sum);
    }
    for (void *p : {(void *)da, (void *)db, (void *)dc, (void *)dd, (void *)dpa, (void *)dpb, (void *)dpd})
        CALL(cudaFree(p));
}
__global__ void fill(float *a, float v) { a[threadIdx.x] = v; }
static void test_streams(cublasHandle_t h)
{
    cudaStream_t s, back;
    CALL(cudaStreamCreate(&s));
    BLAS(cublasSetStream(h, s));
    BLAS(cublasGetStream(h, &back)), CHECK(back == s);
    float *a = device<float>(32), two = 2;
    fill<<<1, 32, 0, s>>>(a, 5);  // kernels and cuBLAS in one stream, in order
    BLAS(cublasSscal(h, 32, &two, a, 1));
    fill<<<1, 16, 0, s>>>(a, 1);
    CALL(cudaStreamSynchronize(s));
    EQUAL(to_host(a, 32)[0], 1.f), EQUAL(to_host(a, 32)[31], 10.f);
    BLAS(cublasSetStream(h, nullptr));
    float host[6] = {1, 2, 3, 4, 5, 6}, other[6];
    BLAS(cublasSetMatrix(2, 3, sizeof(float), host, 2, a, 4)),
        BLAS(cublasGetMatrix(2, 3, sizeof(float), a, 4, other, 2));
    EQUAL(other[5], 6.f), EQUAL(to_host(a, 12)[8], 5.f);
    BLAS(cublasSetVector(6, sizeof(float), host, 1, a, 1)), BLAS(cublasGetVector(3, sizeof(float), a, 2, other, 1));
    EQUAL(other[2], 5.f);
    CALL(cudaFree(a)), CALL(cudaStreamDestroy(s));
}
int main()
{
    cublasHandle_t h;
    int version = 0;
    BLAS(cublasCreate(&h));
    BLAS(cublasGetVersion(h, &version)), CHECK(version > 0);
    BLAS(cublasSetMathMode(h, CUBLAS_DEFAULT_MATH));
    for (auto ta : {CUBLAS_OP_N, CUBLAS_OP_T})
        for (auto tb : {CUBLAS_OP_N, CUBLAS_OP_T}) test_gemm<float>(h, ta, tb), test_gemm<double>(h, ta, tb);
    test_vectors(h), test_matrices(h), test_batches(h), test_streams(h);
    float x = 1, *d = device<float>(4);
    CHECK(cublasSgemm(h, CUBLAS_OP_N, CUBLAS_OP_N, 2, 2, 2, &x, d, 1, d, 2, &x, d, 2) == CUBLAS_STATUS_INVALID_VALUE);
    CHECK(cublasSgemm(h, CUBLAS_OP_N, CUBLAS_OP_N, -2, 2, 2, &x, d, 2, d, 2, &x, d, 2) == CUBLAS_STATUS_INVALID_VALUE);
    CHECK(!strcmp(cublasGetStatusName(CUBLAS_STATUS_INVALID_VALUE), "CUBLAS_STATUS_INVALID_VALUE"));
    CHECK(strlen(cublasGetStatusString(CUBLAS_STATUS_EXECUTION_FAILED)) > 0);
    CALL(cudaFree(d));
    BLAS(cublasDestroy(h));
    return done();
}
