// [given] naive.cpp: training as one writes it first in C: pointers to rows, three nested loops, new memory each time.
//
// Nothing here is slow on purpose: it is compiled with the options of the rest and computes nothing twice. It has
// neither the order of access of matrix.cpp nor its sums side by side, and no threads.
#include "naive.h"

#include <cmath>
#include <vector>

// ---- matrices --------------------------------------------------------------------------------------------

struct naive_matrix_t {
    int m, n;    // rows, columns
    real_t **a;  // (m) pointers to rows (n)
};

static naive_matrix_t matrix_new(int m, int n)
{
    naive_matrix_t c = {m, n, new real_t *[m]};
    for (int i = 0; i < m; i++) c.a[i] = new real_t[n];
    return c;
}

static void matrix_free(naive_matrix_t c)
{
    for (int i = 0; i < c.m; i++) delete[] c.a[i];
    delete[] c.a;
}

static naive_matrix_t transpose(naive_matrix_t x)
{
    naive_matrix_t c = matrix_new(x.n, x.m);
    for (int i = 0; i < x.n; i++)
        for (int j = 0; j < x.m; j++) c.a[i][j] = x.a[j][i];
    return c;
}

static naive_matrix_t multiply(naive_matrix_t x, naive_matrix_t y)
{
    naive_matrix_t c = matrix_new(x.m, y.n);
    for (int i = 0; i < x.m; i++)
        for (int j = 0; j < y.n; j++) {
            real_t sum = 0;
            for (int k = 0; k < x.n; k++) sum += x.a[i][k] * y.a[k][j];
            c.a[i][j] = sum;
        }
    return c;
}

// ---- one step --------------------------------------------------------------------------------------------

struct naive_layer_t {
    naive_matrix_t W;          // (n_l, n_l-1)
    std::vector<real_t> bias;  // (n_l)
};

// f(X W^T + bias)
static naive_matrix_t forward(naive_matrix_t x, const naive_layer_t *layer)
{
    naive_matrix_t w = transpose(layer->W), a = multiply(x, w);
    for (int i = 0; i < a.m; i++)
        for (int j = 0; j < a.n; j++) a.a[i][j] = 1 / (1 + std::exp(-(a.a[i][j] + layer->bias[j])));
    matrix_free(w);
    return a;
}

// The error of the last layer, (a - y) a (1 - a); *cost += (a - y)^2 / 2.
static naive_matrix_t output_error(naive_matrix_t a, naive_matrix_t y, double *cost)
{
    naive_matrix_t d = matrix_new(a.m, a.n);
    for (int i = 0; i < a.m; i++)
        for (int j = 0; j < a.n; j++) {
            real_t e = a.a[i][j] - y.a[i][j];
            *cost += e * e / 2;
            d.a[i][j] = e * a.a[i][j] * (1 - a.a[i][j]);
        }
    return d;
}

// The error of the layer below, whose outputs are a: (D W) a (1 - a).
static naive_matrix_t error_below(naive_matrix_t d, naive_matrix_t w, naive_matrix_t a)
{
    naive_matrix_t below = multiply(d, w);
    for (int i = 0; i < a.m; i++)
        for (int j = 0; j < a.n; j++) below.a[i][j] *= a.a[i][j] * (1 - a.a[i][j]);
    return below;
}

// W -= rate / b D^T A, bias -= rate / b times the sums of the columns of D; b rows.
static void update(naive_layer_t *layer, naive_matrix_t d, naive_matrix_t a, real_t rate)
{
    naive_matrix_t t = transpose(d), gradient = multiply(t, a);
    for (int j = 0; j < gradient.m; j++) {
        real_t sum = 0;
        for (int i = 0; i < d.m; i++) sum += d.a[i][j];
        for (int k = 0; k < gradient.n; k++) layer->W.a[j][k] -= rate * gradient.a[j][k] / d.m;
        layer->bias[j] -= rate * sum / d.m;
    }
    matrix_free(t);
    matrix_free(gradient);
}

