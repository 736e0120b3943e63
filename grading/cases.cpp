// [given] cases.cpp: the cases of every part: odd sizes, all activations and costs, short batches, row weights.
#include "cases_parts.h"

const group_t groups[N_GROUPS] = {{1, "train_alloc_cuda", 4, "1_transfers"},
                                  {1, "train_free_cuda", 1, "1_transfers"},
                                  {1, "nn_train_cuda", 10, "1_transfers"},
                                  {2, "update", 10, "2_update"},
                                  {3, "batch", 5, "3_forward"},
                                  {3, "forward pass", 15, "3_forward"},
                                  {4, "back propagation", 15, "4_back"},
                                  {5, "weight gradients", 10, "5_gradients"},
                                  {5, "bias gradients", 5, "5_gradients"},
                                  {6, "cost", 5, "6_test"},
                                  {6, "counts", 5, "6_test"},
                                  {6, "nn_test_cuda", 5, "6_test"},
                                  {0, "all parts together", 0, "README"},
                                  {8, "nn_train_gpus", 10, "8_two_gpus"}};

int case_part(const case_t *c) { return groups[c->groups[0]].part; }

std::string case_text(const case_t *c)
{
    const job_t *j = &c->job;
    std::string text = shape_text(&j->s);
    text = text.substr(0, text.rfind(';'));
    if (j->call <= CALL_SCORE) text += format("; b = %d of B = %d", j->b, j->B);
    else text += format("; %d rows", j->N) + (j->call == CALL_TEST ? "" : format(", batches of %d", j->B));
    text += j->gpus > 1 ? format("; --gpus %d", j->gpus) : format("; --block %d", j->block);
    if (j->momentum || j->mu > 0) text += "; momentum";
    if (!j->row_weight.empty() || !j->class_weight.empty()) text += "; row weights";
    return text;
}

// ---- parts 2 to 5, and the cost of part 6 --------------------------------------------------------------------------

