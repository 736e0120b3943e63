// [given] process.cpp: starts a worker, waits for it, reads what it left.
#include "process.h"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <ctime>

#include <dirent.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

constexpr size_t MOST_REPLY = 256u << 20, MOST_PRINTED = 2000;
constexpr int STATUS_MACHINE = 70, STATUS_NOT_STARTED = 127;

static void write_file(const std::string &path, const std::string &bytes)
{
    FILE *f = fopen(path.c_str(), "wbe");
    bool ok = f && fwrite(bytes.data(), 1, bytes.size(), f) == bytes.size();
    if (f && fclose(f) != 0) ok = false;
    if (!ok) die("%s: %s", path.c_str(), strerror(errno));
}

// A file that somebody else has written: an ordinary file of bounded size, or `problem` says what is wrong. A link,
// a pipe or a device is never opened to the end.
static std::string read_foreign(const std::string &path, size_t most, std::string *problem)
{
    std::string bytes;
    struct stat info;
    int fd = open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) {
        *problem = errno == ENOENT ? "it is missing" : strerror(errno);
        return bytes;
    }
    if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) *problem = "it is not an ordinary file";
    else if ((size_t)info.st_size > most) *problem = format("it is too large: %lld bytes", (long long)info.st_size);
    else bytes.resize(info.st_size);
    size_t got = 0;
    for (ssize_t n; got < bytes.size() && (n = read(fd, &bytes[got], bytes.size() - got)) > 0;) got += n;
    bytes.resize(got);
    close(fd);
    return bytes;
}

static void remove_folder(const std::string &path)
{
    DIR *folder = opendir(path.c_str());
    if (!folder) return;
    while (struct dirent *e = readdir(folder))
        if (strcmp(e->d_name, ".") && strcmp(e->d_name, "..")) {
            std::string name = path + "/" + e->d_name;
            if (unlink(name.c_str()) != 0 && errno == EISDIR) remove_folder(name);
        }
    closedir(folder);
    rmdir(path.c_str());
}

static void limit(int what, rlim_t most)
{
    struct rlimit r = {most, most};
    setrlimit(what, &r);
}

// Between fork and exec. The worker leads a group of its own, so that all it starts can be ended with it.
static void become_worker(const worker_t *w, const std::string &folder)
{
    setpgid(0, 0);
    std::string out = folder + "/printed", job = folder + "/job", reply = folder + "/reply",
                report = folder + "/report";
    int in = open("/dev/null", O_RDONLY), to = open(out.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    dup2(in, 0);
    dup2(to, 1);
    dup2(to, 2);
    limit(RLIMIT_FSIZE, MOST_REPLY);
    limit(RLIMIT_CORE, 0);
    setenv("OMP_WAIT_POLICY", "passive", 1);
    setenv("OMP_NUM_THREADS", "1", 1);
    if (w->sanitize)
        execl(w->tool.c_str(), "compute-sanitizer", "--tool", "all", "--leak-check", "no", "--error-exitcode", "0",
              "--json", report.c_str(), "--log-file", (folder + "/log").c_str(), w->program.c_str(), job.c_str(),
              reply.c_str(), NULL);
    std::vector<std::string> words = w->before;
    for (std::string &word : words)
        if (word == REPORT) word = report;
    words.insert(words.end(), {w->program, job, reply});
    std::vector<char *> argv;
    for (std::string &word : words) argv.push_back(&word[0]);
    argv.push_back(NULL);
    execv(argv[0], argv.data());
    dprintf(2, "%s: %s\n", w->program.c_str(), strerror(errno));
    _exit(STATUS_NOT_STARTED);
}

// Waits up to the limit. True: it ended by itself.
static bool wait_for(pid_t child, double limit, int *status)
{
    double start = clock_now(), pause = 0.0005;
    for (;;) {
        pid_t ended = waitpid(child, status, WNOHANG);
        if (ended == child || (ended < 0 && errno != EINTR)) return true;
        if (clock_now() - start > limit) return false;
        struct timespec t = {0, (long)(pause * 1e9)};
        nanosleep(&t, NULL);
        if (pause < 0.01) pause *= 1.3;
    }
}

static void judge_ending(worked_t *r, const worker_t *w, const std::string &folder)
{
    std::string problem;
    r->printed = printable(
        cut_middle(read_foreign(folder + "/printed", MOST_REPLY, &problem), w->before.empty() ? MOST_PRINTED : 20000));
    problem.clear();
    if (r->ending == TIMED_OUT) return;
    if (r->signal) {
        r->ending = CRASHED;
        return;
    }
    if (r->status == STATUS_MACHINE || r->status == STATUS_NOT_STARTED) {
        r->ending = MACHINE_FAILED;
        r->problem = r->printed;
        return;
    }
    std::string bytes = read_foreign(folder + "/reply", MOST_REPLY, &problem);
    try {
        if (problem.empty()) r->reply = reply_read(bytes);
        r->reply.text = printable(cut_middle(r->reply.text, MOST_PRINTED));
        r->reply.device = printable(cut_middle(r->reply.device, 200));
    } catch (const std::exception &e) {
        problem = e.what();
    }
    r->ending = problem.empty() ? ENDED : NO_REPLY;
    r->problem = problem;
}

worked_t work(const worker_t *w, const job_t *job)
{
    if (w->elsewhere) return w->elsewhere(w, job);
    worked_t r = {ENDED, {}, "", 0, 0, 0, "", ""};
    char folder[] = "/tmp/nn-check-XXXXXX";
    if (!mkdtemp(folder)) die("%s: %s", folder, strerror(errno));
    std::string path = folder, problem;
    write_file(path + "/job", job_write(job));
    fflush(NULL);
    double start = clock_now();
    pid_t child = fork();
    if (child < 0) die("no new process: %s", strerror(errno));
    if (child == 0) become_worker(w, path);
    setpgid(child, child);
    int status = 0;
    if (!wait_for(child, w->limit, &status)) r.ending = TIMED_OUT;
    kill(-child, SIGKILL);  // what it has left behind, too
    if (r.ending == TIMED_OUT) waitpid(child, &status, 0);
    r.seconds = clock_now() - start;
    if (WIFSIGNALED(status)) r.signal = WTERMSIG(status);
    if (WIFEXITED(status)) r.status = WEXITSTATUS(status);
    if (w->sanitize && r.status > 128 && r.status < 160) r.signal = r.status - 128;  // as the tool tells it
    judge_ending(&r, w, path);
    if (w->sanitize || !w->before.empty()) r.report = read_foreign(path + "/report", MOST_REPLY, &problem);
    remove_folder(path);
    return r;
}
