// [given] options.cpp: the command line of nn (CLI11, slow to compile, is included in no other file of nn).
#include "options.h"

#include <charconv>
#include <cmath>
#include <cstdio>
#include <filesystem>

#include <CLI/CLI.hpp>

// ---- one value, checked ----------------------------------------------------------------------------

template <typename T> static bool whole_text(const std::string &text, T *x)
{
    std::from_chars_result r = std::from_chars(text.data(), text.data() + text.size(), *x);
    return r.ec == std::errc() && r.ptr == text.data() + text.size();
}

template <typename T> static T whole(const char *option, const std::string &text, T least, T greatest)
{
    T x = 0;
    if (!whole_text(text, &x) || x < least || x > greatest)
        die_usage("%s: '%s', expected a whole number from %s to %s", option, text.c_str(),
                  std::to_string(least).c_str(), std::to_string(greatest).c_str());
    return x;
}

static bool real_text(const std::string &text, double *x) { return whole_text(text, x) && std::isfinite(*x); }

// `range` in words; `ok` says whether a finite number lies in it.
template <typename F> static double real(const char *option, const std::string &text, const char *range, F ok)
{
    double x;
    if (!real_text(text, &x) || !ok(x)) die_usage("%s: '%s', expected a number %s", option, text.c_str(), range);
    return x;
}

static std::vector<std::string> at_commas(const std::string &text)
{
    std::vector<std::string> parts;
    for (size_t start = 0, comma; start <= text.size(); start = comma + 1) {
        comma = std::min(text.find(',', start), text.size());
        size_t first = text.find_first_not_of(' ', start), last = text.find_last_not_of(' ', comma ? comma - 1 : 0);
        parts.push_back(first < comma ? text.substr(first, last - first + 1) : "");
    }
    return parts;
}

static std::vector<int> layer_sizes(const std::string &text)
{
    std::vector<int> sizes;
    for (const std::string &part : at_commas(text)) {
        int size;
        if (!whole_text(part, &size) || size < 1)
            die_usage("--layers: '%s' in '%s', expected whole numbers from 1 to %d between commas, as in 30,60,10,1",
                      part.c_str(), text.c_str(), INT32_MAX);
        sizes.push_back(size);
    }
    if (sizes.size() < 2 || sizes.size() > NN_MAX_LAYERS + 1)
        die_usage(
            "--layers: '%s' has %zu sizes, expected 2 to %d: inputs, hidden layers, outputs\nhint: 30,60,10,1 for "
            "30 features and two classes; 784,100,10 for 784 features and ten",
            text.c_str(), sizes.size(), NN_MAX_LAYERS + 1);
    return sizes;
}

static std::string file_name(const char *option, const std::string &text)
{
    if (text.empty()) die_usage("%s: '', expected the name of a file\nhint: is a variable of the shell empty?", option);
    return text;
}

static task_t task_of(const std::string &text)
{
    if (text == "auto") return TASK_AUTO;
    if (text == "classification") return TASK_CLASSIFICATION;
    if (text == "regression") return TASK_REGRESSION;
    die_usage("--task: '%s' is not known, expected one of: auto, classification, regression", text.c_str());
}

static void set_class_weights(options_t *o, const std::string &text)
{
    o->balanced_weights = text == "balanced";
    o->class_weights.clear();
    if (o->balanced_weights) return;
    for (const std::string &part : at_commas(text))
        o->class_weights.push_back(real("--class_weights", part,
                                        "greater than 0, one for each class, or the word balanced",
                                        [](double x) { return x > 0; }));
}

static void set_validation(options_t *o, const std::string &text)
{
    o->validation = file_name("--validation", text);
    o->validation_fraction = 0;
    double x;
    if (!whole_text(text, &x)) return;
    o->validation_fraction = real("--validation", text, "between 0 and 1 (a part of the rows), or a file",
                                  [](double f) { return f > 0 && f < 1; });
}

static void set_device(options_t *o, const std::string &text)
{
    if (!device_find(text))
        die_usage("--device: '%s' is not known, expected one of: cpu, cuda\nhint: cuda is the GPU, or the emulator in "
                  "its place",
                  text.c_str());
    o->device = text;
}

