// [given] page_parts.h: what the files of the pages know of each other: safe text, style sheet, plots, one case.
#ifndef NN_PAGE_PARTS_H
#define NN_PAGE_PARTS_H

#include "page.h"

// ---- text: whatever a student wrote, printed or named goes through one of these ----------------------------------
// Fit for an element and for an attribute in double quotes: markup escaped, invalid UTF-8 replaced, control characters
// and those that turn or hide text made visible, long ones cut in the middle.
std::string html(const std::string &text, size_t most = 400);
std::string html_block(const std::string &text, size_t most_lines);  // for <pre>: line by line
std::string url_path(const std::string &path);                       // percent-encoded, "/" stays
std::string points_text(double points);                              // "5", "4.5"
std::string number_cell(double x, int digits);                       // "0.43329", "nan"
std::string counted(size_t n, const char *one, const char *many);    // "1 case", "3 cases"

// ---- the page --------------------------------------------------------------------------------------------------
std::string page_begin(const std::string &title, const char *kind);  // kind: a class of the style sheet
std::string page_end(void);
extern const char *const page_style;

// ---- outcomes ----------------------------------------------------------------------------------------------------
bool is_bad(const item_t *item);  // failed, crashed or timed out
bool is_passed(const item_t *item);
bool is_skipped(const item_t *item);
std::string outcome_html(const item_t *item);  // sign and word, coloured

// ---- plots: as wide as the page lets them be, texts in their own size ---------------------------------------------
std::string plot_share(double part, double of);             // a bar in a table
std::string plot_points(const std::vector<part_t> *parts);  // all parts in one bar
std::string plot_ratios(const std::vector<const speed_t *> &speeds,
                        const rubric_speed_t *rule);                       // beside the reference
std::string plot_histogram(const std::vector<double> &sorted, double of);  // of points, with quartiles
double quantile(const std::vector<double> &sorted, double q);              // 0 of nothing

// ---- parts of the student's page -----------------------------------------------------------------------------------
std::string case_full(const item_t *item, uint64_t seed);  // failing; of a hidden one only its category
std::string finding_full(const found_t *f);
std::string build_failure(const std::string &log);  // first error, what it means, the whole log
std::string check_command(int part, const std::string &name, uint64_t seed);  // make check ...
std::string origin_section(const record_t *r);  // seeds, versions, files, how to ask for the mark again

struct group_view_t {
    int part;
    std::string name;
    std::vector<const item_t *> items;
    double points, of;
    const item_t *full;  // the failing case that is shown; NULL: none fails
};
struct student_view_t {
    const record_t *r;
    const rubric_t *rubric;
    std::vector<group_view_t> groups;  // by part; all parts together last
};
int part_order(int part);
const item_t *first_skipped(const group_view_t *g);
size_t count_items(const group_view_t *g, bool (*is)(const item_t *));
std::string points_of(double points, double of);  // "5 of 15"
std::string part_sections(const student_view_t *v);
std::string lint_section(const record_t *r);

// ---- parts of the class page ---------------------------------------------------------------------------------------
struct class_view_t {
    std::vector<const record_t *> all;  // in order of id
    const rubric_t *rubric;
    std::string folder_of;
};
std::string percent(double part, double of);  // empty of nothing
std::string student_link(const class_view_t *v, const record_t *r, const std::string &text);
std::string hardest_cases(const class_view_t *v);
std::string common_mistakes(const class_view_t *v);
std::string timings(const class_view_t *v);
std::string review_list(const class_view_t *v);

#endif
