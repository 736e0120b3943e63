// tests/test_cuda.cpp: the GPU's passes, trainings and counts against the CPU's.
#include <algorithm>
#include <cmath>
#include <limits>

#include "cuda_helpers.h"

// ---- every tensor of every pass ----------------------------------------------------------------------

struct cuda_case_t {
    std::vector<int> sizes;
    std::vector<std::string> activations;
    const char *loss;
    int N, B;
    bool weighted, momentum;
};

// The same state on both devices: after each pass the GPU gets what the CPU computed, so that errors do not add up.
struct pair_t {
    train_t cpu, gpu;
    size_t bytes;       // of the arena
    double length;      // of the longest sum
    std::string where;  // for messages
};

// Sums of n terms in another order differ by about sqrt(n) roundings, and at most by n; exp and tanh add some.
static double allowed(const pair_t *p)
{
    return std::numeric_limits<real_t>::epsilon() * (32 + 8 * std::sqrt(p->length));
}

static void check_tensor(const pair_t *p, const std::string &name, const real_t *cpu, const real_t *gpu, size_t n)
{
    std::vector<real_t> got(n);
    cuda_to_host(got.data(), gpu, n * sizeof(real_t));
    double worst = 0, size = 0;
    bool finite = true;
    for (size_t i = 0; i < n; i++) {
        finite &= std::isfinite(got[i]);
        worst = std::max(worst, std::fabs((double)got[i] - cpu[i]));
        size = std::max(size, std::fabs((double)cpu[i]));
    }
    CHECK_MESSAGE((finite && worst <= allowed(p) * size), p->where << ": " << name << " is off by " << worst / size
                                                                   << " of its greatest element, allowed "
                                                                   << allowed(p));
}

static void check_layers(const pair_t *p, int b)
{
    const shape_t *s = &p->cpu.s;
    for (int l = 0; l <= s->L; l++) {
        std::string number = std::to_string(l);
        check_tensor(p, "A" + number, A(&p->cpu, l), A(&p->gpu, l), (size_t)b * s->n[l]);
        if (l > 0) check_tensor(p, "dZ" + number, dZ(&p->cpu, l), dZ(&p->gpu, l), (size_t)b * s->n[l]);
    }
}

static void check_gradients(const pair_t *p)
{
    const shape_t *s = &p->cpu.s;
    for (int l = 1; l <= s->L; l++) {
        std::string number = std::to_string(l);
        check_tensor(p, "dW" + number, dW(&p->cpu, l), dW(&p->gpu, l), (size_t)s->n[l] * s->n[l - 1]);
        check_tensor(p, "dbias" + number, dbias(&p->cpu, l), dbias(&p->gpu, l), s->n[l]);
    }
}

static void copy_state(const pair_t *p) { cuda_to_device(p->gpu.arena, p->cpu.arena, p->bytes); }

static void check_loss(const pair_t *p)
{
    double got = 0;
    cuda_to_host(&got, p->gpu.loss, sizeof got);
    CHECK_MESSAGE(std::fabs(got - *p->cpu.loss) <= allowed(p) * std::fabs(*p->cpu.loss),
                  p->where << ": loss " << got << ", on the CPU " << *p->cpu.loss);
}

static void check_step(const pair_t *p, const std::vector<int> &rows, int *dev_rows)
{
    int b = (int)rows.size();
    size_t n_out = p->cpu.s.n[p->cpu.s.L], n_params = p->cpu.s.n_params;
    cuda_to_device(dev_rows, rows.data(), b * sizeof(int));
    load_batch_cpu(&p->cpu, rows.data(), b);
    passes.load_batch(&p->gpu, dev_rows, b);
    check_tensor(p, "A0", A(&p->cpu, 0), A(&p->gpu, 0), (size_t)b * p->cpu.s.n[0]);
    check_tensor(p, "targets", p->cpu.targets, p->gpu.targets, b * n_out);
    std::vector<int> got(b);
    cuda_to_host(got.data(), p->gpu.rows, b * sizeof(int));
    CHECK((got == rows));

    copy_state(p);
    forward_pass_cpu(&p->cpu, b);
    passes.forward_pass(&p->gpu, b);
    check_layers(p, b);
    copy_state(p);
    loss_cpu(&p->cpu, b);
    passes.loss(&p->gpu, b);
    check_loss(p);
    copy_state(p);
    back_prop_cpu(&p->cpu, b);
    passes.back_prop(&p->gpu, b);
    check_layers(p, b);
    copy_state(p);
    gradients_cpu(&p->cpu, b);
    passes.gradients(&p->gpu, b);
    check_gradients(p);
    copy_state(p);
    update_cpu(&p->cpu, b, (real_t)0.1, (real_t)0.9);
    passes.update(&p->gpu, b, (real_t)0.1, (real_t)0.9);
    check_tensor(p, "params", p->cpu.params, p->gpu.params, n_params);
    if (p->cpu.velocity) check_tensor(p, "velocity", p->cpu.velocity, p->gpu.velocity, n_params);
    copy_state(p);
}

