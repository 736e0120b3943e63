// [given] speedup_print.cpp: the tables of bin/lab speedup, from which size on the GPU wins, and what follows.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "speedup_measure.h"
#include "utils.h"

typedef std::vector<std::string> row_t;

// A Markdown table whose columns stand under each other.
static void print_table(const std::vector<row_t> &rows)
{
    std::vector<size_t> width(rows[0].size(), 3);
    for (const row_t &row : rows)
        for (size_t i = 0; i < row.size(); i++) width[i] = std::max(width[i], row[i].size());
    for (size_t r = 0; r < rows.size(); r++) {
        for (size_t i = 0; i < rows[r].size(); i++) printf("| %*s ", (int)width[i], rows[r][i].c_str());
        printf("|\n");
        if (r == 0) {
            for (size_t i = 0; i < width.size(); i++) printf("|%s:", std::string(width[i] + 1, '-').c_str());
            printf("|\n");
        }
    }
}

static std::string three_digits(double x)
{
    if (!std::isfinite(x)) return "-";
    int digits = x > 0 ? std::max(0, 2 - (int)std::floor(std::log10(x))) : 2;
    return format("%.*f", std::min(digits, 6), x);
}

static std::string ms(double seconds) { return three_digits(seconds * 1e3); }

static std::string times(const ratio_t &r)
{
    if (!std::isfinite(r.value)) return "-";
    if (!std::isfinite(r.low)) return three_digits(r.value) + "x (too few turns)";
    return three_digits(r.value) + "x (" + three_digits(r.low) + " to " + three_digits(r.high) + ")";
}

static bool was_timed(const timing_t *t) { return t && t->failed.empty() && t->median > 0 && !t->emulated; }

int setting_size(const timing_t *t)
{
    if (t->sweep == "rows") return t->rows;
    if (t->sweep == "batch") return t->batch;
    if (t->sweep == "threads") return t->threads;
    size_t comma = t->layers.find(',');
    return comma == std::string::npos ? 0 : atoi(t->layers.c_str() + comma + 1);
}

// ---- which timings belong together ----------------------------------------------------------------------------

// One table: a sweep, with the batch (rows, hidden) or rows and network (threads) that do not change in it.
static std::string group_of(const timing_t *t)
{
    if (t->sweep == "batch") return "batch";
    if (t->sweep == "threads") return format("threads %d ", t->rows) + t->layers;
    return t->sweep + " " + std::to_string(t->batch);
}

static std::vector<std::string> names_of(const speedup_t *s, std::string (*name)(const timing_t *))
{
    std::vector<std::string> names;
    for (const timing_t &t : s->timings)
        if (!t.emulated && !std::count(names.begin(), names.end(), name(&t))) names.push_back(name(&t));
    return names;
}

// The first timing of each setting of a group.
static std::vector<const timing_t *> settings_of(const speedup_t *s, const std::string &group)
{
    std::vector<const timing_t *> found;
    for (const timing_t &t : s->timings) {
        if (t.emulated || group_of(&t) != group) continue;
        bool seen = std::any_of(found.begin(), found.end(),
                                [&](const timing_t *f) { return timing_same_setting(f, &t); });
        if (!seen) found.push_back(&t);
    }
    return found;
}

// Ways that were timed in a group, in their order.
static row_t ways_of(const speedup_t *s, const std::string &group, bool gpu)
{
    row_t ways;
    for (const timing_t &t : s->timings)
        if (was_timed(&t) && group_of(&t) == group && (t.device == "cuda") == gpu &&
            !std::count(ways.begin(), ways.end(), t.way))
            ways.push_back(t.way);
    return ways;
}

// ---- tables ----------------------------------------------------------------------------------------------------

static std::string size_name(const std::string &sweep)
{
    return sweep == "hidden" ? "hidden width" : sweep == "batch" ? "batch size" : sweep;
}

static std::string title(const timing_t *t)
{
    if (t->sweep == "rows") return format("Data size: batch %d, %s", t->batch, t->layers.c_str());
    if (t->sweep == "batch") return format("Batch size: %d rows, %s", t->rows, t->layers.c_str());
    return format("Hidden width: batch %d, %d rows", t->batch, t->rows);
}

// A row for each GPU way of a setting; without any, one that compares the CPU's programs.
static void add_rows(const speedup_t *s, const timing_t *setting, const row_t &cpus, const row_t &gpus,
                     std::vector<row_t> *rows)
{
    const std::vector<timing_t> *all = &s->timings;
    const timing_t *plain = timing_find(all, setting, "plain"), *best = timing_best_cpu(all, setting);
    row_t start = {std::to_string(setting_size(setting))};
    for (const std::string &way : cpus) {
        const timing_t *t = timing_find(all, setting, way);
        start.push_back(was_timed(t) ? ms(t->median) : "-");
    }
    std::string turns = best ? std::to_string(best->runs.size()) : "0";
    for (const std::string &way : gpus) {
        const timing_t *t = timing_find(all, setting, way);
        row_t row = start;
        row.insert(row.end(), {way, was_timed(t) ? ms(t->median) : "-", times(timing_ratio(plain, t)),
                               times(timing_ratio(best, t)), turns});
        rows->push_back(row);
    }
    if (!gpus.empty()) return;
    start.insert(start.end(), {best ? best->way : "-", times(timing_ratio(plain, best)), turns});
    rows->push_back(start);
}