static int block_size(const std::string &text)
{
    int block = whole("--block", text, 32, 1024);
    if (block & (block - 1))
        die_usage("--block: %d, expected a power of 2 from 32 to 1024\nhint: 128, 256 and 512 are worth trying", block);
    return block;
}

// ---- the options -----------------------------------------------------------------------------------

typedef const std::string &text_t;

// One option with a value, which `set` checks and stores; `value` stands for it in the help.
template <typename F> static void take(CLI::App *app, const char *name, const char *value, const char *help, F set)
{
    app->add_option_function<std::string>(name, set, help)->type_name(value);
}

static void add_common(CLI::App *app, options_t *o)
{
    app->add_flag("--train", o->train, "train a network on --dataset, write it to --model");
    app->add_flag("--test", o->test, "score the network --model on --dataset");
    app->add_flag("-v,--verbose", o->verbose, "say more; one line an epoch");
    take(app, "--dataset", "FILE", "CSV (features first, class or number last) or IDX images;\n.gz too",
         [o](text_t s) { o->dataset = file_name("--dataset", s); });
    take(app, "--model", "FILE", "the network", [o](text_t s) { o->model = file_name("--model", s); });
    take(app, "--json", "FILE", "write the metrics for programs", [o](text_t s) { o->json = file_name("--json", s); });
    take(app, "--threshold", "X", "one output: positive from here up [0 .. 1]; kept in the\nmodel (0.5)",
         [o](text_t s) {
             o->threshold = real("--threshold", s, "from 0 to 1", [](double x) { return x >= 0 && x <= 1; });
         });
    take(app, "--threads", "N", "[1 .. 1024] (all cores); the result does not depend on it",
         [o](text_t s) { o->threads = whole("--threads", s, 1, 1024); });
    take(app, "--device", "NAME", "cpu or cuda (cpu)", [o](text_t s) { set_device(o, s); });
    take(app, "--gpus", "N", "cuda: GPUs that share each batch of training [1 .. 16] (1)",
         [o](text_t s) { o->cuda.gpus = whole("--gpus", s, 1, 16); });
    take(app, "--block", "N", "cuda: threads of a block, a power of 2 [32 .. 1024] (256)",
         [o](text_t s) { o->cuda.block = block_size(s); });
    take(app, "--streams", "N", "cuda: streams, for kernels that use several [1 .. 16] (2)",
         [o](text_t s) { o->cuda.streams = whole("--streams", s, 1, 16); });
}

static void add_network(CLI::App *app, options_t *o)
{
    take(app, "--layers", "N,N,...", "inputs, hidden layers, outputs: 30,60,10,1 (2 to 33 sizes)",
         [o](text_t s) { o->layers = layer_sizes(s); });
    take(app, "--activation", "NAME,...",
         "one for all hidden layers, or one per layer:\nsigmoid tanh relu leaky_relu[:slope] "
         "clipped_leaky_relu[:slope]\n"
         "softplus linear softmax (sigmoid; the last layer by task and cost)",
         [o](text_t s) {
             o->activation.clear();
             for (const std::string &part : at_commas(s)) o->activation.push_back(act_parse("--activation", part));
         });
    take(app, "--loss", "NAME", "mse, mae or log (mse)", [o](text_t s) { o->loss = loss_parse("--loss", s); });
    take(app, "--init", "NAME", "initial weights: uniform glorot he normal unit\n(uniform: +-sqrt(1/fan_in))",
         [o](text_t s) { o->init = init_parse("--init", s); });
}

static void add_data(CLI::App *app, options_t *o)
{
    take(app, "--scaling", "NAME",
         "of the features, never of targets: none normalization\n"
         "standardization pixels (standardization for CSV, pixels / 255 for images)",
         [o](text_t s) { o->scaling = scale_parse("--scaling", s); });
    take(app, "--task", "NAME", "auto, classification or regression (auto: by the last column)",
         [o](text_t s) { o->task = task_of(s); });
    take(app, "--validation", "X", "part of the rows kept from training (0 .. 1), or a file;\nscored every epoch",
         [o](text_t s) { set_validation(o, s); });
    take(app, "--class_weights", "X,X,...",
         "how much a row of each class counts in training: 1,20 or\nbalanced (all 1); metrics and validation cost do "
         "not use it",
         [o](text_t s) { set_class_weights(o, s); });
}

