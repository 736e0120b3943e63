// [given] timing.cpp: part "make it fast": student and reference by turns, the interval of their ratio, points.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <random>

#include "counters.h"
#include "judge.h"
#include "timing_parts.h"

constexpr int LEAST_PAIRS = 6, MOST_CALLS = 2000;
constexpr double NARROW = 1.05;       // high / low of an interval that is good enough
constexpr double RUN_SECONDS = 0.25;  // that the calls of a run shall take together

double speed_points(const rubric_speed_t *rule, double ratio, double of)
{
    double part = (rule->zero_at - ratio) / (rule->zero_at - rule->full_at);
    return of * std::min(1.0, std::max(0.0, part));
}

// ---- statistics -----------------------------------------------------------------------------------------------------

static double median(std::vector<double> v) { return median_interval(v).median; }

// The k-th smallest and the k-th largest enclose the median unless fewer than k of the n lie on one side of it.
interval_t median_interval(std::vector<double> v)
{
    size_t n = v.size(), k = 1;
    if (n == 0) return {NAN, NAN, NAN};
    std::sort(v.begin(), v.end());
    double ways = 1, below = std::pow(0.5, n);  // P(fewer than k of n), k = 1
    for (;;) {
        ways = ways * (n - k + 1) / k;
        below += ways * std::pow(0.5, n);
        if (below > 0.025 || 2 * (k + 1) > n) break;
        k++;
    }
    double middle = n % 2 ? v[n / 2] : (v[n / 2 - 1] + v[n / 2]) / 2;
    return {middle, v[k - 1], v[n - k]};
}

static double spread(std::vector<double> v)  // of the middle half
{
    std::sort(v.begin(), v.end());
    return v.empty() ? 0 : v[v.size() * 3 / 4] - v[v.size() / 4];
}

// ---- one run of one worker ------------------------------------------------------------------------------------------

// What was asked for of the timed calls is judged like a case of its own.
static std::string judge_kept(const job_t *asked, const reply_t *reply)
{
    if (reply->kept.size() != asked->keep.size() || reply->call_us.size() != (size_t)asked->repeat)
        return "not all timed calls came back";
    for (size_t k = 0; k < asked->keep.size(); k++) {
        job_t input = job_input(asked, asked->keep[k]);
        if (input.call == CALL_TRAIN) {
            std::vector<real_t> params(reply->kept[k].size() / sizeof(real_t));
            memcpy(params.data(), reply->kept[k].data(), params.size() * sizeof(real_t));
            judged_t j = judge_training(&input, params);
            if (j.wrong) return format("%s: %zu of %zu numbers are wrong", j.name.c_str(), j.wrong, j.want.size());
            continue;
        }
        if (reply->kept[k].size() != input.arena.size()) return "the state came back with another size";
        reply_t r = *reply;
        r.arena = reply->kept[k];
        r.rows = input.rows;
        std::vector<std::string> touched = judge_untouched(&input, &r);
        if (!touched.empty()) return touched[0];
        for (const judged_t &j : judge_pass(&input, &r))
            if (j.wrong) return format("%s: %zu of %zu numbers are wrong", j.name.c_str(), j.wrong, j.want.size());
    }
    return "";
}

static std::string problem_of(const worked_t *w, const job_t *asked)
{
    if (w->ending == MACHINE_FAILED) die("timing: %s", w->problem.c_str());
    if (w->ending == TIMED_OUT) return "it did not end in time";
    if (w->ending != ENDED) return w->problem.empty() ? "it ended before the function returned" : w->problem;
    if (w->reply.status != RETURNED) return w->reply.text.substr(0, w->reply.text.find('\n'));
    for (double us : w->reply.call_us)
        if (!bits_finite(us) || us < 0) return "its times are no times";
    return judge_kept(asked, &w->reply);
}

static void run_once(const check_t *check, const job_t *asked, bool many, runs_t *r)
{
    worked_t w = work(&check->worker, asked);
    r->used_up = w.ending == NOT_TRIED;
    if (r->used_up) return;
    r->problem = problem_of(&w, asked);
    if (!r->problem.empty()) return;
    r->emulated = w.reply.emulated;
    r->inside.push_back(median(w.reply.call_us));
    (many ? r->many : r->few).push_back(w.seconds);
    r->launch_us.push_back(w.reply.launch_us);
    r->bandwidth.push_back(w.reply.bandwidth);
}