static void print_sweep(const speedup_t *s, const std::string &group)
{
    std::vector<const timing_t *> settings = settings_of(s, group);
    row_t cpus = ways_of(s, group, false), gpus = ways_of(s, group, true), head = {size_name(settings[0]->sweep)};
    head.insert(head.end(), cpus.begin(), cpus.end());
    if (gpus.empty()) head.insert(head.end(), {"best CPU", "best CPU over plain", "turns"});
    else head.insert(head.end(), {"way", "GPU", "over plain", "over best CPU", "turns"});
    std::vector<row_t> rows = {head};
    for (const timing_t *setting : settings) add_rows(s, setting, cpus, gpus, &rows);
    printf("\n%s: one epoch [ms]\n\n", title(settings[0]).c_str());
    print_table(rows);
}

static void print_threads(const speedup_t *s, const std::string &group)
{
    std::vector<row_t> rows = {{"threads", "epoch [ms]", "over 1 thread", "efficiency"}};
    const timing_t *setting = settings_of(s, group)[0], *one = timing_find(&s->timings, setting, "cpu");
    for (const timing_t &t : s->timings) {
        if (group_of(&t) != group || !was_timed(&t) || t.way == "plain" || t.device == "cuda") continue;
        ratio_t r = timing_ratio(one, &t);
        rows.push_back({std::to_string(t.threads), ms(t.median), &t == one ? "1" : times(r),
                        std::isfinite(r.value) ? format("%.0f %%", 100 * r.value / t.threads) : "-"});
    }
    if (rows.size() < 2) return;
    printf("\nThreads: %d rows, batch %d, %s: one epoch\n\n", setting->rows, setting->batch, setting->layers.c_str());
    print_table(rows);
}

// Where the time of a whole run goes, at the greatest number of rows.
static void print_parts(const speedup_t *s)
{
    std::vector<row_t> rows = {
        {"rows", "batch", "way", "reading", "epochs", "time", "copies", "kernels", "rest", "all", "cost"}};
    for (const std::string &group : names_of(s, group_of)) {
        const timing_t *last = NULL;
        for (const timing_t &t : s->timings)
            if (was_timed(&t) && group_of(&t) == group && t.sweep == "rows" && (!last || t.rows > last->rows))
                last = &t;
        if (!last) continue;
        for (const timing_t &t : s->timings) {
            if (!was_timed(&t) || !timing_same_setting(&t, last)) continue;
            double epochs = t.median * t.run_epochs;
            rows.push_back({std::to_string(t.rows), std::to_string(t.batch), t.way, ms(t.loading),
                            std::to_string(t.run_epochs), ms(epochs), ms(t.transfer), ms(t.kernels),
                            ms(std::max(0.0, t.total - t.loading - epochs)), ms(t.total), format("%.6g", t.cost)});
        }
    }
    if (rows.size() < 2) return;
    printf(
        "\nOne run from start to end [ms]. time: of its epochs; kernels and copies are part of it, but for the copy of "
        "the data,\nwhich is in rest (nsys measures them; \"-\": it did not); rest: starting program and GPU, writing "
        "the model;\ncost: of epoch 2, must agree\n\n");
    print_table(rows);
}

static void print_counters(const speedup_t *s)
{
    std::vector<row_t> rows = {{"way", "batch", "rows", "kernels a step", "sectors a step", "bytes copied an epoch"}};
    for (const timing_t &t : s->timings)
        if (t.emulated && t.failed.empty())
            rows.push_back({t.way, std::to_string(t.batch), std::to_string(t.rows), three_digits(t.kernels_per_step),
                            three_digits(t.sectors_per_step), three_digits(t.copied_per_epoch)});
    if (rows.size() < 2) return;
    printf("\nOn the emulator, which has no times: these are counts (a sector: 32 bytes of global memory)\n\n");
    print_table(rows);
}

// ---- conclusions -----------------------------------------------------------------------------------------------

int speedup_crossover(const speedup_t *s, const std::string &sweep, int batch, const std::string &way, int *greatest)
{
    int from = 0;
    *greatest = 0;
    std::vector<const timing_t *> found;
    for (const timing_t &t : s->timings)
        if (t.way == way && t.sweep == sweep && was_timed(&t) && (batch == 0 || t.batch == batch) &&
            timing_best_cpu(&s->timings, &t))
            found.push_back(&t);
    std::sort(found.begin(), found.end(),
              [](const timing_t *a, const timing_t *b) { return setting_size(a) > setting_size(b); });
    for (const timing_t *t : found) {
        *greatest = std::max(*greatest, setting_size(t));
        if (!(timing_ratio(timing_best_cpu(&s->timings, t), t).low > 1)) break;
        from = setting_size(t);
    }
    return from > 0 ? from : found.empty() ? 0 : -1;
}

