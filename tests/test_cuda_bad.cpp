// tests/test_cuda_bad.cpp: what can go wrong with a GPU: the program says what, where and what to do, and spoils no file.
#include <algorithm>
#include <cmath>
#include <csignal>
#include <fstream>

#include "cuda_helpers.h"

static ended_t nn_with(const folder_t *f, const std::string &environment, const std::string &arguments)
{
    return shell("cd " + f->path + "\nOMP_NUM_THREADS=1 EMU_THREADS=2 " + environment + " $NN " + arguments);
}

// A message is "error: ..." and "hint: ..." on lines of their own, and nothing follows.
static bool is_message(const std::string &err)
{
    size_t error = err.find("error: "), hint = err.find("\nhint: ");
    return error != std::string::npos && hint != std::string::npos && error < hint &&
           err.find('\n', hint + 1) == err.size() - 1 && (error == 0 || err[error - 1] == '\n');
}

// The run ends with `status` and says all of `parts`; the old model and log are as they were.
static void check_refused(const std::string &environment, const std::string &arguments, int status,
                          const std::vector<std::string> &parts)
{
    folder_t f;
    f.write("train.csv", table(60, 4, 2));
    f.write("m", "old model\n");
    ended_t e = nn_with(&f, environment, arguments + " --dataset train.csv --model m");
    CAPTURE(environment + " nn " + arguments);
    CAPTURE(e.err);
    CHECK(e.status == status);
    if (status == 1) CHECK(is_message(e.err));
    else CHECK(e.err.compare(0, 7, "error: ") == 0);
    for (const std::string &part : parts) CHECK_MESSAGE(contains(e.err, part), "missing: " << part);
    CHECK(bytes(&f, "m") == "old model\n");
    CHECK_FALSE(exists(f.file("m.checkpoint")));
}

static const std::string TRAIN = "--train --device cuda --layers 4,6,1 --epochs 3";

TEST_CASE("cuda, bad: no GPU, a driver too old, a GPU that is taken")
{
    NEEDS_EMULATOR();
    for (std::string arguments : {TRAIN, std::string("--test --device cuda")}) {
        check_refused("CUDA_VISIBLE_DEVICES=", arguments, 1,
                      {"--device cuda: there is no GPU", "--device cpu", "CUDA=emu"});
        check_refused("EMU_FAIL=cudaGetDeviceCount:1:100", arguments, 1, {"there is no GPU"});
        check_refused(
            "EMU_FAIL=cudaGetDeviceCount:1:35", arguments, 1,
            {"the GPU's driver knows CUDA 1", "this program was built with CUDA 1", "older than the CUDA toolkit"});
        check_refused("EMU_FAIL=cudaGetDeviceCount:1:35,cudaDriverGetVersion:1:35", arguments, 1, {"no driver for it"});
        check_refused("EMU_FAIL=cudaGetDeviceCount:1:803", arguments, 1, {"restart the machine"});
        check_refused("EMU_FAIL=cudaSetDevice:1:46", arguments, 1, {"cuda_utils.cu:", "nvidia-smi"});
        check_refused("EMU_FAIL=cudaFree:1:46", arguments, 1, {"another program has the GPU"});
    }
}

TEST_CASE("cuda, bad: GPU out of memory, with what was asked for and what is there")
{
    NEEDS_EMULATOR();
    std::string wide = "--train --device cuda --layers 4,20000,1 --epochs 3";
    check_refused("EMU_MEM=1M", wide, 1,
                  {"out of GPU memory: ", " MiB for parameters, gradients and activations;", " of 1.0 MiB are free",
                   "smaller --batch_size"});
    size_t row = 60 * sizeof(real_t);
    const std::string what[] = {format("%zu bytes for the features of the data set", 4 * row),
                                format("%zu bytes for the targets of the data set", row),
                                format("%zu bytes for the weights of the rows", row),
                                "for parameters, gradients and activations", "240 bytes for the order of the rows"};
    for (int i = 0; i < 5; i++)
        check_refused(format("EMU_FAIL=cudaMalloc:%d:2", i + 1), TRAIN + " --class_weights 1,2", 1,
                      {"out of GPU memory: ", what[i], "4.00 GiB are free"});
    std::string two = "EMU_DEVICES=2 NN_GPU_SUM=host EMU_FAIL=";
    check_refused(two + "cudaMalloc:8:2", TRAIN + " --gpus 2", 1,
                  {"out of memory on GPU 1 of 2: ", "for the order of the rows"});
    check_refused(two + "cudaMalloc:9:2", TRAIN + " --gpus 2", 1,
                  {"out of memory on GPU 0 of 2: ", "the other GPUs' gradients"});
    check_refused(two + "cudaHostAlloc:2:2", TRAIN + " --gpus 2", 1,
                  {"out of pinned memory on the host: ", "fewer --gpus"});
    check_refused("EMU_DEVICES=2 EMU_FAIL=cudaDeviceEnablePeerAccess:1:217", TRAIN + " --gpus 2", 1,
                  {"cudaErrorPeerAccessUnsupported"});
}

