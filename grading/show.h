// [given] show.h: a report as text for a student.
#ifndef NN_GRADING_SHOW_H
#define NN_GRADING_SHOW_H

#include "engine.h"

// The cases, the first failing case of each group in detail, and the points, which only all cases together give.
void show_table(const report_t *r, bool all_details, bool points);
std::string page_of(int group);  // "docs/en/3_forward.md"

#endif