static void add_steps(CLI::App *app, options_t *o)
{
    take(app, "--epochs", "N", "passes over all rows [0 .. 1000000000] (100); 0: the network\nas training begins",
         [o](text_t s) { o->epochs = whole("--epochs", s, 0L, 1000000000L); });
    take(app, "--batch_size,--batch_number", "N", "rows of a batch [1 .. rows of the set] (10)",
         [o](text_t s) { o->batch = whole("--batch_size", s, 1, INT32_MAX); });
    take(app, "--learning_rate", "X", "greater than 0 (0.1)", [o](text_t s) {
        o->learning_rate = real("--learning_rate", s, "greater than 0", [](double x) { return x > 0; });
    });
    take(app, "--lr_decay", "NAME",
         "none; exp: lr exp(-e/epochs); exp_cumulative:\nlr *= exp(-e/epochs/2) every epoch; step: halved after each "
         "third "
         "(none)",
         [o](text_t s) { o->decay = decay_parse("--lr_decay", s); });
    take(app, "--momentum", "X", "0 to below 1 (0)", [o](text_t s) {
        o->momentum = real("--momentum", s, "from 0 to below 1", [](double x) { return x >= 0 && x < 1; });
    });
    take(app, "-s,--seed", "N", "of all random numbers, a whole number from 0 (1)",
         [o](text_t s) { o->seed = whole<uint64_t>("--seed", s, 0, UINT64_MAX); });
}

static void add_watching(CLI::App *app, options_t *o)
{
    take(app, "--patience", "N", "stop after so many epochs without a better validation cost,\nkeep the best epoch",
         [o](text_t s) { o->patience = whole("--patience", s, 1, INT32_MAX); });
    take(app, "--target", "X", "stop when the metric (F1, accuracy or R2) gets here [up to 1]", [o](text_t s) {
        o->target = real("--target", s, "up to 1, the best a metric can be", [](double x) { return x <= 1; });
    });
    app->add_flag("--train_metric", o->train_metric, "score the training rows too after every epoch");
    take(app, "--log", "FILE", "write cost and metric of every epoch as CSV",
         [o](text_t s) { o->log = file_name("--log", s); });
    take(app, "--checkpoint", "N", "write MODEL.checkpoint every so many epochs [1 .. 2147483647]",
         [o](text_t s) { o->checkpoint_every = whole("--checkpoint", s, 1, INT32_MAX); });
    app->add_flag("--resume", o->resume, "go on from MODEL.checkpoint, to the same bits as without a break");
}

// ---- what must go together ---------------------------------------------------------------------------

static std::string canonical(const std::string &file)
{
    std::error_code error;
    std::filesystem::path path = std::filesystem::weakly_canonical(file, error);
    return error ? std::filesystem::path(file).lexically_normal().string() : path.string();
}

// No file may be written that is read, or written for another purpose, in the same run.
static void check_files(const options_t *o)
{
    struct use_t {
        const char *option;
        std::string file;
        bool written;
    };
    const use_t uses[] = {{"--dataset", o->dataset, false},
                          {"--validation", o->validation_fraction > 0 ? "" : o->validation, false},
                          {"--model", o->model, o->train},
                          {"--model (checkpoint)", o->train && !o->model.empty() ? o->model + ".checkpoint" : "", true},
                          {"--log", o->log, true},
                          {"--json", o->json, true}};
    for (const use_t &a : uses)
        for (const use_t &b : uses)
            if (&a < &b && !a.file.empty() && !b.file.empty() && (a.written || b.written) &&
                canonical(a.file) == canonical(b.file))
                die_usage("%s and %s: both are %s, expected two files\nhint: give one of them another name", a.option,
                          b.option, b.file.c_str());
}