TEST_CASE("cuda, bad: whatever call fails, and whenever: a message, and the old model stays or the new one is whole")
{
    NEEDS_EMULATOR();
    folder_t f;
    f.write("train.csv", table(20, 4, 2));
    for (std::string gpus : {"", " --gpus 2"})
        for (const char *call :
             {"cudaGetDeviceCount", "cudaSetDevice", "cudaGetDeviceProperties", "cudaMalloc", "cudaFree", "cudaMemset",
              "cudaMemcpy", "cudaMemcpyAsync", "cudaLaunchKernel", "cudaEventRecord", "cudaStreamWaitEvent"})
            for (int i = 1, failed = 1; failed && i < 40; i += 1 + i / 2) {
                f.write("m", "old model\n");
                std::string fail = format("EMU_DEVICES=2 EMU_FAIL=%s:%d:214", call, i);
                ended_t e = nn_with(&f, fail, TRAIN + " --dataset train.csv --validation 0.3 --model m" + gpus);
                CAPTURE(fail + gpus);
                CAPTURE(e.err);
                failed = e.status != 0;
                CHECK((e.status == 0 || e.status == 1));
                CHECK(is_message(e.err) == (failed != 0));
                if (failed) CHECK(contains(e.err, "the GPU does not work any more"));
                if (bytes(&f, "m") != "old model\n") CHECK(nn_load(f.file("m")).params.size() == 37);
                else CHECK(failed);
            }
}

TEST_CASE("cuda, bad: after a lost GPU the run goes on from the last checkpoint")
{
    NEEDS_EMULATOR();
    folder_t f;
    f.write("a.csv", table(60, 4, 2));
    std::string options =
        "--train --device cuda --dataset a.csv --layers 4,6,1 --epochs 8 --checkpoint 1 --momentum 0.5 ";
    REQUIRE(nn_with(&f, "", options + "--model whole").status == 0);
    ended_t e = nn_with(&f, "EMU_FAIL=cudaMemcpy:24:999", options + "--model m");
    CAPTURE(e.err);
    CHECK(e.status == 1);
    CHECK(contains(e.err, "--resume goes on from the last checkpoint"));
    CHECK_FALSE(exists(f.file("m")));
    REQUIRE(exists(f.file("m.checkpoint")));
    e = nn_with(&f, "", options + "--model m --resume -v");
    CHECK(e.status == 0);
    CHECK(contains(e.out, "resumed from m.checkpoint after epoch "));
    CHECK((bytes(&f, "m") == bytes(&f, "whole")));
}

TEST_CASE("cuda, bad: options that make no sense, and a layer beyond what a grid can count")
{
    NEEDS_EMULATOR();
    check_refused("", TRAIN + " --batch_size 61", 2, {"--batch_size: 61, expected at most 60: the rows of train.csv"});
    for (const char *block : {"0", "-32", "31", "33", "48", "2048", "x", ""})
        check_refused("", TRAIN + " --block '" + block + "'", 2, {"--block: "});
    for (const char *gpus : {"0", "-1", "17", "two", ""})
        check_refused("", TRAIN + " --gpus '" + gpus + "'", 2, {"--gpus: '", "from 1 to 16"});
    check_refused("", "--train --device cuda --layers 4,1100000,1 --epochs 1", 1,
                  {"train.cu:", "kernel layer_forward: cudaErrorInvalidConfiguration", "65535 blocks in y or z"});
}

// ---- errors of kernels -------------------------------------------------------------------------------

