// [given] exports.h: a record in the forms that other systems read.
#ifndef NN_EXPORTS_H
#define NN_EXPORTS_H

#include <string>
#include <vector>

#include "record.h"
#include "rubric.h"

std::string gradescope_json(const record_t *r, const rubric_t *rubric);  // results.json
std::string autolab_lines(const record_t *r, const rubric_t *rubric);    // semantic stages, then the scores: last lines
std::string junit_xml(const record_t *r);                                // strict schema
// One row a record, after a first row with the points that can be reached.
std::string gradebook_csv(const std::vector<record_t> *all, const rubric_t *rubric);

#endif