static void add_passes(made_t *m)
{
    std::vector<int> g = {GROUP_UPDATE};
    add_pass(m, {"small", "3-2", "sigmoid", "mse", 4, 3, 9, 32, false, false, true}, CALL_UPDATE, g);
    add_pass(m, {"more than one block", "37-19-1", "tanh,sigmoid", "mse", 7, 7, 9}, CALL_UPDATE, g);
    add_pass(m, {"batch of one row", "5-3", "sigmoid", "mse", 4, 1, 9}, CALL_UPDATE, g);
    add_pass(m, {"blocks of 1024", "67-31-3", "tanh,softmax", "log", 7, 5, 9, 1024}, CALL_UPDATE, g);
    add_pass(m, {"momentum", "4-3", "sigmoid", "mse", 5, 3, 9, 256, false, true, true}, CALL_UPDATE, g);
    add_pass(m, {"momentum, many parameters", "41-23-7-1", "relu,tanh,sigmoid", "mse", 7, 6, 9, 256, false, true},
             CALL_UPDATE, g);

    g = {GROUP_BATCH};
    add_pass(m, {"small", "4-3", "sigmoid", "mse", 5, 3, 8, 32, false, false, true}, CALL_LOAD_BATCH, g);
    add_pass(m, {"batch of one row", "7-2", "sigmoid", "mse", 4, 1, 9}, CALL_LOAD_BATCH, g);
    add_pass(m, {"many rows", "5-1", "sigmoid", "mse", 301, 293, 307}, CALL_LOAD_BATCH, g);
    add_pass(m, {"wide rows", "1033-2", "softmax", "log", 4, 3, 9, 1024}, CALL_LOAD_BATCH, g);
    add_pass(m, {"the whole set", "3-5", "softmax", "log", 19, 19, 19}, CALL_LOAD_BATCH, g);

    g = {GROUP_FORWARD};
    add_pass(m, {"small", "4-3", "sigmoid", "mse", 3, 2, 8, 32, false, false, true}, CALL_FORWARD_PASS, g);
    add_pass(m, {"one output", "9-1", "sigmoid", "log", 7, 5, 9}, CALL_FORWARD_PASS, g);
    add_pass(m, {"two layers", "7-5-3", "tanh,sigmoid", "mse", 6, 4, 9}, CALL_FORWARD_PASS, g);
    add_pass(m, {"four layers", "19-37-11-6-2", "relu,leaky_relu:0.1,softplus,linear", "mse", 23, 21, 30},
             CALL_FORWARD_PASS, g);
    add_pass(m, {"clipped", "6-33-4", "clipped_leaky_relu:0.2,linear", "mae", 18, 17, 30}, CALL_FORWARD_PASS, g);
    add_pass(m, {"softmax", "8-10", "softmax", "log", 5, 4, 9, 32, false, false, true}, CALL_FORWARD_PASS, g);
    add_pass(m, {"softmax after a layer", "30-17-10", "sigmoid,softmax", "mse", 42, 41, 50, 32}, CALL_FORWARD_PASS, g);
    add_pass(m, {"softmax of large numbers", "5-4", "softmax", "log", 7, 6, 9}, CALL_FORWARD_PASS, g);
    train_t t = job_state(&m->list.back().job, &m->list.back().job.arena[0]);
    for (size_t i = 0; i < t.s.n_params; i++) t.params[i] *= 1000;  // their powers overflow
    add_pass(m, {"batch of one row", "13-5-2", "tanh,sigmoid", "mse", 4, 1, 9}, CALL_FORWARD_PASS, g);
    add_pass(m, {"more neurons than a block has threads", "5-1030-1", "tanh,sigmoid", "log", 4, 3, 9, 1024},
             CALL_FORWARD_PASS, g);
    add_pass(m, {"many rows", "3-2-1", "tanh,sigmoid", "mse", 307, 299, 310}, CALL_FORWARD_PASS, g);

    g = {GROUP_BACK};
    add_pass(m, {"small, log", "4-3-2", "tanh,sigmoid", "log", 4, 3, 8, 32, false, false, true}, CALL_BACK_PROP, g);
    add_pass(m, {"one layer", "5-3", "sigmoid", "mse", 4, 3, 9}, CALL_BACK_PROP, g);
    add_pass(m, {"two layers, mse", "6-7-3", "sigmoid,tanh", "mse", 5, 4, 9}, CALL_BACK_PROP, g);
    add_pass(m, {"mae", "6-5-2", "softplus,linear", "mae", 7, 5, 9}, CALL_BACK_PROP, g);
    add_pass(m, {"softmax, log", "8-6-10", "tanh,softmax", "log", 7, 6, 9}, CALL_BACK_PROP, g);
    add_pass(m, {"softmax, mse", "8-6-5", "tanh,softmax", "mse", 7, 6, 9, 32, false, false, true}, CALL_BACK_PROP, g);
    add_pass(m, {"row weights", "6-5-1", "tanh,sigmoid", "log", 9, 7, 12, 256, true}, CALL_BACK_PROP, g);
    add_pass(m,
             {"four layers", "9-19-34-11-2", "leaky_relu:0.1,clipped_leaky_relu:0.2,sigmoid,tanh", "mse", 23, 21, 30},
             CALL_BACK_PROP, g);
    add_pass(m, {"batch of one row", "5-4-3", "relu,sigmoid", "log", 4, 1, 9}, CALL_BACK_PROP, g);
    add_pass(m, {"more neurons than a block has threads", "2-1030-3", "tanh,sigmoid", "mse", 4, 3, 9, 1024, true},
             CALL_BACK_PROP, g);
    add_pass(m, {"many rows", "3-2-2", "tanh,sigmoid", "mse", 307, 299, 310}, CALL_BACK_PROP, g);

    g = {GROUP_WEIGHTS, GROUP_BIASES};
    add_pass(m, {"small", "4-3", "sigmoid", "mse", 4, 3, 8, 32, false, false, true}, CALL_GRADIENTS, g);
    add_pass(m, {"one output", "9-1", "sigmoid", "log", 7, 5, 9}, CALL_GRADIENTS, g);
    add_pass(m, {"two layers", "6-7-3", "tanh,softmax", "log", 5, 4, 9, 256, true}, CALL_GRADIENTS, g);
    add_pass(m, {"four layers", "19-37-11-6-2", "tanh,sigmoid,softplus,linear", "mse", 23, 21, 30}, CALL_GRADIENTS, g);
    add_pass(m, {"batch of one row", "5-4-3", "tanh,sigmoid", "log", 4, 1, 9}, CALL_GRADIENTS, g);
    add_pass(m, {"many rows", "3-2-1", "tanh,sigmoid", "mse", 307, 299, 310, 32}, CALL_GRADIENTS, g);
    add_pass(m, {"more neurons than a block has threads", "2-1030-3", "tanh,sigmoid", "mse", 4, 3, 9, 1024},
             CALL_GRADIENTS, g);

    g = {GROUP_COST};
    add_pass(m, {"small, mse", "4-3", "sigmoid", "mse", 4, 3, 8, 32, false, false, true}, CALL_LOSS, g);
    add_pass(m, {"log, one output", "7-1", "sigmoid", "log", 9, 7, 12}, CALL_LOSS, g);
    add_pass(m, {"softmax, log", "7-10", "softmax", "log", 9, 7, 12}, CALL_LOSS, g);
    add_pass(m, {"mae", "7-3", "linear", "mae", 9, 7, 12}, CALL_LOSS, g);
    add_pass(m, {"row weights", "7-2", "sigmoid", "log", 9, 7, 12, 256, true}, CALL_LOSS, g);
    add_pass(m, {"batch of one row", "3-2", "sigmoid", "mse", 4, 1, 9}, CALL_LOSS, g);
    add_pass(m, {"more rows than threads", "3-2", "sigmoid", "mse", 311, 307, 311, 64}, CALL_LOSS, g);
    add_pass(m, {"blocks of 1024", "3-5", "softmax", "log", 411, 409, 411, 1024}, CALL_LOSS, g);
}

