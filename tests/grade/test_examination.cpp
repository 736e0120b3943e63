// tests/grade/test_examination.cpp: the grader's own examination: everything in tests/grade/submissions/ is graded as a
// class is, in the sandbox, and must come to what it says.
//
// EXAM='name name' build/float/grade_tests --no-skip -tc='examination: all*' tries these and renews their rows of the
// table; JOBS=n so many at once, EXAM_SHOW=1 shows each as it ends.
#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <thread>

#include <arpa/inet.h>
#include <fcntl.h>
#include <glob.h>
#include <omp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "../../grading/class/marks.h"
#include "../../grading/class/submission_parts.h"
#include "../helpers.h"
#include "examination.h"

namespace fs = std::filesystem;

static const char *const CANARY = "CANARY-5316";
static const int PORT = 47811;  // as in network.submission

struct examined_t {
    record_t record;
    double seconds;
    std::vector<std::string> unmet;
};

// ---- what attackers look for, and what would show that they have been there -------------------------------------------

// A listener that nobody may reach. Returns its descriptor, or -1.
static int listener(int family)
{
    int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), on = 1;
    struct sockaddr_in in = {};
    struct sockaddr_un un = {};
    in.sin_family = AF_INET;
    in.sin_port = htons(PORT);
    in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    un.sun_family = AF_UNIX;
    memcpy(un.sun_path + 1, "nn-exam", 7);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    int bound = family == AF_INET ? bind(fd, (struct sockaddr *)&in, sizeof in)
                                  : bind(fd, (struct sockaddr *)&un, sizeof(sa_family_t) + 8);
    return bound == 0 && listen(fd, 5) == 0 ? fd : -1;
}

struct trap_t {
    int tcp, local;
};

static trap_t set_traps(void)
{
    file_write("/tmp/nn-exam-canary", format("%s\nint canary = %s\n", CANARY, CANARY));
    chmod("/tmp/nn-exam-canary", 0644);
    setenv("GRADER_TOKEN", CANARY, 1);
    trap_t t = {listener(AF_INET), listener(AF_UNIX)};
    REQUIRE(t.tcp >= 0);
    REQUIRE(t.local >= 0);
    return t;
}

static std::vector<std::string> found_files(void)
{
    std::vector<std::string> found;
    for (const char *pattern :
         {"/tmp/nn-attack*", "/var/tmp/nn-attack*", "/dev/shm/nn-attack*", "/root/nn-attack*", "/usr/nn-attack*",
          "/etc/nn-attack*", "/nn-attack*", "/dev/nn-attack*", "nn-attack*", "../nn-attack*", "/tmp/*/nn-attack*"}) {
        glob_t g;
        if (glob(pattern, 0, NULL, &g) == 0) found.insert(found.end(), g.gl_pathv, g.gl_pathv + g.gl_pathc);
        globfree(&g);
    }
    return found;
}

static std::vector<std::string> found_processes(void)
{
    std::vector<std::string> found;
    for (const auto &e : fs::directory_iterator("/proc")) {
        FILE *in = fopen((e.path().string() + "/cmdline").c_str(), "r");
        char line[200] = "";
        if (in && fread(line, 1, sizeof line - 1, in) > 0 && strncmp(line, "nn-attack", 9) == 0) found.push_back(line);
        if (in) fclose(in);
    }
    return found;
}

static void check_traps(trap_t *t)
{
    CHECK(accept(t->tcp, NULL, NULL) < 0);
    CHECK(accept(t->local, NULL, NULL) < 0);
    close(t->tcp);
    close(t->local);
    for (const std::string &f : found_files()) FAIL_CHECK("written outside: " << f);
    for (const std::string &p : found_processes()) FAIL_CHECK("still running: " << p);
    unlink("/tmp/nn-exam-canary");
    unsetenv("GRADER_TOKEN");
}

// ---- grading ------------------------------------------------------------------------------------------------------------

static rubric_t small_limits(void)
{
    rubric_t r = rubric_read("grading/class/rubric.toml");
    r.case_s = 10;
    r.total_s = 120;
    r.build_s = 120;
    r.build_memory = (size_t)1500 << 20;
    r.memory = (size_t)1 << 30;
    return r;
}

