// [given] not_yet.cpp: throwaway: what other modules will define.
#include "cluster.h"
#include "utils.h"
int cluster_run(const cluster_t *, const batch_t *, const kit_t *, const rubric_t *, const grading_t *,
                const std::vector<submission_t> *)
{
    die("not yet");
}
#include "timing.h"
std::vector<speed_t> time_passes(const check_t *, const check_t *, const rubric_speed_t *, double *, double *) { return {}; }
