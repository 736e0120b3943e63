// ladder.cpp: bin/lab ladder: every rung on the same small workloads: times on a GPU, counters on the emulator.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <sstream>

#include <sys/wait.h>

#include "cuda_utils.h"
#include "lab.h"
#include "ladder.h"
#include "nn.h"
#include "text.h"

struct workload_t {
    const char *name, *layers, *options;
    int batch;
    int rows;        // on a GPU
    int rows_small;  // on the emulator, and for the comparison with the CPU everywhere
};

// The shapes of the credit-card data, of Rastrigin's function and of Fashion-MNIST; the numbers are random.
static const workload_t all_workloads[] = {
    {"W1 B=10", "30,60,10,1", "--task classification", 10, 20000, 105},
    {"W1 B=100", "30,60,10,1", "--task classification", 100, 100000, 450},
    {"W1 B=1000", "30,60,10,1", "--task classification", 1000, 280000, 2500},
    {"W3", "2,128,128,1", "--activation sigmoid,sigmoid,linear --task regression --learning_rate 0.001", 256, 160000,
     600},
    {"W2 B=100", "784,512,10", "--learning_rate 0.1", 100, 20000, 250},
};

// ---- data --------------------------------------------------------------------------------------------

static void write_table(const std::string &path, int rows, int n_in)
{
    rng_t rng = rng_make(1, RNG_DATA);
    std::string text;
    for (int i = 0; i < rows; i++) {
        double sum = 0, wave = 0;
        for (int j = 0; j < n_in; j++) {
            double x = n_in == 2 ? 10.24 * rng_uniform(&rng) - 5.12 : rng_normal(&rng);
            sum += x;
            wave += x * x - 10 * cos(2 * 3.141592653589793 * x) + 10;
            text += format("%.5g,", x);
        }
        text += n_in == 2 ? format("%.6g\n", wave) : sum > 0 ? "1\n" : "0\n";
    }
    file_write(path, text);
}

static std::string big_endian(uint32_t x)
{
    std::string bytes;
    for (int shift = 24; shift >= 0; shift -= 8) bytes += (char)(x >> shift & 255);
    return bytes;
}

static void write_images(const std::string &images, const std::string &labels, int rows)
{
    rng_t rng = rng_make(1, RNG_DATA);
    std::string pixels = std::string("\0\0\x08\x03", 4) + big_endian(rows) + big_endian(28) + big_endian(28);
    std::string classes = std::string("\0\0\x08\x01", 4) + big_endian(rows);
    for (int i = 0; i < rows; i++) {
        for (int p = 0; p < 784; p++) pixels += (char)(rng_next(&rng) & 255);
        classes += (char)(i % 10);
    }
    file_write(images, pixels);
    file_write(labels, classes);
}

// The file of a workload's rows, made if it is not there yet.
static std::string data_file(const ladder_options_t *o, const workload_t *w, int rows)
{
    int n_in = atoi(w->layers);
    std::string base = o->folder + format("/%d-%d-", n_in, rows);
    std::string path = n_in == 784 ? base + "images-idx3-ubyte" : base + "rows.csv";
    if (std::filesystem::exists(path)) return path;
    if (n_in == 784) write_images(path, base + "labels-idx1-ubyte", rows);
    else write_table(path, rows, n_in);
    return path;
}

// ---- runs --------------------------------------------------------------------------------------------

