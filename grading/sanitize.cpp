// [given] sanitize.cpp: a case once more in the checked image of the emulator: findings, and who wrote a wrong number.
#include <nlohmann/json.hpp>

#include "judge.h"

constexpr size_t MOST_BLAMED = 2, MOST_FINDINGS = 20;

// The first wrong numbers of the first wrong array, as places in the arena.
static std::vector<std::string> choose_blame(const result_t *r, job_t *job)
{
    std::vector<std::string> names;
    if (job->call > CALL_SCORE) return names;
    for (const judged_t &j : r->judged) {
        if (j.wrong == 0 || j.size == 0) continue;
        for (size_t i = 0; i < j.want.size() && names.size() < MOST_BLAMED; i++) {
            if (allowed_part(j.want[i], j.got[i], j.allowed[i]) <= 1) continue;
            names.push_back(place_text(&j, i));
            job->blame.push_back(j.at + i * j.size);
        }
        break;
    }
    return names;
}

// Where each array of a right result begins: a kernel shall have written there. Row numbers may be copied.
static std::vector<std::string> choose_proof(const result_t *r, job_t *job)
{
    std::vector<std::string> names;
    for (const judged_t &j : r->judged) {
        if (j.size == 0 || j.name == "rows") continue;
        names.push_back(j.name);
        job->blame.push_back(j.at);
    }
    return names;
}

static void judge_proof(const std::vector<std::string> &names, const reply_t *reply, result_t *r)
{
    for (size_t i = 0; i < names.size() && i < reply->blame.size(); i++) {
        std::string writer = printable(reply->blame[i]);
        if (writer.compare(0, 26, "last written by cudaMemcpy") != 0) continue;
        r->outcome = FAILED;
        r->no_kernel = true;
        r->why = "no kernel has computed " + names[i] + ": " + writer;
        r->sentences.push_back(std::string("no points for \"") + groups[r->group].title +
                               "\": it is to be computed on the GPU");
        return;
    }
}

// The copy that put the inputs there is the worker's own: then no kernel has written.
static std::string blame_text(const std::string &name, const std::string &writer)
{
    if (writer.empty()) return "";
    size_t kernel = writer.find(" of kernel ");  // its arguments say nothing new
    std::string where = kernel == std::string::npos ? writer : writer.substr(0, writer.find('(', kernel));
    if (where.find("grading/worker.") != std::string::npos) return name + ": no kernel has written there";
    return name + ": " + where;
}

static std::string text_of(const nlohmann::json &j, const char *key)
{
    return j.contains(key) && j[key].is_string() ? printable(cut_middle(j[key].get<std::string>(), 400)) : "";
}

// The report is written by the process that holds the student's code: nothing in it is taken for granted.
void read_findings(const std::string &report, std::vector<finding_t> *findings)
{
    nlohmann::json all = nlohmann::json::parse(report, nullptr, false);
    if (!all.is_object() || !all.contains("findings") || !all["findings"].is_array()) return;
    for (const nlohmann::json &j : all["findings"]) {
        if (findings->size() >= MOST_FINDINGS || !j.is_object()) break;
        if (j.contains("warning") && j["warning"] == true) continue;
        finding_t f = {text_of(j, "tool"), text_of(j, "title"), text_of(j, "file"), text_of(j, "hint"), {}};
        if (j.contains("line") && j["line"].is_number_integer()) f.where += format(":%ld", j["line"].get<long>());
        if (j.contains("lines") && j["lines"].is_array())
            for (const nlohmann::json &line : j["lines"])
                if (line.is_string() && f.lines.size() < 6)
                    f.lines.push_back(printable(cut_middle(line.get<std::string>(), 400)));
        if (f.where.compare(0, 8, "grading/") == 0)
            continue;  // the worker looks at memory nobody needs to have written
        findings->push_back(f);
    }
}

void sanitize(const check_t *check, result_t *r)
{
    job_t job = r->c->job;
    bool right = r->outcome == PASSED;
    std::vector<std::string> names = right ? choose_proof(r, &job) : choose_blame(r, &job);
    worker_t worker = check->worker;
    worker.sanitize = true;
    worked_t w = work(&worker, &job);
    read_findings(w.report, &r->findings);
    if (w.ending == ENDED && right) judge_proof(names, &w.reply, r);
    if (w.ending == ENDED && !right)
        for (size_t i = 0; i < names.size() && i < w.reply.blame.size(); i++) {
            std::string text = blame_text(names[i], printable(w.reply.blame[i]));
            if (!text.empty()) r->blame.push_back(text);
        }
    if (r->outcome == PASSED && !r->findings.empty()) {
        r->outcome = FAILED;
        r->why = "right numbers here, but " + r->findings[0].tool + " found a mistake at " + r->findings[0].where;
    }
}
