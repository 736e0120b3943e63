// [given] train.cpp: one step of training on the CPU, in plain loops: the specification of train.cu.
#include "train.h"

#include <cstdlib>
#include <cstring>
#include <new>

#include "matrix.h"

// ---- memory --------------------------------------------------------------------------------------

// Gives the next n elements of the block: with *at == NULL it only counts.
template <typename T> static T *take(char *arena, size_t *used, size_t n)
{
    size_t at = *used;
    *used += (n * sizeof(T) + 63) / 64 * 64;  // every array begins on a cache line
    return arena ? (T *)(arena + at) : NULL;
}

size_t train_lay_out(train_t *t, char *arena, bool momentum)
{
    size_t used = 0, B = t->B;
    t->params = take<real_t>(arena, &used, t->s.n_params);
    t->grads = take<real_t>(arena, &used, t->s.n_params);
    t->velocity = momentum ? take<real_t>(arena, &used, t->s.n_params) : NULL;
    t->acts = take<real_t>(arena, &used, B * t->s.n_acts);
    t->deltas = take<real_t>(arena, &used, B * (t->s.n_acts - t->s.n[0]));
    t->targets = take<real_t>(arena, &used, B * t->s.n[t->s.L]);
    t->rows = take<int>(arena, &used, B);
    t->loss = take<double>(arena, &used, 1);
    t->arena = arena;
    return used;
}

train_t train_alloc_cpu(const shape_t *s, int B, const ds_t *ds, const real_t *params, const real_t *row_weight,
                        bool momentum)
{
    train_t t = {};
    t.s = *s;
    t.B = B;
    t.N = ds->N;
    t.X = ds->X.data();
    t.Y = ds->Y.data();
    t.row_weight = row_weight;
    size_t bytes = train_lay_out(&t, NULL, momentum);
    char *arena = (char *)aligned_alloc(64, bytes);
    if (!arena) throw std::bad_alloc();
    memset(arena, 0, bytes);
    train_lay_out(&t, arena, momentum);
    memcpy(t.params, params, s->n_params * sizeof(real_t));
    return t;
}

void train_free_cpu(train_t *t)
{
    free(t->arena);
    t->arena = NULL;
}

// ---- 1. batch --------------------------------------------------------------------------------------

void load_batch_cpu(const train_t *t, const int *rows, int b)
{
    size_t n_in = t->s.n[0], n_out = t->s.n[t->s.L];
    memcpy(t->rows, rows, b * sizeof(int));
    for (int i = 0; i < b; i++) {
        memcpy(A(t, 0) + i * n_in, t->X + rows[i] * n_in, n_in * sizeof(real_t));
        memcpy(t->targets + i * n_out, t->Y + rows[i] * n_out, n_out * sizeof(real_t));
    }
}

// ---- 2. forward ------------------------------------------------------------------------------------

// a_j = e^(z_j) / sum_k e^(z_k), in place, z = a + bias; the greatest z is subtracted first: no power overflows.
static void softmax_row(real_t *a, const real_t *bias, int n)
{
    real_t greatest = a[0] + bias[0], sum = 0;
    for (int j = 0; j < n; j++) {
        a[j] += bias[j];
        if (a[j] > greatest) greatest = a[j];
    }
    for (int j = 0; j < n; j++) sum += a[j] = std::exp(a[j] - greatest);
    for (int j = 0; j < n; j++) a[j] /= sum;
}

// a = f(a + bias), every row of a (b, n).
static void activate(real_t *a, const real_t *bias, int b, int n, act_t f)
{
    for_rows(b, 50.0 * b * n, [=](int i) {  // an exponential costs some 50 products
        real_t *row = a + (size_t)i * n;
        if (f.kind == ACT_SOFTMAX) softmax_row(row, bias, n);
        else
            for (int j = 0; j < n; j++) row[j] = act_value(f, row[j] + bias[j]);
    });
}

void forward_pass_cpu(const train_t *t, int b)
{
    for (int l = 1; l <= t->s.L; l++) {
        int n = t->s.n[l], k = t->s.n[l - 1];
        mat_mul_nt(A(t, l), A(t, l - 1), W(t, l), b, n, k);
        activate(A(t, l), bias(t, l), b, n, t->s.f[l]);
    }
}