static void check_together(CLI::App *app, const options_t *o)
{
    if (o->train == o->test)
        die_usage("%s, expected one of --train, --test\nhint: nn --help",
                  o->train ? "--train and --test" : "neither --train nor --test");
    check_files(o);
    for (const char *name : {"--gpus", "--block", "--streams"})
        if (o->device == "cpu" && app->get_option(name)->count())
            die_usage("%s: has no meaning with --device cpu\nhint: --device cuda, or leave it out", name);
    if (o->dataset.empty())
        die_usage("--dataset: missing: the file to %s\nhint: --dataset datasets/breast_cancer_%s.csv is one to begin "
                  "with",
                  o->train ? "train on" : "test on", o->train ? "train" : "test");
    if (o->test) {
        if (o->model.empty())
            die_usage("--model: missing: the file of the network to test\nhint: --train with --model FILE writes one");
        for (const char *name :
             {"--layers", "--activation", "--loss", "--init", "--task", "--validation", "--class_weights", "--epochs",
              "--batch_size", "--learning_rate", "--lr_decay", "--momentum", "--patience", "--target", "--train_metric",
              "--log", "--checkpoint", "--resume"})
            if (app->get_option(name)->count()) warn("%s has no meaning with --test; the model says it all", name);
        if (o->cuda.gpus > 1) warn("--gpus: several GPUs train, one tests");
        return;
    }
    if (o->layers.empty())
        die_usage(
            "--layers: missing: sizes of the layers, as in 30,60,10,1\nhint: the first is the number of features, "
            "the last 1 for two classes or one number, else the number of classes");
    size_t L = o->layers.size() - 1;
    if (o->activation.size() > 1 && o->activation.size() != L)
        die_usage(
            "--activation: %zu names, expected 1 or %zu: one for each layer behind the inputs\nhint: a single name "
            "is for all hidden layers; the last layer's then follows from task and cost",
            o->activation.size(), L);
    if (!o->class_weights.empty() && (int)o->class_weights.size() != std::max(2, o->layers.back()))
        die_usage(
            "--class_weights: %zu numbers, expected %d: one for each class\nhint: the word balanced weighs them by "
            "how rare they are",
            o->class_weights.size(), std::max(2, o->layers.back()));
    if (o->patience > 0 && o->validation.empty())
        die_usage(
            "--patience: needs rows to watch\nhint: --validation 0.2 keeps a fifth of the training rows for that");
    if ((o->checkpoint_every > 0 || o->resume) && o->model.empty())
        die_usage("--%s: needs --model: the checkpoint lies beside it\nhint: --model FILE",
                  o->resume ? "resume" : "checkpoint");
    if (!std::isnan(o->threshold) && o->layers.back() != 1)
        die_usage("--threshold: for networks with one output; this one has %d\nhint: leave it out: of several outputs "
                  "the greatest decides",
                  o->layers.back());
}

bool options_parse(int argc, const char *const *argv, options_t *o)
{
    *o = {};
    o->device = "cpu";
    o->epochs = 100;
    o->batch = 10;
    o->learning_rate = 0.1;
    o->seed = 1;
    o->target = o->threshold = NAN;

    CLI::App app("nn: trains and tests feed-forward neural networks", "nn");
    app.get_formatter()->column_width(30);
    app.footer("In brackets: what is allowed; in parentheses: what is taken if nothing is said.\n"
               "Exit status: 0 done, 1 bad data or a failed write, 2 wrong options.\n\n"
               "  nn --train --dataset train.csv --layers 30,60,10,1 --epochs 200 --model m --validation 0.2\n"
               "  nn --test --dataset test.csv --model m");
    add_common(&app, o);
    add_network(&app, o);
    add_data(&app, o);
    add_steps(&app, o);
    add_watching(&app, o);
    try {
        app.parse(argc, argv);
    } catch (const CLI::CallForHelp &) {
        printf("%s", app.help().c_str());
        return false;
    } catch (const CLI::ParseError &e) {
        die_usage("%s\nhint: nn --help", e.what());
    }
    check_together(&app, o);
    return true;
}

std::vector<act_t> options_activations(const options_t *o, task_t task)
{
    size_t L = o->layers.size() - 1;
    if (o->activation.size() == L) return o->activation;
    act_t hidden = o->activation.empty() ? act_t{ACT_SIGMOID, 0} : o->activation[0];
    act_kind_t last = task == TASK_REGRESSION                       ? ACT_LINEAR
                      : o->loss == LOSS_LOG && o->layers.back() > 1 ? ACT_SOFTMAX
                                                                    : ACT_SIGMOID;
    std::vector<act_t> all(L, hidden);
    all.back() = {last, 0};
    return all;
}
