// [given] nn.cpp: shape and parameters of a network; training and testing it on the CPU.
#include "nn.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include <omp.h>

#include "cuda_utils.h"
#include "run.h"
#include "test.h"
#include "train.h"

// ---- shape ---------------------------------------------------------------------------------------

static void check_shape(const shape_t *s)
{
    act_t out = s->f[s->L];
    for (int l = 1; l < s->L; l++)
        if (s->f[l].kind == ACT_SOFTMAX)
            die_usage("--activation: softmax in layer %d: it can only be the last\nhint: sigmoid, tanh or relu there",
                      l);
    if (out.kind == ACT_SOFTMAX && s->n[s->L] == 1)
        die_usage("--activation: softmax over a single output is always 1\nhint: use sigmoid");
    if (s->loss == LOSS_LOG && out.kind != ACT_SIGMOID && out.kind != ACT_SOFTMAX)
        die_usage("--loss: log needs outputs between 0 and 1: sigmoid or softmax, not %s\nhint: --loss mse, or another "
                  "activation in the last layer",
                  act_text(out).c_str());
}

shape_t shape_make(const std::vector<int> &sizes, const std::vector<act_t> &activations, loss_t loss)
{
    shape_t s = {};
    if (sizes.size() < 2 || sizes.size() > NN_MAX_LAYERS + 1)
        die_usage("--layers: %zu sizes, expected 2 to %d: inputs, hidden layers, outputs", sizes.size(),
                  NN_MAX_LAYERS + 1);
    s.L = (int)sizes.size() - 1;
    s.loss = loss;
    if ((int)activations.size() != s.L)
        die_usage("--activation: %zu names, expected 1 or %d: one for each layer behind the inputs", activations.size(),
                  s.L);
    for (int l = 0; l <= s.L; l++) {
        if (sizes[l] < 1) die_usage("--layers: size %d, expected 1 or more", sizes[l]);
        s.n[l] = sizes[l];
        s.a_at[l] = s.n_acts;
        s.n_acts += sizes[l];
        if (l == 0) continue;
        s.f[l] = activations[l - 1];
        s.w_at[l] = s.n_params;
        s.b_at[l] = s.w_at[l] + (size_t)sizes[l] * sizes[l - 1];
        s.n_params = s.b_at[l] + sizes[l];
        if (s.n_params > INT32_MAX)
            die_usage("--layers: layers 0 to %d have %.4g parameters, expected at most %d\nhint: fewer neurons: two "
                      "layers of n and m have n * m weights between them",
                      l, (double)s.n_params, INT32_MAX);
    }
    if (sizes.back() > NN_MAX_OUTPUTS)
        die_usage("--layers: %d outputs, expected at most %d\nhint: the last size is the number of classes",
                  sizes.back(), NN_MAX_OUTPUTS);
    check_shape(&s);
    return s;
}

std::string shape_text(const shape_t *s)
{
    std::string sizes, names;
    for (int l = 0; l <= s->L; l++) sizes += (l ? "-" : "") + std::to_string(s->n[l]);
    for (int l = 1; l <= s->L; l++) names += (l > 1 ? ", " : "") + act_text(s->f[l]);
    return sizes + " " + names + format("; cost %s; %zu parameters", loss_text(s->loss), s->n_params);
}

nn_t nn_create(const shape_t *s, init_t init, uint64_t seed)
{
    nn_t nn = {};
    nn.s = *s;
    nn.task = TASK_CLASSIFICATION;
    nn.scale.kind = SCALE_NONE;
    nn.threshold = 0.5;
    nn.params.resize(s->n_params);
    rng_t rng = rng_make(seed, RNG_INIT);
    for (int l = 1; l <= s->L; l++)
        init_layer(init, &rng, &nn.params[s->w_at[l]], &nn.params[s->b_at[l]], s->n[l], s->n[l - 1]);
    return nn;
}

// ---- devices -------------------------------------------------------------------------------------

cuda_options_t cuda_options;

static std::string cpu_start(void) { return format("CPU, %d threads", omp_get_max_threads()); }

static void train_on_gpus(nn_t *nn, const ds_t *train, const ds_t *valid, run_t *run)
{
    (cuda_options.gpus > 1 ? nn_train_gpus : nn_train_cuda)(nn, train, valid, run);
}

const device_t *device_find(const std::string &name)
{
    static const device_t devices[] = {{"cpu", nn_train, nn_test, cpu_start},
                                       {"cuda", train_on_gpus, nn_test_cuda, cuda_start}};
    for (const device_t &d : devices)
        if (name == d.name) return &d;
    return NULL;
}

// ---- training and testing ------------------------------------------------------------------------

void nn_train(nn_t *nn, const ds_t *train, const ds_t *valid, run_t *run)
{
    std::vector<real_t> row_weight = run_row_weights(run, train);
    std::vector<int> rows(train->N);
    train_t cpu = train_alloc_cpu(&nn->s, run->batch, train, nn->params.data(),
                                  row_weight.empty() ? NULL : row_weight.data(), run->momentum > 0);
    std::copy(run->at.velocity.begin(), run->at.velocity.end(), cpu.velocity);

    run_begin(run);
    while (run_epoch_begin(run, rows.data(), train->N)) {
        real_t rate = (real_t)run_learning_rate(run);  // one for the whole epoch
        *cpu.loss = run->at.loss_sum;                  // 0, but after an interruption
        for (int first; (first = run_next_batch(run, train->N)) >= 0;) {
            int b = std::min(run->batch, train->N - first);  // the last batch may be short
            load_batch_cpu(&cpu, &rows[first], b);
            forward_pass_cpu(&cpu, b);
            loss_cpu(&cpu, b);
            back_prop_cpu(&cpu, b);
            gradients_cpu(&cpu, b);
            update_cpu(&cpu, b, rate, (real_t)run->momentum);
        }
        run->at.loss_sum = *cpu.loss;
        // Scoring, checkpoints and the model file look at the network, not at the state.
        nn->params.assign(cpu.params, cpu.params + nn->s.n_params);
        if (cpu.velocity) run->at.velocity.assign(cpu.velocity, cpu.velocity + nn->s.n_params);
        run_epoch_end(run, nn, train, valid);
    }
    train_free_cpu(&cpu);
}

metrics_t nn_test(const nn_t *nn, const ds_t *ds, std::vector<real_t> *outputs)
{
    int B = std::min(ds->N, 256), n_out = nn->s.n[nn->s.L];
    std::vector<int> rows(B);
    score_t score = score_make(n_out, nn->task);
    tally_t tally = {score.K, score.confusion.data(), score.sums};
    if (outputs) outputs->resize((size_t)ds->N * n_out);
    train_t cpu = train_alloc_cpu(&nn->s, B, ds, nn->params.data(), NULL, false);
    for (int first = 0; first < ds->N; first += B) {
        int b = std::min(B, ds->N - first);
        for (int i = 0; i < b; i++) rows[i] = first + i;
        load_batch_cpu(&cpu, rows.data(), b);
        forward_pass_cpu(&cpu, b);
        score_cpu(&cpu, b, nn->threshold, &tally);
        if (outputs) memcpy(&(*outputs)[(size_t)first * n_out], A(&cpu, nn->s.L), (size_t)b * n_out * sizeof(real_t));
    }
    train_free_cpu(&cpu);
    return metrics_make(&score, ds, nn->threshold, outputs);
}
