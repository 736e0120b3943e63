// tests/test_ladder.cpp: every rung of solutions/ladder trains to the CPU's parameters, and the sanitizer tools are silent.
#include "helpers.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace fs = std::filesystem;

// Where the programs of this configuration lie, and whether they have a device at all.
static std::string out_folder(void) { return fs::read_symlink("/proc/self/exe").parent_path().string(); }
static bool has_ladder(void) { return fs::exists("solutions/ladder"); }  // a student's tree has none
static bool emulated(void) { return has_ladder() && contains(out_folder(), "-emu/"); }
static bool with_cuda(void) { return emulated() || (has_ladder() && contains(out_folder(), "-real/")); }
static std::string program(const std::string &rung) { return out_folder() + "/ladder/" + rung + "/nn"; }

// What "// KEY: value" in the rung's sources says; "" if it says nothing.
static std::string marker(const std::string &rung, const std::string &key)
{
    for (const char *file : {"nn.cu", "train.cu", "test.cu"}) {
        std::ifstream in("solutions/ladder/" + rung + "/" + file);
        for (std::string line, start = "// " + key + ": "; std::getline(in, line);)
            if (line.compare(0, start.size(), start) == 0) return line.substr(start.size());
    }
    return "";
}

static std::vector<std::string> all_rungs(void)
{
    std::istringstream names(shell(format("scripts/rungs.sh %s %s", emulated() ? "emu" : "real", REAL_NAME)).out);
    std::vector<std::string> rungs;
    for (std::string name; names >> name;) rungs.push_back(name);
    return rungs;
}

TEST_CASE("ladder: every folder is in the list of rungs")
{
    if (!has_ladder()) return;
    std::string list = shell("cat scripts/rungs.sh").out, readme = shell("cat solutions/ladder/README.md").out;
    for (const fs::directory_entry &e : fs::directory_iterator("solutions/ladder")) {
        if (!e.is_directory()) continue;
        std::string name = e.path().filename().string();
        CAPTURE(name);
        CHECK((contains(list, name + " ") || contains(list, name + "'")));
        CHECK(contains(readme, "| `" + name + "` |"));
    }
}

static const std::vector<std::string> sample = {"tiled", "streams", "graph"};

// Over all tensors, the greatest difference relative to the tensor's greatest element.
static double difference(const nn_t &a, const nn_t &b)
{
    double worst = 0;
    for (int l = 1; l <= a.s.L; l++)
        for (bool is_bias : {false, true}) {
            size_t first = is_bias ? a.s.b_at[l] : a.s.w_at[l], n = (size_t)a.s.n[l] * (is_bias ? 1 : a.s.n[l - 1]);
            double far = 0, greatest = 1e-30;
            for (size_t i = first; i < first + n; i++) {
                far = std::max(far, std::fabs((double)a.params[i] - b.params[i]));
                if (!std::isfinite(a.params[i])) far = INFINITY;
                greatest = std::max(greatest, std::fabs((double)b.params[i]));
            }
            worst = std::max(worst, far / greatest);
        }
    return worst;
}

static void same_as_cpu(const std::vector<std::string> &rungs, const std::string &options,
                        const std::string &gpu_options = "")
{
    folder_t f;
    std::string arguments = " --train --dataset datasets/breast_cancer_train.csv -s 3 " + options + " --model ";
    ended_t e = shell("$NN" + arguments + f.file("cpu.m") + " --device cpu");
    REQUIRE(e.status == 0);
    nn_t cpu = nn_load(f.file("cpu.m"));
    for (const std::string &rung : rungs) {
        CAPTURE(rung);
        CAPTURE(options);
        std::string said = marker(rung, "tolerance");
        double tolerance = said != "" ? atof(said.c_str()) : sizeof(real_t) == 4 ? 2e-5 : 1e-12;
        e = shell(program(rung) + arguments + f.file("gpu.m") + " --device cuda " + gpu_options);
        CAPTURE(e.err);
        CHECK(e.status == 0);
        if (e.status == 0) CHECK(difference(nn_load(f.file("gpu.m")), cpu) <= tolerance);
    }
}

