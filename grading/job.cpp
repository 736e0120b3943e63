// [given] job.cpp: jobs and replies as files: written and read by one list of fields each.
#include "job.h"

#include <cstring>

#include <zlib.h>

#include "parallel/comm.h"

static const char *const call_names[] = {"load_batch",    "forward_pass", "loss",         "back_prop",
                                         "gradients",     "update",       "score",        "train_alloc_cuda",
                                         "nn_train_cuda", "nn_test_cuda", "nn_train_gpus"};

const char *call_name(int call) { return call >= 0 && call <= CALL_TRAIN_GPUS ? call_names[call] : "?"; }

// ---- fields: `reading` decides the direction, so that writer and reader cannot drift apart ---------------------

struct stream_t {
    bool reading;
    std::string bytes;
    size_t at;
    const char *what;  // for messages
};

static void raw(stream_t *f, void *data, size_t size)
{
    if (!f->reading) {
        f->bytes.append((const char *)data, size);
        return;
    }
    if (size > f->bytes.size() - f->at) die("%s: cut off at byte %zu of %zu", f->what, f->at, f->bytes.size());
    if (size) memcpy(data, f->bytes.data() + f->at, size);
    f->at += size;
}

template <typename T> static void number(stream_t *f, T *x) { raw(f, x, sizeof *x); }

static int whole(stream_t *f, int x, int least, int most, const char *name)
{
    number(f, &x);
    if (f->reading && (x < least || x > most)) die("%s: %s is %d, expected %d to %d", f->what, name, x, least, most);
    return x;
}

static void flag(stream_t *f, bool *x) { *x = whole(f, *x, 0, 1, "a flag"); }

static size_t length(stream_t *f, size_t n, size_t size)
{
    uint64_t count = n;
    number(f, &count);
    if (f->reading && count > (f->bytes.size() - f->at) / size)
        die("%s: an array of %llu elements at byte %zu of %zu", f->what, (unsigned long long)count, f->at,
            f->bytes.size());
    return count;
}

template <typename T> static void array(stream_t *f, std::vector<T> *v)
{
    v->resize(length(f, v->size(), sizeof(T)));
    raw(f, v->data(), v->size() * sizeof(T));
}

static void text(stream_t *f, std::string *s)
{
    s->resize(length(f, s->size(), 1));
    raw(f, &(*s)[0], s->size());
}

// Offsets and sums are not in the file: they follow from the sizes.
static void shape(stream_t *f, shape_t *s)
{
    std::vector<int> sizes(s->n, s->n + s->L + 1), kinds;
    std::vector<real_t> alphas;
    for (int l = 1; l <= s->L; l++) {
        kinds.push_back(s->f[l].kind);
        alphas.push_back(s->f[l].alpha);
    }
    array(f, &sizes);
    array(f, &kinds);
    array(f, &alphas);
    loss_t loss = (loss_t)whole(f, s->loss, LOSS_MSE, LOSS_LOG, "the cost");
    if (!f->reading) return;
    if (kinds.size() + 1 != sizes.size() || alphas.size() != kinds.size())
        die("%s: %zu layers, %zu activations", f->what, sizes.size(), kinds.size());
    std::vector<act_t> acts;
    for (size_t l = 0; l < kinds.size(); l++) {
        if (kinds[l] < ACT_SIGMOID || kinds[l] > ACT_SOFTMAX) die("%s: activation %d", f->what, kinds[l]);
        acts.push_back({(act_kind_t)kinds[l], alphas[l]});
    }
    *s = shape_make(sizes, acts, loss);
}

constexpr int MANY = 1 << 28;

static void job_fields(stream_t *f, job_t *j)
{
    j->call = (call_t)whole(f, j->call, 0, CALL_TRAIN_GPUS, "the call");
    shape(f, &j->s);
    j->B = whole(f, j->B, 1, MANY, "B");
    j->N = whole(f, j->N, 1, MANY, "N");
    j->b = whole(f, j->b, 1, j->B, "b");
    j->block = whole(f, j->block, 1, 1024, "block");
    flag(f, &j->momentum);
    array(f, &j->X);
    array(f, &j->Y);
    array(f, &j->row_weight);
    array(f, &j->rows);
    text(f, &j->arena);
    number(f, &j->rate);
    number(f, &j->mu);
    number(f, &j->threshold);
    j->K = whole(f, j->K, 0, NN_MAX_OUTPUTS, "K");
    array(f, &j->confusion);
    array(f, &j->sums);
    j->task = (task_t)whole(f, j->task, 0, TASK_REGRESSION, "the task");
    array(f, &j->params);
    array(f, &j->velocity);
    array(f, &j->class_weight);
    j->epochs = whole(f, j->epochs, 0, MANY, "epochs");
    j->batches_done = whole(f, j->batches_done, 0, MANY, "batches");
    number(f, &j->learning_rate);
    number(f, &j->loss_sum);
    number(f, &j->shuffle_state);
    j->stand_ins = (unsigned)whole(f, (int)j->stand_ins, 0, ALL_PASSES, "the stand-ins");
    j->decay = (decay_t)whole(f, j->decay, DECAY_NONE, DECAY_STEP, "the decay");
    flag(f, &j->validate);
    flag(f, &j->spoil_host);
    flag(f, &j->want_outputs);
    flag(f, &j->before);
    j->gpus = whole(f, j->gpus, 1, COMM_MAX, "gpus");
    j->warm_up = whole(f, j->warm_up, 0, MANY, "the warm-ups");
    j->repeat = whole(f, j->repeat, 0, MANY, "the repetitions");
    number(f, &j->vary);
    array(f, &j->keep);
    array(f, &j->blame);
}

