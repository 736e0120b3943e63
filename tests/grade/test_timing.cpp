// tests/grade/test_timing.cpp: part "make it fast": the interval, the curve, and what becomes of slow, wrong and false workers.
#include <cmath>
#include <filesystem>

#include "../helpers.h"
#include "../../grading/class/timing_parts.h"

static const rubric_speed_t RULE = {7, 1.25, 8, false, 8};

// ---- arithmetic -------------------------------------------------------------------------------------------------------

TEST_CASE("timing: points fall on a straight line between the anchors, without a step")
{
    CHECK(speed_points(&RULE, 0.3, 10) == 10);
    CHECK(speed_points(&RULE, 1.25, 10) == 10);
    CHECK(speed_points(&RULE, (1.25 + 8) / 2, 10) == doctest::Approx(5));
    CHECK(speed_points(&RULE, 8, 10) == 0);
    CHECK(speed_points(&RULE, 100, 10) == 0);
    for (double x = 0.5; x < 9; x += 0.01) {
        double fall = speed_points(&RULE, x, 10) - speed_points(&RULE, x + 0.01, 10);
        CHECK(fall >= 0);
        CHECK(fall < 0.02);
    }
}

TEST_CASE("timing: the interval of the median is that of the order statistics")
{
    auto upto = [](int n) {
        std::vector<double> v;
        for (int i = 0; i < n; i++) v.push_back((i * 7) % n + 1);  // 1 .. n in another order
        return median_interval(v);
    };
    struct row_t {
        int n, low, high;  // tables of the binomial distribution: largest k with P(fewer than k of n) <= 0.025
    };
    for (row_t r : {row_t{1, 1, 1}, {2, 1, 2}, {5, 1, 5}, {6, 1, 6}, {8, 1, 8}, {9, 2, 8}, {20, 6, 15}, {50, 18, 33}}) {
        CAPTURE(r.n);
        CHECK(upto(r.n).low == r.low);
        CHECK(upto(r.n).high == r.high);
        CHECK(upto(r.n).median == (r.n + 1) / 2.0);
    }
    CHECK(std::isnan(median_interval({}).median));
}

TEST_CASE("timing: nineteen of twenty intervals hold the true median")
{
    rng_t rng = rng_make(1, RNG_DATA);
    int inside = 0;
    for (int k = 0; k < 2000; k++) {
        std::vector<double> v;
        for (int i = 0; i < 12; i++) v.push_back(std::exp(rng_normal(&rng)));  // skew, as times are
        interval_t x = median_interval(v);
        inside += x.low <= 1 && 1 <= x.high;
    }
    CHECK(inside > 0.95 * 2000);
}

TEST_CASE("timing: the bytes that a pass cannot do without")
{
    job_t j;
    j.s = shape_make({3, 4, 2}, {{ACT_TANH, 0}, {ACT_SIGMOID, 0}}, LOSS_MSE);
    j.b = 5;
    auto numbers = [&](call_t call) {
        j.call = call;
        return bytes_read(&j) / sizeof(real_t);
    };
    CHECK(numbers(CALL_LOAD_BATCH) == 5 * 3 + 5 * 2);
    CHECK(numbers(CALL_FORWARD_PASS) == 5 * 3 + 3 * 4 + 4 + 4 * 2 + 2);
    CHECK(numbers(CALL_LOSS) == 2 * 5 * 2);
    CHECK(numbers(CALL_BACK_PROP) == 2 * 5 * 2 + 5 * 4 + 4 * 2);
    CHECK(numbers(CALL_GRADIENTS) == 5 * 3 + 5 * 4 + 5 * 4 + 5 * 2);
    CHECK(numbers(CALL_UPDATE) == 2 * 26);
    CHECK(numbers(CALL_TRAIN) == 0);
}

TEST_CASE("timing: every call has inputs of its own, and the shares of the points add up")
{
    double share = 0;
    for (const timed_t &t : make_timed(3, true)) {
        CAPTURE(t.name);
        share += t.share;
        job_t job = t.job;
        job.vary = 17;
        job_t a = job_input(&job, 0), b = job_input(&job, 1), again = job_input(&job, 0);
        CHECK(job_write(&a) == job_write(&again));
        if (job.call == CALL_TRAIN) CHECK((a.params != b.params));
        else CHECK((a.arena != b.arena));
        if (job.call == CALL_LOAD_BATCH) CHECK((a.rows != b.rows));
    }
    CHECK(share == doctest::Approx(1));
}

