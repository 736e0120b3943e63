// [ladder] persistent: one cooperative kernel runs a whole epoch; barriers of the grid take the place of launches.
// fused: has no separate passes
//
// What changed: the loop over the batches has moved into the kernel, which stays on the device for an epoch; between
// two phases of a step all blocks meet at grid.sync(). A small net has two phases: a block does all of a slice of the
// batch with the weights in shared memory (slice.cuh), then the slices' gradients are added up and the parameters
// updated. A wide net keeps its weights in global memory (in truth in L2) and has 2 L + 1 phases (wide.cuh).
// What it should gain: a launch costs 2 to 4 us when the next kernel waits for it, a barrier of the grid 1 to 2 us: 2
// of them a step, and no work at all on the host, where `fused` has two launches. There are as many blocks as fit on
// the GPU at the same time, or fewer if the batch has fewer rows: a barrier that waits for a block that cannot start
// would never end. Ctrl-C is noticed after the epoch. Needs cooperative launches (capability 6.0 and newer).
// Checked: parameters, cost and counts against the CPU after whole epochs, every activation and cost.
#include <algorithm>

#include <cooperative_groups.h>

#include "cuda_utils.cuh"
#include "run.h"

#define nn_train_cuda nn_train_by_passes
#include "../../nn.cu"
#undef nn_train_cuda

#include "wide.cuh"

// What an epoch needs besides the state.
struct epoch_t {
    const int *order;  // (N) rows of the data set
    int first, end;    // rows order[first .. end - 1] are still to do
    real_t rate, momentum;
    int rows_that_fit;  // of a slice
    real_t *grads;      // (blocks, n_params) of the slices
    double *costs;      // (blocks)
};

__global__ void __launch_bounds__(THREADS, 1) train_small(const __grid_constant__ train_t t, const epoch_t e)
{
    extern __shared__ real_t shared[];
    cooperative_groups::grid_group grid = cooperative_groups::this_grid();
    real_t *acts = shared + padded_params(&t.s), *grads = e.grads + blockIdx.x * t.s.n_params;
    double cost = 0;
    for (int first = e.first; first < e.end; first += t.B) {
        const int *rows = e.order + first;
        int b = min(t.B, t.N - first), r = min(e.rows_that_fit, (b - 1) / (int)gridDim.x + 1);
        int slices = min((int)gridDim.x, (b - 1) / r + 1);
        load_params(shared, &t);
        for (int i = blockIdx.x * r; i < b; i += gridDim.x * r)
            cost += slice_step(&t, shared, acts, grads, rows + i, min(r, b - i), i >= (int)gridDim.x * r);
        grid.sync();
        add_and_update(&t, e.grads, slices, b, e.rate, e.momentum);
        grid.sync();
    }
    cost = block_sum(cost);
    if (threadIdx.x == 0) e.costs[blockIdx.x] = cost;
}

__global__ void __launch_bounds__(THREADS) train_wide(const __grid_constant__ train_t t, const epoch_t e)
{
    cooperative_groups::grid_group grid = cooperative_groups::this_grid();
    double cost = 0;
    for (int first = e.first; first < e.end; first += t.B) {
        const int *rows = e.order + first;
        int b = min(t.B, t.N - first);
        for (int l = 1; l <= t.s.L; l++) {
            wide_forward(&t, rows, b, l);
            grid.sync();
        }
        cost += wide_output(&t, rows, b);
        grid.sync();
        for (int l = t.s.L; l > 1; l--) {
            wide_back(&t, b, l);
            grid.sync();
        }
        for (int l = t.s.L; l >= 1; l--) wide_update(&t, rows, b, l, e.rate, e.momentum);
        grid.sync();
    }
    cost = block_sum(cost);
    if (threadIdx.x == 0) e.costs[blockIdx.x] = cost;
}

// ---- on the host -----------------------------------------------------------------------------------------

struct plan_t {
    const void *kernel;
    int blocks, rows_that_fit;
    size_t shared_bytes;
};

static int blocks_at_once(const void *kernel, size_t shared_bytes)
{
    int n = 0;
    CUDA_CHECK(cudaOccupancyMaxActiveBlocksPerMultiprocessor(&n, kernel, THREADS, shared_bytes));
    return n * device_attribute(cudaDevAttrMultiProcessorCount);
}

