// [given] profile.cpp: bin/lab profile: runs the program a little, says where the time of a step goes, draws it.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>

#include <sys/wait.h>
#include <unistd.h>

#include "lab.h"
#include "profile_make.h"
#include "svg.h"
#include "text.h"

static const int MOST_SPANS = 48;  // of the timeline

static struct {
    std::string program = "bin/nn", ncu = "emu/bin/ncu", out = "runs", layers = "30,60,10,1", options, nsys, read;
    int batch = 100, rows = 1000;
    bool no_cpu = false;
} o;

static int status_of(const std::string &command)
{
    int s = system(command.c_str());
    return s == -1 ? 127 : WIFEXITED(s) ? WEXITSTATUS(s) : 128 + WTERMSIG(s);
}

static shape_t shape_asked(void)
{
    std::vector<int> sizes;
    for (size_t at = 0; at <= o.layers.size();) {
        size_t comma = std::min(o.layers.find(',', at), o.layers.size());
        std::string word = o.layers.substr(at, comma - at);
        bool good = !word.empty() && word.size() < 8 && word.find_first_not_of("0123456789") == std::string::npos;
        if (!good) die_usage("--layers %s: expected sizes such as 30,60,10,1", o.layers.c_str());
        sizes.push_back(atoi(word.c_str()));
        at = comma + 1;
    }
    if (sizes.size() < 2) die_usage("--layers %s: expected two sizes or more, such as 30,60,10,1", o.layers.c_str());
    return shape_make(sizes, std::vector<act_t>(sizes.size() - 1, act_parse("--activation", "sigmoid")), LOSS_MSE);
}

// Rows of noise; every class is there. What is learnt makes no difference to what is moved and when.
static void write_rows(const std::string &path, const shape_t *s)
{
    rng_t rng = rng_make(1, RNG_DATA);
    std::string text;
    int classes = std::max(2, s->n[s->L]);
    for (int i = 0; i < o.rows; i++) {
        for (int j = 0; j < s->n[0]; j++) text += format("%.4g,", rng_normal(&rng));
        text += format("class%03d\n", i % classes);
    }
    file_write(path, text);
}

struct folder_made_t {
    std::string path;
    folder_made_t()
    {
        char name[] = "/tmp/nn-profile-XXXXXX";
        if (!mkdtemp(name)) die("/tmp: no folder can be made there");
        path = name;
    }
    ~folder_made_t() { std::filesystem::remove_all(path); }
};

static std::string training(const std::string &folder)
{
    return shell_quoted(o.program) + " --train --device cuda --dataset " + folder + "/rows.csv --model " + folder +
           "/model --layers " + o.layers + format(" --batch_size %d --epochs 2 ", o.batch) + o.options;
}

// ---- the device ------------------------------------------------------------------------------------------

static bool is_emulated(void) { return file_read(o.program).find(".emu.checked") != std::string::npos; }

// There is no device's half to look at; says why. Dies of what went wrong otherwise.
static bool is_missing(const std::string &said, int status)
{
    bool unwritten = status == 3, unbuilt = status != 0 && said.find("cuda is not built") != std::string::npos;
    if (!unwritten && !unbuilt) {
        if (status != 0) die("%s ended with status %d:\n%s", o.program.c_str(), status, said.c_str());
        return false;
    }
    fprintf(stderr, "the device's half is left out: %s%s\n", unwritten ? "it is not written yet\n" : "", said.c_str());
    return true;
}

static bool profile_emulated(profile_t *p, const shape_t *s, const std::string &folder)
{
    if (!program_is_there(o.ncu))
        die("%s: cannot be started, expected the emulator's ncu\nhint: `make emu` builds it", o.ncu.c_str());
    std::string counters = folder + "/counters.json", trace = folder + "/trace", said = folder + "/said";
    int status = status_of(shell_quoted(o.ncu) + " -q --json " + counters + " --trace " + trace + " " +
                           training(folder) + " >" + said + " 2>&1");
    if (is_missing(file_read(said), status)) return false;
    double left_out = 0;
    std::vector<asked_t> all = trace_read(trace, &left_out);
    counters_into(p, counters);
    trained_t t = {*s, 2.0 * o.rows, 2.0 * std::ceil((double)o.rows / o.batch)};
    if (left_out > 0) {  // the FLOPs of what is there
        double part = (double)all.size() / ((double)all.size() + left_out);
        t.rows *= part, t.steps *= part;
        warn("only the first %zu operations were looked at, %.0f are left out: fewer --rows, or a larger --batch",
             all.size(), left_out);
    }
    gpu_t g = gpu_a4000();
    profile_model(p, &g, &all, &t);
    return true;
}

