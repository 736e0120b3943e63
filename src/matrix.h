// [given] matrix.h: products and sums of row-major matrices; element (i, j) of X (rows, cols) is X[i * cols + j].
#ifndef NN_MATRIX_H
#define NN_MATRIX_H

#include "utils.h"

// The three products of a dense layer. n and t say which operand is used as it lies (n) or transposed (t):
// forward pass nt, error one layer back nn, gradient of the weights tn. C must not overlap A or B.
void mat_mul_nt(real_t *C, const real_t *A, const real_t *B, int m, int n, int k);  // C (m,n) = A (m,k) B^T, B (n,k)
void mat_mul_nn(real_t *C, const real_t *A, const real_t *B, int m, int n, int k);  // C (m,n) = A (m,k) B, B (k,n)
void mat_mul_tn(real_t *C, const real_t *A, const real_t *B, int m, int n, int k);  // C (m,n) = A^T B, A (k,m) B (k,n)
void mat_col_sum(real_t *c, const real_t *A, int m, int n);  // c (n) = sum of the rows of A (m,n)

// Calls row(i) for i = 0 .. m - 1, shared out to OpenMP threads if there are operations enough to pay for waking them.
// Every row is computed by one thread, in one order: the result is the same to the last bit for any number of threads.
// The serial loop stands apart because a parallel region costs a microsecond even where it uses one thread, and a
// batch of 10 rows has fifteen of them. `row` is a piece of code in braces: for_rows(m, work, [=](int i) { ... });
bool worth_threads(double operations);
template <typename F> inline void for_rows(int m, double operations, F row)
{
    if (worth_threads(operations)) {
#pragma omp parallel for
        for (int i = 0; i < m; i++) row(i);
    } else {
        for (int i = 0; i < m; i++) row(i);
    }
}

#endif
