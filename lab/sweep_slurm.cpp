// [given] sweep_slurm.cpp: the runs of a sweep as a job array of a SLURM cluster.
#include "sweep.h"

bool sweep_slurm(const sweep_t *, const sweep_way_t *) { die("--slurm is not there yet"); }
