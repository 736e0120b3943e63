// [given] marks.h: parts that a person marks, and what a person should look at.
#ifndef NN_MARKS_H
#define NN_MARKS_H

#include <string>
#include <vector>

#include "intake.h"
#include "record.h"
#include "rubric.h"

struct mark_t {
    std::string id;      // student, as in the roster
    int part;
    double points;
    std::string comment;
};
// CSV with the columns id, part, points, comment. Dies of unknown columns, numbers, parts, points above what the part gives.
std::vector<mark_t> marks_read(const std::string &path, const rubric_t *rubric);
void marks_apply(const std::vector<mark_t> *marks, record_t *r);  // sets points, comment and left_out of the parts by hand

// Rules of the rubric, searched in code without comments and strings.
std::vector<signal_t> review_files(const std::vector<intake_file_t> *files, const rubric_t *rubric);
// Alike but for names, blanks and comments: a signal in each of the records. `files` beside `all`, in the same order.
void review_class(std::vector<record_t> *all);

#endif
