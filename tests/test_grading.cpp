// tests/test_grading.cpp: the checking engine: its files, how a worker can end, the mistakes it knows, the points.
#include <cstring>
#include <filesystem>
#include <limits>

#include <nlohmann/json.hpp>
#include <sys/stat.h>
#include <zlib.h>

#include "helpers.h"

#include "counters.h"
#include "engine.h"
#include "mistakes.h"

using nlohmann::json;

static std::string with_checksum(std::string bytes)
{
    size_t n = bytes.size() - 4;
    uint32_t crc = (uint32_t)crc32_z(0, (const Bytef *)bytes.data(), n);
    memcpy(&bytes[n], &crc, 4);
    return bytes;
}

static reply_t some_reply(void)
{
    reply_t r;
    r.text = "train.cu:1: something";
    r.arena = std::string(100, 'a');
    r.X = {1, 2, 3};
    r.confusion = {4, 5, 6, 7};
    r.sums = {1, 2, 3};
    r.calls = {0, 7, 1, 7};
    r.blame = {"last written at train.cu:88", ""};
    return r;
}

TEST_CASE("grading: jobs and replies survive writing and reading")
{
    for (const case_t &c : make_cases(5)) {
        std::string bytes = job_write(&c.job);
        job_t back = job_read(bytes);
        CHECK_MESSAGE(job_write(&back) == bytes, c.name);
        CHECK(back.s.n_params == c.job.s.n_params);
    }
    reply_t r = some_reply();
    reply_t back = reply_read(reply_write(&r));
    CHECK(reply_write(&back) == reply_write(&r));
    CHECK(back.blame == r.blame);
}

TEST_CASE("grading: a file that is cut off or changed in one bit is refused")
{
    reply_t r = some_reply();
    job_t job = make_cases(5)[15].job;
    std::string files[] = {reply_write(&r), job_write(&job)};
    for (int kind = 0; kind < 2; kind++) {
        auto refused = [&](const std::string &bytes) {
            return death_of([&] {
                       if (kind == 0) reply_read(bytes);
                       else job_read(bytes);
                   }) != "";
        };
        REQUIRE_FALSE(refused(files[kind]));
        for (size_t n = 0; n < files[kind].size(); n++) {
            std::string changed = files[kind];
            changed[n] ^= 1 << n % 8;
            CHECK(refused(changed));
            CHECK(refused(files[kind].substr(0, n)));
        }
    }
}

TEST_CASE("grading: a file made up with a right checksum is read or refused, never more")
{
    reply_t r = some_reply();
    job_t job = make_cases(5)[15].job;
    std::string reply = reply_write(&r), jobs = job_write(&job);
    int refused = 0, read = 0;
    for (size_t n = 12; n + 4 < reply.size(); n++)
        for (int value : {0, 1, 127, 255}) {
            std::string changed = reply;
            changed[n] = (char)value;
            (death_of([&] { reply_read(with_checksum(changed)); }).empty() ? read : refused)++;
        }
    for (size_t n = 12; n + 4 < jobs.size(); n++) {
        std::string changed = jobs;
        changed[n] = (char)0xff;
        (death_of([&] { job_read(with_checksum(changed)); }).empty() ? read : refused)++;
    }
    CHECK(refused > 100);
    CHECK(read > 100);
    CHECK(death_of([&] { reply_read(with_checksum(reply.substr(0, reply.size() - 9))); }) != "");
    CHECK(contains(death_of([&] { reply_read(with_checksum(reply + "more")); }), "too many"));
}

// ---- how a worker can end ----------------------------------------------------------------------------------------

static worked_t work_with(const folder_t *f, const std::string &script)
{
    std::string path = f->write("worker", "#!/bin/sh\n" + script + "\n");
    chmod(path.c_str(), 0700);
    worker_t w = {path, 1, false, "", {}};
    job_t job = make_cases(5)[15].job;
    return work(&w, &job);
}

