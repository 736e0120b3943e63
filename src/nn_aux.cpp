// [given] nn_aux.cpp: initial weights, learning rate, and the names of things.
#include "nn_aux.h"

#include <cctype>
#include <cstdlib>

void init_layer(init_t init, rng_t *rng, real_t *W, real_t *bias, int n_out, int n_in)
{
    double r = std::sqrt(init == INIT_GLOROT ? 6.0 / (n_in + n_out) : 1.0 / n_in);
    double sigma = init == INIT_HE ? std::sqrt(2.0 / n_in) : 1;
    bool has_bias = init != INIT_GLOROT && init != INIT_HE;
    size_t n_weights = (size_t)n_out * n_in, n = n_weights + n_out;

    for (size_t i = 0; i < n; i++) {
        real_t *p = i < n_weights ? &W[i] : &bias[i - n_weights];
        if (i >= n_weights && !has_bias) *p = 0;
        else if (init == INIT_HE || init == INIT_NORMAL) *p = sigma * rng_normal(rng);
        else if (init == INIT_UNIT) *p = rng_uniform(rng);
        else *p = r * (2 * rng_uniform(rng) - 1);
    }
}

double decay_rate(decay_t decay, double lr, long epoch, long epochs)
{
    double e = epoch, n = epochs;
    switch (decay) {
    case DECAY_EXP: return lr * std::exp(-e / n);
    case DECAY_EXP_CUMULATIVE: return lr * std::exp(-e * (e + 1) / (4 * n));
    case DECAY_STEP: return lr / (1 << (int)(3 * e / n));
    default: return lr;
    }
}

// ---- names -------------------------------------------------------------------------------------

static const char *const ACT_NAMES[] = {"sigmoid",  "tanh",   "relu",   "leaky_relu", "clipped_leaky_relu",
                                        "softplus", "linear", "softmax"};
static const char *const LOSS_NAMES[] = {"mse", "mae", "log"};
static const char *const INIT_NAMES[] = {"uniform", "glorot", "he", "normal", "unit"};
static const char *const DECAY_NAMES[] = {"none", "exp", "exp_cumulative", "step"};

// "LeakyReLU", "leaky-relu" and "leaky_relu" are one name.
static std::string plain(const std::string &text)
{
    std::string out;
    for (char c : text)
        if (c != '_' && c != '-') out += (char)tolower((unsigned char)c);
    return out;
}

template <int N>
static int name_index(const char *const (&names)[N], const std::string &option, const std::string &text)
{
    std::string known;
    for (int i = 0; i < N; i++) {
        if (plain(names[i]) == plain(text)) return i;
        known += (i ? ", " : "") + std::string(names[i]);
    }
    die_usage("%s: '%s' is not known, expected one of: %s", option.c_str(), text.c_str(), known.c_str());
}

act_t act_parse(const std::string &option, const std::string &text)
{
    size_t colon = text.find(':');
    act_t f = {(act_kind_t)name_index(ACT_NAMES, option, text.substr(0, colon)), (real_t)0.01};
    if (colon == std::string::npos) return f;
    char *end;
    double alpha = strtod(text.c_str() + colon + 1, &end);
    if (f.kind != ACT_LEAKY_RELU && f.kind != ACT_CLIPPED_LEAKY_RELU)
        die_usage("%s: '%s': only leaky_relu and clipped_leaky_relu take a slope", option.c_str(), text.c_str());
    if (end == text.c_str() + colon + 1 || *end || !(alpha > 0 && alpha < 1))
        die_usage("%s: '%s': the slope must lie in (0, 1), as in leaky_relu:0.1", option.c_str(), text.c_str());
    f.alpha = (real_t)alpha;
    return f;
}

std::string act_text(act_t f)
{
    std::string name = ACT_NAMES[f.kind];
    if (f.kind == ACT_LEAKY_RELU || f.kind == ACT_CLIPPED_LEAKY_RELU) name += ":" + number_text(f.alpha);
    return name;
}

loss_t loss_parse(const std::string &option, const std::string &text)
{
    return (loss_t)name_index(LOSS_NAMES, option, text);
}
init_t init_parse(const std::string &option, const std::string &text)
{
    return (init_t)name_index(INIT_NAMES, option, text);
}
decay_t decay_parse(const std::string &option, const std::string &text)
{
    return (decay_t)name_index(DECAY_NAMES, option, text);
}
const char *loss_text(loss_t loss) { return LOSS_NAMES[loss]; }
const char *init_text(init_t init) { return INIT_NAMES[init]; }
const char *decay_text(decay_t decay) { return DECAY_NAMES[decay]; }
