// [given] wrong_passes.cpp: plain loops with one mistake each; with NOTHING_WRONG they are right (a test).
#include "wrong_passes.h"

#include <algorithm>
#include <cmath>

struct wrong_job_t {
    const job_t *job;
    train_t t;
    int b, L;
    wrong_t wrong;
};

static bool is(const wrong_job_t *w, wrong_t wrong) { return w->wrong == wrong; }

// Is element (i, j) of a result (rows, cols) left out, as when threads are missing?
static bool left_out(const wrong_job_t *w, int i, int j, int rows, int cols)
{
    if (is(w, LAST_ROW_MISSING)) return i == rows - 1;
    if (is(w, LAST_COLUMN_MISSING)) return j == cols - 1;
    return is(w, FIRST_BLOCK_ONLY) && (size_t)i * cols + j >= (size_t)w->job->block;
}

// Terms of a sum from 0 to n - 1, or what the mistake leaves of them.
static int terms(const wrong_job_t *w, int n)
{
    return is(w, LAST_TERM_MISSING) ? n - 1 : is(w, FIRST_TERM_ONLY) ? 1 : n;
}

static void store(const wrong_job_t *w, real_t *place, real_t value)
{
    if (is(w, DIVIDED_BY_B)) value /= w->b;
    *place = is(w, ADDED_TO_OLD) ? *place + value : value;
}

static void wrong_load_batch(const wrong_job_t *w)
{
    const train_t *t = &w->t;
    for (int i = 0; i < w->b; i++) {
        size_t row = is(w, ROW_I) ? i : w->job->rows[i], n_in = t->s.n[0], n_out = t->s.n[w->L];
        for (size_t p = 0; p < n_in; p++)
            if (!left_out(w, i, p, w->b, n_in)) A(t, 0)[i * n_in + p] = t->X[row * n_in + p];
        for (size_t j = 0; j < n_out; j++)
            if (!left_out(w, i, j, w->b, n_out)) t->targets[i * n_out + j] = t->Y[row * n_out + j];
        if (!is(w, ROWS_NOT_COPIED)) t->rows[i] = w->job->rows[i];
    }
}

static void wrong_softmax(const wrong_job_t *w, real_t *a, int n)
{
    real_t greatest = *std::max_element(a, a + n), sum = 0;
    if (is(w, SOFTMAX_NOT_NORMALISED)) greatest = 0;
    for (int j = 0; j < n; j++) sum += a[j] = std::exp(a[j] - greatest);
    for (int j = 0; j < n && !is(w, SOFTMAX_NOT_NORMALISED); j++) a[j] /= sum;
}

static void wrong_forward(const wrong_job_t *w)
{
    const train_t *t = &w->t;
    for (int l = 1; l <= w->L; l++)
        for (int i = 0; i < w->b; i++) {
            int n = t->s.n[l], k = t->s.n[l - 1];
            real_t *a = A(t, l) + (size_t)i * n, *x = A(t, l - 1) + (size_t)i * k;
            for (int j = 0; j < n; j++) {
                real_t z = is(w, NO_BIAS) ? 0 : bias(t, l)[j];
                for (int p = 0; p < terms(w, k); p++)
                    z += x[p] * W(t, l)[is(w, W_TRANSPOSED) ? (size_t)p * n + j : (size_t)j * k + p];
                if (!left_out(w, i, j, w->b, n)) a[j] = is(w, NO_ACTIVATION) ? z : act_value(t->s.f[l], z);
            }
            if (t->s.f[l].kind == ACT_SOFTMAX && !is(w, NO_ACTIVATION)) wrong_softmax(w, a, n);
        }
}

