// tests/test_compare.cpp: the evidence for the tolerances: what is right, however it is rounded, uses less than a third of
// the allowed error, what is wrong exceeds it. TOLERANCES=1 prints the tables of lab/results/tolerances.md.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <limits>
#include <map>

#include "helpers.h"

#include "cases.h"
#include "compare.h"
#include "wrong_passes.h"

// ---- ways of computing -----------------------------------------------------------------------------------------

enum how_t { FORWARD, BACKWARD, PAIRWISE, TILES_OF_16, FUSED, IN_DOUBLE, N_LEGAL, TF32 = N_LEGAL, FP16, BF16, N_HOW };
static const char *const how_names[] = {"forward",
                                        "backward",
                                        "pairwise",
                                        "tiles of 16",
                                        "fused multiply-add",
                                        "double sums",
                                        "factors rounded to 11 bits (tf32, fp16)",
                                        "fp16",
                                        "factors rounded to 8 bits (bf16)"};

static real_t rounded(real_t x, int bits)
{
    int e;
    double m = frexp(x, &e);
    return (real_t)ldexp(nearbyint(ldexp(m, bits)), e - bits);
}

static real_t cut(real_t x, how_t how)
{
    return how == TF32 || how == FP16 ? rounded(x, 11) : how == BF16 ? rounded(x, 8) : x;
}

typedef std::function<real_t(size_t)> factor_t;

static real_t pairs(const factor_t &a, const factor_t &b, size_t from, size_t to)
{
    if (to - from == 1) return a(from) * b(from);
    size_t middle = (from + to) / 2;
    return pairs(a, b, from, middle) + pairs(a, b, middle, to);
}

static real_t sum_of(const factor_t &a, const factor_t &b, size_t n, how_t how)
{
    volatile real_t sum = 0;  // so that the compiler neither reorders nor fuses
    double big = 0;
    switch (how) {
    case BACKWARD:
        for (size_t p = n; p-- > 0;) sum = sum + a(p) * b(p);
        return sum;
    case PAIRWISE: return pairs(a, b, 0, n);
    case TILES_OF_16:
        for (size_t first = 0; first < n; first += 16) {
            real_t part = 0;
            for (size_t p = first; p < std::min(n, first + 16); p++) part += a(p) * b(p);
            sum = sum + part;
        }
        return sum;
    case FUSED:
        for (size_t p = 0; p < n; p++) sum = std::fma(a(p), b(p), (real_t)sum);
        return sum;
    case IN_DOUBLE:
        for (size_t p = 0; p < n; p++) big += (double)a(p) * b(p);
        return (real_t)big;
    default:
        for (size_t p = 0; p < n; p++) sum = sum + cut(a(p), how) * cut(b(p), how);
        return sum;
    }
}

static void forward_by(const train_t *t, int b, how_t how)
{
    for (int l = 1; l <= t->s.L; l++)
        for (int i = 0; i < b; i++) {
            int n = t->s.n[l], k = t->s.n[l - 1];
            real_t *a = A(t, l) + (size_t)i * n, *x = A(t, l - 1) + (size_t)i * k, sum = 0;
            for (int j = 0; j < n; j++)
                a[j] = act_value(t->s.f[l],
                                 bias(t, l)[j] + sum_of([=](size_t p) { return x[p]; },
                                                        [=](size_t p) { return W(t, l)[(size_t)j * k + p]; }, k, how));
            if (t->s.f[l].kind != ACT_SOFTMAX) continue;
            real_t greatest = *std::max_element(a, a + n);
            for (int j = 0; j < n; j++) sum += a[j] = std::exp(a[j] - greatest);
            for (int j = 0; j < n; j++) a[j] /= sum;
        }
}

static void back_by(const train_t *t, int b, how_t how)
{
    back_prop_cpu(t, b);
    for (int l = t->s.L; l > 1; l--)
        for (int i = 0; i < b; i++)
            for (int p = 0, n = t->s.n[l], k = t->s.n[l - 1]; p < k; p++) {
                size_t at = (size_t)i * k + p;
                dZ(t, l - 1)[at] = act_slope(t->s.f[l - 1], A(t, l - 1)[at]) *
                                   sum_of([=](size_t j) { return dZ(t, l)[(size_t)i * n + j]; },
                                          [=](size_t j) { return W(t, l)[j * k + p]; }, n, how);
            }
}

