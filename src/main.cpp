// [given] main.cpp: options -> load data -> train | test -> save.
#include <algorithm>
#include <cerrno>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>

#include <omp.h>
#include <unistd.h>

#include "options.h"
#include "run.h"

// ---- data ----------------------------------------------------------------------------------------

static std::string ds_text(const ds_t *ds)
{
    std::string text = format("%s: %d rows of %d features", ds->name.c_str(), ds->N, ds->n_in);
    if (ds->task == TASK_REGRESSION) return text + ", regression";
    std::vector<int> count = ds_class_counts(ds);
    text += format(", %zu classes:", count.size());
    for (size_t k = 0; k < count.size() && k < 12; k++) text += format(" %s (%d)", ds->labels[k].c_str(), count[k]);
    return text + (count.size() > 12 ? " ..." : "");
}

// What the run computes on, made ready: "cuda: NVIDIA RTX A4000, ...".
static std::string device_text;
static double loading_seconds;  // from the file to scaled rows

static const device_t *start_device(const options_t *o)
{
    const device_t *device = device_find(o->device);
    cuda_options = o->cuda;
    device_text = o->device + ": " + device->start();
    if (o->device != "cpu") printf("device: %s\n", device_text.c_str());
    return device;
}

static void print_setting(const options_t *o, const nn_t *nn)
{
    printf("scaling: %s; numbers: %s\n", scale_text(nn->scale.kind), REAL_NAME);
    if (o->device == "cpu") printf("device: %s\n", device_text.c_str());
}

// Training rows, and in *valid those to watch (valid->N == 0 without --validation). Not scaled yet.
static ds_t load_training_data(const options_t *o, ds_t *valid)
{
    ds_want_t want = {o->layers.front(), o->layers.back(), o->task, {}};
    ds_t train = ds_load(o->dataset, &want);
    *valid = {};
    if (o->validation_fraction > 0) {
        ds_split(&train, o->validation_fraction, o->seed, valid);
    } else if (!o->validation.empty()) {
        want.task = train.task;
        want.labels = train.labels;
        *valid = ds_load(o->validation, &want);
    }
    if (o->batch > train.N)
        die_usage(
            "--batch_size: %d, expected at most %d: the rows of %s%s\nhint: --batch_size %d takes all rows at once",
            o->batch, train.N, o->dataset.c_str(), o->validation_fraction > 0 ? " that are left to train on" : "",
            train.N);
    return train;
}

static std::vector<double> class_weights(const options_t *o, const ds_t *train)
{
    bool wanted = o->balanced_weights || !o->class_weights.empty();
    if (wanted && train->task == TASK_REGRESSION)
        die_usage("--class_weights: regression has no classes\nhint: leave it out; if the last column names classes, "
                  "--task classification");
    std::vector<double> weights = o->class_weights;
    if (!o->balanced_weights) return weights;
    std::vector<int> count = ds_class_counts(train);
    for (int n : count) weights.push_back(n ? (double)train->N / ((double)count.size() * n) : 0);
    return weights;
}

static void set_threshold(const options_t *o, nn_t *nn)
{
    if (std::isnan(o->threshold)) return;
    if (nn->task == TASK_REGRESSION || nn->s.n[nn->s.L] > 1)
        die_usage(
            "--threshold: for two classes told apart by one output, which this network does not do\nhint: leave it "
            "out");
    nn->threshold = o->threshold;
}

// ---- train ---------------------------------------------------------------------------------------

// What a checkpoint must agree with: one "option value" a line.
static std::string run_identity(const options_t *o, const run_t *run, const nn_t *nn, const ds_t *train,
                                const ds_t *valid)
{
    std::string text = "--layers " + shape_text(&nn->s) + "\n";
    text += format("--init %s\n--batch_size %d\n", init_text(o->init), o->batch);
    text += "--learning_rate " + number_text(o->learning_rate) + format("\n--lr_decay %s\n", decay_text(o->decay));
    if (o->decay != DECAY_NONE) text += format("--epochs %ld\n", o->epochs);
    text += "--momentum " + number_text(o->momentum) + format("\n--seed %llu\n", (unsigned long long)o->seed);
    text += format("--patience %s\n--scaling %s\n", o->patience ? "yes" : "no", scale_text(nn->scale.kind));
    text += "--class_weights";
    for (double w : run->class_weight) text += " " + number_text(w);
    text += format("\n--dataset %d rows, CRC-32 %08x\n", train->N, ds_checksum(train));
    text += format("--validation %d rows, CRC-32 %08x\nnumbers %s\n", valid->N, ds_checksum(valid), REAL_NAME);
    return text;
}

