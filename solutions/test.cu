// [student] test.cu: counts right and wrong predictions on the GPU.
#include "cuda_utils.cuh"

// ---- part 6: counts: docs/en/6_test.md ------------------------------------------------------------------------------

//[stub
//// 5 points. The twin of score_cpu in test.cpp. One thread for each row i < b: outputs A(t, L) (b, n), targets (b,
//// n). It adds to tally->sums (3) and, unless K is 0, one count to tally->confusion (K, K); both lie on the device,
//// and a tally_t can be passed to a kernel by value. loss_value and predicted_class run on the GPU too.
//// Question: many threads add to one number at the same time. What does `+=` do then, and what does atomicAdd?
//// About 30 lines.
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
