// [given] tools.h: the sanitizer's four tools and the counters over a few cases: `make debug`, `make profile`.
#ifndef NN_GRADING_TOOLS_H
#define NN_GRADING_TOOLS_H

#include "engine.h"

int debug_all(const check_t *check);                             // exit status: 1 after findings
int profile_all(const check_t *check, const std::string &tool);  // `tool`: path of ncu

#endif
