// [given] sweep_table.cpp: the settings of a sweep in the order of what they gave, as a table.
#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "sweep.h"

static bool seeds_vary(const sweep_t *s) { return s->varied.back().name == "seed" && !s->varied.back().is_range; }

static double score_of(const sweep_t *s, const sweep_result_t *r)
{
    return r->state != SWEEP_DONE ? NAN : s->by_metric ? r->value : r->cost;
}

bool sweep_better(const sweep_t *s, double a, double b)
{
    if (std::isnan(a) || std::isnan(b)) return !std::isnan(a);
    return s->by_metric ? a > b : a < b;
}

std::vector<sweep_setting_t> sweep_rank(const sweep_t *s, const std::vector<sweep_result_t> *results)
{
    std::vector<sweep_setting_t> all;
    size_t n = s->varied.size() - seeds_vary(s);
    for (size_t i = 0; i < s->runs.size(); i++) {
        std::vector<std::string> values(s->runs[i].values.begin(), s->runs[i].values.begin() + n);
        if (all.empty() || all.back().values != values) all.push_back({values, {}, 0, INFINITY, -INFINITY});
        all.back().runs.push_back((int)i);
    }
    for (sweep_setting_t &t : all) {
        for (int i : t.runs) {
            double x = score_of(s, &(*results)[i]);
            t.score += x / (double)t.runs.size();
            t.low = std::min(t.low, x);
            t.high = std::max(t.high, x);
        }
        if (std::isnan(t.score)) t.low = t.high = NAN;
    }
    std::stable_sort(all.begin(), all.end(), [&](const sweep_setting_t &a, const sweep_setting_t &b) {
        return sweep_better(s, a.score, b.score);
    });
    return all;
}

std::string sweep_criterion(const sweep_t *s, const std::vector<sweep_result_t> *results)
{
    std::string metric = "metric";
    for (const sweep_result_t &r : *results)
        if (r.state == SWEEP_DONE) metric = sweep_metric_name(r.metric);
    return "validation " + (s->by_metric ? metric : "cost");
}

static bool number_of(const std::string &text, double *x)
{
    char *end;
    *x = strtod(text.c_str(), &end);
    return end != text.c_str() && *end == 0;
}

// "largest", "smallest" of what was tried, or NULL.
static const char *edge_of(const choice_t *c, const std::string &value)
{
    double x, y, low = c->low, high = c->high;
    if (c->name == "seed" || !number_of(value, &x) || (!c->is_range && c->values.size() < 3)) return NULL;
    if (!c->is_range) {
        low = high = x;
        for (const std::string &v : c->values) {
            if (!number_of(v, &y)) return NULL;
            low = std::min(low, y);
            high = std::max(high, y);
        }
        return x == low ? "smallest" : x == high ? "largest" : NULL;
    }
    double at = c->logarithmic ? std::log(x / low) / std::log(high / low) : (x - low) / (high - low);
    return at < 0.03 ? "smallest" : at > 0.97 ? "largest" : NULL;
}

std::string sweep_notes(const sweep_t *s, const std::vector<sweep_setting_t> *rank,
                        const std::vector<sweep_result_t> *results)
{
    std::string text;
    const sweep_setting_t *best = &rank->front();
    if (std::isnan(best->score)) return "";
    for (size_t i = 0; i < best->values.size(); i++)
        if (const char *edge = edge_of(&s->varied[i], best->values[i]))
            text += format("note: %s of the best is the %s that was tried: a better one may lie beyond\n",
                           s->varied[i].name.c_str(), edge);
    if (!seeds_vary(s))
        return text + "note: one seed: what lies close together may change places with another; seed = 1, 2, 3 "
                      "shows by how much\n";
    if (rank->size() == 1) return text;
    int others = 0;  // compared seed by seed: each comes with validation rows of its own
    for (const sweep_setting_t &t : *rank) {
        bool better = false;
        for (size_t k = 0; k < t.runs.size(); k++)
            better |= sweep_better(s, score_of(s, &(*results)[t.runs[k]]), score_of(s, &(*results)[best->runs[k]]));
        others += better;
    }
    text += format("note: it is the best of %zu by the mean; with at least one of the %zu seeds %d other%s better\n",
                   rank->size(), best->runs.size(), others, others == 1 ? " is" : "s are");
    return text;
}

static const char *state_text(const sweep_result_t *r)
{
    static const char *const texts[] = {"missing", "done", "diverged", "failed"};  // by sweep_state_t
    return texts[r->state];
}

static std::string csv_cell(const std::string &text)
{
    if (text.find_first_of(",\"") == std::string::npos) return text;
    std::string cell = "\"";
    for (char c : text) cell += c == '"' ? std::string("\"\"") : std::string(1, c);
    return cell + "\"";
}

