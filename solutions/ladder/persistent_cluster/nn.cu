// [ladder] persistent_cluster: an epoch in one cluster of up to 16 blocks that reach into each other's shared memory.
// needs: sm_90
// fused: has no separate passes
//
// What changed: weights and gradients never leave shared memory. The blocks of a cluster run on neighbouring
// multiprocessors, may read and write each other's shared memory, and meet at a barrier in hardware. Each block does a
// slice of the batch, as in `persistent`; then each block adds up its share of the parameters, reading the gradients of
// all others where they lie, and writes the new values into all others' weights.
// What it should gain: a barrier of the cluster costs some 0.2 us, one of the grid 1 to 2 us; no weights are loaded
// again and no gradients go through L2: 2 to 4 us a step for W1, 7 to 12 us for W3, where 16 of 132 multiprocessors do
// all the arithmetic, so that tiles of 4 x 4 elements a thread are worth it. What does not fit in 16 shared memories
// (about 25,000 weights, float) is trained by the passes, with a warning; a GPU before sm_90 is refused.
// Checked: compiled for sm_90, not yet run on one. On the emulator a cooperative grid stands in for the cluster and
// global memory for the shared memory that others see; all else is the same code and is checked as every rung.
#include <algorithm>

#include <cooperative_groups.h>

#include "cuda_utils.cuh"
#include "run.h"

#define nn_train_cuda nn_train_by_passes
#include "../../nn.cu"
#undef nn_train_cuda

#define TILE_U 4
#define TILE_V 4
#include "../slice.cuh"

#define MOST_BLOCKS 16  // of a cluster; above 8 the kernel has to ask for it

// What an epoch needs besides the state.
struct epoch_t {
    const int *order;  // (N) rows of the data set
    int first, end;    // rows order[first .. end - 1] are still to do
    real_t rate, momentum;
    int rows_that_fit;  // of a slice
    double *costs;      // (blocks)
    real_t *stand_in;   // emulator: (blocks, padded_params + n_params)
};

#if defined __CUDA_EMULATOR__ || __CUDA_ARCH__ >= 900
// ---- the cluster, or what stands in for it ---------------------------------------------------------------

static __device__ void cluster_sync(void)
{
#ifdef __CUDA_EMULATOR__
    cooperative_groups::this_grid().sync();
#else
    cooperative_groups::this_cluster().sync();
#endif
}

// Where this block keeps what the others may touch: padded parameters, then gradients.
static __device__ real_t *own_memory(real_t *shared, const train_t *t, const epoch_t *e)
{
#ifdef __CUDA_EMULATOR__
    return e->stand_in + blockIdx.x * (padded_params(&t->s) + t->s.n_params);
#else
    return shared;
#endif
}

// The address in block q of what has the address `own` in this block.
static __device__ real_t *in_block(int q, real_t *own, const train_t *t)
{
#ifdef __CUDA_EMULATOR__
    return own + ((ptrdiff_t)q - blockIdx.x) * (ptrdiff_t)(padded_params(&t->s) + t->s.n_params);
#else
    return cooperative_groups::this_cluster().map_shared_rank(own, q);
#endif
}

// ---- the epoch: the grid is one cluster, so that blockIdx.x is the rank in it ---------------------------------

// Adds up this block's share of the gradients and gives all blocks the new parameters.
static __device__ void exchange(const train_t *t, const epoch_t *e, real_t *params, real_t *grads, int slices, int b)
{
    size_t n = t->s.n_params, share = (n + gridDim.x - 1) / gridDim.x, first = blockIdx.x * share;
    for (size_t at = first + threadIdx.x; at < first + share && at < n; at += THREADS) {
        real_t *own = params + padded_at(&t->s, at), value = *own, sum = 0;
        for (int q = 0; q < slices; q++) sum += *in_block(q, grads + at, t);
        update_one(&value, velocity_of(t, at), sum, b, e->rate, e->momentum);
        for (int q = 0; q < (int)gridDim.x; q++) *in_block(q, own, t) = value;
    }
}

