// tests/grade/test_submission.cpp: one submission from its files to its record: points, verdicts, and what is kept.
#include <algorithm>
#include <filesystem>
#include <map>
#include <thread>

#include <unistd.h>

#include "../../grading/class/submission_parts.h"
#include "../helpers.h"

namespace fs = std::filesystem;

// ---- what all cases share -------------------------------------------------------------------------------------------

static const rubric_t &rubric(void)
{
    static const rubric_t r = rubric_read("grading/class/rubric.toml");
    return r;
}

// Why nothing can be graded here; "" where it can.
static const std::string &lacking(void)
{
    static const std::string why = [] {
        if (!fs::exists("solutions/nn.cu")) return std::string("there are no solutions here");
        sandbox_t s = sandbox_make();
        return sandbox_probe(&s);
    }();
#ifdef __SANITIZE_ADDRESS__
    static const std::string sanitized = "a program with this sanitizer";
    return sanitized;
#endif
    if (!why.empty()) MESSAGE("skipped: " << why);
    return why;
}

#define NEEDS_GRADING                                                                                                  \
    if (!lacking().empty()) return

static const kit_t &kit(void)
{
    static const kit_t k = kit_make(".", &rubric(), false);
    return k;
}

static std::string replaced(std::string text, const std::string &from, const std::string &to)
{
    size_t at = text.find(from);
    REQUIRE_MESSAGE(at != std::string::npos, from);
    return text.replace(at, from.size(), to);
}

// train.cu with `update` alone; `more` stands before it, `begin` at the beginning of its function.
static std::string update_only(const std::string &more = "", const std::string &begin = "")
{
    static const char kernel[] =
        "__global__ void step(real_t *p, real_t *v, const real_t *g, size_t n, int b, real_t rate, real_t mu)\n"
        "{\n"
        "    size_t i = blockIdx.x * (size_t)blockDim.x + threadIdx.x;\n"
        "    if (i >= n) return;\n"
        "    if (v) v[i] = mu * v[i] + g[i] / b;\n"
        "    p[i] -= rate * (v ? v[i] : g[i] / b);\n"
        "}\n";
    static const char launch[] = "    step<<<cuda_blocks(t->s.n_params), cuda_options.block>>>(t->params, t->velocity, "
                                 "t->grads, t->s.n_params, b, learning_rate, momentum);\n"
                                 "    LAUNCH_CHECK(\"step\");";
    std::string include = "#include \"cuda_utils.cuh\"\n";
    std::string text = replaced(file_read("src/train.cu"), include, include + more + kernel);
    return replaced(text, "    todo(2);", begin + launch);
}

typedef std::map<std::string, std::string> files_t;  // "train.cu": its text

static record_t graded(const files_t &files, const grading_t &how = {987654321, false, false},
                       const rubric_t *other_rubric = NULL, const kit_t *other_kit = NULL)
{
    folder_t folder;
    for (const auto &f : files) folder.write(f.first, f.second);
    submission_t s = {folder.path, {"s1", "A Name", "a@b.c", ""}, "s1", ""};
    return grade_one(other_kit ? other_kit : &kit(), other_rubric ? other_rubric : &rubric(), &s, &how);
}

static files_t solutions(void)
{
    files_t files;
    for (const char *name : {"nn.cu", "train.cu", "test.cu", "gpus.cu"})
        files[name] = file_read(std::string("solutions/") + name);
    return files;
}

static double points_of(const record_t *r, int part)
{
    for (const part_t &p : r->parts)
        if (p.number == part) return p.points;
    return -1;
}

static std::vector<const item_t *> items_of(const record_t *r, const std::string &group)
{
    std::vector<const item_t *> found;
    for (const item_t &i : r->items)
        if (i.group == group) found.push_back(&i);
    return found;
}