// One step on the rows of X and Y; returns their cost.
static double step(std::vector<naive_layer_t> *layers, naive_matrix_t x, naive_matrix_t y, real_t rate)
{
    int L = (int)layers->size();
    double cost = 0;
    std::vector<naive_matrix_t> a = {x};
    for (int l = 0; l < L; l++) a.push_back(forward(a[l], &(*layers)[l]));
    naive_matrix_t d = output_error(a[L], y, &cost);
    for (int l = L - 1; l >= 0; l--) {
        naive_matrix_t below = l > 0 ? error_below(d, (*layers)[l].W, a[l]) : naive_matrix_t{};  // of the old weights
        update(&(*layers)[l], d, a[l], rate);
        matrix_free(d);
        matrix_free(a[l + 1]);
        d = below;
    }
    return cost;
}

// ---- all ---------------------------------------------------------------------------------------------------

static naive_matrix_t table(const real_t *v, int m, int n)
{
    naive_matrix_t c = matrix_new(m, n);
    for (int i = 0; i < m; i++)
        for (int j = 0; j < n; j++) c.a[i][j] = v[(size_t)i * n + j];
    return c;
}

static naive_matrix_t chosen(naive_matrix_t all, const int *rows, int b)
{
    naive_matrix_t c = matrix_new(b, all.n);
    for (int i = 0; i < b; i++)
        for (int j = 0; j < all.n; j++) c.a[i][j] = all.a[rows[i]][j];
    return c;
}

static void check(const nn_t *nn, const run_t *run)
{
    bool fits = nn->s.loss == LOSS_MSE && run->momentum == 0 && run->class_weight.empty();
    for (int l = 1; l <= nn->s.L; l++) fits &= nn->s.f[l].kind == ACT_SIGMOID;
    if (!fits)
        die_usage(
            "naive: %s: expected sigmoid layers and the cost mse, without momentum and class weights\nhint: bin/nn "
            "trains all others",
            shape_text(&nn->s).c_str());
}

static void copy_back(nn_t *nn, const std::vector<naive_layer_t> *layers)
{
    for (int l = 1; l <= nn->s.L; l++) {
        const naive_layer_t *layer = &(*layers)[l - 1];
        for (int j = 0; j < layer->W.m; j++) {
            for (int k = 0; k < layer->W.n; k++) nn->params[nn->s.w_at[l] + j * layer->W.n + k] = layer->W.a[j][k];
            nn->params[nn->s.b_at[l] + j] = layer->bias[j];
        }
    }
}

void naive_train(nn_t *nn, const ds_t *train, run_t *run)
{
    check(nn, run);
    std::vector<naive_layer_t> layers;
    for (int l = 1; l <= nn->s.L; l++) {
        const real_t *bias = &nn->params[nn->s.b_at[l]];
        layers.push_back({table(&nn->params[nn->s.w_at[l]], nn->s.n[l], nn->s.n[l - 1]), {bias, bias + nn->s.n[l]}});
    }
    naive_matrix_t X = table(train->X.data(), train->N, train->n_in),
                   Y = table(train->Y.data(), train->N, train->n_out);
    std::vector<int> rows(train->N);

    run_begin(run);
    while (run_epoch_begin(run, rows.data(), train->N)) {
        real_t rate = (real_t)run_learning_rate(run);
        for (int first; (first = run_next_batch(run, train->N)) >= 0;) {
            int b = std::min(run->batch, train->N - first);
            naive_matrix_t x = chosen(X, &rows[first], b), y = chosen(Y, &rows[first], b);
            run->at.loss_sum += step(&layers, x, y, rate);
            matrix_free(x);
            matrix_free(y);
        }
        copy_back(nn, &layers);
        run_epoch_end(run, nn, train, NULL);
    }
    matrix_free(X);
    matrix_free(Y);
    for (naive_layer_t &layer : layers) matrix_free(layer.W);
}
