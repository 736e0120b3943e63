// [given] submission_folder.cpp: a folder for each submission while it is graded; nobody else can look into it.
#include <cerrno>
#include <cstring>
#include <ctime>
#include <filesystem>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "submission_parts.h"

namespace fs = std::filesystem;

static const char PLACE[] = "/tmp", PREFIX[] = "nn-grade-";
constexpr time_t YOUNG = 60;  // [s] it may not be locked yet

void folder_make(session_t *s)
{
    std::string name = format("%s/%s%d-XXXXXX", PLACE, PREFIX, (int)getpid());
    if (!mkdtemp(&name[0])) die("%s: %s", name.c_str(), strerror(errno));
    s->folder = name;
    s->lock = open(name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (s->lock < 0 || flock(s->lock, LOCK_EX | LOCK_NB) != 0) die("%s: %s", name.c_str(), strerror(errno));
    // Without a sandbox the worker goes there under a user number of its own.
    chmod(name.c_str(), s->kit->sandbox.no_sandbox ? 0711 : 0700);
}

void folder_remove(session_t *s)
{
    std::error_code ignored;
    if (!s->folder.empty()) fs::remove_all(s->folder, ignored);
    if (s->lock >= 0) close(s->lock);
    s->folder.clear();
    s->lock = -1;
}

void folders_sweep(void)
{
    std::error_code ignored;
    for (const auto &entry : fs::directory_iterator(PLACE, ignored)) {
        struct stat info;
        if (entry.path().filename().string().compare(0, strlen(PREFIX), PREFIX) != 0) continue;
        int fd = open(entry.path().c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        bool left = fd >= 0 && fstat(fd, &info) == 0 && info.st_uid == geteuid() &&
                    time(NULL) - info.st_mtime > YOUNG && flock(fd, LOCK_EX | LOCK_NB) == 0;
        if (left) fs::remove_all(entry.path(), ignored);
        if (fd >= 0) close(fd);
    }
}

void bytes_write(const std::string &path, const std::string &bytes, int mode)
{
    int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
    size_t at = 0;
    for (ssize_t n = 1; fd >= 0 && at < bytes.size() && n > 0; at += n > 0 ? n : 0)
        n = write(fd, &bytes[at], bytes.size() - at);
    bool ok = fd >= 0 && at == bytes.size() && fchmod(fd, mode) == 0;
    if (!ok) die("%s: %s", path.c_str(), strerror(errno));
    close(fd);
}
