// [given] no_cuda.cpp: stands for the .cu files in a program built with CUDA=none.
#include "cuda_utils.h"
#include "parallel/comm.h"

passes_t passes = {};

std::string cuda_start(void)
{
    die_usage("--device: cuda is not built into this program\nhint: --device cpu, or build it with `make CUDA=emu`, or "
              "`make CUDA=real` where the CUDA toolkit is installed");
}

void nn_train_cuda(nn_t *, const ds_t *, const ds_t *, run_t *) { cuda_start(); }
void nn_train_gpus(nn_t *, const ds_t *, const ds_t *, run_t *) { cuda_start(); }

metrics_t nn_test_cuda(const nn_t *, const ds_t *, std::vector<real_t> *)
{
    cuda_start();
    return {};
}

train_t train_alloc_cuda(const shape_t *, int, const ds_t *, const real_t *, const real_t *, bool)
{
    cuda_start();
    return {};
}

void train_free_cuda(train_t *) { cuda_start(); }
void cuda_to_device(void *, const void *, size_t) { cuda_start(); }
void cuda_to_host(void *, const void *, size_t) { cuda_start(); }
