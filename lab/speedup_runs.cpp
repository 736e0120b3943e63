// [given] speedup_runs.cpp: runs of the programs that bin/lab speedup compares, and what they left in files.
#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <sstream>

#include <nlohmann/json.hpp>
#include <csignal>
#include <omp.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lab.h"
#include "speedup_measure.h"
#include "utils.h"
#include "text.h"

using nlohmann::json;

// ---- one run ---------------------------------------------------------------------------------------------

static volatile sig_atomic_t stop_asked = 0;

static void note_stop(int) { stop_asked = 1; }

bool runs_stopped(void) { return stop_asked; }

void runs_watch_signals(void)
{
    struct sigaction action = {};
    action.sa_handler = note_stop;
    sigaction(SIGTERM, &action, NULL);
    action.sa_flags = SA_RESETHAND;  // a second Ctrl-C ends the program at once
    sigaction(SIGINT, &action, NULL);
}

// The exit status of a command of the shell; 128 + signal. Not system(), which would not let a Ctrl-C through.
static int status_of(const std::string &line)
{
    fflush(stdout);
    pid_t pid = fork();
    if (pid < 0) die("no process can be started");
    if (pid == 0) {
        for (int number : {SIGINT, SIGTERM}) signal(number, SIG_DFL);
        // exec: no shell between, which a signal would end before what it waits for.
        execl("/bin/sh", "sh", "-c", ("exec " + line).c_str(), (char *)NULL);
        _exit(127);
    }
    int status;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) continue;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static std::string file_or_nothing(const std::string &path)
{
    return std::filesystem::exists(path) ? file_read(path) : "";
}

static std::string why_failed(const speedup_options_t *o, int status, double seconds, const std::string &said)
{
    if (status == 124 || (status == 128 + SIGKILL && seconds >= o->limit))
        return format("did not end within %g s (--limit)", o->limit);
    if (status == 126 || status == 127) return "the program cannot be started";
    std::istringstream lines(said);
    std::string error = status > 128 ? format("ended by signal %d", status - 128)
                                     : format("ended with status %d", status);
    for (std::string text; std::getline(lines, text);)
        if (text.compare(0, 7, "error: ") == 0) error = text.substr(7);
    return error;
}

// Rows "epoch,seconds,rate,cost" of a log.
static void read_log(const std::string &text, way_run_t *run)
{
    std::istringstream lines(text);
    double before = 0, now, cost;
    long epoch;
    for (std::string line; std::getline(lines, line);) {
        if (sscanf(line.c_str(), "%ld,%lf,%*[^,],%lf", &epoch, &now, &cost) != 3) continue;
        run->epochs.push_back(now - before);
        before = now;
        if (epoch == 2) run->cost = cost;
    }
}

static double json_number(const json &j, const char *key)
{
    return j.is_object() && j.contains(key) && j[key].is_number() ? j[key].get<double>() : NAN;
}

way_run_t way_run(const speedup_options_t *o, const way_t *way, const setting_t *s, int epochs, const std::string &base,
                  const std::string &tool)
{
    std::string line = format("timeout --foreground -k 5 %g ", o->limit) + tool + way->command +
                       format(" --layers %s --batch_size %d --epochs %d -s 1 --learning_rate %g", s->layers.c_str(),
                              s->batch, epochs, o->learning_rate) +
                       " --dataset " + shell_quoted(s->data);
    for (const char *file : {"model", "log", "json"}) line += format(" --%s ", file) + shell_quoted(base + "." + file);
    line += " >" + shell_quoted(base + ".txt") + " 2>&1 </dev/null";
    for (const char *end : {".model", ".log", ".json"}) std::filesystem::remove(base + end);
    way_run_t run = {"", false, {}, NAN, NAN, NAN};
    if (stop_asked) {
        run.failed = "interrupted", run.interrupted = true;
        return run;
    }
    double started = clock_now();
    int status = status_of(line);
    run.total = clock_now() - started;
    if (status == 128 + SIGINT || status == 128 + SIGTERM) stop_asked = 1;
    run.interrupted = stop_asked;
    if (status != 0 || run.interrupted) {
        run.failed = run.interrupted ? "interrupted" : why_failed(o, status, run.total, file_or_nothing(base + ".txt"));
        return run;
    }
    read_log(file_or_nothing(base + ".log"), &run);
    run.loading = json_number(json::parse(file_or_nothing(base + ".json"), NULL, false), "loading_seconds");
    bool short_ones = std::any_of(run.epochs.begin(), run.epochs.end(), [](double x) { return !(x > 0); });
    if ((int)run.epochs.size() != epochs)
        run.failed = format("its log has %zu epochs, expected %d", run.epochs.size(), epochs);
    else if (short_ones) run.failed = "an epoch took less than the microsecond that its log shows (more --rows)";
    else if (epochs >= 2 && !std::isfinite(run.cost)) run.failed = "its cost in epoch 2 is no number";
    return run;
}