// Trains; model, log and output are base.m, .csv, .txt. "" or the last line of what it said.
static std::string train(const std::string &command, const workload_t *w, const std::string &data, const char *device,
                         int epochs, const std::string &base)
{
    std::string line = command +
                       format(" --train --device %s --layers %s %s --batch_size %d --epochs %d -s 1", device, w->layers,
                              w->options, w->batch, epochs) +
                       " --dataset " + shell_quoted(data) + " --model " + shell_quoted(base + ".m") + " --log " +
                       shell_quoted(base + ".csv") + " >" + shell_quoted(base + ".txt") + " 2>&1";
    for (const char *end : {".m", ".csv"}) std::filesystem::remove(base + end);
    int status = system(line.c_str());
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return "";
    std::istringstream said(file_read(base + ".txt"));
    std::string error = format("ended with status %d",
                               WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
    for (std::string text; std::getline(said, text);)
        if (text.compare(0, 7, "error: ") == 0) error = text.substr(7);
    return error;
}

// Over all tensors, the greatest difference relative to the tensor's greatest element.
static double difference(const std::string &one, const std::string &other)
{
    nn_t a = nn_load(one), b = nn_load(other);
    double worst = 0;
    for (int l = 1; l <= a.s.L; l++)
        for (int part = 0; part < 2; part++) {
            size_t first = part ? a.s.b_at[l] : a.s.w_at[l];
            size_t n = (size_t)a.s.n[l] * (part ? 1 : a.s.n[l - 1]);
            double far = 0, greatest = 1e-30;
            for (size_t i = first; i < first + n; i++) {
                far = std::max(far, std::fabs((double)a.params[i] - b.params[i]));
                greatest = std::max(greatest, std::fabs((double)b.params[i]));
            }
            worst = std::isfinite(far) ? std::max(worst, far / greatest) : INFINITY;
        }
    return worst;
}

// Seconds of each epoch but the first, which warms up.
static void epoch_seconds(const std::string &log, std::vector<double> *seconds)
{
    std::istringstream lines(file_read(log));
    double before = -1, now;
    long epoch;
    for (std::string line; std::getline(lines, line);) {
        if (sscanf(line.c_str(), "%ld,%lf,", &epoch, &now) != 2) continue;
        if (before >= 0) seconds->push_back(now - before);
        before = now;
    }
}

struct rung_t {
    std::string name, program;
    double tolerance;  // of `difference`
};

static std::string base_of(const ladder_options_t *o, const workload_t *w, const std::string &rung)
{
    std::string base = o->folder + "/" + rung + "-" + w->name;
    std::replace(base.begin() + o->folder.size(), base.end(), ' ', '-');
    return base;
}

// Two epochs of few rows, on the rung and on the CPU by the same program.
static void compare(const ladder_options_t *o, const workload_t *w, const rung_t *rung, figures_t *f)
{
    std::string data = data_file(o, w, w->rows_small), base = base_of(o, w, rung->name);
    f->failed = train(shell_quoted(rung->program), w, data, "cuda", 2, base);
    if (f->failed.empty()) f->failed = train(shell_quoted(rung->program), w, data, "cpu", 2, base + "-cpu");
    if (f->failed.empty()) f->difference = difference(base + ".m", base + "-cpu.m");
}

static void count(const ladder_options_t *o, const workload_t *w, const rung_t *rung, figures_t *f)
{
    std::string data = data_file(o, w, w->rows_small), base = base_of(o, w, rung->name), file[2];
    for (int epochs = 1; epochs <= 2 && f->failed.empty(); epochs++) {
        file[epochs - 1] = base + format("-%d.json", epochs);
        std::string command = shell_quoted(o->ncu) + " -q --json " + shell_quoted(file[epochs - 1]) + " " +
                              shell_quoted(rung->program);
        f->failed = train(command, w, data, "cuda", epochs, base + "-counters");
    }
    if (f->failed.empty()) counters_read(f, file[0], file[1], (w->rows_small + w->batch - 1) / w->batch);
}

// ---- tables --------------------------------------------------------------------------------------------

static const figures_t *find(const std::vector<figures_t> &all, const std::string &rung, const char *workload)
{
    for (const figures_t &f : all)
        if (f.rung == rung && f.workload == workload) return &f;
    return NULL;
}

static std::string ratio(const figures_t *other, const figures_t *f)
{
    if (!other || !(other->step_us > 0)) return "-";
    return format("%.2fx", other->step_us / f->step_us);
}

static void print_times(const std::vector<figures_t> &all, const std::vector<rung_t> &rungs,
                        const std::vector<const workload_t *> &workloads)
{
    printf("\nTime of a step [us], how many times as fast as the rung before, and as `naive`\n\n| rung |");
    for (const workload_t *w : workloads) printf(" %s |", w->name);
    printf(" difference to the CPU |\n|---|");
    for (size_t i = 0; i <= workloads.size(); i++) printf("---|");
    printf("\n");
    for (size_t r = 0; r < rungs.size(); r++) {
        double worst = 0;
        printf("| %s |", rungs[r].name.c_str());
        for (const workload_t *w : workloads) {
            const figures_t *f = find(all, rungs[r].name, w->name);
            worst = std::max(worst, f->failed.empty() ? f->difference : INFINITY);
            if (!f->failed.empty()) printf(" failed |");
            else
                printf(" %.4g %s %s |", f->step_us, ratio(r ? find(all, rungs[r - 1].name, w->name) : NULL, f).c_str(),
                       ratio(find(all, "naive", w->name), f).c_str());
        }
        printf(" %.1e |\n", worst);
    }
}

static std::string fixed(double x, int digits) { return std::isnan(x) ? "-" : format("%.*f", digits, x); }

static void print_counters(const std::vector<figures_t> &all, const workload_t *w)
{
    printf("\n%s: %s, batches of %d, %d rows; per step\n\n", w->name, w->layers, w->batch, w->rows_small);
    printf("| rung | kernels | sectors | per request | over the least | shared passes over the least | barriers | "
           "copied in an epoch [bytes] | difference to the CPU |\n|---|---|---|---|---|---|---|---|---|\n");
    for (const figures_t &f : all) {
        if (f.workload != w->name) continue;
        if (!f.failed.empty()) printf("| %s | failed: %s |\n", f.rung.c_str(), f.failed.c_str());
        else
            printf("| %s | %s | %s | %s | %s | %s | %s | %s | %.1e |\n", f.rung.c_str(), fixed(f.kernels, 1).c_str(),
                   fixed(f.sectors, 0).c_str(), fixed(f.sectors_per_request, 2).c_str(), fixed(f.wasted, 2).c_str(),
                   fixed(f.shared_passes, 2).c_str(), fixed(f.barriers, 0).c_str(), fixed(f.copied, 0).c_str(),
                   f.difference);
    }
}

// ---- all -----------------------------------------------------------------------------------------------

static std::vector<rung_t> find_rungs(const ladder_options_t *o)
{
    std::vector<rung_t> rungs;
    for (const std::string &text : o->rungs) {
        size_t at = text.find('='), second = text.find('=', at + 1);
        if (at == std::string::npos || at == 0 || at + 1 == text.size())
            die_usage("ladder: \"%s\", expected NAME=PROGRAM\nhint: `make ladder` gives them", text.c_str());
        rung_t rung = {text.substr(0, at), text.substr(at + 1, second - at - 1), sizeof(real_t) == 4 ? 1e-4 : 1e-10};
        if (second != std::string::npos) rung.tolerance = atof(text.c_str() + second + 1);
        rungs.push_back(rung);
        if (!std::filesystem::exists(rungs.back().program))
            die("ladder: %s: there is no %s\nhint: `make IMPL=ladder/%s`", rungs.back().name.c_str(),
                rungs.back().program.c_str(), rungs.back().name.c_str());
    }
    return rungs;
}

static std::vector<const workload_t *> find_workloads(const ladder_options_t *o)
{
    std::vector<const workload_t *> found;
    for (const workload_t &w : all_workloads)
        if (o->workloads.empty() || std::count(o->workloads.begin(), o->workloads.end(), w.name)) found.push_back(&w);
    if (found.empty()) die_usage("--workload: \"%s\" is none of them; see --help", o->workloads[0].c_str());
    return found;
}

// In turns: every rung once, then every rung again.
static void take_times(const ladder_options_t *o, const workload_t *w, const std::vector<rung_t> &rungs, figures_t *f)
{
    std::vector<std::vector<double>> seconds(rungs.size());
    std::string data = data_file(o, w, w->rows);
    for (int repeat = 0; repeat < o->repeats; repeat++)
        for (size_t r = 0; r < rungs.size(); r++) {
            if (!f[r].failed.empty()) continue;
            std::string base = base_of(o, w, rungs[r].name) + "-times";
            f[r].failed = train(shell_quoted(rungs[r].program), w, data, "cuda", 4, base);
            if (f[r].failed.empty()) epoch_seconds(base + ".csv", &seconds[r]);
        }
    int steps = (w->rows + w->batch - 1) / w->batch;
    for (size_t r = 0; r < rungs.size(); r++) f[r].step_us = median(seconds[r]) / steps * 1e6;
}

bool lab_ladder(const ladder_options_t *o)
{
    std::vector<rung_t> rungs = find_rungs(o);
    std::vector<const workload_t *> workloads = find_workloads(o);
    for (const std::string &file : {o->json, o->csv})
        if (!file.empty()) file_check_writable(file);
    std::string device = cuda_start();
    bool emulated = device.find("emulated") != std::string::npos;
    std::filesystem::create_directories(o->folder);
    printf("device: %s\n", device.c_str());
    if (emulated) printf("emulated: no times; counters of the second epoch of few rows (%s numbers)\n", REAL_NAME);
    else printf("medians of %d runs of 3 epochs each, after one to warm up (%s numbers)\n", o->repeats, REAL_NAME);

    std::vector<figures_t> all;
    bool good = true;
    for (const workload_t *w : workloads) {
        size_t first = all.size();
        for (const rung_t &rung : rungs) {
            figures_t f = {rung.name, w->name, "", NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN};
            fprintf(stderr, "%s: %s\n", w->name, rung.name.c_str());
            compare(o, w, &rung, &f);
            if (emulated && f.failed.empty()) count(o, w, &rung, &f);
            all.push_back(f);
        }
        if (!emulated) take_times(o, w, rungs, &all[first]);
        if (emulated) print_counters(all, w);
        fflush(stdout);
    }
    if (!emulated) print_times(all, rungs, workloads);
    for (size_t i = 0; i < all.size(); i++) {
        const figures_t *f = &all[i];
        double tolerance = rungs[i % rungs.size()].tolerance;
        if (f->failed.empty() && f->difference <= tolerance) continue;
        good = false;
        std::string why = f->failed;
        if (why.empty()) why = format("difference to the CPU %.1e, expected at most %.0e", f->difference, tolerance);
        printf("wrong: %s, %s: %s\n", f->rung.c_str(), f->workload.c_str(), why.c_str());
    }
    if (!o->json.empty()) file_write(o->json, figures_json(all, device));
    if (!o->csv.empty()) file_write(o->csv, figures_csv(all));
    return good;
}
