// tests/test_pages.cpp: the numbers of the handout, docs/en, are those that train.cpp computes.
#include <cmath>
#include <cstring>
#include <map>
#include <regex>
#include <set>
#include <sstream>

#include "helpers.h"

static const std::string PAGES = "docs/en/";

// ---- the example ---------------------------------------------------------------------------------

// What a page may name in a block ```example: numbers, row by row.
struct value_t {
    std::vector<double> v;
    size_t columns;
};
typedef std::map<std::string, value_t> values_t;

static value_t value_of(const real_t *v, size_t n, size_t columns) { return {{v, v + n}, columns}; }
static value_t number(double x) { return {{x}, 1}; }
static value_t list(const std::vector<double> &v) { return {v, v.size()}; }
static value_t offsets(const size_t *at) { return list({(double)at[0], (double)at[1], (double)at[2]}); }

static const std::vector<double> example_params = {0.15, 0.20, 0.25, 0.30, 0.35, 0.35, 0.40, 0.45, 0.60};
static const int example_rows[] = {2, 0};
static const double example_rate = 0.5, example_momentum = 0.9;

static ds_t example_data()
{
    return make_ds(3, 2, 1, {0.05, 0.10, 0.60, 0.40, 0.90, 0.20}, {0.01, 0.50, 0.99}, TASK_REGRESSION);
}

static shape_t example_shape() { return shape_of({2, 2, 1}, {"sigmoid", "sigmoid"}, "mse"); }

// One step of training without its update, on b of the example's rows.
static train_t example_step(const ds_t *ds, const int *rows, int b, bool momentum)
{
    shape_t s = example_shape();
    train_t t = train_alloc_cpu(&s, 2, ds, reals(example_params).data(), NULL, momentum);
    load_batch_cpu(&t, rows, b);
    forward_pass_cpu(&t, b);
    loss_cpu(&t, b);
    back_prop_cpu(&t, b);
    gradients_cpu(&t, b);
    return t;
}

// z of layer l: what the same network computes with a linear activation there.
static value_t sums_before_activation(train_t t, int l)
{
    int n = t.s.n[l];
    t.s.f[l].kind = ACT_LINEAR;
    forward_pass_cpu(&t, 2);
    value_t z = value_of(A(&t, l), 2 * n, n);
    t.s.f[l].kind = ACT_SIGMOID;
    forward_pass_cpu(&t, 2);
    return z;
}

static void add_updates(values_t *v, const ds_t *ds)
{
    train_t t = example_step(ds, example_rows, 2, true);
    for (size_t i = 0; i < t.s.n_params; i++) t.velocity[i] = (real_t)0.1;
    (*v)["velocity"] = value_of(t.velocity, t.s.n_params, t.s.n_params);
    update_cpu(&t, 2, (real_t)example_rate, (real_t)example_momentum);
    (*v)["velocity_after"] = value_of(t.velocity, t.s.n_params, t.s.n_params);
    (*v)["params_after_momentum"] = value_of(t.params, t.s.n_params, t.s.n_params);
    train_free_cpu(&t);
    for (int gpu : {0, 1}) {
        t = example_step(ds, example_rows + gpu, 1, false);
        (*v)[format("grads_gpu%d", gpu)] = value_of(t.grads, t.s.n_params, t.s.n_params);
        train_free_cpu(&t);
    }
}

// Outputs of one neuron against their targets, as score_cpu and metrics_make see them.
static void add_scores(values_t *v)
{
    const std::vector<double> a = {0.91, 0.20, 0.75, 0.35, 0.50, 0.08, 0.55, 0.88, 0.62, 0.15};
    const std::vector<double> y = {1, 0, 1, 1, 0, 0, 0, 1, 1, 0};
    int n = (int)a.size();
    shape_t s = shape_of({1, 1}, {"sigmoid"}, "mse");
    ds_t ds = make_ds(n, 1, 1, a, y, TASK_CLASSIFICATION);
    train_t t = train_alloc_cpu(&s, n, &ds, reals({1, 0}).data(), NULL, false);
    for (int i = 0; i < n; i++) A(&t, 1)[i] = (real_t)a[i], t.targets[i] = (real_t)y[i];
    score_t score = score_make(1, TASK_CLASSIFICATION);
    tally_t tally = {score.K, score.confusion.data(), score.sums};
    score_cpu(&t, n, 0.5, &tally);
    metrics_t m = metrics_make(&score, &ds, 0.5, NULL);
    const class_metrics_t &c = m.classes[1];
    (*v)["outputs"] = list(a);
    (*v)["y"] = list(y);
    (*v)["threshold"] = number(0.5);
    (*v)["confusion"] = {{score.confusion.begin(), score.confusion.end()}, 2};
    (*v)["sums"] = list({score.sums[0], score.sums[1], score.sums[2]});
    (*v)["TP"] = number(c.TP), (*v)["FP"] = number(c.FP), (*v)["FN"] = number(c.FN), (*v)["TN"] = number(c.TN);
    (*v)["precision"] = number(c.precision), (*v)["recall"] = number(c.recall), (*v)["F1"] = number(c.f1);
    (*v)["accuracy"] = number(m.accuracy);
    train_free_cpu(&t);
}