static bool profile_real(profile_t *p, const std::string &folder)
{
    if (!program_is_there("nsys")) {
        fprintf(
            stderr,
            "the device's half is left out: %s was not built for the emulator, and NVIDIA's nsys is not installed\n"
            "hint: make CUDA=emu; or install Nsight Systems, or bring a trace that was made elsewhere: --nsys FILE\n",
            o.program.c_str());
        return false;
    }
    std::string said = folder + "/said", report = folder + "/run.nsys-rep", trace = folder + "/trace.csv";
    int status = status_of(training(folder) + " >" + said + " 2>&1");
    if (is_missing(file_read(said), status)) return false;
    status = status_of("nsys profile --trace=cuda --force-overwrite=true -o " + folder + "/run " + training(folder) +
                       " >" + said + " 2>&1 && nsys stats --report cuda_gpu_trace --format csv " + report + " >" +
                       trace + " 2>>" + said);
    if (status != 0) die("nsys ended with status %d:\n%s", status, file_read(said).c_str());
    *p = nsys_read(trace);
    return true;
}

static bool profile_device(profile_t *p, const shape_t *s)
{
    if (!o.nsys.empty()) {
        *p = nsys_read(o.nsys);
        p->program = o.nsys;
    } else {
        folder_made_t folder;
        write_rows(folder.path + "/rows.csv", s);
        if (!(is_emulated() ? profile_emulated(p, s, folder.path) : profile_real(p, folder.path))) return false;
        p->program = o.program;
        p->options = shape_text(s) + format("; batches of %d, %d rows, twice", o.batch, o.rows) +
                     (o.options.empty() ? "" : "; " + o.options);
    }
    profile_overlap(p);
    profile_few_steps(p, MOST_SPANS);
    return true;
}

// ---- what is shown ---------------------------------------------------------------------------------------

static std::string cell(double x, const char *how) { return std::isfinite(x) ? format(how, x) : "-"; }

static void print_kernels(const profile_t *p)
{
    double all = 0;
    for (const kernel_t &k : p->kernels) all += std::isfinite(k.seconds) ? k.seconds : 0;
    std::vector<kernel_t> kernels = p->kernels;
    auto known = [](const kernel_t &k) { return std::isfinite(k.seconds) ? k.seconds : -1; };
    std::stable_sort(kernels.begin(), kernels.end(),
                     [&](const kernel_t &a, const kernel_t &b) { return known(a) > known(b); });
    printf("%-24s %-12s %8s %9s %9s %8s %9s %7s\n", "kernel", "pass", "launches", "moved", "sectors", "of ideal",
           "each", "share");
    printf("%-24s %-12s %8s %9s %9s %8s %9s %7s\n", "", "", "", "", "/request", "[%]", "", "[%]");
    for (const kernel_t &k : kernels)
        printf("%-24s %-12s %8.0f %9s %9s %8s %9s %7s\n", k.name.c_str(), k.pass.empty() ? "-" : k.pass.c_str(),
               k.launches, std::isfinite(k.bytes) ? bytes_text(k.bytes).c_str() : "-",
               cell(k.sectors_per_request, "%.2f").c_str(), cell(100 * k.efficiency, "%.0f").c_str(),
               time_text(k.seconds / k.launches).c_str(), cell(100 * k.seconds / all, "%.1f").c_str());
}

static std::string wrapped(const std::string &text)
{
    std::string lines;
    size_t column = 0;
    for (size_t at = 0; at < text.size();) {
        size_t end = std::min(text.find(' ', at), text.size());
        if (column > 0 && column + end - at > 110) lines += "\n", column = 0;
        else if (column > 0) lines += " ", column++;
        lines += text.substr(at, end - at);
        column += end - at;
        at = end + 1;
    }
    return lines;
}