// What must hold of every record, whatever was handed in.
static void check_record(const exam_t *e, const rubric_t *rubric, examined_t *x)
{
    std::string json = record_write(&x->record);
    try {
        record_t again = record_read(json, "a record");
        if (record_write(&again) != json) x->unmet.push_back("the record is not read as it was written");
    } catch (const std::exception &error) {
        x->unmet.push_back(std::string("the record cannot be read: ") + error.what());
    }
    if (json.size() > 4 << 20) x->unmet.push_back(format("the record has %zu bytes", json.size()));
    if (json.find(CANARY) != std::string::npos) x->unmet.push_back("it has read a file of the grader");
    if (x->record.no_sandbox) x->unmet.push_back("it was run without a sandbox");
    if (x->record.verdict == UNGRADED) x->unmet.push_back("it could not be graded: " + x->record.why);
    double most = rubric->build_s + 2 * rubric->total_s + 60;  // secret and public cases, and a busy machine
    if (x->seconds > most) x->unmet.push_back(format("it took %.0f s, more than %.0f s", x->seconds, most));
    if (e->kind == "correct" && x->record.emulated && x->record.speeds.empty() && !x->record.lint.empty())
        x->unmet.push_back("lint: " + x->record.lint[0].title);
}

static examined_t examine(const exam_t *e, const kit_t *common, rubric_t rubric, const std::string &folder)
{
    examined_t x = {record_make(), 0, {}};
    double start = clock_now();
    rubric.libraries = e->libraries;
    kit_t kit = *common;
    for (const std::string &library : e->libraries) kit.libraries += " -l" + library;
    for (rubric_part_t &p : rubric.parts)
        if (!e->checked.empty() && !std::count(e->checked.begin(), e->checked.end(), p.number)) p.groups.clear();
    submission_t s = {};
    s.id = e->name;
    s.student.id = e->name;
    s.path = exam_write(e, folder);
    grading_t how = {};
    how.seed_secret = 20250731;
    x.record = grade_one(&kit, &rubric, &s, &how);
    x.seconds = clock_now() - start;
    x.unmet = exam_unmet(e, &x.record, x.seconds);
    check_record(e, &rubric, &x);
    return x;
}

static std::vector<examined_t> examine_all(const std::vector<exam_t> &exams, const kit_t *kit, const rubric_t *rubric)
{
    folder_t folder;
    chmod(folder.path.c_str(), 0755);
    std::vector<examined_t> all(exams.size());
    std::atomic<size_t> next(0);
    std::vector<std::thread> threads;
    int jobs = getenv("JOBS") ? atoi(getenv("JOBS")) : (int)std::max(1u, std::thread::hardware_concurrency());
    for (int i = 0; i < jobs; i++)
        threads.emplace_back([&] {
            for (size_t k; (k = next++) < exams.size();) {
                try {
                    all[k] = examine(&exams[k], kit, *rubric, folder.path);
                } catch (const std::exception &error) {
                    all[k] = {record_make(), 0, {std::string("the grader has thrown: ") + error.what()}};
                }
                if (getenv("EXAM_SHOW"))
                    printf("%-28s %-18s %5.1f %5.1f s %s\n", exams[k].name.c_str(), verdict_text(all[k].record.verdict),
                           exam_points(&all[k].record), all[k].seconds,
                           all[k].unmet.empty() ? "" : all[k].unmet[0].substr(0, 200).c_str());
                fflush(stdout);
            }
        });
    for (std::thread &t : threads) t.join();
    return all;
}

// ---- the table --------------------------------------------------------------------------------------------------------------

static std::string cell(std::string text)
{
    text = text.substr(0, text.find('\n'));
    if (text.size() > 160) text = text.substr(0, 157) + "...";
    for (size_t at = 0; (at = text.find('|', at)) != std::string::npos; at += 2) text.replace(at, 1, "\\|");
    return text;
}

