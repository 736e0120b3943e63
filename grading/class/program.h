// [given] program.h: runs a program of this machine (git, sbatch) with limits, and takes what it says.
#ifndef NN_PROGRAM_H
#define NN_PROGRAM_H

#include <string>
#include <vector>

struct program_t {
    std::vector<std::string> words;        // the program, looked for in PATH, and its arguments; no shell reads them
    std::vector<std::string> environment;  // "NAME=value": all of it
    double limit_s;                        // then it and its children are killed
    size_t most_out, most_file;            // of its output, and of every file it writes [bytes]; 0: no limit
};
struct said_t {
    bool found, too_long, too_large;  // found: there is such a program
    int status;                       // 128 + number where a signal ended it
    std::string out, err;             // err: cut in the middle
};
// Nothing to read from, a group of its own (Ctrl-C is for us), dead as soon as this thread is; its children are killed after it.
said_t program_run(const program_t *program);

// This process's environment without these variables: "NAME=", or "PREFIX_" of several.
std::vector<std::string> environment_without(const std::vector<std::string> &variables);

#endif