std::string sweep_csv(const sweep_t *s, const std::vector<sweep_setting_t> *rank,
                      const std::vector<sweep_result_t> *results)
{
    std::string text = "rank,run";
    for (const choice_t &c : s->varied) text += "," + c.name;
    text += ",outcome,validation_cost,metric,validation_metric,epochs,kept_epoch,model,error\n";
    for (size_t k = 0; k < rank->size(); k++)
        for (int i : (*rank)[k].runs) {
            const sweep_run_t *run = &s->runs[i];
            const sweep_result_t *r = &(*results)[i];
            bool done = r->state == SWEEP_DONE;
            text += format("%zu,%d", k + 1, run->number);
            for (const std::string &value : run->values) text += "," + csv_cell(value);
            text += format(",%s,", state_text(r)) + (done ? number_text(r->cost) : "") + "," + r->metric + "," +
                    (done ? number_text(r->value) : "") + (done ? format(",%ld,%ld,", r->epochs, r->kept) : ",,,") +
                    (done ? sweep_path(s, run->number, ".model") : "") + "," + csv_cell(r->said) + "\n";
        }
    return text;
}

// ---- Markdown ---------------------------------------------------------------------------------------------------

typedef std::vector<std::string> cells_t;

static std::string mean_text(const sweep_setting_t *t, double mean, bool seeds)
{
    if (std::isnan(mean)) return "";
    return format("%.5g", mean) + (seeds ? format(" (%.4g .. %.4g)", t->low, t->high) : "");
}

static cells_t row_of(const sweep_t *s, const sweep_setting_t *t, size_t k, const std::vector<sweep_result_t> *results)
{
    bool seeds = seeds_vary(s);
    double cost = 0, value = 0, kept = 0;
    std::string failed, runs;
    for (int i : t->runs) {
        const sweep_result_t *r = &(*results)[i];
        cost += r->cost / (double)t->runs.size();
        value += r->value / (double)t->runs.size();
        kept += (double)r->kept / (double)t->runs.size();
        if (r->state == SWEEP_DIVERGED)
            failed = r->said.substr(9, r->said.find_first_of(":;") - 9);  // without "training "
        else if (r->state != SWEEP_DONE) failed = state_text(r) + (r->said.empty() ? "" : ": " + r->said);
        runs += (runs.empty() ? "" : " ") + std::to_string(s->runs[i].number);
    }
    cells_t row = {std::to_string(k + 1)};
    row.insert(row.end(), t->values.begin(), t->values.end());
    if (!failed.empty()) row.insert(row.end(), {failed, "", ""});
    else {
        row.push_back(s->by_metric ? format("%.5g", cost) : mean_text(t, cost, seeds));
        row.push_back(s->by_metric ? mean_text(t, value, seeds) : format("%.4f", value));
        row.push_back(format("%.0f", kept));
    }
    row.push_back(runs);
    return row;
}

// Columns as wide as their widest cell, so that it is a table on a terminal too.
static std::string table_of(const std::vector<cells_t> *rows)
{
    std::vector<size_t> width((*rows)[0].size(), 3);
    for (const cells_t &row : *rows)
        for (size_t c = 0; c < row.size(); c++) width[c] = std::max(width[c], row[c].size());
    std::string text;
    for (size_t r = 0; r < rows->size(); r++) {
        for (size_t c = 0; c < width.size(); c++) text += format("| %-*s ", (int)width[c], (*rows)[r][c].c_str());
        text += "|\n";
        if (r > 0) continue;
        for (size_t w : width) text += "|" + std::string(w + 2, '-');
        text += "|\n";
    }
    return text;
}

std::string sweep_markdown(const sweep_t *s, const std::vector<sweep_setting_t> *rank,
                           const std::vector<sweep_result_t> *results, size_t most)
{
    std::string metric = "metric";
    for (const sweep_result_t &r : *results)
        if (r.state == SWEEP_DONE) metric = sweep_metric_name(r.metric);
    bool seeds = seeds_vary(s);
    const char *mean = seeds ? ", mean (range)" : "";
    cells_t head = {""};
    for (size_t i = 0; i + seeds < s->varied.size(); i++) head.push_back(s->varied[i].name);
    head.push_back(std::string("validation cost") + (s->by_metric ? "" : mean));
    head.push_back("validation " + metric + (s->by_metric ? mean : ""));
    head.push_back("epoch kept");
    head.push_back(seeds ? "runs" : "run");
    std::vector<cells_t> rows = {head};
    for (size_t k = 0; k < rank->size() && k < most; k++) rows.push_back(row_of(s, &(*rank)[k], k, results));
    return table_of(&rows);
}
