// [given] timing_jobs.cpp: what is timed: the passes of a training step, and a whole training.
#include <cmath>

#include "timing_parts.h"

static const struct {
    call_t call;
    double share;
} calls[] = {{CALL_LOAD_BATCH, 0.05}, {CALL_FORWARD_PASS, 0.15}, {CALL_LOSS, 0.05}, {CALL_BACK_PROP, 0.1},
             {CALL_GRADIENTS, 0.1},   {CALL_UPDATE, 0.05},       {CALL_TRAIN, 0.5}};

static void fill(rng_t *rng, real_t *v, size_t n, double scale)
{
    for (size_t i = 0; i < n; i++) v[i] = (real_t)(scale * rng_normal(rng));
}

static job_t make_job(rng_t *rng, bool small)
{
    job_t j;
    std::vector<int> sizes = small ? std::vector<int>{16, 24, 12, 10} : std::vector<int>{256, 512, 128, 10};
    j.s = shape_make(sizes, {{ACT_TANH, 0}, {ACT_SIGMOID, 0}, {ACT_SOFTMAX, 0}}, LOSS_LOG);
    j.B = j.b = small ? 32 : 512;
    j.N = 2 * j.B;
    j.X.resize((size_t)j.N * sizes.front());
    fill(rng, j.X.data(), j.X.size(), 1);
    j.Y.assign((size_t)j.N * sizes.back(), 0);
    for (int i = 0; i < j.N; i++) j.Y[(size_t)i * sizes.back() + rng_below(rng, sizes.back())] = 1;
    j.params.resize(j.s.n_params);
    for (int l = 1; l <= j.s.L; l++) {
        fill(rng, &j.params[j.s.w_at[l]], (size_t)sizes[l] * sizes[l - 1], 1.5 / std::sqrt(sizes[l - 1]));
        fill(rng, &j.params[j.s.b_at[l]], sizes[l], 0.5);
    }
    return j;
}

// The state before the pass, with numbers as they occur there.
static void make_state(rng_t *rng, job_t *j)
{
    j->arena.resize(job_arena_size(j));
    poison(&j->arena[0], j->arena.size());
    train_t t = job_state(j, &j->arena[0]);
    for (int i = 0; i < j->N; i++) j->rows.push_back(i);
    rng_shuffle(rng, j->rows.data(), j->N);
    j->rows.resize(j->b);
    std::copy(j->params.begin(), j->params.end(), t.params);
    *t.loss = 0;
    for (int i = 0; i < j->B; i++) t.rows[i] = 0;
    if (j->call > CALL_LOAD_BATCH) load_batch_cpu(&t, j->rows.data(), j->b);
    if (j->call > CALL_FORWARD_PASS) forward_pass_cpu(&t, j->b);
    if (j->call > CALL_BACK_PROP) back_prop_cpu(&t, j->b);
    if (j->call == CALL_UPDATE) fill(rng, t.grads, t.s.n_params, 0.5 * j->b);
    if (j->call != CALL_LOAD_BATCH) j->rows.clear();
    j->params.clear();
    j->rate = (real_t)0.1;
}

std::vector<timed_t> make_timed(uint64_t seed, bool small)
{
    std::vector<timed_t> all;
    for (const auto &c : calls) {
        rng_t rng = rng_make(seed, 500 + c.call);
        timed_t t = {call_name(c.call), c.share, make_job(&rng, small)};
        t.job.call = c.call;
        if (c.call == CALL_TRAIN) {
            t.job.epochs = 2;
            t.job.learning_rate = 0.1;
            t.name = format("a training of %d steps", t.job.epochs * t.job.N / t.job.B);
        } else make_state(&rng, &t.job);
        all.push_back(t);
    }
    return all;
}

double bytes_read(const job_t *job)
{
    const shape_t *s = &job->s;
    double weights = 0, acts = 0, b = job->b, outputs = b * s->n[s->L], inputs = b * s->n[0];
    for (int l = 2; l <= s->L; l++) weights += (double)s->n[l] * s->n[l - 1];
    for (int l = 1; l < s->L; l++) acts += b * s->n[l];
    double numbers = 0;
    switch (job->call) {
    case CALL_LOAD_BATCH: numbers = inputs + outputs; break;
    case CALL_FORWARD_PASS: numbers = inputs + s->n_params; break;
    case CALL_LOSS: numbers = 2 * outputs; break;
    case CALL_BACK_PROP: numbers = 2 * outputs + acts + weights; break;
    case CALL_GRADIENTS: numbers = inputs + 2 * acts + outputs; break;  // activations below, errors above
    case CALL_UPDATE: numbers = 2.0 * s->n_params; break;
    default: break;
    }
    return numbers * sizeof(real_t);
}
