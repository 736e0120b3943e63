// [given] worker.cu: the process that holds a student's code: carries out one job and replies with raw results.
//
//     worker JOB REPLY
//
// It decides nothing: another program, which has never loaded this code, made the job and judges the reply.
#include <cstdio>
#include <cstring>

#include "cuda_utils.cuh"
#include "job.h"
#include "run.h"
#ifdef __CUDA_EMULATOR__
#include <emu/blame.h>
#endif

constexpr int NO_DEVICE = 70;  // exit status: the machine failed, not the student

static job_t job;
static reply_t reply;

// ---- memory ------------------------------------------------------------------------------------------------------

template <typename T> static T *to_device(const T *host, size_t n)
{
    T *dev = (T *)cuda_alloc(n * sizeof(T), "a check");
    if (n) CUDA_CHECK(cudaMemcpy(dev, host, n * sizeof(T), cudaMemcpyHostToDevice));
    return dev;
}

template <typename T> static void to_host(T *host, const T *dev, size_t n)
{
    if (n) CUDA_CHECK(cudaMemcpy(host, dev, n * sizeof(T), cudaMemcpyDeviceToHost));
}

template <typename T> static void bring(std::vector<T> *host, const T *dev, size_t n)
{
    host->resize(n);
    to_host(host->data(), dev, n);
}

// ---- passes in a whole run: noted, and done by the CPU where the job says so --------------------------------------

static passes_t own;         // the student's
static ds_t *host_data;      // what nn_train_cuda was given
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

