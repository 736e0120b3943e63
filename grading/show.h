// [given] show.h: a report as text for a student.
#ifndef NN_GRADING_SHOW_H
#define NN_GRADING_SHOW_H

#include "engine.h"

void show_table(const report_t *r,
                bool all_details);  // cases, points, and the first failing case of each part in detail
std::string page_of(int group);     // "docs/en/3_forward.md"

#endif
