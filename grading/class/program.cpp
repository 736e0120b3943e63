// [given] program.cpp: runs a program of this machine (git, sbatch) with limits, and takes what it says.
#include "program.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "text.h"
#include "utils.h"

extern char **environ;

static const size_t MAX_ERRORS = 64 << 10;

std::vector<std::string> environment_without(const std::vector<std::string> &variables)
{
    std::vector<std::string> env;
    for (char **v = environ; *v; v++)
        if (std::none_of(variables.begin(), variables.end(),
                         [&](const std::string &name) { return strncmp(*v, name.c_str(), name.size()) == 0; }))
            env.push_back(*v);
    return env;
}

static std::vector<char *> pointers(std::vector<std::string> *words)
{
    std::vector<char *> p;
    for (std::string &w : *words) p.push_back(&w[0]);
    p.push_back(NULL);
    return p;
}

// Between fork and exec, in a program with threads: system calls alone.
[[noreturn]] static void become(char **argv, char **env, int out, int err, rlim_t most, int not_found, pid_t parent)
{
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(1);
    int in = open("/dev/null", O_RDONLY);
    dup2(in, 0);
    dup2(out, 1);
    dup2(err, 2);
    struct rlimit size = {most, most}, core = {0, 0};
    if (most > 0) setrlimit(RLIMIT_FSIZE, &size);
    setrlimit(RLIMIT_CORE, &core);
    signal(SIGXFSZ, SIG_IGN);  // so that it says what has happened
    execvpe(argv[0], argv, env);
    if (errno == ENOENT && write(not_found, "", 1) != 1) _exit(126);
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

static void listen(said_t *ran, int out, int err, double until, size_t most)
{
    struct pollfd fds[2] = {{out, POLLIN, 0}, {err, POLLIN, 0}};
    std::string *texts[2] = {&ran->out, &ran->err};
    while (fds[0].fd >= 0 || fds[1].fd >= 0) {
        int left_ms = (int)(1000 * (until - clock_now()));
        ran->too_long = left_ms <= 0;
        ran->too_large = most > 0 && ran->out.size() > most;
        if (ran->too_long || ran->too_large) return;
        if (poll(fds, 2, left_ms < 1000 ? left_ms : 1000) <= 0) continue;
        for (int k = 0; k < 2; k++)
            if (fds[k].revents && !hear(fds[k].fd, texts[k])) fds[k].fd = -1;
        ran->err = cut_middle(ran->err, MAX_ERRORS);
    }
}

said_t program_run(const program_t *program)
{
    said_t ran = {true, false, false, 0, "", ""};
    std::vector<std::string> words = program->words, env = program->environment;
    std::vector<char *> argv = pointers(&words), envp = pointers(&env);
    int out[2], err[2], lost[2], status = 0;
    for (int *ends : {out, err, lost})
        if (pipe2(ends, O_CLOEXEC) != 0) die("pipe: %s", strerror(errno));
    pid_t parent = getpid(), pid = fork();
    if (pid == 0) become(argv.data(), envp.data(), out[1], err[1], program->most_file, lost[1], parent);
    for (int *ends : {out, err, lost}) close(ends[1]);
    if (pid > 0) {
        setpgid(pid, pid);
        listen(&ran, out[0], err[0], clock_now() + program->limit_s, program->most_out);
        if (ran.too_long || ran.too_large) kill(-pid, SIGKILL);
        while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {}
        kill(-pid, SIGKILL);  // what it has left behind
        char sign;
        ran.found = read(lost[0], &sign, 1) != 1;
    }
    for (int *ends : {out, err, lost}) close(ends[0]);
    if (pid < 0) die("no new process: %s", strerror(errno));
    ran.status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    ran.too_large |= program->most_file > 0 && ran.err.find("File too large") != std::string::npos;
    return ran;
}
