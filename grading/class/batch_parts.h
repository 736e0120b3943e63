// [given] batch_parts.h: what the files of the batch know of each other.
#ifndef NN_BATCH_PARTS_H
#define NN_BATCH_PARTS_H

#include <csignal>

#include <sys/types.h>

#include "batch.h"

std::string student_folder(const std::string &out, const std::string &id);
bool record_there(const std::string &out, const std::string &id, record_t *r);  // false: none that can be read
void folder_make(const std::string &path);                                      // with those above it; mode 0700

// Whoever waits for others is told of signals by `on_stop`, and is not ended by a pipe that nobody reads.
constexpr int N_HANDLED = 4;
struct handlers_t {
    struct sigaction was[N_HANDLED];
};
handlers_t signals_take(void (*on_stop)(int));
void signals_give_back(const handlers_t *h);

// ---- batch_child.cpp: one submission, in a process of its own -------------------------------------------------------
struct what_t {  // is the same for all
    const batch_t *batch;
    const kit_t *kit;
    const rubric_t *rubric;
    const grading_t *how;
};
enum news_t { KEPT, NEW, NOT_KEPT, NO_ROOM };  // NOT_KEPT: UNGRADED, and not to be written (yet)
struct told_t {                                // by the process
    news_t news;
    std::string why;  // NO_ROOM: what could not be written
    record_t record;
};
struct child_t {
    pid_t pid;
    int fd;
    std::string told, temporary;  // what it has said so far; its folder for temporary files
    size_t which;
    double begun;
    bool too_long;
};
struct order_t {  // what a process is to do
    const submission_t *submission;
    bool last_try;
    std::string crashed;  // how the processes before it ended; not empty: it only writes that down
    std::string temporary;
};
child_t child_begin(const what_t *what, const order_t *order);
bool child_hears(child_t *child);             // reads what there is to read; false: it has ended, or closed its end
told_t child_end(child_t *child);             // waits for it; dies with how it ended, if not well
void child_stop(child_t *child, int signal);  // it, and all that it has started
void class_write_apart(const what_t *what);   // class_write in a process of its own; dies with what went wrong there
std::string temporary_root(const std::string &out);  // made anew, empty: all that a killed run has left is gone

// ---- batch_show.cpp ------------------------------------------------------------------------------------------------
struct screen_t {
    bool quiet, terminal, titled;
    size_t n, done, kept, id_width;
    int jobs;
    double begun, drawn, busy;  // busy: seconds that the graded ones took, added up
    size_t graded;              // how many those are
};
screen_t screen_make(bool quiet, int jobs, const std::vector<submission_t> *submissions);
void screen_row(screen_t *screen, const record_t *r, double seconds, const std::string &remark);
void screen_bar(screen_t *screen, const std::vector<std::string> *running);  // drawn over at the next call
void screen_clear(screen_t *screen);
void screen_summary(const screen_t *screen, const std::string &out, const std::vector<record_t> *all);

std::string worst_reason(const record_t *r);  // one line
size_t screen_width(void);
std::string wrapped(const std::string &text, size_t columns, size_t indent);  // between words; with a line end
std::string cut_to(const std::string &text, size_t columns);
size_t columns_of(const std::string &text);  // characters of UTF-8

#endif