// What happened, in a few words: the first failing case, or why there are none, and what a person is to look at.
static std::string happened(const record_t *r)
{
    std::string text = format("%s, %.4g points", verdict_text(r->verdict), exam_points(r));
    if (r->verdict != GRADED) return text + ": " + r->why.substr(0, r->why.find('\n'));
    for (const item_t &i : r->items) {
        if (i.outcome == "passed" || i.outcome == "skipped") continue;
        text += format("; part %d: ", i.part) + i.outcome + (i.why.empty() ? "" : ": " + i.why);
        break;
    }
    return text;
}

static std::string row_of(const exam_t *e, const examined_t *x)
{
    std::string signals;
    for (const signal_t &s : x->record.signals)
        if (signals.find(s.text) == std::string::npos)
            signals += (signals.empty() ? "" : "; ") + s.kind + ": " + s.text;
    return format("| %s | %s | %s | %s%s | %s | %.0f |\n", e->name.c_str(), cell(e->what).c_str(),
                  cell(exam_expects_text(e)).c_str(), x->unmet.empty() ? "" : "**NOT AS REQUIRED** ",
                  cell(happened(&x->record)).c_str(), cell(signals).c_str(), x->seconds);
}

// Rows of what was not graded now are those of the table that is there.
static std::string table_text(const std::vector<exam_t> &exams, std::map<std::string, std::string> rows)
{
    std::ifstream old("lab/results/examination.md");
    for (std::string line; std::getline(old, line);)
        if (line.compare(0, 2, "| ") == 0) rows.insert({line.substr(2, line.find(" |", 2) - 2), line + "\n"});
    std::string text = format(
        "# The grader's own examination\n\nThe %zu files of tests/grade/submissions/, graded in "
        "the sandbox on the emulator. `SLOW=1 make test-grade` grades them and writes this "
        "table. Points are those of parts 1 to 6, of 90; *to look at* is what a person is asked to "
        "judge.\n",
        exams.size());
    const char *const kinds[][2] = {{"correct", "Correct"},
                                    {"partial", "Partial"},
                                    {"attack", "Cheats and attacks"},
                                    {"archive", "Archives and folders"}};
    for (auto &kind : kinds) {
        text += format("\n## %s\n\n| submission | what | required | what happened | to look at | s |\n"
                       "|---|---|---|---|---|---|\n",
                       kind[1]);
        for (const exam_t &e : exams)
            if (e.kind == kind[0]) text += rows[e.name];
    }
    return text;
}

// ---- tests ------------------------------------------------------------------------------------------------------------------

static std::vector<examined_t> check_all_of(const std::vector<exam_t> &exams)
{
    rubric_t rubric = small_limits();
    kit_t kit = kit_make(".", &rubric, false);
    trap_t traps = set_traps();
    std::vector<examined_t> all = examine_all(exams, &kit, &rubric);
    for (size_t k = 0; k < exams.size(); k++) {
        std::string unmet;
        for (const std::string &u : all[k].unmet) unmet += u + "\n";
        if (unmet.empty()) continue;
        CAPTURE(exams[k].what);
        FAIL_CHECK(exams[k].name << ":\n" << unmet << "it was: " << happened(&all[k].record));
    }
    check_traps(&traps);
    return all;
}

static bool sandbox_here(void)
{
    sandbox_t s = sandbox_make();
    std::string why = sandbox_probe(&s);
    if (!why.empty()) MESSAGE("skipped: " << why);
    return why.empty();
}