// New inputs for every run, and a call chosen by chance that is judged: nothing of it could be known before.
static job_t make_run(const timed_t *what, int repeat)
{
    static std::random_device chance;
    job_t job = what->job;
    job.warm_up = 2;
    job.repeat = repeat;
    job.vary = (uint64_t)chance() << 32 | chance();
    job.keep = {(int)(chance() % repeat)};
    return job;
}

// ---- pairs of runs --------------------------------------------------------------------------------------------------

// Calls of a run: so many that the difference of a short and a long run can be seen from outside.
static int calls_for(const check_t *reference, const timed_t *what, bool *emulated)
{
    runs_t r = {};
    job_t job = make_run(what, 4);
    run_once(reference, &job, false, &r);
    if (r.used_up) return 0;
    if (!r.problem.empty()) die("timing: the reference's %s: %s", what->name.c_str(), r.problem.c_str());
    *emulated = r.emulated;
    double call_s = 1e-6 * r.inside[0] + 50e-6;  // and its preparation
    return (int)std::min<double>(MOST_CALLS, std::max(8.0, (r.emulated ? 0.05 : 1) * RUN_SECONDS / call_s));
}

static std::vector<double> ratios(const runs_t *yours, const runs_t *its)
{
    std::vector<double> list;
    for (size_t i = 0; i < std::min(yours->inside.size(), its->inside.size()); i++)
        list.push_back(yours->inside[i] / its->inside[i]);
    return list;
}

static bool is_clear(const rubric_speed_t *rule, interval_t x)
{
    if (x.high <= rule->full_at || x.low >= rule->zero_at) return true;
    bool crosses = x.low < rule->full_at || x.high > rule->zero_at;
    return x.high / x.low <= NARROW && !crosses;
}

static void run_pairs(const check_t *student, const check_t *reference, const rubric_speed_t *rule, const timed_t *what,
                      int calls, runs_t *yours, runs_t *its)
{
    for (int pair = 0; pair < rule->repetitions; pair++) {
        bool many = pair % 2 == 0;
        job_t job = make_run(what, many ? calls : calls / 4);
        bool student_first = pair / 2 % 2 == 0;
        if (student_first) run_once(student, &job, many, yours);
        if (yours->problem.empty()) run_once(reference, &job, many, its);
        if (!its->problem.empty()) die("timing: the reference's %s: %s", what->name.c_str(), its->problem.c_str());
        if (!student_first) run_once(student, &job, many, yours);
        if (!yours->problem.empty() || yours->used_up || its->used_up) return;
        if (pair + 1 >= LEAST_PAIRS && is_clear(rule, median_interval(ratios(yours, its)))) return;
    }
}

// ---- second opinion, and what cannot be -----------------------------------------------------------------------------

// Time of a call as seen from outside, with its preparation [us]; `noise`: how far off that may be.
static double outside_us(const runs_t *r, int more, double *noise)
{
    *noise += 1e6 * (spread(r->few) + spread(r->many)) / more;
    return 1e6 * (median(r->many) - median(r->few)) / more;
}

// Preparing a call takes both the same time; how long is known from the reference.
double believed_us(const runs_t *yours, const runs_t *its, int more, interval_t *ratio, std::string *note)
{
    double inside = median(yours->inside), reference = median(its->inside), noise = 0;
    for (const std::vector<double> *v : {&yours->few, &yours->many, &its->few, &its->many})
        if (v->empty()) return inside;
    double prepared = outside_us(its, more, &noise) - reference;
    double outside = outside_us(yours, more, &noise) - prepared;
    double room = 3 * noise + 0.5 * inside + 0.5 * std::fabs(prepared);
    if (outside <= inside + room) return inside;
    *note = format("its own clock says %.1f us a call, from outside it is %.1f: %s", inside, outside, TO_BE_LOOKED_AT);
    *ratio = {outside / reference, (outside - 3 * noise) / reference, (outside + 3 * noise) / reference};
    return outside;
}

bool is_impossible(const job_t *job, const runs_t *its, double us)
{
    double bandwidth = median(its->bandwidth), launch = median(its->launch_us);
    if (!(bandwidth > 0) || job->call == CALL_TRAIN) return false;
    return us < std::max(0.7 * launch, 1e6 * bytes_read(job) / (1.2 * bandwidth));
}

