// [given] report_model.cpp: models on rows that they have not seen: scores, confusion matrix, predicted against actual, surface.
#include "report.h"

#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

#include "picture.h"
#include "plot.h"

// ---- testing -----------------------------------------------------------------------------------------

// Outputs on a grid over the range of both inputs; row after row, the second input is that of the row.
static void test_grid(tested_t *t, const nn_t *nn)
{
    ds_t grid = t->ds;
    grid.N = GRID * GRID;
    grid.X.clear();
    grid.Y.assign(grid.N, 0);
    for (int k = 0; k < 2; k++) {
        double low = INFINITY, high = -INFINITY;
        for (int i = 0; i < t->ds.N; i++) {
            low = std::min(low, (double)t->ds.X[2 * i + k]);
            high = std::max(high, (double)t->ds.X[2 * i + k]);
        }
        t->lows.push_back(low);
        t->highs.push_back(high);
    }
    for (int i = 0; i < grid.N; i++)
        for (int k = 0; k < 2; k++) {
            int step = k == 0 ? i % GRID : i / GRID;
            grid.X.push_back((real_t)(t->lows[k] + (step + 0.5) / GRID * (t->highs[k] - t->lows[k])));
        }
    scale_apply(&nn->scale, &grid);
    std::vector<real_t> outputs;
    nn_test(nn, &grid, &outputs);
    t->grid.assign(outputs.begin(), outputs.end());
}

tested_t tested_make(const std::string &model, const std::string &dataset)
{
    tested_t t = {};
    nn_t nn = nn_load(model);
    t.model = file_of(model);
    t.dataset = file_of(dataset);
    t.shape = shape_text(&nn.s);
    std::vector<std::string> models = {model};
    t.weights = picture_network(&models, dataset);
    ds_want_t want = {nn.s.n[0], nn.s.n[nn.s.L], nn.task, nn.labels, true};
    t.ds = ds_load(dataset, &want);
    ds_t scaled = t.ds;
    scale_apply(&nn.scale, &scaled);
    t.m = nn_test(&nn, &scaled, &t.outputs);
    if (nn.task == TASK_REGRESSION && nn.s.n[0] == 2 && nn.s.n[nn.s.L] == 1) test_grid(&t, &nn);
    return t;
}

// ---- JSON of bin/nn --test ---------------------------------------------------------------------------

bool tested_is_json(const std::string &path)
{
    nlohmann::json j = nlohmann::json::parse(file_read(path), NULL, false);
    return j.is_object() && j.contains("task") && j.contains("rows") && j.contains("metric") && j.contains("value");
}

static double number_of(const nlohmann::json &j, const char *key)
{
    return j.contains(key) && j[key].is_number() ? j[key].get<double>() : NAN;
}

static void read_classes(metrics_t *m, const nlohmann::json &j)
{
    size_t K = j.at("classes").size();
    m->score.K = (int)K;
    m->n_out = j.contains("threshold") ? 1 : (int)K;
    m->threshold = number_of(j, "threshold");
    m->accuracy = j.at("accuracy");
    m->macro_precision = j.at("macro").at("precision");
    m->macro_recall = j.at("macro").at("recall");
    m->macro_f1 = j.at("macro").at("f1");
    for (const auto &k : j.at("classes")) {
        m->labels.push_back(k.at("label"));
        m->classes.push_back({k.at("TP"), k.at("FP"), k.at("FN"), k.at("TN"), k.at("precision"), k.at("recall"),
                              k.at("f1"), k.at("precision_undefined"), k.at("recall_undefined")});
    }
    for (const auto &row : j.at("confusion"))
        for (const auto &n : row) m->score.confusion.push_back(n.get<unsigned long long>());
    if (K < 2 || m->score.confusion.size() != K * K) throw std::runtime_error("the confusion matrix is not square");
}

tested_t tested_read(const std::string &path)
{
    tested_t t = {};
    t.counts_only = true;
    t.model = t.dataset = file_of(path);
    try {
        nlohmann::json j = nlohmann::json::parse(file_read(path));
        metrics_t *m = &t.m;
        m->task = j.at("task") == "regression" ? TASK_REGRESSION : TASK_CLASSIFICATION;
        m->N = j.at("rows");
        m->value = j.at("value");
        m->loss = number_of(j, "cost");
        m->roc_auc = number_of(j, "roc_auc");
        m->average_precision = number_of(j, "average_precision");
        m->r2 = number_of(j, "r2");
        m->mse = number_of(j, "mse");
        m->mae = number_of(j, "mae");
        if (m->task == TASK_CLASSIFICATION) read_classes(m, j);
    } catch (const nlohmann::json::exception &e) {
        die("%s: is not what bin/nn --test --json writes: %s\nhint: write it again", path.c_str(), e.what());
    } catch (const std::runtime_error &e) {
        if (dynamic_cast<const nn_error_t *>(&e)) throw;
        die("%s: is not what bin/nn --test --json writes: %s\nhint: write it again", path.c_str(), e.what());
    }
    return t;
}

