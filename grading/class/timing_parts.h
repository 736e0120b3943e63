// [given] timing_parts.h: what the files of the timing know of each other.
#ifndef NN_TIMING_PARTS_H
#define NN_TIMING_PARTS_H

#include "timing.h"

struct timed_t {  // what is timed: a pass, or a whole training
    std::string name;
    double share;  // of the points of the part
    job_t job;
};
// Large enough for a GPU to be busy; `small`: for the emulator, where time means nothing.
std::vector<timed_t> make_timed(uint64_t seed, bool small);
double bytes_read(const job_t *job);  // that a pass must read at least, each once; 0: not known

struct interval_t {
    double median, low, high;
};
// Of the median, by order statistics: at least 95 % from 6 numbers on; of fewer all that was seen.
interval_t median_interval(std::vector<double> v);

struct runs_t {                                // of one worker
    std::vector<double> inside;                // median of the calls of each run, by the worker's clock [us]
    std::vector<double> few, many;             // whole runs of few and of many calls, by ours [s]
    std::vector<double> launch_us, bandwidth;  // as the worker has measured them
    bool emulated;
    std::string problem;  // "": all calls were right so far
};
// The time of a call that is to be believed [us]: the worker's own, unless from outside it is much longer; then `note`
// says so and `ratio` follows from that. The clock of a process that holds a student's code could be wrong, ours is not.
// `more`: calls by which the long runs are longer.
double believed_us(const runs_t *yours, const runs_t *its, int more, interval_t *ratio, std::string *note);
// Faster than an empty kernel, or than reading the inputs once: `its` is the reference, whose measurements are honest.
bool is_impossible(const job_t *job, const runs_t *its, double us);

// One row, by the clock. On the emulator it is measured all the same, says so and gives no points.
speed_t time_call(const check_t *student, const check_t *reference, const rubric_speed_t *rule, const timed_t *what,
                  double of);
// One row for each pass and counter, by the emulator's counters.
std::vector<speed_t> count_calls(const check_t *student, const rubric_speed_t *rule, double of);

#endif