static void check_case(const cuda_case_t &c)
{
    shape_t s = shape_of(c.sizes, c.activations, c.loss);
    bool classes = s.loss == LOSS_LOG || s.f[s.L].kind == ACT_SOFTMAX;
    ds_t ds = random_ds(c.N, c.sizes.front(), c.sizes.back(), classes ? TASK_CLASSIFICATION : TASK_REGRESSION, 3);
    nn_t nn = nn_create(&s, INIT_GLOROT, 5);
    std::vector<real_t> weight;
    for (int i = 0; i < c.N; i++) weight.push_back((real_t)(0.5 + i % 7));
    const real_t *row_weight = c.weighted ? weight.data() : NULL;

    pair_t p = {};
    p.cpu = train_alloc_cpu(&s, c.B, &ds, nn.params.data(), row_weight, c.momentum);
    p.gpu = train_alloc_cuda(&s, c.B, &ds, nn.params.data(), row_weight, c.momentum);
    train_t only_sizes = p.cpu;
    p.bytes = train_lay_out(&only_sizes, NULL, c.momentum);
    p.length = std::max(c.B, *std::max_element(c.sizes.begin(), c.sizes.end()));
    p.where = shape_text(&s) + format(", batch %d, block %d", c.B, cuda_options.block);
    check_tensor(&p, "params at the start", p.cpu.params, p.gpu.params, s.n_params);

    ds_t little = make_ds(1, 1, 1, {0}, {0}, TASK_REGRESSION);
    shape_t one = shape_of({1, 1}, {"linear"}, "mse");
    real_t zero[2] = {};
    train_t holder = train_alloc_cuda(&one, c.B, &little, zero, NULL, false);  // of its memory only rows (B) is used
    rng_t rng = rng_make(8, RNG_DATA);
    for (int b : {c.B, 1, (c.B + 1) / 2}) {  // the whole batch, one row, a short one
        std::vector<int> rows(b);
        for (int &row : rows) row = (int)rng_below(&rng, c.N);
        check_step(&p, rows, holder.rows);
    }
    train_free_cuda(&holder);
    train_free_cuda(&p.gpu);
    train_free_cpu(&p.cpu);
}

static const cuda_case_t SMALL[] = {
    {{2, 2, 1}, {"sigmoid", "sigmoid"}, "mse", 4, 1, false, false},
    {{1, 1}, {"linear"}, "mse", 5, 5, true, true},
    {{30, 60, 10, 1}, {"sigmoid", "sigmoid", "sigmoid"}, "log", 50, 10, true, false},
    {{7, 5}, {"softmax"}, "log", 20, 13, false, true},
    {{4, 17, 33, 3}, {"tanh", "relu", "softmax"}, "mse", 60, 33, true, true},
    {{5, 16, 4}, {"relu", "softmax"}, "mae", 40, 17, false, false},
    {{9, 31, 15, 2}, {"leaky_relu:0.2", "clipped_leaky_relu", "linear"}, "mse", 70, 64, true, false},
    {{6, 11, 3}, {"softplus", "tanh"}, "mae", 30, 7, false, true},
    {{64, 100, 10}, {"relu", "softmax"}, "log", 200, 128, false, true},
    {{3, 5, 4, 3, 2, 3}, {"tanh", "tanh", "sigmoid", "tanh", "sigmoid"}, "log", 12, 6, true, true},
};

TEST_CASE("cuda: every tensor of every pass is the CPU's, for all activations, costs and odd sizes")
{
    NEEDS(lacks_cuda());
    for (const cuda_case_t &c : SMALL) check_case(c);
}

TEST_CASE("cuda: the passes do not depend on --block")
{
    NEEDS(lacks_cuda());
    int before = cuda_options.block;
    for (int block : {32, 64, 128, 512, 1024}) {
        cuda_options.block = block;
        for (int i : {2, 4, 6}) check_case(SMALL[i]);
    }
    cuda_options.block = before;
}

TEST_CASE("cuda: no layer is too wide, no batch too long, no number of classes too large")
{
    NEEDS(lacks_cuda());
    check_case({{1, 70000, 1}, {"tanh", "linear"}, "mse", 3, 3, false, false});
    check_case({{70000, 1}, {"sigmoid"}, "log", 4, 2, false, true});
    check_case({{2, 3, 1}, {"tanh", "sigmoid"}, "log", 200000, 200000, true, false});
    check_case({{3, 4096}, {"softmax"}, "log", 40, 20, false, false});
}

// ---- whole trainings, then counts ----------------------------------------------------------------------

static nn_t trained_on(const char *device, const shape_t *s, const ds_t *ds, run_t run)
{
    nn_t nn = nn_create(s, INIT_GLOROT, 2);
    nn.task = ds->task;
    nn.labels = ds->labels;
    run.device = device_find(device);
    if (run.momentum > 0) run.at.velocity.assign(s->n_params, 0);
    run.device->train(&nn, ds, NULL, &run);
    CHECK(run.stop == STOP_EPOCHS);
    return nn;
}

