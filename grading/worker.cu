// [given] worker.cu: the process that holds a student's code: carries out one job and replies with raw results.
//
//     worker JOB REPLY
//
// It decides nothing: another program, which has never loaded this code, made the job and judges the reply.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <unistd.h>

#include "worker.h"
#ifdef __CUDA_EMULATOR__
#include <emu/blame.h>
#endif

constexpr int NO_DEVICE = 70;  // exit status: the machine failed, not the student

static job_t job;
static reply_t reply;

// Kernels executed so far; what was launched is awaited. -1: a real GPU does not tell.
static int launches(void)
{
#ifdef __CUDA_EMULATOR__
    cudaDeviceSynchronize();
    return (int)emu_launches();
#else
    return -1;
#endif
}

// ---- one pass -----------------------------------------------------------------------------------------------------

static void call_pass(const train_t *gpu, const int *rows, tally_t *tally)
{
    train_t copy = *gpu;
    switch (job.call) {
    case CALL_LOAD_BATCH: load_batch_cuda(&copy, rows, job.b); break;
    case CALL_FORWARD_PASS: forward_pass_cuda(&copy, job.b); break;
    case CALL_LOSS: loss_cuda(&copy, job.b); break;
    case CALL_BACK_PROP: back_prop_cuda(&copy, job.b); break;
    case CALL_GRADIENTS: gradients_cuda(&copy, job.b); break;
    case CALL_UPDATE: update_cuda(&copy, job.b, job.rate, job.mu); break;
    default: score_cuda(&copy, job.b, job.threshold, tally);
    }
    cudaError_t e = cudaGetLastError();
    if (e == cudaSuccess) e = cudaDeviceSynchronize();
    if (e != cudaSuccess)
        die("after %s_cuda: %s: %s\nhint: LAUNCH_CHECK after each launch tells which kernel it was; `make debug` tells "
            "the line", call_name(job.call), cudaGetErrorName(e), cudaGetErrorString(e));
}

// ---- the same pass many times ---------------------------------------------------------------------------------------

__global__ void vary_numbers(real_t *to /* (n) */, const real_t *from, size_t n, uint64_t seed)
{
    size_t i = blockIdx.x * (size_t)blockDim.x + threadIdx.x;
    if (i < n) to[i] = from[i] * vary_factor(seed, i);
}

// Call number `call` begins with a state of its own, and with nothing of it in the GPU's cache.
static void prepare_call(char *arena, const char *base, int *rows, int call, char *flush, size_t flush_bytes)
{
    size_t n = job_numbers(&job), bytes = n * sizeof(real_t);
    vary_numbers<<<cuda_blocks(n, 256), 256>>>((real_t *)arena, (const real_t *)base, n, vary_seed(job.vary, call));
    LAUNCH_CHECK("vary_numbers");
    CUDA_CHECK(cudaMemcpy(arena + bytes, base + bytes, job.arena.size() - bytes, cudaMemcpyDeviceToDevice));
    std::vector<int> host_rows(job.rows.size());
    job_vary_rows(&job, call, host_rows.data());
    if (!host_rows.empty())
        CUDA_CHECK(cudaMemcpy(rows, host_rows.data(), host_rows.size() * sizeof(int), cudaMemcpyHostToDevice));
    if (flush) CUDA_CHECK(cudaMemset(flush, call & 0xff, flush_bytes));
    CUDA_CHECK(cudaDeviceSynchronize());
}

// What no kernel can be faster than: a large copy, and an empty kernel. Means nothing on the emulator.
__global__ void do_nothing(void) {}

static void measure_gpu(char *memory, size_t bytes)
{
    std::vector<double> launch;
    double copy = INFINITY;
    for (int k = 0; k < 11; k++) {
        double start = clock_now();
        do_nothing<<<1, 1>>>();
        CUDA_CHECK(cudaDeviceSynchronize());
        launch.push_back(clock_now() - start);
        start = clock_now();
        CUDA_CHECK(cudaMemcpy(memory, memory + bytes / 2, bytes / 2, cudaMemcpyDeviceToDevice));
        CUDA_CHECK(cudaDeviceSynchronize());
        copy = std::min(copy, clock_now() - start);
    }
    std::sort(launch.begin(), launch.end());
    reply.launch_us = 1e6 * launch[launch.size() / 2];
    reply.bandwidth = bytes / copy;  // each byte of one half is read and written once
}

