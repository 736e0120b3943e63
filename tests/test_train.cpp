// tests/test_train.cpp: whole training steps against numbers known from elsewhere.
#include <algorithm>
#include <cmath>

#include <omp.h>

#include "helpers.h"
#include "matrix.h"

static void step(train_t *t, const std::vector<int> &rows, double rate, double momentum)
{
    int b = (int)rows.size();
    load_batch_cpu(t, rows.data(), b);
    forward_pass_cpu(t, b);
    *t->loss = 0;
    loss_cpu(t, b);
    back_prop_cpu(t, b);
    gradients_cpu(t, b);
    update_cpu(t, b, (real_t)rate, (real_t)momentum);
}

// The example every lecture has: 2-2-1, sigmoid, MSE; W1 = (.15 .20; .25 .30), b1 = .35, W2 = (.40 .45), b2 = .60,
// x = (.05, .10), y = .01. By hand: z1 = .3775, .3925; a1 = .593269992, .596884378; z2 = 1.105905967;
// a2 = .751365070; delta2 = (a2 - y) a2 (1 - a2) = .138498562.
// The pages of docs/en go through the same network with a batch of two rows, of which this is the second: test_pages.cpp.
TEST_CASE("a 2-2-1 network computes what a person computes by hand")
{
    shape_t s = shape_of({2, 2, 1}, {"sigmoid", "sigmoid"}, "mse");
    ds_t ds = make_ds(1, 2, 1, {0.05, 0.10}, {0.01}, TASK_REGRESSION);
    std::vector<real_t> p = {(real_t)0.15, (real_t)0.20, (real_t)0.25, (real_t)0.30, (real_t)0.35,
                             (real_t)0.35, (real_t)0.40, (real_t)0.45, (real_t)0.60};
    train_t t = train_alloc_cpu(&s, 1, &ds, p.data(), NULL, false);
    double eps = sizeof(real_t) == 4 ? 1e-5 : 1e-8;
    step(&t, {0}, 0.5, 0);
    CHECK(A(&t, 1)[0] == doctest::Approx(0.593269992).epsilon(eps));
    CHECK(A(&t, 1)[1] == doctest::Approx(0.596884378).epsilon(eps));
    CHECK(A(&t, 2)[0] == doctest::Approx(0.751365070).epsilon(eps));
    CHECK(*t.loss == doctest::Approx(0.274811083).epsilon(eps));
    CHECK(dZ(&t, 2)[0] == doctest::Approx(0.138498562).epsilon(eps));
    CHECK(dW(&t, 2)[0] == doctest::Approx(0.138498562 * 0.593269992).epsilon(eps));
    CHECK(dbias(&t, 2)[0] == doctest::Approx(0.138498562).epsilon(eps));
    double delta = 0.138498562 * 0.40 * 0.593269992 * (1 - 0.593269992);
    CHECK(dZ(&t, 1)[0] == doctest::Approx(delta).epsilon(eps));
    CHECK(dW(&t, 1)[1] == doctest::Approx(delta * 0.10).epsilon(eps));
    CHECK(W(&t, 2)[0] == doctest::Approx(0.40 - 0.5 * 0.138498562 * 0.593269992).epsilon(eps));
    CHECK(bias(&t, 1)[0] == doctest::Approx(0.35 - 0.5 * delta).epsilon(eps));
    train_free_cpu(&t);
}

static void check_near(const real_t *got, const std::vector<double> &expected, double tolerance,
                       const std::string &what)
{
    double worst = 0, size = 0;
    for (size_t i = 0; i < expected.size(); i++) {
        worst = std::max(worst, std::fabs(got[i] - expected[i]));
        size = std::max(size, std::fabs(expected[i]));
    }
    CHECK_MESSAGE(worst <= tolerance * size, what << ": off by " << worst);
}

