// [given] cases_make.cpp: makes one case of its sizes and a seed: random inputs, and the state before the pass.
#include "cases_parts.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <set>

#include "run.h"
#include "text.h"

// ---- random inputs: never constant, never symmetric ------------------------------------------------------------

real_t poison_value(size_t i) { return (real_t)(-1000 - (int)(i % 97)); }

void poison(char *bytes, size_t size)
{
    for (size_t i = 0; i < size / sizeof(real_t); i++) {
        real_t x = poison_value(i);
        memcpy(bytes + i * sizeof x, &x, sizeof x);
    }
}

static void fill(rng_t *rng, real_t *v, size_t n, double scale)
{
    for (size_t i = 0; i < n; i++) v[i] = (real_t)(scale * rng_normal(rng));
}

// ---- sizes ----------------------------------------------------------------------------------------------------------

static shape_t make_shape(const spec_t *spec, const std::vector<int> &sizes)
{
    std::vector<act_t> acts;
    for (const std::string &word : split(spec->acts, ',')) acts.push_back(act_parse("a case", word));
    return shape_make(sizes, acts, loss_parse("a case", spec->loss));
}

// Wider layers, no two alike; a single neuron stays one, and so do classes that the case is named after.
static void vary_widths(rng_t *rng, const spec_t *spec, std::vector<int> *sizes)
{
    bool fixed = std::string(spec->name).find("classes") != std::string::npos;
    std::set<int> used;
    if (fixed) used.insert(sizes->back());
    for (size_t l = 0; l < sizes->size() - fixed; l++) {
        int *n = &(*sizes)[l];
        if (*n > 1) *n += rng_below(rng, *n >= 1000 ? 64 : std::max(4, *n / 4));
        while (*n > 1 && used.count(*n)) ++*n;
        used.insert(*n);
    }
}

// More rows; a batch of one row, a full batch, whole batches and a short last one stay what they are.
static void vary_rows(rng_t *rng, job_t *j)
{
    int batches = j->N / j->B, rest = j->N % j->B;
    if (j->B == 1) {
        j->N += rng_below(rng, std::max(4, j->N / 8));
        return;
    }
    int more = rng_below(rng, std::max(4, j->b / 8));
    j->B += more;
    if (j->b > 1) j->b += more;
    j->N = batches * j->B + (rest == 0 ? 0 : 1 + rng_below(rng, j->B - 1));
}

static void make_sizes(const made_t *m, const spec_t *spec, job_t *j)
{
    std::vector<int> sizes;
    for (const std::string &word : split(spec->sizes, '-')) sizes.push_back(atoi(word.c_str()));
    j->B = spec->B;
    j->b = spec->b;
    j->N = spec->N;
    if (m->vary_sizes) {
        rng_t rng = rng_make(m->seed, 5000 + m->list.size());
        vary_widths(&rng, spec, &sizes);
        vary_rows(&rng, j);
    }
    j->s = make_shape(spec, sizes);
}

// ---- inputs ---------------------------------------------------------------------------------------------------------

static bool is_regression(const shape_t *s)
{
    act_kind_t f = s->f[s->L].kind;
    return s->loss != LOSS_LOG && f != ACT_SIGMOID && f != ACT_SOFTMAX;
}

static void make_targets(rng_t *rng, job_t *j)
{
    int n = j->s.n[j->s.L];
    j->Y.assign((size_t)j->N * n, 0);
    for (int i = 0; i < j->N; i++) {
        real_t *y = &j->Y[(size_t)i * n];
        if (j->task == TASK_REGRESSION) fill(rng, y, n, 1);
        else if (n == 1) y[0] = i % 3 == 0 || rng_below(rng, 4) == 0;
        else y[i < n ? i : rng_below(rng, n)] = 1;
    }
}

static job_t make_job(made_t *m, const spec_t *spec)
{
    rng_t *rng = &m->rng;
    job_t j;
    make_sizes(m, spec, &j);
    j.block = spec->block;
    j.momentum = spec->momentum;
    j.task = is_regression(&j.s) ? TASK_REGRESSION : TASK_CLASSIFICATION;
    j.X.resize((size_t)j.N * j.s.n[0]);
    fill(rng, j.X.data(), j.X.size(), 1);
    make_targets(rng, &j);
    if (spec->weights)
        for (int i = 0; i < j.N; i++) j.row_weight.push_back((real_t)(0.25 + 2 * rng_uniform(rng)));
    for (int l = 1; l <= j.s.L; l++) {
        double width = 1.5 / std::sqrt(j.s.n[l - 1]);
        for (int i = 0; i < j.s.n[l] * j.s.n[l - 1]; i++) j.params.push_back((real_t)(width * rng_normal(rng)));
        for (int i = 0; i < j.s.n[l]; i++) j.params.push_back((real_t)(0.5 * rng_normal(rng)));
    }
    j.rate = (real_t)0.3;
    j.mu = spec->momentum ? (real_t)0.8 : 0;
    return j;
}

