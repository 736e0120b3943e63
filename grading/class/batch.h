// [given] batch.h: a whole class: several submissions at once, a row for each as it ends, resumable at any moment.
#ifndef NN_BATCH_H
#define NN_BATCH_H

#include "submission.h"

// OUT/run.json                 what was asked for, seeds, rubric: a resumed run must be the same
// OUT/students/ID/record.json  written last of the student's files, at once or not at all
// OUT/students/ID/before.json  what `--again` found there
// OUT/students/ID/feedback.html, results.json, autolab.txt, junit.xml, appeal.tar.gz
// OUT/gradebook.csv, OUT/index.html
struct not_graded_t {  // known before anything is read: "the repository has no commit before the deadline"
    std::string id;
    verdict_t verdict;
    std::string why;
};
struct batch_t {
    std::string out;
    int jobs;
    bool again_all;     // grade anew what has a record already
    std::string marks;  // CSV of parts by hand, or empty
    bool quiet;         // no rows
    std::vector<not_graded_t> not_graded;
    // What grades a submission; NULL: grade_one. With an empty path it gives the record of nothing handed in.
    record_t (*grade)(const kit_t *kit, const rubric_t *rubric, const submission_t *submission, const grading_t *how);
};
// Returns the number of submissions that could not be graded (UNGRADED). Each is graded in a process of its own: what
// ends that process costs one submission. A record that is there and fits (record_fits) is kept. UNGRADED ones are
// tried once more at the end. Ends early, with all that is finished in place, by dying with status 128 + signal
// (SIGINT, SIGTERM, SIGHUP), or 1 where nothing more can be written below OUT.
int batch_run(const batch_t *batch, const kit_t *kit, const rubric_t *rubric, const grading_t *how,
              const std::vector<submission_t> *submissions);

// ---- the folder OUT ----------------------------------------------------------------------------------------------
// Makes OUT, or goes on with it: seeds come from run.json, or are drawn (how->seed_secret, unless `seed_given`). Dies
// where what is asked for differs from what the records there were made with, unless again_all. Two at once in one OUT
// are refused. Returns the lock: a descriptor; closed, or at the end of this process, it is free.
int run_open(const batch_t *batch, const kit_t *kit, const rubric_t *rubric, grading_t *how, bool seed_given);

// Whether the record below OUT was made with these seeds and this rubric, of what is in the submission now. Of what is
// not worth keeping (UNGRADED, refused, not handed in): no.
bool record_fits(const std::string &out, const rubric_t *rubric, const grading_t *how, const submission_t *submission);

// All of one student's files from a record. `files`: for the appeal bundle.
void student_write(const std::string &folder, const record_t *r, const rubric_t *rubric,
                   const std::vector<intake_file_t> *files);
// gradebook.csv and index.html of all records below OUT, and the students' pages where marks by hand change them.
// True: every student's folder has a record that can be read.
bool class_write(const std::string &out, const rubric_t *rubric, const std::string &marks);

#endif