static void check_golden(const std::string &name)
{
    std::string text = file_read("tests/golden/" + name + ".txt");
    std::vector<int> sizes;
    for (double n : numbers_of(text, "layers")) sizes.push_back((int)n);
    shape_t s = shape_of(sizes, words_of(text, "activations"), words_of(text, "loss")[0]);
    int B = (int)numbers_of(text, "batch")[0], N = (int)numbers_of(text, "rows")[0];
    double rate = numbers_of(text, "learning_rate")[0], momentum = numbers_of(text, "momentum")[0];
    ds_t ds = make_ds(N, s.n[0], s.n[s.L], numbers_of(text, "X"), numbers_of(text, "Y"), TASK_REGRESSION);
    std::vector<double> w = numbers_of(text, "row_weights"), p = numbers_of(text, "params0");
    std::vector<real_t> weight(w.begin(), w.end()), params(p.begin(), p.end());
    REQUIRE(params.size() == s.n_params);
    train_t t = train_alloc_cpu(&s, B, &ds, params.data(), w.empty() ? NULL : weight.data(), momentum > 0);

    double tolerance = sizeof(real_t) == 4 ? 5e-6 : 1e-13;
    for (int k = 1, first = 0; k <= 5; k++, first = first + B < N ? first + B : 0) {
        std::vector<int> rows;
        for (int i = first; i < std::min(first + B, N); i++) rows.push_back(i);
        step(&t, rows, rate, momentum);
        real_t loss = (real_t)(*t.loss / rows.size());
        check_near(&loss, numbers_of(text, format("step%d_loss", k)), tolerance, name + format(", cost of step %d", k));
        std::vector<double> expected = numbers_of(text, format("step%d_params", k));
        REQUIRE(expected.size() == s.n_params);
        check_near(t.params, expected, tolerance, name + format(", parameters after step %d", k));
    }
    train_free_cpu(&t);
}

TEST_CASE("five steps of training are PyTorch's, in float64")
{
    for (const char *name : {"mse_sigmoid", "log_softmax", "regression_mse", "regression_mae", "binary_log_weighted",
                             "multilabel_log_weighted"})
        check_golden(name);
}

static std::vector<real_t> trained(const ds_t *ds, const shape_t *s, int batch, int threads, double momentum)
{
    omp_set_num_threads(threads);
    nn_t nn = nn_create(s, INIT_UNIFORM, 3);
    nn.task = ds->task;
    run_t run = quiet_run(2, batch, 0.3);
    run.momentum = momentum;
    nn_train(&nn, ds, NULL, &run);
    omp_set_num_threads(omp_get_num_procs());
    return nn.params;
}

TEST_CASE("the trained network is the same to the last bit for any number of threads")
{
    shape_t s = shape_of({40, 150, 70, 3}, {"tanh", "relu", "softmax"}, "log");
    ds_t ds = random_ds(700, 40, 3, TASK_CLASSIFICATION, 5);
    REQUIRE(worth_threads(2.0 * 150 * 40 * 128));  // the threads do run
    std::vector<real_t> one = trained(&ds, &s, 128, 1, 0.5);
    for (int threads : {2, 3, 8}) CHECK(trained(&ds, &s, 128, threads, 0.5) == one);
}

TEST_CASE("a last batch that is short counts its own rows only")
{
    shape_t s = shape_of({3, 4, 2}, {"tanh", "sigmoid"}, "mse");
    ds_t ds = random_ds(10, 3, 2, TASK_CLASSIFICATION, 2);
    nn_t nn = nn_create(&s, INIT_UNIFORM, 1);
    train_t large = train_alloc_cpu(&s, 4, &ds, nn.params.data(), NULL, false);
    train_t small = train_alloc_cpu(&s, 2, &ds, nn.params.data(), NULL, false);
    step(&large, {0, 1, 2, 3}, 0.1, 0);  // leaves rows behind that the short batch must not see
    std::copy(small.params, small.params + s.n_params, large.params);
    step(&large, {8, 9}, 0.1, 0);
    step(&small, {8, 9}, 0.1, 0);
    CHECK(*large.loss == *small.loss);
    for (size_t i = 0; i < s.n_params; i++) CHECK(large.params[i] == small.params[i]);
    train_free_cpu(&large);
    train_free_cpu(&small);
}