// ---- rows -----------------------------------------------------------------------------------------------------------

speed_t time_call(const check_t *student, const check_t *reference, const rubric_speed_t *rule, const timed_t *what,
                  double of)
{
    speed_t s = {};
    runs_t yours = {}, its = {};
    s.name = what->name;
    s.unit = "us";
    int calls = calls_for(reference, what, &s.emulated);
    s.of = s.emulated ? 0 : of;
    if (calls > 0) run_pairs(student, reference, rule, what, calls, &yours, &its);
    size_t pairs = std::min(yours.inside.size(), its.inside.size());
    s.samples_yours.assign(yours.inside.begin(), yours.inside.begin() + pairs);
    s.samples_reference.assign(its.inside.begin(), its.inside.begin() + pairs);
    if (!yours.problem.empty()) {
        s.note = "not right: not timed: " + yours.problem;
        return s;
    }
    interval_t ratio = median_interval(ratios(&yours, &its));
    if (std::isnan(ratio.median)) {
        s.note = "not timed: the time for this submission was used up";
        return s;
    }
    s.reference = median(its.inside);
    s.yours = believed_us(&yours, &its, calls - calls / 4, &ratio, &s.note);
    s.ratio = ratio.median, s.low = ratio.low, s.high = ratio.high;
    s.points = speed_points(rule, s.low, s.of);
    if (is_impossible(&what->job, &its, s.yours)) {
        s.points = 0;
        s.note = std::string("faster than the memory allows: no points; ") + TO_BE_LOOKED_AT;
    }
    if (s.emulated) s.note = "on the emulator: no time of a GPU" + (s.note.empty() ? "" : "; " + s.note);
    return s;
}

static speed_t count_row(const counted_t *x, const char *unit, double yours, double reference)
{
    speed_t s = {};
    s.name = call_name(x->call);
    s.emulated = true;
    s.unit = unit;
    s.reference = reference;
    if (!x->right) s.note = "not right: not counted";
    else s.yours = yours, s.ratio = s.low = s.high = yours / reference;
    return s;
}

std::vector<speed_t> count_calls(const check_t *student, const rubric_speed_t *rule, double of)
{
    std::vector<speed_t> rows;
    std::vector<timed_t> timed = make_timed(0, true);
    double all = 0;  // the training has no counters of its own
    for (const timed_t &t : timed) all += t.job.call == CALL_TRAIN ? 0 : t.share;
    std::string tool = student->worker.tool, ncu = tool.substr(0, tool.rfind('/') + 1) + "ncu";
    std::vector<counted_t> counted = count_traffic(student, ncu);
    for (const counted_t &x : counted)
        for (const timed_t &t : timed) {
            if (t.job.call != x.call) continue;
            speed_t s = count_row(&x, "sectors", x.yours.sectors, x.reference.sectors);
            if (rule->emulated_counts) {
                s.of = of * t.share / all;
                s.points = x.right ? speed_points(rule, s.low, s.of) : 0;
            }
            rows.push_back(s);
            rows.push_back(count_row(&x, "launches", x.yours.kernels, x.reference.kernels));
        }
    return rows;
}

// ---- all ------------------------------------------------------------------------------------------------------------

static bool is_emulated(const check_t *student, const check_t *reference)
{
    if (reference->worker.program.empty()) return student->sanitize;  // there is a sanitizer on the emulator alone
    timed_t what = make_timed(reference->seed, true)[0];
    worked_t w = work(&reference->worker, &what.job);
    if (w.ending == NOT_TRIED) return true;
    if (w.ending != ENDED) die("timing: the reference: %s", w.problem.c_str());
    return w.reply.emulated;
}

std::vector<speed_t> time_passes(const check_t *student, const check_t *reference, const rubric_speed_t *rule,
                                 double *points, double *of)
{
    double most = *of > 0 ? *of : PART_POINTS[7];
    std::vector<speed_t> rows;
    if (is_emulated(student, reference)) rows = count_calls(student, rule, most);
    else if (!reference->worker.program.empty())
        for (const timed_t &t : make_timed(reference->seed, false))
            rows.push_back(time_call(student, reference, rule, &t, most * t.share));
    *points = *of = 0;
    for (const speed_t &s : rows) *points += s.points, *of += s.of;
    return rows;
}
