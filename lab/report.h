// [given] report.h: a report as sections of text, tables and figures; what makes them, and what writes them as a page and as Markdown.
#ifndef NN_LAB_REPORT_H
#define NN_LAB_REPORT_H

#include <string>
#include <vector>

#include "profile.h"
#include "speedup.h"
#include "svg.h"
#include "test.h"

// ---- what a report consists of ---------------------------------------------------------------------------------------
// Texts are plain: who writes them escapes what is special there. Between CODE and END they are code.
#define CODE "\x01"
#define END "\x02"

enum block_kind_t { BLOCK_TEXT, BLOCK_FINDING, BLOCK_MISSING, BLOCK_QUESTION, BLOCK_TABLE, BLOCK_FIGURE };

struct block_t {
    block_kind_t kind;
    std::string text;                             // table and figure: the caption
    std::vector<std::vector<std::string>> cells;  // of a table; the first row names the columns
    std::string name;                             // of a figure: of its files, without ending
    std::vector<std::string> panels;              // of a figure: SVG texts, side by side
    bool in_summary = false;                      // of a finding: the page has it there
};

struct section_t {
    std::string id, title;
    std::vector<block_t> blocks;
};

struct lab_report_t {
    std::string title, author, date;
    std::vector<section_t> sections;
    std::vector<std::string> findings;  // sentences computed from the data, the most important first
};

section_t *report_section(lab_report_t *r, const std::string &id,
                          const std::string &title);  // valid until the next one
void add_text(section_t *s, const std::string &text);
void add_missing(section_t *s, const std::string &what, const std::string &command);
void add_question(section_t *s, const std::string &text);  // stands in the Markdown only
void add_table(section_t *s, const std::string &caption, const std::vector<std::vector<std::string>> &cells);
void drop_empty_columns(std::vector<std::vector<std::string>> *cells);  // in which every row has "–", not known
// Empty panels are left out; without any there is no figure.
void add_figure(section_t *s, const std::string &name, const std::string &caption,
                const std::vector<std::string> &panels);
void add_finding(lab_report_t *r, section_t *s, const std::string &text);  // in its section and in the summary

// ---- numbers and names in texts --------------------------------------------------------------------------------------
std::string number3(double x);       // "0.0123", "12.3", "1,234,567": all of a whole part; "–": not known
std::string seconds_text(double s);  // "12.3 ms"
std::string percent_text(double part, double of);                       // "96.5 %"
std::string counted_text(double n, const char *one, const char *many);  // "1 epoch", "2,000 epochs"
std::string file_of(const std::string &path);                           // without folder

// ---- logs of bin/nn --log (report_log.cpp) ---------------------------------------------------------------------------
struct log_t {
    std::string path, name;
    std::vector<std::pair<std::string, std::string>> header;  // key and value, in their order
    std::string metric;                                       // "f1", "accuracy", "r2"
    bool emulated;
    std::vector<double> epoch, seconds, train_cost, train_metric, valid_cost, valid_metric;  // NAN: not measured
};
log_t log_read(const std::string &path);  // dies of: no file, no log; a last line that is cut off is left out
std::string log_value(const log_t *log, const std::string &key);  // of the header; "": not there
double log_epoch_seconds(const log_t *log);                       // median; NAN of an emulated one
const char *metric_title(const std::string &metric);              // "F1", "accuracy", "R²"
void report_logs(lab_report_t *r, const std::vector<log_t> *logs);
void report_machine(lab_report_t *r, const std::vector<log_t> *logs, const speedup_t *speedup);

// ---- models and the rows that they are tested on (report_model.cpp, report_rank.cpp) ---------------------------------
struct tested_t {
    std::string model, dataset, shape;
    metrics_t m;
    ds_t ds;                                // as read, features not scaled
    std::vector<real_t> outputs;            // (N, n_out)
    std::vector<double> grid, lows, highs;  // two inputs, one number: outputs (GRID, GRID), and the range of each input
    std::string weights;                    // SVG of the network
    bool counts_only;                       // of a JSON file of bin/nn --test: there are neither rows nor outputs
};
constexpr int GRID = 60;
tested_t tested_make(const std::string &model, const std::string &dataset);
tested_t
tested_read(const std::string &json);  // what bin/nn --test --json has written; dies of: no file, something else
bool tested_is_json(const std::string &path);
void report_tested(lab_report_t *r, const std::vector<tested_t> *all);

// Points of the curve that a threshold moved through all outputs draws: greatest output first, rows of equal output together.
struct rank_t {
    std::vector<double> threshold, false_rate, recall, precision;  // from threshold infinite (0, 0, 1) on
    double positive, negative;                                     // rows
};
rank_t rank_curve(const std::vector<double> &outputs, const std::vector<int> &is_positive);
double rank_area(const rank_t *c);  // under recall against false_rate, trapezoids; NAN without rows of both classes
std::vector<std::string> rank_plots(const tested_t *t);

// ---- speed-up (report_speedup.cpp, report_sweeps.cpp) ----------------------------------------------------------------
void report_speedup(lab_report_t *r, const speedup_t *s, const std::string &path);
void report_sweeps(section_t *section, const speedup_t *s);
std::string way_title(const timing_t *t);  // "CPU, 2 threads"
bool is_timed(const timing_t *t);          // has times that may be called times
std::string ratio_text(const ratio_t &r);  // "3.2 [3.0, 3.4]"

// ---- searches for the best options (report_search.cpp) ---------------------------------------------------------------
struct search_t {
    std::string folder;
    std::vector<std::vector<std::string>> cells;  // of table.md: names of the columns, then the best setting first
    std::string picture;                          // SVG, or ""
};
search_t search_read(const std::string &folder);  // dies of: no file, no table
void report_searches(lab_report_t *r, const std::vector<search_t> *all);

// ---- profile (report_profile.cpp) ------------------------------------------------------------------------------------
void report_profiles(lab_report_t *r, const std::vector<profile_t> *all, const std::vector<std::string> *paths);

// ---- files (report_html.cpp, report_svg.cpp, report_text.cpp, report_pdf.cpp) -----------------------------------------
std::string report_html(const lab_report_t *r);
std::string report_markdown(const lab_report_t *r);  // its first line holds a checksum of the rest
std::string escaped(const std::string &text);        // for an element or an attribute in double quotes
std::string figure_svg(const std::string &svg, const std::string &id, const std::string &label);  // ids made unique
std::vector<std::string> figure_files(const block_t *figure);                                     // "loss-1.svg" ...
bool is_untouched(const std::string &markdown);  // nobody has changed it since report_markdown made it
// Makes the PDF with the first of the programs that is there; says in `said` with which, or why not.
bool report_pdf(const std::string &html_path, const std::string &pdf_path, std::string *said);

#endif