// ---- counts ---------------------------------------------------------------------------------------------------------

static void add_counts(made_t *m)
{
    add_counts_case(m, {"two classes", "4-1", "sigmoid", "log", 9, 7, 12, 32, false, false, true}, 0.5, false);
    add_counts_case(m, {"threshold 0.7, some outputs just there", "4-1", "sigmoid", "mse", 41, 37, 50}, 0.7, true);
    add_counts_case(m, {"ten classes", "6-10", "softmax", "log", 301, 293, 310}, 0.5, false);
    add_counts_case(m, {"several greatest outputs", "6-5", "sigmoid", "mse", 19, 17, 20}, 0.5, true);
    add_counts_case(m, {"regression", "4-3", "linear", "mse", 19, 17, 20}, 0.5, false);
    add_counts_case(m, {"batch of one row, row weights", "3-1", "sigmoid", "log", 4, 1, 9, 256, true}, 0.5, false);
}

// ---- whole runs -----------------------------------------------------------------------------------------------------

static void add_transfers(made_t *m)
{
    std::vector<int> g = {GROUP_ALLOC, GROUP_FREE};
    add_run(m, {"row weights and momentum", "5-4-3", "tanh,softmax", "log", 7, 7, 23, 256, true, true}, CALL_ALLOC, g);
    add_run(m, {"no row weights, no momentum", "6-3-1", "tanh,sigmoid", "mse", 4, 4, 17}, CALL_ALLOC, g);
    add_run(m, {"small arena, much data", "3-1", "linear", "mse", 1, 1, 999}, CALL_ALLOC, g);

    g = {GROUP_TRAIN};
    add_run(m, {"one epoch", "4-3-1", "tanh,sigmoid", "log", 5, 5, 20, 256, false, false, true}, CALL_TRAIN, g);
    add_run(m, {"three epochs, short last batch", "5-4-3", "tanh,softmax", "log", 7, 7, 23}, CALL_TRAIN, g)->epochs = 3;
    add_run(m, {"one batch is all", "4-2-1", "relu,sigmoid", "mse", 11, 11, 11}, CALL_TRAIN, g)->epochs = 2;
    job_t *j = add_run(m, {"scored after each epoch", "4-3-1", "tanh,sigmoid", "log", 5, 5, 20}, CALL_TRAIN, g);
    j->epochs = 3;
    j->validate = true;
    j = add_run(m, {"learning rate that falls", "4-3-1", "tanh,sigmoid", "log", 5, 5, 20}, CALL_TRAIN, g);
    j->epochs = 3;
    j->decay = DECAY_STEP;
    j = add_run(m, {"momentum", "4-3-1", "tanh,sigmoid", "log", 5, 5, 21, 256, false, true}, CALL_TRAIN, g);
    j->epochs = 3;
    j = add_run(m, {"class weights", "4-3-1", "tanh,sigmoid", "log", 5, 5, 21}, CALL_TRAIN, g);
    j->class_weight = {0.5, 3};
    j = add_run(m, {"resumed in mid-epoch", "4-3-1", "tanh,sigmoid", "log", 4, 4, 22, 256, false, true}, CALL_TRAIN, g);
    j->batches_done = 2;
    j->loss_sum = 7.5;  // counts in the cost of this epoch, which is the last
    j = add_run(m, {"the data stay on the GPU", "4-3-1", "tanh,sigmoid", "log", 5, 5, 23, 256, false, true}, CALL_TRAIN,
                g);
    j->spoil_host = true;
    j->epochs = 2;
}

