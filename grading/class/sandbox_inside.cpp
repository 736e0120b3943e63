// [given] sandbox_inside.cpp: the place a command runs in: namespaces, its file system, bubblewrap's options, limits.
#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <dirent.h>
#include <fcntl.h>
#include <glob.h>
#include <grp.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "sandbox_parts.h"
#include "utils.h"

// ---- the file system --------------------------------------------------------------------------

static void put(const char *path, const std::string &text)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0 || write(fd, text.data(), text.size()) != (ssize_t)text.size()) die("%s: %s", path, strerror(errno));
    close(fd);
}

// Opened before the file system of the run covers anything.
static int bind_open(const place_t *place, const bind_t *b)
{
    int fd = open(b->from.c_str(), O_PATH | O_CLOEXEC);
    struct stat s;
    if (fd < 0 || fstat(fd, &s) != 0)
        die("%s: %s (to be bound on %s)", b->from.c_str(), strerror(errno), b->to.c_str());
    mode_t wanted = S_ISDIR(s.st_mode) ? 5 : 4;
    if (place->root && (s.st_mode & wanted) != wanted)
        die("%s: cannot be read by everybody, and the sandbox is run by a user of its own\nhint: chmod o+rX it",
            b->from.c_str());
    return fd;
}

// `dir`/bK shows what binds[k] names. Done before root is given up, so that it may lie in a folder of root's.
static void bind(const place_t *place, const bind_t *b, size_t k, int fd)
{
    std::string at = place->dir + "/b" + std::to_string(k), from = "/proc/self/fd/" + std::to_string(fd);
    struct stat s;
    if (fstat(fd, &s) == 0 && S_ISDIR(s.st_mode)) mkdir(at.c_str(), 0755);
    else close(open(at.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0644));
    if (mount(from.c_str(), at.c_str(), NULL, MS_BIND | MS_REC, NULL) != 0)
        die("%s: cannot be bound: %s", b->from.c_str(), strerror(errno));
    close(fd);
}

static void make_folder(const place_t *place, const char *name)
{
    std::string path = place->dir + "/" + name;
    if (mkdir(path.c_str(), 0700) != 0 || (place->root && chown(path.c_str(), place->uid, place->gid) != 0))
        die("%s: %s", path.c_str(), strerror(errno));
}

static void unshare_own(const place_t *place)
{
    // The first process of the new process namespace will be bubblewrap's: with it all that it started dies, also in
    // the moment before bubblewrap has made a namespace of its own.
    if (unshare(CLONE_NEWNS | CLONE_NEWPID | (place->root ? 0 : CLONE_NEWUSER)) != 0)
        die("cannot make a %s namespace: %s", place->root ? "mount" : "user", strerror(errno));
    if (!place->root) {
        put("/proc/self/setgroups", "deny");
        put("/proc/self/uid_map", format("%u %u 1", place->uid, place->uid));
        put("/proc/self/gid_map", format("%u %u 1", place->gid, place->gid));
    }
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) die("mount namespace: %s", strerror(errno));
}

// Nobody else sees what is mounted here, and it is gone with the last process of the run.
static void mount_own(const place_t *place, const sandbox_t *sandbox)
{
    std::string options = format("mode=711,size=%zu,nr_inodes=%zu", sandbox->disk,
                                 (size_t)sandbox->files + sandbox->binds.size() + 4);
    if (mount("nn", place->dir.c_str(), "tmpfs", MS_NOSUID | MS_NODEV, options.c_str()) != 0)
        die("%s: a file system in memory: %s", place->dir.c_str(), strerror(errno));
}

void place_make(const place_t *place, const sandbox_t *sandbox)
{
    if (sandbox->no_sandbox) {
        if (chmod(place->dir.c_str(), 0711) != 0) die("%s: %s", place->dir.c_str(), strerror(errno));
    } else unshare_own(place);
    std::vector<int> fds;
    if (!sandbox->no_sandbox) {
        for (const bind_t &b : sandbox->binds) fds.push_back(bind_open(place, &b));
        mount_own(place, sandbox);
    }
    for (const char *name : {"out", "tmp", "shm"}) make_folder(place, name);
    for (size_t k = 0; k < fds.size(); k++) bind(place, &sandbox->binds[k], k, fds[k]);
}

