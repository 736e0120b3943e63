// [given] report_log.cpp: logs of bin/nn --log: what was learnt, epoch by epoch, and on which machine.
#include "report.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <sstream>

#include "lab.h"
#include "plot.h"
#include "text.h"

// ---- reading -----------------------------------------------------------------------------------------

// "# machine: ...", "# --seed 1", "# epochs 200": key, value.
static void read_header(log_t *log, const std::string &line)
{
    std::string text = line.substr(std::min(line.find_first_not_of("# "), line.size()));
    size_t end = text.find(' ');
    std::string key = text.substr(0, end), value = end == std::string::npos ? "" : text.substr(end + 1);
    if (!key.empty() && key.back() == ':') key.pop_back();
    if (!key.empty()) log->header.push_back({clean_text(key, 40), clean_text(value)});
}

static bool read_cell(const std::string &cell, double *x)
{
    *x = NAN;
    if (cell.empty()) return true;
    char *end;
    *x = strtod(cell.c_str(), &end);
    return *end == 0;
}

// A row, as the first line of columns orders it; false: it is no row.
static bool read_row(log_t *log, const std::vector<std::string> &columns, const std::string &line)
{
    std::vector<std::string> cells = split(line, ',');
    if (cells.size() != columns.size()) return false;
    std::vector<double> *places[] = {&log->epoch,      &log->seconds,     NULL, &log->train_cost, &log->train_metric,
                                     &log->valid_cost, &log->valid_metric};
    double values[7];
    for (int c = 0; c < 7; c++)
        if (!read_cell(cells[c], &values[c])) return false;
    if (!std::isfinite(values[0])) return false;
    for (int c = 0; c < 7; c++)
        if (places[c]) places[c]->push_back(values[c]);
    return true;
}

static bool are_columns(const std::vector<std::string> &c)
{
    return c.size() == 7 && c[0] == "epoch" && c[1] == "seconds" && c[3] == "train_cost" && c[5] == "valid_cost" &&
           c[4].rfind("train_", 0) == 0;
}

log_t log_read(const std::string &path)
{
    std::string text = file_read(path), line;
    log_t log = {};
    log.path = path;
    log.name = file_of(path);
    if (log.name.size() > 8 && log.name.compare(log.name.size() - 8, 8, ".log.csv") == 0)
        log.name.resize(log.name.size() - 8);
    std::istringstream in(text);
    std::vector<std::string> columns;
    for (int n = 1; std::getline(in, line); n++) {
        if (!line.empty() && line.back() == '\r') line.pop_back();
        bool cut_off = in.eof();
        if (line.empty()) continue;
        if (line[0] == '#') read_header(&log, line);
        else if (columns.empty() && !are_columns(columns = split(line, ',')))
            die("%s: line %d is '%s', expected 'epoch,seconds,learning_rate,train_cost,...'\nhint: bin/nn --train ... "
                "--log "
                "FILE writes what is read here",
                path.c_str(), n, clean_text(line, 60).c_str());
        else if (line[0] != 'e' && !read_row(&log, columns, line) && !cut_off)
            die("%s: line %d is '%s', expected %zu numbers between commas", path.c_str(), n,
                clean_text(line, 60).c_str(), columns.size());
    }
    if (columns.empty())
        die("%s: is no log\nhint: bin/nn --train ... --log FILE writes what is read here", path.c_str());
    if (log.epoch.empty()) die("%s: no epoch is in it yet\nhint: train to the end of an epoch first", path.c_str());
    log.metric = clean_text(columns[4].substr(6), 40);
    log.emulated = log_value(&log, "device").find("emulated") != std::string::npos;
    return log;
}

std::string log_value(const log_t *log, const std::string &key)
{
    for (const auto &line : log->header)
        if (line.first == key) return line.second;
    return "";
}

double log_epoch_seconds(const log_t *log)
{
    std::vector<double> each;
    for (size_t i = 1; i < log->seconds.size(); i++)  // the first one warms up
        if (log->seconds[i] >= log->seconds[i - 1]) each.push_back(log->seconds[i] - log->seconds[i - 1]);
    return log->emulated ? NAN : median(each);
}

const char *metric_title(const std::string &metric)
{
    return metric == "f1" ? "F1" : metric == "r2" ? "R²" : metric == "accuracy" ? "accuracy" : "metric";
}

// ---- plots -------------------------------------------------------------------------------------------

static bool any_known(const std::vector<double> &v)
{
    return std::any_of(v.begin(), v.end(), [](double x) { return std::isfinite(x); });
}

