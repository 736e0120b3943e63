// [given] sweep_local.cpp: the runs of a sweep on this machine, several at once.
#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <sstream>
#include <thread>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sweep.h"

struct going_t {  // a run that is being trained
    pid_t pid;
    int run;       // index of sweep_t.runs
    bool resumed;  // from a checkpoint
};

[[noreturn]] static void become_nn(const std::vector<std::string> *words, int out, pid_t parent)
{
    setpgid(0, 0);                      // Ctrl-C is told by us, once
    prctl(PR_SET_PDEATHSIG, SIGTERM);   // and if we are killed, it writes its checkpoint and ends
    if (getppid() != parent) _exit(1);  // that was before
    int in = open("/dev/null", O_RDONLY);
    dup2(in, 0);
    dup2(out, 1);
    dup2(out, 2);
    std::vector<char *> argv;
    for (const std::string &word : *words) argv.push_back(const_cast<char *>(word.c_str()));
    argv.push_back(NULL);
    execv(argv[0], argv.data());
    dprintf(2, "error: %s: cannot be started: %s\n", argv[0], strerror(errno));
    _exit(127);
}

static going_t begin(const sweep_t *s, const sweep_way_t *way, int index)
{
    const sweep_run_t *run = &s->runs[index];
    std::vector<std::string> words = {way->nn, "--train"};
    std::istringstream in(run->line);
    for (std::string word; in >> word;) words.push_back(word);
    words.insert(words.end(), {"--model", sweep_path(s, run->number, ".model"), "--log",
                               sweep_path(s, run->number, ".log.csv"), "--json", sweep_path(s, run->number, ".json"),
                               "--threads", std::to_string(std::max(1, way->threads))});
    bool resumed = access(sweep_path(s, run->number, ".model.checkpoint").c_str(), R_OK) == 0;
    if (resumed) words.push_back("--resume");
    unlink(sweep_path(s, run->number, ".json").c_str());
    std::string path = sweep_path(s, run->number, ".txt");
    int out = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (out < 0) die("%s: cannot be written: %s", path.c_str(), strerror(errno));
    for (const std::string &word : words) dprintf(out, "%s ", word.c_str());
    dprintf(out, "\n");
    fflush(NULL);
    pid_t parent = getpid(), pid = fork();
    if (pid < 0) die("no new process: %s", strerror(errno));
    if (pid == 0) become_nn(&words, out, parent);
    close(out);
    return {pid, index, resumed};
}

// True: it has a result, or none is to be had.
static bool end(const sweep_t *s, const going_t *g, int status, size_t done, size_t all)
{
    const sweep_run_t *run = &s->runs[g->run];
    sweep_result_t r = sweep_result(s, run->number);
    if (r.state == SWEEP_MISSING && sweep_stopped()) return true;
    if (r.state == SWEEP_MISSING && g->resumed && r.said.find(".checkpoint") != std::string::npos) {
        printf("run %d: its checkpoint cannot be used (%s); it begins anew\n", run->number, sweep_said(&r).c_str());
        unlink(sweep_path(s, run->number, ".model.checkpoint").c_str());
        return false;
    }
    if (r.state == SWEEP_DONE) unlink(sweep_path(s, run->number, ".model.checkpoint").c_str());
    std::string said = sweep_said(&r);
    if (r.state == SWEEP_MISSING && WIFSIGNALED(status)) said = format("ended by signal %d", WTERMSIG(status));
    printf("[%zu/%zu] run %d: %s: %s\n", done, all, run->number, sweep_values(s, run).c_str(), said.c_str());
    fflush(stdout);
    return true;
}

bool sweep_local(const sweep_t *s, const sweep_way_t *way)
{
    int cores = std::max(1, (int)std::thread::hardware_concurrency());
    int jobs = way->jobs > 0 ? way->jobs : sweep_on_gpu(s) ? 1 : std::max(1, cores / std::max(1, way->threads));
    std::vector<int> todo(way->todo.rbegin(), way->todo.rend());
    std::vector<going_t> going;
    size_t all = todo.size(), done = 0;
    bool told = false;
    printf("%d at once, %d thread%s each\n", std::min<int>(jobs, all), std::max(1, way->threads),
           way->threads > 1 ? "s" : "");
    while (!going.empty() || (!todo.empty() && !sweep_stopped())) {
        while (!sweep_stopped() && !todo.empty() && (int)going.size() < jobs) {
            going.push_back(begin(s, way, todo.back()));
            todo.pop_back();
        }
        if (sweep_stopped() && !told) {
            fprintf(stderr, "stopping: %zu run%s write%s a checkpoint\n", going.size(), going.size() == 1 ? "" : "s",
                    going.size() == 1 ? "s" : "");
            for (const going_t &g : going) kill(g.pid, SIGTERM);
            told = true;
        }
        int status;
        pid_t pid = waitpid(-1, &status, WNOHANG);
        if (pid <= 0) {
            usleep(10000);
            continue;
        }
        for (size_t i = 0; i < going.size(); i++) {
            if (going[i].pid != pid) continue;
            if (end(s, &going[i], status, done + 1, all)) done++;
            else todo.push_back(going[i].run);
            going.erase(going.begin() + i);
            break;
        }
    }
    return !sweep_stopped();
}
