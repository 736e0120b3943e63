// [ladder] streams/steps.h: what the loop in nn.cu tells the passes in train.cu.
#ifndef NN_LADDER_STEPS_H
#define NN_LADDER_STEPS_H

#include "cuda_utils.cuh"

// Makes n >= 1 streams: the first for what must be done in turn, the others for gradients. Until steps_begin, and after
// steps_end, the passes launch into the default stream. Returns the first one.
cudaStream_t steps_begin(int n);
void steps_end(void);

#endif
