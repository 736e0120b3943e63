// [given] cluster_files.cpp: the folder OUT/slurm: what the tasks of a job array read, and one task itself.
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include <nlohmann/json.hpp>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cluster_parts.h"
#include "process.h"
#include "utils.h"

typedef nlohmann::ordered_json json_t;

// ---- plan -------------------------------------------------------------------------------------------------

static json_t json_there(const std::string &path)
{
    if (!std::filesystem::exists(path)) return json_t();
    try {
        return json_t::parse(file_read(path));
    } catch (const json_t::exception &e) {
        die("%s: expected JSON as bin/grade --slurm has written it: %s\nhint: if none of its jobs is queued (squeue), "
            "remove the folder and start again",
            path.c_str(), e.what());
    }
}

static json_t submission_json(const submission_t *s)
{
    return {{"id", s->id},
            {"path", s->path},
            {"note", s->note},
            {"student", {s->student.id, s->student.name, s->student.email, s->student.git}}};
}

static submission_t submission_read(const json_t &j)
{
    const json_t &s = j.at("student");
    return {j.at("path"), {s.at(0), s.at(1), s.at(2), s.at(3)}, j.at("id"), j.at("note")};
}

plan_t plan_open(const std::string &out)
{
    plan_t plan = {std::filesystem::absolute(out).lexically_normal().string() + "/slurm", "", {}, {}};
    json_t tasks = json_there(plan.folder + "/tasks.json"), jobs = json_there(plan.folder + "/jobs.json");
    try {
        if (!tasks.is_null())
            for (const json_t &t : tasks.at("tasks")) plan.tasks.push_back(submission_read(t));
        if (!jobs.is_null()) {
            plan.name = jobs.at("name");
            for (const json_t &a : jobs.at("arrays")) plan.arrays.push_back({a.at("job"), a.at("tasks")});
        }
    } catch (const json_t::exception &e) {
        die("%s: tasks.json or jobs.json: %s", plan.folder.c_str(), e.what());
    }
    if (plan.name.empty()) {
        rng_t rng = rng_make((uint64_t)(clock_now() * 1e9) ^ ((uint64_t)getpid() << 40), RNG_DATA);
        plan.name = format("grade-%08x", (unsigned)rng_next(&rng));
    }
    folder_make(plan.folder + "/done");
    folder_make(plan.folder + "/log");
    return plan;
}

int plan_task(plan_t *plan, const submission_t *submission)
{
    submission_t s = *submission;
    s.path = std::filesystem::absolute(s.path).lexically_normal().string();
    for (size_t k = 0; k < plan->tasks.size(); k++)
        if (plan->tasks[k].id == s.id && plan->tasks[k].path == s.path) {
            plan->tasks[k] = s;
            return (int)k;
        }
    plan->tasks.push_back(s);
    return (int)plan->tasks.size() - 1;
}

std::string plan_log(const plan_t *plan, int array, int index)
{
    std::string path = format("%s/log/%ld_%d.txt", plan->folder.c_str(), plan->arrays[array].job, index), last;
    if (!std::filesystem::exists(path)) return "";
    std::string text = printable(file_read(path));
    for (int lines = 0; lines < 3 && !text.empty();) {
        size_t at = text.find_last_of('\n');
        std::string line = text.substr(at == std::string::npos ? 0 : at + 1);
        text.resize(at == std::string::npos ? 0 : at);
        if (line.empty()) continue;
        last = line + (last.empty() ? "" : "\n") + last;
        lines++;
    }
    return cut_middle(last, 1000);
}

// ---- kit: made once, where the grader was started, so that no two tasks build in the same tree -----------------

static json_t sandbox_json(const sandbox_t *s)
{
    json_t binds = json_t::array(), results = json_t::array();
    for (const bind_t &b : s->binds) binds.push_back({b.from, b.to});
    for (const result_want_t &r : s->results) results.push_back({r.name, r.cap});
    return {{"binds", binds},
            {"env", s->env},
            {"results", results},
            {"wall_s", s->wall_s},
            {"cpu_s", s->cpu_s},
            {"memory", s->memory},
            {"limit_data", s->limit_data},
            {"disk", s->disk},
            {"file", s->file},
            {"files", s->files},
            {"output", s->output},
            {"keep", s->keep},
            {"processes", s->processes},
            {"gpu", s->gpu},
            {"no_sandbox", s->no_sandbox},
            {"bwrap", s->bwrap}};
}