static std::vector<std::string> left_in_tmp(void)
{
    std::vector<std::string> names;
    std::string own = "nn-grade-" + std::to_string(getpid()) + "-";
    for (const auto &entry : fs::directory_iterator("/tmp"))
        if (entry.path().filename().string().compare(0, own.size(), own) == 0) names.push_back(entry.path());
    std::sort(names.begin(), names.end());
    return names;
}

// ---- marks ------------------------------------------------------------------------------------------------------------

TEST_CASE("submission: the solutions get every point, and the record says where from")
{
    NEEDS_GRADING;
    record_t r = graded(solutions());
    CAPTURE(r.why);
    CAPTURE(r.build_log);
    REQUIRE(r.verdict == GRADED);
    for (const item_t &i : r.items) CHECK_MESSAGE(i.outcome == "passed", i.group << ", " << i.name << ": " << i.why);
    CHECK(r.points == doctest::Approx(100));  // with the bonus
    CHECK(r.of == doctest::Approx(90));
    size_t items = 0;
    for (const case_t &c : make_secret_cases(1, true, &rubric().cases)) items += c.groups.size();
    CHECK(r.items.size() == items);
    CHECK(r.lint.empty());
    CHECK(r.files.size() == 4);
    CHECK(r.files[0].sha256.size() == 64);
    CHECK(r.student == "s1");
    CHECK(r.seed_secret == 987654321);
    CHECK(r.commands.size() == 5);
    CHECK(contains(r.commands.back(), "-o worker"));
    for (const std::string &text : {r.kit, r.compiler, r.device, r.machine, r.date, r.rubric_sha256, r.real})
        CHECK(!text.empty());
    CHECK_FALSE(r.no_sandbox);
    CHECK(r.build_s > 0);
    CHECK(r.run_s > 0);
    CHECK(r.memory > (1 << 20));
    MESSAGE("build " << r.build_s << " s, runs " << r.run_s << " s, memory " << (r.memory >> 20) << " MB");
}

TEST_CASE("submission: a student who has written one function gets its points, and files that are missing give none")
{
    NEEDS_GRADING;
    record_t r = graded({{"train.cu", update_only()}});
    CAPTURE(r.build_log);
    REQUIRE(r.verdict == GRADED);
    CHECK(points_of(&r, 2) == doctest::Approx(10));
    CHECK(r.points == doctest::Approx(10));
    CHECK(r.of == doctest::Approx(90));
    for (const item_t &i : r.items) {
        CHECK_MESSAGE(i.outcome == (i.group == "update" ? "passed" : "skipped"), i.group << ", " << i.name);
        if (i.outcome != "passed" && !i.hidden) CHECK(contains(i.why, i.part ? "is not written yet" : ""));
    }
    std::string remarks;
    for (const std::string &s : r.remarks) remarks += s + "\n";
    CHECK(contains(remarks, "src/nn.cu is missing"));
    CHECK(r.signals.empty());
}

TEST_CASE("submission: parts 1 to 3 without the others give exactly their points" * doctest::skip())
{
    NEEDS_GRADING;
    std::string train = file_read("solutions/train.cu");
    for (const char *name : {"loss_cuda", "back_prop_cuda", "gradients_cuda"}) {
        std::string head = std::string("\nvoid ") + name + "(const train_t *t, int b)\n{\n";
        train = replaced(train, head, head + "    todo(4);\n");
    }
    record_t r = graded({{"nn.cu", file_read("solutions/nn.cu")}, {"train.cu", train}});
    CAPTURE(r.build_log);
    for (int part = 1; part <= 3; part++) CHECK(points_of(&r, part) == doctest::Approx(PART_POINTS[part]));
    CHECK(points_of(&r, 6) == doctest::Approx(5));  // nn_test_cuda is in nn.cu
    CHECK(r.points == doctest::Approx(50));
}

