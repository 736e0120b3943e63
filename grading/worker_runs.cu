// [given] worker_runs.cu: the worker's whole runs: the CPU's passes where the student's are not asked for, and notes of all.
#include <cstring>

#include "parallel/comm.h"
#include "run.h"
#include "worker.h"

// ---- passes in a whole run: noted, and done by the CPU where the job says so --------------------------------------

static const job_t *job;
static reply_t *reply;
static passes_t own;     // the student's
static ds_t *host_data;  // what nn_train_cuda was given
static nn_t *host_network;

// The state on the host, with everything the device holds.
struct mirror_t {
    train_t t;
    std::vector<real_t> X, Y, row_weight;
    std::vector<char> arena;
};

static void take(mirror_t *m, const train_t *gpu)
{
    m->t = *gpu;
    bring(&m->X, gpu->X, (size_t)gpu->N * gpu->s.n[0]);
    bring(&m->Y, gpu->Y, (size_t)gpu->N * gpu->s.n[gpu->s.L]);
    if (gpu->row_weight) bring(&m->row_weight, gpu->row_weight, gpu->N);
    m->t.X = m->X.data();
    m->t.Y = m->Y.data();
    if (gpu->row_weight) m->t.row_weight = m->row_weight.data();
    m->arena.resize(train_lay_out(&m->t, NULL, gpu->velocity != NULL));
    to_host(m->arena.data(), (const char *)gpu->arena, m->arena.size());
    train_lay_out(&m->t, m->arena.data(), gpu->velocity != NULL);
}

static void give(const mirror_t *m, const train_t *gpu)
{
    CUDA_CHECK(cudaMemcpy(gpu->arena, m->arena.data(), m->arena.size(), cudaMemcpyHostToDevice));
}

// Several GPUs: the chosen one must be the one on which the state lies.
static int chosen_gpu(int pass, const train_t *t)
{
    int gpu = 0;
    cudaPointerAttributes at = {};
    CUDA_CHECK(cudaGetDevice(&gpu));
    if (cudaPointerGetAttributes(&at, t->arena) != cudaSuccess) cudaGetLastError();
    if (at.type == cudaMemoryTypeDevice && at.device != gpu)
        die("passes.%s was called for a state on GPU %d while GPU %d was the chosen one\nhint: cudaSetDevice(g) before "
            "the calls that GPU g is to carry out", call_name(pass), at.device, gpu);
    return gpu;
}

static bool stands_in(int pass, const train_t *t, int b)
{
    if (reply->calls.size() < 2000) {
        reply->calls.insert(reply->calls.end(), {pass, b});
        if (job->gpus > 1) reply->devices.push_back(chosen_gpu(pass, t));
    }
    if (job->spoil_host && host_data && reply->calls.size() == 2) {  // the device has its own copies: nothing may change
        for (real_t &x : host_data->X) x = -x;
        for (real_t &y : host_data->Y) y = 1 - y;
        for (real_t &p : host_network->params) p = 0;
    }
    int most = job->gpus > 1 && pass == CALL_UPDATE ? job->B : t->B;  // update has the b of the whole batch
    if (b < 1 || b > most) die("%s was called with b = %d, expected 1 to B = %d", call_name(pass), b, most);
    return job->stand_ins >> pass & 1;
}

static void any_load_batch(const train_t *t, const int *rows, int b)
{
    if (!stands_in(CALL_LOAD_BATCH, t, b)) return own.load_batch(t, rows, b);
    mirror_t m;
    std::vector<int> host_rows;
    take(&m, t);
    host_rows.resize(b);
    if (cudaMemcpy(host_rows.data(), rows, b * sizeof(int), cudaMemcpyDeviceToHost) != cudaSuccess)
        die("load_batch was called with b = %d, but `rows` does not point to %d row numbers on the GPU\nhint: the row "
            "numbers of the epoch are copied there once, and the last batch may be short: "
            "min(run->batch, train->N - first)", b, b);
    for (int i = 0; i < b; i++)
        if (host_rows[i] < 0 || host_rows[i] >= t->N)
            die("load_batch was given row number %d (rows[%d]), expected 0 to N - 1 = %d\nhint: rows[0 .. b-1] are "
                "the numbers that run_epoch_begin has shuffled, from `first` on", host_rows[i], i, t->N - 1);
    load_batch_cpu(&m.t, host_rows.data(), b);
    give(&m, t);
}

