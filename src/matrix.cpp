// [given] matrix.cpp: the products as plain loops: what each element is, in the order memory likes.
#include "matrix.h"

bool worth_threads(double operations)
{
    return operations > 1e6;  // some 100 us of work on one core; waking a sleeping thread costs about 20 us
}

static real_t dot(const real_t *a, const real_t *b, int k)
{
    real_t sum = 0;
#pragma omp simd reduction(+ : sum)
    for (int p = 0; p < k; p++) sum += a[p] * b[p];
    return sum;
}

// c[0 .. 3] = a times four rows of B at once: a is read once for all, and four sums grow side by side.
static void dot_4(real_t *c, const real_t *a, const real_t *b, int k)
{
    const real_t *b0 = b, *b1 = b0 + k, *b2 = b1 + k, *b3 = b2 + k;
    real_t sum0 = 0, sum1 = 0, sum2 = 0, sum3 = 0;
#pragma omp simd reduction(+ : sum0, sum1, sum2, sum3)
    for (int p = 0; p < k; p++) {
        sum0 += a[p] * b0[p];
        sum1 += a[p] * b1[p];
        sum2 += a[p] * b2[p];
        sum3 += a[p] * b3[p];
    }
    c[0] = sum0, c[1] = sum1, c[2] = sum2, c[3] = sum3;
}

// Rows of A times rows of B: both are walked along memory.
void mat_mul_nt(real_t *C, const real_t *A, const real_t *B, int m, int n, int k)
{
    for_rows(m, 2.0 * m * n * k, [=](int i) {
        const real_t *a = A + (size_t)i * k;
        real_t *c = C + (size_t)i * n;
        int j = 0;
        for (; j + 4 <= n; j += 4) dot_4(c + j, a, B + (size_t)j * k, k);
        for (; j < n; j++) c[j] = dot(a, B + (size_t)j * k, k);
    });
}

// c (n) = sum_p a[p stride] B[p] over the rows of B (k, n): the inner loop walks along rows of B and along c, never
// down a column, and four rows are added at a time so that c is read and written a quarter as often.
static void sum_of_rows(real_t *c, const real_t *a, size_t stride, const real_t *B, int n, int k)
{
    for (int j = 0; j < n; j++) c[j] = 0;
    int p = 0;
    for (; p + 4 <= k; p += 4) {
        const real_t *b0 = B + (size_t)p * n, *b1 = b0 + n, *b2 = b1 + n, *b3 = b2 + n;
        real_t a0 = a[p * stride], a1 = a[(p + 1) * stride], a2 = a[(p + 2) * stride], a3 = a[(p + 3) * stride];
#pragma omp simd
        for (int j = 0; j < n; j++) c[j] += a0 * b0[j] + a1 * b1[j] + a2 * b2[j] + a3 * b3[j];
    }
    for (; p < k; p++)
#pragma omp simd
        for (int j = 0; j < n; j++) c[j] += a[p * stride] * B[(size_t)p * n + j];
}

void mat_mul_nn(real_t *C, const real_t *A, const real_t *B, int m, int n, int k)
{
    for_rows(m, 2.0 * m * n * k, [=](int i) { sum_of_rows(C + (size_t)i * n, A + (size_t)i * k, 1, B, n, k); });
}

void mat_mul_tn(real_t *C, const real_t *A, const real_t *B, int m, int n, int k)
{
    for_rows(m, 2.0 * m * n * k, [=](int i) { sum_of_rows(C + (size_t)i * n, A + i, m, B, n, k); });
}

void mat_col_sum(real_t *c, const real_t *A, int m, int n)
{
    for (int j = 0; j < n; j++) c[j] = 0;
    for (int i = 0; i < m; i++)
        for (int j = 0; j < n; j++) c[j] += A[(size_t)i * n + j];
}
