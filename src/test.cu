// [student] test.cu: counts right and wrong predictions on the GPU.
#include "cuda_utils.cuh"

// ---- part 6: counts: docs/en/6_test.md ------------------------------------------------------------------------------

// 5 points. The twin of score_cpu in test.cpp. One thread for each row i < b: outputs A(t, L) (b, n), targets (b,
// n). It adds to tally->sums (3) and, unless K is 0, one count to tally->confusion (K, K); both lie on the device,
// and a tally_t can be passed to a kernel by value. loss_value and predicted_class run on the GPU too.
// Question: many threads add to one number at the same time. What does `+=` do then, and what does atomicAdd?
// About 30 lines.
void score_cuda(const train_t *t, int b, double threshold, tally_t *tally)
{
    todo(6);
}
