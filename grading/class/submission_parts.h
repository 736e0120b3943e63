// [given] submission_parts.h: what the files of the grading of one submission know of each other.
#ifndef NN_SUBMISSION_PARTS_H
#define NN_SUBMISSION_PARTS_H

#include "engine.h"
#include "submission.h"

struct session_t {  // one submission being graded
    const kit_t *kit;
    const rubric_t *rubric;
    std::string folder;  // of its own, removed at the end
    int lock;            // on that folder: held while somebody works in it
    double deadline;     // of clock_now
    double seconds;      // of its runs
    size_t memory;       // largest of its runs [bytes]
};

// submission_folder.cpp
void folder_make(session_t *session);
void folder_remove(session_t *session);
void folders_sweep(void);  // of those that were killed in their work
void bytes_write(const std::string &path, const std::string &bytes, int mode);

// submission_build.cpp
struct built_t {
    bool ok;
    std::string why, log;  // of what did not build; the log has warnings too
    std::string worker;    // the program's bytes
    std::vector<found_t> lint;
    std::vector<std::string> commands;
    double seconds;
    size_t memory;
};
// Dies of what is not the student's fault.
built_t submission_build(session_t *session, const intake_t *intake);

// submission.cpp
// The worker that lies in the session's folder is asked for all cases; items and points go into the record.
void submission_cases(session_t *session, const grading_t *how, const intake_t *intake, record_t *r);

// submission_worker.cpp: worker_t.elsewhere, with the session as its context.
worked_t work_in_sandbox(const worker_t *w, const job_t *job);
std::string worker_device(session_t *session, const job_t *job);  // of given code; dies where it does not work

// submission_items.cpp
// `asked`: the run that gives the points. `shown`: what failed there, again with the public numbers; a case of the one
// is that of the other in `public_cases`, by its place. `files` lend their lines to findings.
void items_make(const rubric_t *rubric, const report_t *asked, const report_t *shown,
                const std::vector<case_t> *public_cases, const std::vector<intake_file_t> *files, record_t *r);
std::vector<weight_t> weights_of(const rubric_t *rubric);
void source_add(const std::vector<intake_file_t> *files, found_t *f);  // the lines around f->line

#endif
