// tests/grade/examination.h: tests/grade/submissions/NAME.submission: what somebody hands in, and what must come of it.
//
//     what: a loop on the host, and a kernel that does nothing     a sentence
//     kind: attack             correct, partial, attack, or archive: how it was packed
//     sample: yes              one of those that `make test` grades
//     base: ladder/tiled       files to begin with, those of this folder of solutions/; nothing; default: the solution
//     parts: 1 2 3             these parts are the solution's, the others stubs; none: all are stubs; default: all
//     copy: grading/job.h student.cuh   a file of this tree under another name
//     checked: 2 6             the only parts that are graded; default: all
//     libraries: cublas        what the rubric allows
//     pack: tar.gz             folder (default), zip, tar, tar.gz; file: the first file alone, under the name NAME.zip
//     under: my project/src/   where the files lie in it
//     with: link a.cu -> /etc  more of it: see with_t in examination.cpp
//     file: train.cu           changes of it, lines as in tests/mutants.h
//     new: student.cuh         a whole file, in lines that begin with +
//     remove: test.cu
//
// What must come of it, each as often as wanted:
//
//     verdict: graded          default
//     points: at most 80       of parts 1 to 6; also "90"; default for what is correct: 90
//     part 3: 0                of one part, likewise
//     outcome: timed out       of some case; outcome 3: of some case of part 3
//     signal: forbidden call   words of some signal for a person; none: there is none
//     says: no kernel          words that stand in the record,
//     hides: root:             words that do not
//     seconds: 30              at most
#ifndef NN_TESTS_EXAMINATION_H
#define NN_TESTS_EXAMINATION_H

#include <map>
#include <string>
#include <vector>

#include "../../grading/class/record.h"

struct expect_t {
    std::string key, value;
};
struct exam_t {
    std::string name, what, kind, pack, under;
    bool sample;
    std::vector<std::string> libraries, with;
    std::vector<int> checked;                  // empty: all parts
    std::map<std::string, std::string> files;  // name, text
    std::vector<expect_t> expects;
};

// Dies of: an unknown line, a field that is missing, lines that are not at exactly one place of a file.
exam_t exam_parse(const std::string &name, const std::string &text);
std::vector<exam_t> exams_read(const std::string &folder);  // sorted by name
// Returns the path of what is handed in, a new folder or file in `folder`.
std::string exam_write(const exam_t *exam, const std::string &folder);
std::vector<std::string> exam_unmet(const exam_t *exam, const record_t *r, double seconds);  // what is not as required

double exam_points(const record_t *r);  // of parts 1 to 6, which need no GPU and no person
std::string exam_expects_text(const exam_t *exam);

// `n` submissions, correct, partial, wrong and hostile ones mixed, as folders and archives in the new folder `folder`.
void exam_class(const std::vector<exam_t> *exams, const std::string &folder, int n, uint64_t seed);

#endif
