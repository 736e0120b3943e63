// [ladder] streams/nn.cu: rung 5: the loop that copies the next batch while this one is computed.
//
// Two slots take turns. Each has a batch in pinned memory of the host, and a state on the device whose inputs and
// targets the copy writes; the parameters are shared. The host gathers batch k + 1 into one slot and starts its copy in
// a stream of its own while the kernels of batch k work on the other. Two events keep order: `copied` (the kernels may
// begin, and the pinned memory may be filled again) and `used` (the copy may overwrite the inputs).
// cudaMemcpyAsync from memory that is not pinned would wait: it has to copy into pinned memory first.
#include "steps.h"

#include <cstring>

// The solution's train_alloc_cuda, train_free_cuda and nn_test_cuda; its loop gets another name and is for passes that
// `make check` puts in place of these: they want the data set on the device.
#include "run.h"
#define nn_train_cuda nn_train_resident
#include "../../nn.cu"
#undef nn_train_cuda

struct slot_t {
    train_t t;      // its inputs, targets, rows, activations and errors; params, grads, velocity, loss are slot 0's
    real_t *X, *Y;  // (B, n[0]), (B, n[L]): the batch in pinned memory
    int *rows;      // (B)
    cudaEvent_t copied, used;
};

static void *pinned_alloc(size_t bytes)
{
    void *p = NULL;
    CUDA_CHECK(cudaMallocHost(&p, bytes));
    return p;
}

static slot_t slot_alloc(const shape_t *s, int B, int N, bool momentum)
{
    slot_t slot = {};
    slot.t.s = *s;
    slot.t.B = B;
    slot.t.N = N;
    size_t bytes = train_lay_out(&slot.t, NULL, momentum);
    char *arena = (char *)cuda_alloc(bytes, "parameters, gradients and activations");
    CUDA_CHECK(cudaMemset(arena, 0, bytes));
    train_lay_out(&slot.t, arena, momentum);
    slot.X = (real_t *)pinned_alloc(sizeof(real_t) * B * s->n[0]);
    slot.Y = (real_t *)pinned_alloc(sizeof(real_t) * B * s->n[s->L]);
    slot.rows = (int *)pinned_alloc(sizeof(int) * B);
    CUDA_CHECK(cudaEventCreateWithFlags(&slot.copied, cudaEventDisableTiming));
    CUDA_CHECK(cudaEventCreateWithFlags(&slot.used, cudaEventDisableTiming));
    return slot;
}

static void slot_free(slot_t *slot)
{
    CUDA_CHECK(cudaFree(slot->t.arena));
    CUDA_CHECK(cudaFreeHost(slot->X));
    CUDA_CHECK(cudaFreeHost(slot->Y));
    CUDA_CHECK(cudaFreeHost(slot->rows));
    CUDA_CHECK(cudaEventDestroy(slot->copied));
    CUDA_CHECK(cudaEventDestroy(slot->used));
}

// Gathers the batch on the host and starts its way to the device.
static void slot_load(slot_t *slot, const ds_t *ds, const int *rows, int b, cudaStream_t copies)
{
    size_t n_in = slot->t.s.n[0], n_out = slot->t.s.n[slot->t.s.L];
    CUDA_CHECK(cudaEventSynchronize(slot->copied));  // pinned memory: the copy of the batch before has ended
    for (int i = 0; i < b; i++) {
        memcpy(slot->X + i * n_in, &ds->X[rows[i] * n_in], n_in * sizeof(real_t));
        memcpy(slot->Y + i * n_out, &ds->Y[rows[i] * n_out], n_out * sizeof(real_t));
        slot->rows[i] = rows[i];
    }
    CUDA_CHECK(cudaStreamWaitEvent(copies, slot->used, 0));  // the device's: its kernels have ended
    const train_t *t = &slot->t;
    CUDA_CHECK(cudaMemcpyAsync(A(t, 0), slot->X, b * n_in * sizeof(real_t), cudaMemcpyHostToDevice, copies));
    CUDA_CHECK(cudaMemcpyAsync(t->targets, slot->Y, b * n_out * sizeof(real_t), cudaMemcpyHostToDevice, copies));
    CUDA_CHECK(cudaMemcpyAsync(t->rows, slot->rows, b * sizeof(int), cudaMemcpyHostToDevice, copies));
    CUDA_CHECK(cudaEventRecord(slot->copied, copies));
}

