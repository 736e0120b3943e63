// [given] mistakes.cpp: the table of known mistakes.
#include "mistakes.h"

void name_mistake(const case_t *, const reply_t *, result_t *) {}