TEST_CASE("an epoch uses every row once, whatever the batch")
{
    ds_t ds = random_ds(23, 2, 1, TASK_CLASSIFICATION, 4);
    for (int batch : {1, 4, 22, 23}) {
        run_t run = quiet_run(1, batch, 0.1);
        run_begin(&run);
        std::vector<int> rows(23), used;
        REQUIRE(run_epoch_begin(&run, rows.data(), 23));
        for (int first; (first = run_next_batch(&run, 23)) >= 0;)
            for (int i = first; i < std::min(first + batch, 23); i++) used.push_back(rows[i]);
        std::sort(used.begin(), used.end());
        REQUIRE(used.size() == 23);
        for (int i = 0; i < 23; i++) CHECK(used[i] == i);
        CHECK(run.at.batch == (23 + batch - 1) / batch);
    }
}

TEST_CASE("rows come in another order every epoch")
{
    run_t run = quiet_run(3, 5, 0.1);
    shape_t s = shape_of({2, 1}, {"sigmoid"}, "mse");
    nn_t nn = nn_create(&s, INIT_UNIFORM, 1);
    ds_t ds = random_ds(50, 2, 1, TASK_CLASSIFICATION, 4);
    std::vector<int> first(50), second(50);
    run_begin(&run);
    REQUIRE(run_epoch_begin(&run, first.data(), 50));
    while (run_next_batch(&run, 50) >= 0) {}
    run_epoch_end(&run, &nn, &ds, NULL);
    REQUIRE(run_epoch_begin(&run, second.data(), 50));
    CHECK(first != second);
}

TEST_CASE("a batch of one row trains")
{
    shape_t s = shape_of({2, 3, 1}, {"tanh", "sigmoid"}, "log");
    ds_t ds = make_ds(4, 2, 1, {0, 0, 0, 1, 1, 0, 1, 1}, {0, 1, 1, 0}, TASK_CLASSIFICATION);  // exclusive or
    nn_t nn = nn_create(&s, INIT_UNIFORM, 7);
    run_t run = quiet_run(1500, 1, 0.2);
    nn_train(&nn, &ds, NULL, &run);
    CHECK(nn_test(&nn, &ds, NULL).accuracy == 1);
}

TEST_CASE("weights from [0, 1) stall where the others learn")
{
    shape_t s = shape_of({30, 60, 10, 1}, {"sigmoid", "sigmoid", "sigmoid"}, "mse");
    ds_t ds = random_ds(400, 30, 1, TASK_CLASSIFICATION, 9);
    for (int i = 0; i < ds.N; i++) ds.X[i * 30] += ds.Y[i] > 0 ? 2 : -2;  // plain to see
    double f1[2];
    for (init_t init : {INIT_UNIT, INIT_UNIFORM}) {
        nn_t nn = nn_create(&s, init, 1);
        run_t run = quiet_run(40, 10, 0.5);
        nn_train(&nn, &ds, NULL, &run);
        f1[init == INIT_UNIFORM] = nn_test(&nn, &ds, NULL).value;
    }
    CHECK(f1[1] > 0.95);
    CHECK(f1[0] < f1[1] - 0.1);
}

TEST_CASE("training that diverges is noticed")
{
    shape_t s = shape_of({3, 5, 1}, {"relu", "linear"}, "mse");
    ds_t ds = random_ds(50, 3, 1, TASK_REGRESSION, 2);
    nn_t nn = nn_create(&s, INIT_UNIFORM, 1);
    nn.task = TASK_REGRESSION;
    run_t run = quiet_run(500, 5, 50);
    nn_train(&nn, &ds, NULL, &run);
    CHECK(run.stop == STOP_DIVERGED);
}

TEST_CASE("patience keeps the best epoch and stops")
{
    shape_t s = shape_of({4, 8, 1}, {"tanh", "sigmoid"}, "log");
    ds_t train = random_ds(20, 4, 1, TASK_CLASSIFICATION, 2), valid = random_ds(20, 4, 1, TASK_CLASSIFICATION, 3);
    nn_t nn = nn_create(&s, INIT_UNIFORM, 1);  // labels are random: validation cost must rise
    run_t run = quiet_run(1000, 5, 0.5);
    run.patience = 7;
    nn_train(&nn, &train, &valid, &run);
    CHECK(run.stop == STOP_PATIENCE);
    CHECK(run.at.epoch == run.at.best_epoch + 7);
    nn.params = run.at.best;
    CHECK(nn_test(&nn, &valid, NULL).loss == run.at.best_loss);
}