// The same as the engine gives outside of the sandbox, which is what `make check` shows.
static void check_like_make_check(const files_t &files, const std::string &worker)
{
    record_t r = graded(files, {0, true, false});
    CAPTURE(r.why);
    CAPTURE(r.build_log);
    REQUIRE(r.verdict == GRADED);
    check_t check = {};
    check.worker = {worker, 60, false, "emu/bin/compute-sanitizer", {}};
    check.seed = VISIBLE_SEED;
    check.sanitize = true;
    report_t here = check_all(&check, NULL);
    REQUIRE(r.items.size() == here.results.size());
    for (size_t i = 0; i < r.items.size(); i++) {
        const result_t *x = &here.results[i];
        CAPTURE(x->c->name);
        CHECK(r.items[i].name == x->c->name);
        CHECK(r.items[i].outcome == outcome_text(x->outcome));
        CHECK(r.items[i].why == x->why);
        CHECK(r.items[i].used == x->used);
        CHECK(r.items[i].mistake == x->mistake);
        CHECK(r.items[i].blame == x->blame);
    }
    double sum = 0;
    for (int part : {1, 2, 3, 4, 5, 6, 8}) {
        CHECK(points_of(&r, part) == doctest::Approx(part_points(&here, part)));
        sum += part_points(&here, part);
    }
    CHECK(r.points == doctest::Approx(sum));
}

TEST_CASE("submission: with public cases alone the points are those of `make check`" * doctest::skip())
{
    NEEDS_GRADING;
    check_like_make_check(solutions(), kit().reference);
    check_like_make_check({{"train.cu", file_read("src/train.cu")}}, kit().trusted);

    folder_t f;  // with mistakes in parts 2 to 5
    std::string text = update_only("", "    if (t->velocity) return;\n");
    f.write("train.cu", text);
    std::string link = kit().link, object = "build/float-emu/src/train.o";
    ended_t e = shell(kit().compile + " -c " + f.file("train.cu") + " -o " + f.file("train.o") + " && " +
                      replaced(link, object, f.file("train.o")) + " -o " + f.file("worker"));
    CAPTURE(e.err);
    REQUIRE(e.status == 0);
    check_like_make_check({{"train.cu", text}}, f.file("worker"));
}

// ---- what does not build ------------------------------------------------------------------------------------------------

TEST_CASE("submission: what does not compile is told with its line")
{
    NEEDS_GRADING;
    record_t r = graded({{"train.cu", update_only("", "    learning_rate = rate_of_learning;\n")}});
    CHECK(r.verdict == NOT_BUILT);
    CHECK(r.why.compare(0, 13, "src/train.cu:") == 0);
    CHECK(contains(r.why, "rate_of_learning"));
    CHECK_FALSE(contains(r.build_log, "/tmp/"));
    CHECK(r.points == 0);
    CHECK(r.of == doctest::Approx(90));
    CHECK(r.items.empty());
    CHECK(left_in_tmp().empty());
}

TEST_CASE("submission: the compiler sees neither the solutions nor any other file of the grader's")
{
    NEEDS_GRADING;
    std::string root = fs::current_path(), tests;
    for (const char *file : {"/solutions/train.cu", "/tests/grade/test_submission.cpp", "/grading/job.h",
                             "/grading/class/rubric.toml", "/build/float/check", "/src/train.cu"})
        tests += "#if __has_include(\"" + root + file + "\")\n#error sees " + file + "\n#endif\n";
    std::string here = "#include \"" + root + "/solutions/train.cu\"\n";
    std::string asked = "__asm__(\".incbin \\\"" + root + "/solutions/train.cu\\\"\");\n";
    record_t r = graded({{"train.cu", update_only(here)}, {"nn.cu", tests + asked + file_read("src/nn.cu")}});
    CHECK(r.verdict == NOT_BUILT);
    CAPTURE(r.build_log);
    CHECK_FALSE(contains(r.build_log, "#error sees"));
    CHECK(contains(r.build_log, "solutions/train.cu: No such file"));
    CHECK(contains(r.build_log, "Error: file not found"));
}

