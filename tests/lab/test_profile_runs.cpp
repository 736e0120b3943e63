// tests/lab/test_profile_runs.cpp: bin/lab profile as a program: NVIDIA's trace, the CPU, the emulator.
#include "../../lab/profile_make.h"
#include "../helpers.h"

#include <cmath>

#include <nlohmann/json.hpp>

// ---- NVIDIA's trace --------------------------------------------------------------------------------------

static const char *const nsys_csv =
    "NOTICE: Existing SQLite export found: run.sqlite\n\n"
    "Processing [run.sqlite] with [/opt/nsight/reports/cuda_gpu_trace.py]... \n"
    "Start (ns),Duration (ns),CorrId,GrdX,GrdY,GrdZ,BlkX,BlkY,BlkZ,Reg/Trd,StcSMem (MB),DymSMem (MB),Bytes "
    "(MB),Throughput "
    "(MB/s),SrcMemKd,DstMemKd,Device,Ctx,GreenCtx,Strm,Name\n"
    "5000,1000,1,,,,,,,,,,0.004,4000.0,Pageable,Device,NVIDIA RTX A4000 (1),1,,7,[CUDA memcpy Host-to-Device]\n"
    "7000,2000,2,4,1,1,256,1,1,16,0.000,0.000,,,,,NVIDIA RTX A4000 (1),1,,13,\"void scale<float>(float *, int)\"\n"
    "8000,3000,3,4,1,1,256,1,1,16,0.000,0.000,,,,,NVIDIA RTX A4000 (1),1,,14,\"void scale<float>(float *, int)\"\r\n"
    "12000,500,4,,,,,,,,,,0.008,4000.0,Device,Pinned,NVIDIA RTX A4000 (1),1,,7,[CUDA memcpy DtoH]\n"
    "13000,500,5,,,,,,,,,,0.008,4000.0,Device,,NVIDIA RTX A4000 (1),1,,7,[CUDA memset]\n";

TEST_CASE("profile: nsys's trace of a GPU")
{
    folder_t f;
    profile_t p = nsys_read(f.write("trace.csv", nsys_csv));
    CHECK(p.device == "NVIDIA RTX A4000");
    CHECK(p.model == "");
    REQUIRE(p.spans.size() == 5);
    CHECK(p.spans[0].kind == "to device");
    CHECK(p.spans[0].start == 0);
    CHECK(p.spans[0].bytes == doctest::Approx(4000));
    CHECK(p.spans[2].kind == "kernel");
    CHECK(p.spans[2].stream == 14);
    CHECK(p.spans[2].device == 1);
    CHECK(p.spans[2].end == doctest::Approx(6e-6));
    CHECK(p.spans[3].kind == "to host");
    CHECK(p.spans[4].kind == "set");
    REQUIRE(p.kernels.size() == 1);
    CHECK(p.kernels[0].name == "scale");
    CHECK(p.kernels[0].launches == 2);
    CHECK(p.kernels[0].seconds == doctest::Approx(5e-6));
    CHECK(std::isnan(p.kernels[0].bytes));
    CHECK(p.copies_to_device == 1);
    CHECK(p.to_host == doctest::Approx(8000));
    profile_t again = profile_read(f.write("p.json", profile_json(&p)));
    CHECK(profile_json(&again) == profile_json(&p));

    // Other versions: other order, units and names; numbers with thousands.
    p = nsys_read(
        f.write("other.csv",
                "Name,Start (us),Duration (ms),Bytes (KiB),Strm\nk,\"1,000\",2,,3\n[CUDA memcpy HtoD],3000.5,1,4,3\n"));
    CHECK(p.spans[0].end == doctest::Approx(2e-3));
    CHECK(p.spans[1].start == doctest::Approx(2000.5e-6));
    CHECK(p.spans[1].bytes == doctest::Approx(4096));
    CHECK(p.device == "GPU");
}

