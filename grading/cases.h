// [given] cases.h: what is checked: groups with points, and cases made from a seed.
#ifndef NN_GRADING_CASES_H
#define NN_GRADING_CASES_H

#include "job.h"

struct group_t {
    int part;  // 0: all parts together
    const char *title;
    double points;
    const char *page;  // of the handout
};
enum {
    GROUP_ALLOC,
    GROUP_FREE,
    GROUP_TRAIN,
    GROUP_UPDATE,
    GROUP_BATCH,
    GROUP_FORWARD,
    GROUP_BACK,
    GROUP_WEIGHTS,
    GROUP_BIASES,
    GROUP_COST,
    GROUP_COUNTS,
    GROUP_TEST,
    GROUP_ALL,
    GROUP_GPUS,
    N_GROUPS
};
extern const group_t groups[N_GROUPS];
constexpr int LAST_PART = 8, BONUS_PART = 8;  // the bonus is shown beside the total, not in it
constexpr double PART_POINTS[LAST_PART + 1] = {0, 15, 10, 20, 15, 15, 15, 10, 10};

// One call of the student's code. A case counts in each of its groups; the tensors are shared out by name.
struct case_t {
    std::string name;         // "one layer", unique within the part
    std::vector<int> groups;  // GROUP_...
    job_t job;
    bool sanitized;        // also run with the sanitizer's four tools, on the emulator
    ds_t test;             // GROUP_ALL: rows that were not trained on
    bool hidden = false;   // not one of the public cases
    std::string category;  // of a secret case: all that students are told of it
};

constexpr uint64_t VISIBLE_SEED = 2024;
std::vector<case_t> make_cases(uint64_t seed);
// A case of somebody's own, as cases.cpp makes its own ones; always hidden.
struct spec_case_t {
    std::string name, group, category;  // category: all that students are told: "odd sizes"
    std::string sizes, acts, loss;      // "7-5-3", "tanh,softmax", "log"
    int B, b, N, block, epochs;         // epochs: of whole runs
    bool weights, momentum, sanitized;
    int line;  // where it is written, for messages
};
// The same list with numbers, and if asked with sizes, that nobody knows who does not know the seed; then `own`.
std::vector<case_t> make_secret_cases(uint64_t seed, bool vary_sizes, const std::vector<spec_case_t> *own);
int group_of(const std::string &title);                 // GROUP_...; -1: there is none
std::vector<case_t> make_profile_cases(uint64_t seed);  // one a pass, of sizes that are worth counting
int case_part(const case_t *c);
std::string case_text(const case_t *c);  // "7-5-3 sigmoid, softmax; cost log; b = 3 of B = 5; --block 32; momentum"

// A state in which every array that the passes have not come to holds poison: numbers that are wrong, finite and known.
void poison(char *bytes, size_t size);
real_t poison_value(size_t i);

#endif
