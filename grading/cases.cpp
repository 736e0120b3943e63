// [given] cases.cpp: the cases of every part: odd sizes, all activations and costs, short batches, row weights.
#include "cases.h"

#include <algorithm>
#include <cstring>

#include "run.h"

const group_t groups[N_GROUPS] = {{1, "train_alloc_cuda", 4, "1_transfers"},
                                  {1, "train_free_cuda", 1, "1_transfers"},
                                  {1, "nn_train_cuda", 10, "1_transfers"},
                                  {2, "update", 10, "2_update"},
                                  {3, "batch", 5, "3_forward"},
                                  {3, "forward pass", 15, "3_forward"},
                                  {4, "back propagation", 15, "4_back"},
                                  {5, "weight gradients", 10, "5_gradients"},
                                  {5, "bias gradients", 5, "5_gradients"},
                                  {6, "cost", 5, "6_test"},
                                  {6, "counts", 5, "6_test"},
                                  {6, "nn_test_cuda", 5, "6_test"},
                                  {0, "all parts together", 0, "README"},
                                  {8, "nn_train_gpus", 10, "8_two_gpus"}};

int case_part(const case_t *c) { return groups[c->groups[0]].part; }

std::string case_text(const case_t *c)
{
    const job_t *j = &c->job;
    std::string text = shape_text(&j->s);
    text = text.substr(0, text.rfind(';'));
    if (j->call <= CALL_SCORE) text += format("; b = %d of B = %d", j->b, j->B);
    else text += format("; %d rows", j->N) + (j->call == CALL_TEST ? "" : format(", batches of %d", j->B));
    text += j->gpus > 1 ? format("; --gpus %d", j->gpus) : format("; --block %d", j->block);
    if (j->momentum || j->mu > 0) text += "; momentum";
    if (!j->row_weight.empty() || !j->class_weight.empty()) text += "; row weights";
    return text;
}

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

struct made_t {  // the cases so far, and what the next one is made of
    std::vector<case_t> list;
    uint64_t seed;
    rng_t rng;
};

// What a case is made of. Sizes and activations as in "7-5-3", "tanh,softmax".
struct spec_t {
    const char *name, *sizes, *acts, *loss;
    int B, b, N;
    int block = 256;
    bool weights = false, momentum = false, sanitized = false;
};

static std::vector<std::string> split(const std::string &text, char at)
{
    std::vector<std::string> words(1);
    for (char c : text)
        if (c == at) words.emplace_back();
        else words.back() += c;
    return words;
}

static shape_t make_shape(const spec_t *spec)
{
    std::vector<int> sizes;
    std::vector<act_t> acts;
    for (const std::string &word : split(spec->sizes, '-')) sizes.push_back(atoi(word.c_str()));
    for (const std::string &word : split(spec->acts, ',')) acts.push_back(act_parse("a case", word));
    return shape_make(sizes, acts, loss_parse("a case", spec->loss));
}

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