// ---- plots -------------------------------------------------------------------------------------------

static const char *const palette = "set palette defined (0 '#440154', 0.25 '#3b528b', 0.5 '#21918c', 0.75 '#5ec962', 1 "
                                   "'#fde725')\n";

static std::string class_tics(const metrics_t *m, const char *axis)
{
    std::string tics = std::string("set ") + axis + "tics (";
    for (size_t c = 0; c < m->labels.size(); c++)
        tics += (c ? ", " : "") + plot_text(clean_text(m->labels[c], 14)) + format(" %zu", c);
    return tics + ") noenhanced" + (axis[0] == 'x' && m->labels.size() > 3 ? " rotate by -40\n" : "\n");
}

static std::string confusion_plot(const metrics_t *m)
{
    int K = m->score.K;
    std::vector<std::vector<double>> cells;
    for (int c = 0; c < K; c++) {
        double rows = 0;
        for (int k = 0; k < K; k++) rows += (double)m->score.confusion[c * K + k];
        for (int k = 0; k < K; k++) {
            double n = (double)m->score.confusion[c * K + k];
            cells.push_back({(double)k, (double)c, rows > 0 ? n / rows : 0, n});
        }
    }
    std::string script = plot_data("cells", cells) + class_tics(m, "x") + class_tics(m, "y");
    script += "set palette defined (0 '#f4f8fb', 0.35 '#9cc7e3', 0.7 '#2f86bd', 1 '#004a7c')\nset cbrange [0:1]\n"
              "set cblabel 'share of the rows of a class'\nunset grid\nset border 0\nset tics scale 0\n"
              "set xlabel 'predicted class'\nset ylabel 'actual class'\nset size square\n" +
              format("set xrange [-0.5:%g]\nset yrange [%g:-0.5]\nset style fill solid\n", K - 0.5, K - 0.5) +
              "plot $cells using 1:2:($1-0.48):($1+0.48):($2-0.48):($2+0.48):3 with boxxyerror fc palette notitle";
    if (K <= 12)
        for (bool dark : {false, true})
            script += format(", $cells using 1:($3 %s 0.5 ? $2 : NaN):(sprintf('%%.0f', $4)) with labels font ',%d' "
                             "tc rgb '%s' notitle",
                             dark ? ">=" : "<", K <= 4 ? 17 : 11, dark ? "#ffffff" : "#1a1a1a");
    return plot_svg(script, 460, 380);
}

static const int MOST_POINTS = 500;

static std::string scatter_plot(const tested_t *t)
{
    int n = t->m.n_out, stride = std::max(1, (t->ds.N + MOST_POINTS - 1) / MOST_POINTS);
    double low = INFINITY, high = -INFINITY;
    std::vector<std::vector<double>> rows;
    for (int i = 0; i < t->ds.N; i += stride) {
        double y = t->ds.Y[(size_t)i * n], a = t->outputs[(size_t)i * n];
        rows.push_back({y, a});
        if (!std::isfinite(a)) continue;
        low = std::min({low, y, a});
        high = std::max({high, y, a});
    }
    if (!(low < high)) return "";
    double edge = 0.03 * (high - low);
    return plot_svg(plot_data("rows", rows) +
                        format("set xrange [%.9g:%.9g]\nset yrange [%.9g:%.9g]\n", low - edge, high + edge, low - edge,
                               high + edge) +
                        "set xlabel 'actual'\nset ylabel 'predicted'\nset size square\n"
                        "plot $rows with points pt 7 ps 0.3 lc rgb '#0072b2' title 'rows', x with lines lc rgb "
                        "'#d55e00' lw 1.5 title 'predicted = actual'\n",
                    460, 400);
}

// How far predictions are off: rows in 41 bins of predicted - actual.
static std::string error_plot(const tested_t *t)
{
    const int bins = 41;
    int n = t->m.n_out;
    std::vector<double> errors;
    double most = 0;
    for (int i = 0; i < t->ds.N; i++) {
        double e = (double)t->outputs[(size_t)i * n] - t->ds.Y[(size_t)i * n];
        if (!std::isfinite(e)) return "";
        errors.push_back(e);
        most = std::max(most, std::fabs(e));
    }
    if (most == 0) return "";
    std::vector<std::vector<double>> rows;
    for (int b = 0; b < bins; b++) rows.push_back({(b + 0.5) / bins * 2 * most - most, 0});
    for (double e : errors) rows[std::min(bins - 1, (int)((e + most) / (2 * most) * bins))][1]++;
    return plot_svg(plot_data("bins", rows) + format("set boxwidth %.9g\n", 2 * most / bins * 0.92) +
                        "set style fill solid\nset yrange [0:*]\nset xlabel 'predicted - actual'\nset ylabel 'rows'\n"
                        "set size square\nplot $bins with boxes lc rgb '#0072b2' notitle\n",
                    460, 400);
}

