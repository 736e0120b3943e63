// [given] page.h: static pages: what one student reads, what the instructor reads of the class. No network, no script.
#ifndef NN_PAGE_H
#define NN_PAGE_H

#include <string>
#include <vector>

#include "record.h"
#include "rubric.h"

std::string feedback_page(const record_t *r, const rubric_t *rubric);
// `folder_of`: where each student's page lies, as seen from the class page: folder_of + id + "/feedback.html".
std::string class_page(const std::vector<record_t> *all, const rubric_t *rubric, const std::string &folder_of);

#endif
