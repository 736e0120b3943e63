// [given] cluster.h: a class on a SLURM cluster: a job array, one submission a task.
#ifndef NN_CLUSTER_H
#define NN_CLUSTER_H

#include "batch.h"

struct cluster_t {
    std::string partition, account;  // empty: the cluster's default
    int gpus;                        // of each task; < 0: one, and none where the emulator is used
    int most_at_once;                // 0: no limit
    std::vector<std::string> more;   // further options of sbatch
    int minutes;                     // limit of a task; 0: what the rubric's limits allow
};
// OUT/slurm/tasks.json   all that a task needs to know
// OUT/slurm/jobs.json    which arrays were submitted
// OUT/slurm/log/JOB_N.txt  what a task printed
// As batch_run. Killed and started again it goes on with the jobs that are there; tasks lost to the cluster are
// submitted again, twice at most. The cluster's nodes must see OUT, the submissions and this tree under the same paths.
int cluster_run(const cluster_t *cluster, const batch_t *batch, const kit_t *kit, const rubric_t *rubric,
                const grading_t *how, const std::vector<submission_t> *submissions);

// On a node: grades submission `task` of OUT/slurm/tasks.json. Returns the program's exit status; 0: there is a record.
int cluster_task(const std::string &out, int task);

#endif
