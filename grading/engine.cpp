// [given] engine.cpp: runs the cases one after another; each result is one record, whatever the student's code does.
#include "engine.h"

#include <algorithm>
#include <csignal>
#include <cstring>
#include <map>

#include "judge.h"
#include "mistakes.h"

const char *outcome_text(int outcome)
{
    static const char *const text[] = {"passed", "failed", "skipped", "timed out", "crashed", "machine error"};
    return text[outcome];
}

// ---- one case -------------------------------------------------------------------------------------------------------

// What the end of the process says. True: there is a reply to be judged.
static bool judge_process(const worked_t *w, double limit, result_t *r)
{
    r->printed = w->printed;
    r->seconds = w->seconds;
    r->outcome = FAILED;
    if (w->ending == TIMED_OUT) {
        r->outcome = TOO_LONG;
        r->why = w->problem.empty() ? format("stopped after %.0f s", limit) : w->problem;
        r->why += ": a loop or a kernel that does not end";
    } else if (w->ending == CRASHED) {
        r->outcome = CRASH;
        r->why = format("crashed: %s (signal %d)", strsignal(w->signal), w->signal);
        if (w->signal == SIGSEGV || w->signal == SIGBUS) r->why += ": the host used a wrong address?";
    } else if (w->ending == MACHINE_FAILED) {
        r->outcome = MACHINE_ERROR;
        r->why = first_line(w->problem);
    } else if (w->ending == STOPPED) {
        r->why = first_line(w->problem);
    } else if (w->ending == NOT_TRIED) {
        r->outcome = SKIPPED;
        r->why = w->problem;
    } else if (w->ending == NO_REPLY) {
        r->why = format("the program ended before the function returned (exit status %d)", w->status);
        if (w->printed.compare(0, 10, "========= ") == 0) r->why = first_line(w->printed).substr(10);  // the emulator's
        else r->sentences.push_back("its reply: " + w->problem);
    } else if (w->reply.status == NOT_WRITTEN || w->reply.status == NO_GPUS) {
        r->outcome = SKIPPED;
        r->why = first_line(w->reply.text) + (is_bonus(r->group) ? " (bonus)" : "");
    } else if (w->reply.status != RETURNED) {
        r->why = first_line(w->reply.text);
        r->sentences.push_back(w->reply.text);
    } else {
        return true;
    }
    return false;
}

static void settle(result_t *r)
{
    for (const judged_t &j : r->judged) r->used = std::max(r->used, j.used);
    r->outcome = PASSED;
    if (!r->sentences.empty()) {
        r->outcome = FAILED;
        r->why = first_line(r->sentences[0]);
    }
    for (const judged_t &j : r->judged) {
        if (j.wrong == 0) continue;
        r->outcome = FAILED;
        r->why = j.want.size() == 1
                     ? j.name + " is wrong"
                     : format("%s: %zu of %zu numbers are wrong", j.name.c_str(), j.wrong, j.want.size());
        break;
    }
}

// What train_free_cuda leaves behind is told there, and not again by everybody who calls it.
static void forget_leak(const report_t *report, result_t *r)
{
    bool told = false;
    for (const result_t &x : report->results) told = told || (x.group == GROUP_FREE && x.outcome != PASSED);
    if (!told || r->sentences.size() != 1 || r->sentences[0].find(NOT_GIVEN_BACK) == std::string::npos) return;
    r->sentences.clear();
    settle(r);
}

static bool is_group_wanted(const check_t *check, int group)
{
    return check->weights.empty() || check->weights[group].wanted;
}

static std::vector<result_t> judge_case(const check_t *check, const case_t *c, const worked_t *w)
{
    std::vector<result_t> list;
    for (int group : c->groups) {
        if (!is_group_wanted(check, group)) continue;
        result_t r = {};
        r.c = c;
        r.group = group;
        r.used = -1;
        if (judge_process(w, check->worker.limit, &r)) {
            try {
                judge_reply(check, c, group, &w->reply, &r);
                if (r.outcome != SKIPPED) settle(&r);
            } catch (const std::exception &e) {
                r.outcome = MACHINE_ERROR;
                r.why = e.what();
            }
        }
        list.push_back(r);
    }
    return list;
}

bool is_wanted(const check_t *check, const case_t *c)
{
    if (!check->only.empty() && c->name.find(check->only) == std::string::npos) return false;
    if (std::none_of(c->groups.begin(), c->groups.end(), [&](int g) { return is_group_wanted(check, g); }))
        return false;
    return check->parts.empty() || std::count(check->parts.begin(), check->parts.end(), case_part(c)) > 0;
}