static sandbox_t sandbox_of(const json_t &j)
{
    std::vector<bind_t> binds;
    std::vector<result_want_t> results;
    for (const json_t &b : j.at("binds")) binds.push_back({b.at(0), b.at(1)});
    for (const json_t &r : j.at("results")) results.push_back({r.at(0), r.at(1)});
    return {binds,          j.at("env"),        results,           j.at("wall_s"), j.at("cpu_s"),
            j.at("memory"), j.at("limit_data"), j.at("disk"),      j.at("file"),   j.at("files"),
            j.at("output"), j.at("keep"),       j.at("processes"), j.at("gpu"),    j.at("no_sandbox"),
            j.at("bwrap")};
}

static json_t kit_json(const kit_t *k)
{
    json_t stubs = json_t::array(), headers = json_t::array();
    for (const stub_t &stub : k->stubs) stubs.push_back({stub.name, stub.object});
    for (const intake_file_t &f : k->headers) headers.push_back({f.name, f.text});
    return {{"root", k->root},
            {"nvcc", k->nvcc},
            {"emulated", k->emulated},
            {"compile", k->compile},
            {"link", k->link},
            {"commit", k->commit},
            {"compiler", k->compiler},
            {"reference", k->reference},
            {"sandbox", sandbox_json(&k->sandbox)},
            {"trusted", k->trusted},
            {"compile_flags", k->compile_flags},
            {"link_flags", k->link_flags},
            {"libraries", k->libraries},
            {"objects", k->objects},
            {"stubs", stubs},
            {"headers", headers}};
}

static kit_t kit_of(const json_t &j)
{
    std::vector<stub_t> stubs;
    std::vector<intake_file_t> headers;
    for (const json_t &stub : j.at("stubs")) stubs.push_back({stub.at(0), stub.at(1)});
    for (const json_t &f : j.at("headers")) headers.push_back({f.at(0), f.at(1)});
    return {
        j.at("root"),
        j.at("nvcc"),
        j.at("emulated"),
        j.at("compile"),
        j.at("link"),
        j.at("commit"),
        j.at("compiler"),
        j.at("reference"),
        sandbox_of(j.at("sandbox")),
        j.at("trusted"),
        j.at("compile_flags"),
        j.at("link_flags"),
        j.at("libraries"),
        j.at("objects"),
        stubs,
        headers,
        "",
        "",
    };
}

// ---- what is written for the tasks ------------------------------------------------------------------------

// Instructions of the processor that the programs here may hold.
static std::string processor_flags(void)
{
    std::string text = file_read("/proc/cpuinfo");
    size_t at = text.find("\nflags");
    if (at == std::string::npos) return "";
    at = text.find(": ", at) + 2;
    return text.substr(at, text.find('\n', at) - at);
}

static void processor_write(const plan_t *plan, const kit_t *kit)
{
    bool native = kit->compile.find("-march=native") != std::string::npos;
    file_write(plan->folder + "/processor", (native ? processor_flags() : "") + "\n");
}

void plan_write_tasks(const plan_t *plan, const what_t *what)
{
    json_t j = {{"format", 1},
                {"kit", kit_json(what->kit)},
                {"rubric", std::filesystem::absolute(what->rubric->path).lexically_normal().string()},
                {"rubric_sha256", what->rubric->sha256},
                {"seed_secret", what->how->seed_secret},
                {"public_only", what->how->public_only},
                {"time_it", what->how->time_it},
                {"tasks", json_t::array()}};
    for (const submission_t &s : plan->tasks) j["tasks"].push_back(submission_json(&s));
    file_write(plan->folder + "/tasks.json", j.dump(1) + "\n");
    processor_write(plan, what->kit);
}

