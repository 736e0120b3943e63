// [given] speedup.cpp: bin/lab speedup: how many times as fast one program trains as another, and when a GPU loses.
#include <algorithm>
#include <cerrno>
#include <climits>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <map>
#include <set>
#include <sstream>

#include <fcntl.h>
#include <omp.h>
#include <sys/file.h>

#include "lab.h"
#include "run.h"
#include "speedup_measure.h"

// ---- what is measured ------------------------------------------------------------------------------------------

// A row of a sweep: it belongs to a contest, which may serve several sweeps.
struct question_t {
    std::string sweep;
    size_t contest;
};

struct plan_t {
    std::vector<contest_t> contests;
    std::vector<question_t> questions;
    std::set<int> too_large;  // batch sizes that have more rows than some setting
};

static std::string layers_text(std::vector<int> layers, int hidden)
{
    if (hidden > 0 && layers.size() > 2) layers[1] = hidden;
    std::string text;
    for (int n : layers) text += (text.empty() ? "" : ",") + std::to_string(n);
    return text;
}

// Whether a way takes part in a sweep: "cpu 2" ... in "threads" only, where plain loops and GPUs have no place.
static bool takes_part(const way_t *way, const std::string &sweep)
{
    if (!way->failed.empty() || way->emulated) return false;
    bool between = way->device == "cpu" && way->name != "plain" && way->name != "cpu" && way->name != "cpu all";
    return sweep == "threads" ? way->device == "cpu" && way->name != "plain" : !between;
}

static void ask(plan_t *plan, const std::vector<way_t> *ways, const std::string &sweep, const setting_t &s)
{
    if (s.batch > s.rows) {
        plan->too_large.insert(s.batch);
        return;
    }
    size_t at = 0;
    std::vector<contest_t> &all = plan->contests;
    while (at < all.size() &&
           (all[at].setting.rows != s.rows || all[at].setting.batch != s.batch || all[at].setting.layers != s.layers))
        at++;
    if (at == all.size()) all.push_back({s, {}, {}, {}, {}, {}, 0, "", ""});
    for (const question_t &q : plan->questions)
        if (q.sweep == sweep && q.contest == at) return;
    plan->questions.push_back({sweep, at});
    contest_t *c = &all[at];
    for (size_t w = 0; w < ways->size(); w++)
        if (takes_part(&(*ways)[w], sweep) && !std::count(c->ways.begin(), c->ways.end(), (int)w)) c->ways.push_back(w);
    std::sort(c->ways.begin(), c->ways.end());
}

static timing_t blank(const way_t *way, const setting_t *s)
{
    timing_t t;
    t.way = way->name, t.device = way->device, t.threads = way->threads, t.gpus = way->gpus;
    t.emulated = way->emulated, t.failed = way->failed;
    t.rows = s->rows, t.batch = s->batch, t.layers = s->layers;
    return t;
}

// Sizes where the command line gives none: with a GPU larger ones, since that is where it pays.
static void choose_sizes(speedup_options_t *o, bool gpu, int rows_there)
{
    if (o->batches.empty()) o->batches = {10, 100, 1000};
    if (o->rows.empty()) o->rows = gpu ? std::vector<int>{2000, 20000, 100000} : std::vector<int>{1000, 5000, 20000};
    if (o->hidden.empty()) o->hidden = {15, 60, 250, 1000};
    for (int &n : o->rows) n = std::min(n, rows_there);
    for (std::vector<int> *v : {&o->batches, &o->rows, &o->hidden}) {
        std::sort(v->begin(), v->end());
        v->erase(std::unique(v->begin(), v->end()), v->end());
    }
}

