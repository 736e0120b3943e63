// [student] nn.cu: training and testing on the GPU: what is copied, when, and the loops over epochs and batches.
#include <algorithm>

#include "cuda_utils.cuh"
#include "run.h"

// ---- part 1: transfers and the loop, 15 points: docs/en/1_transfers.md -----------------------------------------

//[stub
//// The twin of train_alloc_cpu in train.cpp; the contract is in train.h. Device memory for X (N, n[0]), Y (N, n[L]),
//// row_weight (N) unless that is NULL, and the arena. cuda_alloc takes BYTES; cudaMemcpy fills; train_lay_out, called
//// twice as on the CPU, sets the pointers into the arena. What of the arena must be 0 at the start?
//// Question: t is a struct on the host that holds addresses of the device. What happens if the host writes to
//// t.params[0]?
//// About 25 lines.
//train_t train_alloc_cuda(const shape_t *s, int B, const ds_t *ds, const real_t *params, const real_t *row_weight,
//                         bool momentum)
//{
//    todo(1);
//}
//
//// Gives back every block that train_alloc_cuda has taken, and leaves no old pointer in *t.
//// Question: may cudaFree be called with NULL?
//// About 8 lines.
//void train_free_cuda(train_t *t)
//{
//    todo(1);
//}
//]
// A copy of n elements on the device; NULL stays NULL.
static real_t *to_device(const real_t *host, size_t n, const char *what_for)
{
    if (!host) return NULL;
    real_t *dev = (real_t *)cuda_alloc(n * sizeof(real_t), what_for);
    CUDA_CHECK(cudaMemcpy(dev, host, n * sizeof(real_t), cudaMemcpyHostToDevice));
    return dev;
}

train_t train_alloc_cuda(const shape_t *s, int B, const ds_t *ds, const real_t *params, const real_t *row_weight,
                         bool momentum)
{
    train_t t = {};
    t.s = *s;
    t.B = B;
    t.N = ds->N;
    t.X = to_device(ds->X.data(), ds->X.size(), "the features of the data set");
    t.Y = to_device(ds->Y.data(), ds->Y.size(), "the targets of the data set");
    t.row_weight = to_device(row_weight, ds->N, "the weights of the rows");
    size_t bytes = train_lay_out(&t, NULL, momentum);
    char *arena = (char *)cuda_alloc(bytes, "parameters, gradients and activations");
    CUDA_CHECK(cudaMemset(arena, 0, bytes));
    train_lay_out(&t, arena, momentum);
    CUDA_CHECK(cudaMemcpy(t.params, params, s->n_params * sizeof(real_t), cudaMemcpyHostToDevice));
    return t;
}

void train_free_cuda(train_t *t)
{
    CUDA_CHECK(cudaFree((void *)t->X));
    CUDA_CHECK(cudaFree((void *)t->Y));
    CUDA_CHECK(cudaFree((void *)t->row_weight));
    CUDA_CHECK(cudaFree(t->arena));
    *t = {};
}
//[end]

//[stub
//// The twin of nn_train in nn.cpp: read that first. The calls of run.h stay as they are: they are the host's. The
//// passes are called through the table: passes.forward_pass(&gpu, b), ... so that parts not written yet can be lent
//// to you. load_batch wants row numbers that lie on the device. The host wants back, at the end of an epoch:
//// nn->params, run->at.loss_sum, and run->at.velocity with momentum. Going on from a checkpoint, velocity and
//// loss_sum are not 0. Decide for every array: copied once, once an epoch, or never?
//// Question: a launch returns at once. Which of your calls waits until the kernels have ended?
//// About 40 lines.
//void nn_train_cuda(nn_t *nn, const ds_t *train, const ds_t *valid, run_t *run)
//{
//    todo(1);
//}
//]
void nn_train_cuda(nn_t *nn, const ds_t *train, const ds_t *valid, run_t *run)
{
    std::vector<real_t> row_weight = run_row_weights(run, train);
    std::vector<int> rows(train->N);
    size_t n_params = nn->s.n_params, rows_bytes = rows.size() * sizeof(int);
    train_t gpu = train_alloc_cuda(&nn->s, run->batch, train, nn->params.data(),
                                   row_weight.empty() ? NULL : row_weight.data(), run->momentum > 0);
    if (gpu.velocity)
        CUDA_CHECK(cudaMemcpy(gpu.velocity, run->at.velocity.data(), n_params * sizeof(real_t), cudaMemcpyHostToDevice));
    int *order = (int *)cuda_alloc(rows_bytes, "the order of the rows");

    run_begin(run);
    while (run_epoch_begin(run, rows.data(), train->N)) {
        real_t rate = (real_t)run_learning_rate(run);
        CUDA_CHECK(cudaMemcpy(order, rows.data(), rows_bytes, cudaMemcpyHostToDevice));
        CUDA_CHECK(cudaMemcpy(gpu.loss, &run->at.loss_sum, sizeof(double), cudaMemcpyHostToDevice));
        for (int first; (first = run_next_batch(run, train->N)) >= 0;) {
            int b = std::min(run->batch, train->N - first);
            passes.load_batch(&gpu, order + first, b);
            passes.forward_pass(&gpu, b);
            passes.loss(&gpu, b);
            passes.back_prop(&gpu, b);
            passes.gradients(&gpu, b);
            passes.update(&gpu, b, rate, (real_t)run->momentum);
        }
        // The first of these copies waits until all kernels have ended.
        CUDA_CHECK(cudaMemcpy(nn->params.data(), gpu.params, n_params * sizeof(real_t), cudaMemcpyDeviceToHost));
        CUDA_CHECK(cudaMemcpy(&run->at.loss_sum, gpu.loss, sizeof(double), cudaMemcpyDeviceToHost));
        if (gpu.velocity)
            CUDA_CHECK(cudaMemcpy(run->at.velocity.data(), gpu.velocity, n_params * sizeof(real_t),
                                  cudaMemcpyDeviceToHost));
        run_epoch_end(run, nn, train, valid);
    }
    CUDA_CHECK(cudaFree(order));
    train_free_cuda(&gpu);
}
//[end]

