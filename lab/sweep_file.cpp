// [given] sweep_file.cpp: reads the file of a sweep and chooses its runs.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <set>
#include <sstream>

#include <zlib.h>

#include "options.h"
#include "sweep.h"

constexpr size_t MOST_RUNS = 10000;

// Options of bin/nn that a sweep may name, in the order in which a run's line has them.
static const char *const NAMES[] = {
    "dataset", "layers",     "activation",    "loss",     "init",     "scaling", "task",       "class_weights",
    "epochs",  "batch_size", "learning_rate", "lr_decay", "momentum", "seed",    "validation", "patience",
    "target",  "threshold",  "device",        "gpus",     "block",    "streams", "checkpoint"};
static bool is_one_of(const std::string &name, std::initializer_list<const char *> names)
{
    return std::any_of(names.begin(), names.end(), [&](const char *n) { return name == n; });
}
static bool is_known(const std::string &name)
{
    return std::any_of(std::begin(NAMES), std::end(NAMES), [&](const char *n) { return name == n; });
}
static bool is_whole(const std::string &name)
{
    return is_one_of(name, {"epochs", "batch_size", "seed", "patience", "gpus", "block", "streams", "checkpoint"});
}
static bool has_commas(const std::string &name) { return is_one_of(name, {"layers", "activation", "class_weights"}); }

struct line_t {
    const char *file;
    int number;
};

[[noreturn]] static void bad(const line_t *l, const std::string &text)
{
    die_usage("%s:%d: %s", l->file, l->number, text.c_str());
}

// ---- a line ---------------------------------------------------------------------------------------------------

static std::string trimmed(const std::string &text)
{
    size_t first = text.find_first_not_of(" \t\r"), last = text.find_last_not_of(" \t\r");
    return first == std::string::npos ? "" : text.substr(first, last - first + 1);
}

static double finite(const line_t *l, const std::string &text, const char *what)
{
    double x = 0;
    std::from_chars_result r = std::from_chars(text.data(), text.data() + text.size(), x);
    if (text.empty() || r.ec != std::errc() || r.ptr != text.data() + text.size() || !std::isfinite(x))
        bad(l, format("'%s', expected %s", text.c_str(), what));
    return x;
}

static long whole_number(const line_t *l, const std::string &text, long least, const char *what)
{
    double x = finite(l, text, what);
    if (x != std::floor(x) || x < (double)least || x > 1e9) bad(l, format("'%s', expected %s", text.c_str(), what));
    return (long)x;
}

// The words become a line of a shell on the cluster.
static void check_characters(const line_t *l, const std::string &value)
{
    for (char c : value)
        if (!isalnum((unsigned char)c) && !strchr("_./,:+-@%=", c))
            bad(l, format("'%s': the character '%c' cannot stand in a value, expected letters, digits and _./,:+-@%%=",
                          value.c_str(), c));
}

static std::vector<std::string> list_of(const line_t *l, const std::string &name, const std::string &text)
{
    bool bars = text.find('|') != std::string::npos;
    std::vector<std::string> values;
    std::string value;
    for (char c : text + (bars ? '|' : has_commas(name) ? '\n' : ',')) {
        if (c != (bars ? '|' : has_commas(name) ? '\n' : ',')) {
            value += c;
            continue;
        }
        std::string one;
        for (char d : trimmed(value))
            if (!has_commas(name) || d != ' ') one += d;
        if (one.empty()) bad(l, name + ": a value is missing, expected one between two separators");
        check_characters(l, one);
        if (std::count(values.begin(), values.end(), one)) bad(l, name + ": " + one + " stands there twice");
        values.push_back(one);
        value.clear();
    }
    return values;
}

static choice_t range_of(const line_t *l, const std::string &name, const std::string &text)
{
    choice_t c = {name, l->number, {}, true, false, is_whole(name), 0, 0};
    size_t dots = text.find("..");
    if (dots == std::string::npos)
        bad(l, format("'%s', expected a range\nhint: %s ~ 0.001 .. 1 log", text.c_str(), name.c_str()));
    std::string high = trimmed(text.substr(dots + 2));
    size_t blank = high.find_first_of(" \t");
    if (blank != std::string::npos) {
        std::string word = trimmed(high.substr(blank));
        if (word != "log") bad(l, format("'%s' behind the range, expected log or nothing", word.c_str()));
        c.logarithmic = true;
        high = high.substr(0, blank);
    }
    c.low = finite(l, trimmed(text.substr(0, dots)), "a number before ..");
    c.high = finite(l, high, "a number behind ..");
    if (!(c.low < c.high)) bad(l, format("the range %g .. %g, expected the smaller number first", c.low, c.high));
    if (c.logarithmic && c.low <= 0) bad(l, format("log from %g, expected a number greater than 0", c.low));
    if (c.whole && (c.low != std::floor(c.low) || c.high != std::floor(c.high)))
        bad(l, format("%s takes whole numbers, found %g .. %g", name.c_str(), c.low, c.high));
    return c;
}

