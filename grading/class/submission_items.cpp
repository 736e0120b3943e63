// [given] submission_items.cpp: from the engine's reports to the record: points, and what a student may see of a case.
#include <algorithm>
#include <sstream>

#include "show.h"
#include "submission_parts.h"

constexpr size_t WHOLE_ARRAY = 144, MOST_SHOWN = 20, MOST_ARRAYS = 4;
constexpr int LINES_AROUND = 3;

std::vector<weight_t> weights_of(const rubric_t *rubric)
{
    std::vector<weight_t> weights(N_GROUPS, {false, 0, 1});
    for (const rubric_part_t &p : rubric->parts)
        for (const rubric_group_t &g : p.groups) weights[g.group] = {true, g.points, g.tolerance};
    bool all = std::all_of(weights.begin(), weights.begin() + GROUP_ALL, [](const weight_t &w) { return w.wanted; });
    weights[GROUP_ALL].wanted = weights[GROUP_ALL].wanted || all;  // needs what all the others check
    return weights;
}

// ---- details of a public case ---------------------------------------------------------------------------------------

void source_add(const std::vector<intake_file_t> *files, found_t *f)
{
    for (const intake_file_t &file : *files) {
        if (file.name != f->file || f->line < 1) continue;
        std::istringstream in(file.text);
        std::string text;
        for (int n = 1; std::getline(in, text) && n <= f->line + LINES_AROUND; n++)
            if (n >= f->line - LINES_AROUND)
                f->source.push_back(format("%s%d: ", n == f->line ? ">" : "", n) + cut_middle(text, 300));
    }
}

static found_t found_of(const finding_t *finding, const std::vector<intake_file_t> *files)
{
    found_t f = {finding->tool, finding->title, finding->where, finding->hint, 0, {}};
    size_t colon = f.file.rfind(':');
    if (colon != std::string::npos) {
        f.line = atoi(f.file.c_str() + colon + 1);
        f.file.resize(colon);
    }
    source_add(files, &f);
    return f;
}

static shown_t shown_of(const judged_t *j)
{
    shown_t s = {j->name, j->rows, j->cols, j->wrong, j->used, {}, {}, {}, {}};
    bool whole = j->want.size() <= WHOLE_ARRAY;
    for (size_t i = 0; i < j->want.size() && (whole || s.at.size() < MOST_SHOWN); i++) {
        if (!whole && allowed_part(j->want[i], j->got[i], j->allowed[i]) <= 1) continue;
        s.at.push_back(i);
        s.want.push_back(j->want[i]);
        s.got.push_back(j->got[i]);
        s.allowed.push_back(j->allowed[i]);
    }
    return s;
}

static void details_add(const result_t *r, const std::vector<intake_file_t> *files, item_t *item)
{
    item->outcome = outcome_text(r->outcome);
    item->why = r->why;
    item->used = r->used;
    item->mistake = r->mistake;
    item->mistake_text = r->mistake_text;
    item->note = r->note;
    item->printed = r->printed;
    item->sentences = r->sentences;
    item->blame = r->blame;
    for (const judged_t &j : r->judged)
        if (j.wrong && item->arrays.size() < MOST_ARRAYS) item->arrays.push_back(shown_of(&j));
    for (const finding_t &f : r->findings) item->findings.push_back(found_of(&f, files));
}

// ---- one item -------------------------------------------------------------------------------------------------------

// Nothing that the student's process has said of a secret case is passed on: it could be the case itself.
static std::string hidden_why(const result_t *r)
{
    std::string kind = " (" + r->c->category + ")";
    switch (r->outcome) {
    case FAILED: return "wrong in a hidden case" + kind;
    case CRASH: return "crashed in a hidden case" + kind;
    case TOO_LONG: return "did not end in a hidden case" + kind;
    default: return "could not be checked in a hidden case" + kind;
    }
}

static const result_t *same_of(const report_t *report, const result_t *r)
{
    for (const result_t &x : report->results)
        if (x.group == r->group && x.c->name == r->c->name) return &x;
    return NULL;
}

static const rubric_part_t *part_of(const rubric_t *rubric, int group)
{
    for (const rubric_part_t &p : rubric->parts)
        for (const rubric_group_t &g : p.groups)
            if (g.group == group) return &p;
    return NULL;
}

static size_t cases_in(const report_t *report, int group)
{
    return std::count_if(report->results.begin(), report->results.end(),
                         [&](const result_t &x) { return x.group == group; });
}

static void note_difference(const result_t *r, record_t *record)
{
    record->signals.push_back(
        {"passes public numbers only",
         format("%s, \"%s\": right with the public numbers, %s with the secret ones (%s)", groups[r->group].title,
                r->c->name.c_str(), outcome_text(r->outcome), r->c->category.c_str()),
         "", 0});
}

static item_t item_of(const rubric_t *rubric, const report_t *asked, const result_t *r)
{
    const rubric_part_t *part = part_of(rubric, r->group);
    item_t item = {};
    item.part = part ? part->number : groups[r->group].part;
    item.group = groups[r->group].title;
    item.name = r->c->name;
    item.page = part && !part->page.empty() ? part->page : page_of(r->group);
    item.of = group_most(asked, r->group) / cases_in(asked, r->group);
    item.points = r->outcome == PASSED && group_points(asked, r->group) > 0 ? item.of : 0;
    item.seconds = r->seconds;
    return item;
}

void items_make(const rubric_t *rubric, const report_t *asked, const report_t *shown,
                const std::vector<case_t> *public_cases, const std::vector<intake_file_t> *files, record_t *record)
{
    for (const result_t &r : asked->results) {
        item_t item = item_of(rubric, asked, &r);
        size_t at = r.c - asked->cases.data();
        bool own = at >= public_cases->size();  // of the rubric: there is no public one like it
        item.what = own ? r.c->category : case_text(&(*public_cases)[at]);
        item.hidden = own;
        const result_t *open = own ? NULL : same_of(shown, &r);
        if (r.outcome == PASSED) {
            item.outcome = outcome_text(PASSED);
            item.used = r.used;
            item.note = r.note;
        } else if (open && open->outcome != PASSED && (open->outcome != SKIPPED || r.outcome == SKIPPED)) {
            details_add(open, files, &item);
        } else {
            item.outcome = outcome_text(r.outcome);
            item.what = r.c->category;
            item.why = hidden_why(&r);
            item.used = -1;
            item.hidden = true;
            if (open && open->outcome == PASSED && r.outcome != SKIPPED) note_difference(&r, record);
        }
        record->items.push_back(item);
    }
}