// 398 rows: 37, 100 and 10 leave a short last batch, 398 is the whole set; widths that are no multiples of 4.
static void train_all_ways(const std::vector<std::string> &rungs)
{
    same_as_cpu(rungs, "--layers 30,60,10,1 --epochs 4 --batch_size 37 --learning_rate 0.5");
    same_as_cpu(rungs,
                "--layers 30,33,7,1 --epochs 3 --batch_size 100 --momentum 0.9 --class_weights 1,3 --lr_decay exp");
    same_as_cpu(rungs,
                "--layers 30,13,2 --activation tanh,softmax --loss log --epochs 3 --batch_size 10 --validation 0.2");
    same_as_cpu(rungs, "--layers 30,1 --epochs 3 --batch_size 398", "--streams 4 --block 64");
}

TEST_CASE("ladder: three rungs train to the CPU's parameters" * doctest::skip(SLOW_IN_DOUBLE))
{
    if (with_cuda()) train_all_ways(sample);
}

TEST_CASE("ladder: every rung trains to the CPU's parameters" * doctest::skip())
{
    if (!with_cuda()) return;
    std::vector<std::string> rungs = all_rungs();
    CHECK(rungs.size() >= 7);
    train_all_ways(rungs);
}

TEST_CASE("ladder: an interrupted run goes on in the middle of an epoch" * doctest::skip(SLOW_IN_DOUBLE))
{
    if (!with_cuda()) return;
    for (const std::string &rung : sample) {
        CAPTURE(rung);
        folder_t f;
        std::string train = program(rung) + " --train --device cuda --dataset datasets/breast_cancer_train.csv -s 3 "
                                            "--layers 30,13,1 --batch_size 10 --epochs 20 --model ";
        REQUIRE(shell(train + f.file("whole.m")).status == 0);
        train += f.file("part.m");
        ended_t e = shell(train + " & pid=$!\nsleep 0.3\nkill -INT $pid\nwait $pid");
        CAPTURE(e.err);
        CHECK((e.status == 0 || e.status == 130));  // 0: it had ended before
        if (e.status == 130) CHECK(shell(train + " --resume").status == 0);
        CHECK(nn_load(f.file("part.m")).params == nn_load(f.file("whole.m")).params);
    }
}

static void sanitizers_silent(const std::vector<std::string> &rungs)
{
    for (const std::string &rung : rungs)
        for (const char *order : {"forward", "random:7"}) {
            CAPTURE(rung);
            CAPTURE(order);
            ended_t e = shell(
                std::string("emu/bin/compute-sanitizer --tool all --order ") + order + " " + program(rung) +
                " --train --device cuda --dataset datasets/breast_cancer_train.csv -s 3 --layers 30,13,7,1 "
                "--epochs 2 --batch_size 90 --momentum 0.5 --class_weights 1,2 --validation 0.1");
            CAPTURE(e.out);
            CHECK(e.status == 0);
            CHECK(contains(e.out + e.err, "ERROR SUMMARY: 0 errors"));
        }
}

TEST_CASE("ladder: the sanitizer tools are silent on two rungs" * doctest::skip(SLOW_IN_DOUBLE))
{
    if (emulated()) sanitizers_silent({"tiled", "streams"});
}

TEST_CASE("ladder: the sanitizer tools are silent on every rung" * doctest::skip())
{
    if (emulated()) sanitizers_silent(all_rungs());
}

TEST_CASE("lab ladder: counters, a wrong rung, a missing program" * doctest::skip(SLOW_IN_DOUBLE))
{
    if (!emulated()) return;
    folder_t f;
    std::string lab = out_folder() + "/lab ladder --workload 'W1 B=10' --folder " + f.file("lab") +
                      " tiled=" + program("tiled");
    ended_t e = shell(lab + " --csv " + f.file("csv") + " --json " + f.file("json"));
    CAPTURE(e.err);
    CHECK(e.status == 0);
    CHECK(contains(e.out, "emulated: no times"));
    CHECK(contains(e.out, "\n| tiled | 16.0 | "));
    CHECK(contains(shell("cat " + f.file("csv")).out, "\ntiled,W1 B=10,"));
    CHECK(contains(shell("cat " + f.file("json")).out, "\"kernels\": 16.0"));

    e = shell(lab + "=1e-30");
    CHECK(e.status == 1);
    CHECK(contains(e.out, "wrong: tiled, W1 B=10: difference to the CPU"));
    e = shell(lab + " other=" + f.file("nothing"));
    CHECK(e.status == 1);
    CHECK(contains(e.err, "hint: `make IMPL=ladder/other`"));
    CHECK(shell(lab + " other").status == 2);
    CHECK(shell(out_folder() + "/lab operations --sizes 7,33 --repeats 1").status == 0);
}
