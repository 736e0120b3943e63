// [given] naive_command.cpp: bin/lab naive: trains by the plain CPU program, with options of bin/nn.

#include "lab.h"
#include "naive.h"

struct naive_options_t {
    std::string dataset, model, log, json;
    std::vector<int> layers = {30, 60, 10, 1};
    long epochs = 10;
    int batch = 10;
    double learning_rate = 0.1;
    uint64_t seed = 1;
};

static naive_options_t options;

static int naive_run(void)
{
    const naive_options_t *o = &options;
    double started = clock_now();
    ds_want_t want = {o->layers.front(), o->layers.back(), TASK_CLASSIFICATION, {}};
    ds_t train = ds_load(o->dataset, &want);
    if (o->batch > train.N)
        die_usage("--batch_size: %d, expected at most %d: the rows of %s", o->batch, train.N, o->dataset.c_str());
    std::vector<act_t> sigmoids(o->layers.size() - 1, act_t{ACT_SIGMOID, 0});
    shape_t shape = shape_make(o->layers, sigmoids, LOSS_MSE);
    nn_t nn = nn_create(&shape, INIT_UNIFORM, o->seed);
    nn.labels = train.labels;
    nn.scale = scale_fit(SCALE_AUTO, &train);
    scale_apply(&nn.scale, &train);
    double loading = clock_now() - started;
    for (const std::string &file : {o->model, o->json})
        if (!file.empty()) file_check_writable(file);  // now, not after training

    run_t run = {};
    run.epochs = o->epochs;
    run.batch = o->batch;
    run.learning_rate = o->learning_rate;
    run.target = NAN;
    run.log = o->log;
    run.log_header = machine_text() + "# device: cpu: one thread, plain loops (bin/lab naive)\n";
    run.metric_name = metrics_value_name(train.task, train.n_out);
    run.at.shuffle_state = rng_make(o->seed, RNG_SHUFFLE).state;
    printf("network: %s\ntraining: %s: %d rows\n", shape_text(&nn.s).c_str(), train.name.c_str(), train.N);
    fflush(stdout);
    naive_train(&nn, &train, &run);
    if (run.stop == STOP_DIVERGED) die("training diverged\nhint: a smaller --learning_rate");
    if (!o->model.empty()) nn_save(&nn, o->model);
    if (!o->json.empty())
        file_write(o->json, format("{\"epochs\": %ld, \"seconds\": %.6f, \"loading_seconds\": %.6f}\n", run.at.epoch,
                                   run.at.seconds, loading));
    printf("%s\ncost %s\n", run_stop_text(&run).c_str(), number_text(run.at.last_loss).c_str());
    return run.stop == STOP_INTERRUPTED ? 128 + run_signal() : 0;
}

const command_t naive_command = {"naive",
                                 "trains by the plain CPU program: what a speed-up is measured from",
                                 {
                                     {"--dataset", &options.dataset, "CSV to train on", required()},
                                     {"--layers", &options.layers, "inputs, hidden layers, outputs", at_least(1)},
                                     {"--epochs", &options.epochs, "passes over all rows", at_least(1)},
                                     {"--batch_size", &options.batch, "rows of a batch", at_least(1)},
                                     {"--learning_rate", &options.learning_rate, "", above_zero()},
                                     {"-s,--seed", &options.seed, "of all random numbers"},
                                     {"--model", &options.model, "file to write the network to"},
                                     {"--log", &options.log, "file for the cost and the time of every epoch, CSV"},
                                     {"--json", &options.json, "file for the times"},
                                 },
                                 naive_run};