TEST_CASE("submission: what does not link is told by the function that is missing" * doctest::skip())
{
    NEEDS_GRADING;
    record_t r = graded({{"train.cu", "#include \"cuda_utils.cuh\"\nvoid nothing(void) {}\n"}});
    CHECK(r.verdict == NOT_BUILT);
    CHECK(contains(r.why, "undefined reference to"));
}

TEST_CASE("submission: a build that does not end is stopped, and says so" * doctest::skip())
{
    NEEDS_GRADING;
    rubric_t hasty = rubric();
    hasty.build_s = 3;
    std::string bomb = "template <int a, int b> struct bomb { static constexpr int x = bomb<a - 1, b>::x + "
                       "bomb<a - 1, b + (1 << (a % 30))>::x; };\ntemplate <int b> struct bomb<0, b> { static constexpr "
                       "int x = b; };\nint boom = bomb<40, 1>::x;\n";
    double start = clock_now();
    record_t r = graded({{"train.cu", update_only(bomb)}}, {1, false, false}, &hasty);
    CHECK(r.verdict == NOT_BUILT);
    CHECK(contains(r.why, "building it was stopped"));
    CHECK(clock_now() - start < 15);
}

TEST_CASE("submission: what a real GPU compiler refuses is in the record, and the rest is graded" * doctest::skip())
{
    NEEDS_GRADING;
    std::string wrong = "static double host_only(double x) { return 2 * x; }\n"
                        "__global__ void unused(double *x) { *x = host_only(*x); }\n";
    record_t r = graded({{"train.cu", update_only(wrong)}});
    CHECK(r.verdict == GRADED);
    if (contains(shell("command -v clang++ nvcc").out, "/")) {
        REQUIRE(r.lint.size() == 1);
        CHECK(r.lint[0].file == "src/train.cu");
        CHECK(r.lint[0].line == 4);
        CHECK(r.lint[0].source.size() >= 5);
        CHECK_FALSE(contains(r.build_log, "[lint]"));
    }
}

// ---- what goes wrong while it runs ------------------------------------------------------------------------------------

TEST_CASE("submission: a kernel that does not end costs the time limit once for each group" * doctest::skip())
{
    NEEDS_GRADING;
    rubric_t hasty = rubric();
    hasty.case_s = 2;
    std::string loop = "__global__ void forever(volatile real_t *p) { while (p) {} }\n";
    double start = clock_now();
    record_t r = graded({{"train.cu", update_only(loop, "    forever<<<1, 1>>>(t->params);\n")}}, {1, false, false},
                        &hasty);
    CHECK(r.verdict == GRADED);
    CHECK(r.points == 0);
    std::vector<const item_t *> items = items_of(&r, "update");
    CHECK(items[0]->outcome == "timed out");
    CHECK(contains(items[0]->why, "stopped after 2 s"));
    CHECK(items[1]->outcome == "skipped");
    CHECK(clock_now() - start < 60);

    hasty.total_s = 0;
    r = graded({{"train.cu", update_only()}}, {1, false, false}, &hasty);
    CHECK(r.verdict == GRADED);
    CHECK(r.points == 0);
    CHECK(contains(r.items[0].why, "the time for this submission is used up"));
}

