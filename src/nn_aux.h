// [given] nn_aux.h: activations, costs, initialisation, learning rate: all the mathematics that host and device share.
#ifndef NN_AUX_H
#define NN_AUX_H

#include <cmath>
#include <string>

#include "utils.h"

// ---- activations: a = f(z) -------------------------------------------------------------------
enum act_kind_t {
    ACT_SIGMOID,
    ACT_TANH,
    ACT_RELU,
    ACT_LEAKY_RELU,
    ACT_CLIPPED_LEAKY_RELU,
    ACT_SOFTPLUS,
    ACT_LINEAR,
    ACT_SOFTMAX
};
struct act_t {
    act_kind_t kind;
    real_t alpha;  // slope of leaky_relu below 0, of clipped_leaky_relu outside [0, 1]
};

// f(z) of every activation that looks at one neuron alone (softmax looks at the row: see train.cpp).
HD inline real_t act_value(act_t f, real_t z)
{
    switch (f.kind) {
    case ACT_SIGMOID: return 1 / (1 + std::exp(-z));
    case ACT_TANH: return std::tanh(z);
    case ACT_RELU: return z < 0 ? 0 : z;  // so that a nan stays one, and divergence is seen
    case ACT_LEAKY_RELU: return z > 0 ? z : f.alpha * z;
    case ACT_CLIPPED_LEAKY_RELU: return z < 0 ? f.alpha * z : z > 1 ? 1 + f.alpha * (z - 1) : z;
    case ACT_SOFTPLUS: return z > 0 ? z + std::log1p(std::exp(-z)) : std::log1p(std::exp(z));  // no overflow
    default: return z;
    }
}

// f'(z), written with a = f(z): every f here is increasing, so that z need not be kept.
HD inline real_t act_slope(act_t f, real_t a)
{
    switch (f.kind) {
    case ACT_SIGMOID: return a * (1 - a);
    case ACT_TANH: return 1 - a * a;
    case ACT_RELU: return a > 0 ? 1 : 0;
    case ACT_LEAKY_RELU: return a > 0 ? 1 : f.alpha;
    case ACT_CLIPPED_LEAKY_RELU: return a < 0 || a > 1 ? f.alpha : 1;
    case ACT_SOFTPLUS: return -std::expm1(-a);  // 1 - e^-a = sigmoid(z)
    default: return 1;
    }
}

// ---- costs: the cost of a batch is 1/n times the sum over its rows of ... -----------------------
enum loss_t {
    LOSS_MSE,  // 1/2 sum_j (a_j - y_j)^2
    LOSS_MAE,  // sum_j |a_j - y_j|
    LOSS_LOG   // sigmoid outputs: -sum_j y_j ln a_j + (1 - y_j) ln(1 - a_j); softmax: -sum_j y_j ln a_j
};

// The part of neuron j in the cost of a row. A logarithm below -100 counts as -100 (a rounded to 0 or 1).
HD inline real_t loss_value(loss_t loss, act_t f, real_t a, real_t y)
{
    real_t d = a - y;
    if (loss == LOSS_MSE) return d * d / 2;
    if (loss == LOSS_MAE) return std::fabs(d);
    real_t sum = 0, log_a = std::log(a), log_b = std::log1p(-a);
    if (y != 0) sum -= y * (log_a < -100 ? -100 : log_a);
    if (y != 1 && f.kind == ACT_SIGMOID) sum -= (1 - y) * (log_b < -100 ? -100 : log_b);
    return sum;
}

// dC/da for mse and mae. The logarithmic loss is not here: with its activation it becomes dC/dz = a - y.
HD inline real_t loss_slope(loss_t loss, real_t a, real_t y)
{
    real_t d = a - y;
    return loss == LOSS_MSE ? d : d > 0 ? 1 : d < 0 ? -1 : 0;
}

// ---- initial weights, learning rate -------------------------------------------------------------
enum init_t {
    INIT_UNIFORM,  // U(-r, r), r = sqrt(1 / fan_in); biases too
    INIT_GLOROT,   // U(-r, r), r = sqrt(6 / (fan_in + fan_out)): Glorot and Bengio, AISTATS 2010; biases 0
    INIT_HE,       // N(0, 2 / fan_in): He et al., ICCV 2015, for ReLU; biases 0
    INIT_NORMAL,   // N(0, 1); biases too
    INIT_UNIT      // U[0, 1), as the first version of this course had it: sigmoids saturate, training stalls
};
void init_layer(init_t init, rng_t *rng, real_t *W /* (n_out, n_in) */, real_t *bias /* (n_out) */, int n_out,
                int n_in);

enum decay_t {
    DECAY_NONE,            // lr
    DECAY_EXP,             // lr exp(-e / epochs), e = 0, 1, ...
    DECAY_EXP_CUMULATIVE,  // before epoch e lr is multiplied by exp(-e / epochs / 2): lr exp(-e (e + 1) / 4 epochs)
    DECAY_STEP             // lr / 2^floor(3 e / epochs): full, half, a quarter, over the three thirds of the run
};
double decay_rate(decay_t decay, double lr, long epoch, long epochs);  // learning rate of `epoch`, counted from 0

// ---- names, as on the command line and in model files ---------------------------------------------
// The parsers die (usage) of an unknown name and list the known ones; `option` is named in the message.
act_t act_parse(const std::string &option, const std::string &text);  // "leaky_relu:0.2" gives alpha = 0.2
std::string act_text(act_t f);
loss_t loss_parse(const std::string &option, const std::string &text);
init_t init_parse(const std::string &option, const std::string &text);
decay_t decay_parse(const std::string &option, const std::string &text);
const char *loss_text(loss_t loss);
const char *init_text(init_t init);
const char *decay_text(decay_t decay);

#endif