static plan_t make_plan(const speedup_options_t *o, const std::vector<way_t> *ways)
{
    plan_t plan;
    int middle = o->rows[o->rows.size() / 2], few = std::min(middle, std::max(2000, middle / 5));
    std::vector<int> both = {o->batches.front(), o->batches.back()};
    if (both[0] == both[1]) both.pop_back();
    std::string layers = layers_text(o->layers, 0);
    for (const std::string &sweep : o->sweeps) {
        if (sweep == "rows")
            for (int batch : both)
                for (int rows : o->rows) ask(&plan, ways, sweep, {rows, batch, layers, ""});
        if (sweep == "batch")
            for (int batch : o->batches) ask(&plan, ways, sweep, {middle, batch, layers, ""});
        if (sweep == "hidden" && o->layers.size() > 2)
            for (int batch : both)
                for (int n : o->hidden) ask(&plan, ways, sweep, {few, batch, layers_text(o->layers, n), ""});
        if (sweep == "threads")
            for (int n : {0, o->hidden.back()})
                ask(&plan, ways, sweep, {n ? few : middle, both.back(), layers_text(o->layers, n), ""});
    }
    if (plan.contests.empty())
        die_usage("speedup: nothing to measure with at most %d rows, batches of %d or more and these --sweeps\n"
                  "hint: a batch has at most all rows: --batch_sizes 10; \"hidden\" wants a hidden layer",
                  o->rows.back(), o->batches.front());
    return plan;
}

// ---- result ----------------------------------------------------------------------------------------------------

static std::vector<std::string> machine_lines(const std::string &gpu, double load)
{
    std::vector<std::string> lines;
    std::istringstream in(machine_text());
    for (std::string line; std::getline(in, line);)
        if (line.find_first_not_of("# ") != std::string::npos)
            lines.push_back(line.substr(line.find_first_not_of("# ")));
    lines.push_back(format("threads: %d of the CPU", omp_get_num_procs()));
    lines.push_back("device: " + (gpu.empty() ? std::string("no CUDA program ran") : "cuda: " + gpu));
    if (load >= 0) lines.push_back(format("load: %.1f processes wanted to compute when it began", load));
    char date[64];
    time_t now = time(NULL);
    strftime(date, sizeof date, "%Y-%m-%d %H:%M UTC", gmtime(&now));
    lines.push_back(std::string("date: ") + date);
    return lines;
}

static double load_average(void)
{
    double load[1];
    return getloadavg(load, 1) == 1 ? load[0] : -1;
}

static void add_timings(speedup_t *s, const plan_t *plan, const std::vector<way_t> *ways)
{
    for (const question_t &q : plan->questions) {
        const contest_t *c = &plan->contests[q.contest];
        for (size_t i = 0; i < c->ways.size(); i++) {
            if (!takes_part(&(*ways)[c->ways[i]], q.sweep)) continue;
            timing_t t = c->timings[i];
            if (!c->left_out.empty()) t.failed = "left out: " + c->left_out;
            t.sweep = q.sweep;
            s->timings.push_back(t);
        }
        for (const way_t &way : *ways) {
            if (way.failed.empty() || q.sweep == "threads") continue;
            timing_t t = blank(&way, &c->setting);
            t.sweep = q.sweep;
            s->timings.push_back(t);
        }
    }
}

static void add_notes(speedup_t *s, const plan_t *plan, const speedup_options_t *o, double load)
{
    int left_out = 0, late = 0, wide = 0, measured = 0;
    for (int batch : plan->too_large)
        s->notes.push_back(format("Batch %d is missing where there are fewer rows.", batch));
    for (const contest_t &c : plan->contests) {
        left_out += !c.left_out.empty();
        measured += c.left_out.empty();
        late += c.left_out.empty() && c.stopped == "budget";
        wide += c.left_out.empty() && c.stopped == "turns";
    }
    if (runs_stopped()) s->notes.push_back("Interrupted: what had been measured until then.");
    if (late)
        s->notes.push_back(
            format("The budget of %g s was spent before the intervals of %d of %d settings were within %g %% "
                   "of their speed-ups (--budget, --width).",
                   o->budget, late, measured, o->width));
    if (wide)
        s->notes.push_back(
            format("After the greatest number of turns the intervals of %d of %d settings were still wider than "
                   "%g %% of their speed-ups (--width).",
                   wide, measured, o->width));
    if (left_out)
        s->notes.push_back(format("%d settings were left out: they do not fit into the budget of %g s (--budget).",
                                  left_out, o->budget));
    double shortest = INFINITY;
    for (const contest_t &c : plan->contests)
        for (const timing_t &t : c.timings) shortest = std::fmin(shortest, t.median);
    if (shortest < 50e-6)
        s->notes.push_back(format("The shortest epochs take %.0f us and the logs have whole microseconds: such "
                                  "speed-ups are off by some %.0f %%, which their intervals do not show (more --rows).",
                                  shortest * 1e6, std::ceil(0.5e-6 / shortest * 100)));
    if (late + wide > 0 && load > 0.4 * omp_get_num_procs())
        s->notes.push_back(format(
            "The machine was busy when it began (load %.1f, %d cores): intervals are wider, and long epochs are slowed "
            "down more than short ones and threads more than one, so the speed-ups are off too; measure when it is "
            "quiet.",
            load, omp_get_num_procs()));
}