TEST_CASE("submission: whatever a program does instead of replying, it fails" * doctest::skip())
{
    NEEDS_GRADING;
    struct {
        const char *more, *begin, *outcome, *why;
    } tries[] = {
        {"", "    *(volatile int *)8 = 1;\n", "crashed", "signal 11"},
        {"", "    printf(\"passed, 10 of 10 points\\n\"); exit(0);\n", "failed", "ended before the function returned"},
        {"", "    exit(70);\n", "failed", "ended before the function returned"},  // "the machine failed"
        {"", "    _Exit(127);\n", "failed", "ended before the function returned"},
        {"#include <unistd.h>\n", "    for (;;) fork();\n", "failed", "processes and threads"},
        {"", "    for (;;) memset(malloc(1 << 24), 1, 1 << 24);\n", "failed", "of memory"},
        {"", "    for (;;) puts(\"a line of many\");\n", "failed", "printed more than"},
        {"",
         "    FILE *f = fopen(\"/out/big\", \"w\"); while (f && fputs(\"0123456789abcdef\", f) >= 0) {}\n    "
         "exit(0);\n",
         "failed", "MB"},
        {"struct early_t { early_t() { exit(0); } } early;\n", "", "failed", "ended before the function returned"},
        {"struct late_t { ~late_t() { _Exit(0); } } late;\n", "", "passed", ""},  // after the reply was written
    };
    for (const auto &t : tries) {
        CAPTURE(t.more);
        CAPTURE(t.begin);
        record_t r = graded({{"train.cu", update_only(t.more, t.begin)}});
        CAPTURE(r.build_log);
        REQUIRE(r.verdict == GRADED);
        for (const item_t *i : items_of(&r, "update")) {
            CHECK(i->outcome == t.outcome);
            if (!i->hidden) CHECK_MESSAGE(contains(i->why, t.why), i->why);
        }
        CHECK(points_of(&r, 2) == (std::string(t.outcome) == "passed" ? 10 : 0));
    }
}

TEST_CASE("submission: a sandbox that fails leaves the submission ungraded")
{
    NEEDS_GRADING;
    kit_t broken = kit();
    broken.sandbox.bwrap = "/nowhere/bwrap";
    record_t r = graded({{"train.cu", update_only()}}, {1, false, false}, NULL, &broken);
    CHECK(r.verdict == UNGRADED);
    CHECK(contains(r.why, "bubblewrap"));
    CHECK(r.parts.empty());
    submission_t none = {"", {"s2", "", "", ""}, "s2", ""};
    grading_t how = {1, false, false};
    r = grade_one(&kit(), &rubric(), &none, &how);
    CHECK(r.verdict == NOT_HANDED_IN);
    CHECK(r.of == doctest::Approx(90));
    r = graded({{"readme.txt", "nothing"}});
    CHECK(r.verdict == REFUSED);
    CHECK(contains(r.why, "src/train.cu"));
}

// ---- secret numbers ---------------------------------------------------------------------------------------------------

TEST_CASE("submission: nothing of the secret numbers gets into the record, whatever the program says")
{
    NEEDS_GRADING;
    // An error whose text is the first parameter: of the public case alone may it be shown.
    std::string tell = "    real_t p;\n    cudaMemcpy(&p, t->params, sizeof p, cudaMemcpyDeviceToHost);\n"
                       "    printf(\"%.9g\\n\", p);\n    die(\"it is %.9g\", p);\n";
    record_t r = graded({{"train.cu", update_only("", tell)}});
    REQUIRE(r.verdict == GRADED);
    std::string json = record_write(&r);
    // It dies of the call before the one that counts, whose numbers are half as large.
    auto first_of = [](const case_t &c, double by) {
        std::string arena = c.job.arena;
        return format("%.9g", by * job_state(&c.job, &arena[0]).params[0]);
    };
    int seen = 0;
    for (const case_t &c : make_cases(VISIBLE_SEED))
        if (c.groups[0] == GROUP_UPDATE) seen += contains(json, first_of(c, 0.5));
    CHECK(seen == 6);
    for (const case_t &c : make_secret_cases(987654321, true, &rubric().cases))
        if (c.groups[0] == GROUP_UPDATE)
            for (double by : {0.5, 1.0}) CHECK_FALSE(contains(json, first_of(c, by)));
}