static __device__ void train_epoch(const train_t *t, const epoch_t *e, real_t *shared)
{
    real_t *params = own_memory(shared, t, e), *grads = params + padded_params(&t->s);
    real_t *acts = shared + padded_params(&t->s) + t->s.n_params;
    double cost = 0;
    load_params(params, t);
    for (int first = e->first; first < e->end; first += t->B) {
        const int *rows = e->order + first;
        int blocks = gridDim.x, b = min(t->B, t->N - first), r = min(e->rows_that_fit, (b - 1) / blocks + 1);
        for (int i = blockIdx.x * r; i < b; i += blocks * r)
            cost += slice_step(t, params, acts, grads, rows + i, min(r, b - i), i >= blocks * r);
        cluster_sync();
        exchange(t, e, params, grads, min(blocks, (b - 1) / r + 1), b);
        cluster_sync();
    }
    if (blockIdx.x == 0 && e->first < e->end)
        for (size_t at = threadIdx.x; at < t->s.n_params; at += THREADS) t->params[at] = params[padded_at(&t->s, at)];
    cost = block_sum(cost);
    if (threadIdx.x == 0) e->costs[blockIdx.x] = cost;
}
#endif

__global__ void __launch_bounds__(THREADS, 1)
    train_in_cluster(const __grid_constant__ train_t t, const __grid_constant__ epoch_t e)
{
#if defined __CUDA_EMULATOR__ || __CUDA_ARCH__ >= 900
    extern __shared__ real_t shared[];
    train_epoch(&t, &e, shared);
#endif
}

// ---- on the host -----------------------------------------------------------------------------------------

#ifdef __CUDA_EMULATOR__
static void check_device(void) {}

static int choose_blocks(int wanted, size_t shared_bytes)
{
    int n = 0;
    CUDA_CHECK(cudaOccupancyMaxActiveBlocksPerMultiprocessor(&n, train_in_cluster, THREADS, shared_bytes));
    return std::min(wanted, n * device_attribute(cudaDevAttrMultiProcessorCount));
}

static void launch(int blocks, size_t shared_bytes, void **arguments)
{
    CUDA_CHECK(
        cudaLaunchCooperativeKernel((const void *)train_in_cluster, blocks, THREADS, arguments, shared_bytes, 0));
}
#else
static void check_device(void)
{
    int major = device_attribute(cudaDevAttrComputeCapabilityMajor),
        minor = device_attribute(cudaDevAttrComputeCapabilityMinor);
    if (major < 9 || !device_attribute(cudaDevAttrClusterLaunch))
        die("ladder/persistent_cluster: this GPU has compute capability %d.%d, expected 9.0 or newer: thread block "
            "clusters\n"
            "hint: ladder/persistent does the same without a cluster",
            major, minor);
}

static cudaLaunchConfig_t configuration(int blocks, size_t shared_bytes, cudaLaunchAttribute *cluster)
{
    cudaLaunchConfig_t c = {};
    cluster->id = cudaLaunchAttributeClusterDimension;
    cluster->val.clusterDim.x = blocks;
    cluster->val.clusterDim.y = cluster->val.clusterDim.z = 1;
    c.gridDim = dim3(blocks);
    c.blockDim = dim3(THREADS);
    c.dynamicSmemBytes = shared_bytes;
    c.attrs = cluster;
    c.numAttrs = 1;
    return c;
}

// The largest cluster that this GPU can start, at most `wanted` blocks.
static int choose_blocks(int wanted, size_t shared_bytes)
{
    CUDA_CHECK(cudaFuncSetAttribute(train_in_cluster, cudaFuncAttributeNonPortableClusterSizeAllowed, 1));
    for (int blocks = wanted; blocks > 1; blocks /= 2) {
        cudaLaunchAttribute cluster;
        cudaLaunchConfig_t c = configuration(blocks, shared_bytes, &cluster);
        int clusters = 0;
        cudaError_t e = cudaOccupancyMaxActiveClusters(&clusters, train_in_cluster, &c);
        if (e == cudaSuccess && clusters > 0) return blocks;
        cudaGetLastError();
    }
    return 1;
}

