// [given] cuda_utils.h: what the CPU's side of the program knows of the GPU. Plain C++: no CUDA toolkit is needed.
#ifndef NN_CUDA_UTILS_H
#define NN_CUDA_UTILS_H

#include <string>

#include "test.h"

// --gpus, --block, --streams
struct cuda_options_t {
    int gpus = 1;     // how many share the work
    int block = 256;  // threads of a block, where a kernel does not ask for a number of its own: 32 .. 1024
    int streams = 2;  // for versions of the kernels that use several
};
extern cuda_options_t cuda_options;

// Chooses the GPU and wakes it. Returns "NVIDIA RTX A4000, compute capability 8.6, 15.7 GiB, driver 12.8, CUDA 12.8",
// or "emulated GPU (kernels run on the CPU): times mean nothing"; with several also how they add up. Dies of: no GPU, a driver too old for the toolkit,
// fewer GPUs than asked for, a program that was built without CUDA.
std::string cuda_start(void);

// The passes of a step on the GPU as a table, so that any of them can be exchanged: nn_train_cuda and nn_test_cuda call
// them through it. `make check` puts the CPU's in the place of what is not written yet.
struct passes_t {
    void (*load_batch)(const train_t *t, const int *rows, int b);
    void (*forward_pass)(const train_t *t, int b);
    void (*loss)(const train_t *t, int b);
    void (*back_prop)(const train_t *t, int b);
    void (*gradients)(const train_t *t, int b);
    void (*update)(const train_t *t, int b, real_t learning_rate, real_t momentum);
    void (*score)(const train_t *t, int b, double threshold, tally_t *tally);
};
extern passes_t passes;

// Copies for code that nvcc does not compile, tests for instance. They wait for the kernels of the default stream.
void cuda_to_device(void *dev, const void *host, size_t bytes);
void cuda_to_host(void *host, const void *dev, size_t bytes);

#endif
