// [given] sanitize.cpp: a case once more in the checked image of the emulator: findings, and who wrote a wrong number.
#include "judge.h"

void sanitize(const check_t *, result_t *) {}