static void count_all(speedup_t *s, const speedup_options_t *o, const speedup_data_t *data,
                      const std::vector<way_t> *ways)
{
    for (const way_t &way : *ways)
        for (int batch : o->batches) {
            if (!way.emulated || !way.failed.empty()) continue;
            setting_t small = {std::min(std::max(100, 3 * batch), (int)data->lines.size()), batch,
                               layers_text(o->layers, 0), ""};
            if (batch > small.rows) continue;
            small.data = speedup_cut(o, data, small.rows);
            timing_t t = blank(&way, &small);
            t.sweep = "batch";
            way_count(o, &way, &small, o->folder + "/count-" + way.name + std::to_string(batch), &t);
            s->timings.push_back(t);
        }
}

static bool nothing_timed(const plan_t *plan)
{
    for (const contest_t &c : plan->contests)
        for (const timing_t &t : c.timings)
            if (!t.runs.empty()) return false;
    return true;
}

// Of its batch size: there copies and kernels are looked at, since nsys takes some seconds each time.
static bool has_most_rows(const plan_t *plan, const contest_t *contest)
{
    for (const contest_t &c : plan->contests)
        if (c.left_out.empty() && c.setting.batch == contest->setting.batch && c.setting.rows > contest->setting.rows)
            return false;
    return true;
}

static void save(const speedup_options_t *o, const speedup_t *s)
{
    if (!o->json.empty()) file_write(o->json, speedup_json(s));
    if (!o->csv.empty()) file_write(o->csv, speedup_csv(s));
}

enum { FEW_ROWS = 3000 };  // enough to try programs and to count

