// [given] engine.h: runs cases against a worker, judges the replies, gives points. The library behind `make check`.
#ifndef NN_GRADING_ENGINE_H
#define NN_GRADING_ENGINE_H

#include "cases.h"
#include "compare.h"
#include "process.h"

enum outcome_t {
    PASSED,
    FAILED,        // the student's code gives something wrong, or dies
    SKIPPED,       // it cannot be checked yet: `why` names what blocks it
    TOO_LONG,      // stopped after the time limit
    CRASH,         // ended by a signal
    MACHINE_ERROR  // nothing was learnt about the student's code: run it again
};
const char *outcome_text(int outcome);  // "passed", "failed", ...

struct finding_t {  // of the sanitizer
    std::string tool, title, where, hint;
    std::vector<std::string> lines;
};

struct result_t {  // one case in one group
    const case_t *c;
    int group;
    outcome_t outcome;
    double used;                         // of the allowed error; < 0: nothing was compared
    std::string why;                     // one line, unless passed
    std::vector<std::string> sentences;  // all that is wrong beside wrong numbers
    std::vector<judged_t> judged;
    bool no_kernel;       // the numbers are right, but no kernel has computed them: the whole group gets nothing
    std::string note;     // what is worth knowing though nothing is wrong
    std::string printed;  // by the student's code
    std::vector<std::string> blame;  // "A[1](2,3): last written at ..."
    std::vector<finding_t> findings;
    std::string mistake;  // name of the known mistake that gives the same numbers
    std::string mistake_text;
    double seconds;
};

struct weight_t {  // of a group, where it is not that of `groups`
    bool wanted;
    double points, tolerance;  // tolerance: times the allowed error
};

struct check_t {  // what to run
    worker_t worker;
    std::vector<int> parts;  // empty: all
    std::string only;        // part of the name of a case, or empty
    uint64_t seed;
    bool sanitize;  // emulator: cases marked so are run with the four tools too; failing ones get blame
    const std::vector<case_t> *cases = NULL;  // NULL: make_cases(seed)
    std::vector<weight_t> weights;            // of every group; empty: all, as in `groups`
    bool points_only = false;                 // nobody wants to know more of failing cases than that they fail
};

struct report_t {
    std::vector<case_t> cases;
    std::vector<result_t> results;
    std::string device;
    bool emulated;
    uint64_t seed;
    std::vector<weight_t> weights;
};
bool is_wanted(const check_t *check, const case_t *c);
// `progress` is called before each case, if not NULL.
report_t check_all(const check_t *check, void (*progress)(const case_t *c));

double group_points(const report_t *r, int group);  // part of the group's cases that passed, times its points
double group_most(const report_t *r, int group);    // all of them
double part_points(const report_t *r, int part);
bool group_was_run(const report_t *r, int group);
bool is_bonus(int group);
bool is_left_out(const report_t *r, int part);  // it was not run; or it is a bonus of which nothing could be checked
bool is_to_do(const result_t *r);               // it has not passed; a bonus that was skipped is not missing

// The record, for exporters. One object:
//   {"format": 1, "real": "float", "seed": ..., "device": "...", "emulated": true,
//    "points": 55, "of": 90,                                    without the parts that are left out, and the bonus
//    "parts": [{"part": 1, "points": 15, "of": 15, "left_out": false, "bonus": false}, ...],
//    "results": [{"part": 3, "group": "forward pass", "case": "small", "what": "4-3 sigmoid; ...", "outcome": "failed",
//                 "why": "...", "used": 12.5 | null, "points": 0, "of": 1.5, "seconds": 0.02, "sentences": [...],
//                 "arrays": [{"name": "A[1]", "rows": 2, "cols": 3, "wrong": 6, "used": 12.5}, ...],
//                 "blame": [...], "findings": [{"tool", "title", "where", "hint"}, ...], "mistake": "no bias" | "",
//                 "note": "...", "printed": "..."}, ...]}
std::string report_json(const report_t *r);

#endif