static void add_tests(made_t *m)
{
    std::vector<int> g = {GROUP_TEST};
    add_run(m, {"two classes, with outputs", "4-3-1", "tanh,sigmoid", "log", 1, 1, 37, 256, false, false, true},
            CALL_TEST, g)
        ->want_outputs = true;
    add_run(m, {"threshold 0.3, without outputs", "4-3-1", "tanh,sigmoid", "log", 1, 1, 61}, CALL_TEST, g)
        ->threshold = 0.3;
    add_run(m, {"ten classes, several batches", "6-10", "softmax", "log", 1, 1, 2503}, CALL_TEST, g)
        ->want_outputs = true;
    add_run(m, {"regression", "3-4-2", "tanh,linear", "mse", 1, 1, 103}, CALL_TEST, g)->want_outputs = true;
}

static job_t *add_gpus_case(made_t *m, const spec_t &spec, int epochs)
{
    job_t *j = add_run(m, spec, CALL_TRAIN_GPUS, {GROUP_GPUS});
    j->gpus = 2;
    j->epochs = epochs;
    return j;
}

static void add_gpus(made_t *m)
{
    const char *net = "4-3-1", *acts = "tanh,sigmoid";
    add_gpus_case(m, {"batches of an even number of rows", net, acts, "log", 6, 6, 24}, 1);
    add_gpus_case(m, {"an odd number, the last batch of one row", "5-4-3", "tanh,softmax", "log", 5, 5, 21}, 2);
    add_gpus_case(m, {"all batches of one row", net, acts, "mse", 1, 1, 6}, 2);
    add_gpus_case(m, {"scored after each epoch", net, acts, "log", 7, 7, 20}, 3)->validate = true;
    add_gpus_case(m, {"momentum", net, acts, "log", 6, 6, 23, 256, false, true}, 3);
    add_gpus_case(m, {"class weights", net, acts, "log", 5, 5, 22}, 1)->class_weight = {0.5, 3};
    job_t *j = add_gpus_case(m, {"resumed in mid-epoch", net, acts, "log", 4, 4, 22, 256, false, true}, 1);
    j->batches_done = 2;
    j->loss_sum = 7.5;  // counts in the cost of this epoch, which is the last
    j = add_gpus_case(m, {"with your own kernels", "6-5-1", acts, "log", 7, 7, 50, 256, false, true, true}, 2);
    j->stand_ins = 0;
}

