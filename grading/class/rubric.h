// [given] rubric.h: what is graded and how, read from rubric.toml.
#ifndef NN_RUBRIC_H
#define NN_RUBRIC_H

#include <cstdint>
#include <string>
#include <vector>

#include "cases.h"

enum visibility_t { VISIBLE, HIDDEN, AFTER_DUE_DATE, AFTER_PUBLISHED };  // Gradescope's words
const char *visibility_text(int visibility);                             // "visible", "hidden", "after_due_date", ...

struct rubric_group_t {
    int group;  // GROUP_...
    double points;
    double tolerance;  // times the allowed error
    visibility_t visibility;
};
struct rubric_part_t {
    int number;
    std::string title, page;
    double points;
    bool by_hand;  // points come from a CSV
    bool bonus;    // its points are not in what can be reached
    std::vector<rubric_group_t> groups;
};
struct rubric_speed_t {       // part "make it fast"
    int part;                 // 0: there is none
    double full_at, zero_at;  // times the reference's time: full points at <= full_at, none at >= zero_at
    bool emulated_counts;     // give points by the emulator's counters where there is no GPU
    int repetitions;          // most pairs of timed runs
};
struct rubric_rule_t {          // a review signal
    std::string pattern, text;  // extended regular expression, searched in each line without comments
    bool strings = false;       // in the texts in quotes, and there alone
};
struct rubric_t {
    std::string path, sha256, title;
    std::string manifest;  // path of the list of the student's files
    std::string real;      // "float" or "double"
    uint64_t seed_public;
    bool secret_given;
    uint64_t seed_secret;  // if given; else drawn for each run of the grader
    bool vary_sizes;       // secret cases have other widths and batches too
    std::vector<rubric_part_t> parts;
    std::vector<spec_case_t> cases;      // beside the engine's own: hidden
    std::vector<std::string> libraries;  // allowed beyond the CUDA runtime: "cublas"
    rubric_speed_t speed;
    std::vector<rubric_rule_t> rules;
    double build_s, case_s, total_s;            // limits [s]
    size_t build_memory, memory, output, disk;  // [bytes]
    int processes;
};

// Dies with "rubric.toml:12: ..." of unknown keys, wrong types, unknown groups, points that do not add up.
rubric_t rubric_read(const std::string &path);
void case_check(const spec_case_t *c);    // dies of what cannot be made, without naming the file
double rubric_points(const rubric_t *r);  // all that can be reached, without bonus

#endif