static real_t wrong_output_error(const wrong_job_t *w, const real_t *a, const real_t *y, int n, int j)
{
    act_t f = w->t.s.f[w->L];
    loss_t loss = w->t.s.loss;
    if (loss == LOSS_LOG) return is(w, SLOPE_WITH_LOG) ? (a[j] - y[j]) * a[j] * (1 - a[j]) : a[j] - y[j];
    real_t slope = loss_slope(loss, a[j], y[j]), sum = 0;
    if (is(w, NO_OUTPUT_SLOPE)) return slope;
    if (f.kind != ACT_SOFTMAX) return slope * act_slope(f, a[j]);
    if (is(w, SOFTMAX_SLOPE_OF_SIGMOID)) return slope * a[j] * (1 - a[j]);
    for (int k = 0; k < n; k++) sum += loss_slope(loss, a[k], y[k]) * a[k];
    return a[j] * (slope - sum);
}

static real_t weight_of(const wrong_job_t *w, int i)
{
    const train_t *t = &w->t;
    if (!t->row_weight || is(w, NO_ROW_WEIGHTS)) return 1;
    return t->row_weight[is(w, WEIGHTS_BY_I) ? i : t->rows[i]];
}

static void wrong_back(const wrong_job_t *w)
{
    const train_t *t = &w->t;
    for (int l = w->L; l >= 1; l--)
        for (int i = 0; i < w->b; i++)
            for (int p = 0, k = t->s.n[l]; p < k; p++) {
                real_t d = 0;
                if (left_out(w, i, p, w->b, k)) continue;
                if (l == w->L) {
                    d = wrong_output_error(w, A(t, l) + (size_t)i * k, t->targets + (size_t)i * k, k, p) *
                        weight_of(w, i);
                    if (is(w, SIGN_TURNED)) d = -d;
                } else {
                    int n = t->s.n[l + 1];
                    for (int j = 0; j < terms(w, n); j++)
                        d += dZ(t, l + 1)[(size_t)i * n + j] *
                             W(t, l + 1)[is(w, W_TRANSPOSED) ? (size_t)p * n + j : (size_t)j * k + p];
                    if (!is(w, NO_SLOPE)) d *= act_slope(t->s.f[l], A(t, l)[(size_t)i * k + p]);
                }
                if (is(w, DIVIDED_BY_B) && l == w->L) d /= w->b;
                dZ(t, l)[(size_t)i * k + p] = d;
            }
}

static void wrong_gradients(const wrong_job_t *w)
{
    const train_t *t = &w->t;
    for (int l = 1; l <= w->L; l++) {
        int n = t->s.n[l], k = t->s.n[l - 1];
        for (int j = 0; j < n; j++) {
            real_t sum = 0;
            for (int i = 0; i < terms(w, w->b); i++) sum += dZ(t, l)[(size_t)i * n + j];
            if (!left_out(w, 0, j, 2, n)) store(w, &dbias(t, l)[j], sum);
            for (int p = 0; p < k; p++) {
                real_t dw = 0;
                for (int i = 0; i < terms(w, w->b); i++)
                    dw += dZ(t, l)[(size_t)i * n + j] * A(t, l - 1)[(size_t)i * k + p];
                if (!left_out(w, j, p, n, k))
                    store(w, &dW(t, l)[is(w, W_TRANSPOSED) ? (size_t)p * n + j : (size_t)j * k + p], dw);
            }
        }
    }
}

static void wrong_update(const wrong_job_t *w)
{
    const train_t *t = &w->t;
    real_t rate = w->job->rate, mu = w->job->mu,
           by = is(w, NOT_DIVIDED_BY_B)     ? 1
                : is(w, DIVIDED_BY_LARGEST) ? t->B
                                            : w->b;
    if (is(w, ADDS)) rate = -rate;
    if (is(w, MOMENTUM_SIGN)) mu = -mu;
    if (is(w, NO_MOMENTUM)) mu = 0;
    for (size_t i = 0; i < t->s.n_params; i++) {
        if (is(w, FIRST_BLOCK_ONLY) && i >= (size_t)w->job->block) break;
        if (is(w, LAST_COLUMN_MISSING) && i == t->s.n_params - 1) break;
        real_t g = t->grads[i] / by;
        if (t->velocity) g += mu * t->velocity[i];
        if (t->velocity && !is(w, VELOCITY_NOT_KEPT)) t->velocity[i] = g;
        t->params[i] -= rate * g;
    }
}