static size_t stride_of(const log_t *log) { return std::max<size_t>(1, (log->epoch.size() + 299) / 300); }

// Rows (epoch, cost, metric, cost, metric) of which every so many'th and the last are drawn.
static std::string drawn_rows(const log_t *log, const std::string &name)
{
    std::vector<std::vector<double>> rows;
    for (size_t i = 0, n = log->epoch.size(); i < n; i++)
        if (i % stride_of(log) == 0 || i + 1 == n)
            rows.push_back(
                {log->epoch[i], log->train_cost[i], log->train_metric[i], log->valid_cost[i], log->valid_metric[i]});
    return plot_data(name, rows);
}

// A cost of 0 has no place on a logarithmic axis.
static bool is_logarithmic(const log_t *log)
{
    auto has_place = [](double x) { return std::isnan(x) || x > 0; };
    return std::all_of(log->train_cost.begin(), log->train_cost.end(), has_place) &&
           std::all_of(log->valid_cost.begin(), log->valid_cost.end(), has_place);
}

// One panel: training and validation of one log, where they are known; "" if neither is.
static std::string log_panel(const log_t *log, bool metric)
{
    const std::vector<double> &train = metric ? log->train_metric : log->train_cost;
    const std::vector<double> &valid = metric ? log->valid_metric : log->valid_cost;
    std::string curves, points = log->epoch.size() < 3 ? "linespoints" : "lines";
    if (any_known(train))
        curves += format("$log using 1:%d with ", metric ? 3 : 2) + points + " lt 1 title 'training rows'";
    if (any_known(valid))
        curves += (curves.empty() ? "" : ", ") + format("$log using 1:%d with ", metric ? 5 : 4) + points +
                  " lt 2 title 'validation rows'";
    if (curves.empty()) return "";
    std::string script = drawn_rows(log, "log") + "set xlabel 'epoch'\n";
    script += metric ? format("set ylabel '%s'\n", metric_title(log->metric)) : "set ylabel 'mean cost of a row'\n";
    if (!metric && is_logarithmic(log)) script += "set logscale y\n";
    if (metric && log->metric != "r2") script += "set yrange [*:1.0<*]\n";
    return plot_svg(script + "plot " + curves, 460, 330);
}

// All logs of one metric in one panel: validation rows, or training rows where there are no others.
static std::string logs_panel(const std::vector<const log_t *> &logs, bool metric, bool logarithmic)
{
    std::string script = "set xlabel 'epoch'\n", curves;
    script += metric ? format("set ylabel '%s'\n", metric_title(logs[0]->metric)) : "set ylabel 'mean cost of a row'\n";
    if (logarithmic) script += "set logscale y\n";
    int line = 0;
    for (const log_t *log : logs) {
        const std::vector<double> &valid = metric ? log->valid_metric : log->valid_cost;
        bool has_valid = any_known(valid);
        const std::vector<double> &shown = has_valid ? valid : metric ? log->train_metric : log->train_cost;
        line++;
        if (!any_known(shown)) continue;
        std::string name = format("log%d", line);
        script += drawn_rows(log, name);
        curves += (curves.empty() ? "" : ", ") +
                  format("$%s using 1:%d with lines lt %d ", name.c_str(),
                         metric ? (has_valid ? 5 : 3) : (has_valid ? 4 : 2), line) +
                  (line > 7 ? "dt 2 " : "") + "title " +
                  plot_text(clean_text(log->name, 24) + (has_valid ? "" : " (training)")) + " noenhanced";
    }
    return curves.empty() ? "" : plot_svg(script + "plot " + curves, 460, 330);
}

// ---- sentences and tables ----------------------------------------------------------------------------

// "318 + 80": to train on, to validate on.
static std::string rows_text(const log_t *log)
{
    std::string train = log_value(log, "--dataset"), valid = log_value(log, "--validation");
    std::string text = train.substr(0, train.find(' '));
    if (!valid.empty() && valid[0] != '0') text += " + " + valid.substr(0, valid.find(' '));
    return text.empty() ? "–" : text;
}

static size_t lowest(const std::vector<double> &v)
{
    size_t best = 0;
    for (size_t i = 1; i < v.size(); i++)
        if (!(v[best] <= v[i])) best = i;
    return best;
}

