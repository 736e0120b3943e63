// [given] nn_file.cpp: models and checkpoints as text files, and the import of the older course's models.
#include "nn.h"

#include <charconv>
#include <cmath>
#include <cstring>

#include <zlib.h>

static const char MODEL_NAME[] = "nn-model", CHECKPOINT_NAME[] = "nn-checkpoint";
static const int VERSION = 1;

// ---- writing -------------------------------------------------------------------------------------

template <typename T> static void put_numbers(std::string *out, const T *v, size_t n, size_t per_line)
{
    for (size_t i = 0; i < n; i++) {
        *out += number_text(v[i]);
        *out += (i + 1) % per_line && i + 1 < n ? ' ' : '\n';
    }
}

static std::string model_text(const nn_t *nn, const char *name)
{
    const shape_t *s = &nn->s;
    std::string out = format("%s %d\nlayers %d", name, VERSION, s->L + 1);
    for (int l = 0; l <= s->L; l++) out += format(" %d", s->n[l]);
    out += "\nactivations";
    for (int l = 1; l <= s->L; l++) out += " " + act_text(s->f[l]);
    out += format("\ncost %s\ntask %s\n", loss_text(s->loss),
                  nn->task == TASK_REGRESSION ? "regression" : "classification");
    out += "threshold " + number_text(nn->threshold) + "\n";
    out += format("labels %zu\n", nn->labels.size());
    for (const std::string &label : nn->labels) out += label + "\n";
    out += format("scaling %s %zu\n", scale_text(nn->scale.kind), nn->scale.shift.size());
    put_numbers(&out, nn->scale.shift.data(), nn->scale.shift.size(), 16);
    put_numbers(&out, nn->scale.factor.data(), nn->scale.factor.size(), 16);
    for (int l = 1; l <= s->L; l++) {
        out += format("weights %d %d\n", s->n[l], s->n[l - 1]);
        put_numbers(&out, &nn->params[s->w_at[l]], (size_t)s->n[l] * s->n[l - 1], s->n[l - 1]);
        out += format("biases %d\n", s->n[l]);
        put_numbers(&out, &nn->params[s->b_at[l]], s->n[l], 16);
    }
    return out;
}

static std::string checksum_line(const std::string &text, size_t size)
{
    return format("checksum %08lx\n", crc32_z(0, (const Bytef *)text.data(), size));
}

static void write_with_checksum(const std::string &text, const std::string &path)
{
    file_write(path, text + checksum_line(text, text.size()));
}

void nn_save(const nn_t *nn, const std::string &path) { write_with_checksum(model_text(nn, MODEL_NAME), path); }

static void put_vector(std::string *out, const char *name, const std::vector<real_t> &v)
{
    *out += format("%s %zu\n", name, v.size());
    put_numbers(out, v.data(), v.size(), 16);
}

void checkpoint_save(const nn_t *nn, const progress_t *p, const std::string &path)
{
    std::string out = model_text(nn, CHECKPOINT_NAME);
    out += format("epoch %ld\nbatch %d\nshuffle_state %llu\n", p->epoch, p->batch,
                  (unsigned long long)p->shuffle_state);
    out += "loss_sum " + number_text(p->loss_sum) + "\nseconds " + number_text(p->seconds) + "\n";
    out += format("best_epoch %ld\nbest_loss ", p->best_epoch) + number_text(p->best_loss) + "\n";
    out += "last_loss " + number_text(p->last_loss) + "\nlast_value " + number_text(p->last_value) + "\n";
    put_vector(&out, "velocity", p->velocity);
    put_vector(&out, "best", p->best);
    out += format("run %zu\n", p->run.size()) + p->run;
    write_with_checksum(out, path);
}

// ---- reading -------------------------------------------------------------------------------------

struct reader_t {
    const char *name;
    const char *begin, *at, *end;
};

[[noreturn]] static void bad(const reader_t *r, const std::string &expected)
{
    int line = 1;
    for (const char *c = r->begin; c < r->at; c++) line += *c == '\n';
    die("%s:%d: expected %s", r->name, line, expected.c_str());
}

