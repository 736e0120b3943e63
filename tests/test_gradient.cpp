// tests/test_gradient.cpp: back propagation against numerical differentiation, for every activation and cost.
#include <cmath>

#include "helpers.h"

// Cost of the batch of all rows, as the gradients see it: sum over rows of weight times cost.
static double batch_cost(train_t *t, const std::vector<int> &rows)
{
    load_batch_cpu(t, rows.data(), (int)rows.size());
    forward_pass_cpu(t, (int)rows.size());
    *t->loss = 0;
    loss_cpu(t, (int)rows.size());
    return *t->loss;
}

// ||numerical - back propagated|| / (||numerical|| + ||back propagated||) of the n parameters at `at`.
static double relative_error(train_t *t, const std::vector<int> &rows, size_t at, size_t n)
{
    double difference = 0, size = 0;
    for (size_t i = at; i < at + n; i++) {
        double step = 1e-5, keep = t->params[i];
        auto cost = [&](double k) {
            t->params[i] = (real_t)(keep + k * step);
            return batch_cost(t, rows);
        };
        // five points: the error is of order step^4
        double numerical = (8 * (cost(1) - cost(-1)) - (cost(2) - cost(-2))) / (12 * step);
        t->params[i] = (real_t)keep;
        double back = t->grads[i];
        difference += (numerical - back) * (numerical - back);
        size += numerical * numerical + back * back;
    }
    return size > 0 ? std::sqrt(difference / size) : 0;
}

static bool is_piecewise(act_t f)
{
    return f.kind == ACT_RELU || f.kind == ACT_LEAKY_RELU || f.kind == ACT_CLIPPED_LEAKY_RELU;
}

// True if some neuron stands so near a kink of its activation, or some error so near 0 under mae, that the
// difference quotient may step over it.
static bool near_a_kink(train_t *t, int b)
{
    for (int l = 1; l <= t->s.L; l++)
        for (int i = 0; i < b * t->s.n[l]; i++) {
            double a = A(t, l)[i], limit = 1e-3;
            if (t->s.f[l].kind == ACT_RELU && a == 0) continue;  // far below 0 or just below: seen from z only
            if (is_piecewise(t->s.f[l]) && std::fabs(a) < limit * 0.01) return true;
            if (t->s.f[l].kind == ACT_CLIPPED_LEAKY_RELU && std::fabs(a - 1) < limit * 0.01) return true;
        }
    int n = b * t->s.n[t->s.L];
    for (int i = 0; i < n; i++)
        if (t->s.loss == LOSS_MAE && std::fabs(A(t, t->s.L)[i] - t->targets[i]) < 1e-3) return true;
    return false;
}

static void check_gradients(const shape_t *s, bool weighted, uint64_t seed)
{
    int N = 7, L = s->L;
    ds_t ds = random_ds(N, s->n[0], s->n[L], s->loss == LOSS_LOG ? TASK_CLASSIFICATION : TASK_REGRESSION, seed);
    nn_t nn = nn_create(s, INIT_UNIFORM, seed);
    std::vector<real_t> weight;
    for (int i = 0; i < N; i++) weight.push_back((real_t)(0.5 + i));
    train_t t = train_alloc_cpu(s, N, &ds, nn.params.data(), weighted ? weight.data() : NULL, false);
    std::vector<int> rows = {3, 0, 6, 1, 2, 5, 4};

    batch_cost(&t, rows);
    if (near_a_kink(&t, N)) {
        train_free_cpu(&t);
        REQUIRE_MESSAGE(seed < 100, "no seed keeps away from the kinks");
        check_gradients(s, weighted, seed + 1);
        return;
    }
    back_prop_cpu(&t, N);
    gradients_cpu(&t, N);
    for (int l = 1; l <= L; l++) {
        std::string where = shape_text(s) + format(", layer %d", l);
        CHECK_MESSAGE(relative_error(&t, rows, s->w_at[l], (size_t)s->n[l] * s->n[l - 1]) < 1e-7,
                      "weights of " << where);
        CHECK_MESSAGE(relative_error(&t, rows, s->b_at[l], s->n[l]) < 1e-7, "biases of " << where);
    }
    train_free_cpu(&t);
}