TEST_CASE("timing: the worker's clock is believed unless the time seen from outside is much longer")
{
    runs_t its = {{100, 102, 98, 100}, {0.500, 0.501}, {0.600, 0.601}, {}, {}, false, ""}, yours = its;
    interval_t ratio = {1, 1, 1};
    std::string note;
    CHECK(believed_us(&yours, &its, 600, &ratio, &note) == 100);  // 167 us from outside: 67 are preparation
    yours.inside = {300, 301, 299};
    yours.many = {0.720, 0.721};
    CHECK(believed_us(&yours, &its, 600, &ratio, &note) == 300);
    CHECK(note == "");
    CHECK(ratio.median == 1);
    yours.inside = {10, 11, 9};
    CHECK(believed_us(&yours, &its, 600, &ratio, &note) == doctest::Approx(300).epsilon(0.001));
    CHECK(note == "its own clock says 10.0 us a call, from outside it is 300.0: to be looked at");
    CHECK(ratio.median == doctest::Approx(3).epsilon(0.001));
    CHECK(ratio.low < ratio.median);
    CHECK(ratio.low > 1.25);
    yours.many = {0.6, 0.9};  // a busy machine: nothing can be said
    note = "";
    CHECK(believed_us(&yours, &its, 600, &ratio, &note) == 10);
    CHECK(note == "");
}

TEST_CASE("timing: faster than an empty kernel, or than reading the inputs once, cannot be")
{
    job_t j = make_timed(1, false)[1].job;
    runs_t its = {{}, {}, {}, {5, 6, 5}, {1e12, 1e12}, false, ""};
    double floor = 1e6 * bytes_read(&j) / 1.2e12;
    CHECK(is_impossible(&j, &its, 3));
    CHECK_FALSE(is_impossible(&j, &its, 4));
    its.bandwidth = {1e10};  // then reading takes longer
    CHECK(is_impossible(&j, &its, 99 * floor));
    CHECK_FALSE(is_impossible(&j, &its, 101 * floor));
    its.bandwidth = {0};  // the emulator
    CHECK_FALSE(is_impossible(&j, &its, 0.1));
}

// ---- workers ------------------------------------------------------------------------------------------------------------

// The solution with a forward pass that the environment variable TEST_MUTANT spoils.
static const char *const MUTANTS = R"(
#include <cstdlib>
#include <string>
#include <ctime>
#include <sys/syscall.h>
#include <unistd.h>
#define forward_pass_cuda right_forward_pass
#include "solutions/train.cu"
#undef forward_pass_cuda

static std::string mutant(void) { return getenv("TEST_MUTANT") ? getenv("TEST_MUTANT") : ""; }

// "clock": a second takes twenty.
extern "C" int clock_gettime(clockid_t id, struct timespec *t) noexcept
{
    static const bool slow = mutant() == "clock";
    long status = syscall(SYS_clock_gettime, id, t);
    if (slow && id == CLOCK_MONOTONIC) {
        double s = (t->tv_sec + 1e-9 * t->tv_nsec) / 20;
        t->tv_sec = (time_t)s;
        t->tv_nsec = (long)(1e9 * (s - (double)t->tv_sec));
    }
    return (int)status;
}

void forward_pass_cuda(const train_t *t, int b)
{
    static const std::string what = mutant();
    static const void *known = NULL;
    static std::vector<real_t> kept;
    static int calls = 0;
    size_t n = (size_t)t->B * t->s.n_acts;
    calls++;
    if (what == "cache" && known == t->acts) {  // the answer of the first call, for whoever asks with this pointer
        CUDA_CHECK(cudaMemcpy(t->acts, kept.data(), n * sizeof(real_t), cudaMemcpyHostToDevice));
        return;
    }
    if (what == "lazy" && calls > 3) return;  // right as long as somebody looks at the first calls only
    if (what == "clock") usleep(30000);  // how busy this machine is makes no difference to that
    for (int k = 0; k < (what == "slow" ? 3 : 1); k++) right_forward_pass(t, b);
    if (what == "cache") {
        known = t->acts;
        kept.resize(n);
        CUDA_CHECK(cudaMemcpy(kept.data(), t->acts, n * sizeof(real_t), cudaMemcpyDeviceToHost));
    }
}
)";

static std::string line_from_end(const std::string &text, int number)
{
    size_t end = text.find_last_not_of('\n') + 1;
    for (int k = 1; k < number; k++) end = text.rfind('\n', end - 1);
    return text.substr(text.rfind('\n', end - 1) + 1, end - text.rfind('\n', end - 1) - 1);
}

struct workers_t {
    std::string reference, mutant;
};