TEST_CASE("examination: submissions are read, and written as they are handed in")
{
    std::vector<exam_t> exams = exams_read("tests/grade/submissions");
    std::map<std::string, int> kinds, sample;
    for (const exam_t &e : exams) kinds[e.kind]++, sample[e.kind] += e.sample;
    CHECK(kinds.size() == 4);
    CHECK(kinds["correct"] >= 10);
    CHECK(kinds["partial"] >= 10);
    CHECK(kinds["attack"] >= 35);
    CHECK(kinds["archive"] >= 20);
    for (const auto &[kind, n] : sample) CHECK(n >= 2);
    folder_t f;
    exam_class(&exams, f.file("class"), 12, 1);
    CHECK(std::distance(fs::directory_iterator(f.file("class")), fs::directory_iterator()) == 12);

    auto refusal = [](const std::string &text) { return death_of([&] { exam_parse("e", text); }); };
    std::string head = "what: w\nkind: attack\n";
    exam_t e = exam_parse("e", head + "parts: 2\npart 2: 10\nremove: nn.cu\nnew: student.cuh\n+// mine\n");
    CHECK(e.files["student.cuh"] == "// mine\n");
    CHECK(e.files.count("nn.cu") == 0);
    CHECK(contains(e.files["train.cu"], "todo(3);"));
    CHECK(!contains(e.files["train.cu"], "todo(2);"));
    CHECK(e.expects.size() == 2);
    CHECK(contains(refusal("kind: attack\n"), "is missing"));
    CHECK(contains(refusal(head + "colour: red\n"), "unknown line"));
    CHECK(contains(refusal(head + "remove: x.cu\n"), "no x.cu"));
    CHECK(contains(refusal(head + "file: x.cu\n-x\n"), "no x.cu"));
    CHECK(contains(refusal(head + "file: test.cu\n-no such line\n"), "no place"));
    CHECK(contains(refusal(head + "new: x.cu\nx\n"), "not a line of a new file"));
}

TEST_CASE("examination: what is required is compared with the record")
{
    record_t r = record_make();
    r.verdict = GRADED;
    part_t two = {}, seven = {};
    two.number = 2, two.points = 7.5;
    seven.number = 7, seven.points = 10;
    r.parts = {two, seven};
    item_t i = {};
    i.part = 2, i.outcome = "timed out";
    r.items = {i};
    r.signals = {{"forbidden call", "starts another program", "", 0}};
    exam_t e = {};
    for (const char *met : {"verdict: graded", "points: 7.5", "points: at most 8", "part 2: at least 7", "part 3: 0",
                            "outcome: timed out", "outcome 2: timed out", "signal: another program", "says: starts",
                            "hides: root:", "seconds: 3"}) {
        size_t colon = std::string(met).find(": ");
        e.expects.push_back({std::string(met, colon), met + colon + 2});
    }
    CHECK(exam_unmet(&e, &r, 2).empty());
    e.expects.clear();
    for (const char *unmet : {"verdict: refused", "points: 17.5", "points: at most 7", "part 3: 1", "outcome: crashed",
                              "outcome 3: timed out", "signal: none", "says: root:", "hides: starts", "seconds: 1"}) {
        size_t colon = std::string(unmet).find(": ");
        e.expects.push_back({std::string(unmet, colon), unmet + colon + 2});
    }
    CHECK(exam_unmet(&e, &r, 2).size() == e.expects.size());
}

TEST_CASE("examination: a sample comes to what it must")
{
    if (!sandbox_here()) return;
    std::vector<exam_t> sample;
    for (const exam_t &e : exams_read("tests/grade/submissions"))
        if (e.sample) sample.push_back(e);
    check_all_of(sample);
}

TEST_CASE("examination: all come to what they must" * doctest::skip())
{
    if (!sandbox_here()) return;
    const char *some = getenv("EXAM");
    std::vector<exam_t> exams = exams_read("tests/grade/submissions"), chosen;
    for (const exam_t &e : exams)
        if (!some || contains(" " + std::string(some) + " ", " " + e.name + " ")) chosen.push_back(e);
    std::vector<examined_t> all = check_all_of(chosen);
    std::map<std::string, std::string> rows;
    for (size_t k = 0; k < chosen.size(); k++) rows[chosen[k].name] = row_of(&chosen[k], &all[k]);
    file_write("lab/results/examination.md", table_text(exams, rows));
}