static bool is_blank(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

static void skip_blanks(reader_t *r)
{
    while (r->at < r->end && is_blank(*r->at)) r->at++;
}

static std::string word(reader_t *r)
{
    skip_blanks(r);
    const char *start = r->at;
    while (r->at < r->end && !is_blank(*r->at)) r->at++;
    return std::string(start, r->at);
}

static void expect(reader_t *r, const char *key)
{
    reader_t before = *r;
    if (word(r) != key) bad(&before, std::string("the word ") + key);
}

template <typename T> static T number(reader_t *r, T least, T greatest, const char *what)
{
    skip_blanks(r);
    T x = 0;
    std::from_chars_result got = std::from_chars(r->at, r->end, x);
    if (std::is_floating_point<T>::value && got.ec == std::errc::result_out_of_range) {
        x = (T)strtod(r->at, NULL);  // a model of double in a program of float: 1e-60 is 0
        got.ec = std::errc();
    }
    if (got.ec != std::errc() || !(x >= least && x <= greatest) || (got.ptr < r->end && !is_blank(*got.ptr)))
        bad(r, format("a number, %s, from %s to %s", what, number_text((double)least).c_str(),
                      number_text((double)greatest).c_str()));
    r->at = got.ptr;
    return x;
}

template <typename T> static void numbers(reader_t *r, T *v, size_t n, const char *what)
{
    for (size_t i = 0; i < n; i++)
        v[i] = number<T>(r, std::numeric_limits<T>::lowest(), std::numeric_limits<T>::max(), what);
}

// A count that the rest of the file can hold: every item takes two characters at least.
static size_t count(reader_t *r, const char *what)
{
    return number<size_t>(r, 0, (size_t)(r->end - r->at) / 2 + 1, what);
}

static void line_end(reader_t *r)
{
    if (r->at >= r->end || *r->at++ != '\n') bad(r, "the end of the line");
}

static std::vector<int> read_sizes(reader_t *r)
{
    std::vector<int> sizes(number<int>(r, 2, NN_MAX_LAYERS + 1, "how many layers"));
    for (int &size : sizes) size = number<int>(r, 1, INT32_MAX, "neurons of a layer");
    return sizes;
}

// shape_make and the parsers of names speak to a person at the command line; here it is the file that is wrong.
template <typename F> static auto in_file(const reader_t *r, F f)
{
    try {
        return f();
    } catch (const nn_error_t &e) {
        die("%s: %s", r->name, e.what());
    }
}

// With room for its parameters in what is left of the file: every number takes two characters at least.
static void make_room(const reader_t *r, nn_t *nn)
{
    if (nn->s.n_params > (size_t)(r->end - r->at))
        bad(r, format("%zu parameters, more than the file can hold", nn->s.n_params));
    nn->params.resize(nn->s.n_params);
}

static shape_t read_shape(reader_t *r)
{
    expect(r, "layers");
    std::vector<int> sizes = read_sizes(r);
    expect(r, "activations");
    std::vector<std::string> names;
    for (size_t l = 1; l < sizes.size(); l++) names.push_back(word(r));
    expect(r, "cost");
    std::string cost = word(r);
    return in_file(r, [&] {
        std::vector<act_t> f;
        for (const std::string &name : names) f.push_back(act_parse("activations", name));
        return shape_make(sizes, f, loss_parse("cost", cost));
    });
}

static void read_scaling(reader_t *r, nn_t *nn)
{
    expect(r, "scaling");
    std::string name = word(r);
    nn->scale.kind = in_file(r, [&] { return scale_parse("scaling", name); });
    size_t n = count(r, "scaled features"), expected = nn->scale.kind == SCALE_NONE ? 0 : nn->s.n[0];
    if (n != expected) bad(r, format("%zu scaled features", expected));
    nn->scale.shift.resize(n);
    nn->scale.factor.resize(n);
    numbers(r, nn->scale.shift.data(), n, "shift of a feature");
    numbers(r, nn->scale.factor.data(), n, "factor of a feature");
}

static nn_t read_model(reader_t *r)
{
    nn_t nn = {};
    nn.s = read_shape(r);
    expect(r, "task");
    std::string task = word(r);
    if (task != "regression" && task != "classification") bad(r, "regression or classification");
    nn.task = task == "regression" ? TASK_REGRESSION : TASK_CLASSIFICATION;
    expect(r, "threshold");
    nn.threshold = number<double>(r, 0, 1, "the threshold");
    expect(r, "labels");
    size_t n_labels = count(r, "class labels"), K = nn.task == TASK_REGRESSION ? 0
                                                    : nn.s.n[nn.s.L] == 1      ? 2
                                                                               : nn.s.n[nn.s.L];
    if (n_labels != K) bad(r, format("%zu class labels", K));
    line_end(r);
    for (size_t k = 0; k < n_labels; k++) {
        const char *eol = (const char *)memchr(r->at, '\n', r->end - r->at);
        if (!eol) bad(r, "a class label");
        nn.labels.emplace_back(r->at, eol);
        r->at = eol + 1;
    }
    read_scaling(r, &nn);
    make_room(r, &nn);
    for (int l = 1; l <= nn.s.L; l++) {
        int n = nn.s.n[l], k = nn.s.n[l - 1];
        expect(r, "weights");
        number<int>(r, n, n, "neurons of the layer");
        number<int>(r, k, k, "inputs of the layer");
        numbers(r, &nn.params[nn.s.w_at[l]], (size_t)n * k, "a weight");
        expect(r, "biases");
        number<int>(r, n, n, "neurons of the layer");
        numbers(r, &nn.params[nn.s.b_at[l]], n, "a bias");
    }
    return nn;
}

// First line and checksum; leaves the reader between them.
static void open_reader(reader_t *r, const std::string &text, const char *name)
{
    *r = {r->name, text.data(), text.data(), text.data() + text.size()};
    std::string first = word(r);
    if (first == CHECKPOINT_NAME && name == MODEL_NAME)
        die("%s: is a checkpoint, expected a model\nhint: the model is the file without .checkpoint", r->name);
    if (first != name)
        die("%s: is no %s: its first word is not %s", r->name, name == MODEL_NAME ? "model" : "checkpoint", name);
    int version = number<int>(r, 0, INT32_MAX, "the version");
    if (version != VERSION) die("%s: version %d, but this program reads version %d", r->name, version, VERSION);
    size_t at = text.rfind("\nchecksum ");
    if (at == std::string::npos || text.size() != at + sizeof "\nchecksum 01234567\n" - 1)
        die("%s: cut off: its last line is not a checksum\nhint: use an older copy, or train again", r->name);
    if (text.compare(at + 1, std::string::npos, checksum_line(text, at + 1)) != 0)
        die("%s: damaged: its checksum does not fit\nhint: use an older copy, or train again", r->name);
    r->end = text.data() + at + 1;
}

static void read_to_end(reader_t *r)
{
    if (!word(r).empty()) bad(r, "nothing behind the last section");
}

// ---- models of the older course ----------------------------------------------------------------------

// Their first line is one whole number; ours begins with a word.
static bool is_course_model(const std::string &text)
{
    size_t digits = text.find_first_not_of("0123456789"), next = text.find_first_not_of(" \r", digits);
    return digits > 0 && digits != std::string::npos && next != std::string::npos && text[next] == '\n';
}

static nn_t import_course(reader_t *r)
{
    if (!is_blank(r->end[-1])) die("%s: cut off: models of the older course end with a blank or a new line", r->name);
    std::vector<int> sizes = read_sizes(r);
    int n = (int)sizes.size();
    nn_t nn = {};
    nn.s = in_file(r, [&] { return shape_make(sizes, std::vector<act_t>(n - 1, act_t{ACT_SIGMOID, 0}), LOSS_MSE); });
    make_room(r, &nn);
    for (int l = 1; l < n; l++) numbers(r, &nn.params[nn.s.b_at[l]], sizes[l], "a bias");
    for (int l = 1; l < n; l++) numbers(r, &nn.params[nn.s.w_at[l]], (size_t)sizes[l] * sizes[l - 1], "a weight");
    nn.task = TASK_CLASSIFICATION;
    nn.threshold = 0.5;
    nn.scale.kind = SCALE_NONE;
    for (int k = 0; k < std::max(2, sizes[n - 1]); k++) nn.labels.push_back(number_text((double)k));
    nn.is_foreign = true;
    read_to_end(r);
    return nn;
}

nn_t nn_load(const std::string &path)
{
    std::string text = file_read(path);
    if (text.empty()) die("%s: the file is empty, expected a model", path.c_str());
    reader_t r = {path.c_str(), text.data(), text.data(), text.data() + text.size()};
    if (is_course_model(text)) return import_course(&r);
    open_reader(&r, text, MODEL_NAME);
    nn_t nn = read_model(&r);
    read_to_end(&r);
    return nn;
}

nn_t checkpoint_load(progress_t *p, const std::string &path)
{
    std::string text = file_read(path);
    reader_t r = {path.c_str(), NULL, NULL, NULL};
    open_reader(&r, text, CHECKPOINT_NAME);
    nn_t nn = read_model(&r);
    *p = {};
    expect(&r, "epoch");
    p->epoch = number<long>(&r, 0, INT64_MAX, "epochs done");
    expect(&r, "batch");
    p->batch = number<int>(&r, 0, INT32_MAX, "batches done");
    expect(&r, "shuffle_state");
    p->shuffle_state = number<uint64_t>(&r, 0, UINT64_MAX, "state of the random numbers");
    expect(&r, "loss_sum");
    numbers(&r, &p->loss_sum, 1, "sum of costs");
    expect(&r, "seconds");
    numbers(&r, &p->seconds, 1, "seconds");
    expect(&r, "best_epoch");
    p->best_epoch = number<long>(&r, 0, INT64_MAX, "the best epoch");
    expect(&r, "best_loss");
    numbers(&r, &p->best_loss, 1, "the best cost");
    expect(&r, "last_loss");
    numbers(&r, &p->last_loss, 1, "the last cost");
    expect(&r, "last_value");
    numbers(&r, &p->last_value, 1, "the last metric");
    for (std::vector<real_t> *v : {&p->velocity, &p->best}) {
        expect(&r, v == &p->best ? "best" : "velocity");
        size_t n = count(&r, "numbers");
        if (n != 0 && n != nn.s.n_params) bad(&r, format("0 or %zu numbers", nn.s.n_params));
        v->resize(n);
        numbers(&r, v->data(), n, "a number");
    }
    expect(&r, "run");
    size_t size = number<size_t>(&r, 0, r.end - r.at, "characters");
    line_end(&r);
    if (size != (size_t)(r.end - r.at)) bad(&r, "the options of the run");
    p->run.assign(r.at, size);
    return nn;
}
