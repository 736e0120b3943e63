// tests/grade/test_submission.cpp: one submission from its files to its record: points, verdicts, and what is kept.
#include <algorithm>
#include <filesystem>
#include <set>

#include <unistd.h>

#include "../../grading/class/submission.h"
#include "../helpers.h"

#include "engine.h"

namespace fs = std::filesystem;

// ---- what all cases share -------------------------------------------------------------------------------------------

static const rubric_t &rubric(void)
{
    static const rubric_t r = [] {
        rubric_t r = rubric_read("grading/class/rubric.toml");
        r.case_s = 6;
        return r;
    }();
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

static std::string text_of(const std::string &path) { return file_read(path); }

static std::string changed(const std::string &file, const std::string &from, const std::string &to)
{
    std::string text = text_of(file);
    size_t at = text.find(from);
    REQUIRE_MESSAGE(at != std::string::npos, from);
    return text.replace(at, from.size(), to);
}

// A submission: the solutions, but for `files` ("src/train.cu"); an empty text: that file is missing.
struct handed_in_t {
    folder_t folder;
    submission_t submission;
};
typedef std::vector<std::pair<std::string, std::string>> files_t;

static void hand_in(handed_in_t *h, const files_t &files)
{
    h->submission = {h->folder.path, {"s1", "Name", "mail", ""}, "s1", ""};
    for (const char *name : {"nn.cu", "train.cu", "test.cu"}) {
        std::string text = text_of(std::string("solutions/") + name);
        for (const auto &f : files)
            if (f.first == name) text = f.second;
        if (!text.empty()) h->folder.write(name, text);
    }
    for (const auto &f : files)
        if (f.first.find(".cuh") != std::string::npos) h->folder.write(f.first, f.second);
}

static record_t graded(const files_t &files, bool public_only = false, const rubric_t *other = NULL)
{
    handed_in_t h;
    hand_in(&h, files);
    grading_t how = {987654321, public_only, false};
    return grade_one(&kit(), other ? other : &rubric(), &h.submission, &how);
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

// ---- marks ------------------------------------------------------------------------------------------------------------

TEST_CASE("submission: the solutions get every point, and the record says where from")
{
    NEEDS_GRADING;
    record_t r = graded({});
    CAPTURE(r.why);
    CAPTURE(r.build_log);
    REQUIRE(r.verdict == GRADED);
    for (const item_t &i : r.items) CHECK_MESSAGE(i.outcome == "passed", i.group << ", " << i.name << ": " << i.why);
    CHECK(r.points == doctest::Approx(90));
    CHECK(r.of == doctest::Approx(90));
    CHECK(r.items.size() > 80);
    CHECK(r.lint.empty());
    REQUIRE(r.files.size() == 3);
    CHECK(r.files[0].name == "src/nn.cu");
    CHECK(r.files[0].sha256.size() == 64);
    CHECK(r.seed_secret == 987654321);
    CHECK(r.commands.size() == 4);
    CHECK(contains(r.commands.back(), "-o worker"));
    for (const std::string &text : {r.kit, r.compiler, r.device, r.machine, r.date, r.rubric_sha256, r.real})
        CHECK(!text.empty());
    CHECK(r.emulated);
    CHECK_FALSE(r.no_sandbox);
    CHECK(r.build_s > 0);
    CHECK(r.run_s > 0);
    CHECK(r.memory > (1 << 20));
    CHECK(points_of(&r, 7) == 0);
    MESSAGE("build " << r.build_s << " s, runs " << r.run_s << " s, memory " << (r.memory >> 20) << " MB");
}
