// [given] sandbox_watch.cpp: one process for each run: starts the command, ends it at its limits, reads its results.
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <set>

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sandbox_parts.h"
#include "utils.h"

// ---- the processes of the run -------------------------------------------------------------------

struct process_t {
    pid_t pid, parent;
    char state;
    int threads;
    unsigned long long ticks, started;
};

static std::string slurp(const std::string &path)
{
    std::string text;
    int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return text;
    char block[4096];
    for (ssize_t n; (n = read(fd, block, sizeof block)) > 0;) text.append(block, n);
    close(fd);
    return text;
}

static bool process_read(pid_t pid, process_t *p)
{
    std::string text = slurp("/proc/" + std::to_string(pid) + "/stat");
    size_t at = text.rfind(')');  // the name before it may hold anything
    unsigned long long user = 0, system = 0;
    long threads = 0;
    if (at == std::string::npos) return false;
    p->pid = pid;
    int n = sscanf(text.c_str() + at + 1,
                   " %c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u %llu %llu %*d %*d %*d %*d %ld %*d %llu", &p->state,
                   &p->parent, &user, &system, &threads, &p->started);
    p->ticks = user + system;
    p->threads = (int)threads;
    return n == 6;
}

// All descendants of this process. Orphans among them are its children, because it is their subreaper.
static std::vector<process_t> descendants(void)
{
    std::multimap<pid_t, process_t> by_parent;
    DIR *dir = opendir("/proc");
    while (struct dirent *e = dir ? readdir(dir) : NULL) {
        process_t p;
        if (isdigit((unsigned char)e->d_name[0]) && process_read(atoi(e->d_name), &p)) by_parent.insert({p.parent, p});
    }
    if (dir) closedir(dir);
    std::vector<process_t> found;
    pid_t parent = getpid();
    for (size_t k = 0;; parent = found[k++].pid) {
        auto range = by_parent.equal_range(parent);
        for (auto p = range.first; p != range.second; ++p) found.push_back(p->second);
        by_parent.erase(parent);
        if (k == found.size()) return found;
    }
}

static size_t field_kb(const std::string &text, const char *name)
{
    size_t at = text.find(name);
    return at == std::string::npos ? 0 : strtoull(text.c_str() + at + strlen(name), NULL, 10) * 1024;
}

// Files that exist only in memory (memfd) belong to no process and to no file system that could be limited.
static size_t memfd_size(const std::string &proc, std::set<ino_t> *seen)
{
    size_t sum = 0;
    DIR *dir = opendir((proc + "/fd").c_str());
    while (struct dirent *e = dir ? readdir(dir) : NULL) {
        char target[16] = "";
        struct stat s;
        if (readlinkat(dirfd(dir), e->d_name, target, sizeof target - 1) > 7 && memcmp(target, "/memfd:", 7) == 0 &&
            fstatat(dirfd(dir), e->d_name, &s, 0) == 0 && seen->insert(s.st_ino).second)
            sum += (size_t)s.st_blocks * 512;
    }
    if (dir) closedir(dir);
    return sum;
}

struct watch_t {
    const sandbox_t *sandbox;
    ran_t *ran;
    pid_t pid;
    double started;
    int fds[3];  // stdout, stderr, bubblewrap's report; -1: at its end
    std::string head[3], tail[3];
    size_t total[3];
    std::map<std::pair<pid_t, unsigned long long>, unsigned long long> ticks;  // of each process ever seen
};

static void stop(watch_t *w, limit_t why)
{
    if (w->ran->ended == LIMIT_NONE) w->ran->ended = why;
    kill(w->pid, SIGKILL);
}

// What all processes use together: system limits know only one process, or one user.
static void look(watch_t *w)
{
    const sandbox_t *s = w->sandbox;
    size_t anonymous = 0, shared = 0, files = 0;
    int threads = s->no_sandbox ? 0 : -2;  // bubblewrap's own two
    std::set<ino_t> seen;
    for (const process_t &p : descendants()) {
        threads += p.threads;
        w->ticks[{p.pid, p.started}] = p.ticks;
        if (p.state == 'T') kill(p.pid, SIGCONT);  // bubblewrap too can be stopped from inside, and would never end
        std::string proc = "/proc/" + std::to_string(p.pid), status = slurp(proc + "/status");
        anonymous += field_kb(status, "RssAnon:") + field_kb(status, "VmPTE:");
        shared += field_kb(status, "RssShmem:");
        files += memfd_size(proc, &seen);
    }
    unsigned long long ticks = 0;
    for (const auto &t : w->ticks) ticks += t.second;
    size_t memory = anonymous + std::max(shared, files);
    w->ran->memory = std::max(w->ran->memory, memory);
    w->ran->cpu_s = std::max(w->ran->cpu_s, (double)ticks / sysconf(_SC_CLK_TCK));
    if (memory > s->memory) stop(w, LIMIT_MEMORY);
    if (threads > s->processes) stop(w, LIMIT_PROCESSES);
    if (w->ran->cpu_s > s->cpu_s) stop(w, LIMIT_CPU);
}