// ---- bubblewrap -------------------------------------------------------------------------------

static void add(std::vector<std::string> *args, const std::vector<std::string> &more)
{
    args->insert(args->end(), more.begin(), more.end());
}

static void add_gpu(std::vector<std::string> *args)
{
    glob_t found = {};
    if (glob("/dev/nvidia*", 0, NULL, &found) == 0) {
        for (size_t k = 0; k < found.gl_pathc; k++) add(args, {"--dev-bind", found.gl_pathv[k], found.gl_pathv[k]});
        add(args, {"--ro-bind", "/sys", "/sys"});  // without it cuInit fails with 304
    }
    globfree(&found);
}

static std::vector<std::string> bwrap_args(const place_t *place, const sandbox_t *sandbox, int status_fd,
                                           int seccomp_fd)
{
    std::vector<std::string> args = {
        place->bwrap, "--unshare-all", "--unshare-user",   "--die-with-parent",      "--new-session",
        "--cap-drop", "ALL",           "--json-status-fd", std::to_string(status_fd)};
    if (place->uid == 0) add(&args, {"--uid", "61001", "--gid", "61001"});  // root of a container, inside nobody
    if (place->disable_userns) add(&args, {"--disable-userns"});
    if (seccomp_fd >= 0) add(&args, {"--seccomp", std::to_string(seccomp_fd)});
    add(&args, {"--ro-bind", "/usr", "/usr"});
    for (const char *dir : {"/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"}) {
        char target[PATH_MAX] = "";
        struct stat s;
        if (readlink(dir, target, sizeof target - 1) > 0) add(&args, {"--symlink", target, dir});
        else if (stat(dir, &s) == 0) add(&args, {"--ro-bind", dir, dir});
    }
    for (const char *path : {"/etc/ld.so.cache", "/etc/alternatives"}) add(&args, {"--ro-bind-try", path, path});
    add(&args, {"--proc", "/proc", "--dev", "/dev"});
    if (sandbox->gpu) add_gpu(&args);
    for (const char *name : {"out", "tmp"}) add(&args, {"--bind", place->dir + "/" + name, std::string("/") + name});
    add(&args, {"--bind", place->dir + "/shm", "/dev/shm"});
    for (size_t k = 0; k < sandbox->binds.size(); k++)
        add(&args, {"--ro-bind", place->dir + "/b" + std::to_string(k), sandbox->binds[k].to});
    add(&args, {"--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/out", "--hostname", "sandbox", "--clearenv"});
    add(&args, {"--setenv", "PATH", "/usr/local/bin:/usr/bin:/bin", "--setenv", "HOME", "/out", "--setenv", "LANG",
                "C.UTF-8", "--setenv", "TMPDIR", "/tmp"});
    const char *visible = sandbox->gpu ? getenv("CUDA_VISIBLE_DEVICES") : NULL;
    if (visible) add(&args, {"--setenv", "CUDA_VISIBLE_DEVICES", visible});
    if (sandbox->gpu) add(&args, {"--setenv", "CUDA_CACHE_PATH", "/tmp/.nv"});
    for (const std::string &e : sandbox->env) {
        size_t equal = e.find('=');
        add(&args, {"--setenv", e.substr(0, equal), equal == std::string::npos ? "" : e.substr(equal + 1)});
    }
    return args;
}

#define DENY(call)                                                                                                     \
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_##call, 0, 1), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM)

// System calls a course needs nothing of: memory that no process is charged for, keys of the user, and doors into
// the kernel that had holes before. memfd_create stays: CUDA's driver needs it.
static bool seccomp_make(int wanted)
{
#if defined(__x86_64__)
    const unsigned arch = AUDIT_ARCH_X86_64, last = 0x40000000 - 1;  // above: the calls of x32
#elif defined(__aarch64__)
    const unsigned arch = AUDIT_ARCH_AARCH64, last = 0x40000000 - 1;
#else
    return false;
#endif
    const struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, arch, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, last, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
        DENY(shmget),
        DENY(msgget),
        DENY(keyctl),
        DENY(add_key),
        DENY(request_key),
        DENY(bpf),
        DENY(userfaultfd),
        DENY(perf_event_open),
        DENY(io_uring_setup),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    int fd = memfd_create("seccomp", 0);
    if (fd < 0 || write(fd, filter, sizeof filter) != (ssize_t)sizeof filter || lseek(fd, 0, SEEK_SET) != 0)
        die("system call filter: %s", strerror(errno));
    if (fd != wanted) dup2(fd, wanted), close(fd);
    return true;
}

