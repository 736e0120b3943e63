// [given] speedup_turns.cpp: turns of runs until the intervals are narrow or the time is spent.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <numeric>

#include <unistd.h>

#include "lab.h"
#include "speedup_measure.h"
#include "utils.h"

enum { LEAST_TURNS = 6, MOST_TURNS = 60 };  // of fewer than 6 values there is no 95 % interval of the median

static std::string base_of(const speedup_options_t *o, const contest_t *c, const way_t *way)
{
    std::string base = format("run-%s-%d-%d-%s", way->name.c_str(), c->setting.rows, c->setting.batch,
                              c->setting.layers.c_str());
    std::replace(base.begin(), base.end(), ' ', '-');
    std::replace(base.begin(), base.end(), ',', '-');
    return o->folder + "/" + base;
}

// A way that learns something else does other work. Rounding alone is far below a hundredth after two epochs.
static void check_cost(contest_t *c, timing_t *t)
{
    double right = NAN;
    for (const timing_t &other : c->timings)
        if (other.way == "cpu") right = other.cost;
    if (t->way == "cpu" || !std::isfinite(right) || std::fabs(t->cost - right) <= 0.01 * std::fabs(right)) return;
    t->failed = format(
        "its cost in epoch 2 is %.6g, the CPU's %.6g: it learns something else, so its time means nothing", t->cost,
        right);
}

// ---- before the turns: two epochs of each, to warm up and to plan ---------------------------------------------

static void plan(const speedup_options_t *o, const std::vector<way_t> *ways, contest_t *c)
{
    c->turn_seconds = 0;
    for (size_t i = 0; i < c->ways.size(); i++) {
        const way_t *way = &(*ways)[c->ways[i]];
        timing_t *t = &c->timings[i];
        way_run_t run = way_run(o, way, &c->setting, 2, base_of(o, c, way));
        t->failed = run.failed;
        if (!run.failed.empty()) continue;
        double epoch = run.epochs[1], start = run.total - run.epochs[0] - run.epochs[1];
        c->epochs[i] = 1 + (int)std::clamp(std::ceil(0.05 / epoch), epoch > 0.3 ? 1.0 : 2.0, 40.0);
        c->turn_seconds += start + epoch * c->epochs[i];
    }
}

// Weights times rows.
static double work(const setting_t *s)
{
    double sum = 0;
    char *at = NULL;
    long before = strtol(s->layers.c_str(), &at, 10);
    while (*at == ',') {
        long n = strtol(at + 1, &at, 10);
        sum += (double)before * n;
        before = n;
    }
    return sum * s->rows;
}

// What does not fit into the budget with the least number of turns is left out, the dearest first.
static void leave_out(std::vector<contest_t> *all, double left)
{
    for (;;) {
        double turn = 0;
        int n = 0;
        contest_t *dearest = NULL;
        for (contest_t &c : *all) {
            if (!c.left_out.empty()) continue;
            n++;
            turn += c.turn_seconds;
            if (!dearest || c.turn_seconds > dearest->turn_seconds) dearest = &c;
        }
        if (n <= 1 || turn * (LEAST_TURNS + 1) <= left) return;  // the last run of each: turns_finish
        dearest->left_out = format("%d turns of it need %.0f s", LEAST_TURNS, dearest->turn_seconds * LEAST_TURNS);
    }
}

static void plan_all(const speedup_options_t *o, const std::vector<way_t> *ways, std::vector<contest_t> *all,
                     double ends)
{
    std::vector<contest_t *> order;
    for (contest_t &c : *all) order.push_back(&c);
    std::sort(order.begin(), order.end(),
              [](contest_t *a, contest_t *b) { return work(&a->setting) < work(&b->setting); });
    double started = clock_now();
    for (contest_t *c : order) {
        double spent = clock_now() - started;
        if (c != order[0] && spent > (ends - started) / 4) c->left_out = "warming up took too long";
        else plan(o, ways, c);
    }
    leave_out(all, ends - clock_now());
}

// ---- turns ---------------------------------------------------------------------------------------------------

// One run of every way; backwards in every second turn. What was interrupted does not count.
static void take_turn(const speedup_options_t *o, const std::vector<way_t> *ways, contest_t *c, bool backwards)
{
    std::vector<way_run_t> runs(c->ways.size());
    for (size_t k = 0; k < c->ways.size(); k++) {
        size_t i = backwards ? c->ways.size() - 1 - k : k;
        if (!c->timings[i].failed.empty()) continue;
        const way_t *way = &(*ways)[c->ways[i]];
        runs[i] = way_run(o, way, &c->setting, c->epochs[i], base_of(o, c, way));
        if (runs[i].interrupted) return;
    }
    for (size_t i = 0; i < c->ways.size(); i++) {
        timing_t *t = &c->timings[i];
        if (!t->failed.empty()) continue;
        t->failed = runs[i].failed;
        t->cost = runs[i].cost;
        if (!t->failed.empty()) continue;
        std::vector<double> epochs(runs[i].epochs.begin() + 1, runs[i].epochs.end());
        t->epochs.insert(t->epochs.end(), epochs.begin(), epochs.end());
        t->runs.push_back(median(epochs));
        c->loading[i].push_back(runs[i].loading);
        double training = std::accumulate(runs[i].epochs.begin(), runs[i].epochs.end(), 0.0);
        c->around[i].push_back(std::max(0.0, runs[i].total - runs[i].loading - training));
    }
    for (timing_t &t : c->timings)
        if (t.failed.empty()) check_cost(c, &t);
}

