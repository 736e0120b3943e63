// [student] test.cu: counts right and wrong predictions on the GPU.
#include "cuda_utils.cuh"

// ---- part 6: counts: docs/en/6_test.md ------------------------------------------------------------------------------

// The twin of score_cpu in test.cpp: one thread for a row. Many threads add to one number at the same time: what does
// atomicAdd do that `+=` does not? With K = 0 (regression) there is no confusion matrix. About 25 lines.
void score_cuda(const train_t *t, int b, double threshold, tally_t *tally)
{
    todo(6);
}