// The points of every draw of secret numbers, from one build.
static std::vector<double> points_of_draws(const exam_t *e, const kit_t *common, rubric_t rubric,
                                           const std::string &folder, int draws)
{
    rubric.libraries = e->libraries;
    kit_t kit = *common;
    for (const std::string &library : e->libraries) kit.libraries += " -l" + library;
    session_t session = {&kit, &rubric, "", -1, clock_now() + rubric.total_s, 0, 0};
    std::vector<student_file_t> manifest = manifest_read(rubric.manifest);
    intake_t intake = intake_read(exam_write(e, folder), &manifest);
    std::vector<double> points;
    omp_set_num_threads(1);
    folder_make(&session);
    built_t built = submission_build(&session, &intake);
    if (built.ok) bytes_write(session.folder + "/worker", built.worker, 0755);
    for (int k = 0; built.ok && k < draws; k++) {
        record_t r = record_make();
        grading_t how = {};
        how.seed_secret = 0x9e3779b97f4a7c15u * (uint64_t)(k + 1);
        session.deadline = clock_now() + rubric.total_s;
        submission_cases(&session, &how, &intake, &r);
        points.push_back(exam_points(&r));
    }
    folder_remove(&session);
    return points;
}

TEST_CASE("examination: twenty draws of secret numbers give a correct submission the same points" * doctest::skip())
{
    if (!sandbox_here()) return;
    rubric_t rubric = small_limits();
    kit_t kit = kit_make(".", &rubric, false);
    std::vector<exam_t> correct;
    for (const exam_t &e : exams_read("tests/grade/submissions"))
        if (e.kind == "correct") correct.push_back(e);
    folder_t folder;
    chmod(folder.path.c_str(), 0755);
    std::vector<std::vector<double>> points(correct.size());
    std::atomic<size_t> next(0);
    std::vector<std::thread> threads;
    for (unsigned i = 0; i < std::max(1u, std::thread::hardware_concurrency()); i++)
        threads.emplace_back([&] {
            for (size_t k; (k = next++) < correct.size();) try {
                    points[k] = points_of_draws(&correct[k], &kit, rubric, folder.path, 20);
                } catch (const std::exception &error) {
                    fprintf(stderr, "%s: %s\n", correct[k].name.c_str(), error.what());
                }
        });
    for (std::thread &t : threads) t.join();
    for (size_t k = 0; k < correct.size(); k++) {
        CAPTURE(correct[k].name);
        REQUIRE(points[k].size() == 20);
        CHECK(points[k][0] > 0);
        CHECK(points[k] == std::vector<double>(20, points[k][0]));
    }
}

// CLASS=folder N=200 build/float/grade_tests --no-skip -tc='examination: a class*'
TEST_CASE("examination: a class is made for bin/grade" * doctest::skip())
{
    const char *folder = getenv("CLASS");
    if (!folder) return;
    std::vector<exam_t> exams = exams_read("tests/grade/submissions");
    exam_class(&exams, folder, getenv("N") ? atoi(getenv("N")) : 200, 5);
}

// What is read outside of the sandbox has no limit of time.
TEST_CASE("examination: rules are searched quickly in whatever was handed in")
{
    rubric_t rubric = rubric_read("grading/class/rubric.toml");
    auto times = [](int n, const std::string &text) {
        std::string all;
        for (int k = 0; k < n; k++) all += text;
        return all;
    };
    std::vector<intake_file_t> files = {
        {"src/a.cu", times(1 << 20, "<")},          {"src/b.cu", times(1 << 19, "1'")},
        {"src/c.cu", times(1 << 19, "\"\"")},       {"src/d.cu", times(1 << 18, "R\"(")},
        {"src/e.cu", times(1 << 18, "/**/")},       {"src/f.cu", times(1 << 19, "\\\n")},
        {"src/g.cu", times(1 << 17, "\n#include")}, {"src/h.cu", times(1 << 20, " ")},
        {"src/i.cu", times(1 << 17, "system(\n")},  {"src/j.cu", times(1 << 19, " <")}};
    for (const intake_file_t &f : files) {
        CAPTURE(f.name);
        std::vector<intake_file_t> one = {f};
        double start = clock();
        std::vector<signal_t> signals = review_files(&one, &rubric);
        CHECK((clock() - start) / CLOCKS_PER_SEC < 5);
        CHECK(signals.size() < 100);
    }
}