static void launch(int blocks, size_t shared_bytes, void **arguments)
{
    cudaLaunchAttribute cluster;
    cudaLaunchConfig_t c = configuration(blocks, shared_bytes, &cluster);
    CUDA_CHECK(cudaLaunchKernelExC(&c, (const void *)train_in_cluster, arguments));
}
#endif

struct plan_t {
    int blocks, rows_that_fit;  // 0 blocks: the net does not fit
    size_t shared_bytes;
};

static plan_t make_plan(const shape_t *s, int B)
{
    check_device();
    plan_t plan = {1, 0, 0};
    while (plan.blocks < B && plan.blocks < MOST_BLOCKS) plan.blocks *= 2;
    size_t limit = shared_limit((const void *)train_in_cluster);
    plan.rows_that_fit = slice_rows(s, limit, s->n_params, (int)cuda_blocks(B, plan.blocks));
    if (plan.rows_that_fit == 0) {
        warn("ladder/persistent_cluster: %zu weights, their gradients and one row of %zu activations need %.0f KiB of "
             "shared "
             "memory, this GPU has %.0f KiB a block\n         they are trained by the separate passes",
             s->n_params, s->n_acts, (2 * s->n_params + s->n_acts) * sizeof(real_t) / 1024.0, limit / 1024.0);
        return {0, 0, 0};
    }
    plan.shared_bytes = slice_bytes(s, plan.rows_that_fit, s->n_params);
    CUDA_CHECK(
        cudaFuncSetAttribute(train_in_cluster, cudaFuncAttributeMaxDynamicSharedMemorySize, (int)plan.shared_bytes));
    plan.blocks = choose_blocks(plan.blocks, plan.shared_bytes);
    return plan;
}

void nn_train_cuda(nn_t *nn, const ds_t *train, const ds_t *valid, run_t *run)
{
    if (!passes_are_own()) return nn_train_by_passes(nn, train, valid, run);
    plan_t plan = make_plan(&nn->s, run->batch);
    if (plan.blocks == 0) return nn_train_by_passes(nn, train, valid, run);
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
    size_t stand_in_bytes = 0;
#ifdef __CUDA_EMULATOR__
    stand_in_bytes = plan.blocks * (padded_params(&nn->s) + n_params) * sizeof(real_t);
#endif
    real_t *stand_in = (real_t *)cuda_alloc(stand_in_bytes, "what stands in for shared memory");

    run_begin(run);
    while (run_epoch_begin(run, rows.data(), train->N)) {
        CUDA_CHECK(cudaMemcpy(order, rows.data(), rows_bytes, cudaMemcpyHostToDevice));
        epoch_t epoch = {order,
                         run->at.batch * run->batch,
                         0,
                         (real_t)run_learning_rate(run),
                         (real_t)run->momentum,
                         plan.rows_that_fit,
                         costs,
                         stand_in};
        for (int first; (first = run_next_batch(run, train->N)) >= 0;)
            epoch.end = std::min(first + run->batch, train->N);
        void *arguments[] = {&gpu, &epoch};
        launch(plan.blocks, plan.shared_bytes, arguments);
        LAUNCH_CHECK("train_in_cluster");
        CUDA_CHECK(cudaMemcpy(nn->params.data(), gpu.params, n_params * sizeof(real_t), cudaMemcpyDeviceToHost));
        CUDA_CHECK(cudaMemcpy(cost_of_block.data(), costs, costs_bytes, cudaMemcpyDeviceToHost));
        for (double cost : cost_of_block) run->at.loss_sum += cost;
        if (gpu.velocity)
            CUDA_CHECK(
                cudaMemcpy(run->at.velocity.data(), gpu.velocity, n_params * sizeof(real_t), cudaMemcpyDeviceToHost));
        run_epoch_end(run, nn, train, valid);
    }
    CUDA_CHECK(cudaFree(stand_in));
    CUDA_CHECK(cudaFree(costs));
    CUDA_CHECK(cudaFree(order));
    train_free_cuda(&gpu);
}