// What a curve was like over the `w` epochs before `end`, whatever a single one of them did.
static double level(const std::vector<double> &v, size_t end, size_t w)
{
    std::vector<double> part(v.begin() + (long)(end - w), v.begin() + (long)end);
    return std::all_of(part.begin(), part.end(), [](double x) { return std::isfinite(x); }) ? median(part) : NAN;
}

// How the costs went on, tenth by tenth of the epochs: one epoch alone, up or down, says nothing.
static std::string trend_text(const log_t *log)
{
    const std::vector<double> &train = log->train_cost, &valid = log->valid_cost;
    size_t n = log->epoch.size(), w = std::max<size_t>(3, n / 10), best = n;
    bool validated = std::isfinite(valid[n - 1]);
    for (size_t end = n; validated && end >= w; end -= w)
        if (level(valid, end, w) < level(valid, best, w)) best = end;
    size_t least = lowest(valid);
    if (n >= w && least + w < n && level(valid, n, w) > 1.05 * level(valid, best, w)) {
        return ". Their cost was lowest, " + number3(valid[least]) +
               format(", after epoch %.0f and has risen since", log->epoch[least]) +
               (level(train, n, w) < level(train, best, w)
                    ? " while that of the training rows fell: overfitting"
                    : ", and so has that of the training rows: the learning rate may be too high");
    }
    if (n < 2 * w) return "";
    double fell = 1 - level(validated ? valid : train, n, w) / level(validated ? valid : train, n - w, w);
    if (!(fell > 0.05)) return "";
    return format(". The cost of the %s rows fell by another %.0f %% over the last %zu epochs: more epochs may help",
                  validated ? "validation" : "training", 100 * fell, w);
}

static std::string log_finding(const log_t *log)
{
    size_t last = log->epoch.size() - 1;
    std::string text = log->name + ": after " + counted_text(log->epoch[last], "epoch", "epochs");
    if (!std::isfinite(log->train_cost[last])) return text + " the cost is no number any more: training diverged.";
    text += " the cost is " + number3(log->train_cost[last]) + " on the training rows (" + number3(log->train_cost[0]) +
            format(" after epoch %.0f)", log->epoch[0]);
    if (std::isfinite(log->valid_cost[last])) {
        text += " and " + number3(log->valid_cost[last]) + " on the validation rows";
        if (std::isfinite(log->valid_metric[last]))
            text += std::string(", where ") + metric_title(log->metric) + " is " + number3(log->valid_metric[last]);
    }
    return text + trend_text(log) + ".";
}

static void logs_table(section_t *s, const std::vector<log_t> *logs)
{
    std::vector<std::vector<std::string>> cells = {{"run", "device", "network", "batch", "rate", "rows", "epochs",
                                                    "cost, training", "cost, validation", "metric",
                                                    "time of an epoch"}};
    bool emulated = false;
    for (const log_t &log : *logs) {
        size_t last = log.epoch.size() - 1;
        double value = std::isfinite(log.valid_metric[last]) ? log.valid_metric[last] : log.train_metric[last];
        std::string layers = log_value(&log, "--layers"), device = log_value(&log, "device");
        emulated |= log.emulated;
        cells.push_back({log.name, log.emulated ? "CUDA, emulated" : device.substr(0, device.find(':')),
                         layers.substr(0, layers.find(' ')), log_value(&log, "--batch_size"),
                         log_value(&log, "--learning_rate"), rows_text(&log), number3(log.epoch[last]),
                         number3(log.train_cost[last]), number3(log.valid_cost[last]),
                         std::isfinite(value) ? std::string(metric_title(log.metric)) + " " + number3(value) : "–",
                         log.emulated ? "no time" : seconds_text(log_epoch_seconds(&log))});
    }
    add_table(s,
              std::string("Runs, after their last epoch. Rate: learning rate. Rows: to train on + to validate on. "
                          "Metric: of the validation rows, "
                          "where there are any. Time of an epoch: the median of all but the first, training only.") +
                  (emulated ? " A run on the emulator has no time: its kernels ran on the CPU." : "") +
                  " From the files of " CODE "--log" END ".",
              cells);
}