// The sweep's own words. False: none of them.
static bool own_word(sweep_t *s, const line_t *l, const std::string &name, const std::string &value)
{
    if (name == "tries") s->tries = (int)whole_number(l, value, 1, "how many random choices, a whole number from 1");
    else if (name == "draw") s->seed = (uint64_t)whole_number(l, value, 0, "a whole number from 0");
    else if (name == "test") check_characters(l, value), s->test = value;
    else if (name == "by") {
        if (value != "cost" && value != "metric") bad(l, format("by = %s, expected cost or metric", value.c_str()));
        s->by_metric = value == "metric";
    } else return false;
    if (value.empty()) bad(l, name + ": a value is missing");
    return true;
}

static void add_line(sweep_t *s, std::vector<choice_t> *all, const line_t *l, const std::string &text)
{
    size_t at = text.find_first_of("=~");
    if (at == std::string::npos) bad(l, format("'%s', expected NAME = VALUES or NAME ~ LOW .. HIGH", text.c_str()));
    std::string name = trimmed(text.substr(0, at)), value = trimmed(text.substr(at + 1));
    while (name.compare(0, 1, "-") == 0) name.erase(0, 1);
    if (name == "batch_number") name = "batch_size";
    if (text[at] == '=' && own_word(s, l, name, value)) return;
    if (is_one_of(name, {"model", "log", "json", "resume", "train", "threads"}))
        bad(l, name + ": is set by bin/lab sweep itself, expected another option\nhint: leave the line out" +
                   (name == "threads" ? "; bin/lab sweep --threads" : ""));
    if (!is_known(name)) {
        std::string known = "tries draw by test";
        for (const char *n : NAMES) known += std::string(" ") + n;
        bad(l, format("'%s' is not known, expected one of: %s\nhint: `bin/nn --help` says what they are", name.c_str(),
                      known.c_str()));
    }
    for (const choice_t &c : *all)
        if (c.name == name) bad(l, format("%s stands in line %d already", name.c_str(), c.line));
    if (text[at] == '~') all->push_back(range_of(l, name, value));
    else all->push_back({name, l->number, list_of(l, name, value), false, false, is_whole(name), 0, 0});
}

// ---- the runs -------------------------------------------------------------------------------------------------

// The k-th random value of an option: it depends on nothing but seed, name and k, so that more tries, or another line
// in the file, leave those before as they are.
static std::string drawn(const sweep_t *s, const choice_t *c, int k)
{
    uint64_t name = crc32_z(0, (const Bytef *)c->name.data(), c->name.size());
    rng_t rng = rng_make(s->seed + (name << 32), 100 + (uint64_t)k);
    if (!c->is_range) return c->values[rng_below(&rng, (uint32_t)c->values.size())];
    double u = rng_uniform(&rng);
    if (c->whole) {
        double x = c->logarithmic ? std::floor(c->low * std::pow((c->high + 1) / c->low, u))
                                  : c->low + std::floor(u * (c->high - c->low + 1));
        return format("%.0f", std::min(x, c->high));
    }
    double x = c->logarithmic ? c->low * std::pow(c->high / c->low, u) : c->low + u * (c->high - c->low);
    return number_text(strtod(format("%.4g", std::min(std::max(x, c->low), c->high)).c_str(), NULL));
}

static std::string line_of(const sweep_t *s, const std::vector<std::string> *values)
{
    std::string line;
    for (const char *name : NAMES) {
        for (const choice_t &c : s->fixed)
            if (c.name == name) line += " --" + c.name + " " + c.values[0];
        for (size_t i = 0; i < s->varied.size(); i++)
            if (s->varied[i].name == name) line += " --" + s->varied[i].name + " " + (*values)[i];
    }
    return line.substr(1);
}

static void choose_all(sweep_t *s)
{
    double many = 1;
    for (const choice_t &c : s->varied) many *= (double)c.values.size();
    if (many > MOST_RUNS)
        die_usage("%s: %.0f runs, expected at most %zu\nhint: fewer values, or a random choice of them: tries = 100",
                  s->file.c_str(), many, MOST_RUNS);
    std::vector<size_t> at(s->varied.size(), 0);
    for (size_t i = at.size();;) {  // the last option changes fastest
        std::vector<std::string> values;
        for (size_t k = 0; k < at.size(); k++) values.push_back(s->varied[k].values[at[k]]);
        s->runs.push_back({0, line_of(s, &values), values});
        for (i = at.size(); i > 0 && ++at[i - 1] == s->varied[i - 1].values.size(); i--) at[i - 1] = 0;
        if (i == 0) return;
    }
}