// Nothing that the run started is left after this: bubblewrap's death kills all inside, and who lived without
// a sandbox is found as a descendant. Returns bubblewrap's (without sandbox: the command's) status.
static int end_all(watch_t *w, bool reaped, int status)
{
    double deadline = clock_now() + 10;
    for (;;) {
        for (const process_t &p : descendants()) kill(p.pid, SIGKILL);
        int other;
        pid_t pid;
        while ((pid = waitpid(-1, &other, WNOHANG)) > 0)
            if (pid == w->pid && !reaped) status = other, reaped = true;
        if (pid < 0 && errno == ECHILD) return status;
        if (clock_now() > deadline) die("a process could not be ended within 10 s");
        usleep(1000);
    }
}

// ---- what it prints -----------------------------------------------------------------------------

static void keep(watch_t *w, int k, const char *text, size_t n)
{
    size_t half = k < 2 ? w->sandbox->keep / 2 : 65536, room = half - std::min(half, w->head[k].size());
    w->total[k] += n;
    w->head[k].append(text, std::min(n, room));
    if (n > room) w->tail[k].append(text + room, n - room);
    if (w->tail[k].size() > 2 * half + 65536) w->tail[k].erase(0, w->tail[k].size() - half);
}

// All that can be read now. False: over the limit of output.
static bool drain(watch_t *w)
{
    for (int k = 0; k < 3; k++) {
        char block[65536];
        while (w->fds[k] >= 0) {
            if (w->total[0] + w->total[1] > w->sandbox->output) return false;
            ssize_t n = read(w->fds[k], block, sizeof block);
            if (n < 0) break;
            if (n == 0) close(w->fds[k]), w->fds[k] = -1;
            else keep(w, k, block, n);
        }
    }
    return w->total[0] + w->total[1] <= w->sandbox->output;
}

static std::string cut(const watch_t *w, int k)
{
    size_t half = w->sandbox->keep / 2;
    std::string tail = w->tail[k].size() > half ? w->tail[k].substr(w->tail[k].size() - half) : w->tail[k];
    size_t left_out = w->total[k] - w->head[k].size() - tail.size();
    if (left_out == 0) return w->head[k] + tail;
    return w->head[k] + format("\n... %zu bytes left out ...\n", left_out) + tail;
}

// ---- result files ---------------------------------------------------------------------------------