// Both networks are near to each other, and both devices count the same with either.
static void check_training(const shape_t *s, const ds_t *ds, const run_t *run)
{
    CAPTURE(shape_text(s));
    nn_t cpu = trained_on("cpu", s, ds, *run), gpu = trained_on("cuda", s, ds, *run);
    double worst = 0, size = 0;
    for (size_t i = 0; i < s->n_params; i++) {
        worst = std::max(worst, std::fabs((double)cpu.params[i] - gpu.params[i]));
        size = std::max(size, std::fabs((double)cpu.params[i]));
    }
    // Some hundred steps, each of which may bring a new rounding error and make the old ones a little larger.
    CHECK(worst <= 1000 * std::numeric_limits<real_t>::epsilon() * size);

    std::vector<real_t> cpu_outputs, gpu_outputs;
    metrics_t by_cpu = nn_test(&cpu, ds, &cpu_outputs);
    for (const nn_t *nn : {&cpu, &gpu}) {
        metrics_t m = nn_test_cuda(nn, ds, &gpu_outputs);
        CHECK((m.score.confusion == by_cpu.score.confusion));
        REQUIRE(m.classes.size() == by_cpu.classes.size());
        for (size_t k = 0; k < m.classes.size(); k++) {
            CHECK(m.classes[k].precision == by_cpu.classes[k].precision);
            CHECK(m.classes[k].recall == by_cpu.classes[k].recall);
            CHECK(m.classes[k].f1 == by_cpu.classes[k].f1);
        }
        CHECK(m.loss == doctest::Approx(by_cpu.loss).epsilon(1e-4));
        CHECK(m.r2 == doctest::Approx(by_cpu.r2).epsilon(1e-4));
        CHECK(m.mae == doctest::Approx(by_cpu.mae).epsilon(1e-4));
        REQUIRE(gpu_outputs.size() == cpu_outputs.size());
        for (size_t i = 0; i < cpu_outputs.size(); i++)
            if (!(std::fabs(gpu_outputs[i] - cpu_outputs[i]) < 1e-3)) FAIL("output " << i << " differs");
    }
}

// Rows whose class shows in the features, but not without mistakes.
static ds_t separable(int N, int n_in, int n_out)
{
    ds_t ds = random_ds(N, n_in, n_out, TASK_CLASSIFICATION, 6);
    for (int i = 0; i < N; i++) ds.X[(size_t)i * n_in + ds_class(&ds, i) % n_in] += (real_t)2.5;
    return ds;
}

TEST_CASE("cuda: after a whole training counts, precision, recall and F1 are the CPU's: two classes")
{
    NEEDS(lacks_cuda());
    ds_t ds = separable(600, 8, 1);
    shape_t s = shape_of({8, 12, 1}, {"tanh", "sigmoid"}, "log");
    run_t run = quiet_run(4, 16, 0.1);
    check_training(&s, &ds, &run);
    run.momentum = 0.9;
    run.class_weight = {1, 3};
    run.learning_rate = 0.02;
    check_training(&s, &ds, &run);
}

TEST_CASE("cuda: after a whole training counts, precision, recall and F1 are the CPU's: ten classes")
{
    NEEDS(lacks_cuda());
    ds_t ds = separable(1100, 10, 10);  // more rows than nn_test_cuda takes in one batch
    shape_t s = shape_of({10, 20, 10}, {"sigmoid", "softmax"}, "log");
    run_t run = quiet_run(4, 32, 0.5);
    check_training(&s, &ds, &run);
}

TEST_CASE("cuda: after a whole training R2 and errors are the CPU's: regression")
{
    NEEDS(lacks_cuda());
    ds_t ds = random_ds(300, 3, 2, TASK_REGRESSION, 9);
    for (int i = 0; i < ds.N; i++) ds.Y[2 * i] += ds.X[3 * i] * ds.X[3 * i + 1];
    shape_t s = shape_of({3, 10, 2}, {"softplus", "linear"}, "mse");
    run_t run = quiet_run(5, 7, 0.05);
    check_training(&s, &ds, &run);
}

TEST_CASE("cuda: rows are scored in batches, and 4096 classes are counted")
{
    NEEDS(lacks_cuda());
    ds_t ds = random_ds(30, 3, 4096, TASK_CLASSIFICATION, 4);
    shape_t s = shape_of({3, 4096}, {"softmax"}, "log");
    nn_t nn = nn_create(&s, INIT_GLOROT, 2);
    nn.task = ds.task;
    nn.labels = ds.labels;
    metrics_t cpu = nn_test(&nn, &ds, NULL), gpu = nn_test_cuda(&nn, &ds, NULL);
    CHECK((cpu.score.confusion == gpu.score.confusion));
    CHECK(gpu.loss == doctest::Approx(cpu.loss).epsilon(1e-5));
}
