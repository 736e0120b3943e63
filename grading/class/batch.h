// [given] batch.h: a whole class: several submissions at once, a row for each as it ends, resumable at any moment.
#ifndef NN_BATCH_H
#define NN_BATCH_H

#include "submission.h"

// OUT/run.json                 what was asked for, seeds, rubric: a resumed run must be the same
// OUT/students/ID/record.json  written last of the student's files, at once or not at all
// OUT/students/ID/feedback.html, results.json, autolab.txt, junit.xml, appeal.tar.gz
// OUT/gradebook.csv, OUT/index.html
struct batch_t {
    std::string out;
    int jobs;
    bool again_all;   // grade anew what has a record already
    std::string marks;  // CSV of parts by hand, or empty
    bool quiet;
};
// Returns the number of submissions that could not be graded (UNGRADED).
int batch_run(const batch_t *batch, const kit_t *kit, const rubric_t *rubric, const grading_t *how,
              const std::vector<submission_t> *submissions);

// All of one student's files from a record. `files`: for the appeal bundle.
void student_write(const std::string &folder, const record_t *r, const rubric_t *rubric,
                   const std::vector<intake_file_t> *files);
// gradebook.csv and index.html of all records below OUT. True: every submission has one.
bool class_write(const std::string &out, const rubric_t *rubric, const std::string &marks);

#endif
