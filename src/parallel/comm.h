// [given] comm.h: workers that train one network together: all in which they differ from one worker is this sum.
#ifndef NN_COMM_H
#define NN_COMM_H

#include "utils.h"

#define COMM_MAX 16  // workers

struct comm_t {
    int k;        // workers
    size_t n;     // the longest vector that is ever summed
    void *state;  // what the way of summing needs
};

// GPUs 0 .. k-1, driven by one host thread. The way: NCCL, if the program was built with it; else copies from GPU to GPU
// where all pairs can do that; else through pinned memory of the host. The environment variable NN_GPU_SUM = nccl, peer
// or host asks for one. Dies of: too little memory, a way that is not there.
comm_t comm_gpus(int k, size_t n);
std::string comm_gpus_way(int k);  // "NCCL", "copies between the GPUs" or "copies through the host"

// After it each of the k vectors (n) holds the sum of all; vector g lies on GPU g. Waits for what the default streams of
// the GPUs were given before; what they are given afterwards waits for the sum; the host waits for nothing. Leaves GPU 0
// chosen. Each element is added up by one GPU, in the order of the workers, and copied to the others: the same bits
// everywhere and every time. (NCCL: the same bits everywhere; the order of the additions is its own.)
void comm_sum(comm_t *comm, real_t *const vectors[], size_t n);

void comm_free(comm_t *comm);

#endif