static void take_up(run_t *run, nn_t *nn)
{
    std::string now = run->at.run, then;
    nn_t saved = checkpoint_load(&run->at, run->checkpoint);
    then = run->at.run;
    for (size_t i = 0, j = 0; now != then;) {  // find the first line that differs
        size_t end_i = now.find('\n', i), end_j = then.find('\n', j);
        std::string a = now.substr(i, end_i - i), b = then.substr(j, end_j - j);
        if (a != b || end_i == std::string::npos || end_j == std::string::npos)
            die("%s: of another run: there '%s', here '%s'\n"
                "hint: --resume needs the options and data of the run that was interrupted",
                run->checkpoint.c_str(), b.c_str(), a.c_str());
        i = end_i + 1;
        j = end_j + 1;
    }
    nn->params = saved.params;
}

static run_t make_run(const options_t *o, const device_t *device, nn_t *nn, const ds_t *train, const ds_t *valid)
{
    run_t run = {};
    run.device = device;
    run.epochs = o->epochs;
    run.batch = o->batch;
    run.learning_rate = o->learning_rate;
    run.momentum = o->momentum;
    run.decay = o->decay;
    run.class_weight = class_weights(o, train);
    run.patience = o->patience;
    run.target = o->target;
    run.train_metric = o->train_metric || (!std::isnan(o->target) && valid->N == 0);
    run.checkpoint_every = o->checkpoint_every;
    run.checkpoint = o->model.empty() ? "" : o->model + ".checkpoint";
    run.log = o->log;
    run.metric_name = metrics_value_name(train->task, train->n_out);
    run.verbose = o->verbose;
    run.at.shuffle_state = rng_make(o->seed, RNG_SHUFFLE).state;
    run.at.run = run_identity(o, &run, nn, train, valid);
    if (o->momentum > 0) run.at.velocity.assign(nn->s.n_params, 0);

    run.log_header = machine_text() + "# device: " + device_text + "\n";
    for (char c : "# " + run.at.run) run.log_header += c == '\n' ? std::string("\n# ") : std::string(1, c);
    run.log_header += format("epochs %ld\n", o->epochs);
    if (o->resume) take_up(&run, nn);
    return run;
}

static void finish_training(const options_t *o, nn_t *nn, run_t *run, const ds_t *valid)
{
    if (run->stop == STOP_DIVERGED)
        die("training diverged in epoch %ld: the cost is %g; no model was written\n"
            "hint: a smaller --learning_rate (it was %g), --scaling standardization, or another --init",
            run->at.epoch + (run->at.batch > 0), std::fabs(run->at.last_loss), o->learning_rate);  // -nan is nan
    if (run_keeps_best(run)) nn->params = run->at.best;
    if (!o->model.empty()) nn_save(nn, o->model);

    printf("%s\n", run_stop_text(run).c_str());
    if (run->stop == STOP_INTERRUPTED && !o->model.empty())
        printf("checkpoint: %s (the same command with --resume goes on)\n", run->checkpoint.c_str());
    if (o->model.empty()) printf("model: not kept (no --model)\n");
    else printf("model: %s\n", o->model.c_str());
    if (!o->log.empty()) printf("log: %s\n", o->log.c_str());

    std::string json = format("{\"epochs\": %ld, \"best_epoch\": %ld, \"seconds\": %.6f, \"loading_seconds\": %.6f, ",
                              run->at.epoch, run->at.best_epoch, run->at.seconds, loading_seconds);
    json += format("\"cost\": %s", std::isfinite(run->at.last_loss) ? number_text(run->at.last_loss).c_str() : "null");
    if (valid->N > 0) {
        std::vector<real_t> outputs;
        metrics_t m = run->device->test(nn, valid, &outputs);
        printf("\nvalidation rows\n");
        metrics_print(&m, "validation rows", stdout);
        json += ", \"validation\": " + metrics_json(&m);
    }
    if (!o->json.empty()) file_write(o->json, json + "}\n");
}

