// [given] cluster_parts.h: what the files of the cluster know of each other.
#ifndef NN_CLUSTER_PARTS_H
#define NN_CLUSTER_PARTS_H

#include <set>

#include "batch_parts.h"
#include "cluster.h"
#include "program.h"

// ---- cluster_files.cpp: the folder OUT/slurm ------------------------------------------------------------------------
struct array_t {
    long job;                // 0: sbatch was called, what came of it is not known
    std::vector<int> tasks;  // by index in the array
};
struct plan_t {
    std::string folder;               // OUT/slurm, absolute
    std::string name;                 // of the jobs: array k is NAME-k
    std::vector<submission_t> tasks;  // only ever appended to: a task that waits on the cluster keeps its number
    std::vector<array_t> arrays;      // likewise
};
plan_t plan_open(const std::string &out);                     // goes on with what is there
int plan_task(plan_t *plan, const submission_t *submission);  // its number
// What all tasks read. Written before they are submitted.
void plan_write_tasks(const plan_t *plan, const what_t *what);
void plan_write_jobs(const plan_t *plan);                        // and the list of each array's tasks
std::string plan_log(const plan_t *plan, int array, int index);  // its last lines; "" if there is none

// ---- cluster_client.cpp: SLURM's own programs ------------------------------------------------------------------------
said_t client_run(const std::vector<std::string> &words, double limit_s);  // no words of ours are read by a shell
std::string said_text(const said_t *said);                                 // what it says of its failure

struct queued_t {  // a task, as the cluster sees it
    long job;
    int array, index;
    std::string state, reason;
};
// False: the cluster does not answer; `problem`: its words.
bool queue_read(const plan_t *plan, std::vector<queued_t> *queue, std::string *problem);
bool has_ended(const std::string &state);
int largest_array(void);  // that the cluster takes

struct submitted_t {
    long job;             // 0: not known
    bool later;           // not now: the queue is full, or nobody answers; `problem`
    bool full;            // fewer tasks may fit
    std::string problem;  // not empty without `later`: refused
};
std::vector<std::string> submit_words(const cluster_t *cluster, const what_t *what, const plan_t *plan, int array,
                                      long after);  // after: the job that must have ended before; 0: none
submitted_t submit(const std::vector<std::string> &words);

// ---- cluster_jobs.cpp: the tasks on the cluster -----------------------------------------------------------------------
struct watched_t {     // a submission that is to be graded
    int task;          // its number in the plan
    int array, index;  // where it was handed in last; -1: it is to be handed in
    int tries;
    double ended;  // when the cluster first said so; 0: it did not
    std::string state, reason;
    bool done, left;  // left: its array was cancelled
};

struct class_jobs_t {
    what_t what;
    const cluster_t *cluster;
    plan_t plan;
    std::vector<watched_t> all;
    std::vector<record_t> records;
    screen_t screen;
    int largest, failures;  // failures: tasks that failed before any came to its end
    double silent_since, ask_at, submit_at, changed_at;
    std::set<std::string> told;  // what was said once
    bool any_done;
};

bool was_stopped(void);                        // by Ctrl-C; cluster.cpp
std::string jobs_text(const class_jobs_t *s);  // of tasks that are queued or running: " 12 13"
const submission_t *submission_of(const class_jobs_t *s, const watched_t *w);
std::string done_path(const class_jobs_t *s, const watched_t *w);  // the file that says: its record is there
bool is_out(const watched_t *w);                                   // with the cluster
void say(class_jobs_t *s, const std::string &text);
void settle(class_jobs_t *s, watched_t *w, const record_t *r);  // it is done
bool ask(class_jobs_t *s, std::vector<queued_t> *queue);        // false: no answer; dies when patience is over
void look_at_queue(class_jobs_t *s);
void look_for_lost(class_jobs_t *s);  // and have them submitted again, or give up
void submit_all(class_jobs_t *s);     // what is with nobody

#endif