// Built once for all cases.
static const workers_t *workers(void)
{
    static workers_t w;
    if (!w.mutant.empty()) return &w;
    static folder_t f;
    std::string make = "env -u MAKEFLAGS -u MAKELEVEL make --no-print-directory CUDA=emu REAL=float IMPL=solutions ";
    std::string reference = "build/float-emu/solutions/worker", old = "build/float-emu/solutions/train.o";
    ended_t made = shell(make + reference), lines = shell(make + "-s print-worker");
    CAPTURE(made.err + lines.err);
    REQUIRE(made.status + lines.status == 0);
    std::string link = line_from_end(lines.out, 1), source = f.write("train.cu", MUTANTS);
    REQUIRE(contains(link, old));
    link.replace(link.find(old), old.size(), f.file("train.o"));
    ended_t e = shell(line_from_end(lines.out, 2) + " -I. -c " + source + " -o " + f.file("train.o") + " && " + link +
                      " -o " + f.file("worker"));
    CAPTURE(e.err);
    REQUIRE(e.status == 0);
    w = {std::filesystem::absolute(reference).string(), f.file("worker")};
    return &w;
}

static check_t check_with(const std::string &program)
{
    check_t c = {};
    c.worker = {program, 60, false, "emu/bin/compute-sanitizer", {}};
    c.seed = 5;
    return c;
}

static speed_t time_mutant(const char *name, int which, int repetitions = 8)
{
    rubric_speed_t rule = RULE;
    rule.repetitions = repetitions;
    check_t student = check_with(workers()->mutant), reference = check_with(workers()->reference);
    timed_t what = make_timed(9, true)[which];
    setenv("TEST_MUTANT", name, 1);
    setenv("EMU_THREADS", "1", 1);  // other programs run here, too
    speed_t s = time_call(&student, &reference, &rule, &what, 10);
    unsetenv("TEST_MUTANT");
    unsetenv("EMU_THREADS");
    CAPTURE(s.note);
    CAPTURE(s.ratio);
    CHECK(s.unit == "us");
    CHECK(s.emulated);
    CHECK(s.points == 0);
    CHECK(s.of == 0);
    return s;
}

constexpr int FORWARD = 1, TRAINING = 6;

TEST_CASE("timing: the same code takes the same time")
{
    for (int which : {FORWARD, TRAINING}) {
        CAPTURE(which);
        speed_t s = time_mutant("none", which, which == FORWARD ? 8 : 2);
        CHECK(s.note == "on the emulator: no time of a GPU");
        CHECK(s.low <= s.ratio);
        CHECK(s.ratio <= s.high);
        CHECK(s.samples_yours.size() == s.samples_reference.size());
        if (which == TRAINING) continue;  // so long that every other program on this machine disturbs it
        CHECK(s.samples_yours.size() >= 6);
        CHECK(s.samples_yours.size() <= 8);
        CHECK(s.ratio > 0.7);
        CHECK(s.ratio < 1.4);
        CHECK(s.low < 1.1);
        CHECK(s.high > 0.9);
    }
}

TEST_CASE("timing: three times the work takes about three times the time")
{
    speed_t s = time_mutant("slow", FORWARD);
    CAPTURE(s.ratio);
    CHECK(s.ratio > 1.6);
    CHECK(s.ratio < 6);
    CHECK(s.low > 1.1);
}

TEST_CASE("timing: what is not right is not timed: answers kept from another call, work left undone")
{
    for (const char *name : {"cache", "lazy"}) {
        CAPTURE(std::string(name));
        speed_t s = time_mutant(name, FORWARD);
        CHECK(contains(s.note, "not right: not timed: "));
        CHECK(s.yours == 0);
    }
}

TEST_CASE("timing: a clock that is slow by a factor is corrected from outside" * doctest::skip())
{
    speed_t s = time_mutant("clock", FORWARD);
    CAPTURE(s.note);
    CHECK(contains(s.note, "from outside"));
    CHECK(contains(s.note, "to be looked at"));
    CHECK(s.ratio > 5);
}

TEST_CASE("timing: without a GPU the counters stand beside the reference's, and give points where the rubric says so")
{
    check_t student = check_with(workers()->mutant), reference = check_with(workers()->reference);
    rubric_speed_t rule = RULE;
    double points = 5, of = 10;
    std::vector<speed_t> rows = time_passes(&student, &reference, &rule, &points, &of);
    CHECK(rows.size() == 12);
    CHECK(points == 0);
    CHECK(of == 0);
    rule.emulated_counts = true;
    of = 20;
    setenv("TEST_MUTANT", "slow", 1);
    rows = time_passes(&student, &reference, &rule, &points, &of);
    unsetenv("TEST_MUTANT");
    CHECK(of == doctest::Approx(20));
    CHECK(points == doctest::Approx(14 + speed_points(&rule, 3, 6)).epsilon(0.01));  // 3 of 10 shares are forward's
    for (const speed_t &s : rows) {
        CAPTURE(s.name);
        CHECK(s.emulated);
        CHECK((s.unit == "sectors" || s.unit == "launches"));
        CHECK(s.ratio == doctest::Approx(s.name == "forward_pass" ? 3 : 1).epsilon(0.02));
        CHECK(s.low == s.high);
    }
}
