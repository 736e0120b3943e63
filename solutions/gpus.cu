// [student] gpus.cu: training on several GPUs: each takes its share of every batch; only the gradients are exchanged.
#include <algorithm>

#include "cuda_utils.cuh"
#include "parallel/comm.h"
#include "run.h"

// ---- part 8 (bonus): several GPUs, 10 points: docs/en/8_two_gpus.md ---------------------------------------------

//[stub
//// nn_train_cuda for k = cuda_options.gpus GPUs, driven by this one host thread: cudaSetDevice(g) chooses the GPU that
//// the calls after it speak to, and GPU 0 must be the chosen one when run_epoch_end is called. Each GPU has a train_t
//// of its own, all with the same parameters (and velocity), and takes its share of the rows of each batch. Then
//// comm_sum (parallel/comm.h) makes the sum of all gradients (n_params) everyone's, and each GPU updates its own
//// parameters with it, and with the b of the whole batch. What if a batch has fewer rows than there are GPUs? The cost
//// of an epoch is the sum over the GPUs. Give everything back at the end: comm_free too.
//// Question: the loop gives work to GPU 0 first. Why does GPU 1 not wait until GPU 0 has done it?
//// About 90 lines.
//void nn_train_gpus(nn_t *nn, const ds_t *train, const ds_t *valid, run_t *run)
//{
//    todo(8);
//}
//]
// One GPU and what lies on it. All of them hold the same parameters.
struct worker_t {
    train_t gpu;
    int *order;  // (N)  the rows as this epoch visits them
};

static std::vector<worker_t> workers_alloc(int k, const nn_t *nn, const ds_t *train, const run_t *run)
{
    std::vector<real_t> row_weight = run_row_weights(run, train);
    int share = (run->batch + k - 1) / k;  // rows of the largest
    std::vector<worker_t> workers(k);
    for (int g = 0; g < k; g++) {
        CUDA_CHECK(cudaSetDevice(g));
        train_t gpu = train_alloc_cuda(&nn->s, share, train, nn->params.data(),
                                       row_weight.empty() ? NULL : row_weight.data(), run->momentum > 0);
        if (gpu.velocity)
            CUDA_CHECK(cudaMemcpy(gpu.velocity, run->at.velocity.data(), nn->s.n_params * sizeof(real_t),
                                  cudaMemcpyHostToDevice));
        workers[g] = {gpu, (int *)cuda_alloc(train->N * sizeof(int), "the order of the rows")};
    }
    return workers;
}

static void workers_free(std::vector<worker_t> *workers)
{
    for (size_t g = 0; g < workers->size(); g++) {
        CUDA_CHECK(cudaSetDevice((int)g));
        CUDA_CHECK(cudaFree((*workers)[g].order));
        train_free_cuda(&(*workers)[g].gpu);
    }
    CUDA_CHECK(cudaSetDevice(0));
}

static void epoch_to_workers(const std::vector<worker_t> &workers, const std::vector<int> &rows, double loss)
{
    for (size_t g = 0; g < workers.size(); g++) {
        double start = g == 0 ? loss : 0;
        CUDA_CHECK(cudaSetDevice((int)g));
        CUDA_CHECK(cudaMemcpy(workers[g].order, rows.data(), rows.size() * sizeof(int), cudaMemcpyHostToDevice));
        CUDA_CHECK(cudaMemcpy(workers[g].gpu.loss, &start, sizeof start, cudaMemcpyHostToDevice));
    }
}

// The parameters are the same on all GPUs, the costs are not.
static void epoch_from_workers(const std::vector<worker_t> &workers, nn_t *nn, run_t *run)
{
    size_t bytes = nn->s.n_params * sizeof(real_t);
    run->at.loss_sum = 0;
    for (size_t g = 0; g < workers.size(); g++) {
        double loss = 0;
        CUDA_CHECK(cudaSetDevice((int)g));
        CUDA_CHECK(cudaMemcpy(&loss, workers[g].gpu.loss, sizeof loss, cudaMemcpyDeviceToHost));
        run->at.loss_sum += loss;
    }
    const train_t *gpu = &workers[0].gpu;
    CUDA_CHECK(cudaSetDevice(0));
    CUDA_CHECK(cudaMemcpy(nn->params.data(), gpu->params, bytes, cudaMemcpyDeviceToHost));
    if (gpu->velocity)
        CUDA_CHECK(cudaMemcpy(run->at.velocity.data(), gpu->velocity, bytes, cudaMemcpyDeviceToHost));
}

// Leaves in gpu->grads the sum over the b rows of a share; it may be empty, and a grid of 0 blocks is an error.
static void share_gradients(const train_t *gpu, const int *rows, int b)
{
    if (b == 0) {
        CUDA_CHECK(cudaMemsetAsync(gpu->grads, 0, gpu->s.n_params * sizeof(real_t)));
        return;
    }
    passes.load_batch(gpu, rows, b);
    passes.forward_pass(gpu, b);
    passes.loss(gpu, b);
    passes.back_prop(gpu, b);
    passes.gradients(gpu, b);
}

void nn_train_gpus(nn_t *nn, const ds_t *train, const ds_t *valid, run_t *run)
{
    int k = cuda_options.gpus;
    std::vector<int> rows(train->N);
    std::vector<worker_t> workers = workers_alloc(k, nn, train, run);
    std::vector<real_t *> grads;
    for (const worker_t &w : workers) grads.push_back(w.gpu.grads);
    comm_t comm = comm_gpus(k, nn->s.n_params);

    run_begin(run);
    while (run_epoch_begin(run, rows.data(), train->N)) {
        real_t rate = (real_t)run_learning_rate(run);
        epoch_to_workers(workers, rows, run->at.loss_sum);
        for (int first; (first = run_next_batch(run, train->N)) >= 0;) {
            int b = std::min(run->batch, train->N - first);
            for (int g = 0; g < k; g++) {
                int begin = (int)((long)b * g / k), end = (int)((long)b * (g + 1) / k);
                CUDA_CHECK(cudaSetDevice(g));
                share_gradients(&workers[g].gpu, workers[g].order + first + begin, end - begin);
            }
            comm_sum(&comm, grads.data(), nn->s.n_params);
            for (int g = 0; g < k; g++) {
                CUDA_CHECK(cudaSetDevice(g));
                passes.update(&workers[g].gpu, b, rate, (real_t)run->momentum);
            }
        }
        epoch_from_workers(workers, nn, run);
        run_epoch_end(run, nn, train, valid);
    }
    comm_free(&comm);
    workers_free(&workers);
}
//[end]
