// [given] batch_child.cpp: one submission in a process of its own, and what that process tells of it.
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "batch_parts.h"
#include "utils.h"

// ---- in the process ------------------------------------------------------------------------------------

static void write_all(int fd, const std::string &text)
{
    for (size_t at = 0; at < text.size();) {
        ssize_t n = write(fd, &text[at], text.size() - at);
        if (n < 0 && errno != EINTR) return;
        at += n > 0 ? n : 0;
    }
}

static const not_graded_t *known_before(const batch_t *batch, const std::string &id)
{
    for (const not_graded_t &n : batch->not_graded)
        if (n.id == id) return &n;
    return NULL;
}

static record_t record_instead(const what_t *what, const submission_t *submission, verdict_t verdict,
                               const std::string &why)
{
    submission_t nothing = *submission;
    nothing.path = "";
    record_t r = (what->batch->grade ? what->batch->grade : grade_one)(what->kit, what->rubric, &nothing, what->how);
    r.source = submission->path;
    r.verdict = verdict;
    r.why = why;
    return r;
}

static record_t grade_it(const what_t *what, const order_t *order)
{
    const submission_t *s = order->submission;
    if (!order->crashed.empty()) return record_instead(what, s, UNGRADED, order->crashed);
    if (const not_graded_t *n = known_before(what->batch, s->id)) return record_instead(what, s, n->verdict, n->why);
    try {
        return (what->batch->grade ? what->batch->grade : grade_one)(what->kit, what->rubric, s, what->how);
    } catch (const std::exception &e) {
        return record_instead(what, s, UNGRADED, std::string("the grader failed: ") + e.what());
    }
}

// Whether it is this student's files alone that cannot be written.
static bool has_room(const std::string &out)
{
    std::string path = out + format("/.room.tmp%d", (int)getpid());
    try {
        file_write(path, std::string(1 << 16, 'x'));
    } catch (const std::exception &) {
        return false;
    }
    return unlink(path.c_str()) == 0;
}

static told_t grade_and_write(const what_t *what, const order_t *order)
{
    const submission_t *s = order->submission;
    const std::string &out = what->batch->out, folder = student_folder(out, s->id);
    told_t told = {KEPT, "", record_make()};
    bool there = record_there(out, s->id, &told.record);
    if (there && record_fits(out, what->rubric, what->how, s)) return told;
    // A student may have a mark from before, of a submission that does not lie in this folder.
    bool had_one = there && told.record.verdict != NOT_HANDED_IN && told.record.verdict != UNGRADED;
    if (had_one && s->path.empty() && !known_before(what->batch, s->id)) return told;
    told.record = grade_it(what, order);
    if (!order->submission->note.empty() && told.record.note.empty()) told.record.note = order->submission->note;
    told.news = NOT_KEPT;
    if (told.record.verdict == UNGRADED && (!order->last_try || had_one)) return told;
    sigset_t stop;  // from here on it finishes: the files, and telling of them
    sigemptyset(&stop);
    sigaddset(&stop, SIGTERM);
    sigprocmask(SIG_BLOCK, &stop, NULL);
    try {
        std::vector<intake_file_t> files;
        std::vector<student_file_t> manifest;
        if (!s->path.empty()) manifest = manifest_read(what->rubric->manifest);
        if (!s->path.empty()) files = intake_read(s->path, &manifest).files;
        folder_make(folder);
        student_write(folder, &told.record, what->rubric, &files);
        told.news = NEW;
    } catch (const std::exception &e) {
        if (has_room(out)) throw;
        told.news = NO_ROOM;
        told.why = e.what();
    }
    return told;
}

static void child_settle(pid_t parent)
{
    setpgid(0, 0);  // Ctrl-C is the parent's business
    for (int s : {SIGINT, SIGTERM, SIGHUP, SIGCHLD}) signal(s, SIG_DFL);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(1);
}

// "3" news, "12:" length of why, why, record.
static std::string told_text(const told_t *told)
{
    return format("%d%zu:", (int)told->news, told->why.size()) + told->why + record_write(&told->record);
}

static told_t told_read(const std::string &text)
{
    size_t colon = text.find(':');
    if (colon == std::string::npos || colon < 2) die("it ended before it had told what became of the submission");
    size_t n = strtoul(text.c_str() + 1, NULL, 10);
    if (colon + 1 + n > text.size()) die("it ended early");
    told_t told = {(news_t)(text[0] - '0'), text.substr(colon + 1, n), record_make()};
    told.record = record_read(text.substr(colon + 1 + n), "the process that graded it");
    return told;
}

// ---- in the parent -----------------------------------------------------------------------------------------