static void print_device(const profile_t *p)
{
    printf("%s%s%s\n\n", p->program.c_str(), p->options.empty() ? "" : ", ", p->options.c_str());
    print_kernels(p);
    printf("\ncopies to the device: %.0f, %s; to the host: %.0f, %s\n", p->copies_to_device,
           bytes_text(p->to_device).c_str(), p->copies_to_host, bytes_text(p->to_host).c_str());
    printf("%s: %s", p->model.empty() ? "measured" : "modelled", time_text(p->seconds).c_str());
    if (p->copying > 0)
        printf(", of which a copy is under way for %s, for %.0f %% of that beside a kernel",
               time_text(p->copying).c_str(), 100 * p->copying_aside / p->copying);
    printf("\n\n%s\n", wrapped("times of kernels and copies: " + profile_origin(p)).c_str());
}

static void print_cpu(const profile_t *p)
{
    printf("\nCPU, measured: %s: %.3g GFLOP/s in registers, %.3g GB/s from main memory\n%s\n\n", p->device.c_str(),
           p->peak_flops / 1e9, p->peak_bytes / 1e9, p->options.c_str());
    printf("%-14s %10s %10s %10s %10s %12s\n", "pass", "time", "FLOP/byte", "GFLOP/s", "GB/s", "of the peak");
    for (const kernel_t &k : p->kernels)
        printf("%-14s %10s %10.3g %10.3g %10.3g %10.0f %%\n", k.name.c_str(), time_text(k.seconds).c_str(),
               k.flops / k.bytes, k.flops / k.seconds / 1e9, k.bytes / k.seconds / 1e9,
               100 * k.flops / k.seconds / p->peak_flops);
    printf("bytes: each array of a pass read and written once; a small network stays in the caches, above the memory's "
           "slope\n");
}

static void write_picture(const std::string &name, const std::string &svg)
{
    std::string path = o.out + "/" + name;
    if (svg.empty()) std::filesystem::remove(path);
    else file_write(path, svg), printf("%s\n", path.c_str());
}

static void write_all(const profile_t *device, const profile_t *cpu)
{
    std::vector<profile_t> all;
    printf("\n");
    if (device) all.push_back(*device);
    if (cpu) all.push_back(*cpu);
    if (o.read.empty() && device)
        file_write(o.out + "/profile.json", profile_json(device)), printf("%s/profile.json\n", o.out.c_str());
    if (o.read.empty() && cpu)
        file_write(o.out + "/profile_cpu.json", profile_json(cpu)), printf("%s/profile_cpu.json\n", o.out.c_str());
    write_picture("profile_roofline.svg", profile_roofline(&all));
    write_picture("profile_shares.svg", device ? profile_shares(device) : "");
    write_picture("profile_timeline.svg", device ? profile_timeline(device) : "");
}

static int profile_run(void)
{
    shape_t s = shape_asked();
    if (o.batch > o.rows) die_usage("--batch %d: expected at most --rows %d", o.batch, o.rows);
    std::error_code why;  // file_check_writable says it better
    std::filesystem::create_directories(o.out, why);
    file_check_writable(o.out + "/profile.json");
    profile_t device = {}, cpu = {};
    bool there = true;
    if (!o.read.empty()) device = profile_read(o.read);
    else there = profile_device(&device, &s);
    if (there) print_device(&device);
    else std::filesystem::remove(o.out + "/profile.json");  // of another program
    bool with_cpu = !o.no_cpu && o.read.empty();
    if (with_cpu) {
        cpu = profile_cpu(&s, o.batch);
        print_cpu(&cpu);
    }
    write_all(there ? &device : NULL, with_cpu ? &cpu : NULL);
    return 0;
}

const command_t profile_command = {
    "profile",
    "where the time of a step goes: kernels, copies, roofline, timeline",
    {
        {"--program", &o.program, "the program nn that is looked at"},
        {"--layers", &o.layers, "of the network"},
        {"--batch", &o.batch, "rows of a batch", between(1, 1000000)},
        {"--rows", &o.rows, "made-up rows to learn from, twice", between(2, 1000000)},
        {"--options", &o.options, "more options of nn, in quotes: \"--momentum 0.9 --streams 4\""},
        {"--ncu", &o.ncu, "the emulator's"},
        {"--nsys", &o.nsys, "a GPU's trace instead: nsys stats --report cuda_gpu_trace --format csv"},
        {"--read", &o.read, "a profile.json instead: only draw it again"},
        {"--out", &o.out, "folder of profile.json and the pictures"},
        {"--no_cpu", &o.no_cpu, "the CPU is not measured"},
    },
    profile_run};
