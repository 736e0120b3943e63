// [given] tools.cpp: `make debug` and `make profile`.
#include "tools.h"

#include <set>

#include "judge.h"

static bool is_emulated(const check_t *check)
{
    worked_t w = work(&check->worker, &make_cases(check->seed)[0].job);
    if (w.ending == MACHINE_FAILED) die("%s", w.problem.c_str());
    return w.reply.emulated;
}

// Functions that are not written yet are told once.
static bool can_look(const worked_t *w, const case_t *c, std::set<std::string> *missing)
{
    if (w->ending == MACHINE_FAILED) die("%s", w->problem.c_str());
    if (w->ending != ENDED || w->reply.status != NOT_WRITTEN) return true;
    std::string name = call_name(c->job.call);
    if (missing->insert(name).second)
        printf("%s: %s\n", name.c_str(), w->reply.text.substr(0, w->reply.text.find('\n')).c_str());
    return false;
}

// NVIDIA's tool writes no record: what it prints is shown as it is.
static int debug_real(const check_t *check)
{
    std::set<std::string> missing;
    int bad = 0;
    std::vector<case_t> cases = make_cases(check->seed);
    for (const case_t &c : cases)
        for (const char *tool : {"memcheck", "racecheck", "initcheck", "synccheck"}) {
            if (!c.sanitized || !is_wanted(check, &c)) continue;
            worker_t worker = check->worker;
            worker.before = {check->worker.tool, "--tool", tool, "--error-exitcode", "9"};
            worked_t w = work(&worker, &c.job);
            if (!can_look(&w, &c, &missing)) break;
            if (w.status == 0 && w.ending == ENDED) continue;
            bad++;
            printf("\n%s, %s, case \"%s\"\n%s", tool, call_name(c.job.call), c.name.c_str(), w.printed.c_str());
        }
    printf("memcheck, racecheck, initcheck, synccheck: findings in %d runs\n", bad);
    return bad > 0;
}

int debug_all(const check_t *check)
{
    if (!is_emulated(check)) return debug_real(check);
    std::set<std::string> missing, told;
    worker_t worker = check->worker;
    worker.sanitize = true;
    int looked = 0, many = 0;
    std::vector<case_t> cases = make_cases(check->seed);
    for (const case_t &c : cases) {
        if (!c.sanitized || !is_wanted(check, &c)) continue;
        worked_t w = work(&worker, &c.job);
        if (!can_look(&w, &c, &missing)) continue;
        looked++;
        std::vector<finding_t> findings;
        read_findings(w.report, &findings);
        for (const finding_t &f : findings) {
            if (!told.insert(f.tool + f.title + f.where).second) continue;
            many++;
            printf("\n%s: %s\n    in %s, case \"%s\": %s\n", f.tool.c_str(), f.title.c_str(), call_name(c.job.call),
                   c.name.c_str(), case_text(&c).c_str());
            for (const std::string &line : f.lines) printf("    %s\n", line.c_str());
            if (!f.hint.empty()) printf("    hint: %s\n", f.hint.c_str());
        }
        if (w.ending != ENDED)
            printf("\n%s, case \"%s\": the program did not come to its end%s\n", call_name(c.job.call), c.name.c_str(),
                   w.ending == TIMED_OUT ? format(" in %.0f s", worker.limit).c_str() : "");
    }
    printf("%smemcheck, racecheck, initcheck, synccheck: %d findings in %d cases\n", many ? "\n" : "", many, looked);
    return many > 0;
}

int profile_all(const check_t *check, const std::string &tool)
{
    std::set<std::string> missing;
    std::vector<case_t> cases = make_profile_cases(check->seed);
    worker_t worker = check->worker;
    worker.before = {tool};
    for (const case_t &c : cases) {
        if (!is_wanted(check, &c)) continue;
        worked_t plain = work(&check->worker, &c.job);
        if (!can_look(&plain, &c, &missing)) continue;
        worked_t w = work(&worker, &c.job);
        printf("\n==== %s: %s\n%s", call_name(c.job.call), case_text(&c).c_str(), w.printed.c_str());
    }
    return 0;
}
