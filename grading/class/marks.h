// [given] marks.h: parts that a person marks, and what a person should look at.
#ifndef NN_MARKS_H
#define NN_MARKS_H

#include <string>
#include <vector>

#include "intake.h"
#include "record.h"
#include "rubric.h"

struct mark_t {
    std::string id;  // student, as in the roster
    int part;
    double points;
    std::string comment;
};
// CSV with the columns id, part, points, comment. Dies of unknown columns, numbers, parts, points above what the part gives.
std::vector<mark_t> marks_read(const std::string &path, const rubric_t *rubric);
// Sets points, comment and left_out of the parts by hand ("not marked yet" without a mark), and sums up.
void marks_apply(const std::vector<mark_t> *marks, record_t *r);
// Ids that none of the records has: misspelt, or of students who are gone.
std::vector<std::string> marks_unknown(const std::vector<mark_t> *marks, const std::vector<record_t> *all);

// A text of C++ or CUDA, line by line. Lines ended by a backslash are one, in place of the first of them.
struct code_t {
    std::vector<std::string> lines;    // without comments; of texts in quotes the quotes alone, but for #include
    std::vector<std::string> strings;  // beside them: the texts in quotes
};
code_t code_of(const std::string &text);

// Rules of the rubric, searched in code without comments and strings.
std::vector<signal_t> review_files(const std::vector<intake_file_t> *files, const rubric_t *rubric);

struct common_t {                       // what nobody need have copied from another student
    std::vector<std::string> given;     // texts of what all have: stubs, headers, the CPU's version
    std::vector<std::string> solution;  // of the reference and its variants
};
common_t common_read(const std::string &root);  // of this tree; what is not there is left out
// Alike but for names, numbers, blanks, comments and order: a signal in each of the two records; another for what is
// like the solution. `files` beside `all`, in the same order. Signals of an earlier call are replaced.
void review_class(const std::vector<std::vector<intake_file_t>> *files, const common_t *common,
                  std::vector<record_t> *all);

#endif
