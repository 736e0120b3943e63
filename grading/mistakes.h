// [given] mistakes.h: known mistakes, computed on the CPU: which of them gives the student's numbers?
#ifndef NN_GRADING_MISTAKES_H
#define NN_GRADING_MISTAKES_H

#include "engine.h"
#include "wrong_passes.h"

struct mistake_t {
    call_t call;
    wrong_t wrong;
    const char *name, *text;
};
extern const mistake_t mistakes[];
extern const size_t n_mistakes;

struct failing_t {  // a case that failed, and what came back
    result_t *r;
    const reply_t *reply;
};
// The failing cases of one group. Sets r->mistake and r->mistake_text where a known mistake gives all the numbers of the
// reply. One output may look like anything: the mistake must also give at least half of those failing replies in which
// it would change a number at all.
void name_mistakes(const std::vector<failing_t> &cases);

#endif