TEST_CASE("profile: a trace that is none")
{
    folder_t f;
    auto refusal = [&](const std::string &text) {
        std::string path = f.write("t.csv", text);
        return death_of([&] { nsys_read(path); });
    };
    const std::string head = "Start (ns),Duration (ns),Name\n";
    CHECK(contains(death_of([&] { nsys_read(f.file("none")); }), "none"));
    CHECK(contains(refusal(""), "no line with the columns Start, Duration and Name\nhint: nsys profile"));
    CHECK(contains(refusal("Time (%),Total Time (ns),Name\n1,2,k\n"), "no line with the columns"));
    CHECK(contains(refusal(head), "no kernel and no copy was traced"));
    CHECK(contains(refusal(head + "x,1,k\n"), "t.csv:2: expected a start, a duration and a name"));
    CHECK(contains(refusal(head + "1,-1,k\n"), "t.csv:2: expected a start"));
    CHECK(contains(refusal(head + "1,1\n"), "t.csv:2: expected a start"));
    CHECK(contains(refusal("Start (weeks),Duration (ns),Name\n1,1,k\n"), "the unit of Start or Duration is not known"));

    double left_out = 0;
    auto trace_refusal = [&](const std::string &text) {
        std::string path = f.write("trace", text);
        return death_of([&] { trace_read(path, &left_out); });
    };
    const std::string first = "{\"format\": \"emu-trace 1\", \"left_out\": 0}\n";
    CHECK(contains(trace_refusal(""), "is no trace of the emulator\nhint: "));
    CHECK(contains(trace_refusal("{}\n"), "is no trace of the emulator"));
    CHECK(contains(trace_refusal("x\n"), "trace:1: is damaged"));
    CHECK(contains(trace_refusal(first + "{\"id\": 0}\n"), "trace:2: is damaged"));
    CHECK(contains(trace_refusal(first + "{\"id\": 1}\n"), "trace:2: expected the operation with id 0"));
    CHECK(trace_refusal(first) == "");
}

// ---- the program -----------------------------------------------------------------------------------------

TEST_CASE("lab profile: a GPU's trace, a file again, wrong options")
{
    folder_t f;
    f.write("trace.csv", nsys_csv);
    ended_t e = shell("cd " + f.path + " && $LAB profile --no_cpu --nsys trace.csv --out out");
    CHECK(e.status == 0);
    CHECK(words_of(e.out, "scale") == std::vector<std::string>{"-", "2", "-", "-", "-", "2.5", "us", "100.0"});
    CHECK(contains(e.out, "times of kernels and copies: measured on NVIDIA RTX A4000\n"));
    CHECK(contains(e.out, "of which a copy is under way for 1.5 us, for 0 % of that beside a kernel"));
    CHECK(exists(f.file("out/profile_timeline.svg")));
    CHECK(exists(f.file("out/profile_shares.svg")));
    CHECK(!exists(f.file("out/profile_roofline.svg")));  // nobody counted
    CHECK(!exists(f.file("out/profile_cpu.json")));
    std::string timeline = bytes(&f, "out/profile_timeline.svg");
    CHECK(!contains(timeline, "modelled"));
    CHECK(shell("cd " + f.path + " && $LAB profile --read out/profile.json --out again").status == 0);
    CHECK(bytes(&f, "again/profile_timeline.svg") == timeline);

    profile_t p = profile_read(f.file("out/profile.json"));
    kernel_t unknown = p.kernels[0];
    unknown.name = "unknown", unknown.seconds = NAN;
    p.kernels.insert(p.kernels.begin(), unknown);  // whose time nobody knows comes last
    f.write("two.json", profile_json(&p));
    e = shell("cd " + f.path + " && $LAB profile --read two.json --out again");
    CHECK(e.out.find("\nscale ") < e.out.find("\nunknown "));

    auto failed = [&](const std::string &arguments) {
        ended_t x = shell("cd " + f.path + " && $LAB profile --no_cpu " + arguments);
        return std::to_string(x.status) + " " + x.err;
    };
    CHECK(contains(failed("--layers 3"), "2 error: --layers 3: expected two sizes"));
    CHECK(contains(failed("--layers 3,,1"), "2 error: --layers 3,,1: expected sizes"));
    CHECK(contains(failed("--rows 10 --batch 11"), "2 error: --batch 11: expected at most --rows 10"));
    CHECK(contains(failed("--program none"), "1 error: "));
    CHECK(contains(failed("--read none"), "1 error: none"));
    CHECK(contains(failed("--nsys none"), "1 error: none"));
    CHECK(contains(failed("--bogus"), "2 "));
    CHECK(contains(failed("--out trace.csv/in"), "1 error: trace.csv/in/profile.json: cannot be written: "));
}

