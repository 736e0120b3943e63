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

// Sets r->mistake and r->mistake_text if one known mistake gives all the numbers of the reply.
void name_mistake(const case_t *c, const reply_t *reply, result_t *r);

#endif