static void choose_some(sweep_t *s)
{
    if (s->tries > (int)MOST_RUNS)
        die_usage("%s: tries = %d, expected at most %zu", s->file.c_str(), s->tries, MOST_RUNS);
    bool seeds = !s->varied.empty() && s->varied.back().name == "seed" && !s->varied.back().is_range;
    size_t n = s->varied.size() - seeds;
    std::set<std::string> chosen;
    for (int k = 0, found = 0; found < s->tries; k++) {
        if (k > 1000 + 100 * s->tries)
            die_usage("%s: tries = %d, but there are only %d different settings\nhint: fewer tries, or the whole grid: "
                      "no tries",
                      s->file.c_str(), s->tries, found);
        std::vector<std::string> values;
        for (size_t i = 0; i < n; i++) values.push_back(drawn(s, &s->varied[i], k));
        std::vector<std::string> each = seeds ? s->varied.back().values : std::vector<std::string>{""};
        for (size_t j = 0; j < each.size(); j++) {
            if (seeds) values.resize(n), values.push_back(each[j]);
            std::string line = line_of(s, &values);
            if (!chosen.insert(line).second) break;
            s->runs.push_back({0, line, values});
            found += j == 0;
        }
        if (s->runs.size() > MOST_RUNS) die_usage("%s: expected at most %zu runs", s->file.c_str(), MOST_RUNS);
    }
}

// By bin/nn's own reader of options; its message gets the line of the option that it names.
static void check_runs(const sweep_t *s)
{
    for (const sweep_run_t &run : s->runs) {
        std::vector<std::string> words = {"nn", "--train", "--model", "(model)"};
        std::istringstream in(run.line);
        for (std::string word; in >> word;) words.push_back(word);
        std::vector<const char *> argv;
        for (const std::string &word : words) argv.push_back(word.c_str());
        options_t o;
        try {
            options_parse((int)argv.size(), argv.data(), &o);
        } catch (const nn_error_t &e) {
            std::string text = e.what(), name = text.substr(0, text.find(':'));
            for (const std::vector<choice_t> *list : {&s->fixed, &s->varied})
                for (const choice_t &c : *list)
                    if ("--" + c.name == name && c.line > 0)
                        die_usage("%s:%d: %s", s->file.c_str(), c.line, text.c_str() + 2);
            die_usage("%s: %s", s->file.c_str(), text.c_str());
        }
    }
}

static void add_default(sweep_t *s, const std::vector<choice_t> *all, const char *name, const std::string &value)
{
    for (const choice_t &c : *all)
        if (c.name == name) return;
    s->fixed.push_back({name, 0, {value}, false, false, false, 0, 0});
}

static void sort_out(sweep_t *s, const std::vector<choice_t> *all)
{
    const choice_t *seed = NULL;
    for (const choice_t &c : *all) {
        bool varies = c.is_range || c.values.size() > 1;
        line_t l = {s->file.c_str(), c.line};
        if (varies && is_one_of(c.name, {"dataset", "validation", "device", "patience", "checkpoint", "task"}))
            bad(&l, c.name + " varies: what it gives could not be compared\nhint: one value; a sweep each for several");
        if (varies && c.name == "loss" && !s->by_metric)
            bad(&l, "loss varies: two costs cannot be compared\nhint: by = metric");
        if (c.is_range && s->tries == 0) bad(&l, "a range needs to know how many\nhint: tries = 20");
        if (c.name == "patience" && c.values[0] == "none") continue;
        if (varies && c.name == "seed" && !c.is_range) seed = &c;
        else (varies ? s->varied : s->fixed).push_back(c);
    }
    if (seed) s->varied.push_back(*seed);
    add_default(s, all, "validation", "0.2");
    add_default(s, all, "patience", "10");
    if (s->varied.empty())
        die_usage("%s: nothing varies, expected an option with several values\nhint: learning_rate = 0.01, 0.1, 1",
                  s->file.c_str());
    if (sweep_fixed(s, "dataset").empty())
        die_usage("%s: no line says dataset = FILE\nhint: dataset = datasets/breast_cancer_train.csv", s->file.c_str());
    long epochs = atol(sweep_fixed(s, "epochs").c_str());
    add_default(s, all, "checkpoint", std::to_string(std::max(1L, (epochs > 0 ? epochs : 100) / 10)));
}

sweep_t sweep_read(const std::string &path, const std::string &folder)
{
    sweep_t s = {path, folder, {}, {}, 0, 1, false, "", {}};
    std::istringstream in(file_read(path));
    std::vector<choice_t> all;
    line_t l = {path.c_str(), 0};
    for (std::string line; std::getline(in, line);) {
        l.number++;
        line = trimmed(line.substr(0, line.find('#')));
        if (!line.empty()) add_line(&s, &all, &l, line);
    }
    sort_out(&s, &all);
    if (s.tries > 0) choose_some(&s);
    else choose_all(&s);
    check_runs(&s);
    return s;
}

std::string sweep_fixed(const sweep_t *s, const std::string &name)
{
    for (const choice_t &c : s->fixed)
        if (c.name == name) return c.values[0];
    return "";
}

bool sweep_on_gpu(const sweep_t *s) { return sweep_fixed(s, "device") == "cuda"; }