static real_t wrong_cost(const wrong_job_t *w, real_t a, real_t y)
{
    act_t f = w->t.s.f[w->L];
    loss_t loss = w->t.s.loss;
    if (is(w, FIRST_HALF_ONLY) && loss == LOSS_LOG) f.kind = ACT_SOFTMAX;
    return loss_value(loss, f, a, y) * (is(w, NO_HALF) && loss == LOSS_MSE ? 2 : 1);
}

static void wrong_loss(const wrong_job_t *w)
{
    const train_t *t = &w->t;
    int n = t->s.n[w->L];
    double sum = 0;
    for (int i = 0; i < terms(w, w->b); i++)
        for (int j = 0; j < n; j++)
            if (!left_out(w, i, j, w->b + 1, n))
                sum += weight_of(w, i) * wrong_cost(w, A(t, w->L)[(size_t)i * n + j], t->targets[(size_t)i * n + j]);
    if (is(w, DIVIDED_BY_B)) sum /= w->b;
    *t->loss = is(w, OVERWRITTEN) ? sum : *t->loss + sum;
}

static int wrong_class(const wrong_job_t *w, const real_t *a, int n)
{
    double threshold = is(w, THRESHOLD_HALF) ? 0.5 : w->job->threshold;
    if (n == 1 && is(w, GREATER_ONLY)) return a[0] > (real_t)threshold;
    if (n == 1 || !is(w, LAST_OF_EQUALS)) return predicted_class(a, n, threshold);
    int best = 0;
    for (int j = 1; j < n; j++)
        if (a[j] >= a[best]) best = j;
    return best;
}

static void wrong_score(const wrong_job_t *w, wrong_state_t *s)
{
    const train_t *t = &w->t;
    int n = t->s.n[w->L], K = w->job->K;
    if (is(w, OVERWRITTEN)) {
        std::fill(s->confusion.begin(), s->confusion.end(), 0);
        std::fill(s->sums.begin(), s->sums.end(), 0);
    }
    for (int i = 0; i < terms(w, w->b); i++) {
        const real_t *a = A(t, w->L) + (size_t)i * n, *y = t->targets + (size_t)i * n;
        if (is(w, FIRST_BLOCK_ONLY) && i >= w->job->block) break;
        int truth = predicted_class(y, n, 0.5), said = wrong_class(w, a, n);
        if (is(w, CONFUSION_TRANSPOSED)) std::swap(truth, said);
        if (K > 0) s->confusion[(size_t)truth * K + said]++;
        for (int j = 0; j < n; j++) {
            double d = a[j] - y[j], weight = is(w, WEIGHTS_BY_I) ? weight_of(w, i) : 1;
            s->sums[0] += weight * wrong_cost(w, a[j], y[j]);
            s->sums[1] += d * d;
            s->sums[2] += std::fabs(d);
        }
    }
}

wrong_state_t wrong_pass(const job_t *job, wrong_t wrong)
{
    wrong_state_t s = {job->arena, job->confusion, job->sums};
    wrong_job_t w = {job, job_state(job, &s.arena[0]), job->b, job->s.L, wrong};
    switch (job->call) {
    case CALL_LOAD_BATCH: wrong_load_batch(&w); break;
    case CALL_FORWARD_PASS: wrong_forward(&w); break;
    case CALL_LOSS: wrong_loss(&w); break;
    case CALL_BACK_PROP: wrong_back(&w); break;
    case CALL_GRADIENTS: wrong_gradients(&w); break;
    case CALL_UPDATE: wrong_update(&w); break;
    default: wrong_score(&w, &s);
    }
    return s;
}
