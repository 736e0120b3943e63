// [given] reference.cpp: the passes once more, in long double: slow, plain, and written without looking at train.cpp.
#include "reference.h"

#include <cmath>
#include <limits>

#include "compare.h"

typedef long double big_t;
static const double eps = std::numeric_limits<real_t>::epsilon();

static expected_t make(const std::string &name, int rows, int cols, bool from_earlier)
{
    expected_t e = {name, rows, cols, {}, {}, from_earlier};
    e.value.reserve((size_t)rows * cols);
    e.allowed.reserve((size_t)rows * cols);
    return e;
}

static void put(expected_t *e, big_t value, double allowed)
{
    e->value.push_back((double)value);
    e->allowed.push_back(allowed + 1e-30);
}

// ---- activations and costs, from their definitions ------------------------------------------------------------------

static big_t value_of(act_t f, big_t z)
{
    switch (f.kind) {
    case ACT_SIGMOID: return 1 / (1 + std::exp(-z));
    case ACT_TANH: return std::tanh(z);
    case ACT_RELU: return z < 0 ? 0 : z;
    case ACT_LEAKY_RELU: return z < 0 ? f.alpha * z : z;
    case ACT_CLIPPED_LEAKY_RELU: return z < 0 ? f.alpha * z : z > 1 ? 1 + f.alpha * (z - 1) : z;
    case ACT_SOFTPLUS: return z > 0 ? z + std::log1p(std::exp(-z)) : std::log1p(std::exp(z));
    default: return z;
    }
}

static big_t slope_of(act_t f, big_t a)
{
    switch (f.kind) {
    case ACT_SIGMOID: return a * (1 - a);
    case ACT_TANH: return (1 - a) * (1 + a);
    case ACT_RELU: return a > 0 ? 1 : 0;
    case ACT_LEAKY_RELU: return a > 0 ? 1 : (big_t)f.alpha;
    case ACT_CLIPPED_LEAKY_RELU: return a < 0 || a > 1 ? (big_t)f.alpha : 1;
    case ACT_SOFTPLUS: return -std::expm1(-a);
    default: return 1;
    }
}

// How much an error of z can grow on its way through f, and through f' as written with a.
static double steepest(act_t f) { return f.kind == ACT_SIGMOID ? 0.25 : std::fmax(1, std::fabs(f.alpha)); }

static big_t cost_of(loss_t loss, act_t f, big_t a, big_t y)
{
    big_t d = a - y, sum = 0;
    if (loss == LOSS_MSE) return d * d / 2;
    if (loss == LOSS_MAE) return std::fabs(d);
    if (y != 0) sum -= y * std::fmax(std::log(a), (big_t)-100);
    if (y != 1 && f.kind == ACT_SIGMOID) sum -= (1 - y) * std::fmax(std::log1p(-a), (big_t)-100);
    return sum;
}

static big_t cost_slope(loss_t loss, big_t d) { return loss == LOSS_MSE ? d : d > 0 ? 1 : d < 0 ? -1 : 0; }

// ---- passes ---------------------------------------------------------------------------------------------------------

struct states_t {  // the state before the call, and the student's after it
    const job_t *job;
    train_t before, after;
    int b, L;
};

static void expect_batch(const states_t *s, std::vector<expected_t> *list)
{
    const train_t *t = &s->before;
    int n_in = t->s.n[0], n_out = t->s.n[s->L];
    expected_t x = make("A[0]", s->b, n_in, false), y = make("targets", s->b, n_out, false),
               r = make("rows", 1, s->b, false);
    for (int i = 0; i < s->b; i++) {
        size_t row = s->job->rows[i];
        for (int p = 0; p < n_in; p++) put(&x, t->X[row * n_in + p], 0);
        for (int j = 0; j < n_out; j++) put(&y, t->Y[row * n_out + j], 0);
        put(&r, row, 0);
    }
    list->insert(list->end(), {x, y, r});
}

static void softmax(expected_t *e, const std::vector<big_t> &z, const std::vector<double> &z_allowed)
{
    big_t greatest = z[0], sum = 0, off = 0;
    for (big_t x : z) greatest = std::fmax(greatest, x);
    for (big_t x : z) sum += std::exp(x - greatest);
    for (size_t k = 0; k < z.size(); k++)
        off += std::exp(z[k] - greatest) / sum * (z_allowed[k] + eps * std::fabs(z[k] - greatest));
    for (size_t j = 0; j < z.size(); j++) {
        big_t a = std::exp(z[j] - greatest) / sum;
        put(e, a, a * (z_allowed[j] + off + eps * std::fabs(z[j] - greatest)) + sum_tolerance(z.size(), a));
    }
}

