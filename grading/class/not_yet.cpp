// [given] not_yet.cpp: to be removed.
#include "cluster.h"
#include "timing.h"
std::vector<speed_t> time_passes(const check_t *, const check_t *, const rubric_speed_t *, double *points, double *of)
{
    *points = *of = 0;
    return {};
}
int cluster_run(const cluster_t *, const batch_t *, const kit_t *, const rubric_t *, const grading_t *,
                const std::vector<submission_t> *)
{
    die("not yet");
}