bool way_score(const way_t *cpu, const std::string &heldout, const std::string &base, std::string *metric,
               double *value)
{
    if (heldout.empty() || stop_asked) return false;
    std::string command = cpu->command.substr(0, cpu->command.find(" --train")), out = base + ".score";
    if (status_of(command + " --test --dataset " + shell_quoted(heldout) + " --model " + shell_quoted(base + ".model") +
                  " --json " + shell_quoted(out) + " >" + shell_quoted(base + ".txt") + " 2>&1") != 0)
        return false;
    json j = json::parse(file_or_nothing(out), NULL, false);
    *metric = j.is_object() ? j.value("metric", "") : "";
    *value = json_number(j, "value");
    return std::isfinite(*value);
}

// ---- NVIDIA's profiler -----------------------------------------------------------------------------------

// The seconds of the rows of a report, "Time (%),Total Time (ns),...,Name", whose last column has a word; "" for all.
static double nsys_seconds(const std::string &text, const std::string &word, const std::string &without)
{
    std::istringstream lines(text);
    double share, ns, sum = 0;
    bool any = false;
    for (std::string line; std::getline(lines, line);) {
        if (sscanf(line.c_str(), "%lf,%lf,", &share, &ns) != 2) continue;
        any = true;
        if (line.find(word) != std::string::npos && (without.empty() || line.find(without) == std::string::npos))
            sum += ns;
    }
    return any ? sum * 1e-9 : NAN;
}

static std::string nsys_report(const speedup_options_t *o, const std::string &base, const char *report)
{
    std::string out = base + "-" + report + ".csv";
    status_of(shell_quoted(o->nsys) + " stats -q --force-export=true --format csv --report " + report + " " +
              shell_quoted(base + ".nsys-rep") + " >" + shell_quoted(out) + " 2>/dev/null");
    return file_or_nothing(out);
}

bool way_nsys(const speedup_options_t *o, const way_t *way, const setting_t *s, const std::string &base, timing_t *t)
{
    if (!program_is_there(o->nsys)) return false;
    std::string tool = shell_quoted(o->nsys) + " profile --force-overwrite=true -t cuda -o " + shell_quoted(base) + " ";
    if (!way_run(o, way, s, t->run_epochs, base, tool).failed.empty()) return false;
    t->kernels = nsys_seconds(nsys_report(o, base, "cuda_gpu_kern_sum"), "", "");
    std::string copies = nsys_report(o, base, "cuda_gpu_mem_time_sum");
    t->transfer = nsys_seconds(copies, "Host-to-Device", "") + nsys_seconds(copies, "Device-to-Host", "") +
                  nsys_seconds(copies, "HtoD", "") + nsys_seconds(copies, "DtoH", "");
    return std::isfinite(t->kernels);
}

// ---- the emulator's counters -----------------------------------------------------------------------------

struct counts_t {
    double launches, sectors, copied;
};

// Throws what is no nn_error_t, too, where the file is not the emulator's.
static counts_t counts_of(const std::string &file)
{
    counts_t sum = {};
    json all = json::parse(file_read(file));
    for (const json &k : all.at("kernels")) {
        sum.launches += k.at("launches").get<double>();
        for (const char *kind : {"global_load", "global_store"}) sum.sectors += k.at(kind).at("sectors").get<double>();
    }
    for (const json &c : all.at("copies"))
        if (c.at("direction") == "host to device" || c.at("direction") == "device to host")
            sum.copied += c.at("bytes").get<double>();
    return sum;
}

void way_count(const speedup_options_t *o, const way_t *way, const setting_t *s, const std::string &base, timing_t *t)
{
    std::string file[2];
    for (int epochs = 1; epochs <= 2 && t->failed.empty(); epochs++) {
        file[epochs - 1] = base + format("-%d.counters", epochs);
        std::filesystem::remove(file[epochs - 1]);
        t->failed = way_run(o, way, s, epochs, base,
                            shell_quoted(o->ncu) + " -q --json " + shell_quoted(file[epochs - 1]) + " ")
                        .failed;
    }
    if (!t->failed.empty()) return;
    int steps = (s->rows + s->batch - 1) / s->batch;
    try {
        counts_t one = counts_of(file[0]), two = counts_of(file[1]);
        t->kernels_per_step = (two.launches - one.launches) / steps;
        t->sectors_per_step = (two.sectors - one.sectors) / steps;
        t->copied_per_epoch = two.copied - one.copied;
    } catch (const std::exception &e) {  // the times that were measured are not lost for that
        t->failed = format("no counters as the emulator's ncu writes them: %s", e.what());
    }
}