static values_t example_values()
{
    values_t v;
    ds_t ds = example_data();
    train_t t = example_step(&ds, example_rows, 2, false);
    size_t n = t.s.n_params;
    v["X"] = value_of(t.X, 6, 2), v["Y"] = value_of(t.Y, 3, 1);
    v["N"] = number(t.N), v["B"] = number(t.B), v["b"] = number(2), v["L"] = number(t.s.L);
    v["rows"] = list({(double)t.rows[0], (double)t.rows[1]});
    v["n"] = list({(double)t.s.n[0], (double)t.s.n[1], (double)t.s.n[2]});
    v["w_at"] = offsets(t.s.w_at), v["b_at"] = offsets(t.s.b_at), v["a_at"] = offsets(t.s.a_at);
    v["n_params"] = number(n), v["n_acts"] = number(t.s.n_acts);
    for (int l = 0; l <= 2; l++) {
        v[format("A%d_begins", l)] = number(A(&t, l) - t.acts);
        v[format("A%d", l)] = value_of(A(&t, l), 2 * t.s.n[l], t.s.n[l]);
        if (l == 0) continue;
        size_t weights = (size_t)t.s.n[l] * t.s.n[l - 1];
        v[format("z%d", l)] = sums_before_activation(t, l);
        v[format("dZ%d_begins", l)] = number(dZ(&t, l) - t.deltas);
        v[format("dZ%d", l)] = value_of(dZ(&t, l), 2 * t.s.n[l], t.s.n[l]);
        v[format("W%d", l)] = value_of(W(&t, l), weights, t.s.n[l - 1]);
        v[format("dW%d", l)] = value_of(dW(&t, l), weights, t.s.n[l - 1]);
        v[format("bias%d", l)] = value_of(bias(&t, l), t.s.n[l], t.s.n[l]);
        v[format("dbias%d", l)] = value_of(dbias(&t, l), t.s.n[l], t.s.n[l]);
    }
    v["targets"] = value_of(t.targets, 2, 1);
    v["loss"] = number(*t.loss);
    v["params"] = value_of(t.params, n, n), v["grads"] = value_of(t.grads, n, n);
    v["learning_rate"] = number(example_rate), v["momentum"] = number(example_momentum);
    update_cpu(&t, 2, (real_t)example_rate, 0);
    v["params_after"] = value_of(t.params, n, n);
    train_free_cpu(&t);
    add_updates(&v, &ds);
    add_scores(&v);
    return v;
}

// ---- blocks ```example: "name = numbers", rows divided by ";", or "name[i,j] = 0.5*0.2 + 0.1 = 0.2" ----------------------

// The value of an expression of numbers, + - * / ( ) and f(x), the sigmoid. NAN: it is none.
struct formula_t {
    const char *at;
};
static double sum_of(formula_t *e);

static void skip_spaces(formula_t *e)
{
    while (*e->at == ' ') e->at++;
}

static double factor_of(formula_t *e)
{
    skip_spaces(e);
    bool is_f = strncmp(e->at, "f(", 2) == 0;
    if (is_f) e->at++;
    if (*e->at == '-') return e->at++, -factor_of(e);
    if (*e->at == '(') {
        e->at++;
        double x = sum_of(e);
        skip_spaces(e);
        if (*e->at++ != ')') return NAN;
        return is_f ? 1 / (1 + std::exp(-x)) : x;
    }
    char *end;
    double x = strtod(e->at, &end);
    if (end == e->at) return NAN;
    e->at = end;
    return x;
}

static double product_of(formula_t *e)
{
    double x = factor_of(e);
    for (skip_spaces(e); *e->at == '*' || *e->at == '/'; skip_spaces(e)) {
        bool times = *e->at++ == '*';
        double y = factor_of(e);
        x = times ? x * y : x / y;
    }
    return x;
}

static double sum_of(formula_t *e)
{
    double x = product_of(e);
    for (skip_spaces(e); *e->at == '+' || *e->at == '-'; skip_spaces(e)) {
        bool plus = *e->at++ == '+';
        double y = product_of(e);
        x = plus ? x + y : x - y;
    }
    return x;
}

static double value_of_formula(const std::string &text)
{
    formula_t e = {text.c_str()};
    double x = sum_of(&e);
    return *e.at ? NAN : x;
}

static std::vector<std::string> parts_of(const std::string &text, char border)
{
    std::vector<std::string> parts;
    std::istringstream in(text);
    for (std::string part; std::getline(in, part, border);) parts.push_back(part);
    return parts;
}

// The pages show six digits behind the point.
static bool same(double shown, double computed, double factor)
{
    return std::fabs(shown - computed) <= factor * (0.51e-6 + (sizeof(real_t) == 4 ? 1e-6 : 0));
}

