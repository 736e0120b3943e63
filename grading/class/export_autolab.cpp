// [given] export_autolab.cpp: what Autolab reads from the end of the output: stages with their tests, then the scores.
#include <nlohmann/json.hpp>

#include "exports.h"
#include "exports_parts.h"
#include "utils.h"

typedef nlohmann::ordered_json json_t;

// Its reader takes a letter or digit and the colon behind it for a key without quotes, also inside a string.
static std::string plain(const std::string &text, size_t most)
{
    std::string shown;
    for (char c : line_shown(text, most)) {
        if (c == '"' || c == '\\') c = '\'';
        if (c == ':' && !shown.empty() && shown.back() != ' ') shown += ' ';
        shown += c;
    }
    return shown;
}

// The problem's name, as it is to be configured there.
static std::string problem_name(const rubric_part_t *part)
{
    return format("%d ", part->number) + plain(part->title, 100);
}

// A name twice would be one test.
static std::string fresh(const json_t *tests, const std::string &name)
{
    std::string one = name;
    for (int k = 2; tests->contains(one); k++) one = name + format(" (%d)", k);
    return one;
}

static void add_test(json_t *tests, const std::string &name, bool passed, const std::string &hint)
{
    json_t test = {{"passed", passed}};
    if (!passed && !hint.empty()) test["hint"] = plain(hint, 400);
    (*tests)[fresh(tests, plain(name, 100))] = test;
}

static std::string hint_of(const item_t *item)
{
    if (item->hidden) return item->outcome;
    std::string hint = item->outcome + "; " + item->why;
    if (!item->mistake_text.empty()) hint += "; " + item->mistake_text;
    return hint + (item->page.empty() ? "" : "; read " + item->page);
}

static void add_stage(json_t *semantic, const std::string &name, const json_t &tests)
{
    if (tests.empty()) return;
    std::string stage = fresh(semantic, name);
    (*semantic)["stages"].push_back(stage);
    (*semantic)[stage] = tests;
}

static json_t semantic_of(const record_t *r, const rubric_t *rubric)
{
    json_t semantic = {{"_presentation", "semantic"}, {"stages", json_t::array()}};
    json_t build = json_t::object();
    bool built = r->verdict == GRADED;
    add_test(&build, built ? "compiled" : verdict_text(r->verdict), built, verdict_sentence(r));
    if (r->no_sandbox) add_test(&build, "run in the sandbox", false, circumstances(r));
    add_stage(&semantic, "Build", build);
    if (!built) return semantic;
    for (const group_items_t &g : items_by_group(r)) {
        if (group_visibility(rubric, g.group) != VISIBLE) continue;
        json_t tests = json_t::object();
        for (const item_t *item : g.items) add_test(&tests, item_name(item), item->outcome == "passed", hint_of(item));
        add_stage(&semantic, format("%d ", g.part) + plain(g.group, 100), tests);
    }
    return semantic;
}

// What has no points yet is not named, so that points entered by hand stay.
static json_t scores_of(const record_t *r, const rubric_t *rubric)
{
    json_t scores = json_t::object();
    if (r->verdict == UNGRADED) return scores;
    for (const rubric_part_t &p : rubric->parts) {
        const part_t *part = part_find(r, p.number);
        bool absent = part ? !part->left_out.empty() : p.by_hand || r->verdict == GRADED;
        if (!absent) scores[problem_name(&p)] = part ? rounded(part->points) : 0.0;
    }
    return scores;
}

std::string autolab_lines(const record_t *r, const rubric_t *rubric)
{
    auto line = [](const json_t &json) { return json.dump(-1, ' ', false, json_t::error_handler_t::replace) + "\n"; };
    return line(semantic_of(r, rubric)) + line({{"scores", scores_of(r, rubric)}});
}
