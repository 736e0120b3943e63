// [student] test.cu: counts right and wrong predictions on the GPU.
#include "cuda_utils.cuh"

// ---- part 6: counts: docs/en/6_test.md ------------------------------------------------------------------------------

//[stub
//// The twin of score_cpu in test.cpp: one thread for a row. Many threads add to one number at the same time: what does
//// atomicAdd do that `+=` does not? With K = 0 (regression) there is no confusion matrix. About 25 lines.
//void score_cuda(const train_t *t, int b, double threshold, tally_t *tally)
//{
//    todo(6);
//}
//]
// One thread scores one row.
__global__ void score_row(tally_t tally, const real_t *outputs /* (b, n) */, const real_t *targets /* (b, n) */, int b,
                          int n, loss_t loss, act_t f, double threshold)
{
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i >= b) return;
    const real_t *a = outputs + (size_t)i * n, *y = targets + (size_t)i * n;
    double cost = 0, square = 0, absolute = 0;
    for (int j = 0; j < n; j++) {
        double d = a[j] - y[j];
        cost += loss_value(loss, f, a[j], y[j]);
        square += d * d;
        absolute += fabs(d);
    }
    atomicAdd(&tally.sums[0], cost);
    atomicAdd(&tally.sums[1], square);
    atomicAdd(&tally.sums[2], absolute);
    if (tally.K == 0) return;
    int truth = predicted_class(y, n, 0.5), said = predicted_class(a, n, threshold);
    atomicAdd(&tally.confusion[(size_t)truth * tally.K + said], 1ULL);
}

void score_cuda(const train_t *t, int b, double threshold, tally_t *tally)
{
    int L = t->s.L;
    score_row<<<cuda_blocks(b), cuda_options.block>>>(*tally, A(t, L), t->targets, b, t->s.n[L], t->s.loss, t->s.f[L],
                                                      threshold);
    LAUNCH_CHECK("score_row");
}
//[end]