TEST_CASE("submission: wrong numbers are kept with their places, the lines and threads that wrote them" *
          doctest::skip())
{
    NEEDS_GRADING;
    record_t r = graded({{"train.cu", update_only("", "    b++;\n")}});
    REQUIRE(r.verdict == GRADED);
    const item_t *i = items_of(&r, "update")[0];
    CHECK(i->outcome == "failed");
    REQUIRE(i->arrays.size() == 2);
    CHECK(i->arrays[0].name == "W[1]");
    CHECK(i->arrays[0].rows == 2);
    CHECK(i->arrays[0].cols == 3);
    CHECK(i->arrays[0].wrong == 6);
    CHECK(i->arrays[0].at.size() == 6);
    CHECK(i->arrays[0].want[0] != i->arrays[0].got[0]);
    CHECK(contains(i->blame.at(0), "src/train.cu:"));
    CHECK(i->points == 0);
    CHECK(i->of > 0);
    CHECK(i->page == "docs/en/2_update.md");
    const item_t *large = items_of(&r, "update")[3];  // 67-31-3
    CHECK(large->arrays[0].at.size() == 20);
    CHECK(large->arrays[0].wrong > 1000);
}

TEST_CASE("submission: findings of the sanitizer come with the student's own lines" * doctest::skip())
{
    NEEDS_GRADING;
    std::string beyond = "__global__ void beyond(real_t *p) { p[1 << 20] = 0; }\n";
    record_t r = graded({{"train.cu", update_only(beyond, "    beyond<<<1, 1>>>(t->params);\n")}});
    REQUIRE(r.verdict == GRADED);
    const item_t *i = items_of(&r, "update")[0];
    CHECK(i->outcome == "failed");
    REQUIRE(!i->findings.empty());
    CHECK(i->findings[0].file == "src/train.cu");
    CHECK(i->findings[0].line == 3);
    std::string lines;
    for (const std::string &s : i->findings[0].source) lines += s + "\n";
    CHECK(contains(lines, ">3: __global__ void beyond"));
}

TEST_CASE("submission: right with the public numbers and wrong with the secret ones is a signal, and gives no points" *
          doctest::skip())
{
    NEEDS_GRADING;
    record_t r = graded(
        {{"train.cu", update_only("", "    if (t->s.n[0] != 37 && t->s.n[0] != 3 && t->s.n[0] != 5 && "
                                      "t->s.n[0] != 67 && t->s.n[0] != 4 && t->s.n[0] != 41) return;\n")}});
    REQUIRE(r.verdict == GRADED);
    CHECK(points_of(&r, 2) < 5);
    int hidden = 0;
    for (const item_t *i : items_of(&r, "update")) {
        hidden += i->hidden;
        if (i->outcome == "passed") continue;
        CHECK(i->hidden);
        CHECK(i->arrays.empty());
        CHECK(i->printed.empty());
        CHECK(i->what.find("-") == std::string::npos);  // no sizes
    }
    CHECK(hidden >= 4);
    REQUIRE(!r.signals.empty());
    CHECK(r.signals[0].kind == "passes public numbers only");
}

TEST_CASE("submission: secret cases have other sizes of the same structure, and the same for the same seed")
{
    std::vector<spec_case_t> none;
    std::vector<case_t> open = make_cases(VISIBLE_SEED), one = make_secret_cases(5, true, &rubric().cases),
                        again = make_secret_cases(5, true, &rubric().cases),
                        numbers = make_secret_cases(5, false, &none);
    REQUIRE(one.size() == open.size() + rubric().cases.size());
    int differ = 0;
    for (size_t i = 0; i < one.size(); i++) {
        CAPTURE(one[i].name);
        CHECK(job_write(&one[i].job) == job_write(&again[i].job));
        CHECK(one[i].hidden == (i >= open.size()));
        CHECK(!one[i].category.empty());
        if (i >= open.size()) continue;
        const job_t *a = &open[i].job, *b = &one[i].job;
        CHECK(one[i].name == open[i].name);
        CHECK(job_write(a) != job_write(b));
        CHECK(case_text(&numbers[i]) == case_text(&open[i]));
        CHECK(a->s.L == b->s.L);
        CHECK((a->b == 1) == (b->b == 1));
        CHECK((a->B == a->b) == (b->B == b->b));
        CHECK((a->N % a->B == 0) == (b->N % b->B == 0));
        CHECK(b->N < 2 * a->N + 10);
        CHECK(b->b <= b->N);
        for (int l = 0; l <= a->s.L; l++) {
            CHECK((a->s.n[l] == 1) == (b->s.n[l] == 1));
            CHECK((a->s.n[l] > 1024) == (b->s.n[l] > 1024));
            for (int k = 0; k < l; k++) CHECK((b->s.n[k] != b->s.n[l] || b->s.n[l] == 1));
        }
        differ += case_text(&open[i]) != case_text(&one[i]);
    }
    CHECK(differ > (int)open.size() * 3 / 4);
}