// Two at a time would read each other's files, and slow each other down. Held until the process ends.
static void lock_folder(const std::string &folder)
{
    std::error_code why;  // open says it better
    std::filesystem::create_directories(folder, why);
    int fd = open((folder + "/lock").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
    if (fd < 0)
        die("%s/lock: cannot be written: %s\nhint: --folder names another folder", folder.c_str(), strerror(errno));
    if (flock(fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
        die("%s: another bin/lab speedup is measuring there\nhint: wait for it, or on another machine: --folder "
            "runs/other",
            folder.c_str());
}

static int measure(speedup_options_t o)
{
    double started = clock_now(), load = load_average();
    lock_folder(o.folder);
    runs_watch_signals();
    speedup_data_t data = speedup_data(&o, FEW_ROWS);
    o.layers.front() = data.columns;
    int first_rows = std::min((int)data.lines.size(), 200);
    setting_t first = {first_rows, std::min(10, first_rows), layers_text(o.layers, 0),
                       speedup_cut(&o, &data, first_rows)};
    if (o.threads.empty())
        for (int t = 2; t < omp_get_num_procs(); t *= 2) o.threads.push_back(t);
    std::string gpu;
    std::vector<way_t> ways = ways_find(&o, &first, &gpu);
    bool timed_gpu = std::any_of(ways.begin(), ways.end(),
                                 [](const way_t &w) { return w.device == "cuda" && !w.emulated && w.failed.empty(); });
    choose_sizes(&o, timed_gpu, o.dataset.empty() ? INT_MAX : (int)data.lines.size());
    if (o.dataset.empty() && o.rows.back() > FEW_ROWS) data = speedup_data(&o, o.rows.back());

    plan_t plan = make_plan(&o, &ways);
    std::map<int, std::string> files;  // of so many rows
    for (contest_t &c : plan.contests) {
        std::string *file = &files[c.setting.rows];
        if (file->empty()) *file = speedup_cut(&o, &data, c.setting.rows);
        c.setting.data = *file;
        for (int w : c.ways) c.timings.push_back(blank(&ways[w], &c.setting));
        c.epochs.resize(c.ways.size()), c.loading.resize(c.ways.size()), c.around.resize(c.ways.size());
    }
    turns_take(&o, &ways, &plan.contests, started + o.budget);
    if (runs_stopped() && nothing_timed(&plan))
        throw nn_error_t(130, "interrupted before anything was measured: no file was written");
    speedup_t s;
    s.machine = machine_lines(gpu, load);
    s.real = REAL_NAME;
    s.data = data.text;
    s.emulated = gpu.find("emulated") != std::string::npos;
    for (contest_t &c : plan.contests) turns_finish(&o, &ways, data.heldout, has_most_rows(&plan, &c), &c);
    add_timings(&s, &plan, &ways);
    count_all(&s, &o, &data, &ways);
    add_notes(&s, &plan, &o, load);
    save(&o, &s);
    speedup_print(&s);
    for (const std::string &file : {o.csv, o.json})
        if (!file.empty()) printf("written: %s\n", file.c_str());
    return runs_stopped() ? 130 : 0;
}

// ---- command line ----------------------------------------------------------------------------------------------

static speedup_options_t options;
static std::string shown;

static int speedup_run(void)
{
    if (!shown.empty()) {
        speedup_t s = speedup_read(shown);
        speedup_print(&s);
        return 0;
    }
    if (options.layers.size() < 2) die_usage("--layers: one size, expected two or more: 30,60,10,1");
    for (const std::string &file : {options.json, options.csv}) {  // now, not after minutes of measuring
        if (file.empty()) continue;
        std::filesystem::path folder = std::filesystem::path(file).parent_path();
        std::error_code why;  // file_check_writable says it better
        if (!folder.empty()) std::filesystem::create_directories(folder, why);
        file_check_writable(file);
    }
    return measure(options);
}

const command_t speedup_command = {
    "speedup",
    "how many times as fast as the CPU's programs a GPU trains, and when it does not",
    {
        {"programs", &options.programs,
         "cpu=PROGRAM cuda=PROGRAM reference=PROGRAM: builds of nn (`make speedup` gives them)"},
        {"--budget", &options.budget, "seconds in all", between(1, 1e6)},
        {"--width", &options.width, "stop where the intervals are this narrow: +- % of the speed-up",
         between(0.1, 100)},
        {"--sweeps", &options.sweeps, "over what", one_of({"rows", "batch", "hidden", "threads"})},
        {"--rows", &options.rows, "of the data", between(20, 5000000)},
        {"--batch_sizes", &options.batches, "10,100,1000; rows and hidden: the first and the last of them",
         at_least(1)},
        {"--hidden", &options.hidden, "neurons of the first hidden layer: 15,60,250,1000", at_least(1)},
        {"--threads", &options.threads, "of the CPU, beside 1 and all", between(1, 1024)},
        {"--layers", &options.layers, "of the network; the first follows the data", at_least(1)},
        {"--dataset", &options.dataset, "CSV of two classes, in place of generated rows"},
        {"--heldout", &options.heldout, "CSV to score the networks on"},
        {"--learning_rate", &options.learning_rate, "", above_zero()},
        {"--limit", &options.limit, "seconds of a single run", between(1, 1e6)},
        {"--json", &options.json, "all figures as JSON, for bin/lab report"},
        {"--csv", &options.csv, "all figures as CSV"},
        {"--folder", &options.folder, "for data, models and logs"},
        {"--ncu", &options.ncu, "the emulator's counters"},
        {"--nsys", &options.nsys, "NVIDIA's profiler, for copies and kernels"},
        {"--make_cc", &options.make_cc, "makes the data"},
        {"--show", &shown, "measure nothing: print a file written by --json"},
    },
    speedup_run};
