// [given] report_json.cpp: the record of all results as JSON (engine.h says what is in it).
#include <nlohmann/json.hpp>

#include "engine.h"

typedef nlohmann::json json_t;

static json_t arrays_json(const result_t *r)
{
    json_t list = json_t::array();
    for (const judged_t &j : r->judged)
        list.push_back({{"name", j.name}, {"rows", j.rows}, {"cols", j.cols}, {"wrong", j.wrong}, {"used", j.used}});
    return list;
}

static json_t result_json(const report_t *report, const result_t *r)
{
    int cases = 0;
    for (const result_t &x : report->results) cases += x.group == r->group;
    bool counts = group_points(report, r->group) > 0;
    double of = groups[r->group].points / cases;
    json_t findings = json_t::array();
    for (const finding_t &f : r->findings)
        findings.push_back({{"tool", f.tool}, {"title", f.title}, {"where", f.where}, {"hint", f.hint}});
    return {{"part", groups[r->group].part},
            {"group", groups[r->group].title},
            {"case", r->c->name},
            {"what", case_text(r->c)},
            {"outcome", outcome_text(r->outcome)},
            {"why", r->why},
            {"used", r->used < 0 ? json_t() : json_t(r->used)},
            {"points", r->outcome == PASSED && counts ? of : 0},
            {"of", of},
            {"seconds", r->seconds},
            {"sentences", r->sentences},
            {"arrays", arrays_json(r)},
            {"blame", r->blame},
            {"findings", findings},
            {"mistake", r->mistake},
            {"note", r->note},
            {"printed", r->printed}};
}

std::string report_json(const report_t *r)
{
    json_t parts = json_t::array(), results = json_t::array();
    double points = 0, of = 0;
    for (int part = 1; part <= LAST_PART; part++) {
        bool left_out = is_left_out(r, part), bonus = part == BONUS_PART;
        parts.push_back({{"part", part},
                         {"points", part_points(r, part)},
                         {"of", PART_POINTS[part]},
                         {"left_out", left_out},
                         {"bonus", bonus}});
        if (left_out || bonus) continue;
        points += part_points(r, part);
        of += PART_POINTS[part];
    }
    for (const result_t &x : r->results) results.push_back(result_json(r, &x));
    json_t all = {
        {"format", 1},      {"real", REAL_NAME}, {"seed", r->seed}, {"device", r->device}, {"emulated", r->emulated},
        {"points", points}, {"of", of},          {"parts", parts},  {"results", results}};
    return all.dump(2, ' ', false, json_t::error_handler_t::replace) + "\n";  // what a student prints need not be UTF-8
}