TEST_CASE("a run that reached its target keeps the network that did")
{
    shape_t s = shape_of({4, 8, 1}, {"tanh", "sigmoid"}, "log");
    ds_t train = random_ds(20, 4, 1, TASK_CLASSIFICATION, 2), valid = random_ds(20, 4, 1, TASK_CLASSIFICATION, 3);
    nn_t nn = nn_create(&s, INIT_UNIFORM, 1);
    run_t run = quiet_run(300, 5, 0.5);
    run.patience = 1000;
    run.target = 0.4;
    nn_train(&nn, &train, &valid, &run);
    REQUIRE(run.stop == STOP_TARGET);
    CHECK_FALSE(run_keeps_best(&run));
    CHECK(nn_test(&nn, &valid, NULL).value >= 0.4);
    run.stop = STOP_EPOCHS;
    CHECK(run_keeps_best(&run));
}

TEST_CASE("learning rates decay as their formulas say")
{
    for (long e : {0L, 1L, 4L, 9L}) {
        CHECK(decay_rate(DECAY_NONE, 0.1, e, 10) == 0.1);
        CHECK(decay_rate(DECAY_EXP, 0.1, e, 10) == doctest::Approx(0.1 * std::exp(-e / 10.0)));
        double cumulative = 0.1;
        for (long i = 0; i <= e; i++) cumulative *= std::exp(-i / 10.0 / 2);
        CHECK(decay_rate(DECAY_EXP_CUMULATIVE, 0.1, e, 10) == doctest::Approx(cumulative));
    }
    CHECK(decay_rate(DECAY_STEP, 0.8, 2, 9) == 0.8);
    CHECK(decay_rate(DECAY_STEP, 0.8, 3, 9) == 0.4);
    CHECK(decay_rate(DECAY_STEP, 0.8, 8, 9) == 0.2);
}

TEST_CASE("initial weights have the spread their names promise")
{
    int n_in = 300, n_out = 200;
    std::vector<real_t> W((size_t)n_in * n_out), b(n_out);
    for (init_t init : {INIT_UNIFORM, INIT_GLOROT, INIT_HE, INIT_NORMAL, INIT_UNIT}) {
        rng_t rng = rng_make(1, RNG_INIT);
        init_layer(init, &rng, W.data(), b.data(), n_out, n_in);
        double mean = 0, square = 0;
        for (real_t w : W) mean += w / W.size(), square += (double)w * w / W.size();
        double expected = init == INIT_UNIFORM  ? 1.0 / n_in / 3
                          : init == INIT_GLOROT ? 2.0 / (n_in + n_out)
                          : init == INIT_HE     ? 2.0 / n_in
                          : init == INIT_NORMAL ? 1
                                                : 1.0 / 3;
        CAPTURE(init_text(init));
        CHECK(square == doctest::Approx(expected).epsilon(0.02));
        CHECK(mean == doctest::Approx(init == INIT_UNIT ? 0.5 : 0).epsilon(0.01));
    }
}

TEST_CASE("shapes are checked")
{
    CHECK(contains(death_of([] { shape_of({3}, {}, "mse"); }), "2: --layers"));
    CHECK(contains(death_of([] { shape_of({3, 0, 1}, {"relu", "relu"}, "mse"); }), "size 0"));
    CHECK(contains(death_of([] { shape_of({2000000000, 2000000000}, {"relu"}, "mse"); }), "parameters"));
    CHECK(contains(death_of([] { shape_of({3, 4, 2}, {"softmax", "sigmoid"}, "mse"); }), "softmax"));
    CHECK(contains(death_of([] { shape_of({3, 2}, {"relu"}, "log"); }), "log needs outputs"));
    CHECK(contains(death_of([] { shape_of({3, 1}, {"softmax"}, "log"); }), "single output"));
    shape_t deep = shape_of(std::vector<int>(NN_MAX_LAYERS + 1, 2), std::vector<std::string>(NN_MAX_LAYERS, "tanh"),
                            "mse");
    CHECK(deep.L == NN_MAX_LAYERS);
    CHECK(deep.n_params == NN_MAX_LAYERS * 6);
    CHECK(contains(death_of([] { shape_of(std::vector<int>(34, 2), std::vector<std::string>(33, "tanh"), "mse"); }),
                   "--layers"));
}