#ifdef REAL_DOUBLE
TEST_CASE("back propagation agrees with numerical gradients for every activation and cost")
{
    const char *hidden[] = {"sigmoid", "tanh", "relu", "leaky_relu:0.2", "clipped_leaky_relu", "softplus", "linear"};
    const char *outputs[] = {"sigmoid",  "tanh",   "relu",   "leaky_relu:0.2", "clipped_leaky_relu",
                             "softplus", "linear", "softmax"};
    for (const char *h : hidden)
        for (const char *o : outputs)
            for (const char *cost : {"mse", "mae", "log"}) {
                std::string out = o;
                if (std::string(cost) == "log" && out != "sigmoid" && out != "softmax") continue;
                shape_t s = shape_of({4, 6, 5, 3}, {h, "tanh", o}, cost);
                check_gradients(&s, false, 1);
            }
}

TEST_CASE("back propagation agrees with numerical gradients with row weights")
{
    for (const char *cost : {"mse", "mae", "log"})
        for (const char *o : {"sigmoid", "softmax"}) {
            shape_t s = shape_of({3, 4, 2}, {"tanh", o}, cost);
            check_gradients(&s, true, 1);
        }
    shape_t one = shape_of({3, 1}, {"sigmoid"}, "log");
    check_gradients(&one, true, 1);
}

TEST_CASE("the numerical check sees a wrong gradient")
{
    shape_t s = shape_of({4, 3, 2}, {"tanh", "sigmoid"}, "mse");
    ds_t ds = random_ds(5, 4, 2, TASK_REGRESSION, 1);
    nn_t nn = nn_create(&s, INIT_UNIFORM, 1);
    train_t t = train_alloc_cpu(&s, 5, &ds, nn.params.data(), NULL, false);
    std::vector<int> rows = {0, 1, 2, 3, 4};
    batch_cost(&t, rows);
    back_prop_cpu(&t, 5);
    gradients_cpu(&t, 5);
    dW(&t, 1)[2] *= 1.00001;
    CHECK(relative_error(&t, rows, s.w_at[1], 12) > 1e-7);
    train_free_cpu(&t);
}
#endif

TEST_CASE("slopes are those of the activations")
{
    for (const char *name : {"sigmoid", "tanh", "relu", "leaky_relu:0.2", "clipped_leaky_relu", "softplus", "linear"}) {
        act_t f = act_parse("--activation", name);
        for (double z : {-3.0, -0.7, -0.1, 0.2, 0.6, 0.9, 1.3, 4.0}) {
            double h = sizeof(real_t) == 4 ? 1e-2 : 1e-5;
            double numerical = (act_value(f, (real_t)(z + h)) - act_value(f, (real_t)(z - h))) / (2 * h);
            CAPTURE(name);
            CAPTURE(z);
            CHECK(act_slope(f, act_value(f, (real_t)z)) == doctest::Approx(numerical).epsilon(1e-3));
        }
    }
}

TEST_CASE("activations do not overflow far from 0")
{
    for (const char *name : {"sigmoid", "tanh", "softplus"}) {
        act_t f = act_parse("--activation", name);
        for (double z : {-1e4, 1e4}) {
            CHECK(std::isfinite(act_value(f, (real_t)z)));
            CHECK(std::isfinite(act_slope(f, act_value(f, (real_t)z))));
        }
    }
    CHECK(act_value(act_parse("", "softplus"), (real_t)1e4) == (real_t)1e4);
}

TEST_CASE("softmax and the logarithmic cost stay finite with outputs of any size")
{
    shape_t s = shape_of({1, 3}, {"softmax"}, "log");
    ds_t ds = make_ds(2, 1, 3, {1, -1}, {1, 0, 0, 0, 0, 1}, TASK_CLASSIFICATION);
    std::vector<real_t> params = {3e4, 0, -3e4, 0, 0, 0};
    train_t t = train_alloc_cpu(&s, 2, &ds, params.data(), NULL, false);
    CHECK(batch_cost(&t, {1, 0}) == doctest::Approx(0));
    CHECK(A(&t, 1)[2] == 1);
    CHECK(batch_cost(&t, {0, 1}) == doctest::Approx(0));
    ds.Y = {0, 0, 1, 1, 0, 0};
    t.Y = ds.Y.data();
    CHECK(batch_cost(&t, {0, 1}) == 200);  // two certain errors, 100 each
    train_free_cpu(&t);
}