TEST_CASE("grading: every way to end has its own name")
{
    folder_t f;
    reply_t good = some_reply();
    std::string reply = f.write("good", reply_write(&good));
    CHECK(work_with(&f, "cp " + reply + " $2").ending == ENDED);
    CHECK(work_with(&f, "cp " + reply + " $2").reply.blame == good.blame);
    CHECK(work_with(&f, "exit 0").ending == NO_REPLY);
    CHECK(contains(work_with(&f, "exit 3").problem, "missing"));
    CHECK(work_with(&f, "exit 3").status == 3);
    CHECK(contains(work_with(&f, "echo passed >$2").problem, "not a file of this program"));
    CHECK(contains(work_with(&f, "mkfifo $2").problem, "not an ordinary file"));
    CHECK(contains(work_with(&f, "mkdir $2").problem, "not an ordinary file"));
    CHECK(work_with(&f, "ln -s " + reply + " $2").ending == NO_REPLY);
    CHECK(work_with(&f, "ln -s /dev/zero $2").ending == NO_REPLY);
    CHECK(work_with(&f, "kill -SEGV $$").ending == CRASHED);
    CHECK(work_with(&f, "kill -SEGV $$").signal == 11);
    CHECK(work_with(&f, "exit 70").ending == MACHINE_FAILED);
    worked_t w = work_with(&f, "echo hello; sleep 60");
    CHECK(w.ending == TIMED_OUT);
    CHECK(w.printed == "hello\n");
    CHECK(w.seconds < 5);
}

TEST_CASE("grading: what a worker prints is cut in the middle and made printable; what it starts is ended with it")
{
    folder_t f;
    worked_t w = work_with(&f, "printf '\\033[2J'; yes | head -c 100000; (sleep 1; touch " + f.file("late") + ") &");
    CHECK(w.printed.size() < 3000);
    CHECK(contains(w.printed, "left out"));
    CHECK(w.printed.substr(0, 4) == "?[2J");
    usleep(1300000);
    CHECK_FALSE(exists(f.file("late")));
}

TEST_CASE("grading: a program that is not there is the machine's fault")
{
    worker_t w = {"/nowhere/worker", 1, false, "", {}};
    job_t job = make_cases(5)[15].job;
    CHECK(work(&w, &job).ending == MACHINE_FAILED);
}

// ---- mistakes ----------------------------------------------------------------------------------------------------

static reply_t reply_of(const job_t *job, wrong_t wrong)
{
    wrong_state_t s = wrong_pass(job, wrong);
    reply_t r;
    r.arena = s.arena;
    r.confusion = s.confusion;
    r.sums = s.sums;
    r.X = job->X;
    r.Y = job->Y;
    r.row_weight = job->row_weight;
    r.rows = job->rows;
    return r;
}

TEST_CASE("grading: the plain passes of the mistakes are right where nothing is wrong")
{
    for (const case_t &c : make_cases(6)) {
        if (c.job.call > CALL_SCORE) continue;
        reply_t reply = reply_of(&c.job, NOTHING_WRONG);
        for (const judged_t &j : judge_pass(&c.job, &reply)) CHECK_MESSAGE(j.wrong == 0, c.name << ": " << j.name);
        CHECK(judge_untouched(&c.job, &reply).empty());
    }
}

TEST_CASE("grading: every known mistake is caught by a case and named")
{
    std::vector<case_t> cases = make_cases(VISIBLE_SEED);
    for (size_t k = 0; k < n_mistakes; k++) {
        int caught = 0, named = 0;
        for (const case_t &c : cases) {
            if (c.job.call != mistakes[k].call) continue;
            reply_t reply = reply_of(&c.job, mistakes[k].wrong);
            for (int group : c.groups) {
                result_t r = {};
                r.c = &c;
                r.group = group;
                r.judged = judge_pass(&c.job, &reply);
                bool wrong = false;
                for (const judged_t &j : r.judged) wrong = wrong || j.wrong > 0;
                caught += wrong;
                if (wrong) name_mistakes({{&r, &reply}});
                named += r.mistake == mistakes[k].name;
            }
        }
        std::string name = std::string(call_name(mistakes[k].call)) + ": " + mistakes[k].name;
        CHECK_MESSAGE(caught > 0, name);
        CHECK_MESSAGE(named > 0, name);
    }
}