static bool is_narrow(const ratio_t &r, double width) { return r.high - r.low <= 2 * width / 100 * r.value; }

// All intervals are narrow, or there is nothing left to time.
static bool is_done(const contest_t *c, double width)
{
    const timing_t *first = NULL;
    size_t turns = 0;
    bool narrow = true;
    for (const timing_t &t : c->timings) {
        if (!t.failed.empty()) continue;
        if (!first) first = &t;
        turns = t.runs.size();
        narrow &= is_narrow(timing_ratio(first, &t), width);
        if (t.device == "cuda") narrow &= is_narrow(timing_ratio(timing_best_cpu(&c->timings, &t), &t), width);
    }
    return !first || (turns >= LEAST_TURNS && narrow);
}

static void summarize(contest_t *c)
{
    int fewest = 0;
    for (int epochs : c->epochs)
        if (epochs > 0 && (fewest == 0 || epochs < fewest)) fewest = epochs;
    for (size_t i = 0; i < c->timings.size(); i++) {
        timing_t *t = &c->timings[i];
        ratio_t m = median_interval(t->runs);
        t->median = m.value, t->low = m.low, t->high = m.high;
        t->run_epochs = fewest;
        t->loading = median(c->loading[i]);
        t->total = t->loading + median(c->around[i]) + t->run_epochs * t->median;
        t->stopped = t->runs.empty() ? "" : c->stopped;
        if (!t->failed.empty()) t->median = t->low = t->high = NAN;
        if (!t->failed.empty()) t->runs.clear(), t->epochs.clear();
    }
}

// A line that is drawn again on a terminal, one in a quarter of a minute elsewhere.
static void say(int turn, int open, double spent, double budget)
{
    static double said = -1e9;
    bool terminal = isatty(STDERR_FILENO);
    if (!terminal && clock_now() - said < 15) return;
    said = clock_now();
    fprintf(stderr, "%sturn %d: %d settings, %.0f s of %.0f s%s", terminal ? "\r\033[K" : "", turn, open, spent, budget,
            terminal ? "" : "\n");
}

void turns_take(const speedup_options_t *o, const std::vector<way_t> *ways, std::vector<contest_t> *all, double ends)
{
    double started = clock_now();
    plan_all(o, ways, all, ends);
    for (const contest_t &c : *all)
        if (c.left_out.empty()) ends -= c.turn_seconds;  // what turns_finish takes
    for (int turn = 1; turn <= MOST_TURNS && !runs_stopped(); turn++) {
        int open = 0;
        for (contest_t &c : *all) open += c.left_out.empty() && c.stopped.empty();
        if (open == 0) break;
        say(turn, open, clock_now() - started, ends - started);
        for (contest_t &c : *all) {
            if (!c.left_out.empty() || !c.stopped.empty() || runs_stopped()) continue;
            if (turn > 1 && clock_now() + c.turn_seconds > ends) {
                c.stopped = "budget";
                continue;
            }
            take_turn(o, ways, &c, turn % 2 == 0);
            for (timing_t &t : c.timings) t.median = t.failed.empty() ? median(t.runs) : NAN;  // for timing_best_cpu
            if (is_done(&c, o->width)) c.stopped = "narrow";
        }
    }
    if (isatty(STDERR_FILENO)) fprintf(stderr, "\r\033[K");
    for (contest_t &c : *all) {
        if (c.stopped.empty() && c.left_out.empty()) c.stopped = runs_stopped() ? "interrupted" : "turns";
        summarize(&c);
    }
}

// ---- after the turns -----------------------------------------------------------------------------------------

void turns_finish(const speedup_options_t *o, const std::vector<way_t> *ways, const std::string &heldout, bool copies,
                  contest_t *c)
{
    if (!c->left_out.empty()) return;
    for (size_t i = 0; i < c->ways.size(); i++) {
        timing_t *t = &c->timings[i];
        const way_t *way = &(*ways)[c->ways[i]];
        std::string base = base_of(o, c, way);
        if (!t->failed.empty() || t->runs.empty()) continue;
        if (!heldout.empty() && way_run(o, way, &c->setting, t->run_epochs, base).failed.empty())
            way_score(&(*ways)[1], heldout, base, &t->metric, &t->value);
        if (copies && t->device == "cuda") way_nsys(o, way, &c->setting, base + "-nsys", t);
    }
}
