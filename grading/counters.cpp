// [given] counters.cpp: counts the memory traffic of each pass. No marks depend on it: counters are not time.
#include "counters.h"

#include <cstdio>

#include <nlohmann/json.hpp>

#include "judge.h"

using nlohmann::json;

// Of solutions/train.cu and test.cu; a test holds them against each other. In double a number has twice the bytes.
static const struct {
    call_t call;
    traffic_t in_float, in_double;
} references[] = {
    {CALL_LOAD_BATCH, {2, 2181, 1.05, 1}, {2, 3997, 1.02, 1}},
    {CALL_FORWARD_PASS, {4, 33314, 1.15, 1.03}, {4, 61528, 1.06, 1.00}},
    {CALL_LOSS, {1, 252, 1, 1}, {1, 502, 1, 1}},
    {CALL_BACK_PROP, {3, 15821, 1, 1}, {3, 31492, 1, 1}},
    {CALL_GRADIENTS, {6, 27726, 1, 1}, {6, 55201, 1, 1}},
    {CALL_UPDATE, {1, 5628, 1, 1}, {1, 11253, 1, 1}},
    {CALL_SCORE, {1, 5550, 7.62, 1}, {1, 5596, 4.00, 1}},
};

static traffic_t sum_up(const std::string &text)
{
    traffic_t t = {0, 0, 0, 0};
    double least = 0, passes = 0, fewest = 0;
    json all = json::parse(text);
    for (const json &k : all.at("kernels")) {
        t.kernels += k.at("launches").get<double>();
        for (const char *kind : {"global_load", "global_store"}) {
            const json &g = k.at(kind);
            t.sectors += g.at("sectors").get<double>();
            least += g.at("requests").get<double>() * g.at("ideal_sectors_per_request").get<double>();
        }
        for (const char *kind : {"shared_load", "shared_store"}) {
            const json &s = k.at(kind);
            passes += s.at("passes").get<double>();
            fewest += s.at("requests").get<double>() * s.at("ideal_passes_per_request").get<double>();
        }
    }
    t.over_least = least > 0 ? t.sectors / least : 1;
    t.shared_over = fewest > 0 ? passes / fewest : 1;
    return t;
}

static bool is_right(const job_t *job, const worked_t *w)
{
    if (w->ending != ENDED || w->reply.status != 0 || w->reply.arena.size() != job->arena.size()) return false;
    for (const judged_t &j : judge_pass(job, &w->reply))
        if (j.wrong > 0) return false;
    return true;
}

std::vector<counted_t> count_traffic(const check_t *check, const std::string &ncu)
{
    std::vector<counted_t> all;
    std::vector<case_t> cases = make_profile_cases(check->seed);
    for (const case_t &c : cases) {
        counted_t x = {c.job.call, false, {}, {}};
        for (const auto &r : references)
            if (r.call == x.call) x.reference = sizeof(real_t) == 4 ? r.in_float : r.in_double;
        worker_t worker = check->worker;
        worker.before = {ncu, "-q", "--json", REPORT};
        worked_t w = work(&worker, &c.job);
        x.right = is_right(&c.job, &w) && !w.report.empty();
        if (x.right) x.yours = sum_up(w.report);
        all.push_back(x);
    }
    return all;
}

void show_traffic(const std::vector<counted_t> &all)
{
    printf("\npart 7, counted instead of timed (yours / reference; counters are not time, and no points depend on "
           "them)\n");
    printf("  %-14s %13s %19s %15s %15s\n", "pass", "kernels", "sectors", "over the least", "shared memory");
    for (const counted_t &x : all) {
        const traffic_t *y = &x.yours, *r = &x.reference;
        if (!x.right) printf("  %-14s not right yet\n", call_name(x.call));
        else
            printf("  %-14s %5.0f / %5.0f %9.0f / %7.0f %6.2f / %6.2f %6.2f / %6.2f\n", call_name(x.call), y->kernels,
                   r->kernels, y->sectors, r->sectors, y->over_least, r->over_least, y->shared_over, r->shared_over);
    }
    printf("  sectors of 32 bytes of global memory; over the least: how many times what neighbouring threads at "
           "neighbouring\n  addresses would need, and in shared memory what no bank conflict would; docs/en/7_fast.md, "
           "`make profile`\n");
}