// The failing cases of a pass whose outputs in the last layer are left as they were.
TEST_CASE("grading: a mistake that explains one output alone is not named, when the other cases show something else")
{
    std::vector<case_t> cases = make_cases(VISIBLE_SEED);
    std::vector<result_t> results;
    std::vector<reply_t> replies;
    for (const case_t &c : cases) {
        if (c.job.call != CALL_FORWARD_PASS) continue;
        reply_t reply = reply_of(&c.job, NOTHING_WRONG);
        std::string before = c.job.arena;
        train_t t = job_state(&c.job, &reply.arena[0]), old = job_state(&c.job, &before[0]);
        int L = c.job.s.L;
        memcpy(A(&t, L), A(&old, L), c.job.b * c.job.s.n[L] * sizeof(real_t));
        result_t r = {};
        r.c = &c;
        r.group = GROUP_FORWARD;
        r.judged = judge_pass(&c.job, &reply);
        results.push_back(r);
        replies.push_back(reply);
    }
    REQUIRE(results.size() > 8);
    std::vector<failing_t> failing;
    for (size_t i = 0; i < results.size(); i++) failing.push_back({&results[i], &replies[i]});
    name_mistakes(failing);
    for (const result_t &r : results) CHECK_MESSAGE(r.mistake == "", r.c->name);
    for (size_t i = 0; i < results.size(); i++)
        if (results[i].c->name == "one output") name_mistakes({failing[i]});
    int named = 0;  // it is all that is known then
    for (const result_t &r : results) named += r.mistake == "last column missing";
    CHECK(named == 1);
}

TEST_CASE("grading: results that are not numbers are wrong and disturb nothing")
{
    for (const case_t &c : make_cases(6)) {
        if (c.job.call > CALL_UPDATE) continue;
        reply_t reply = reply_of(&c.job, NOTHING_WRONG);
        real_t nan = std::numeric_limits<real_t>::quiet_NaN();
        for (size_t i = 0; i + sizeof nan <= reply.arena.size(); i += sizeof nan)
            if (memcmp(&reply.arena[i], &c.job.arena[i], sizeof nan) != 0) memcpy(&reply.arena[i], &nan, sizeof nan);
        result_t r = {};
        r.c = &c;
        r.group = c.groups[0];
        r.judged = judge_pass(&c.job, &reply);
        CHECK_MESSAGE(r.judged[0].wrong > 0, c.name);
        name_mistakes({{&r, &reply}});
        CHECK(r.mistake == "");
    }
}

TEST_CASE("grading: what must not change is watched")
{
    int gaps = 0;
    for (const case_t &c : make_cases(6)) {
        if (c.job.call > CALL_SCORE) continue;
        reply_t reply = reply_of(&c.job, NOTHING_WRONG);
        reply.X[0] += 1;
        CHECK(contains(judge_untouched(&c.job, &reply).at(0), "X[0] was changed"));
        reply = reply_of(&c.job, NOTHING_WRONG);
        train_t t = job_state(&c.job, &reply.arena[0]);
        if (c.job.call == CALL_FORWARD_PASS && c.job.b < c.job.B) {
            A(&t, 1)[c.job.b * t.s.n[1]] = 0;
            CHECK(contains(judge_untouched(&c.job, &reply).at(0), "the rows after it"));
        }
        if (c.job.call == CALL_UPDATE && t.grads >= t.params + t.s.n_params + 2) {  // there is room between them
            t.params[t.s.n_params] = t.params[t.s.n_params + 1] = 0;
            std::string told = judge_untouched(&c.job, &reply).at(0);
            CHECK(contains(told, format("2 numbers behind the end of bias[%d] (1, ", t.s.L)));
            CHECK(contains(told, ") were written: an index runs past it"));
            gaps++;
        }
        if (c.job.call == CALL_GRADIENTS) {
            t.params[0] = 0;
            CHECK(contains(judge_untouched(&c.job, &reply).at(0), "W[1](0"));
        }
    }
    CHECK(gaps > 0);
}

// ---- points --------------------------------------------------------------------------------------------------------

// The worker of an implementation, built beside this program; "" in a program without CUDA.
static std::string worker_of(const std::string &implementation)
{
    std::string here = std::filesystem::read_symlink("/proc/self/exe").parent_path().string();
    if (!contains(here, "-emu/") && !contains(here, "-real/")) return "";
    return here.substr(0, here.rfind('/') + 1) + implementation + "/worker";
}

static report_t check_with(const std::string &worker, bool sanitized)
{
    check_t check = {};
    check.worker = {worker, 60, false, "emu/bin/compute-sanitizer", {}};
    check.seed = 77;
    check.sanitize = sanitized;
    return check_all(&check, NULL);
}