// ---- the command -------------------------------------------------------------------------------

std::string program_find(const std::string &name)
{
    if (name.find('/') != std::string::npos) return name;
    const char *path = getenv("PATH");
    std::string folders = (path ? std::string(path) + ":" : "") + "/usr/local/bin:/usr/bin:/bin";
    for (size_t at = 0, end; at < folders.size(); at = end + 1) {
        end = folders.find(':', at);
        if (end == std::string::npos) end = folders.size();
        std::string program = folders.substr(at, end - at) + "/" + name;
        if (access(program.c_str(), X_OK) == 0) return program;
    }
    return "";
}

void fds_close_from(int first)
{
#ifdef SYS_close_range
    if (syscall(SYS_close_range, first, ~0u, 0) == 0) return;
#endif
    DIR *dir = opendir("/proc/self/fd");
    if (!dir) die("/proc/self/fd: %s", strerror(errno));
    std::vector<int> fds;
    while (struct dirent *e = readdir(dir))
        if (atoi(e->d_name) >= first && atoi(e->d_name) != dirfd(dir)) fds.push_back(atoi(e->d_name));
    closedir(dir);
    for (int fd : fds) close(fd);
}

static void set_limit(int which, rlim_t soft, rlim_t hard)
{
    struct rlimit old, limit = {soft, hard};
    if (getrlimit((__rlimit_resource_t)which, &old) == 0 && old.rlim_max < hard) {
        limit.rlim_max = old.rlim_max;
        if (limit.rlim_cur > old.rlim_max) limit.rlim_cur = old.rlim_max;
    }
    if (setrlimit((__rlimit_resource_t)which, &limit) != 0) die("limit %d: %s", which, strerror(errno));
}

// Before Linux 5.14 the processes of one user are counted together, also those outside.
static int other_processes(const place_t *place, const sandbox_t *sandbox)
{
    struct utsname u;
    int major = 0, minor = 0;
    if (uname(&u) == 0) sscanf(u.release, "%d.%d", &major, &minor);
    if (place->root || (!sandbox->no_sandbox && (major > 5 || (major == 5 && minor >= 14)))) return 0;
    int n = 0;
    DIR *dir = opendir("/proc");
    while (struct dirent *e = dir ? readdir(dir) : NULL) {
        struct stat s;
        std::string task = std::string("/proc/") + e->d_name + "/task";
        if (isdigit(e->d_name[0]) && stat(task.c_str(), &s) == 0 && s.st_uid == place->uid) n += (int)s.st_nlink - 2;
    }
    if (dir) closedir(dir);
    return n;
}

// These stop a single process at once; what counts all of them together is in sandbox_watch.cpp.
static void set_limits(const place_t *place, const sandbox_t *sandbox)
{
    rlim_t cpu = (rlim_t)sandbox->cpu_s + 2, stack = 8 << 20;
    rlim_t processes = sandbox->processes + 8 + other_processes(place, sandbox);  // the watch speaks first
    set_limit(RLIMIT_CORE, 0, 0);
    set_limit(RLIMIT_CPU, cpu, cpu + 1);
    set_limit(RLIMIT_FSIZE, sandbox->file, sandbox->file);
    set_limit(RLIMIT_NOFILE, 256, 256);
    set_limit(RLIMIT_NPROC, processes, processes);
    set_limit(RLIMIT_STACK, stack, stack);
    set_limit(RLIMIT_MSGQUEUE, 0, 0);
    if (sandbox->limit_data) set_limit(RLIMIT_DATA, sandbox->memory, sandbox->memory);
}

