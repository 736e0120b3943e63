// [given] not_yet.cpp: throwaway: what other modules will define.
#include <algorithm>
#include <nlohmann/json.hpp>
#include "appeal.h"
#include "cluster.h"
#include "exports.h"
#include "marks.h"
#include "page.h"
#include "submission.h"
#include "utils.h"
typedef nlohmann::ordered_json json_t;
const char *verdict_text(int v)
{
    static const char *const t[] = {"graded", "not handed in", "refused", "does not compile", "to be graded again"};
    return t[v];
}
static json_t J(const record_t *r)
{
    json_t items = json_t::array();
    for (auto &i : r->items) items.push_back({i.part, i.group, i.outcome, i.why, i.points, i.of});
    json_t signals = json_t::array();
    for (auto &i : r->signals) signals.push_back(i.kind);
    return {{"format", 1}, {"id", r->id}, {"verdict", (int)r->verdict}, {"why", r->why}, {"points", r->points}, {"of", r->of},
            {"note", r->note}, {"seed_public", r->seed_public}, {"seed_secret", r->seed_secret}, {"rubric_sha256", r->rubric_sha256},
            {"date", r->date}, {"items", items}, {"signals", signals}, {"source", r->source}};
}
static record_t R(const json_t &j)
{
    record_t r = {};
    r.id = j.at("id"), r.verdict = (verdict_t)j.at("verdict").get<int>(), r.why = j.at("why"), r.points = j.at("points"), r.of = j.at("of");
    r.note = j.at("note"), r.seed_public = j.at("seed_public"), r.seed_secret = j.at("seed_secret"), r.rubric_sha256 = j.at("rubric_sha256"), r.date = j.at("date");
    r.source = j.at("source");
    for (auto &i : j.at("items")) {
        item_t t = {};
        t.part = i[0], t.group = i[1], t.outcome = i[2], t.why = i[3], t.points = i[4], t.of = i[5];
        r.items.push_back(t);
    }
    for (auto &i : j.at("signals")) r.signals.push_back({i, "", "", 0});
    return r;
}
std::string record_write(const record_t *r) { return J(r).dump(1) + "\n"; }
record_t record_read(const std::string &text, const std::string &path)
{
    json_t j = json_t::parse(text, NULL, false);
    if (!j.is_object()) die("%s: no record", path.c_str());
    return R(j);
}
record_t record_make(void) { return {}; }
void record_sum(record_t *) {}
std::vector<mark_t> marks_read(const std::string &, const rubric_t *) { return {}; }
void marks_apply(const std::vector<mark_t> *, record_t *) {}
void review_class(std::vector<record_t> *) {}
std::string feedback_page(const record_t *r, const rubric_t *) { return "page " + r->id + "\n"; }
std::string class_page(const std::vector<record_t> *all, const rubric_t *, const std::string &) { return std::to_string(all->size()) + " records\n"; }
std::string gradescope_json(const record_t *, const rubric_t *) { return "{}\n"; }
std::string autolab_lines(const record_t *, const rubric_t *) { return "{}\n"; }
std::string junit_xml(const record_t *) { return "<x/>\n"; }
std::string gradebook_csv(const std::vector<record_t> *pall, const rubric_t *)
{
    auto &all = *pall; std::string t = "id,points\n";
    for (auto &r : all) t += r.id + "," + number_text(r.points) + "\n";
    return t;
}
std::string appeal_bundle(const record_t *r, const std::vector<intake_file_t> *files)
{
    json_t j = {{"record", J(r)}, {"files", json_t::array()}};
    for (auto &f : *files) j["files"].push_back({f.name, f.text});
    return j.dump();
}
appeal_t appeal_read(const std::string &path)
{
    json_t j = json_t::parse(file_read(path), NULL, false);
    if (!j.is_object()) die("%s: no bundle", path.c_str());
    appeal_t a = {R(j["record"]), {}};
    for (auto &f : j["files"]) a.files.push_back({f[0], f[1]});
    return a;
}
std::vector<std::string> appeal_compare(const record_t *a, const record_t *b) { return a->points == b->points ? std::vector<std::string>() : std::vector<std::string>{"points"}; }
kit_t kit_make(const std::string &root, const rubric_t *, bool no_sandbox)
{
    kit_t k = {};
    k.root = root, k.commit = "abc", k.emulated = true;
    k.sandbox.no_sandbox = no_sandbox;
    return k;
}
rubric_t rubric_read(const std::string &path)
{
    rubric_t r = {};
    r.path = path, r.sha256 = "00", r.title = "Course", r.manifest = "grading/student_files", r.real = "float";
    file_read(path);
    return r;
}
double rubric_points(const rubric_t *) { return 90; }
#include <unistd.h>
record_t grade_one(const kit_t *, const rubric_t *rubric, const submission_t *s, const grading_t *how)
{
    record_t r = {};
    r.id = s->id, r.source = s->path, r.note = s->note, r.of = 90, r.points = 60, r.rubric_sha256 = rubric->sha256, r.seed_secret = how->seed_secret, r.seed_public = rubric->seed_public;
    r.date = number_text(clock_now());
    if (s->path.empty()) r.verdict = NOT_HANDED_IN, r.points = 0;
    else {
        unsigned h = 7;
        for (char c : s->id) h = h * 31 + c;
        if (getenv("NN_SLOW")) usleep(1000 * (500 + h % 4000));
        if (h % 7 == 0) r.verdict = NOT_BUILT, r.points = 0, r.why = "src/nn.cu:12: error: expected ';' before '}' token in the function forward_pass_cuda(train_t *)";
        if (h % 23 == 1) r.verdict = UNGRADED, r.points = 0, r.why = "the sandbox could not be started: no space left on device";
        if (h % 29 == 1) r.verdict = REFUSED, r.points = 0, r.why = "src/nn.cu is not accepted: src/nn.cu is a link\nhint: hand in the file itself";
        if (r.verdict == GRADED && h % 3) {
            item_t i = {};
            i.part = 3, i.group = "forward pass", i.outcome = h % 5 ? "failed" : "timed out", i.why = "A[1] (2 x 3): 6 of 6 numbers are wrong; A[1](0,0) is 0.25, expected 0.7310586", i.of = 1.5;
            r.points = 10 + h % 80 + 0.25 * (h % 4);
            for (unsigned k = 0; k <= h % 4; k++) r.items.push_back(i);
        } else if (r.verdict == GRADED) r.points = 90;
        if (h % 13 == 2) r.signals.push_back({"forbidden call", "", "", 1});
    }
    return r;
}
int cluster_run(const cluster_t *, const batch_t *, const kit_t *, const rubric_t *, const grading_t *, const std::vector<submission_t> *) { die("not yet"); }