static void logs_together(section_t *s, const std::vector<log_t> *logs)
{
    std::vector<std::string> metrics;
    for (const log_t &log : *logs)
        if (std::find(metrics.begin(), metrics.end(), log.metric) == metrics.end()) metrics.push_back(log.metric);
    for (const std::string &metric : metrics) {
        std::vector<const log_t *> same;
        for (const log_t &log : *logs)
            if (log.metric == metric && same.size() < 14) same.push_back(&log);
        if (same.size() < 2) continue;
        bool logarithmic = std::all_of(same.begin(), same.end(), is_logarithmic);
        add_figure(s, "runs-" + metric,
                   std::string(logarithmic ? "Cost (logarithmic) and " : "Cost and ") + metric_title(metric) + " of " +
                       format("%zu runs against the epoch, on the validation rows where a run had some. Epochs, not "
                              "seconds: runs of different speed are comparable here.",
                              same.size()),
                   {logs_panel(same, false, logarithmic), logs_panel(same, true, false)});
    }
}

static const size_t MOST_FIGURES = 6;

void report_logs(lab_report_t *r, const std::vector<log_t> *logs)
{
    section_t *s = report_section(r, "training", "Training");
    add_question(s,
                 "Which data, which network, which learning rate and batch size did you take, and how did you choose "
                 "them without looking at the test rows?");
    if (logs->empty()) {
        add_missing(s, "There is no log of a training run yet", "make run");
        return;
    }
    logs_table(s, logs);
    logs_together(s, logs);
    for (size_t i = 0; i < logs->size() && i < MOST_FIGURES; i++) {
        const log_t *log = &(*logs)[i];
        size_t stride = stride_of(log);
        std::string every = stride > 1 ? format("; one in %zu is drawn", stride) : "";
        add_figure(s, "log-" + std::to_string(i + 1),
                   log->name + ": mean cost of a row " + (is_logarithmic(log) ? "(logarithmic) " : "") + "and " +
                       metric_title(log->metric) + " after each of " +
                       counted_text((double)log->epoch.size(), "epoch", "epochs") + every +
                       ". Rows: " + rows_text(log) + " (training + validation). From " + file_of(log->path) + ".",
                   {log_panel(log, false), log_panel(log, true)});
        if (logs->size() <= 3) add_finding(r, s, log_finding(log));
        else s->blocks.push_back({BLOCK_FINDING, log_finding(log), {}, "", {}});  // too many for the summary
    }
    if (logs->size() > MOST_FIGURES)
        add_text(s, format("The first %zu runs have a figure of their own. ", MOST_FIGURES) +
                        "Others get theirs by " CODE "bin/lab report --log FILE" END ".");
    add_question(s, "Where does the validation cost part from the training cost? What would you change, and why?");
}

// ---- machine -----------------------------------------------------------------------------------------

// The host's own name says nothing about its speed: "vm, AMD EPYC, 2 cores" becomes "AMD EPYC, 2 cores".
static std::string without_host(const std::string &key, const std::string &value)
{
    size_t comma = value.find(", ");
    return key == "machine" && comma != std::string::npos ? value.substr(comma + 2) : value;
}

void report_machine(lab_report_t *r, const std::vector<log_t> *logs, const speedup_t *speedup)
{
    section_t *s = report_section(r, "machine", "Machine");
    std::vector<std::vector<std::string>> cells = {{"what", "is", "according to"}};
    auto add = [&](const std::string &key, const std::string &value, const std::string &from) {
        if (key.empty() || key[0] == '-' || key == "epochs") return;
        if (key == "numbers" && value != "float" && value != "double") return;
        std::string shown = without_host(key, value);
        for (auto &row : cells)
            if (row[0] == key && row[1] == shown) {
                if ((", " + row[2] + ",").find(", " + from + ",") == std::string::npos && !ends_with(row[2], "…"))
                    row[2] += ", " + (row[2].size() < 60 ? from : "…");
                return;
            }
        cells.push_back({key, shown, from});
    };
    for (const log_t &log : *logs)
        for (const auto &line : log.header) add(line.first, line.second, file_of(log.path));
    for (const std::string &line : speedup ? speedup->machine : std::vector<std::string>()) {
        size_t colon = line.find(": "), begin = line.find_first_not_of("# ");
        if (colon == std::string::npos || begin > colon) continue;
        add(clean_text(line.substr(begin, colon - begin), 40), clean_text(line.substr(colon + 2)), "speed-up");
    }
    std::stable_sort(cells.begin() + 1, cells.end(), [](const auto &a, const auto &b) { return a[0] < b[0]; });
    if (cells.size() == 1) add_missing(s, "No file says yet on which machine it was measured", "make run");
    else
        add_table(
            s, "What was measured on, as the files themselves say. Lines that differ are listed one below the other.",
            cells);
    add_question(s,
                 "What was the machine doing besides? Was the clock of processor and GPU fixed, and how do you know?");
}