TEST_CASE("grading: the counters kept as the reference's are those of the solutions")
{
    std::string worker = worker_of("solutions");
    if (!contains(worker, "-emu/")) return;
    check_t check = {};
    check.worker = {worker, 60, false, "", {}};
    check.seed = VISIBLE_SEED;
    std::vector<counted_t> all = count_traffic(&check, "emu/bin/ncu");
    CHECK(all.size() == 7);
    for (const counted_t &x : all) {
        CAPTURE(std::string(call_name(x.call)));
        CHECK(x.right);
        CHECK(x.yours.kernels == x.reference.kernels);
        CHECK(x.yours.sectors == doctest::Approx(x.reference.sectors).epsilon(0.02));
        CHECK(x.yours.over_least == doctest::Approx(x.reference.over_least).epsilon(0.02));
        CHECK(x.yours.shared_over == doctest::Approx(x.reference.shared_over).epsilon(0.02));
    }
}

TEST_CASE("grading: the solutions get every point")
{
    std::string worker = worker_of("solutions");
    if (worker.empty()) return;
    report_t r = check_with(worker, true);
    for (const result_t &x : r.results) CHECK_MESSAGE(x.outcome == PASSED, x.c->name << ": " << x.why);
    double sum = 0;
    for (int part = 1; part <= 6; part++) {
        CHECK(part_points(&r, part) == doctest::Approx(PART_POINTS[part]));
        sum += part_points(&r, part);
    }
    CHECK(sum == doctest::Approx(90));
    CHECK(part_points(&r, BONUS_PART) == PART_POINTS[BONUS_PART]);
    json j = json::parse(report_json(&r));
    CHECK(j["points"].get<double>() == doctest::Approx(90));
    CHECK(j["of"] == 90);  // the bonus stands beside it
    CHECK(j["parts"][BONUS_PART - 1] ==
          json({{"part", 8}, {"points", 10}, {"of", 10}, {"left_out", false}, {"bonus", true}}));
}

TEST_CASE("grading: the stubs get none, and nothing but \"not written yet\"")
{
    std::string worker = worker_of("src");
    if (worker.empty()) return;
    report_t r = check_with(worker, true);
    CHECK(r.results.size() > 70);
    for (const result_t &x : r.results) {
        CHECK_MESSAGE(x.outcome == SKIPPED, x.c->name << ": " << x.why);
        CHECK(contains(x.why, "is not written yet"));
    }
    for (int part = 1; part <= LAST_PART; part++) CHECK(part_points(&r, part) == 0);
    CHECK(is_left_out(&r, BONUS_PART));
    CHECK(json::parse(report_json(&r))["of"] == 90);
    CHECK_FALSE(is_to_do(&r.results.back()));  // the bonus alone does not make the check fail
    CHECK(is_to_do(&r.results[0]));
}

TEST_CASE("grading: where there are fewer GPUs than a case needs, it is skipped")
{
    if (!contains(worker_of("solutions"), "-emu/")) return;
    setenv("CUDA_VISIBLE_DEVICES", "0", 1);
    check_t check = {};
    check.worker = {worker_of("solutions"), 60, false, "", {}};
    check.seed = 77;
    check.parts = {BONUS_PART};
    report_t r = check_all(&check, NULL);
    unsetenv("CUDA_VISIBLE_DEVICES");
    REQUIRE(r.results.size() == 8);
    for (const result_t &x : r.results) {
        CHECK(x.outcome == SKIPPED);
        CHECK(x.why == "2 GPUs are needed, here is 1 (bonus)");
    }
}

TEST_CASE("grading: the points of the groups add up to those of their parts")
{
    double sum[LAST_PART + 1] = {};
    for (int g = 0; g < N_GROUPS; g++) sum[groups[g].part] += groups[g].points;
    for (int part : {1, 2, 3, 4, 5, 6, 8}) CHECK(sum[part] == PART_POINTS[part]);
}

TEST_CASE("grading: a result that no kernel has computed takes the points of its group")
{
    case_t c = make_cases(5)[15];
    report_t r = {};
    result_t right = {}, copied = {};
    right.c = copied.c = &c;
    right.group = copied.group = GROUP_UPDATE;
    right.outcome = PASSED;
    r.results = {right, right};
    CHECK(group_points(&r, GROUP_UPDATE) == 10);
    copied.outcome = FAILED;
    r.results.push_back(copied);
    CHECK(group_points(&r, GROUP_UPDATE) == doctest::Approx(20.0 / 3));
    r.results.back().no_kernel = true;
    CHECK(group_points(&r, GROUP_UPDATE) == 0);
}