TEST_CASE("lab profile: the CPU is measured, and no device is needed")
{
    folder_t f;
    f.write("nn", "#!/bin/sh\necho 'error: part 1 is not written yet' >&2\nexit 3\n");
    ended_t e = shell(
        "cd " + f.path +
        " && chmod +x nn && printf '# .emu.checked\\n' >>nn && mkdir out && echo old >out/profile.json && "
        "$LAB profile --program ./nn --ncu 'env A=' --out out");
    CHECK(e.status == 1);  // no such ncu: not taken for a half that is not written
    CHECK(contains(e.err, "error: env A=: cannot be started, expected the emulator's ncu\nhint: "));
    f.write("ncu", "#!/bin/sh\nwhile [ \"$1\" != ./nn ]; do shift; done\nexec \"$@\"\n");
    e = shell("cd " + f.path +
              " && chmod +x ncu && $LAB profile --program ./nn --ncu ./ncu --layers 5,4,2 --batch 7 --out out");
    CHECK(e.status == 0);
    CHECK(contains(e.err, "the device's half is left out: it is not written yet\nerror: part 1 is not written yet"));
    CHECK(!exists(f.file("out/profile.json")));
    profile_t p = profile_read(f.file("out/profile_cpu.json"));
    CHECK(p.model == "");
    CHECK(p.peak_flops > 1e8);
    CHECK(p.peak_bytes > 1e8);
    REQUIRE(p.kernels.size() == 4);
    CHECK(p.kernels[0].flops == 2 * 28 * 7);
    CHECK(p.kernels[0].bytes == (7 * 5 + 20 + 4 + 7 * 4 + 7 * 4 + 8 + 2 + 7 * 2) * sizeof(real_t));
    for (const kernel_t &k : p.kernels) {
        CHECK(k.seconds > 0);
        CHECK(k.flops / k.seconds < 1e13);
    }
    CHECK(contains(bytes(&f, "out/profile_roofline.svg"), "measured"));
    // A GPU's program, where nsys is not installed.
    f.write("real", "#!/bin/sh\nexit 0\n");
    e = shell("cd " + f.path +
              " && PATH=/usr/bin:/bin; ! command -v nsys >/dev/null || exit 0; $LAB profile --no_cpu --program ./real "
              "--out out");
    CHECK(e.status == 0);
    if (!e.err.empty()) CHECK(contains(e.err, "the device's half is left out: ./real was not built for the emulator"));
    // What fails for another reason is told, with its words.
    f.write("nn", "#!/bin/sh\n# .emu.checked\necho 'CUDA error 700' >&2\nexit 1\n");
    e = shell("cd " + f.path + " && $LAB profile --no_cpu --program ./nn --ncu ./ncu --out out");
    CHECK(e.status == 1);
    CHECK(contains(e.err, "error: ./nn ended with status 1:\nCUDA error 700"));
}