// ---- part 6: testing, with the counts in test.cu: docs/en/6_test.md ------------------------------------------------

//[stub
//// 5 points. The twin of nn_test in nn.cpp. A tally_t whose arrays, confusion (K, K) and sums (3), lie on the device
//// collects all batches and is copied to a score_t once, at the end. Rows are not shuffled. If `outputs` is not NULL,
//// the outputs (b, n[L]) of each batch are copied to their place in it. With K = 0 (regression) there is no confusion
//// matrix.
//// Question: what do the counts begin with, and who writes that?
//// About 40 lines.
//metrics_t nn_test_cuda(const nn_t *nn, const ds_t *ds, std::vector<real_t> *outputs)
//{
//    todo(6);
//}
//]
metrics_t nn_test_cuda(const nn_t *nn, const ds_t *ds, std::vector<real_t> *outputs)
{
    int B = std::min(ds->N, 1024), n_out = nn->s.n[nn->s.L];
    std::vector<int> rows(ds->N);
    for (int i = 0; i < ds->N; i++) rows[i] = i;
    score_t score = score_make(n_out, nn->task);
    if (outputs) outputs->resize((size_t)ds->N * n_out);

    train_t gpu = train_alloc_cuda(&nn->s, B, ds, nn->params.data(), NULL, false);
    int *order = (int *)cuda_alloc(rows.size() * sizeof(int), "the order of the rows");
    CUDA_CHECK(cudaMemcpy(order, rows.data(), rows.size() * sizeof(int), cudaMemcpyHostToDevice));
    size_t cells_bytes = score.confusion.size() * sizeof(score.confusion[0]);
    tally_t tally = {score.K, (unsigned long long *)cuda_alloc(cells_bytes, "the confusion matrix"),
                     (double *)cuda_alloc(sizeof score.sums, "the sums of errors")};
    if (cells_bytes) CUDA_CHECK(cudaMemset(tally.confusion, 0, cells_bytes));
    CUDA_CHECK(cudaMemset(tally.sums, 0, sizeof score.sums));

    for (int first = 0; first < ds->N; first += B) {
        int b = std::min(B, ds->N - first);
        passes.load_batch(&gpu, order + first, b);
        passes.forward_pass(&gpu, b);
        passes.score(&gpu, b, nn->threshold, &tally);
        if (outputs)
            CUDA_CHECK(cudaMemcpy(&(*outputs)[(size_t)first * n_out], A(&gpu, nn->s.L),
                                  (size_t)b * n_out * sizeof(real_t), cudaMemcpyDeviceToHost));
    }
    if (cells_bytes)
        CUDA_CHECK(cudaMemcpy(score.confusion.data(), tally.confusion, cells_bytes, cudaMemcpyDeviceToHost));
    CUDA_CHECK(cudaMemcpy(score.sums, tally.sums, sizeof score.sums, cudaMemcpyDeviceToHost));

    CUDA_CHECK(cudaFree(tally.confusion));
    CUDA_CHECK(cudaFree(tally.sums));
    CUDA_CHECK(cudaFree(order));
    train_free_cuda(&gpu);
    return metrics_make(&score, ds, nn->threshold, outputs);
}
//[end]