static std::string wrong_list(const std::string &text, const value_t &value)
{
    std::vector<double> shown;
    for (const std::string &row : parts_of(text, ';')) {
        std::istringstream in(row);
        size_t before = shown.size();
        for (std::string word; in >> word;) shown.push_back(value_of_formula(word));
        if (shown.size() - before != value.columns) return format("a row of %zu numbers", shown.size() - before);
    }
    if (shown.size() != value.v.size()) return format("%zu numbers, expected %zu", shown.size(), value.v.size());
    for (size_t i = 0; i < shown.size(); i++)
        if (!same(shown[i], value.v[i], 1)) return format("number %zu is %.9g", i, value.v[i]);
    return "";
}

// What is wrong with a line of an example; "" if it is right. Its name is put into `seen`.
static std::string wrong(const std::string &line, const values_t &values, std::set<std::string> *seen)
{
    std::smatch m;
    static const std::regex form("([A-Za-z_0-9]+)(\\[([0-9]+)(,([0-9]+))?\\])? *= *(.*)");
    if (!std::regex_match(line, m, form)) return "not of the form name = numbers";
    if (!values.count(m[1])) return m[1].str() + " is not a value of the example";
    const value_t &value = values.at(m[1]);
    seen->insert(m[1]);
    if (!m[2].matched && value.v.size() > 1) return wrong_list(m[6], value);
    size_t i = m[3].matched ? std::stoul(m[3]) : 0, j = m[5].matched ? std::stoul(m[5]) : 0;
    size_t at = m[5].matched ? i * value.columns + j : i;
    if (at >= value.v.size() || (m[5].matched && j >= value.columns)) return "no such element";
    for (const std::string &part : parts_of(m[6], '=')) {
        bool is_number = part.find_first_of("+*/(") == std::string::npos && part.find(" - ") == std::string::npos;
        if (!same(value_of_formula(part), value.v[at], is_number ? 1 : 5)) return format("it is %.9g", value.v[at]);
    }
    return "";
}

static std::vector<std::string> example_lines(const std::string &page)
{
    std::vector<std::string> lines;
    bool inside = false;
    for (std::string line : parts_of(page, '\n')) {
        if (line.rfind("```", 0) == 0) inside = line == "```example";
        else if (inside) {
            line = line.substr(0, line.find('#'));
            line.erase(line.find_last_not_of(' ') + 1);
            if (!line.empty()) lines.push_back(line);
        }
    }
    return lines;
}

TEST_CASE("the numbers on the handout's pages are those that train.cpp computes")
{
    static const std::map<std::string, std::string> must_show = {
        {"notation", "n w_at b_at a_at n_params n_acts A1_begins dZ2_begins params"},
        {"1_transfers", "N X Y params rows"},
        {"2_update", "params grads params_after velocity velocity_after params_after_momentum"},
        {"3_forward", "rows A0 targets z1 A1 z2 A2"},
        {"4_back", "A2 targets dZ2 dZ1"},
        {"5_gradients", "dbias1 dbias2 dW1 dW2 grads"},
        {"6_test", "loss outputs y confusion sums TP FP FN TN precision recall F1 accuracy"},
        {"8_two_gpus", "grads_gpu0 grads_gpu1 grads"}};
    values_t values = example_values();
    for (const auto &page : must_show) {
        std::set<std::string> seen;
        for (const std::string &line : example_lines(file_read(PAGES + page.first + ".md"))) {
            std::string what = wrong(line, values, &seen);
            CHECK_MESSAGE(what.empty(), page.first << ".md: " << line << ": " << what);
        }
        for (const std::string &name : parts_of(page.second, ' '))
            CHECK_MESSAGE(seen.count(name) == 1, page.first << ".md: no line for " << name);
    }
}

TEST_CASE("a wrong number on a page is noticed")
{
    values_t values = example_values();
    std::set<std::string> seen;
    for (const char *right :
         {"z1[0,1] = 0.25*0.90 + 0.30*0.20 + 0.35 = 0.635", "A1[0,0] = f(0.525) = 0.628316", "b = 2",
          "X = 0.05 0.10 ; 0.60 0.40 ; 0.90 0.20", "dZ2[0] = (0.75868 - 0.99)*0.75868*(1 - 0.75868)"})
        CHECK_MESSAGE(wrong(right, values, &seen) == "", right);
    for (const char *bad :
         {"z1[0,1] = 0.25*0.90 + 0.30*0.20 + 0.36 = 0.635", "z1[0,1] = 0.635004", "A1[0,0] = f(0.526)", "b = 3",
          "X = 0.05 0.10 ; 0.60 0.40", "X = 0.05 0.10 0.60 0.40 0.90 0.20", "b = 2 +", "b", "Z = 1", "z1[0,2] = 0.5",
          "X = 0.05 0.10 ; 0.60 0.40 ; 0.90 0.21"})
        CHECK_MESSAGE(wrong(bad, values, &seen) != "", bad);
}