static bool own_passes(void)
{
    return passes.forward_pass == forward_pass_cuda && passes.loss == loss_cuda && passes.back_prop == back_prop_cuda &&
           passes.gradients == gradients_cuda && passes.update == update_cuda && passes.load_batch == load_batch_cuda;
}

void nn_train_cuda(nn_t *nn, const ds_t *train, const ds_t *valid, run_t *run)
{
    if (!own_passes()) return nn_train_resident(nn, train, valid, run);
    std::vector<real_t> row_weight = run_row_weights(run, train);
    std::vector<int> rows(train->N);
    size_t params_bytes = nn->s.n_params * sizeof(real_t);
    bool momentum = run->momentum > 0;
    slot_t slots[2];
    for (slot_t &slot : slots) slot = slot_alloc(&nn->s, run->batch, train->N, momentum);
    train_t *first_state = &slots[0].t, *second = &slots[1].t;
    second->params = first_state->params;
    second->grads = first_state->grads;
    second->velocity = first_state->velocity;
    second->loss = first_state->loss;
    real_t *weights = to_device(row_weight.empty() ? NULL : row_weight.data(), train->N, "the weights of the rows");
    first_state->row_weight = second->row_weight = weights;
    CUDA_CHECK(cudaMemcpy(first_state->params, nn->params.data(), params_bytes, cudaMemcpyHostToDevice));
    if (momentum)
        CUDA_CHECK(cudaMemcpy(first_state->velocity, run->at.velocity.data(), params_bytes, cudaMemcpyHostToDevice));
    cudaStream_t copies, kernels = steps_begin(cuda_options.streams);
    CUDA_CHECK(cudaStreamCreate(&copies));

    run_begin(run);
    while (run_epoch_begin(run, rows.data(), train->N)) {
        real_t rate = (real_t)run_learning_rate(run);
        CUDA_CHECK(cudaMemcpy(first_state->loss, &run->at.loss_sum, sizeof(double), cudaMemcpyHostToDevice));
        int turn = 0;
        for (int first; (first = run_next_batch(run, train->N)) >= 0;) {
            int b = std::min(run->batch, train->N - first);
            slot_t *slot = &slots[turn++ % 2];
            slot_load(slot, train, &rows[first], b, copies);
            CUDA_CHECK(cudaStreamWaitEvent(kernels, slot->copied, 0));
            passes.forward_pass(&slot->t, b);
            passes.loss(&slot->t, b);
            passes.back_prop(&slot->t, b);
            passes.gradients(&slot->t, b);
            passes.update(&slot->t, b, rate, (real_t)run->momentum);
            CUDA_CHECK(cudaEventRecord(slot->used, kernels));
        }
        // These copies are of the default stream, which waits for all others.
        CUDA_CHECK(cudaMemcpy(nn->params.data(), first_state->params, params_bytes, cudaMemcpyDeviceToHost));
        CUDA_CHECK(cudaMemcpy(&run->at.loss_sum, first_state->loss, sizeof(double), cudaMemcpyDeviceToHost));
        if (momentum)
            CUDA_CHECK(
                cudaMemcpy(run->at.velocity.data(), first_state->velocity, params_bytes, cudaMemcpyDeviceToHost));
        run_epoch_end(run, nn, train, valid);
    }
    steps_end();
    CUDA_CHECK(cudaStreamDestroy(copies));
    CUDA_CHECK(cudaFree(weights));
    for (slot_t &slot : slots) slot_free(&slot);
}
