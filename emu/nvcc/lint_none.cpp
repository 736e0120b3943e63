// [given] lint_none.cpp: stands in for the lint where bin/nvcc was built without it.
#include "lint.h"
#include <cstdio>

namespace emu
{

__attribute__((weak)) int lint_source(const lint_job_t &)
{
    fprintf(stderr, "nvcc: --lint: this build has no lint; nothing was checked\n");
    return 0;
}

}  // namespace emu
