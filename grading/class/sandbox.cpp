// [given] sandbox.cpp: what the caller sees: one run in a process of its own, and what is missing on this machine.
#include "sandbox.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sandbox_parts.h"
#include "utils.h"

sandbox_t sandbox_make(void)
{
    sandbox_t s = {};
    s.wall_s = s.cpu_s = 60;
    s.memory = (size_t)2 << 30;
    s.limit_data = true;
    s.disk = s.file = 64 << 20;
    s.files = 256;
    s.output = 1 << 20;
    s.keep = 64 << 10;
    s.processes = 64;
    return s;
}

// ---- from the run's process to the caller's -------------------------------------------------------

static void put_number(std::string *to, double x) { to->append((const char *)&x, sizeof x); }

static void put_text(std::string *to, const std::string &text)
{
    put_number(to, (double)text.size());
    *to += text;
}

static double get_number(const std::string &from, size_t *at)
{
    double x = 0;
    if (*at + sizeof x > from.size()) die("the run's process ended early");
    memcpy(&x, &from[*at], sizeof x);
    *at += sizeof x;
    return x;
}

static std::string get_text(const std::string &from, size_t *at)
{
    size_t n = (size_t)get_number(from, at), begin = *at;
    if (begin + n > from.size()) die("the run's process ended early");
    *at += n;
    return from.substr(begin, n);
}

static std::string ran_packed(const ran_t *r)
{
    std::string text;
    for (const std::string *s : {&r->infrastructure, &r->out, &r->err}) put_text(&text, *s);
    for (double x : {(double)r->status, (double)r->signal, (double)r->ended, (double)r->disk_full, r->wall_s, r->cpu_s,
                     (double)r->memory, (double)r->no_sandbox, (double)r->results.size()})
        put_number(&text, x);
    for (const result_file_t &result : r->results) {
        put_number(&text, result.ok);
        put_text(&text, result.bytes);
        put_text(&text, result.problem);
    }
    return text;
}

static ran_t ran_unpacked(const std::string &text)
{
    ran_t r = {};
    size_t at = 0;
    for (std::string *s : {&r.infrastructure, &r.out, &r.err}) *s = get_text(text, &at);
    r.status = (int)get_number(text, &at);
    r.signal = (int)get_number(text, &at);
    r.ended = (limit_t)(int)get_number(text, &at);
    r.disk_full = get_number(text, &at) != 0;
    r.wall_s = get_number(text, &at);
    r.cpu_s = get_number(text, &at);
    r.memory = (size_t)get_number(text, &at);
    r.no_sandbox = get_number(text, &at) != 0;
    r.results.resize((size_t)get_number(text, &at));
    for (result_file_t &result : r.results) {
        result.ok = get_number(text, &at) != 0;
        result.bytes = get_text(text, &at);
        result.problem = get_text(text, &at);
    }
    return r;
}

// ---- a user number and an empty folder for each run --------------------------------------------------

// Numbers that Debian and systemd leave alone. Each run needs its own: the system counts processes by user, and a
// run must not be able to send signals to another. The lock ends with the run's process, however that ends.
static const uid_t FIRST_UID = 61001, LAST_UID = 61160;

