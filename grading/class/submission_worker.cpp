// [given] submission_worker.cpp: a worker in the sandbox: a job goes in, a reply comes out, and how it ended.
#include <cerrno>
#include <csignal>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "submission_parts.h"

constexpr size_t MOST_REPORT = 8 << 20, MOST_PRINTED = 2000, MOST_OF_TOOL = 20000;
constexpr int STATUS_MACHINE = 70, MOST_TRIES = 3;
constexpr double PATIENCE = 4;  // on a busy machine a case takes longer than its processor time

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

// Tools of this tree are shown under /grade; those of the system are there already.
static std::string tool_bind(const session_t *s, const std::string &path, sandbox_t *sandbox)
{
    if (path.compare(0, s->kit->root.size() + 1, s->kit->root + "/") != 0) return path;
    sandbox->binds.push_back({path, "/grade/tool"});
    return "/grade/tool";
}

static std::vector<std::string> command_of(const session_t *s, const worker_t *w, sandbox_t *sandbox)
{
    std::vector<std::string> words;
    if (w->sanitize)
        words = {tool_bind(s, w->tool, sandbox),
                 "--tool",
                 "all",
                 "--leak-check",
                 "no",
                 "--error-exitcode",
                 "0",
                 "--json",
                 "/out/report",
                 "--log-file",
                 "/out/log"};
    for (const std::string &word : w->before) {
        bool program = &word == &w->before[0];
        words.push_back(program ? tool_bind(s, word, sandbox) : word == REPORT ? "/out/report" : word);
    }
    words.insert(words.end(), {"/grade/worker", "/grade/job", "/out/reply"});
    return words;
}

static sandbox_t sandbox_of(const session_t *s, const worker_t *w, const std::string &program)
{
    sandbox_t sandbox = s->kit->sandbox;
    sandbox.binds = {{program, "/grade/worker"}, {s->folder + "/job", "/grade/job"}};
    sandbox.env = {"OMP_NUM_THREADS=1", "OMP_WAIT_POLICY=passive", "EMU_THREADS=1"};
    sandbox.results = {{"reply", sandbox.disk}};
    if (w->sanitize || !w->before.empty()) sandbox.results.push_back({"report", MOST_REPORT});
    sandbox.cpu_s = w->limit;
    sandbox.wall_s = PATIENCE * w->limit;
    return sandbox;
}

// What this machine could not do is tried again: a full disk, no more processes.
static ran_t run(session_t *s, const worker_t *w, const std::string &program, sandbox_t *sandbox)
{
    *sandbox = sandbox_of(s, w, program);
    std::vector<std::string> command = command_of(s, w, sandbox);
    ran_t ran = {};
    for (int k = 0; k < MOST_TRIES; k++) {
        if (k > 0) usleep(300000);
        ran = sandbox_run(sandbox, command);
        if (ran.infrastructure.empty()) break;
    }
    s->seconds += ran.wall_s;
    s->memory = std::max(s->memory, ran.memory);
    return ran;
}

// A worker says that the machine failed; anybody can say that. Given code alone does the same job: can it?
static bool machine_works(session_t *s, const worker_t *w)
{
    worker_t plain = *w;
    plain.sanitize = false;
    plain.before.clear();
    sandbox_t sandbox;
    ran_t ran = run(s, &plain, s->kit->trusted, &sandbox);
    return ran.infrastructure.empty() && ran.results[0].ok && ran.status == 0;
}

// What this process knows itself is not believed of the other: whether there is an emulator, and what its device is.
static void take_reply(const session_t *s, const ran_t *ran, worked_t *r)
{
    const result_file_t *reply = &ran->results[0];
    r->ending = NO_REPLY;
    r->problem = reply->problem == "missing" ? "it is missing" : "it is " + reply->problem;
    if (!reply->ok) return;
    try {
        r->reply = reply_read(reply->bytes);
        r->reply.text = printable(cut_middle(r->reply.text, MOST_PRINTED));
        r->reply.device = s->kit->device;
        r->reply.emulated = s->kit->emulated;
        if (s->kit->emulated) r->reply.launches = std::max(r->reply.launches, 0);
        r->ending = ENDED;
        r->problem.clear();
    } catch (const std::exception &e) {
        r->problem = e.what();
    }
}

static void judge_ending(session_t *s, const worker_t *w, const sandbox_t *sandbox, const ran_t *ran, worked_t *r)
{
    if (!ran->infrastructure.empty()) {
        r->ending = MACHINE_FAILED;
        r->problem = ran->infrastructure;
    } else if (ran->ended == LIMIT_WALL || ran->ended == LIMIT_CPU) {
        r->ending = TIMED_OUT;
        r->problem = ran->ended == LIMIT_CPU ? format("stopped after %.0f s of processor time", sandbox->cpu_s)
                                             : format("stopped after %.0f s", sandbox->wall_s);
    } else if (ran->ended != LIMIT_NONE || ran->signal == SIGXFSZ) {
        r->ending = STOPPED;
        r->problem = ran_text(sandbox, ran);
    } else if (ran->disk_full) {
        r->ending = STOPPED;
        r->problem = format("it wrote more than %zu MB of files", sandbox->disk >> 20);
    } else if (ran->signal) {
        r->ending = CRASHED;
    } else if ((ran->status == STATUS_MACHINE || ran->status == 126 || ran->status == 127) && !machine_works(s, w)) {
        r->ending = MACHINE_FAILED;
        r->problem = r->printed;
    } else {
        take_reply(s, ran, r);
    }
}

worked_t work_in_sandbox(const worker_t *w, const job_t *job)
{
    session_t *s = (session_t *)w->context;
    worked_t r = {ENDED, {}, "", 0, 0, 0, "", ""};
    if (clock_now() > s->deadline) {
        r.ending = NOT_TRIED;
        r.problem = format("the time for this submission is used up (%.0f s)", s->rubric->total_s);
        return r;
    }
    bytes_write(s->folder + "/job", job_write(job), 0644);
    sandbox_t sandbox;
    ran_t ran = run(s, w, w->program, &sandbox);
    r.seconds = ran.wall_s;
    r.status = ran.status;
    r.signal = ran.signal;
    r.printed = printable(cut_middle(ran.out + ran.err, w->before.empty() ? MOST_PRINTED : MOST_OF_TOOL));
    if (ran.results.size() > 1) r.report = ran.results[1].bytes;
    judge_ending(s, w, &sandbox, &ran, &r);
    return r;
}

std::string worker_device(session_t *s, const job_t *job)
{
    worker_t w = {s->kit->trusted, s->rubric->case_s, false, "", {}};
    bytes_write(s->folder + "/job", job_write(job), 0644);
    sandbox_t sandbox;
    ran_t ran = run(s, &w, s->kit->trusted, &sandbox);
    if (!ran.infrastructure.empty()) die("%s", ran.infrastructure.c_str());
    if (!ran.results[0].ok || ran.status != 0)
        die("CUDA does not work in the sandbox: the program %s\n%s", ran_text(&sandbox, &ran).c_str(), ran.err.c_str());
    return reply_read(ran.results[0].bytes).device;
}
