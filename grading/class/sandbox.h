// [given] sandbox.h: runs one command that nobody trusts, behind bubblewrap and limits, and says how it ended.
#ifndef NN_SANDBOX_H
#define NN_SANDBOX_H

#include <cstddef>
#include <string>
#include <vector>

// Inside, the command sees /usr, a /proc and a /dev of its own, the caller's binds (read-only), and one small file
// system of its own behind /out (where it starts), /tmp and /dev/shm. No network, no other process, no environment
// but PATH, HOME, LANG, TMPDIR and what the caller gives. Everything it started is dead when sandbox_run returns,
// also when the caller itself is killed.
// Started as root, each run gets a user number of its own (61001 and up), so what is bound must be readable by
// everybody; as an ordinary user it runs in user namespaces under the caller's number.

struct bind_t {
    std::string from, to;  // path outside (links are followed), path inside
};

struct result_want_t {
    std::string name;  // of a file in /out, without folder
    size_t cap;        // largest size that is accepted [bytes]
};

struct sandbox_t {
    std::vector<bind_t> binds;
    std::vector<std::string> env;        // "NAME=value"
    std::vector<result_want_t> results;  // files to bring back
    double wall_s, cpu_s;                // cpu_s: all processes together
    size_t memory;                       // all processes together [bytes]
    bool limit_data;                     // also RLIMIT_DATA = memory, so that malloc fails at once; off for sanitizers
    size_t disk, file;                   // all files together; one file [bytes]
    int files;                           // number of files and folders
    size_t output;                       // stdout and stderr together, more ends the run [bytes]
    size_t keep;                         // of each, more is cut in the middle [bytes]
    int processes;                       // with threads
    bool gpu;                            // bind the NVIDIA devices of this machine, if there are any
    bool no_sandbox;                     // limits only: asked for by a person, never chosen by the program
    std::string bwrap;                   // the program bubblewrap; empty: found in PATH
};
sandbox_t sandbox_make(void);  // nothing bound; 60 s, 2 GiB, 64 MiB on disk, 1 MiB of output, 64 processes

enum limit_t { LIMIT_NONE, LIMIT_WALL, LIMIT_CPU, LIMIT_MEMORY, LIMIT_OUTPUT, LIMIT_PROCESSES };

struct result_file_t {
    bool ok;
    std::string bytes;
    std::string problem;  // "missing", "a link", "larger than 100 bytes", ...
};

struct ran_t {
    std::string infrastructure;  // not empty: it could not be run, and that is not the command's fault
    int status;                  // exit status; 128 + signal where a signal ended it; 127 where it was not found
    int signal;                  // 0: none
    limit_t ended;               // the limit that ended it
    bool disk_full;              // at the end nothing more could be written
    double wall_s, cpu_s;        // measured from outside
    size_t memory;               // largest sum seen [bytes]
    std::string out, err;        // cut in the middle
    std::vector<result_file_t> results;  // as in sandbox_t
    bool no_sandbox;                     // nothing but limits stood between the command and this machine
};

// Runs `command` (program and arguments) and waits for it. Several may run at once, from several threads or programs.
// With no_sandbox, paths inside are replaced by those outside where a word of `command` or a value of `env` begins
// with one (also after -I, -L, = or :); the command starts in its output folder, and should name its files from there.
ran_t sandbox_run(const sandbox_t *sandbox, const std::vector<std::string> &command);
std::string sandbox_probe(const sandbox_t *sandbox);  // "" if it works here; else what is missing and how to get it
std::string ran_text(const sandbox_t *sandbox, const ran_t *ran);  // how it ended, as one sentence

#endif
