// [given] appeal.h: a bundle from which a mark can be made again: files as graded, record, seeds, and the line to type.
#ifndef NN_APPEAL_H
#define NN_APPEAL_H

#include "intake.h"
#include "record.h"

std::string appeal_bundle(const record_t *r, const std::vector<intake_file_t> *files);  // bytes of a .tar.gz
struct appeal_t {
    record_t record;
    std::vector<intake_file_t> files;
};
appeal_t appeal_read(const std::string &path);  // dies of what is no bundle
// What differs in points, outcome by outcome; empty: the same marks.
std::vector<std::string> appeal_compare(const record_t *was, const record_t *is);

#endif
