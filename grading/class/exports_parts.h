// [given] exports_parts.h: what the writers of the different formats share: text from anywhere made harmless.
#ifndef NN_EXPORTS_PARTS_H
#define NN_EXPORTS_PARTS_H

#include <string>
#include <vector>

#include "record.h"
#include "rubric.h"

// Valid UTF-8 without control characters (tabs and ends of lines stay), without characters that turn the direction of
// writing and without those that XML does not know: each becomes '?'. Longer than `most` bytes: cut in the middle.
std::string text_shown(const std::string &text, size_t most);
std::string line_shown(const std::string &text, size_t most);  // the same on one line, blanks joined

// All that the student may read about a case: of a hidden one whether it passed and its category, nothing else.
std::string item_name(const item_t *item);
std::string item_text(const item_t *item);
std::string found_text(const found_t *f);
std::string lines_text(const std::vector<std::string> &lines);  // each with an end of line
double rounded(double points);                                  // 1.6666667 -> 1.6667; dies of what is no number
std::string speed_text(const speed_t *speed);

// The items of one group of one part, in their order.
struct group_items_t {
    int part;
    std::string group;
    std::vector<const item_t *> items;
    double points, of;
    bool passed;
};
std::vector<group_items_t> items_by_group(const record_t *r);
const part_t *part_find(const record_t *r, int number);  // NULL: there is none
std::string verdict_sentence(const record_t *r);         // what became of it, for the student; may have several lines
std::string circumstances(const record_t *r);            // emulator, no sandbox: a line each, or ""
// What the rubric says of the group with this title; one that it does not know is hidden.
visibility_t group_visibility(const rubric_t *rubric, const std::string &title);

#endif