static void gradients_by(const train_t *t, int b, how_t how)
{
    for (int l = 1; l <= t->s.L; l++)
        for (int j = 0, n = t->s.n[l], k = t->s.n[l - 1]; j < n; j++) {
            auto dz = [=](size_t i) { return dZ(t, l)[i * n + j]; };
            dbias(t, l)[j] = sum_of(
                dz, [](size_t) { return (real_t)1; }, b, how);
            for (int p = 0; p < k; p++)
                dW(t, l)[(size_t)j * k + p] = sum_of(
                    dz, [=](size_t i) { return A(t, l - 1)[i * k + p]; }, b, how);
        }
}

static void update_by(const job_t *job, const train_t *t, how_t how)
{
    for (size_t i = 0; i < t->s.n_params; i++) {
        real_t g = cut(t->grads[i], how) / job->b, by = 1 / (real_t)job->b;
        if (how == BACKWARD) g = t->grads[i] * by;
        if (t->velocity)
            g = t->velocity[i] = how == FUSED ? std::fma(job->mu, t->velocity[i], g) : job->mu * t->velocity[i] + g;
        t->params[i] = how == FUSED ? std::fma(-job->rate, g, t->params[i]) : t->params[i] - job->rate * g;
    }
}

static void loss_by(const train_t *t, int b, how_t how)
{
    int n = t->s.n[t->s.L];
    auto weight = [=](size_t at) { return t->row_weight ? t->row_weight[t->rows[at / n]] : (real_t)1; };
    auto cost = [=](size_t at) {
        return loss_value(t->s.loss, t->s.f[t->s.L], cut(A(t, t->s.L)[at], how), t->targets[at]);
    };
    *t->loss += sum_of(weight, cost, (size_t)b * n, how);
}

static reply_t reply_by(const job_t *job, how_t how)
{
    reply_t r;
    r.arena = job->arena;
    train_t t = job_state(job, &r.arena[0]);
    if (job->call == CALL_FORWARD_PASS) forward_by(&t, job->b, how);
    if (job->call == CALL_LOSS) loss_by(&t, job->b, how);
    if (job->call == CALL_BACK_PROP) back_by(&t, job->b, how);
    if (job->call == CALL_GRADIENTS) gradients_by(&t, job->b, how);
    if (job->call == CALL_UPDATE) update_by(job, &t, how);
    return r;
}

static reply_t reply_with(const job_t *job, wrong_t wrong)
{
    reply_t r;
    r.arena = wrong_pass(job, wrong).arena;
    return r;
}

// The outputs all 0, or all like the first number of the parameters.
static reply_t reply_filled(const job_t *job, bool copied)
{
    reply_t right = reply_by(job, FORWARD), r = right;
    for (size_t i = 0; i + sizeof(real_t) <= r.arena.size(); i += sizeof(real_t)) {
        if (memcmp(&right.arena[i], &job->arena[i], sizeof(real_t)) == 0) continue;
        real_t x = 0;
        if (copied) memcpy(&x, job->arena.data() + i % (job->s.n_params * sizeof(real_t)), sizeof x);
        memcpy(&r.arena[i], &x, sizeof x);
    }
    return r;
}

static double used_by(const job_t *job, const reply_t *reply)
{
    double used = 0;
    for (const judged_t &j : judge_pass(job, reply)) used = std::max(used, j.used);
    return used;
}

// ---- evidence ------------------------------------------------------------------------------------------------------

static const call_t summing[] = {CALL_FORWARD_PASS, CALL_BACK_PROP, CALL_GRADIENTS, CALL_UPDATE, CALL_LOSS};

static void print_row(const char *what, const std::map<int, double> &used, const char *sort)
{
    if (!getenv("TOLERANCES")) return;
    printf("| %s | %s |", sort, what);
    for (call_t call : summing) {
        auto u = used.find(call);
        if (u == used.end()) printf(" |");
        else if (u->second >= FAR_OFF) printf(" far off |");
        else printf(u->second < 10 ? " %.0f %% |" : " %.0e %% |", 100 * u->second);
    }
    printf("\n");
}

TEST_CASE("compare: legal ways of rounding use less than 30 % of the allowed error")
{
    std::vector<case_t> cases = make_cases(VISIBLE_SEED), more = make_cases(31);
    cases.insert(cases.end(), more.begin(), more.end());
    for (int how = FORWARD; how < N_LEGAL; how++) {
        std::map<int, double> used;
        for (const case_t &c : cases) {
            if (!std::count(std::begin(summing), std::end(summing), c.job.call)) continue;
            reply_t reply = reply_by(&c.job, (how_t)how);
            double u = used_by(&c.job, &reply);
            used[c.job.call] = std::max(used[c.job.call], u);
            CHECK_MESSAGE(u < 0.3, std::string(how_names[how])
                                       << ": " << std::string(call_name(c.job.call)) << ", " << c.name << ": " << u);
        }
        print_row(how_names[how], used, "right");
    }
}