static std::string heat_map(const tested_t *t, const std::vector<std::vector<double>> &cells, const char *title,
                            double low, double high)
{
    return plot_svg(plot_data("cells", cells) + palette +
                        format("set cbrange [%.9g:%.9g]\nset title '%s'\nunset key\n", low, high, title) +
                        format("set xrange [%.9g:%.9g]\nset yrange [%.9g:%.9g]\n", t->lows[0], t->highs[0], t->lows[1],
                               t->highs[1]) +
                        "set xlabel 'first input'\nset ylabel 'second input'\nset size square\nunset grid\n"
                        "plot $cells using 1:2:3 with image\n",
                    460, 400);
}

static std::vector<std::string> surface_plots(const tested_t *t)
{
    if (t->grid.empty() || !(t->lows[0] < t->highs[0]) || !(t->lows[1] < t->highs[1])) return {};
    int bins = std::min(GRID, std::max(6, (int)std::sqrt(t->ds.N / 4.0)));
    std::vector<double> sum(bins * bins), count(bins * bins);
    for (int i = 0; i < t->ds.N; i++) {
        int at[2];
        for (int k = 0; k < 2; k++)
            at[k] = std::min(bins - 1, (int)((t->ds.X[2 * i + k] - t->lows[k]) / (t->highs[k] - t->lows[k]) * bins));
        sum[at[1] * bins + at[0]] += t->ds.Y[i];
        count[at[1] * bins + at[0]]++;
    }
    auto place = [&](int step, int of, int k) { return t->lows[k] + (step + 0.5) / of * (t->highs[k] - t->lows[k]); };
    std::vector<std::vector<double>> data, network;
    double low = INFINITY, high = -INFINITY;
    for (int i = 0; i < bins * bins; i++) {
        double mean = count[i] > 0 ? sum[i] / count[i] : NAN;
        data.push_back({place(i % bins, bins, 0), place(i / bins, bins, 1), mean});
        if (std::isfinite(mean)) low = std::min(low, mean), high = std::max(high, mean);
    }
    for (int i = 0; i < GRID * GRID; i++)
        network.push_back({place(i % GRID, GRID, 0), place(i / GRID, GRID, 1), t->grid[i]});
    if (!(low < high)) return {};
    return {heat_map(t, data, "data: mean of the rows in a cell", low, high),
            heat_map(t, network, "network", low, high)};
}

// ---- sentences and tables ----------------------------------------------------------------------------

// The interval of Wilson, 1927, in which the share lies with 95 %.
static std::string share_text(double part, double of)
{
    const double z = 1.96;
    double p = part / of, middle = p + z * z / (2 * of), root = std::sqrt(p * (1 - p) / of + z * z / (4 * of * of));
    double scale = 1 + z * z / of;
    int digits = 1;  // 99.96 % is not 100.0 %
    while (digits < 4 && p < 1 && std::round(p * 100 * std::pow(10, digits)) >= 100 * std::pow(10, digits)) digits++;
    return format("%.*f %% (95 %% interval %.*f to %.*f %%)", digits, 100 * p, digits,
                  100 * (middle - z * root) / scale, digits, 100 * (middle + z * root) / scale);
}

static std::string tested_name(const tested_t *t) { return t->counts_only ? t->model : t->model + " on " + t->dataset; }

static std::string tested_finding(const tested_t *t)
{
    const metrics_t *m = &t->m;
    std::string text = tested_name(t) + ": ";
    if (m->task == TASK_REGRESSION)
        return text + "R² is " + format("%.4f", m->r2) + " on " + counted_text(m->N, "row", "rows") +
               "; predictions are off by " + number3(m->mae) + " on average.";
    double right = 0, most = 0;
    size_t common = 0;
    for (size_t c = 0; c < m->classes.size(); c++) {
        double rows = (double)(m->classes[c].TP + m->classes[c].FN);
        right += (double)m->classes[c].TP;
        if (rows > most) most = rows, common = c;
    }
    text += counted_text(right, "row", "rows") + " of " + number3(m->N) + " are classified right, " +
            share_text(right, m->N) + "; whoever always says \"" + clean_text(m->labels[common], 40) +
            "\" is right in " + percent_text(most, m->N) + ".";
    if (m->n_out == 1) {
        text += " F1 of class " + clean_text(m->labels[1], 40) + format(" is %.4f", m->classes[1].f1);
        if (!std::isnan(m->roc_auc)) text += format(", the area under the ROC curve %.4f", m->roc_auc);
        text += ".";
    } else text += format(" Macro F1 is %.4f.", m->macro_f1);
    return text;
}

