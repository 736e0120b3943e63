// tests/grade/exports_records.h: records for the tests of the formats: of every kind, and with hostile text.
#ifndef NN_TESTS_EXPORTS_RECORDS_H
#define NN_TESTS_EXPORTS_RECORDS_H

#include "../../grading/class/exports.h"
#include "../../grading/class/exports_parts.h"
#include "../helpers.h"

// What is known of hidden cases alone: no format may show it.
constexpr const char *SECRET = "SECRET-31-33-65";

rubric_t export_rubric(void);
record_t export_record(void);                // graded, with a hidden case, a failing one, a part by hand
std::vector<record_t> export_records(void);  // every verdict: plain, without sandbox, with hostile text everywhere
bool has_control(const std::string &text);   // characters that no format should have

#endif