static void drop_root(const place_t *place)
{
    if (place->root && (setgroups(0, NULL) != 0 || setresgid(place->gid, place->gid, place->gid) != 0 ||
                        setresuid(place->uid, place->uid, place->uid) != 0))
        die("cannot become user %u: %s", place->uid, strerror(errno));
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) die("no new privileges: %s", strerror(errno));
    prctl(PR_SET_PDEATHSIG, SIGKILL);  // not before: changing the user clears it
}

// `word` with a path inside that it begins with, also after -I, -L, = and :, replaced by the one outside.
static std::string outside(const place_t *place, const sandbox_t *sandbox, const std::string &word)
{
    std::vector<bind_t> map = sandbox->binds;
    map.push_back({place->dir + "/out", "/out"});
    std::string text;
    for (size_t at = 0; at < word.size();) {
        bool begins = at == 0 || word[at - 1] == '=' || word[at - 1] == ':' ||
                      (at == 2 && (word.compare(0, 2, "-I") == 0 || word.compare(0, 2, "-L") == 0));
        const bind_t *found = NULL;
        for (const bind_t &b : map) {
            char after = word.compare(at, b.to.size(), b.to) == 0 && at + b.to.size() < word.size()
                             ? word[at + b.to.size()]
                             : '/';
            if (begins && word.compare(at, b.to.size(), b.to) == 0 && (after == '/' || after == ':')) found = &b;
        }
        text += found ? found->from : std::string(1, word[at]);
        at += found ? found->to.size() : 1;
    }
    return text;
}

static std::vector<char *> pointers(const std::vector<std::string> &words)
{
    std::vector<char *> p;
    for (const std::string &word : words) p.push_back((char *)word.c_str());
    p.push_back(NULL);
    return p;
}

// The caller may ignore or block signals, and the command would inherit that.
static void signals_default(void)
{
    for (int k = 1; k < NSIG; k++) signal(k, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

void place_exec(const place_t *place, const sandbox_t *sandbox, const std::vector<std::string> &command, int out_fd,
                int err_fd, int status_fd)
{
    const int STATUS = 3, SECCOMP = 4;
    int high[] = {open("/dev/null", O_RDWR), fcntl(out_fd, F_DUPFD, 10), fcntl(err_fd, F_DUPFD, 10),
                  fcntl(status_fd, F_DUPFD, 10)};
    for (int fd = 0; fd < 4; fd++) dup2(high[fd], fd);
    fds_close_from(4);
    std::vector<std::string> args, env = {"PATH=/usr/local/bin:/usr/bin:/bin"};
    if (sandbox->no_sandbox) {
        fcntl(STATUS, F_SETFD, FD_CLOEXEC);
        add(&env, {"HOME=" + place->dir + "/out", "LANG=C.UTF-8", "TMPDIR=" + place->dir + "/tmp"});
        for (const std::string &e : sandbox->env) env.push_back(outside(place, sandbox, e));
        for (const std::string &word : command) args.push_back(outside(place, sandbox, word));
        if (chdir((place->dir + "/out").c_str()) != 0) die("%s/out: %s", place->dir.c_str(), strerror(errno));
    } else {
        bool filtered = seccomp_make(SECCOMP);
        args = bwrap_args(place, sandbox, STATUS, filtered ? SECCOMP : -1);
        // The shell gives 127 for a command that is not there; bubblewrap's 1 could be the command's own.
        add(&args, {"--", "/bin/sh", "-c", "exec \"$@\"", "sh"});
        add(&args, command);
    }
    std::string program = sandbox->no_sandbox ? program_find(args[0]) : args[0];
    std::vector<char *> argv = pointers(args), envp = pointers(env);
    umask(022);
    signals_default();
    set_limits(place, sandbox);  // nothing is allocated after it: this process may be larger than the command may be
    drop_root(place);
    struct pollfd watch = {STATUS, 0, 0};
    if (poll(&watch, 1, 0) > 0) _exit(125);  // nobody reads it: the parent is dead already
    execve(program.c_str(), argv.data(), envp.data());
    if (sandbox->no_sandbox) _exit(errno == ENOENT ? 127 : 126);
    die("%s: %s", program.empty() ? "bwrap" : program.c_str(), strerror(errno));
}
