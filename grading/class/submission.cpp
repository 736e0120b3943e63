// [given] submission.cpp: one submission from what was handed in to its record.
#include "submission.h"

#include <algorithm>
#include <ctime>
#include <filesystem>

#include <omp.h>

#include "marks.h"
#include "sha256.h"
#include "submission_parts.h"
#include "timing.h"

namespace fs = std::filesystem;

// ---- what was handed in ---------------------------------------------------------------------------------------------

static std::string joined(const std::vector<std::string> &words, const char *between)
{
    std::string text;
    for (const std::string &w : words) text += (text.empty() ? "" : between) + w;
    return text;
}

static void remarks_make(const intake_t *intake, record_t *r)
{
    r->remarks = intake->notes;
    for (const std::string &name : intake->missing)
        r->remarks.push_back(name + " is missing: what it should hold counts as not written");
    r->remarks.insert(r->remarks.end(), intake->refused.begin(), intake->refused.end());
    if (!intake->ignored.empty()) r->remarks.push_back("not looked at: " + joined(intake->ignored, ", "));
}

static record_t record_begin(const kit_t *kit, const rubric_t *rubric, const submission_t *submission,
                             const grading_t *how)
{
    record_t r = record_make();
    fs::path source = submission->path;
    r.id = submission->id;
    r.student = submission->student.id;
    r.name = submission->student.name;
    r.email = submission->student.email;
    r.note = submission->note;
    r.source = source.has_filename() ? source.filename().string() : source.parent_path().filename().string();
    r.seed_public = rubric->seed_public;
    r.seed_secret = how->public_only ? 0 : how->seed_secret;
    r.rubric = rubric->path;
    r.rubric_sha256 = rubric->sha256;
    r.kit = kit->commit;
    r.compiler = kit->compiler;
    r.real = REAL_NAME;
    r.machine = kit->machine;
    r.emulated = kit->emulated;
    r.no_sandbox = kit->sandbox.no_sandbox;
    time_t now = time(NULL);
    struct tm local;
    char text[32];
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", localtime_r(&now, &local));
    r.date = text;
    return r;
}

// ---- points -----------------------------------------------------------------------------------------------------------

static part_t part_make(const rubric_part_t *p, const rubric_t *rubric, const report_t *asked, bool emulated)
{
    part_t part = {};
    part.number = p->number;
    part.title = p->title;
    part.of = p->points;
    part.by_hand = p->by_hand;
    part.bonus = p->bonus;
    if (p->by_hand) part.left_out = "not marked yet";
    else if (p->number == rubric->speed.part) part.left_out = emulated ? "there is no GPU here" : "it was not timed";
    else if (p->groups.empty()) part.left_out = "it cannot be checked here";
    for (const rubric_group_t &g : p->groups)
        if (asked) part.points += group_points(asked, g.group);
    return part;
}

// All parts; without a report none of them has points.
static void parts_make(const rubric_t *rubric, const report_t *asked, bool emulated, record_t *r)
{
    r->parts.clear();
    for (const rubric_part_t &p : rubric->parts) r->parts.push_back(part_make(&p, rubric, asked, emulated));
    record_sum(r);
}

static void time_it(const check_t *student, const kit_t *kit, const rubric_t *rubric, record_t *r)
{
    check_t reference = *student;
    reference.worker.program = kit->reference;
    for (part_t &p : r->parts) {
        if (p.number != rubric->speed.part) continue;
        double points = 0, of = p.of;
        r->speeds = time_passes(student, &reference, &rubric->speed, &points, &of);
        for (const speed_t &s : r->speeds)
            if (s.note.find(TO_BE_LOOKED_AT) != std::string::npos)
                r->signals.push_back({"time", s.name + ": " + s.note, "", 0});
        if (of == 0) continue;
        p.points = points;
        p.left_out.clear();
    }
    record_sum(r);
}

// ---- cases ------------------------------------------------------------------------------------------------------------

// What did not pass, again with the numbers that everybody may see.
static report_t run_again(const check_t *check, const report_t *asked, const std::vector<case_t> *public_cases)
{
    std::vector<case_t> again;
    for (size_t i = 0; i < public_cases->size(); i++)
        if (std::any_of(asked->results.begin(), asked->results.end(),
                        [&](const result_t &r) { return r.c == &asked->cases[i] && r.outcome != PASSED; }))
            again.push_back((*public_cases)[i]);
    check_t open = *check;
    open.cases = &again;
    open.points_only = false;
    return check_all(&open, NULL);
}