static void expect_forward(const states_t *s, std::vector<expected_t> *list)
{
    for (int l = 1; l <= s->L; l++) {
        const train_t *t = &s->before;
        int n = t->s.n[l], k = t->s.n[l - 1];
        act_t f = t->s.f[l];
        expected_t e = make(format("A[%d]", l), s->b, n, l > 1);
        for (int i = 0; i < s->b; i++) {
            const real_t *x = A(l == 1 ? t : &s->after, l - 1) + (size_t)i * k;
            std::vector<big_t> z;
            std::vector<double> z_allowed;
            for (int j = 0; j < n; j++) {
                big_t sum = bias(t, l)[j], size = std::fabs(sum);
                for (int p = 0; p < k; p++) {
                    big_t product = (big_t)x[p] * W(t, l)[(size_t)j * k + p];
                    sum += product;
                    size += std::fabs(product);
                }
                z.push_back(sum);
                z_allowed.push_back(sum_tolerance(k + 1, size));
            }
            if (f.kind == ACT_SOFTMAX) softmax(&e, z, z_allowed);
            else
                for (int j = 0; j < n; j++) {
                    big_t a = value_of(f, z[j]);
                    put(&e, a, steepest(f) * z_allowed[j] + sum_tolerance(0, std::fabs(a)));
                }
        }
        list->push_back(e);
    }
}

static void expect_output_error(const states_t *s, std::vector<expected_t> *list)
{
    const train_t *t = &s->before;
    int n = t->s.n[s->L];
    loss_t loss = t->s.loss;
    act_t f = t->s.f[s->L];
    expected_t e = make(format("dZ[%d]", s->L), s->b, n, false);
    for (int i = 0; i < s->b; i++) {
        const real_t *a = A(t, s->L) + (size_t)i * n, *y = t->targets + (size_t)i * n;
        big_t weight = t->row_weight ? t->row_weight[t->rows[i]] : 1, sum = 0, size = 0;
        for (int k = 0; k < n; k++) {
            sum += cost_slope(loss, (big_t)a[k] - y[k]) * a[k];
            size += std::fabs(cost_slope(loss, (big_t)a[k] - y[k]) * a[k]) +
                    (loss == LOSS_MSE ? std::fabs(a[k]) * (std::fabs(a[k]) + std::fabs(y[k])) : 0);
        }
        for (int j = 0; j < n; j++) {
            big_t d = (big_t)a[j] - y[j], slope = cost_slope(loss, d), z, off;
            big_t rounding = std::fabs((big_t)a[j]) + std::fabs((big_t)y[j]);  // of a - y
            if (loss == LOSS_LOG) z = d, off = sum_tolerance(0, rounding);
            else if (f.kind == ACT_SOFTMAX)
                z = a[j] * (slope - sum), off = a[j] * (sum_tolerance(n, size) + sum_tolerance(0, rounding));
            else
                z = slope * slope_of(f, a[j]),
                off = sum_tolerance(0, rounding * std::fmax(1, std::fabs(slope_of(f, a[j]))) + std::fabs(slope));
            put(&e, weight * z, std::fabs(weight) * off);
        }
    }
    list->push_back(e);
}

static void expect_back(const states_t *s, std::vector<expected_t> *list)
{
    expect_output_error(s, list);
    for (int l = s->L; l > 1; l--) {
        const train_t *t = &s->before;
        int n = t->s.n[l], k = t->s.n[l - 1];
        expected_t e = make(format("dZ[%d]", l - 1), s->b, k, true);
        for (int i = 0; i < s->b; i++)
            for (int p = 0; p < k; p++) {
                const real_t *dz = dZ(&s->after, l) + (size_t)i * n;
                big_t sum = 0, size = 0, slope = slope_of(t->s.f[l - 1], A(t, l - 1)[(size_t)i * k + p]);
                for (int j = 0; j < n; j++) {
                    big_t product = (big_t)dz[j] * W(t, l)[(size_t)j * k + p];
                    sum += product;
                    size += std::fabs(product);
                }
                put(&e, sum * slope, sum_tolerance(n, size * std::fabs(slope)) + sum_tolerance(0, std::fabs(sum)));
            }
        list->push_back(e);
    }
}

static void expect_gradients(const states_t *s, std::vector<expected_t> *list)
{
    const train_t *t = &s->before;
    for (int l = 1; l <= s->L; l++) {
        int n = t->s.n[l], k = t->s.n[l - 1];
        expected_t w = make(format("dW[%d]", l), n, k, false), b = make(format("dbias[%d]", l), 1, n, false);
        for (int j = 0; j < n; j++) {
            big_t sum = 0, size = 0;
            for (int i = 0; i < s->b; i++) {
                sum += dZ(t, l)[(size_t)i * n + j];
                size += std::fabs(dZ(t, l)[(size_t)i * n + j]);
            }
            put(&b, sum, sum_tolerance(s->b, size));
            for (int p = 0; p < k; p++) {
                big_t dw = 0, dw_size = 0;
                for (int i = 0; i < s->b; i++) {
                    big_t product = (big_t)dZ(t, l)[(size_t)i * n + j] * A(t, l - 1)[(size_t)i * k + p];
                    dw += product;
                    dw_size += std::fabs(product);
                }
                put(&w, dw, sum_tolerance(s->b, dw_size));
            }
        }
        list->insert(list->end(), {w, b});
    }
}