static bool stands_in(int pass, const train_t *t, int b)
{
    if (reply.calls.size() < 2000) reply.calls.insert(reply.calls.end(), {pass, b});
    if (job.spoil_host && host_data && reply.calls.size() == 2) {  // the device has its own copies: nothing may change
        for (real_t &x : host_data->X) x = -x;
        for (real_t &y : host_data->Y) y = 1 - y;
        for (real_t &p : host_network->params) p = 0;
    }
    if (b < 1 || b > t->B) die("%s was called with b = %d, expected 1 to B = %d", call_name(pass), b, t->B);
    return job.stand_ins >> pass & 1;
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

static void any_update(const train_t *t, int b, real_t rate, real_t mu)
{
    if (!stands_in(CALL_UPDATE, t, b)) return own.update(t, b, rate, mu);
    mirror_t m;
    take(&m, t);
    update_cpu(&m.t, b, rate, mu);
    give(&m, t);
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

// Kernels executed so far; what was launched is awaited. -1: a real GPU does not tell.
static int launches(void)
{
#ifdef __CUDA_EMULATOR__
    cudaDeviceSynchronize();
    return (int)emu_launches();
#else
    return -1;
#endif
}

static uint64_t bytes_to_host(void)
{
#ifdef __CUDA_EMULATOR__
    return emu_bytes_to_host();
#else
    return 0;
#endif
}

// ---- one pass -----------------------------------------------------------------------------------------------------

static void call_pass(train_t copy, const int *rows, tally_t *tally)
{
    switch (job.call) {
    case CALL_LOAD_BATCH: load_batch_cuda(&copy, rows, job.b); break;
    case CALL_FORWARD_PASS: forward_pass_cuda(&copy, job.b); break;
    case CALL_LOSS: loss_cuda(&copy, job.b); break;
    case CALL_BACK_PROP: back_prop_cuda(&copy, job.b); break;
    case CALL_GRADIENTS: gradients_cuda(&copy, job.b); break;
    case CALL_UPDATE: update_cuda(&copy, job.b, job.rate, job.mu); break;
    default: score_cuda(&copy, job.b, job.threshold, tally);
    }
    cudaError_t e = cudaGetLastError();
    if (e == cudaSuccess) e = cudaDeviceSynchronize();
    if (e != cudaSuccess)
        die("after %s_cuda: %s: %s\nhint: LAUNCH_CHECK after each launch tells which kernel it was; `make debug` tells "
            "the line", call_name(job.call), cudaGetErrorName(e), cudaGetErrorString(e));
}

static std::vector<real_t> scaled(std::vector<real_t> v, real_t by)
{
    for (real_t &x : v) x *= by;
    return v;
}

template <typename T> static void upload(const T *dev, const T *host, size_t n)
{
    if (n) CUDA_CHECK(cudaMemcpy((void *)dev, host, n * sizeof(T), cudaMemcpyHostToDevice));
}

// The job's numbers to where they lie on the device, or half of each.
static void upload_state(const train_t *gpu, const tally_t *tally, bool halved)
{
    std::string arena = job.arena;
    train_t host = job_state(&job, &arena[0]);
    real_t by = halved ? (real_t)0.5 : 1;
    auto scale = [&](real_t *p, size_t n) {
        for (size_t i = 0; p && i < n; i++) p[i] *= by;
    };
    size_t B = job.B, n_acts = job.s.n_acts;
    scale(host.params, job.s.n_params);
    scale(host.grads, job.s.n_params);
    scale(host.velocity, job.s.n_params);
    scale(host.acts, B * n_acts);
    scale(host.deltas, B * (n_acts - job.s.n[0]));
    scale(host.targets, B * job.s.n[job.s.L]);
    upload((const char *)gpu->arena, arena.data(), arena.size());
    upload(gpu->X, scaled(job.X, by).data(), job.X.size());
    upload(gpu->Y, scaled(job.Y, by).data(), job.Y.size());
    upload(gpu->row_weight, scaled(job.row_weight, by).data(), job.row_weight.size());
    upload(tally->confusion, job.confusion.data(), job.confusion.size());
    upload(tally->sums, job.sums.data(), job.sums.size());
}

// Everything is brought back even if the student's function has thrown.
static void run_pass(void)
{
    if (job.arena.size() != job_arena_size(&job)) die("job: the state has a wrong size");
    train_t gpu = job_state(&job, NULL);
    char *arena = to_device(job.arena.data(), job.arena.size());
    train_lay_out(&gpu, arena, job.momentum);
    gpu.X = to_device(job.X.data(), job.X.size());
    gpu.Y = to_device(job.Y.data(), job.Y.size());
    gpu.row_weight = to_device(job.row_weight.data(), job.row_weight.size());
    int *rows = to_device(job.rows.data(), job.rows.size());
    tally_t tally = {job.K, to_device(job.confusion.data(), job.confusion.size()),
                     to_device(job.sums.data(), job.sums.size())};
    if (job.warm_up) {
        upload_state(&gpu, &tally, true);
        call_pass(gpu, rows, &tally);
        upload_state(&gpu, &tally, false);
    }
    int before = launches();
    uint64_t to_host_before = bytes_to_host();
    call_pass(gpu, rows, &tally);
    if (before >= 0) reply.launches = launches() - before;
    reply.to_host = bytes_to_host() - to_host_before;
    reply.arena.resize(job.arena.size());
    to_host(&reply.arena[0], arena, job.arena.size());
    bring(&reply.X, gpu.X, job.X.size());
    bring(&reply.Y, gpu.Y, job.Y.size());
    bring(&reply.row_weight, gpu.row_weight, job.row_weight.size());
    bring(&reply.rows, rows, job.rows.size());
    bring(&reply.confusion, tally.confusion, job.confusion.size());
    bring(&reply.sums, tally.sums, job.sums.size());
#ifdef __CUDA_EMULATOR__
    for (uint64_t at : job.blame) {
        char text[400] = "";
        if (at < job.arena.size()) emu_last_writer_text(arena + at, text, sizeof text);
        reply.blame.push_back(text);
    }
#endif
    for (void *p : {(void *)arena, (void *)gpu.X, (void *)gpu.Y, (void *)gpu.row_weight, (void *)rows,
                    (void *)tally.confusion, (void *)tally.sums})
        cudaFree(p);
}

// ---- whole runs ---------------------------------------------------------------------------------------------------

static ds_t make_data(void)
{
    ds_t ds = {};
    ds.name = "check";
    ds.N = job.N;
    ds.n_in = job.s.n[0];
    ds.n_out = job.s.n[job.s.L];
    ds.X = job.X;
    ds.Y = job.Y;
    ds.task = job.task;
    if (job.task == TASK_CLASSIFICATION)
        for (int k = 0; k < std::max(2, ds.n_out); k++) ds.labels.push_back(std::to_string(k));
    return ds;
}

static size_t free_memory(void)
{
    size_t free = 0, total = 0;
    CUDA_CHECK(cudaMemGetInfo(&free, &total));
    return free;
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
    size_t bytes = job_arena_size(&job);
    void *dirt = cuda_alloc(4 * bytes + 65536, "a check");
    CUDA_CHECK(cudaMemset(dirt, 0xa5, 4 * bytes + 65536));
    CUDA_CHECK(cudaFree(dirt));
    size_t before = free_memory();
    train_t t = train_alloc_cuda(&job.s, job.B, &ds, job.params.data(),
                                 job.row_weight.empty() ? NULL : job.row_weight.data(), job.momentum);
    for (real_t &x : ds.X) x = 0;  // copies on the device stay as they are
    for (real_t &y : ds.Y) y = 0;
    CUDA_CHECK(cudaDeviceSynchronize());
    reply.B = t.B;
    reply.N = t.N;
    reply.same_shape = t.s.L == job.s.L && memcmp(t.s.n, job.s.n, sizeof t.s.n) == 0 &&
                       t.s.n_params == job.s.n_params &&
                       t.s.loss == job.s.loss && memcmp(t.s.w_at, job.s.w_at, sizeof t.s.w_at) == 0;
    reply.has_velocity = t.velocity != NULL;
    reply.has_row_weight = t.row_weight != NULL;
    train_t where = t;
    where.s = job.s;
    where.B = job.B;
    train_lay_out(&where, (char *)t.arena, job.momentum);
    reply.laid_out = t.arena && where.params == t.params && where.grads == t.grads && where.velocity == t.velocity &&
                     where.acts == t.acts && where.deltas == t.deltas && where.targets == t.targets &&
                     where.rows == t.rows && where.loss == t.loss;
    reply.arena.resize(bytes);
    cudaError_t e = cudaErrorInvalidValue;
    if (t.arena) e = cudaMemcpy(&reply.arena[0], t.arena, bytes, cudaMemcpyDeviceToHost);
    if (e != cudaSuccess) {
        cudaGetLastError();
        die("t.arena does not point to %zu bytes on the GPU: %s\nhint: train_lay_out(&t, NULL, momentum) says how many "
            "bytes it needs", bytes, t.arena ? cudaGetErrorString(e) : "it is NULL");
    }
    fetch("X", &reply.X, t.X, job.X.size());
    fetch("Y", &reply.Y, t.Y, job.Y.size());
    if (t.row_weight) fetch("row_weight", &reply.row_weight, t.row_weight, job.row_weight.size());
    train_free_cuda(&t);
    CUDA_CHECK(cudaDeviceSynchronize());
    size_t after = free_memory();
    reply.leaked = after < before ? before - after : 0;
}

static nn_t make_network(void)
{
    nn_t nn = {};
    nn.s = job.s;
    nn.params = job.params;
    nn.task = job.task;
    nn.threshold = job.threshold;
    nn.scale.kind = SCALE_NONE;
    return nn;
}

static void note_whole_run(size_t before)
{
    CUDA_CHECK(cudaDeviceSynchronize());
    size_t after = free_memory();
    reply.leaked = after < before ? before - after : 0;
}

static void run_train(void)
{
    ds_t ds = make_data();
    nn_t nn = make_network();
    static const device_t scorer = {"cpu", NULL, nn_test, NULL};
    run_t run = {};
    run.device = &scorer;
    run.epochs = job.epochs;
    run.batch = job.B;
    run.learning_rate = job.learning_rate;
    run.decay = job.decay;
    run.momentum = job.mu;
    run.class_weight = job.class_weight;
    run.target = NAN;
    run.quiet = true;
    run.at.velocity = job.velocity;
    run.at.batch = job.batches_done;
    run.at.shuffle_state = job.shuffle_state;
    run.at.loss_sum = job.loss_sum;
    host_data = &ds;
    host_network = &nn;
    size_t before = free_memory();
    nn_train_cuda(&nn, &ds, job.validate ? &ds : NULL, &run);
    note_whole_run(before);
    reply.params = nn.params;
    reply.velocity = run.at.velocity;
    reply.loss_sum = run.at.loss_sum;
    reply.last_loss = run.at.last_loss;
    reply.valid_loss = run.valid.loss;
    reply.epochs_done = (int)run.at.epoch;
    reply.batches_done = run.at.batch;
}

static void run_test(void)
{
    ds_t ds = make_data();
    nn_t nn = make_network();
    std::vector<real_t> outputs;
    size_t before = free_memory();
    metrics_t m = nn_test_cuda(&nn, &ds, job.want_outputs ? &outputs : NULL);
    note_whole_run(before);
    reply.confusion = m.score.confusion;
    reply.sums.assign(m.score.sums, m.score.sums + 3);
    reply.outputs = outputs;
    reply.N = m.N;
}

// ---- main ---------------------------------------------------------------------------------------------------------

static void carry_out(void)
{
    own = passes;
    passes = {any_load_batch, any_forward_pass, any_loss, any_back_prop, any_gradients, any_update, any_score};
    cuda_options.block = job.block;
    try {
        if (job.call == CALL_ALLOC) run_alloc();
        else if (job.call == CALL_TRAIN) run_train();
        else if (job.call == CALL_TEST) run_test();
        else run_pass();
    } catch (const nn_error_t &e) {
        reply.status = e.status;
        reply.text = e.what();
    } catch (const std::exception &e) {
        reply.status = THREW;
        reply.text = e.what();
    }
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: worker JOB REPLY\nIt is run by `make check`.\n");
        return 2;
    }
    try {
        job = job_read(file_read(argv[1]));
        reply.device = cuda_start();
#ifdef __CUDA_EMULATOR__
        reply.emulated = true;
#endif
    } catch (const std::exception &e) {
        fprintf(stderr, "%s\n", e.what());
        return NO_DEVICE;
    }
    carry_out();
    std::string bytes = reply_write(&reply);
    FILE *f = fopen(argv[2], "wb");
    bool ok = f && fwrite(bytes.data(), 1, bytes.size(), f) == bytes.size();
    return f && fclose(f) == 0 && ok ? 0 : NO_DEVICE;
}