static int uid_lock(uid_t *uid)
{
    const char *dir = "/run/nn-sandbox";
    struct stat s;
    mkdir(dir, 0700);
    if (lstat(dir, &s) != 0 || !S_ISDIR(s.st_mode) || s.st_uid != 0 || (s.st_mode & 022))
        die("%s: expected a folder of root's", dir);
    for (*uid = FIRST_UID; *uid <= LAST_UID; ++*uid) {
        int fd = open((std::string(dir) + "/" + std::to_string(*uid)).c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
        if (fd < 0) die("%s: %s", dir, strerror(errno));
        if (flock(fd, LOCK_EX | LOCK_NB) == 0) return fd;
        close(fd);
    }
    die("%d runs at once are the most", (int)(LAST_UID - FIRST_UID + 1));
}

// Root of a container may be an ordinary user of the machine, without other numbers to become.
static bool can_become(uid_t uid)
{
    FILE *in = fopen("/proc/self/uid_map", "re");
    unsigned first, outside, n;
    bool found = false;
    while (in && fscanf(in, "%u %u %u", &first, &outside, &n) == 3) found |= uid >= first && uid - first < n;
    if (in) fclose(in);
    return found;
}

// --disable-userns came with bubblewrap 0.8.
static bool can_disable_userns(const std::string &bwrap)
{
    FILE *in = popen(("'" + bwrap + "' --help 2>&1").c_str(), "re");
    if (!in) return false;
    bool found = false;
    for (char line[512]; fgets(line, sizeof line, in);) found |= strstr(line, "--disable-userns ") != NULL;
    pclose(in);
    return found;
}

static void bwrap_find(place_t *place, const sandbox_t *sandbox)
{
    static const std::string usual = program_find("bwrap");
    static const bool usual_can = !usual.empty() && can_disable_userns(usual);
    place->bwrap = sandbox->bwrap.empty() ? usual : sandbox->bwrap;
    if (place->bwrap.empty() || access(place->bwrap.c_str(), X_OK) != 0)
        die("bubblewrap is not installed%s%s\nhint: apt-get install bubblewrap",
            sandbox->bwrap.empty() ? "" : ": no program ", sandbox->bwrap.c_str());
    place->disable_userns = place->bwrap == usual ? usual_can : can_disable_userns(place->bwrap);
}

// ---- the run ---------------------------------------------------------------------------------------------

// The process of one run. It holds nothing of its parent's but the pipe and the lock, and dies with it.
[[noreturn]] static void run_apart(const place_t *place, const sandbox_t *sandbox,
                                   const std::vector<std::string> &command, int to, int lock, pid_t parent)
{
    ran_t ran = {};
    try {
        int high[] = {fcntl(to, F_DUPFD, 10), lock < 0 ? -1 : fcntl(lock, F_DUPFD, 10)};
        dup2(high[0], 3);
        if (lock >= 0) dup2(high[1], 4);
        fds_close_from(lock >= 0 ? 5 : 4);
        setsid();  // Ctrl-C is the caller's business
        signal(SIGPIPE, SIG_IGN);
        signal(SIGCHLD, SIG_DFL);
        prctl(PR_SET_CHILD_SUBREAPER, 1);
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != parent) _exit(1);
        ran = watch_run(place, sandbox, command);
    } catch (const std::exception &e) {
        ran.infrastructure = e.what();
    }
    ran.no_sandbox = sandbox->no_sandbox;
    std::string text = ran_packed(&ran);
    for (size_t at = 0; at < text.size();) {
        ssize_t n = write(3, &text[at], text.size() - at);
        if (n <= 0 && errno != EINTR) break;
        at += n > 0 ? n : 0;
    }
    _exit(0);
}

static std::string read_all(int fd)
{
    std::string text;
    std::vector<char> block(1 << 20);
    for (;;) {
        ssize_t n = read(fd, block.data(), block.size());
        if (n > 0) text.append(block.data(), n);
        else if (n == 0 || errno != EINTR) return text;
    }
}

static ran_t run_in(const place_t *place, const sandbox_t *sandbox, const std::vector<std::string> &command, int lock)
{
    int ends[2], status;
    if (pipe2(ends, O_CLOEXEC) != 0) die("pipe: %s", strerror(errno));
    pid_t parent = getpid(), pid = fork();
    if (pid == 0) run_apart(place, sandbox, command, ends[1], lock, parent);
    close(ends[1]);
    std::string text = pid < 0 ? "" : read_all(ends[0]);
    close(ends[0]);
    if (pid < 0) die("fork: %s", strerror(errno));
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {}
    return ran_unpacked(text);
}