// ---- rubrics ------------------------------------------------------------------------------------------------------------

TEST_CASE("submission: points and tolerance are the rubric's, and groups it does not name are not run" *
          doctest::skip())
{
    NEEDS_GRADING;
    rubric_t own = rubric();
    own.cases.clear();
    own.parts = {{1, "one thing", "", 3, false, false, {{GROUP_UPDATE, 3, 1, VISIBLE}}},
                 {2, "by a person", "", 5, true, false, {}},
                 {3, "extra", "", 2, false, true, {}}};
    own.speed.part = 0;
    std::string rough = replaced(update_only(), "p[i] -= rate * (v", "p[i] -= (1 + 1e-5f) * rate * (v");
    record_t r = graded({{"train.cu", rough}}, {1, false, false}, &own);
    REQUIRE(r.verdict == GRADED);
    CHECK(r.items.size() == 6);
    CHECK(r.points == 0);
    CHECK(r.of == doctest::Approx(3));
    own.parts[0].groups[0].tolerance = 1000;
    r = graded({{"train.cu", rough}}, {1, false, false}, &own);
    CHECK(r.points == doctest::Approx(3));
    CHECK(r.parts[1].left_out == "not marked yet");
    CHECK(r.parts[2].bonus);
}

TEST_CASE("submission: several at once give the same marks" * doctest::skip())
{
    NEEDS_GRADING;
    std::vector<record_t> records(4);
    std::vector<std::thread> threads;
    for (record_t &r : records) threads.emplace_back([&] { r = graded({{"train.cu", update_only()}}); });
    for (std::thread &t : threads) t.join();
    for (const record_t &r : records) {
        CHECK(r.verdict == GRADED);
        CHECK(r.points == doctest::Approx(10));
        CHECK(r.items.size() == records[0].items.size());
    }
}

TEST_CASE("submission: without a sandbox the marks are the same, and the record says so" * doctest::skip())
{
    NEEDS_GRADING;
    kit_t open = kit();
    open.sandbox.no_sandbox = true;
    record_t r = graded(solutions(), {3, false, false}, NULL, &open);
    CAPTURE(r.why);
    CAPTURE(r.build_log);
    CHECK(r.points == doctest::Approx(100));
    CHECK(r.no_sandbox);
    r = graded({{"train.cu", update_only("", "    x = 3;\n")}}, {3, false, false}, NULL, &open);
    CHECK(r.verdict == NOT_BUILT);
    CHECK_FALSE(contains(r.build_log, "/tmp/"));
}

TEST_CASE("submission: folders of graders that were killed go away, those of living ones do not")
{
    NEEDS_GRADING;
    session_t living = {&kit(), &rubric(), "", -1, 0, 0, 0};
    folder_make(&living);
    std::string killed = "/tmp/nn-grade-killed" + std::to_string(getpid());
    fs::create_directory(killed);
    file_write(killed + "/worker", "bytes");
    shell("touch -d '1 hour ago' " + killed + " " + living.folder);
    folders_sweep();
    CHECK_FALSE(exists(killed));
    CHECK(exists(living.folder));
    folder_remove(&living);
}
