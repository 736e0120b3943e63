// tests/grade/until_merged.cpp: stand-ins for modules that are not here yet; to be deleted when they are.
#include "../../grading/class/marks.h"
#include "../../grading/class/timing.h"

__attribute__((weak)) std::vector<signal_t> review_files(const std::vector<intake_file_t> *, const rubric_t *)
{
    return {};
}

__attribute__((weak)) std::vector<speed_t> time_passes(const check_t *, const check_t *, const rubric_speed_t *, double *,
                                                       double *)
{
    return {};
}