// The parts together say nothing new while one of them fails.
static const result_t *first_failure(const report_t *report)
{
    for (const result_t &r : report->results)
        if (r.outcome != PASSED && r.outcome != SKIPPED) return &r;
    return NULL;
}

// A loop that does not end costs the time limit once, not for every case.
static bool has_timed_out(const report_t *report, const case_t *c)
{
    for (const result_t &r : report->results)
        if (r.outcome == TOO_LONG && r.group == c->groups[0]) return true;
    return false;
}

static worked_t not_tried(void)
{
    worked_t w = {};
    w.ending = NOT_TRIED;
    w.problem = "not tried: a case before it did not end";
    return w;
}

// In this process the pass has been called before, with other numbers at the same addresses: what is kept is wrong.
static worked_t work_warm(const check_t *check, const case_t *c)
{
    job_t job = c->job;
    job.before = job.call <= CALL_SCORE;
    return work(&check->worker, &job);
}

static void name_groups(report_t *report, const std::map<size_t, reply_t> &failed)
{
    for (int group = 0; group < N_GROUPS; group++) {
        std::vector<failing_t> cases;
        for (const auto &[k, reply] : failed)
            if (report->results[k].group == group) cases.push_back({&report->results[k], &reply});
        name_mistakes(cases);
    }
}

report_t check_all(const check_t *check, void (*progress)(const case_t *c))
{
    report_t report = {
        check->cases ? *check->cases : make_cases(check->seed), {}, "", false, check->seed, check->weights};
    bool investigated[N_GROUPS] = {};
    std::map<size_t, reply_t> failed;  // what came back where the result of this number has failed
    for (const case_t &c : report.cases) {
        if (!is_wanted(check, &c)) continue;
        if (progress) progress(&c);
        if (const result_t *bad = c.groups[0] == GROUP_ALL ? first_failure(&report) : NULL) {
            result_t r = {};
            r.c = &c, r.group = GROUP_ALL, r.outcome = SKIPPED, r.used = -1;
            r.why = format("part %d fails", groups[bad->group].part);
            report.results.push_back(r);
            continue;
        }
        worked_t w = has_timed_out(&report, &c) ? not_tried() : work_warm(check, &c);
        if (w.ending == ENDED) {
            if (!w.reply.device.empty()) report.device = w.reply.device;
            report.emulated = report.emulated || w.reply.emulated;
        }
        for (result_t &r : judge_case(check, &c, &w)) {
            if (r.group != GROUP_FREE) forget_leak(&report, &r);
            bool look = check->sanitize && report.emulated && !investigated[r.group];
            bool ask = (r.outcome == FAILED || r.outcome == CRASH) && !check->points_only;
            if (look && ((r.outcome == PASSED && c.sanitized) || ask)) sanitize(check, &r);
            if (r.outcome == FAILED) {
                investigated[r.group] = true;
                if (!check->points_only) failed[report.results.size()] = w.reply;
            }
            report.results.push_back(r);
        }
    }
    name_groups(&report, failed);
    return report;
}

// ---- points ---------------------------------------------------------------------------------------------------------

bool is_bonus(int group) { return groups[group].part == BONUS_PART; }

bool is_to_do(const result_t *r) { return r->outcome != PASSED && !(is_bonus(r->group) && r->outcome == SKIPPED); }

bool is_left_out(const report_t *r, int part)
{
    for (const result_t &x : r->results)
        if (groups[x.group].part == part && (part != BONUS_PART || x.outcome != SKIPPED)) return false;
    return true;
}

bool group_was_run(const report_t *r, int group)
{
    for (const result_t &x : r->results)
        if (x.group == group) return true;
    return false;
}

double group_most(const report_t *r, int group)
{
    return r->weights.empty() ? groups[group].points : r->weights[group].points;
}

double group_points(const report_t *r, int group)
{
    double passed = 0, all = 0;
    for (const result_t &x : r->results)
        if (x.group == group) {
            if (x.no_kernel) return 0;
            all++;
            passed += x.outcome == PASSED;
        }
    return all > 0 ? group_most(r, group) * passed / all : 0;
}

double part_points(const report_t *r, int part)
{
    double sum = 0;
    for (int g = 0; g < N_GROUPS; g++)
        if (groups[g].part == part) sum += group_points(r, g);
    return sum;
}