// A program whose copies go ahead of its kernels, or not: an argument says which.
static const char *const two_ways = R"(
#include <cstdlib>
#include <vector>
__global__ void work(float *x, int n)
{
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) x[i] = 2 * x[i] + 1;
}
int main(int argc, char **)
{
    const int n = 100000, steps = 6;
    bool ahead = argc > 1;
    float *x[2], *pinned;
    std::vector<float> pageable(n);
    cudaStream_t copies, kernels;
    cudaEvent_t copied[2], used[2];
    cudaMallocHost(&pinned, n * sizeof(float));
    cudaStreamCreate(&copies);
    cudaStreamCreate(&kernels);
    for (int k = 0; k < 2; k++) {
        cudaMalloc(&x[k], n * sizeof(float));
        cudaEventCreate(&copied[k]);
        cudaEventCreate(&used[k]);
    }
    for (int step = 0; step < steps; step++) {
        float *to = x[step % 2];
        if (ahead) {
            cudaStreamWaitEvent(copies, used[step % 2], 0);
            cudaMemcpyAsync(to, pinned, n * sizeof(float), cudaMemcpyHostToDevice, copies);
            cudaEventRecord(copied[step % 2], copies);
            cudaStreamWaitEvent(kernels, copied[step % 2], 0);
        } else {
            cudaMemcpyAsync(to, pageable.data(), n * sizeof(float), cudaMemcpyHostToDevice, kernels);
        }
        for (int i = 0; i < 12; i++) work<<<(n + 255) / 256, 256, 0, kernels>>>(to, n);
        cudaEventRecord(used[step % 2], kernels);
    }
    cudaDeviceSynchronize();
}
)";

static double aside(const folder_t *f, const std::string &argument)
{
    shell("emu/bin/ncu -q --trace " + f->file("trace") + " " + f->file("prog") + " " + argument);
    double left_out = 0;
    std::vector<asked_t> all = trace_read(f->file("trace"), &left_out);
    gpu_t g = gpu_a4000();
    trained_t t = {shape_of({2, 1}, {"sigmoid"}, "mse"), 1, 1};
    profile_t p = {};
    profile_model(&p, &g, &all, &t);
    CHECK(p.copying > 100e-6);  // six copies of 400 kB at 25 GB/s or less
    return p.copying_aside / p.copying;
}

TEST_CASE("profile: on the emulator, copies ahead run beside kernels in the model, and others do not")
{
    if (!exists("emu/bin/nvcc") || !exists("emu/lib/libemu.a")) {
        MESSAGE("skipped: the emulator is not built");
        return;
    }
    folder_t f;
    f.write("prog.cu", two_ways);
    ended_t e = shell("emu/bin/nvcc -O1 " + f.file("prog.cu") + " -o " + f.file("prog"));
    REQUIRE(e.status == 0);
    CHECK(aside(&f, "") == doctest::Approx(0).epsilon(1e-6));
    CHECK(aside(&f, "ahead") > 0.6);
}

TEST_CASE("profile: the ladder's streams against coalesced" * doctest::skip())
{
    if (!exists("solutions/ladder") || !exists("emu/bin/nvcc")) {
        MESSAGE("skipped: solutions/ladder and the emulator are needed");
        return;
    }
    folder_t f;
    std::vector<double> part;
    for (const char *rung : {"coalesced", "streams"}) {
        std::string make = format("make -s CUDA=emu REAL=%s IMPL=ladder/%s ", REAL_NAME, rung),
                    place = shell(make + "print-build").out;
        place.pop_back();
        REQUIRE(shell(make + place + "/nn").status == 0);
        ended_t e = shell("$LAB profile --no_cpu --rows 4000 --batch 1000 --program " + place + "/nn --out " + f.path);
        REQUIRE(e.status == 0);
        profile_t p = profile_read(f.file("profile.json"));
        part.push_back(p.copying_aside / p.copying);
        CHECK(p.passes.size() >= 5);
    }
    CHECK(part[0] < 1e-6);
    CHECK(part[1] > 0.4);
}