// The state as the CPU leaves it before the pass `call`; all that comes later is poison.
static void make_state(rng_t *rng, job_t *j, call_t call)
{
    j->call = call;
    j->arena.resize(job_arena_size(j));
    poison(&j->arena[0], j->arena.size());
    train_t t = job_state(j, &j->arena[0]);
    std::vector<int> rows(j->N);
    for (int i = 0; i < j->N; i++) rows[i] = i;
    rng_shuffle(rng, rows.data(), j->N);
    rows.resize(j->b);
    std::copy(j->params.begin(), j->params.end(), t.params);
    if (t.velocity) fill(rng, t.velocity, t.s.n_params, 0.2);
    for (int i = 0; i < j->B; i++) t.rows[i] = 0;
    *t.loss = j->b > 100 ? 30000000.25 : 3.25;  // a float could not hold the first
    if (call == CALL_LOAD_BATCH) j->rows = rows;
    if (call > CALL_LOAD_BATCH) load_batch_cpu(&t, rows.data(), j->b);
    if (call > CALL_FORWARD_PASS) forward_pass_cpu(&t, j->b);
    if (call > CALL_BACK_PROP && call != CALL_SCORE) back_prop_cpu(&t, j->b);
    if (call == CALL_UPDATE) fill(rng, t.grads, t.s.n_params, 0.5 * j->b);
    j->params.clear();  // they lie in the arena
}

void add_pass(made_t *m, const spec_t &spec, call_t call, const std::vector<int> &in_groups)
{
    m->rng = rng_make(m->seed, 1000 + m->list.size());
    case_t c = {spec.name, in_groups, make_job(m, &spec), spec.sanitized, {}, false, ""};
    make_state(&m->rng, &c.job, call);
    m->list.push_back(c);
}

void add_counts_case(made_t *m, const spec_t &spec, double threshold, bool ties)
{
    add_pass(m, spec, CALL_SCORE, {GROUP_COUNTS});
    job_t *j = &m->list.back().job;
    score_t score = score_make(j->s.n[j->s.L], j->task);
    j->threshold = threshold;
    j->K = score.K;
    // Some counts are so large already that a float cannot tell one more.
    for (size_t i = 0; i < score.confusion.size(); i++) j->confusion.push_back(score.K > 5 ? (1 << 24) + i : 3 + i % 5);
    j->sums = {0.5, 1.25, 2.75};
    if (!ties) return;
    train_t t = job_state(j, &j->arena[0]);
    int n = t.s.n[t.s.L];
    for (int i = 0; i < j->b; i += 2)  // the threshold itself, or several greatest outputs
        for (int k = 0; k < n; k++)
            A(&t, t.s.L)[i * n + k] = n == 1 ? (real_t)threshold : (real_t)(k % 2 ? 0.25 : 0.125);
}

job_t *add_run(made_t *m, const spec_t &spec, call_t call, const std::vector<int> &in_groups)
{
    m->rng = rng_make(m->seed, 1000 + m->list.size());
    case_t c = {spec.name, in_groups, make_job(m, &spec), spec.sanitized, {}, false, ""};
    c.job.call = call;
    c.job.stand_ins = ALL_PASSES;
    c.job.epochs = 1;
    c.job.learning_rate = 0.25;
    c.job.shuffle_state = rng_make(m->seed, RNG_SHUFFLE).state;
    bool trains = call == CALL_TRAIN || call == CALL_TRAIN_GPUS;
    if (trains) c.job.row_weight.clear();
    if (trains && c.job.momentum) {
        c.job.velocity.resize(c.job.s.n_params);
        fill(&m->rng, c.job.velocity.data(), c.job.velocity.size(), 0.05);
    }
    m->list.push_back(c);
    return &m->list.back().job;
}

// Rows around a centre for each class: something that can be learnt.
static void make_learnable(rng_t *rng, job_t *j, std::vector<real_t> *X, std::vector<real_t> *Y, int N)
{
    int n_in = j->s.n[0], n_out = j->s.n[j->s.L], K = std::max(2, n_out);
    for (int i = 0; i < N; i++) {
        int k = i < K ? i : (int)rng_below(rng, K);
        for (int p = 0; p < n_in; p++)
            X->push_back((real_t)(1.4 * std::cos(1.0 + 2.3 * k + 0.9 * p * (k + 1)) + 0.8 * rng_normal(rng)));
        for (int p = 0; p < n_out; p++) Y->push_back(n_out == 1 ? k : p == k);
    }
}

void add_together(made_t *m, const spec_t &spec, int epochs)
{
    job_t *j = add_run(m, spec, CALL_TRAIN, {GROUP_ALL});
    j->stand_ins = 0;
    j->epochs = epochs;
    j->X.clear();
    j->Y.clear();
    make_learnable(&m->rng, j, &j->X, &j->Y, j->N);
    ds_t *test = &m->list.back().test;
    test->N = 97;
    test->n_in = j->s.n[0];
    test->n_out = j->s.n[j->s.L];
    test->task = TASK_CLASSIFICATION;
    make_learnable(&m->rng, j, &test->X, &test->Y, test->N);
}
