// [given] export_gradescope.cpp: results.json as Gradescope reads it: a test for each group of cases.
#include <nlohmann/json.hpp>

#include "exports.h"
#include "exports_parts.h"
#include "utils.h"

typedef nlohmann::ordered_json json_t;

static const size_t MOST_OUTPUT = 16 << 10;  // of one test [bytes]

// A test without points is for information. One that counts in no other way has the total's score as its own.
struct test_t {
    std::string number, name, output;
    bool counts, passed;
    double score, of;
    visibility_t visibility;
};

static json_t test_json(const test_t *t)
{
    json_t json;
    if (t->counts) {
        json["score"] = rounded(t->score);
        json["max_score"] = rounded(t->of);
    }
    json["status"] = t->passed ? "passed" : "failed";
    json["name"] = t->name;
    json["number"] = t->number;
    json["output"] = text_shown(t->output, MOST_OUTPUT);
    json["visibility"] = visibility_text(t->visibility);
    return json;
}

// Sums of points would tell what a hidden group gave.
static bool all_visible(const rubric_t *rubric)
{
    for (const rubric_part_t &p : rubric->parts)
        for (const rubric_group_t &g : p.groups)
            if (g.visibility != VISIBLE) return false;
    return true;
}

static std::string next_number(std::vector<int> *last, int part)
{
    if (part < 0) part = 0;
    if (last->size() <= (size_t)part) last->resize(part + 1, 0);
    return format("%d.%d", part, ++(*last)[part]);
}

static std::vector<test_t> tests_of(const record_t *r, const rubric_t *rubric)
{
    std::vector<test_t> tests;
    std::vector<int> last;
    for (const group_items_t &g : items_by_group(r)) {
        const part_t *part = part_find(r, g.part);
        bool counts = part ? part->left_out.empty() : g.of > 0;
        std::string output;
        for (const item_t *item : g.items) output += item_text(item);
        tests.push_back({next_number(&last, g.part), line_shown(g.group, 100), output, counts, g.passed, g.points, g.of,
                         group_visibility(rubric, g.group)});
    }
    for (const speed_t &s : r->speeds) {
        const part_t *part = part_find(r, rubric->speed.part);
        bool counts = s.of > 0 && part && part->left_out.empty();
        tests.push_back({next_number(&last, rubric->speed.part), "speed: " + line_shown(s.name, 100), speed_text(&s),
                         counts, !counts || s.points >= s.of, s.points, s.of, VISIBLE});
    }
    for (const part_t &part : r->parts)
        if (part.by_hand && part.left_out.empty())
            tests.push_back({next_number(&last, part.number), line_shown(part.title, 100), part.comment, true,
                             part.points >= part.of, part.points, part.of, VISIBLE});
    return tests;
}

static test_t failed_whole(const record_t *r)
{
    std::string output = verdict_sentence(r) + text_shown(r->build_log, MOST_OUTPUT / 2);
    const char *name = r->verdict == NOT_BUILT ? "It compiles" : "It can be graded";
    return {"0.1", name, output, true, false, r->points, r->of, VISIBLE};
}

static std::string parts_text(const record_t *r)
{
    std::string text = format("%.4g of %.4g points\n", rounded(r->points), rounded(r->of));
    for (const part_t &p : r->parts) {
        std::string title = format("part %d, ", p.number) + line_shown(p.title, 100) + ": ";
        if (p.left_out.empty()) text += title + format("%.4g of %.4g\n", rounded(p.points), rounded(p.of));
        else text += title + line_shown(p.left_out, 200) + "\n";
    }
    return text;
}

static std::string whole_output(const record_t *r, const rubric_t *rubric)
{
    std::string text = verdict_sentence(r);
    if (r->verdict == GRADED && all_visible(rubric)) text += parts_text(r);
    for (const std::string &remark : r->remarks) text += line_shown(remark, 500) + "\n";
    for (const found_t &f : r->lint) text += found_text(&f);
    return text_shown(circumstances(r) + text, MOST_OUTPUT);
}

std::string gradescope_json(const record_t *r, const rubric_t *rubric)
{
    json_t json;
    json_t tests = json_t::array();
    if (r->verdict == GRADED)
        for (const test_t &t : tests_of(r, rubric)) tests.push_back(test_json(&t));
    else if (r->verdict != UNGRADED) {
        test_t whole = failed_whole(r);
        tests.push_back(test_json(&whole));
    }
    // Without score and tests the file is still read, but gives no mark that could replace an older one by zero.
    if (r->verdict != UNGRADED) json["score"] = rounded(r->points);
    json["execution_time"] = rounded(r->build_s + r->run_s);
    json["output"] = whole_output(r, rubric);
    json["output_format"] = "text";
    json["test_output_format"] = "text";
    json["test_name_format"] = "text";
    json["visibility"] = "visible";
    json["stdout_visibility"] = "hidden";
    json["extra_data"] = {{"verdict", verdict_text(r->verdict)},  // programs of later submissions can read it: no seeds
                          {"emulated", r->emulated},
                          {"no_sandbox", r->no_sandbox},
                          {"date", line_shown(r->date, 40)},
                          {"kit", line_shown(r->kit, 100)},
                          {"rubric", line_shown(r->rubric_sha256, 100)}};
    if (r->verdict != UNGRADED) json["tests"] = tests;
    return json.dump(1, ' ', false, json_t::error_handler_t::replace) + "\n";
}