static int main_train(const options_t *o)
{
    const device_t *device = start_device(o);
    double started = clock_now();
    ds_t valid, train = load_training_data(o, &valid);
    shape_t shape = shape_make(o->layers, options_activations(o, train.task), o->loss);
    nn_t nn = nn_create(&shape, o->init, o->seed);
    nn.task = train.task;
    nn.labels = train.labels;
    set_threshold(o, &nn);
    nn.scale = scale_fit(o->scaling, &train);
    scale_apply(&nn.scale, &train);
    scale_apply(&nn.scale, &valid);
    loading_seconds = clock_now() - started;
    run_t run = make_run(o, device, &nn, &train, &valid);
    for (const std::string &file : {o->model, o->json, o->log})
        if (!file.empty()) file_check_writable(file);

    printf("network: %s\ntraining: %s\n", shape_text(&nn.s).c_str(), ds_text(&train).c_str());
    if (valid.N > 0) printf("validation: %s\n", ds_text(&valid).c_str());
    if (o->verbose) print_setting(o, &nn);
    if (o->resume) printf("resumed from %s after epoch %ld\n", run.checkpoint.c_str(), run.at.epoch);
    fflush(stdout);
    device->train(&nn, &train, valid.N > 0 ? &valid : NULL, &run);
    finish_training(o, &nn, &run, &valid);
    return run.stop == STOP_INTERRUPTED ? 128 + run_signal() : 0;
}

// ---- test ----------------------------------------------------------------------------------------

static int main_test(const options_t *o)
{
    const device_t *device = start_device(o);
    nn_t nn = nn_load(o->model);
    set_threshold(o, &nn);
    ds_want_t want = {nn.s.n[0], nn.s.n[nn.s.L], nn.task, nn.labels, true};
    ds_t ds = ds_load(o->dataset, &want);
    if (nn.is_foreign && o->scaling != SCALE_AUTO) nn.scale = scale_fit(o->scaling, &ds);
    else if (nn.is_foreign)
        warn("%s: a model of the older course: it stores no scaling, so the data are used as they are\nhint: --scaling "
             "normalization or standardization fits it on this very file, as the older program did",
             o->model.c_str());
    else if (o->scaling != SCALE_AUTO && o->scaling != nn.scale.kind)
        warn("--scaling: the model brings its own (%s), fitted on its training rows", scale_text(nn.scale.kind));
    scale_apply(&nn.scale, &ds);
    if (!o->json.empty()) file_check_writable(o->json);
    if (o->verbose) {
        printf("network: %s\ntesting: %s\n", shape_text(&nn.s).c_str(), ds_text(&ds).c_str());
        print_setting(o, &nn);
    }

    std::vector<real_t> outputs;
    double start = clock_now();
    metrics_t m = device->test(&nn, &ds, &outputs);
    if (o->verbose) printf("scored %d rows in %s\n", ds.N, duration_text(clock_now() - start).c_str());
    metrics_print(&m, "held-out", stdout);
    if (!o->json.empty()) file_write(o->json, metrics_json(&m));
    return 0;
}

// Threads that wait for work spin by default, and where the cores are shared that makes a run 10 to 40 times slower.
// The OpenMP library reads its settings before main begins, so the program starts itself once more.
static void start_with_sleeping_threads(char **argv)
{
    if (getenv("OMP_WAIT_POLICY") || getenv("GOMP_SPINCOUNT")) return;
    char self[4096];
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    if (n <= 0) return;
    self[n] = 0;
    setenv("OMP_WAIT_POLICY", "passive", 1);
    execv(self, argv);  // comes back only if it failed: then threads spin
}

int main(int argc, char **argv)
{
    start_with_sleeping_threads(argv);
    try {
        options_t o;
        if (!options_parse(argc, argv, &o)) return 0;
        if (o.threads > 0) omp_set_num_threads(o.threads);
        signal(SIGXFSZ, SIG_IGN);  // a full disk or a closed pipe is an error of that write, not the end of the program
        signal(SIGPIPE, SIG_IGN);
        int status = o.train ? main_train(&o) : main_test(&o);
        if (fflush(stdout) != 0) die("the results could not be printed: %s", strerror(errno));
        return status;
    } catch (const nn_error_t &e) {
        fflush(stdout);
        fprintf(stderr, "error: %s\n", e.what());
        return e.status;
    } catch (const std::bad_alloc &) {
        fprintf(stderr, "error: not enough memory for this network and data\nhint: smaller --layers or --batch_size\n");
        return 1;
    } catch (const std::exception &e) {
        fprintf(stderr, "error: %s\n", e.what());
        return 1;
    }
}
