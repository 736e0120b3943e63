// [given] process.h: runs a worker on one job: a process of its own, with a time limit, in a folder of its own.
#ifndef NN_GRADING_PROCESS_H
#define NN_GRADING_PROCESS_H

#include "job.h"
#include "text.h"

enum ending_t {
    ENDED,           // there is a reply that could be read
    NO_REPLY,        // it ended, but left no reply, or one that is not readable: `problem`
    TIMED_OUT,       // stopped after the limit; `problem` says more, if it is not empty
    CRASHED,         // ended by a signal
    MACHINE_FAILED,  // not the student's fault: `problem`
    STOPPED,         // at a limit of something else than time: `problem`
    NOT_TRIED        // `problem` says why
};

struct worked_t {
    ending_t ending;
    reply_t reply;
    std::string problem;
    int status, signal;
    double seconds;
    std::string printed;  // by the student's code: stdout and stderr, cut in the middle
    std::string report;   // of the sanitizer or another tool: JSON, or empty
};

constexpr const char *REPORT = "{report}";  // in `before`: the name of the file that comes back as the report

struct worker_t {
    std::string program;              // path of the worker
    double limit;                     // [s]
    bool sanitize;                    // with all four tools (emulator only)
    std::string tool;                 // path of compute-sanitizer
    std::vector<std::string> before;  // words before the program: another tool, whose output is wanted whole
    worked_t (*elsewhere)(const worker_t *w, const job_t *job) = NULL;  // runs it in another way than `work` does
    void *context = NULL;                                               // for `elsewhere`
};
worked_t work(const worker_t *w, const job_t *job);

#endif