// nn with a weight_gradient that writes far out of bounds.
static void compile_broken(const folder_t *f, const std::string &name, const std::string &options)
{
    std::string text = file_read("solutions/train.cu"), right = "dW[(size_t)j * k + p] = sum;";
    size_t at = text.find(right);
    REQUIRE(at != std::string::npos);
    text.replace(at, right.size(), "dW[((size_t)1 << 40) + p] = sum;");
    f->write("train.cu", text);
    compile_cuda(f, name, f->path + "/train.cu src/cuda_utils.cu " TEST_BUILD "/main.o", options,
                 "train.cu cuda_utils.cu");
}

TEST_CASE("cuda, bad: an error within a kernel is the kernel's, not that of the call where it shows")
{
    NEEDS_EMULATOR();
    folder_t f;
    f.write("a.csv", table(60, 4, 2));
    std::string arguments = " --train --device cuda --dataset a.csv --layers 4,6,1 --epochs 2 --model m";
    compile_broken(&f, "fast", "");
    ended_t e = shell("cd " + f.path + "\n./fast" + arguments);
    CAPTURE(e.err);
    CHECK(e.status == 1);
    CHECK(contains(e.err, "cudaErrorIllegalAddress"));
    CHECK(contains(e.err, "the error is not of this call but of a kernel before it; launched last: update_parameter, "
                          "weight_gradient, "));
    CHECK(contains(e.err, "`make DEBUG=1`"));
    CHECK(contains(e.err, "`make debug` names the line"));
    CHECK_FALSE(exists(f.file("m")));

    compile_broken(&f, "debug", "-DCUDA_DEBUG");
    e = shell("cd " + f.path + "\n./debug" + arguments);
    CAPTURE(e.err);
    CHECK(e.status == 1);
    CHECK(contains(e.err, "in kernel weight_gradient: cudaErrorIllegalAddress"));
    CHECK(contains(e.err, "`make debug` names the line"));
    CHECK_FALSE(contains(e.err, "update_parameter"));
    CHECK_FALSE(exists(f.file("m")));
}

// ---- Ctrl-C ------------------------------------------------------------------------------------------

static double distance(const folder_t *f, const std::string &a, const std::string &b)
{
    nn_t x = nn_load(f->file(a)), y = nn_load(f->file(b));
    double worst = 0, size = 0;
    for (size_t i = 0; i < x.params.size(); i++) {
        worst = std::max(worst, std::fabs((double)x.params[i] - y.params[i]));
        size = std::max(size, std::fabs((double)x.params[i]));
    }
    return worst / size;
}

TEST_CASE("cuda, bad: Ctrl-C keeps model and checkpoint; the run goes on on the GPU, on two, or on the CPU")
{
    NEEDS_EMULATOR();
    folder_t f;
    f.write("a.csv", table(400, 4, 2));
    std::string common = "--train --dataset a.csv --layers 4,12,1 --batch_size 8 --epochs 20 --momentum 0.5 ";
    std::string whole = common + "--device cuda --model whole";
    REQUIRE(nn_with(&f, "", whole).status == 0);
    for (std::string rest : {"--device cuda", "--device cuda --gpus 2", ""}) {
        CAPTURE(rest);
        std::string begin = rest.empty() ? "--device cuda" : rest;
        ended_t e = shell("cd " + f.path + "\nrm -f l\nexport EMU_DEVICES=2 OMP_NUM_THREADS=1\n$NN " + common + begin +
                          " --model m --log l & pid=$!\n"
                          "while kill -0 $pid 2>/dev/null && ! [ \"$(grep -c '^[0-9]' l 2>/dev/null)\" -ge 3 ]; do "
                          "sleep 0.002; done\n"
                          "kill -TERM $pid; wait $pid");
        CAPTURE(e.err);
        CHECK(e.status == 128 + SIGTERM);
        CHECK(contains(e.out, "interrupted after epoch "));
        CHECK(contains(e.out, "checkpoint: m.checkpoint"));
        CHECK(nn_with(&f, "", "--test --device cuda --dataset a.csv --model m").status == 0);
        e = nn_with(&f, "EMU_DEVICES=2", common + rest + " --model m --log l --resume");
        CHECK(e.status == 0);
        if (rest == "--device cuda") CHECK((bytes(&f, "m") == bytes(&f, "whole")));
        else CHECK(distance(&f, "whole", "m") < (sizeof(real_t) == sizeof(float) ? 1e-2 : 1e-9));
    }
}
