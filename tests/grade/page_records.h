// tests/grade/page_records.h: records of a class that never was, for the tests of what is made from records.
#ifndef NN_PAGE_RECORDS_H
#define NN_PAGE_RECORDS_H

#include "../../grading/class/record.h"
#include "../../grading/class/rubric.h"

rubric_t example_rubric(void);
record_t example_full(void);       // full marks, timed on a GPU, a report marked by a person
record_t example_partial(void);    // one failure of each kind, counted on the emulator
record_t example_not_built(void);  // the compiler's first error
record_t example_other(verdict_t verdict, const std::string &why);
record_t example_hostile(void);  // each text is an attack on the page
std::vector<record_t> example_class(int n);

#endif