static made_t make_all(uint64_t seed, bool vary_sizes)
{
    made_t m = {{}, seed, vary_sizes, {}};
    add_transfers(&m);
    add_passes(&m);
    add_counts(&m);
    add_tests(&m);
    add_together(&m, {"trains, two classes", "6-5-1", "tanh,sigmoid", "log", 8, 8, 150, 256, false, true}, 4);
    add_together(&m, {"trains, ten classes", "12-15-10", "sigmoid,softmax", "log", 9, 9, 200}, 4);
    add_gpus(&m);
    return m;
}

std::vector<case_t> make_cases(uint64_t seed) { return make_all(seed, false).list; }

std::vector<case_t> make_profile_cases(uint64_t seed)
{
    made_t m = {{}, seed, false, {}};
    const int in_group[] = {GROUP_BATCH, GROUP_FORWARD, GROUP_COST, GROUP_BACK, GROUP_WEIGHTS, GROUP_UPDATE};
    spec_t spec = {"profile", "64-128-48-10", "tanh,sigmoid,softmax", "log", 100, 100, 500};
    for (int call = CALL_LOAD_BATCH; call <= CALL_UPDATE; call++) add_pass(&m, spec, (call_t)call, {in_group[call]});
    add_counts_case(&m, spec, 0.5, false);
    return m.list;
}

// ---- hidden cases ---------------------------------------------------------------------------------------------------

int group_of(const std::string &title)
{
    for (int g = 0; g < N_GROUPS; g++)
        if (title == groups[g].title) return g;
    return -1;
}

static void add_own(made_t *m, const spec_case_t *own)
{
    static const call_t calls[N_GROUPS] = {
        CALL_ALLOC,     CALL_ALLOC,     CALL_TRAIN, CALL_UPDATE, CALL_LOAD_BATCH, CALL_FORWARD_PASS, CALL_BACK_PROP,
        CALL_GRADIENTS, CALL_GRADIENTS, CALL_LOSS,  CALL_SCORE,  CALL_TEST,       CALL_TRAIN,        CALL_TRAIN_GPUS};
    int group = group_of(own->group);
    if (group < 0) die("case \"%s\": unknown group \"%s\"", own->name.c_str(), own->group.c_str());
    spec_t spec = {own->name.c_str(), own->sizes.c_str(), own->acts.c_str(), own->loss.c_str(), own->B, own->b, own->N,
                   own->block,        own->weights,       own->momentum,     own->sanitized};
    if (group == GROUP_ALL) add_together(m, spec, own->epochs);
    else if (group == GROUP_COUNTS) add_counts_case(m, spec, 0.5, false);
    else if (group == GROUP_GPUS) add_gpus_case(m, spec, own->epochs);
    else if (calls[group] >= CALL_ALLOC) add_run(m, spec, calls[group], {group})->epochs = own->epochs;
    else add_pass(m, spec, calls[group], {group});
    m->list.back().hidden = true;
    m->list.back().category = own->category;
}

std::vector<case_t> make_secret_cases(uint64_t seed, bool vary_sizes, const std::vector<spec_case_t> *own)
{
    made_t m = make_all(seed, vary_sizes);
    for (case_t &c : m.list) c.category = vary_sizes ? "other numbers and sizes" : "other numbers";
    m.vary_sizes = false;
    for (const spec_case_t &c : *own) add_own(&m, &c);
    return m.list;
}
