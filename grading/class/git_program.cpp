// [given] git_program.cpp: runs git: limits of time and size, no questions, nothing that a repository could set off.
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "git_parts.h"
#include "text.h"
#include "utils.h"

extern char **environ;

static const size_t MAX_ERRORS = 64 << 10;

// Where a surrounding git would point ours to another repository.
static bool leads_astray(const char *variable)
{
    for (const char *name : {"GIT_DIR=", "GIT_WORK_TREE=", "GIT_INDEX_FILE=", "GIT_OBJECT_DIRECTORY=", "GIT_NAMESPACE=",
                             "GIT_ALTERNATE_OBJECT_DIRECTORIES=", "GIT_COMMON_DIR=", "GIT_TEMPLATE_DIR=",
                             "GIT_ALLOW_PROTOCOL=", "GIT_TERMINAL_PROMPT=", "GIT_ASKPASS=", "SSH_ASKPASS=", "LC_ALL="})
        if (strncmp(variable, name, strlen(name)) == 0) return true;
    return false;
}

static std::vector<std::string> environment(const git_t *git)
{
    std::vector<std::string> env;
    for (char **v = environ; *v; v++)
        if (!leads_astray(*v)) env.push_back(*v);
    for (const char *v : {"GIT_TERMINAL_PROMPT=0", "GIT_ASKPASS=", "SSH_ASKPASS=", "GIT_LFS_SKIP_SMUDGE=1",
                          "GIT_NO_LAZY_FETCH=1", "GIT_NO_REPLACE_OBJECTS=1", "LC_ALL=C"})
        env.push_back(v);
    env.push_back(git->local ? "GIT_ALLOW_PROTOCOL=https:ssh:file" : "GIT_ALLOW_PROTOCOL=https:ssh");
    if (!getenv("GIT_SSH_COMMAND") && !getenv("GIT_SSH"))
        env.push_back("GIT_SSH_COMMAND=ssh -o BatchMode=yes -o ConnectTimeout=30");
    return env;
}

static std::vector<std::string> command(const std::vector<std::string> &words)
{
    std::vector<std::string> all = {"git"};
    // One pack, so that the limit of a file's size is that of the repository.
    for (const char *setting :
         {"core.hooksPath=/dev/null", "core.askPass=", "core.fsmonitor=false", "credential.interactive=never",
          "gc.auto=0", "maintenance.auto=false", "submodule.recurse=false", "fetch.recurseSubmodules=false",
          "fetch.unpackLimit=1", "transfer.unpackLimit=1", "transfer.bundleURI=false", "safe.directory=*",
          "advice.detachedHead=false"}) {
        all.push_back("-c");
        all.push_back(setting);
    }
    all.insert(all.end(), words.begin(), words.end());
    return all;
}

static std::vector<char *> pointers(std::vector<std::string> *words)
{
    std::vector<char *> p;
    for (std::string &w : *words) p.push_back(&w[0]);
    p.push_back(NULL);
    return p;
}

// Between fork and exec, in a program with threads: system calls alone.
[[noreturn]] static void become_git(char **argv, char **env, int out, int err, rlim_t most, pid_t parent)
{
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(1);
    int in = open("/dev/null", O_RDONLY);
    dup2(in, 0);
    dup2(out, 1);
    dup2(err, 2);
    struct rlimit size = {most, most}, core = {0, 0};
    setrlimit(RLIMIT_FSIZE, &size);
    setrlimit(RLIMIT_CORE, &core);
    signal(SIGXFSZ, SIG_IGN);  // so that it says what has happened
    execvpe("git", argv, env);
    _exit(127);
}

// False: nothing more will come.
static bool hear(int fd, std::string *text)
{
    char block[1 << 16];
    ssize_t n = read(fd, block, sizeof block);
    if (n > 0) text->append(block, n);
    return n > 0 || (n < 0 && errno == EINTR);
}

static void listen(git_ran_t *ran, int out, int err, double until, size_t most)
{
    struct pollfd fds[2] = {{out, POLLIN, 0}, {err, POLLIN, 0}};
    std::string *texts[2] = {&ran->out, &ran->err};
    while (fds[0].fd >= 0 || fds[1].fd >= 0) {
        int left_ms = (int)(1000 * (until - clock_now()));
        ran->too_long = left_ms <= 0;
        ran->too_large = ran->out.size() > most;
        if (ran->too_long || ran->too_large) return;
        if (poll(fds, 2, left_ms < 1000 ? left_ms : 1000) <= 0) continue;
        for (int k = 0; k < 2; k++)
            if (fds[k].revents && !hear(fds[k].fd, texts[k])) fds[k].fd = -1;
        ran->err = cut_middle(ran->err, MAX_ERRORS);
    }
}

git_ran_t git_program(const git_t *git, const std::vector<std::string> &words, size_t most)
{
    git_ran_t ran = {0, false, false, "", ""};
    std::vector<std::string> all = command(words), env = environment(git);
    std::vector<char *> argv = pointers(&all), envp = pointers(&env);
    int out[2], err[2], status = 0;
    if (pipe2(out, O_CLOEXEC) != 0) die("pipe: %s", strerror(errno));
    if (pipe2(err, O_CLOEXEC) != 0) die("pipe: %s", strerror(errno));
    pid_t parent = getpid(), pid = fork();
    if (pid == 0) become_git(argv.data(), envp.data(), out[1], err[1], git->limit, parent);
    close(out[1]);
    close(err[1]);
    if (pid > 0) {
        setpgid(pid, pid);
        listen(&ran, out[0], err[0], clock_now() + git->limit_s, most);
        if (ran.too_long || ran.too_large) kill(-pid, SIGKILL);
        while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {}
        kill(-pid, SIGKILL);  // what it has left behind
    }
    close(out[0]);
    close(err[0]);
    if (pid < 0) die("no new process: %s", strerror(errno));
    ran.status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    if (ran.status == 127) die("git is not installed\nhint: apt-get install git");
    ran.too_large |= ran.err.find("File too large") != std::string::npos;
    return ran;
}