// What this machine failed at says nothing about the student.
static void die_of_machine_errors(const report_t *report)
{
    for (const result_t &r : report->results)
        if (r.outcome == MACHINE_ERROR) die("%s, \"%s\": %s", groups[r.group].title, r.c->name.c_str(), r.why.c_str());
}

void submission_cases(session_t *s, const grading_t *how, const intake_t *intake, record_t *r)
{
    const rubric_t *rubric = s->rubric;
    std::vector<case_t> public_cases = make_cases(rubric->seed_public), secret_cases;
    if (!how->public_only) secret_cases = make_secret_cases(how->seed_secret, rubric->vary_sizes, &rubric->cases);
    check_t check = {};
    check.worker = {s->folder + "/worker", rubric->case_s, false, s->kit->root + "/emu/bin/compute-sanitizer", {}};
    check.worker.elsewhere = work_in_sandbox;
    check.worker.context = s;
    check.seed = rubric->seed_public;
    check.sanitize = s->kit->emulated;
    check.cases = how->public_only ? &public_cases : &secret_cases;
    check.weights = weights_of(rubric);
    check.points_only = !how->public_only;
    report_t asked = check_all(&check, NULL);
    die_of_machine_errors(&asked);
    report_t shown = how->public_only ? asked : run_again(&check, &asked, &public_cases);
    die_of_machine_errors(&shown);
    r->device = asked.device;
    items_make(rubric, &asked, &shown, &public_cases, &intake->files, r);
    parts_make(rubric, &asked, s->kit->emulated, r);
    if (how->time_it && rubric->speed.part && !s->kit->reference.empty()) time_it(&check, s->kit, rubric, r);
    r->run_s = s->seconds;
    r->memory = std::max(r->memory, s->memory);
}

// ---- all of it ----------------------------------------------------------------------------------------------------------

static void grade(session_t *s, const submission_t *submission, const grading_t *how, record_t *r)
{
    parts_make(s->rubric, NULL, s->kit->emulated, r);
    if (submission->path.empty()) {
        r->verdict = NOT_HANDED_IN;
        r->why = "nothing was handed in";
        return;
    }
    std::vector<student_file_t> manifest = manifest_read(s->rubric->manifest);
    intake_t intake = intake_read(submission->path, &manifest);
    remarks_make(&intake, r);
    if (intake.files.empty()) {
        r->verdict = REFUSED;
        r->why = intake.refused.empty() ? "none of the files that count is in it: " + joined(intake.missing, ", ")
                                        : joined(intake.refused, "; ");
        return;
    }
    for (const intake_file_t &f : intake.files)
        r->files.push_back({f.name, sha256(f.text), (size_t)std::count(f.text.begin(), f.text.end(), '\n')});
    r->signals = review_files(&intake.files, s->rubric);
    built_t built = submission_build(s, &intake);
    r->build_log = built.log;
    r->lint = built.lint;
    r->commands = built.commands;
    r->build_s = built.seconds;
    r->memory = built.memory;
    r->verdict = built.ok ? GRADED : NOT_BUILT;
    r->why = built.why;
    if (!built.ok) return;
    bytes_write(s->folder + "/worker", built.worker, 0755);
    built.worker.clear();
    submission_cases(s, how, &intake, r);
}

record_t grade_one(const kit_t *kit, const rubric_t *rubric, const submission_t *submission, const grading_t *how)
{
    record_t r = record_begin(kit, rubric, submission, how);
    session_t session = {kit, rubric, "", -1, clock_now() + rubric->total_s, 0, 0};
    omp_set_num_threads(1);  // several submissions at once share the processors, not the loops of one
    try {
        folder_make(&session);
        grade(&session, submission, how, &r);
    } catch (const std::exception &e) {
        r.verdict = UNGRADED;
        r.why = e.what();
        r.parts.clear();
        r.items.clear();
        r.signals.clear();
        record_sum(&r);
    }
    folder_remove(&session);
    return r;
}