ran_t sandbox_run(const sandbox_t *sandbox, const std::vector<std::string> &command)
{
    ran_t ran = {};
    int lock = -1;
    char dir[] = "/tmp/nn-run-XXXXXX";
    bool made = false;
    try {
        place_t place = {"", geteuid(), getegid(), geteuid() == 0 && can_become(FIRST_UID), "", false};
        if (!sandbox->no_sandbox) bwrap_find(&place, sandbox);
        if (place.root) {
            lock = uid_lock(&place.uid);
            place.gid = place.uid;
        }
        place.dir = "/tmp";
        if (sandbox->no_sandbox) {
            made = mkdtemp(dir) != NULL;
            if (!made) die("%s: %s", dir, strerror(errno));
            place.dir = dir;
        }
        ran = run_in(&place, sandbox, command, lock);
    } catch (const std::exception &e) {
        ran.infrastructure = e.what();
        ran.no_sandbox = sandbox->no_sandbox;
    }
    std::error_code ignored;
    if (made) std::filesystem::remove_all(dir, ignored);
    if (lock >= 0) close(lock);
    ran.results.resize(sandbox->results.size(), {false, "", "missing"});
    return ran;
}

// ---- in words ------------------------------------------------------------------------------------------------

static std::string setting(const char *name)
{
    std::string text;
    FILE *in = fopen((std::string("/proc/sys/") + name).c_str(), "re");
    if (!in) return text;
    for (int c; (c = fgetc(in)) != EOF && c != '\n';) text += (char)c;
    fclose(in);
    return text;
}

// The usual reasons, each with the line that helps.
static std::string why_not(void)
{
    if (access("/.dockerenv", F_OK) == 0 || access("/run/.containerenv", F_OK) == 0)
        return "this is a container, and it may not make namespaces\nhint: start it with --privileged, or with "
               "--cap-add SYS_ADMIN --security-opt seccomp=unconfined --security-opt apparmor=unconfined "
               "--security-opt systempaths=unconfined";
    if (setting("kernel/unprivileged_userns_clone") == "0")
        return "ordinary users may not make namespaces\nhint: sudo sysctl kernel.unprivileged_userns_clone=1";
    if (setting("user/max_user_namespaces") == "0")
        return "user namespaces are switched off\nhint: sudo sysctl user.max_user_namespaces=10000";
    if (setting("kernel/apparmor_restrict_unprivileged_userns") == "1")
        return "AppArmor keeps programs from making namespaces\nhint: sudo sysctl "
               "kernel.apparmor_restrict_unprivileged_userns=0";
    return "the reason is not known\nhint: try `bwrap --unshare-all --ro-bind / / true`, and as root";
}

std::string sandbox_probe(const sandbox_t *sandbox)
{
    sandbox_t probe = sandbox_make();
    probe.bwrap = sandbox->bwrap;
    probe.gpu = sandbox->gpu;
    probe.wall_s = 20;
    ran_t ran = sandbox_run(&probe, {"true"});
    if (ran.infrastructure.find("\nhint:") != std::string::npos) return ran.infrastructure;
    if (!ran.infrastructure.empty()) return ran.infrastructure + "\n" + why_not();
    if (ran.status != 0)
        return format("the program `true` ended with status %d in the sandbox: ", ran.status) + ran.err;
    return "";
}

std::string ran_text(const sandbox_t *sandbox, const ran_t *ran)
{
    const double MB = 1 << 20;
    if (!ran->infrastructure.empty()) return "could not be run: " + ran->infrastructure;
    switch (ran->ended) {
    case LIMIT_WALL: return "stopped after " + duration_text(ran->wall_s) + ": the limit of time";
    case LIMIT_CPU: return "stopped after " + duration_text(ran->cpu_s) + " of processor time: the limit";
    case LIMIT_MEMORY:
        return format("stopped: it used %.0f MB of memory, and %.0f MB is the limit", ran->memory / MB,
                      sandbox->memory / MB);
    case LIMIT_OUTPUT: return format("stopped: it printed more than %zu bytes", sandbox->output);
    case LIMIT_PROCESSES: return format("stopped: more than %d processes and threads at once", sandbox->processes);
    case LIMIT_NONE: break;
    }
    if (ran->signal == SIGXFSZ) return format("ended: it wrote a file of more than %.0f MB", sandbox->file / MB);
    if (ran->signal != 0) return format("ended by signal %d (%s)", ran->signal, strsignal(ran->signal));
    if (ran->status == 127) return "could not be started: there is no such program";
    return format("ended with exit status %d", ran->status);
}