void plan_write_jobs(const plan_t *plan)
{
    json_t arrays = json_t::array();
    for (size_t k = 0; k < plan->arrays.size(); k++) {
        arrays.push_back({{"job", plan->arrays[k].job}, {"tasks", plan->arrays[k].tasks}});
        std::string path = format("%s/array-%zu.txt", plan->folder.c_str(), k), lines;
        for (int task : plan->arrays[k].tasks) lines += format("%d\n", task);
        if (!std::filesystem::exists(path)) file_write(path, lines);
    }
    file_write(plan->folder + "/jobs.json", json_t{{"name", plan->name}, {"arrays", arrays}}.dump(1) + "\n");
}

// ---- one task, on a node ------------------------------------------------------------------------------------

static volatile sig_atomic_t told_to_end = 0;
static void on_end(int signal) { told_to_end = signal; }

struct given_t {
    kit_t kit;
    rubric_t rubric;
    grading_t how;
    submission_t submission;
};

static given_t given_read(const std::string &folder, int task)
{
    std::string path = folder + "/tasks.json";
    try {
        json_t j = json_t::parse(file_read(path));
        given_t g = {kit_of(j.at("kit")),
                     rubric_read(j.at("rubric")),
                     {j.at("seed_secret"), j.at("public_only"), j.at("time_it")},
                     {}};
        if (g.rubric.sha256 != j.at("rubric_sha256"))
            die("%s has been changed since this task was submitted", g.rubric.path.c_str());
        if (task < 0 || task >= (int)j.at("tasks").size())
            die("--task %d: expected 0 ... %d, the tasks of %s", task, (int)j.at("tasks").size() - 1, path.c_str());
        g.submission = submission_read(j.at("tasks").at(task));
        return g;
    } catch (const json_t::exception &e) {
        die("%s: %s", path.c_str(), e.what());
    }
}

// In a process of its own, as batch_run does it: so a signal is answered at once, and nothing is left in /tmp.
static told_t task_grade(const given_t *g, const std::string &out, const std::string &temporary)
{
    batch_t batch = {};
    batch.out = out;
    batch.jobs = 2;  // others may be at work on this node: one thread
    what_t what = {&batch, &g->kit, &g->rubric, &g->how};
    order_t order = {&g->submission, false, "", temporary + "/0"};
    child_t child = child_begin(&what, &order);
    struct pollfd fd = {child.fd, POLLIN, 0};
    do {
        poll(&fd, 1, 1000);
        if (told_to_end) child_stop(&child, SIGKILL);
    } while (fd.revents == 0 || child_hears(&child));
    return child_end(&child);
}

int cluster_task(const std::string &out, int task)
{
    plan_t plan = {std::filesystem::absolute(out).lexically_normal().string() + "/slurm", "", {}, {}};
    given_t g = given_read(plan.folder, task);
    // The number of a GPU that the job was given means nothing to the emulator.
    if (g.kit.emulated) unsetenv("CUDA_VISIBLE_DEVICES");
    kit_start(&g.kit, &g.rubric);
    for (int s : {SIGTERM, SIGINT, SIGHUP}) signal(s, on_end);
    char temporary[] = "/tmp/nn-grade-task-XXXXXX";
    if (!mkdtemp(temporary) || chmod(temporary, 0711) != 0) die("%s: %s", temporary, strerror(errno));
    double begun = clock_now();
    told_t told = {NOT_KEPT, "", record_make()};
    try {
        told = task_grade(&g, out, temporary);
    } catch (const std::exception &e) {
        told.why = e.what();
    }
    std::error_code ignored;
    std::filesystem::remove_all(temporary, ignored);
    if (told.news == NEW || told.news == KEPT) {
        file_write(format("%s/done/%d", plan.folder.c_str(), task), format("%.3f\n", clock_now() - begun));
        return 0;
    }
    if (told.why.empty()) told.why = told.record.why;
    if (told_to_end) told.why = format("ended by signal %d", (int)told_to_end);
    die("%s: not graded: %s", g.submission.id.c_str(), told.why.c_str());
}
