// [given] process.cpp: child processes, and temporary files that never stay behind.
#include "process.h"
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

namespace emu
{

tools_t tools;

void die(const std::string &message)
{
    fprintf(stderr, "nvcc fatal   : %s\n", message.c_str());
    remove_temporaries();
    exit(1);
}

// ---- temporary files: kept in plain arrays, for the signal handler -----------------------------------------------

static const int MOST = 4096;
static char folder[64];
static char *files[MOST];
static volatile sig_atomic_t file_count;
static volatile pid_t children[64];

void remove_temporaries(void)
{
    for (int i = 0; i < file_count; i++) unlink(files[i]);
    if (folder[0]) rmdir(folder);
    folder[0] = 0, file_count = 0;
}

static void on_signal(int number)
{
    for (volatile pid_t &child : children)
        if (child > 0) kill(child, SIGTERM);
    for (volatile pid_t &child : children)  // it may be writing still
        if (child > 0) waitpid(child, nullptr, 0);
    remove_temporaries();
    signal(number, SIG_DFL);
    raise(number);
}

std::string temporary(const std::string &name)
{
    if (!folder[0]) {
        const char *base = getenv("TMPDIR");
        snprintf(folder, sizeof folder, "%.40s/nvcc.XXXXXX", base && *base && strlen(base) < 40 ? base : "/tmp");
        if (!mkdtemp(folder)) folder[0] = 0, die(std::string("cannot make a temporary folder: ") + strerror(errno));
        for (int number : {SIGINT, SIGTERM, SIGHUP, SIGPIPE}) signal(number, on_signal);
    }
    if (file_count >= MOST) die("too many files in one command");
    std::string path = std::string(folder) + "/" + name;
    files[file_count] = strdup(path.c_str());
    file_count = file_count + 1;
    return path;
}

// ---- files ---------------------------------------------------------------------------------------------------------

void remove_ordinary(const std::string &path)
{
    struct stat s;
    if (stat(path.c_str(), &s) == 0 && S_ISREG(s.st_mode)) unlink(path.c_str());
}

bool exists(const std::string &path)
{
    struct stat s;
    return stat(path.c_str(), &s) == 0;
}

bool write_file(const std::string &path, std::string_view text)
{
    FILE *f = fopen(path.c_str(), "wb");
    if (!f) return false;
    const bool ok = fwrite(text.data(), 1, text.size(), f) == text.size();
    return fclose(f) == 0 && ok;
}

bool read_file(const std::string &path, std::string *text)
{
    FILE *f = fopen(path.c_str(), "rb");
    if (!f) return false;
    struct stat s;
    text->clear();
    if (fstat(fileno(f), &s) == 0 && S_ISREG(s.st_mode)) {
        text->resize(s.st_size);
        text->resize(fread(&(*text)[0], 1, text->size(), f));
    }
    fclose(f);
    return true;
}

// ---- commands ------------------------------------------------------------------------------------------------------

static void show(const command_t &c)
{
    std::string line = "#$";
    for (const std::string &w : c.words) {
        const bool plain = !w.empty() && w.find_first_of(" \t\n\"'\\$&|;<>()*?[]{}#~`!") == std::string::npos;
        line += plain ? " " + w : " '" + w + "'";
    }
    fprintf(stderr, "%s\n", line.c_str());
}

static pid_t start(const command_t &c, int *out, int *err)
{
    int o[2] = {-1, -1}, e[2];
    if (pipe2(e, O_CLOEXEC) || (c.keep_output && pipe2(o, O_CLOEXEC))) die(std::string("pipe: ") + strerror(errno));
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, e[1], 2);
    if (c.keep_output) posix_spawn_file_actions_adddup2(&actions, o[1], 1);
    std::vector<char *> words;
    for (const std::string &w : c.words) words.push_back(const_cast<char *>(w.c_str()));
    words.push_back(nullptr);
    pid_t pid = -1;
    const int error = posix_spawnp(&pid, words[0], &actions, nullptr, words.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    if (error) die("cannot run '" + c.words[0] + "': " + strerror(error));
    close(e[1]);
    if (c.keep_output) close(o[1]);
    *out = o[0], *err = e[0];
    return pid;
}

bool run(std::vector<command_t *> commands)
{
    std::vector<pollfd> fds;
    std::vector<std::string *> texts;
    if (tools.verbose || tools.dry)
        for (const command_t *c : commands) show(*c);
    if (tools.dry) return true;
    for (size_t i = 0; i < commands.size(); i++) {
        int out, err;
        children[i] = start(*commands[i], &out, &err);
        fds.push_back({err, POLLIN, 0}), texts.push_back(&commands[i]->messages);
        if (out >= 0) fds.push_back({out, POLLIN, 0}), texts.push_back(&commands[i]->output);
    }
    static char buffer[1 << 16];
    for (size_t open = fds.size(); open > 0;) {
        if (poll(fds.data(), fds.size(), -1) < 0 && errno != EINTR) break;
        for (size_t i = 0; i < fds.size(); i++) {
            if (fds[i].fd < 0 || !fds[i].revents) continue;
            const ssize_t n = read(fds[i].fd, buffer, sizeof buffer);
            if (n > 0) {
                texts[i]->append(buffer, n);
            } else if (n == 0 || errno != EINTR) {
                close(fds[i].fd);
                fds[i].fd = -1, open--;
            }
        }
    }
    bool ok = true;
    for (size_t i = 0; i < commands.size(); i++) {
        int status = 0;
        while (waitpid(children[i], &status, 0) < 0 && errno == EINTR) {}
        children[i] = 0;
        commands[i]->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
        ok = ok && commands[i]->status == 0;
    }
    return ok;
}

bool run(command_t *command) { return run(std::vector<command_t *>{command}); }

void print_messages(const command_t &c)
{
    std::string text = c.messages;
    const std::string own = std::string(folder) + "/";
    if (folder[0])
        for (size_t at; (at = text.find(own)) != std::string::npos;) text.erase(at, own.size());
    fwrite(text.data(), 1, text.size(), stderr);
}

}  // namespace emu