// Every case must show it, but for batches in which b is a factor of 1. The cost is one number, in which the rounding of
// many rows cancels: it shows factors of 8 bits, not always those of 11.
TEST_CASE("compare: lower precision and wrong factors exceed the allowed error")
{
    struct wrong_way_t {
        const char *name;
        std::function<reply_t(const job_t *)> reply;
        std::vector<call_t> calls;
    } ways[] = {
        {"zeros", [](const job_t *j) { return reply_filled(j, false); }, {std::begin(summing), std::end(summing)}},
        {"inputs copied",
         [](const job_t *j) { return reply_filled(j, true); },
         {CALL_FORWARD_PASS, CALL_BACK_PROP, CALL_GRADIENTS}},
        {how_names[TF32],
         [](const job_t *j) { return reply_by(j, TF32); },
         {CALL_FORWARD_PASS, CALL_GRADIENTS, CALL_UPDATE}},
        {how_names[BF16],
         [](const job_t *j) { return reply_by(j, BF16); },
         {CALL_FORWARD_PASS, CALL_GRADIENTS, CALL_UPDATE, CALL_LOSS}},
        {"divided by B instead of b", [](const job_t *j) { return reply_with(j, DIVIDED_BY_LARGEST); }, {CALL_UPDATE}},
        {"not divided by b", [](const job_t *j) { return reply_with(j, NOT_DIVIDED_BY_B); }, {CALL_UPDATE}},
        {"divided by b",
         [](const job_t *j) { return reply_with(j, DIVIDED_BY_B); },
         {CALL_BACK_PROP, CALL_GRADIENTS, CALL_LOSS}},
        {"one row missing in the sum",
         [](const job_t *j) { return reply_with(j, LAST_TERM_MISSING); },
         {CALL_FORWARD_PASS, CALL_GRADIENTS, CALL_LOSS}},
        {"one row missing in the result",
         [](const job_t *j) { return reply_with(j, LAST_ROW_MISSING); },
         {CALL_FORWARD_PASS, CALL_BACK_PROP, CALL_GRADIENTS}},
    };
    std::vector<case_t> cases = make_cases(VISIBLE_SEED);
    for (const wrong_way_t &way : ways) {
        std::map<int, double> used;
        for (const case_t &c : cases) {
            const job_t *j = &c.job;
            if (!std::count(way.calls.begin(), way.calls.end(), j->call)) continue;
            if (j->b == 1 || j->b == j->B) continue;          // factors of 1
            if (contains(c.name, "large numbers")) continue;  // outputs of 0 and 1 in any precision
            reply_t reply = way.reply(j);
            double u = used_by(j, &reply);
            used[j->call] = used.count(j->call) ? std::min(used[j->call], u) : u;
            CHECK_MESSAGE(u > 1, std::string(way.name)
                                     << ": " << std::string(call_name(j->call)) << ", " << c.name << ": " << u);
        }
        print_row(way.name, used, "wrong");
    }
}

TEST_CASE("compare: what is not a finite number is wrong, whatever the tolerance")
{
    double inf = std::numeric_limits<double>::infinity(), nan = std::numeric_limits<double>::quiet_NaN();
    for (double x : {inf, -inf, nan, -nan}) {
        CHECK_FALSE(bits_finite(x));
        CHECK(judge("a", 1, 2, {1, 1}, {1, x}, {1e300}).wrong == 1);
        CHECK(judge("a", 1, 2, {1, 1}, {1, x}, {1e300}).used == FAR_OFF);
    }
    for (double x : {0.0, -0.0, 1e308, 5e-324, -1.0}) CHECK(bits_finite(x));
    CHECK(judge("a", 1, 1, {1}, {1 + 0.5}, {1}).used == 0.5);
    CHECK(judge("a", 1, 1, {1}, {1 + 0.5}, {1}).wrong == 0);
    CHECK(judge("a", 1, 1, {1}, {1 + 1e-15}, {0}).wrong == 1);
    CHECK(judge("a", 1, 2, {1, 2}, {1}, {0.1}).wrong > 0);  // one is missing
    CHECK_THROWS_AS(judge("a", 1, 1, {nan}, {1}, {1}), std::logic_error);
}