static plan_t make_plan(const shape_t *s, int B)
{
    if (!device_attribute(cudaDevAttrCooperativeLaunch))
        die("ladder/persistent: this GPU has no cooperative launches\nhint: capability 6.0 or newer, or another rung");
    plan_t small = {(const void *)train_small, 0, 0, 0}, wide = {(const void *)train_wide, 0, 0, 0};
    int processors = device_attribute(cudaDevAttrMultiProcessorCount);
    small.rows_that_fit = slice_rows(s, shared_limit(small.kernel), 0, (int)cuda_blocks(B, processors));
    if (small.rows_that_fit == 0) {
        int most = 1;  // tiles of the largest result
        for (int l = 1; l <= s->L; l++)
            most = std::max({most, (int)(cuda_blocks(B, SIDE) * cuda_blocks(s->n[l], SIDE)),
                             (int)(cuda_blocks(s->n[l], SIDE) * cuda_blocks(s->n[l - 1] + 1, SIDE))});
        wide.blocks = std::min(most, blocks_at_once(wide.kernel, 0));
        return wide;
    }
    small.shared_bytes = slice_bytes(s, small.rows_that_fit, 0);
    CUDA_CHECK(
        cudaFuncSetAttribute(small.kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, (int)small.shared_bytes));
    small.blocks = std::min({B, processors, blocks_at_once(small.kernel, small.shared_bytes)});
    return small;
}

void nn_train_cuda(nn_t *nn, const ds_t *train, const ds_t *valid, run_t *run)
{
    if (!passes_are_own()) return nn_train_by_passes(nn, train, valid, run);
    plan_t plan = make_plan(&nn->s, run->batch);
    std::vector<real_t> row_weight = run_row_weights(run, train);
    std::vector<int> rows(train->N);
    std::vector<double> cost_of_block(plan.blocks);
    size_t n_params = nn->s.n_params, rows_bytes = rows.size() * sizeof(int),
           costs_bytes = plan.blocks * sizeof(double);
    train_t gpu = train_alloc_cuda(&nn->s, run->batch, train, nn->params.data(),
                                   row_weight.empty() ? NULL : row_weight.data(), run->momentum > 0);
    if (gpu.velocity)
        CUDA_CHECK(
            cudaMemcpy(gpu.velocity, run->at.velocity.data(), n_params * sizeof(real_t), cudaMemcpyHostToDevice));
    int *order = (int *)cuda_alloc(rows_bytes, "the order of the rows");
    double *costs = (double *)cuda_alloc(costs_bytes, "the costs of the blocks");
    size_t grads_bytes = plan.rows_that_fit ? plan.blocks * n_params * sizeof(real_t) : 0;
    real_t *grads = (real_t *)cuda_alloc(grads_bytes, "the gradients of the slices");

    run_begin(run);
    while (run_epoch_begin(run, rows.data(), train->N)) {
        CUDA_CHECK(cudaMemcpy(order, rows.data(), rows_bytes, cudaMemcpyHostToDevice));
        epoch_t epoch = {order,
                         run->at.batch * run->batch,
                         0,
                         (real_t)run_learning_rate(run),
                         (real_t)run->momentum,
                         plan.rows_that_fit,
                         grads,
                         costs};
        for (int first; (first = run_next_batch(run, train->N)) >= 0;)
            epoch.end = std::min(first + run->batch, train->N);
        void *arguments[] = {&gpu, &epoch};
        CUDA_CHECK(cudaLaunchCooperativeKernel(plan.kernel, plan.blocks, THREADS, arguments, plan.shared_bytes, 0));
        LAUNCH_CHECK(plan.rows_that_fit ? "train_small" : "train_wide");
        CUDA_CHECK(cudaMemcpy(nn->params.data(), gpu.params, n_params * sizeof(real_t), cudaMemcpyDeviceToHost));
        CUDA_CHECK(cudaMemcpy(cost_of_block.data(), costs, costs_bytes, cudaMemcpyDeviceToHost));
        for (double cost : cost_of_block) run->at.loss_sum += cost;
        if (gpu.velocity)
            CUDA_CHECK(
                cudaMemcpy(run->at.velocity.data(), gpu.velocity, n_params * sizeof(real_t), cudaMemcpyDeviceToHost));
        run_epoch_end(run, nn, train, valid);
    }
    CUDA_CHECK(cudaFree(grads));
    CUDA_CHECK(cudaFree(costs));
    CUDA_CHECK(cudaFree(order));
    train_free_cuda(&gpu);
}
