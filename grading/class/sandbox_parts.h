// [given] sandbox_parts.h: what the three files of the sandbox know of each other.
#ifndef NN_SANDBOX_PARTS_H
#define NN_SANDBOX_PARTS_H

#include <sys/types.h>

#include "sandbox.h"

struct place_t {
    std::string dir;  // a folder that its small file system covers, seen by this run alone; without sandbox a new one
    uid_t uid;        // of the command
    gid_t gid;
    bool root;  // this program is root and becomes `uid`
    std::string bwrap;
    bool disable_userns;  // an option of bubblewrap since 0.8
};

// sandbox_inside.cpp, in a process of its own for each run. Both die of what this machine does not allow.
void place_make(const place_t *place, const sandbox_t *sandbox);  // namespaces, file system, binds
// Becomes the command. Its descriptors: 0, 1, 2, and 3 = `status_fd`, to which bubblewrap reports.
[[noreturn]] void place_exec(const place_t *place, const sandbox_t *sandbox, const std::vector<std::string> &command,
                             int out_fd, int err_fd, int status_fd);
void fds_close_from(int first);
std::string program_find(const std::string &name);  // in PATH; "" if there is none

// sandbox_watch.cpp: runs the command in `place`, ends it at its limits, reads the results.
ran_t watch_run(const place_t *place, const sandbox_t *sandbox, const std::vector<std::string> &command);

#endif
