// [given] timing.h: how long the student's passes take beside the reference's, measured from outside the process.
#ifndef NN_TIMING_H
#define NN_TIMING_H

#include "engine.h"
#include "record.h"
#include "rubric.h"

// Student and reference by turns, until the interval is narrow or rubric->speed.repetitions is reached; new inputs for
// each timed call, whose outputs are judged again. Only passes that are right are timed.
// Before: *of holds the points of the part (0: PART_POINTS[7]). After: *points of *of; 0 of 0 where nothing gives points.
// Without a GPU the emulator's counters stand in the place of times. Dies of: a reference that cannot be timed.
std::vector<speed_t> time_passes(const check_t *student, const check_t *reference, const rubric_speed_t *rule,
                                 double *points, double *of);
constexpr const char *TO_BE_LOOKED_AT = "to be looked at";  // ends the note of a time that is hard to believe

double speed_points(const rubric_speed_t *rule, double ratio, double of);  // the curve between the anchors

#endif
