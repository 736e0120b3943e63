// [ladder] fused: a step in two kernels: a block does all of a slice of the batch; then the slices are added up.
// fused: has no separate passes
//
// What changed: gather, forward, cost, errors and gradients are one kernel. Each block keeps all weights and the
// activations of its rows in shared memory, from the first layer to the last and back (slice.cuh); only its sum of
// gradients leaves the block. A second kernel adds these sums up in a fixed order and updates.
// What it should gain: a step of W1 is 16 launches and a copy as passes, each of some 2 us, and 2 launches here:
// 4 to 6 us where the arithmetic takes 1 to 2 us. Nothing is gained where the weights are large: every block reads
// them once a step and writes as many gradients, 2 n_params numbers a block. What does not fit in shared memory (about
// 15,000 weights where a block may have 64 KiB, 55,000 on an H100; float) is trained by the passes of the solution,
// with a warning. The number of blocks depends on the GPU, and with it the last digits of a sum; on one GPU they are
// always the same.
// Checked: parameters, cost and counts against the CPU after whole epochs, every activation and cost.
#include <algorithm>

#include "cuda_utils.cuh"
#include "run.h"

#define nn_train_cuda nn_train_by_passes
#include "../../nn.cu"
#undef nn_train_cuda

#include "../slice.cuh"

// Block q computes the gradients of rows q * r .. of the batch and adds their cost to costs[q].
__global__ void __launch_bounds__(THREADS, 1)
    slice_gradients(const __grid_constant__ train_t t, const int *rows, int b, int r,
                    real_t *grads /* (slices, n_params) */, double *costs)
{
    extern __shared__ real_t shared[];
    int first = blockIdx.x * r;
    load_params(shared, &t);
    double cost = block_sum(slice_step(&t, shared, shared + padded_params(&t.s), grads + blockIdx.x * t.s.n_params,
                                       rows + first, min(r, b - first), false));
    if (threadIdx.x == 0) costs[blockIdx.x] += cost;
}

__global__ void __launch_bounds__(THREADS)
    add_slices(const __grid_constant__ train_t t, const real_t *grads, int slices, int b, real_t rate, real_t momentum)
{
    add_and_update(&t, grads, slices, b, rate, momentum);
}

// Rows of a slice: as many blocks as the GPU has multiprocessors, or more if so many rows do not fit. 0: none fits.
static int rows_of_slice(const shape_t *s, int B)
{
    size_t limit = shared_limit((const void *)slice_gradients);
    int r = slice_rows(s, limit, 0, (int)cuda_blocks(B, device_attribute(cudaDevAttrMultiProcessorCount)));
    if (r == 0) {
        warn("ladder/fused: %zu weights and one row of %zu activations need %.0f KiB of shared memory, this GPU has "
             "%.0f KiB a block\n         they are trained by the separate passes",
             s->n_params, s->n_acts, (s->n_params + s->n_acts) * sizeof(real_t) / 1024.0, limit / 1024.0);
        return 0;
    }
    CUDA_CHECK(cudaFuncSetAttribute(slice_gradients, cudaFuncAttributeMaxDynamicSharedMemorySize,
                                    (int)slice_bytes(s, r, 0)));
    return r;
}

void nn_train_cuda(nn_t *nn, const ds_t *train, const ds_t *valid, run_t *run)
{
    if (!passes_are_own()) return nn_train_by_passes(nn, train, valid, run);
    int r = rows_of_slice(&nn->s, run->batch);
    if (r == 0) return nn_train_by_passes(nn, train, valid, run);
    std::vector<real_t> row_weight = run_row_weights(run, train);
    std::vector<int> rows(train->N);
    size_t n_params = nn->s.n_params, rows_bytes = rows.size() * sizeof(int), bytes = slice_bytes(&nn->s, r, 0);
    train_t gpu = train_alloc_cuda(&nn->s, run->batch, train, nn->params.data(),
                                   row_weight.empty() ? NULL : row_weight.data(), run->momentum > 0);
    if (gpu.velocity)
        CUDA_CHECK(cudaMemcpy(gpu.velocity, run->at.velocity.data(), n_params * sizeof(real_t),
                              cudaMemcpyHostToDevice));
    std::vector<double> cost_of_slice(cuda_blocks(run->batch, r));
    size_t costs_bytes = cost_of_slice.size() * sizeof(double);
    int *order = (int *)cuda_alloc(rows_bytes, "the order of the rows");
    double *costs = (double *)cuda_alloc(costs_bytes, "the costs of the slices");
    size_t grads_bytes = cost_of_slice.size() * n_params * sizeof(real_t);
    real_t *grads = (real_t *)cuda_alloc(grads_bytes, "the gradients of the slices");

    run_begin(run);
    while (run_epoch_begin(run, rows.data(), train->N)) {
        real_t rate = (real_t)run_learning_rate(run);
        CUDA_CHECK(cudaMemcpy(order, rows.data(), rows_bytes, cudaMemcpyHostToDevice));
        CUDA_CHECK(cudaMemset(costs, 0, costs_bytes));
        for (int first; (first = run_next_batch(run, train->N)) >= 0;) {
            int b = std::min(run->batch, train->N - first), slices = cuda_blocks(b, r);
            slice_gradients<<<slices, THREADS, bytes>>>(gpu, order + first, b, r, grads, costs);
            LAUNCH_CHECK("slice_gradients");
            add_slices<<<cuda_blocks(n_params, 32), THREADS>>>(gpu, grads, slices, b, rate, (real_t)run->momentum);
            LAUNCH_CHECK("add_slices");
        }
        CUDA_CHECK(cudaMemcpy(nn->params.data(), gpu.params, n_params * sizeof(real_t), cudaMemcpyDeviceToHost));
        CUDA_CHECK(cudaMemcpy(cost_of_slice.data(), costs, costs_bytes, cudaMemcpyDeviceToHost));
        for (double cost : cost_of_slice) run->at.loss_sum += cost;
        if (gpu.velocity)
            CUDA_CHECK(cudaMemcpy(run->at.velocity.data(), gpu.velocity, n_params * sizeof(real_t),
                                  cudaMemcpyDeviceToHost));
        run_epoch_end(run, nn, train, valid);
    }
    CUDA_CHECK(cudaFree(grads));
    CUDA_CHECK(cudaFree(costs));
    CUDA_CHECK(cudaFree(order));
    train_free_cuda(&gpu);
}