void loss_cpu(const train_t *t, int b)
{
    int L = t->s.L, n = t->s.n[L];
    for (int i = 0; i < b; i++) {
        const real_t *a = A(t, L) + (size_t)i * n, *y = t->targets + (size_t)i * n;
        double sum = 0;
        for (int j = 0; j < n; j++) sum += loss_value(t->s.loss, t->s.f[L], a[j], y[j]);
        *t->loss += t->row_weight ? t->row_weight[t->rows[i]] * sum : sum;
    }
}

// ---- 3. back ---------------------------------------------------------------------------------------

// Equation (1) of train.h for one row: dz, from outputs a and targets y (n).
static void output_error_row(real_t *dz, const real_t *a, const real_t *y, int n, loss_t loss, act_t f)
{
    if (loss == LOSS_LOG) {  // the slope of sigmoid or softmax cancels against the cost's
        for (int j = 0; j < n; j++) dz[j] = a[j] - y[j];
    } else if (f.kind == ACT_SOFTMAX) {  // every output depends on every z: da_k/dz_j = a_k ([k = j] - a_j)
        real_t sum = 0;
        for (int j = 0; j < n; j++) sum += loss_slope(loss, a[j], y[j]) * a[j];
        for (int j = 0; j < n; j++) dz[j] = a[j] * (loss_slope(loss, a[j], y[j]) - sum);
    } else {
        for (int j = 0; j < n; j++) dz[j] = loss_slope(loss, a[j], y[j]) * act_slope(f, a[j]);
    }
}

static void output_error(const train_t *t, int b)
{
    int L = t->s.L, n = t->s.n[L];
    for (int i = 0; i < b; i++) {
        size_t at = (size_t)i * n;
        real_t *dz = dZ(t, L) + at;
        output_error_row(dz, A(t, L) + at, t->targets + at, n, t->s.loss, t->s.f[L]);
        if (t->row_weight)
            for (int j = 0; j < n; j++) dz[j] *= t->row_weight[t->rows[i]];
    }
}

// dz = da f'(z), in place, from a = f(z): both (b, n).
static void times_slope(real_t *dz, const real_t *a, int b, int n, act_t f)
{
    for_rows(b, 2.0 * b * n, [=](int i) {
        for (size_t j = (size_t)i * n; j < ((size_t)i + 1) * n; j++) dz[j] *= act_slope(f, a[j]);
    });
}

void back_prop_cpu(const train_t *t, int b)
{
    output_error(t, b);
    for (int l = t->s.L; l > 1; l--) {  // nobody needs the error of the input
        int n = t->s.n[l], k = t->s.n[l - 1];
        mat_mul_nn(dZ(t, l - 1), dZ(t, l), W(t, l), b, k, n);  // W as it lies is W^T here, rows being samples
        times_slope(dZ(t, l - 1), A(t, l - 1), b, k, t->s.f[l - 1]);
    }
}

// ---- 4. gradients ----------------------------------------------------------------------------------

void gradients_cpu(const train_t *t, int b)
{
    for (int l = t->s.L; l >= 1; l--) {
        int n = t->s.n[l], k = t->s.n[l - 1];
        mat_col_sum(dbias(t, l), dZ(t, l), b, n);
        mat_mul_tn(dW(t, l), dZ(t, l), A(t, l - 1), n, k, b);
    }
}

// ---- 5. update -------------------------------------------------------------------------------------

void update_cpu(const train_t *t, int b, real_t learning_rate, real_t momentum)
{
    size_t n = t->s.n_params;
    if (!t->velocity) {
        real_t step = learning_rate / b;
        for (size_t i = 0; i < n; i++) t->params[i] -= step * t->grads[i];
        return;
    }
    for (size_t i = 0; i < n; i++) {
        t->velocity[i] = momentum * t->velocity[i] + t->grads[i] / b;
        t->params[i] -= learning_rate * t->velocity[i];
    }
}