#define ANY_PASS(name, NAME)                                                                                           \
    static void any_##name(const train_t *t, int b)                                                                    \
    {                                                                                                                  \
        if (!stands_in(CALL_##NAME, t, b)) return own.name(t, b);                                                      \
        mirror_t m;                                                                                                    \
        take(&m, t);                                                                                                   \
        name##_cpu(&m.t, b);                                                                                           \
        give(&m, t);                                                                                                   \
    }
ANY_PASS(forward_pass, FORWARD_PASS)
ANY_PASS(loss, LOSS)
ANY_PASS(back_prop, BACK_PROP)
ANY_PASS(gradients, GRADIENTS)

// All GPUs keep the same parameters, to the last bit.
static void compare_gpus(const train_t *t)
{
    static std::vector<real_t> params[COMM_MAX];  // of each GPU, after its last step
    static int steps[COMM_MAX];
    int gpu = 0;
    CUDA_CHECK(cudaGetDevice(&gpu));
    bring(&params[gpu], t->params, t->s.n_params);
    steps[gpu]++;
    for (int g = 0; g < job->gpus && reply->apart == 0; g++)
        if (steps[g] == steps[gpu] && memcmp(params[g].data(), params[gpu].data(), t->s.n_params * sizeof(real_t)) != 0)
            reply->apart = steps[gpu];
}

static void any_update(const train_t *t, int b, real_t rate, real_t mu)
{
    if (stands_in(CALL_UPDATE, t, b)) {
        mirror_t m;
        take(&m, t);
        update_cpu(&m.t, b, rate, mu);
        give(&m, t);
    } else own.update(t, b, rate, mu);
    if (job->gpus > 1) compare_gpus(t);
}

static void any_score(const train_t *t, int b, double threshold, tally_t *tally)
{
    if (!stands_in(CALL_SCORE, t, b)) return own.score(t, b, threshold, tally);
    mirror_t m;
    take(&m, t);
    if (tally->K < 0 || tally->K > NN_MAX_OUTPUTS) die("score was given K = %d classes", tally->K);
    std::vector<unsigned long long> confusion;
    std::vector<double> sums;
    bring(&confusion, tally->confusion, (size_t)tally->K * tally->K);
    bring(&sums, tally->sums, 3);
    tally_t host = {tally->K, confusion.data(), sums.data()};
    score_cpu(&m.t, b, threshold, &host);
    if (!confusion.empty())
        CUDA_CHECK(cudaMemcpy(tally->confusion, confusion.data(), confusion.size() * sizeof confusion[0],
                              cudaMemcpyHostToDevice));
    CUDA_CHECK(cudaMemcpy(tally->sums, sums.data(), 3 * sizeof(double), cudaMemcpyHostToDevice));
}

// ---- whole runs ---------------------------------------------------------------------------------------------------

static ds_t make_data(void)
{
    ds_t ds = job_data(job);
    ds.name = "check";
    if (job->task == TASK_CLASSIFICATION)
        for (int k = 0; k < std::max(2, ds.n_out); k++) ds.labels.push_back(std::to_string(k));
    return ds;
}

// Of all GPUs that the run may use.
static size_t free_memory(void)
{
    size_t sum = 0, free = 0, total = 0;
    for (int g = job->gpus - 1; g >= 0; g--) {
        CUDA_CHECK(cudaSetDevice(g));
        CUDA_CHECK(cudaMemGetInfo(&free, &total));
        sum += free;
    }
    return sum;
}

static void fetch(const char *name, std::vector<real_t> *host, const real_t *dev, size_t n)
{
    host->resize(n);
    cudaError_t e = cudaMemcpy(host->data(), dev, n * sizeof(real_t), cudaMemcpyDeviceToHost);
    if (e == cudaSuccess) return;
    cudaGetLastError();
    die("t.%s does not point to %zu numbers on the GPU: %s", name, n, cudaGetErrorString(e));
}

static void run_alloc(void)
{
    ds_t ds = make_data();
    // What the new memory lies in shall not be 0 by chance.
    size_t bytes = job_arena_size(job);
    void *dirt = cuda_alloc(4 * bytes + 65536, "a check");
    CUDA_CHECK(cudaMemset(dirt, 0xa5, 4 * bytes + 65536));
    CUDA_CHECK(cudaFree(dirt));
    size_t before = free_memory();
    train_t t = train_alloc_cuda(&job->s, job->B, &ds, job->params.data(),
                                 job->row_weight.empty() ? NULL : job->row_weight.data(), job->momentum);
    for (real_t &x : ds.X) x = 0;  // copies on the device stay as they are
    for (real_t &y : ds.Y) y = 0;
    CUDA_CHECK(cudaDeviceSynchronize());
    reply->B = t.B;
    reply->N = t.N;
    reply->same_shape = t.s.L == job->s.L && memcmp(t.s.n, job->s.n, sizeof t.s.n) == 0 &&
                       t.s.n_params == job->s.n_params &&
                       t.s.loss == job->s.loss && memcmp(t.s.w_at, job->s.w_at, sizeof t.s.w_at) == 0;
    reply->has_velocity = t.velocity != NULL;
    reply->has_row_weight = t.row_weight != NULL;
    train_t where = t;
    where.s = job->s;
    where.B = job->B;
    train_lay_out(&where, (char *)t.arena, job->momentum);
    reply->laid_out = t.arena && where.params == t.params && where.grads == t.grads && where.velocity == t.velocity &&
                     where.acts == t.acts && where.deltas == t.deltas && where.targets == t.targets &&
                     where.rows == t.rows && where.loss == t.loss;
    reply->arena.resize(bytes);
    cudaError_t e = cudaErrorInvalidValue;
    if (t.arena) e = cudaMemcpy(&reply->arena[0], t.arena, bytes, cudaMemcpyDeviceToHost);
    if (e != cudaSuccess) {
        cudaGetLastError();
        die("t.arena does not point to %zu bytes on the GPU: %s\nhint: train_lay_out(&t, NULL, momentum) says how many "
            "bytes it needs", bytes, t.arena ? cudaGetErrorString(e) : "it is NULL");
    }
    fetch("X", &reply->X, t.X, job->X.size());
    fetch("Y", &reply->Y, t.Y, job->Y.size());
    if (t.row_weight) fetch("row_weight", &reply->row_weight, t.row_weight, job->row_weight.size());
    train_free_cuda(&t);
    CUDA_CHECK(cudaDeviceSynchronize());
    size_t after = free_memory();
    reply->leaked = after < before ? before - after : 0;
}

static nn_t make_network(void)
{
    nn_t nn = {};
    nn.s = job->s;
    nn.params = job->params;
    nn.task = job->task;
    nn.threshold = job->threshold;
    nn.scale.kind = SCALE_NONE;
    return nn;
}

static run_t make_run(const device_t *scorer)
{
    run_t run = {};
    run.device = scorer;
    run.epochs = job->epochs;
    run.batch = job->B;
    run.learning_rate = job->learning_rate;
    run.decay = job->decay;
    run.momentum = job->mu;
    run.class_weight = job->class_weight;
    run.target = NAN;
    run.quiet = true;
    run.at.velocity = job->velocity;
    run.at.batch = job->batches_done;
    run.at.shuffle_state = job->shuffle_state;
    run.at.loss_sum = job->loss_sum;
    return run;
}

static void note_whole_run(size_t before)
{
    CUDA_CHECK(cudaDeviceSynchronize());
    size_t after = free_memory();
    reply->leaked = after < before ? before - after : 0;
}

static metrics_t score_after_epoch(const nn_t *nn, const ds_t *ds, std::vector<real_t> *outputs)
{
    int gpu = 0;
    CUDA_CHECK(cudaGetDevice(&gpu));
    if (gpu != 0)
        die("GPU %d is the chosen one when run_epoch_end is called, expected GPU 0\nhint: scoring runs on GPU 0: "
            "cudaSetDevice(0)", gpu);
    return nn_test(nn, ds, outputs);
}

static void run_train(void)
{
    ds_t ds = make_data();
    nn_t nn = make_network();
    static const device_t scorer = {"cpu", NULL, score_after_epoch, NULL};
    run_t run = make_run(&scorer);
    host_data = &ds;
    host_network = &nn;
    size_t before = free_memory();
    (job->call == CALL_TRAIN_GPUS ? nn_train_gpus : nn_train_cuda)(&nn, &ds, job->validate ? &ds : NULL, &run);
    note_whole_run(before);
    reply->params = nn.params;
    reply->velocity = run.at.velocity;
    reply->loss_sum = run.at.loss_sum;
    reply->last_loss = run.at.last_loss;
    reply->valid_loss = run.valid.loss;
    reply->epochs_done = (int)run.at.epoch;
    reply->batches_done = run.at.batch;
}

static void run_test(void)
{
    ds_t ds = make_data();
    nn_t nn = make_network();
    std::vector<real_t> outputs;
    size_t before = free_memory();
    metrics_t m = nn_test_cuda(&nn, &ds, job->want_outputs ? &outputs : NULL);
    note_whole_run(before);
    reply->confusion = m.score.confusion;
    reply->sums.assign(m.score.sums, m.score.sums + 3);
    reply->outputs = outputs;
    reply->N = m.N;
}

// Trainings one after another, each of another network; all that the functions do counts, from the first copy on.
static void time_train(void)
{
    static const device_t scorer = {"cpu", NULL, nn_test, NULL};
    const job_t *asked = job;
    ds_t ds = make_data();
    reply->kept.resize(asked->keep.size());
    for (int call = -asked->warm_up; call < asked->repeat; call++) {
        job_t input = job_input(asked, call);
        job = &input;
        nn_t nn = make_network();
        run_t run = make_run(&scorer);
        CUDA_CHECK(cudaDeviceSynchronize());
        double start = clock_now();
        nn_train_cuda(&nn, &ds, NULL, &run);
        CUDA_CHECK(cudaDeviceSynchronize());
        if (call >= 0) reply->call_us.push_back(1e6 * (clock_now() - start));
        for (size_t k = 0; k < asked->keep.size(); k++)
            if (asked->keep[k] == call)
                reply->kept[k].assign((const char *)nn.params.data(), nn.params.size() * sizeof(real_t));
    }
    job = asked;
}

void worker_run(const job_t *j, reply_t *r)
{
    job = j;
    reply = r;
    if (job->repeat > 0) return time_train();
    own = passes;
    passes = {any_load_batch, any_forward_pass, any_loss, any_back_prop, any_gradients, any_update, any_score};
    if (job->call == CALL_ALLOC) run_alloc();
    else if (job->call == CALL_TEST) run_test();
    else run_train();
}