static void expect_update(const states_t *s, std::vector<expected_t> *list)
{
    const train_t *t = &s->before;
    std::vector<big_t> params;
    std::vector<double> allowed;
    expected_t v = make("velocity", 1, (int)t->s.n_params, false);
    for (size_t i = 0; i < t->s.n_params; i++) {
        big_t g = (big_t)t->grads[i] / s->b, size = std::fabs(g);
        if (t->velocity) {
            big_t old = (big_t)s->job->mu * t->velocity[i];
            g += old;
            size += std::fabs(old);
            put(&v, g, sum_tolerance(2, size));
        }
        params.push_back(t->params[i] - s->job->rate * g);
        allowed.push_back(sum_tolerance(2, std::fabs(t->params[i]) + std::fabs(s->job->rate) * size));
    }
    for (int l = 1; l <= s->L; l++) {
        expected_t w = make(format("W[%d]", l), t->s.n[l], t->s.n[l - 1], false),
                   b = make(format("bias[%d]", l), 1, t->s.n[l], false);
        for (size_t i = t->s.w_at[l]; i < t->s.w_at[l] + (size_t)t->s.n[l] * t->s.n[l - 1]; i++)
            put(&w, params[i], allowed[i]);
        for (size_t i = t->s.b_at[l]; i < t->s.b_at[l] + t->s.n[l]; i++) put(&b, params[i], allowed[i]);
        list->insert(list->end(), {w, b});
    }
    if (t->velocity) list->push_back(v);
}

static void expect_loss(const states_t *s, std::vector<expected_t> *list)
{
    const train_t *t = &s->before;
    int n = t->s.n[s->L];
    big_t sum = *t->loss, size = 0;
    double in_double = std::fabs(*t->loss) * std::numeric_limits<double>::epsilon();  // of adding one cost to it
    for (int i = 0; i < s->b; i++)
        for (int j = 0; j < n; j++) {
            big_t a = A(t, s->L)[(size_t)i * n + j], y = t->targets[(size_t)i * n + j];
            big_t weight = t->row_weight ? t->row_weight[t->rows[i]] : 1,
                  cost = weight * cost_of(t->s.loss, t->s.f[s->L], a, y);
            sum += cost;
            size += std::fabs(cost) +
                    (t->s.loss == LOSS_LOG ? 0 : weight * std::fabs(a - y) * (std::fabs(a) + std::fabs(y)));
        }
    expected_t e = make("loss", 1, 1, false);
    put(&e, sum, sum_tolerance((size_t)s->b * n, size) + in_double * s->b * n);
    list->push_back(e);
}

static states_t make_states(const job_t *job, const std::string &after)
{
    states_t s = {job, {}, {}, job->b, job->s.L};
    s.before = job_state(job, (char *)job->arena.data());  // read only from here on
    s.after = job_state(job, (char *)after.data());
    return s;
}

std::vector<expected_t> expect_pass(const job_t *job, const std::string &after)
{
    states_t s = make_states(job, after);
    std::vector<expected_t> list;
    switch (job->call) {
    case CALL_LOAD_BATCH: expect_batch(&s, &list); break;
    case CALL_FORWARD_PASS: expect_forward(&s, &list); break;
    case CALL_LOSS: expect_loss(&s, &list); break;
    case CALL_BACK_PROP: expect_back(&s, &list); break;
    case CALL_GRADIENTS: expect_gradients(&s, &list); break;
    default: expect_update(&s, &list);
    }
    return list;
}

std::vector<expected_t> expect_score(const job_t *job)
{
    states_t s = make_states(job, job->arena);
    const train_t *t = &s.before;
    int n = t->s.n[s.L];
    expected_t counts = make("confusion", job->K, job->K, false), sums = make("sums", 1, 3, false);
    std::vector<double> cells(job->confusion.begin(), job->confusion.end());
    big_t sum[3] = {job->sums[0], job->sums[1], job->sums[2]}, size[3] = {sum[0], sum[1], sum[2]};
    for (int i = 0; i < s.b; i++) {
        const real_t *a = A(t, s.L) + (size_t)i * n, *y = t->targets + (size_t)i * n;
        if (job->K > 0) cells[(size_t)predicted_class(y, n, 0.5) * job->K + predicted_class(a, n, job->threshold)]++;
        for (int j = 0; j < n; j++) {
            big_t d = (big_t)a[j] - y[j], rounding = std::fabs((big_t)a[j]) + std::fabs((big_t)y[j]);
            big_t part[3] = {cost_of(t->s.loss, t->s.f[s.L], a[j], y[j]), d * d, std::fabs(d)};
            for (int q = 0; q < 3; q++) {
                sum[q] += part[q];
                size[q] += std::fabs(part[q]) + rounding * std::fabs(q == 2 ? 1 : d);
            }
        }
    }
    for (double c : cells) put(&counts, c, 0);
    for (int q = 0; q < 3; q++) put(&sums, sum[q], sum_tolerance((size_t)s.b * n, size[q]));
    return {counts, sums};
}