static void print_crossovers(const speedup_t *s)
{
    row_t done;
    for (const timing_t &t : s->timings) {
        std::string key = group_of(&t) + t.way;
        if (t.device != "cuda" || !was_timed(&t) || t.sweep == "threads" || std::count(done.begin(), done.end(), key))
            continue;
        done.push_back(key);
        int greatest, batch = t.sweep == "batch" ? 0 : t.batch;
        int from = speedup_crossover(s, t.sweep, batch, t.way, &greatest);
        if (from == 0) continue;
        if (done.size() == 1)
            printf("\nFrom which size on the GPU is faster than the best CPU program, with its whole interval:\n\n");
        printf("* %s%s, %s: ", size_name(t.sweep).c_str(), batch ? format(" at batch %d", batch).c_str() : "",
               t.way.c_str());
        if (from < 0) printf("never up to %d, the greatest measured\n", greatest);
        else printf("from %d on (measured up to %d)\n", from, greatest);
    }
}

static const char *verdict(const ratio_t &over_best)
{
    if (!std::isfinite(over_best.low)) return "too few turns to say who wins";
    return over_best.low > 1 ? "the GPU wins" : over_best.high < 1 ? "the GPU loses" : "neither wins for sure";
}

std::string speedup_conclusion(const speedup_t *s)
{
    std::string text;
    std::vector<const timing_t *>
        last;  // of each way and batch that timings of a GPU, or of the best CPU program, have
    bool gpu = std::any_of(s->timings.begin(), s->timings.end(),
                           [](const timing_t &t) { return t.device == "cuda" && was_timed(&t); });
    std::string sweep = std::any_of(s->timings.begin(), s->timings.end(),
                                    [](const timing_t &t) { return t.sweep == "rows"; })
                            ? "rows"
                            : "batch";
    for (const timing_t &t : s->timings) {
        if (!was_timed(&t) || t.sweep != sweep || (gpu ? t.device != "cuda" : t.way != "plain")) continue;
        auto same = std::find_if(last.begin(), last.end(),
                                 [&](const timing_t *l) { return l->way == t.way && l->batch == t.batch; });
        if (same == last.end()) last.push_back(&t);
        else if (t.rows > (*same)->rows) *same = &t;
    }
    for (const timing_t *t : last) {
        const timing_t *plain = timing_find(&s->timings, t, "plain"), *best = timing_best_cpu(&s->timings, t);
        std::string setting = format("Batch %d, %d rows, %s: ", t->batch, t->rows, t->layers.c_str());
        ratio_t over_best = timing_ratio(best, t);
        if (gpu)
            text += setting + t->way + ": over the plain program " + times(timing_ratio(plain, t)) +
                    ",\n    over the best CPU program (" + (best ? best->way : "none") + ") " + times(over_best) +
                    ": " + verdict(over_best) + ".\n";
        else if (best)
            text += setting + "the best CPU program (" + best->way + ") over the plain one " +
                    times(timing_ratio(plain, best)) + ".\n    A GPU has to beat the best, not the plain one.\n";
    }
    if (!gpu)
        text += std::string("No GPU was timed here") +
                (s->emulated ? ": kernels ran on the emulator, which has no times.\n" : ".\n");
    return text;
}

static void print_failed(const speedup_t *s)
{
    row_t said;
    for (const timing_t &t : s->timings) {
        std::string line = t.way + ": " + t.failed;
        if (t.failed.compare(0, 8, "left out") == 0)
            line = format("%d rows, batch %d, %s: ", t.rows, t.batch, t.layers.c_str()) + t.failed;
        if (t.failed.empty() || std::count(said.begin(), said.end(), line)) continue;
        if (said.empty()) printf("\nNot timed:\n\n");
        printf("* %s\n", line.c_str());
        said.push_back(line);
    }
}

void speedup_print(const speedup_t *s)
{
    for (const std::string &line : s->machine) printf("%s\n", line.c_str());
    printf("data: %s\n", s->data.c_str());
    if (s->timings.empty()) {
        printf("\nNothing was measured.\n");
        return;
    }
    printf(
        "\nTimes are medians of runs taken in turns; behind a speed-up the interval in which it lies with 95 %%.\n"
        "plain: loops as one writes them first (bin/lab naive); cpu: bin/nn on one thread; cpu all: on all threads.\n");
    for (const std::string &group : names_of(s, group_of)) {
        if (group.compare(0, 7, "threads") == 0) print_threads(s, group);
        else print_sweep(s, group);
    }
    print_parts(s);
    print_counters(s);
    print_failed(s);
    print_crossovers(s);
    printf("\n%s", speedup_conclusion(s).c_str());
    for (const std::string &note : s->notes) printf("note: %s\n", note.c_str());
}