static void reply_fields(stream_t *f, reply_t *r)
{
    r->status = whole(f, r->status, RETURNED, NO_GPUS, "the status");
    text(f, &r->text);
    text(f, &r->device);
    flag(f, &r->emulated);
    number(f, &r->launches);
    number(f, &r->to_host);
    text(f, &r->arena);
    array(f, &r->X);
    array(f, &r->Y);
    array(f, &r->row_weight);
    array(f, &r->rows);
    array(f, &r->confusion);
    array(f, &r->sums);
    for (int *x : {&r->B, &r->N, &r->same_shape, &r->laid_out, &r->has_velocity, &r->has_row_weight}) number(f, x);
    number(f, &r->leaked);
    array(f, &r->params);
    array(f, &r->velocity);
    array(f, &r->outputs);
    number(f, &r->loss_sum);
    number(f, &r->last_loss);
    number(f, &r->valid_loss);
    number(f, &r->epochs_done);
    number(f, &r->batches_done);
    array(f, &r->calls);
    array(f, &r->devices);
    number(f, &r->apart);
    r->blame.resize(length(f, r->blame.size(), sizeof(uint64_t)));
    for (std::string &s : r->blame) text(f, &s);
    array(f, &r->call_us);
    r->kept.resize(length(f, r->kept.size(), sizeof(uint64_t)));
    for (std::string &s : r->kept) text(f, &s);
    number(f, &r->bandwidth);
    number(f, &r->launch_us);
}

// ---- the file: magic word, fields, CRC-32 --------------------------------------------------------------------

static std::string magic(const char *kind) { return format("nn-%s-1-%s\n", kind, REAL_NAME); }

static uint32_t checksum(const char *bytes, size_t n) { return (uint32_t)crc32_z(0, (const Bytef *)bytes, n); }

template <typename T> static std::string write_all(const char *kind, const T *x, void (*fields)(stream_t *, T *))
{
    stream_t f = {false, magic(kind), 0, kind};
    T copy = *x;
    fields(&f, &copy);
    uint32_t crc = checksum(f.bytes.data(), f.bytes.size());
    f.bytes.append((const char *)&crc, sizeof crc);
    return f.bytes;
}

template <typename T> static T read_all(const char *kind, const std::string &bytes, void (*fields)(stream_t *, T *))
{
    std::string first = magic(kind);
    uint32_t crc;
    if (bytes.size() < first.size() + sizeof crc || bytes.compare(0, first.size(), first) != 0)
        die("%s: not a file of this program (%zu bytes)", kind, bytes.size());
    size_t n = bytes.size() - sizeof crc;
    memcpy(&crc, bytes.data() + n, sizeof crc);
    if (crc != checksum(bytes.data(), n)) die("%s: damaged: the checksum is wrong", kind);
    stream_t f = {true, bytes.substr(0, n), first.size(), kind};
    T x;
    fields(&f, &x);
    if (f.at != n) die("%s: %zu bytes too many", kind, n - f.at);
    return x;
}

std::string job_write(const job_t *job) { return write_all<job_t>("job", job, job_fields); }
job_t job_read(const std::string &bytes) { return read_all<job_t>("job", bytes, job_fields); }
std::string reply_write(const reply_t *reply) { return write_all<reply_t>("reply", reply, reply_fields); }
reply_t reply_read(const std::string &bytes) { return read_all<reply_t>("reply", bytes, reply_fields); }

// ---- the state -----------------------------------------------------------------------------------------------

train_t job_state(const job_t *job, char *arena)
{
    train_t t = {};
    t.s = job->s;
    t.B = job->B;
    t.N = job->N;
    t.X = job->X.data();
    t.Y = job->Y.data();
    t.row_weight = job->row_weight.empty() ? NULL : job->row_weight.data();
    train_lay_out(&t, arena, job->momentum);
    return t;
}

ds_t job_data(const job_t *job)
{
    ds_t ds = {};
    ds.N = job->N;
    ds.n_in = job->s.n[0];
    ds.n_out = job->s.n[job->s.L];
    ds.X = job->X;
    ds.Y = job->Y;
    ds.task = job->task;
    return ds;
}

size_t job_arena_size(const job_t *job)
{
    train_t t = {};
    t.s = job->s;
    t.B = job->B;
    return train_lay_out(&t, NULL, job->momentum);
}

// ---- inputs of timed calls -----------------------------------------------------------------------------------

size_t job_numbers(const job_t *job)
{
    std::vector<char> arena(job_arena_size(job));
    train_t t = job_state(job, arena.data());
    return ((char *)t.rows - arena.data()) / sizeof(real_t);
}

void job_vary_rows(const job_t *job, int call, int *rows)
{
    int shift = (int)(vary_seed(job->vary, call) % job->N);
    for (size_t i = 0; i < job->rows.size(); i++) rows[i] = (job->rows[i] + shift) % job->N;
}

job_t job_input(const job_t *job, int call)
{
    job_t input = *job;
    uint64_t seed = vary_seed(job->vary, call);
    input.warm_up = input.repeat = 0;
    input.keep.clear();
    job_vary_rows(job, call, input.rows.data());
    for (size_t i = 0; i < input.params.size(); i++) input.params[i] *= vary_factor(seed, i);
    input.shuffle_state += seed;
    size_t n = job->arena.empty() ? 0 : job_numbers(job);
    for (size_t i = 0; i < n; i++) {
        real_t x;
        memcpy(&x, &input.arena[i * sizeof x], sizeof x);
        x *= vary_factor(seed, i);
        memcpy(&input.arena[i * sizeof x], &x, sizeof x);
    }
    return input;
}