// ---- the ways of this machine ----------------------------------------------------------------------------

static std::string program_of(const speedup_options_t *o, const std::string &way)
{
    for (const std::string &text : o->programs)
        if (text.compare(0, way.size() + 1, way + "=") == 0) return text.substr(way.size() + 1);
    return "";
}

static void check_programs(const speedup_options_t *o)
{
    for (const std::string &text : o->programs) {
        size_t at = text.find('=');
        std::string way = text.substr(0, at);
        if (at == std::string::npos || (way != "cpu" && way != "cuda" && way != "reference"))
            die_usage("speedup: \"%s\", expected cpu=PROGRAM, cuda=PROGRAM or reference=PROGRAM\nhint: `make speedup` "
                      "gives them",
                      text.c_str());
        if (!std::filesystem::exists(text.substr(at + 1)))
            die("speedup: %s: there is no %s\nhint: `make speedup` builds it", way.c_str(), text.c_str() + at + 1);
    }
    if (program_of(o, "cpu").empty())
        die_usage("speedup: no program for the CPU, expected cpu=PROGRAM\nhint: cpu=bin/nn, or `make speedup`");
}

static std::string device_line(const std::string &said)
{
    size_t at = said.find("device: cuda: ");
    return at == std::string::npos ? "" : said.substr(at + 14, said.find('\n', at) - at - 14);
}

// A CUDA program with one GPU, and with two if there are two.
static void find_cuda(const speedup_options_t *o, const std::string &name, const setting_t *small,
                      std::vector<way_t> *ways, std::string *gpu)
{
    std::string program = program_of(o, name);
    if (program.empty()) return;
    for (int gpus = 1; gpus <= 2; gpus++) {
        way_t way = {gpus > 1 ? name + " 2" : name,
                     "cuda",
                     shell_quoted(program) + " --train --device cuda",
                     1,
                     gpus,
                     false,
                     ""};
        if (gpus > 1) way.command += " --gpus 2";
        std::string base = o->folder + "/first-" + name + std::to_string(gpus);
        way.failed = way_run(o, &way, small, 2, base).failed;
        std::string device = device_line(file_or_nothing(base + ".txt"));
        way.emulated = device.find("emulated") != std::string::npos;
        if (!device.empty() && gpu->empty()) *gpu = device;
        if (gpus > 1 && way.failed.compare(0, 6, "--gpus") == 0) return;  // there is one GPU
        ways->push_back(way);
        if (way.emulated || !way.failed.empty()) return;
    }
}

std::vector<way_t> ways_find(const speedup_options_t *o, const setting_t *small, std::string *gpu)
{
    check_programs(o);
    char self[4096];
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    if (n <= 0) die("/proc/self/exe: cannot be read");
    std::string nn = shell_quoted(program_of(o, "cpu")) + " --train --device cpu --threads ";
    int all = omp_get_num_procs();
    std::vector<way_t> ways = {{"plain", "cpu", shell_quoted(std::string(self, n)) + " naive", 1, 0, false, ""},
                               {"cpu", "cpu", nn + "1", 1, 0, false, ""}};
    for (int t : std::set<int>(o->threads.begin(), o->threads.end()))
        if (t > 1 && t != all) ways.push_back({format("cpu %d", t), "cpu", nn + std::to_string(t), t, 0, false, ""});
    if (all > 1) ways.push_back({"cpu all", "cpu", nn + std::to_string(all), all, 0, false, ""});
    for (way_t &way : ways) {
        std::string base = o->folder + "/first-" + way.name;
        way_run_t run = way_run(o, &way, small, 2, base);
        if (run.interrupted) throw nn_error_t(130, "interrupted before anything was measured: no file was written");
        if (!run.failed.empty())
            die("speedup: %s: %s\nhint: %s", way.name.c_str(), run.failed.c_str(), way.command.c_str());
    }
    find_cuda(o, "cuda", small, &ways, gpu);
    find_cuda(o, "reference", small, &ways, gpu);
    return ways;
}