static child_t child_fork(void)
{
    int ends[2];
    child_t child = {-1, -1, "", "", 0, clock_now(), false};
    fflush(NULL);
    if (pipe2(ends, O_CLOEXEC) != 0) die("pipe: %s", strerror(errno));
    pid_t parent = getpid();
    child.pid = fork();
    if (child.pid < 0) {
        int error = errno;
        close(ends[0]);
        close(ends[1]);
        die("no new process: %s", strerror(error));
    }
    if (child.pid == 0) {
        child_settle(parent);
        close(ends[0]);
        child.fd = ends[1];
        return child;
    }
    setpgid(child.pid, child.pid);
    close(ends[1]);
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    child.fd = ends[0];
    return child;
}

child_t child_begin(const what_t *what, const order_t *order)
{
    if (mkdir(order->temporary.c_str(), 0755) != 0 && errno != EEXIST)
        die("%s: %s", order->temporary.c_str(), strerror(errno));
    child_t child = child_fork();
    child.temporary = order->temporary;
    if (child.pid != 0) return child;
    try {
        setenv("TMPDIR", order->temporary.c_str(), 1);
        told_t told = grade_and_write(what, order);
        write_all(child.fd, told_text(&told));
    } catch (const std::exception &e) {
        write_all(child.fd, std::string("!") + e.what());
    }
    _exit(0);
}

bool child_hears(child_t *child)
{
    char block[1 << 16];
    for (;;) {
        ssize_t n = read(child->fd, block, sizeof block);
        if (n > 0) child->told.append(block, n);
        else if (n == 0) return false;
        else if (errno != EINTR) return errno == EAGAIN;
    }
}

void child_stop(child_t *child, int signal)
{
    kill(child->pid, signal);
    if (signal == SIGKILL) kill(-child->pid, signal);
}

static int child_wait(child_t *child)
{
    int status = 0;
    while (waitpid(child->pid, &status, 0) < 0 && errno == EINTR) {}
    kill(-child->pid, SIGKILL);  // what it has left behind
    if (child->fd >= 0) close(child->fd);
    child->fd = -1;
    std::error_code ignored;
    if (!child->temporary.empty()) std::filesystem::remove_all(child->temporary, ignored);
    return status;
}

told_t child_end(child_t *child)
{
    int status = child_wait(child);
    if (child->too_long)
        die("the grader was stopped after %s: something in it hangs",
            duration_text(clock_now() - child->begun).c_str());
    if (WIFSIGNALED(status))
        die("the grader's own process was ended by signal %d (%s)\nhint: too little memory? Fewer at once: --jobs",
            WTERMSIG(status), strsignal(WTERMSIG(status)));
    if (!child->told.empty() && child->told[0] == '!') die("the grader failed: %s", child->told.substr(1).c_str());
    return told_read(child->told);
}

void class_write_apart(const what_t *what)
{
    child_t child = child_fork();
    if (child.pid == 0) {
        try {
            class_write(what->batch->out, what->rubric, what->batch->marks);
        } catch (const std::exception &e) {
            write_all(child.fd, e.what());
        }
        _exit(0);
    }
    fcntl(child.fd, F_SETFL, 0);
    while (child_hears(&child)) {}
    int status = child_wait(&child);
    if (WIFSIGNALED(status))
        die("%s: the class's pages: ended by signal %d", what->batch->out.c_str(), WTERMSIG(status));
    if (!child.told.empty()) die("%s", child.told.c_str());
}

// ---- temporary files ---------------------------------------------------------------------------------------------

// The name follows from OUT, which one grader at a time works on: so the next one finds what a killed one has left.
std::string temporary_root(const std::string &out)
{
    const char *tmp = getenv("TMPDIR");
    std::error_code error;
    uint64_t hash = 14695981039346656037u;
    for (char c : std::filesystem::weakly_canonical(out, error).string())
        hash = (hash ^ (unsigned char)c) * 1099511628211u;
    std::string path = format("%s/nn-grade-%u-%016llx", tmp && *tmp ? tmp : "/tmp", (unsigned)geteuid(),
                              (unsigned long long)hash);
    struct stat s;
    if (lstat(path.c_str(), &s) == 0 && (!S_ISDIR(s.st_mode) || s.st_uid != geteuid()))
        die("%s: expected a folder of yours, or nothing\nhint: remove it, or set TMPDIR to another folder",
            path.c_str());
    std::filesystem::remove_all(path, error);
    // Open to the sandbox's users, who reach only what is bound for them; not to be listed by others.
    if (mkdir(path.c_str(), 0711) != 0) die("%s: %s", path.c_str(), strerror(errno));
    chmod(path.c_str(), 0711);
    return path;
}
