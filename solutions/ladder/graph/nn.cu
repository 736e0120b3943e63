// [ladder] graph/nn.cu: rung 7: the whole step is recorded once as a CUDA graph and launched with one call a batch.
//
// Against `tiled`: the same kernels. A launch costs the host a few microseconds, and a step has about 16 of them; a
// graph hands all of them over at once, and the device starts one after the other without asking. Gain: small networks,
// whose kernels are shorter than their launches; little for wide ones.
// The arguments of the kernels are recorded with them, so nothing may change from batch to batch: where a batch begins
// in the order of the rows is a number on the device, which a kernel advances. The short last batch has a graph of its
// own. The learning rate is an argument too: with a decay the step is recorded again every epoch.
// What to look at: launches by the host per step. Measured: lab/results/ladder.md.
#include "cuda_utils.cuh"
#include "run.h"

// The solution's train_alloc_cuda, train_free_cuda and nn_test_cuda; its loop gets another name and is for what cannot
// be recorded: passes that wait for the device (stand-ins of `make check`, `make DEBUG=1`).
#define nn_train_cuda nn_train_launches
#include "../../nn.cu"
#undef nn_train_cuda

void use_stream(cudaStream_t s);  // train.cu: where the passes launch; 0: the default stream, which cannot be recorded

struct steps_t {
    train_t t;
    int *order;  // (N)  the rows of the epoch, in their order
    int *next;   // (1)  where the next batch begins
    int *rows;   // (B)  rows of this batch
    real_t rate, momentum;
    cudaStream_t stream;
    cudaGraphExec_t whole, rest;  // for batches of B rows, and for the short last one; NULL: not recorded yet
};

// One block copies the numbers of the next b rows and goes on.
__global__ void next_rows(int *rows, int *next, const int *order, int b)
{
    int first = *next;
    __syncthreads();  // everybody has read it
    for (int i = threadIdx.x; i < b; i += blockDim.x) rows[i] = order[first + i];
    if (threadIdx.x == 0) *next = first + b;
}

static cudaGraphExec_t record_step(const steps_t *s, int b)
{
    cudaGraph_t graph;
    cudaGraphExec_t exec;
    CUDA_CHECK(cudaStreamBeginCapture(s->stream, cudaStreamCaptureModeThreadLocal));
    next_rows<<<1, cuda_options.block, 0, s->stream>>>(s->rows, s->next, s->order, b);
    LAUNCH_CHECK("next_rows");
    passes.load_batch(&s->t, s->rows, b);
    passes.forward_pass(&s->t, b);
    passes.loss(&s->t, b);
    passes.back_prop(&s->t, b);
    passes.gradients(&s->t, b);
    passes.update(&s->t, b, s->rate, s->momentum);
    CUDA_CHECK(cudaStreamEndCapture(s->stream, &graph));
    CUDA_CHECK(cudaGraphInstantiateWithFlags(&exec, graph, 0));
    CUDA_CHECK(cudaGraphDestroy(graph));
    return exec;
}

static void launch_step(steps_t *s, int b)
{
    cudaGraphExec_t *exec = b == s->t.B ? &s->whole : &s->rest;
    if (!*exec) *exec = record_step(s, b);
    CUDA_CHECK(cudaGraphLaunch(*exec, s->stream));
}

static void forget_steps(steps_t *s)
{
    if (s->whole) CUDA_CHECK(cudaGraphExecDestroy(s->whole));
    if (s->rest) CUDA_CHECK(cudaGraphExecDestroy(s->rest));
    s->whole = s->rest = NULL;
}

static bool can_be_recorded(void)
{
#ifdef CUDA_DEBUG
    return false;
#else
    return passes.load_batch == load_batch_cuda && passes.forward_pass == forward_pass_cuda &&
           passes.loss == loss_cuda && passes.back_prop == back_prop_cuda && passes.gradients == gradients_cuda &&
           passes.update == update_cuda;
#endif
}

void nn_train_cuda(nn_t *nn, const ds_t *train, const ds_t *valid, run_t *run)
{
    if (!can_be_recorded()) return nn_train_launches(nn, train, valid, run);
    std::vector<real_t> row_weight = run_row_weights(run, train);
    std::vector<int> rows(train->N);
    size_t params_bytes = nn->s.n_params * sizeof(real_t), rows_bytes = rows.size() * sizeof(int);
    steps_t s = {};
    s.t = train_alloc_cuda(&nn->s, run->batch, train, nn->params.data(), row_weight.empty() ? NULL : row_weight.data(),
                           run->momentum > 0);
    if (s.t.velocity)
        CUDA_CHECK(cudaMemcpy(s.t.velocity, run->at.velocity.data(), params_bytes, cudaMemcpyHostToDevice));
    s.order = (int *)cuda_alloc(rows_bytes, "the order of the rows");
    s.next = (int *)cuda_alloc(sizeof(int), "where the batch begins");
    s.rows = (int *)cuda_alloc(run->batch * sizeof(int), "the rows of a batch");
    s.momentum = (real_t)run->momentum;
    CUDA_CHECK(cudaStreamCreate(&s.stream));
    use_stream(s.stream);

    run_begin(run);
    while (run_epoch_begin(run, rows.data(), train->N)) {
        real_t rate = (real_t)run_learning_rate(run);
        if (rate != s.rate) forget_steps(&s);
        s.rate = rate;
        CUDA_CHECK(cudaMemcpy(s.order, rows.data(), rows_bytes, cudaMemcpyHostToDevice));
        CUDA_CHECK(cudaMemcpy(s.t.loss, &run->at.loss_sum, sizeof(double), cudaMemcpyHostToDevice));
        bool begun = false;
        for (int first; (first = run_next_batch(run, train->N)) >= 0; begun = true) {
            if (!begun) CUDA_CHECK(cudaMemcpy(s.next, &first, sizeof(int), cudaMemcpyHostToDevice));
            launch_step(&s, std::min(run->batch, train->N - first));
        }
        // These copies, and the scoring, are of the default stream, which waits for the other one.
        CUDA_CHECK(cudaMemcpy(nn->params.data(), s.t.params, params_bytes, cudaMemcpyDeviceToHost));
        CUDA_CHECK(cudaMemcpy(&run->at.loss_sum, s.t.loss, sizeof(double), cudaMemcpyDeviceToHost));
        if (s.t.velocity)
            CUDA_CHECK(cudaMemcpy(run->at.velocity.data(), s.t.velocity, params_bytes, cudaMemcpyDeviceToHost));
        run_epoch_end(run, nn, train, valid);
    }
    use_stream(0);
    forget_steps(&s);
    CUDA_CHECK(cudaStreamDestroy(s.stream));
    CUDA_CHECK(cudaFree(s.order));
    CUDA_CHECK(cudaFree(s.next));
    CUDA_CHECK(cudaFree(s.rows));
    train_free_cuda(&s.t);
}