static job_t make_job(rng_t *rng, const spec_t *spec)
{
    job_t j;
    j.s = make_shape(spec);
    j.B = spec->B;
    j.b = spec->b;
    j.N = spec->N;
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

static void add(made_t *m, const spec_t &spec, call_t call, const std::vector<int> &in_groups)
{
    m->rng = rng_make(m->seed, 1000 + m->list.size());
    case_t c = {spec.name, in_groups, make_job(&m->rng, &spec), spec.sanitized, {}};
    make_state(&m->rng, &c.job, call);
    m->list.push_back(c);
}

// ---- parts 2 to 5, and the cost of part 6 --------------------------------------------------------------------------

static void add_passes(made_t *m)
{
    std::vector<int> g = {GROUP_UPDATE};
    add(m, {"small", "3-2", "sigmoid", "mse", 4, 3, 9, 32, false, false, true}, CALL_UPDATE, g);
    add(m, {"more than one block", "37-19-1", "tanh,sigmoid", "mse", 7, 7, 9}, CALL_UPDATE, g);
    add(m, {"batch of one row", "5-3", "sigmoid", "mse", 4, 1, 9}, CALL_UPDATE, g);
    add(m, {"blocks of 1024", "67-31-3", "tanh,softmax", "log", 7, 5, 9, 1024}, CALL_UPDATE, g);
    add(m, {"momentum", "4-3", "sigmoid", "mse", 5, 3, 9, 256, false, true, true}, CALL_UPDATE, g);
    add(m, {"momentum, many parameters", "41-23-7-1", "relu,tanh,sigmoid", "mse", 7, 6, 9, 256, false, true},
        CALL_UPDATE, g);

    g = {GROUP_BATCH};
    add(m, {"small", "4-3", "sigmoid", "mse", 5, 3, 8, 32, false, false, true}, CALL_LOAD_BATCH, g);
    add(m, {"batch of one row", "7-2", "sigmoid", "mse", 4, 1, 9}, CALL_LOAD_BATCH, g);
    add(m, {"many rows", "5-1", "sigmoid", "mse", 301, 293, 307}, CALL_LOAD_BATCH, g);
    add(m, {"wide rows", "1033-2", "softmax", "log", 4, 3, 9, 1024}, CALL_LOAD_BATCH, g);
    add(m, {"the whole set", "3-5", "softmax", "log", 19, 19, 19}, CALL_LOAD_BATCH, g);

    g = {GROUP_FORWARD};
    add(m, {"small", "4-3", "sigmoid", "mse", 3, 2, 8, 32, false, false, true}, CALL_FORWARD_PASS, g);
    add(m, {"one output", "9-1", "sigmoid", "log", 7, 5, 9}, CALL_FORWARD_PASS, g);
    add(m, {"two layers", "7-5-3", "tanh,sigmoid", "mse", 6, 4, 9}, CALL_FORWARD_PASS, g);
    add(m, {"four layers", "19-37-11-6-2", "relu,leaky_relu:0.1,softplus,linear", "mse", 23, 21, 30}, CALL_FORWARD_PASS,
        g);
    add(m, {"clipped", "6-33-4", "clipped_leaky_relu:0.2,linear", "mae", 18, 17, 30}, CALL_FORWARD_PASS, g);
    add(m, {"softmax", "8-10", "softmax", "log", 5, 4, 9, 32, false, false, true}, CALL_FORWARD_PASS, g);
    add(m, {"softmax after a layer", "30-17-10", "sigmoid,softmax", "mse", 42, 41, 50, 32}, CALL_FORWARD_PASS, g);
    add(m, {"softmax of large numbers", "5-4", "softmax", "log", 7, 6, 9}, CALL_FORWARD_PASS, g);
    train_t t = job_state(&m->list.back().job, &m->list.back().job.arena[0]);
    for (size_t i = 0; i < t.s.n_params; i++) t.params[i] *= 1000;  // their powers overflow
    add(m, {"batch of one row", "13-5-2", "tanh,sigmoid", "mse", 4, 1, 9}, CALL_FORWARD_PASS, g);
    add(m, {"more neurons than a block has threads", "5-1030-1", "tanh,sigmoid", "log", 4, 3, 9, 1024},
        CALL_FORWARD_PASS, g);
    add(m, {"many rows", "3-2-1", "tanh,sigmoid", "mse", 307, 299, 310}, CALL_FORWARD_PASS, g);

    g = {GROUP_BACK};
    add(m, {"small, log", "4-3-2", "tanh,sigmoid", "log", 4, 3, 8, 32, false, false, true}, CALL_BACK_PROP, g);
    add(m, {"one layer", "5-3", "sigmoid", "mse", 4, 3, 9}, CALL_BACK_PROP, g);
    add(m, {"two layers, mse", "6-7-3", "sigmoid,tanh", "mse", 5, 4, 9}, CALL_BACK_PROP, g);
    add(m, {"mae", "6-5-2", "softplus,linear", "mae", 7, 5, 9}, CALL_BACK_PROP, g);
    add(m, {"softmax, log", "8-6-10", "tanh,softmax", "log", 7, 6, 9}, CALL_BACK_PROP, g);
    add(m, {"softmax, mse", "8-6-5", "tanh,softmax", "mse", 7, 6, 9, 32, false, false, true}, CALL_BACK_PROP, g);
    add(m, {"row weights", "6-5-1", "tanh,sigmoid", "log", 9, 7, 12, 256, true}, CALL_BACK_PROP, g);
    add(m, {"four layers", "9-19-34-11-2", "leaky_relu:0.1,clipped_leaky_relu:0.2,sigmoid,tanh", "mse", 23, 21, 30},
        CALL_BACK_PROP, g);
    add(m, {"batch of one row", "5-4-3", "relu,sigmoid", "log", 4, 1, 9}, CALL_BACK_PROP, g);
    add(m, {"more neurons than a block has threads", "2-1030-3", "tanh,sigmoid", "mse", 4, 3, 9, 1024, true},
        CALL_BACK_PROP, g);
    add(m, {"many rows", "3-2-2", "tanh,sigmoid", "mse", 307, 299, 310}, CALL_BACK_PROP, g);

    g = {GROUP_WEIGHTS, GROUP_BIASES};
    add(m, {"small", "4-3", "sigmoid", "mse", 4, 3, 8, 32, false, false, true}, CALL_GRADIENTS, g);
    add(m, {"one output", "9-1", "sigmoid", "log", 7, 5, 9}, CALL_GRADIENTS, g);
    add(m, {"two layers", "6-7-3", "tanh,softmax", "log", 5, 4, 9, 256, true}, CALL_GRADIENTS, g);
    add(m, {"four layers", "19-37-11-6-2", "tanh,sigmoid,softplus,linear", "mse", 23, 21, 30}, CALL_GRADIENTS, g);
    add(m, {"batch of one row", "5-4-3", "tanh,sigmoid", "log", 4, 1, 9}, CALL_GRADIENTS, g);
    add(m, {"many rows", "3-2-1", "tanh,sigmoid", "mse", 307, 299, 310, 32}, CALL_GRADIENTS, g);
    add(m, {"more neurons than a block has threads", "2-1030-3", "tanh,sigmoid", "mse", 4, 3, 9, 1024}, CALL_GRADIENTS,
        g);

    g = {GROUP_COST};
    add(m, {"small, mse", "4-3", "sigmoid", "mse", 4, 3, 8, 32, false, false, true}, CALL_LOSS, g);
    add(m, {"log, one output", "7-1", "sigmoid", "log", 9, 7, 12}, CALL_LOSS, g);
    add(m, {"softmax, log", "7-10", "softmax", "log", 9, 7, 12}, CALL_LOSS, g);
    add(m, {"mae", "7-3", "linear", "mae", 9, 7, 12}, CALL_LOSS, g);
    add(m, {"row weights", "7-2", "sigmoid", "log", 9, 7, 12, 256, true}, CALL_LOSS, g);
    add(m, {"batch of one row", "3-2", "sigmoid", "mse", 4, 1, 9}, CALL_LOSS, g);
    add(m, {"more rows than threads", "3-2", "sigmoid", "mse", 311, 307, 311, 64}, CALL_LOSS, g);
    add(m, {"blocks of 1024", "3-5", "softmax", "log", 411, 409, 411, 1024}, CALL_LOSS, g);
}

// ---- counts ---------------------------------------------------------------------------------------------------------

static void add_counts_case(made_t *m, const spec_t &spec, double threshold, bool ties)
{
    add(m, spec, CALL_SCORE, {GROUP_COUNTS});
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

static void add_counts(made_t *m)
{
    add_counts_case(m, {"two classes", "4-1", "sigmoid", "log", 9, 7, 12, 32, false, false, true}, 0.5, false);
    add_counts_case(m, {"threshold 0.7, some outputs just there", "4-1", "sigmoid", "mse", 41, 37, 50}, 0.7, true);
    add_counts_case(m, {"ten classes", "6-10", "softmax", "log", 301, 293, 310}, 0.5, false);
    add_counts_case(m, {"several greatest outputs", "6-5", "sigmoid", "mse", 19, 17, 20}, 0.5, true);
    add_counts_case(m, {"regression", "4-3", "linear", "mse", 19, 17, 20}, 0.5, false);
    add_counts_case(m, {"batch of one row, row weights", "3-1", "sigmoid", "log", 4, 1, 9, 256, true}, 0.5, false);
}

// ---- whole runs -----------------------------------------------------------------------------------------------------

static job_t *add_run(made_t *m, const spec_t &spec, call_t call, const std::vector<int> &in_groups)
{
    m->rng = rng_make(m->seed, 1000 + m->list.size());
    case_t c = {spec.name, in_groups, make_job(&m->rng, &spec), spec.sanitized, {}};
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

static void add_transfers(made_t *m)
{
    std::vector<int> g = {GROUP_ALLOC, GROUP_FREE};
    add_run(m, {"row weights and momentum", "5-4-3", "tanh,softmax", "log", 7, 7, 23, 256, true, true}, CALL_ALLOC, g);
    add_run(m, {"no row weights, no momentum", "6-3-1", "tanh,sigmoid", "mse", 4, 4, 17}, CALL_ALLOC, g);
    add_run(m, {"small arena, much data", "3-1", "linear", "mse", 1, 1, 999}, CALL_ALLOC, g);

    g = {GROUP_TRAIN};
    add_run(m, {"one epoch", "4-3-1", "tanh,sigmoid", "log", 5, 5, 20, 256, false, false, true}, CALL_TRAIN, g);
    add_run(m, {"three epochs, short last batch", "5-4-3", "tanh,softmax", "log", 7, 7, 23}, CALL_TRAIN, g)->epochs = 3;
    add_run(m, {"one batch is all", "4-2-1", "relu,sigmoid", "mse", 11, 11, 11}, CALL_TRAIN, g)->epochs = 2;
    job_t *j = add_run(m, {"scored after each epoch", "4-3-1", "tanh,sigmoid", "log", 5, 5, 20}, CALL_TRAIN, g);
    j->epochs = 3;
    j->validate = true;
    j = add_run(m, {"learning rate that falls", "4-3-1", "tanh,sigmoid", "log", 5, 5, 20}, CALL_TRAIN, g);
    j->epochs = 3;
    j->decay = DECAY_STEP;
    j = add_run(m, {"momentum", "4-3-1", "tanh,sigmoid", "log", 5, 5, 21, 256, false, true}, CALL_TRAIN, g);
    j->epochs = 3;
    j = add_run(m, {"class weights", "4-3-1", "tanh,sigmoid", "log", 5, 5, 21}, CALL_TRAIN, g);
    j->class_weight = {0.5, 3};
    j = add_run(m, {"resumed in mid-epoch", "4-3-1", "tanh,sigmoid", "log", 4, 4, 22, 256, false, true}, CALL_TRAIN, g);
    j->batches_done = 2;
    j->loss_sum = 7.5;  // counts in the cost of this epoch, which is the last
    j = add_run(m, {"the data stay on the GPU", "4-3-1", "tanh,sigmoid", "log", 5, 5, 23, 256, false, true}, CALL_TRAIN,
                g);
    j->spoil_host = true;
    j->epochs = 2;
}

static void add_tests(made_t *m)
{
    std::vector<int> g = {GROUP_TEST};
    add_run(m, {"two classes, with outputs", "4-3-1", "tanh,sigmoid", "log", 1, 1, 37, 256, false, false, true},
            CALL_TEST, g)
        ->want_outputs = true;
    add_run(m, {"threshold 0.3, without outputs", "4-3-1", "tanh,sigmoid", "log", 1, 1, 61}, CALL_TEST, g)
        ->threshold = 0.3;
    add_run(m, {"ten classes, several batches", "6-10", "softmax", "log", 1, 1, 2503}, CALL_TEST, g)
        ->want_outputs = true;
    add_run(m, {"regression", "3-4-2", "tanh,linear", "mse", 1, 1, 103}, CALL_TEST, g)->want_outputs = true;
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

static void add_together(made_t *m, const spec_t &spec, int epochs)
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

static job_t *add_gpus_case(made_t *m, const spec_t &spec, int epochs)
{
    job_t *j = add_run(m, spec, CALL_TRAIN_GPUS, {GROUP_GPUS});
    j->gpus = 2;
    j->epochs = epochs;
    return j;
}

static void add_gpus(made_t *m)
{
    const char *net = "4-3-1", *acts = "tanh,sigmoid";
    add_gpus_case(m, {"batches of an even number of rows", net, acts, "log", 6, 6, 24}, 1);
    add_gpus_case(m, {"an odd number, the last batch of one row", "5-4-3", "tanh,softmax", "log", 5, 5, 21}, 2);
    add_gpus_case(m, {"all batches of one row", net, acts, "mse", 1, 1, 6}, 2);
    add_gpus_case(m, {"scored after each epoch", net, acts, "log", 7, 7, 20}, 3)->validate = true;
    add_gpus_case(m, {"momentum", net, acts, "log", 6, 6, 23, 256, false, true}, 3);
    add_gpus_case(m, {"class weights", net, acts, "log", 5, 5, 22}, 1)->class_weight = {0.5, 3};
    job_t *j = add_gpus_case(m, {"resumed in mid-epoch", net, acts, "log", 4, 4, 22, 256, false, true}, 1);
    j->batches_done = 2;
    j->loss_sum = 7.5;  // counts in the cost of this epoch, which is the last
    j = add_gpus_case(m, {"with your own kernels", "6-5-1", acts, "log", 7, 7, 50, 256, false, true, true}, 2);
    j->stand_ins = 0;
}

std::vector<case_t> make_cases(uint64_t seed)
{
    made_t m = {{}, seed, {}};
    add_transfers(&m);
    add_passes(&m);
    add_counts(&m);
    add_tests(&m);
    add_together(&m, {"trains, two classes", "6-5-1", "tanh,sigmoid", "log", 8, 8, 150, 256, false, true}, 4);
    add_together(&m, {"trains, ten classes", "12-15-10", "sigmoid,softmax", "log", 9, 9, 200}, 4);
    add_gpus(&m);
    return m.list;
}

std::vector<case_t> make_profile_cases(uint64_t seed)
{
    made_t m = {{}, seed, {}};
    const int in_group[] = {GROUP_BATCH, GROUP_FORWARD, GROUP_COST, GROUP_BACK, GROUP_WEIGHTS, GROUP_UPDATE};
    spec_t spec = {"profile", "64-128-48-10", "tanh,sigmoid,softmax", "log", 100, 100, 500};
    for (int call = CALL_LOAD_BATCH; call <= CALL_UPDATE; call++) add(&m, spec, (call_t)call, {in_group[call]});
    add_counts_case(&m, spec, 0.5, false);
    return m.list;
}