// The clock stops when the whole device has nothing to do any more, on no stream.
static void time_pass(train_t *gpu, char *arena, int *rows, tally_t *tally)
{
    char *base = to_device(job.arena.data(), job.arena.size()), *flush = NULL;
    size_t flush_bytes = 0;
#ifndef __CUDA_EMULATOR__
    int cache = 0;
    CUDA_CHECK(cudaDeviceGetAttribute(&cache, cudaDevAttrL2CacheSize, 0));
    flush_bytes = std::max<size_t>(2 * (size_t)cache, 256 << 20);
    flush = (char *)cuda_alloc(flush_bytes, "clearing the cache");
    CUDA_CHECK(cudaCtxResetPersistingL2Cache());
#endif
    reply.kept.resize(job.keep.size());
    for (int call = -job.warm_up; call < job.repeat; call++) {
        prepare_call(arena, base, rows, call, flush, flush_bytes);
        double start = clock_now();
        call_pass(gpu, rows, tally);
        double us = 1e6 * (clock_now() - start);
        if (call >= 0) reply.call_us.push_back(us);
        for (size_t k = 0; k < job.keep.size(); k++)
            if (job.keep[k] == call) {
                reply.kept[k].resize(job.arena.size());
                to_host(&reply.kept[k][0], arena, job.arena.size());
            }
    }
    if (flush) measure_gpu(flush, flush_bytes);
    cudaFree(flush);
    cudaFree(base);
}

// Everything is brought back even if the student's function has thrown.
static void run_pass(void)
{
    if (job.arena.size() != job_arena_size(&job)) die("job: the state has a wrong size");
    train_t gpu = job_state(&job, NULL);
    char *arena = to_device(job.arena.data(), job.arena.size());
    train_lay_out(&gpu, arena, job.momentum);
    gpu.X = to_device(job.X.data(), job.X.size());
    gpu.Y = to_device(job.Y.data(), job.Y.size());
    gpu.row_weight = to_device(job.row_weight.data(), job.row_weight.size());
    int *rows = to_device(job.rows.data(), job.rows.size());
    tally_t tally = {job.K, to_device(job.confusion.data(), job.confusion.size()),
                     to_device(job.sums.data(), job.sums.size())};
    int before = launches();
    if (job.repeat > 0) time_pass(&gpu, arena, rows, &tally);
    else call_pass(&gpu, rows, &tally);
    if (before >= 0) reply.launches = launches() - before;
    reply.arena.resize(job.arena.size());
    to_host(&reply.arena[0], arena, job.arena.size());
    bring(&reply.X, gpu.X, job.X.size());
    bring(&reply.Y, gpu.Y, job.Y.size());
    bring(&reply.row_weight, gpu.row_weight, job.row_weight.size());
    bring(&reply.rows, rows, job.rows.size());
    bring(&reply.confusion, tally.confusion, job.confusion.size());
    bring(&reply.sums, tally.sums, job.sums.size());
#ifdef __CUDA_EMULATOR__
    for (uint64_t at : job.blame) {
        char text[400] = "";
        if (at < job.arena.size()) emu_last_writer_text(arena + at, text, sizeof text);
        reply.blame.push_back(text);
    }
#endif
    for (void *p : {(void *)arena, (void *)gpu.X, (void *)gpu.Y, (void *)gpu.row_weight, (void *)rows,
                    (void *)tally.confusion, (void *)tally.sums})
        cudaFree(p);
}

// ---- main ---------------------------------------------------------------------------------------------------------

// The emulator makes as many devices as its environment said when the program began.
static void start_with_gpus(char **argv)
{
#ifdef __CUDA_EMULATOR__
    std::string wanted = std::to_string(job.gpus);
    const char *now = getenv("EMU_DEVICES");
    if (job.gpus == 1 || (now && now == wanted)) return;
    setenv("EMU_DEVICES", wanted.c_str(), 1);
    execv("/proc/self/exe", argv);
#else
    (void)argv;
#endif
}

static bool has_gpus(void)
{
    int count = 0;
    CUDA_CHECK(cudaGetDeviceCount(&count));
    cuda_options.gpus = job.gpus;
    if (count >= job.gpus) return true;
    reply.status = NO_GPUS;
    reply.text = format("%d GPUs are needed, here %s %d", job.gpus, count == 1 ? "is" : "are", count);
    return false;
}

static void carry_out(void)
{
    cuda_options.block = job.block;
    try {
        if (!has_gpus()) return;
        if (job.call > CALL_SCORE) worker_run(&job, &reply);
        else run_pass();
    } catch (const nn_error_t &e) {
        reply.status = e.status;
        reply.text = e.what();
    } catch (const std::exception &e) {
        reply.status = THREW;
        reply.text = e.what();
    }
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: worker JOB REPLY\nIt is run by `make check`.\n");
        return 2;
    }
    try {
        job = job_read(file_read(argv[1]));
        start_with_gpus(argv);
        reply.device = cuda_start();
#ifdef __CUDA_EMULATOR__
        reply.emulated = true;
#endif
    } catch (const std::exception &e) {
        fprintf(stderr, "%s\n", e.what());
        return NO_DEVICE;
    }
    carry_out();
    std::string bytes = reply_write(&reply);
    FILE *f = fopen(argv[2], "wb");
    bool ok = f && fwrite(bytes.data(), 1, bytes.size(), f) == bytes.size();
    return f && fclose(f) == 0 && ok ? 0 : NO_DEVICE;
}