static result_file_t result_read(int out_dir, const result_want_t *want)
{
    result_file_t r = {false, "", "missing"};
    if (want->name.find('/') != std::string::npos) return r;
    int fd = openat(out_dir, want->name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    struct stat s;
    if (fd < 0)
        r.problem = errno == ENOENT  ? r.problem
                    : errno == ELOOP ? "a link"
                    : errno == ENXIO ? "not a file"
                                     : strerror(errno);
    else if (fstat(fd, &s) != 0) r.problem = strerror(errno);
    else if (!S_ISREG(s.st_mode)) r.problem = "not a file";
    else if (s.st_nlink != 1) r.problem = "a hard link";
    else if ((size_t)s.st_size > want->cap)
        r.problem = format("%zu bytes, larger than %zu", (size_t)s.st_size, want->cap);
    else {
        r.bytes.resize(s.st_size);
        size_t have = 0;
        for (ssize_t n = 1; have < r.bytes.size() && n > 0; have += n > 0 ? n : 0)
            n = read(fd, &r.bytes[have], r.bytes.size() - have);
        r.ok = have == r.bytes.size();
        r.problem = r.ok ? "" : "cannot be read";
        if (!r.ok) r.bytes.clear();
    }
    if (fd >= 0) close(fd);
    return r;
}

// ---- the run ----------------------------------------------------------------------------------------

static void start(watch_t *w, const place_t *place, const std::vector<std::string> &command)
{
    int ends[3][2];
    for (int k = 0; k < 3; k++)
        if (pipe2(ends[k], O_CLOEXEC) != 0) die("pipe: %s", strerror(errno));
    w->started = clock_now();
    w->pid = fork();
    if (w->pid < 0) die("fork: %s", strerror(errno));
    if (w->pid == 0) {
        try {
            place_exec(place, w->sandbox, command, ends[0][1], ends[1][1], ends[2][1]);
        } catch (const std::exception &e) {
            dprintf(2, "%s\n", e.what());
            if (w->sandbox->no_sandbox) dprintf(3, "not started");
        }
        _exit(125);
    }
    for (int k = 0; k < 3; k++) {
        close(ends[k][1]);
        w->fds[k] = ends[k][0];
        fcntl(w->fds[k], F_SETFL, O_NONBLOCK);
    }
}

// Until the command has ended, by itself or at a limit. Returns its wait status.
static int wait_for_it(watch_t *w)
{
    double looked = w->started, every = 0.005;
    int status = 0;
    for (;;) {
        double now = clock_now();
        if (now - w->started > w->sandbox->wall_s) stop(w, LIMIT_WALL);
        if (now - looked >= every) look(w), looked = clock_now(), every = std::min(0.05, every * 1.5);
        if (!drain(w)) stop(w, LIMIT_OUTPUT);
        struct rusage used;
        if (wait4(w->pid, &status, WNOHANG, &used) == w->pid) {
            double cpu = used.ru_utime.tv_sec + used.ru_stime.tv_sec +
                         1e-6 * (used.ru_utime.tv_usec + used.ru_stime.tv_usec);
            w->ran->wall_s = clock_now() - w->started;
            w->ran->cpu_s = std::max(w->ran->cpu_s, cpu);
            break;
        }
        struct pollfd fds[3];
        int n = 0;
        for (int fd : w->fds)
            if (fd >= 0) fds[n++] = {fd, POLLIN, 0};
        double next = std::min(looked + every, w->started + w->sandbox->wall_s) - clock_now();
        poll(fds, n, w->ran->ended != LIMIT_NONE || n == 0 ? 1 : std::max(0, (int)(next * 1000) + 1));
    }
    status = end_all(w, true, status);
    if (!drain(w) && w->ran->ended == LIMIT_NONE) w->ran->ended = LIMIT_OUTPUT;
    return status;
}

// Bubblewrap reports an exit code only if it had set up everything and started the command.
static void judge(watch_t *w, int status)
{
    ran_t *ran = w->ran;
    const std::string &report = w->head[2];
    bool stopped = ran->ended != LIMIT_NONE;
    if (w->sandbox->no_sandbox ? !report.empty() : !stopped && report.find("\"exit-code\"") == std::string::npos) {
        std::string why = ran->err;
        if (WIFSIGNALED(status)) why += format("ended by signal %d from outside", WTERMSIG(status));
        ran->infrastructure = "the sandbox could not be set up: " + why;
    }
    ran->status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    ran->signal = ran->status > 128 && ran->status < 128 + NSIG ? ran->status - 128 : 0;
    // The system's own limit of processor time, for a program that the watch had not looked at yet.
    if (!stopped && (ran->signal == SIGXCPU || ran->signal == SIGKILL) && ran->cpu_s > w->sandbox->cpu_s)
        ran->ended = LIMIT_CPU;
}

ran_t watch_run(const place_t *place, const sandbox_t *sandbox, const std::vector<std::string> &command)
{
    ran_t ran = {};
    ran.no_sandbox = sandbox->no_sandbox;
    place_make(place, sandbox);
    int out_dir = open((place->dir + "/out").c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (out_dir < 0) die("%s/out: %s", place->dir.c_str(), strerror(errno));
    watch_t w = {};
    w.sandbox = sandbox;
    w.ran = &ran;
    start(&w, place, command);
    int status = wait_for_it(&w);
    ran.out = cut(&w, 0);
    ran.err = cut(&w, 1);
    judge(&w, status);
    struct statvfs fs;
    if (!sandbox->no_sandbox && fstatvfs(out_dir, &fs) == 0) ran.disk_full = fs.f_bavail == 0 || fs.f_ffree == 0;
    for (const result_want_t &want : sandbox->results) ran.results.push_back(result_read(out_dir, &want));
    close(out_dir);
    return ran;
}