static std::string origin(const tested_t *t)
{
    return t->counts_only ? " From " + t->model + "."
                          : " Computed on the CPU from " + t->model + " and " + t->dataset + ".";
}

static void class_table(section_t *s, const tested_t *t)
{
    std::vector<std::vector<std::string>> cells = {{"class", "precision", "recall", "F1", "rows"}};
    bool undefined = false;
    for (size_t c = 0; c < t->m.classes.size(); c++) {
        const class_metrics_t *k = &t->m.classes[c];
        undefined |= k->precision_undefined || k->recall_undefined;
        cells.push_back({clean_text(t->m.labels[c], 40),
                         format("%.4f%s", k->precision, k->precision_undefined ? "*" : ""),
                         format("%.4f%s", k->recall, k->recall_undefined ? "*" : ""), format("%.4f", k->f1),
                         number3((double)(k->TP + k->FN))});
    }
    cells.push_back({"macro", format("%.4f", t->m.macro_precision), format("%.4f", t->m.macro_recall),
                     format("%.4f", t->m.macro_f1), number3(t->m.N)});
    add_table(s,
              tested_name(t) + format(": accuracy %.4f, cost ", t->m.accuracy) + number3(t->m.loss) + "." + origin(t) +
                  (undefined ? " *: not defined, counted as 0." : ""),
              cells);
}

static void classification(section_t *s, const tested_t *t, const std::string &id)
{
    const metrics_t *m = &t->m;
    if (m->score.K <= 40) class_table(s, t);
    std::string limit = m->n_out == 1 ? format(" Threshold %g.", m->threshold) : "";
    if (m->score.K <= 100)
        add_figure(s, "confusion-" + id,
                   "Confusion matrix of " + tested_name(t) + ": counts of " + counted_text(m->N, "row", "rows") +
                       ", coloured by the share of the row's class." + limit + origin(t),
                   {confusion_plot(m)});
    if (m->n_out == 1)
        add_figure(s, "ranking-" + id,
                   "ROC curve, and precision against recall, of " + tested_name(t) + ": " +
                       counted_text((double)(m->classes[1].TP + m->classes[1].FN), "positive row", "positive rows") +
                       " (class " + clean_text(m->labels[1], 40) + "), " +
                       number3((double)(m->classes[1].FP + m->classes[1].TN)) +
                       " others. The square is where the threshold of the model lies." + origin(t),
                   rank_plots(t));
}

static void regression(section_t *s, const tested_t *t, const std::string &id)
{
    if (t->counts_only) return;
    int stride = std::max(1, (t->ds.N + MOST_POINTS - 1) / MOST_POINTS);
    std::string every = stride > 1
                            ? format(" One row in %d is drawn on the left, all are counted on the right.", stride)
                            : "";
    add_figure(s, "predicted-" + id,
               "Predicted against actual, and how far they are apart, of " + tested_name(t) +
                   (t->m.n_out > 1 ? ", first output" : "") + ": " + counted_text(t->m.N, "row", "rows") +
                   format(", R² %.4f.", t->m.r2) + every + origin(t),
               {scatter_plot(t), error_plot(t)});
    add_figure(s, "surface-" + id,
               "What there is to learn and what " + t->model +
                   format(" makes of it, on a grid of %d x %d points, in the "
                          "units of the data; one scale of colours.",
                          GRID, GRID) +
                   origin(t),
               surface_plots(t));
}

void report_tested(lab_report_t *r, const std::vector<tested_t> *all)
{
    section_t *s = report_section(r, "test", "Test data");
    if (all->empty()) {
        add_missing(s, "No model was tested yet", "make run");
        add_text(s, "For another one: " CODE "bin/lab report --model FILE --dataset FILE" END ".");
    }
    int number = 0;
    for (const tested_t &t : *all) {
        std::string id = std::to_string(++number);
        add_finding(r, s, tested_finding(&t));
        if (t.m.task == TASK_REGRESSION) regression(s, &t, id);
        else classification(s, &t, id);
        if (number == 1 && !t.weights.empty())  // large
            add_figure(s, "weights-" + id,
                       "The network of " + t.model + ", " + t.shape +
                           ": blue is negative, orange positive; the wider and darker, the larger beside its largest "
                           "weight. Of large layers a part is drawn.",
                       {t.weights});
    }
    add_question(s,
                 "Which mistakes are the dear ones here, and which threshold would you choose for that? What does the "
                 "score say that accuracy alone does not?");
}
