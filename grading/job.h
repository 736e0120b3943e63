// [given] job.h: what the trusted process and the worker, which holds a student's code, tell each other: two files.
//
// A job says what to call and with which inputs; a reply brings back raw arrays and what happened. The reader of either
// trusts nothing: a file that is cut, damaged or made up is an error (die), never a crash; nothing in it is executed.
#ifndef NN_GRADING_JOB_H
#define NN_GRADING_JOB_H

#include <string>
#include <vector>

#include "test.h"

enum call_t {
    CALL_LOAD_BATCH,  // the passes: in the order of the table in cuda_utils.h
    CALL_FORWARD_PASS,
    CALL_LOSS,
    CALL_BACK_PROP,
    CALL_GRADIENTS,
    CALL_UPDATE,
    CALL_SCORE,
    CALL_ALLOC,      // train_alloc_cuda, then train_free_cuda
    CALL_TRAIN,      // nn_train_cuda
    CALL_TEST,       // nn_test_cuda
    CALL_TRAIN_GPUS  // nn_train_gpus
};
constexpr int N_PASSES = CALL_SCORE + 1;
constexpr unsigned ALL_PASSES = (1u << N_PASSES) - 1;
const char *call_name(int call);  // "forward_pass", ..., "nn_train_gpus"

struct job_t {
    call_t call = CALL_LOAD_BATCH;
    shape_t s = {};
    int B = 1, N = 1, b = 1;  // as in train_t; rows of this batch
    int block = 256;          // --block
    bool momentum = false;
    std::vector<real_t> X, Y, row_weight;  // row_weight empty: NULL
    std::vector<int> rows;                 // (b) of load_batch
    std::string arena;                     // a pass: the state before it, as train_lay_out lays it out
    real_t rate = 0, mu = 0;               // of update
    double threshold = 0.5;                // of score and test
    int K = 0;                             // of the tally, with what is in it before
    std::vector<unsigned long long> confusion;
    std::vector<double> sums;
    // alloc, train, test
    task_t task = TASK_CLASSIFICATION;
    std::vector<real_t> params, velocity;
    std::vector<double> class_weight;
    int epochs = 0, batches_done = 0;
    double learning_rate = 0, loss_sum = 0;
    uint64_t shuffle_state = 0;
    unsigned stand_ins = 0;  // bit of each pass that the CPU does instead
    decay_t decay = DECAY_NONE;
    bool validate = false;    // the data are scored after each epoch, on the CPU, with the parameters that came back
    bool spoil_host = false;  // the host's copy of data and parameters becomes useless after the first pass
    bool want_outputs = false;
    bool before = false;  // a pass: called with other numbers first, so that none can be kept from call to call
    int gpus = 1;         // of nn_train_gpus: the emulator has as many as are asked for
    // Timing: `warm_up` calls, then `repeat` timed ones, each with inputs of its own (job_input); 0: one call, as it is.
    int warm_up = 0, repeat = 0;
    uint64_t vary = 0;            // makes the inputs differ
    std::vector<int> keep;        // timed calls (0, 1, ...) whose results are wanted
    std::vector<uint64_t> blame;  // bytes of the arena whose last writer is asked for (emulator, checked image)
};

// 1 .. 3 are those of nn_error_t. NO_GPUS: the machine has fewer than the job asks for.
enum status_t { RETURNED = 0, DIED = 1, USAGE = 2, NOT_WRITTEN = 3, THREW = 4, NO_GPUS = 5 };

struct reply_t {
    int status = RETURNED;
    std::string text;  // of the error
    std::string device;
    bool emulated = false;
    int launches = -1;     // kernels that a pass, or a whole run, has executed; -1: not known (a real GPU)
    uint64_t to_host = 0;  // bytes that a pass has copied from the GPU to the host; 0 where that is not known
    std::string arena;     // the state after a pass, or what alloc has made
    std::vector<real_t> X, Y, row_weight;  // as they are on the device after the call
    std::vector<int> rows;
    std::vector<unsigned long long> confusion;  // (K, K)
    std::vector<double> sums;                   // (3)
    // alloc
    int B = 0, N = 0, same_shape = 0, laid_out = 0, has_velocity = 0, has_row_weight = 0;
    uint64_t leaked = 0;  // bytes that were not freed
    // train, test
    std::vector<real_t> params, velocity, outputs;
    double loss_sum = 0, last_loss = 0, valid_loss = 0;
    int epochs_done = 0, batches_done = 0;
    std::vector<int> calls;    // pass, b; pass, b; ... in the order of the calls
    std::vector<int> devices;  // of nn_train_gpus: the GPU that was chosen at each of these calls
    int apart = 0;             // first step after which two GPUs had different parameters; 0: none
    std::vector<std::string> blame;
    // timing
    std::vector<double> call_us;    // [us] of each timed call, by the clock of the worker's process
    std::vector<std::string> kept;  // the arena after each call of job.keep; of a training its parameters
    double bandwidth = 0;           // of this GPU's memory, as a large copy finds it [bytes/s]; 0: not measured
    double launch_us = 0;           // of an empty kernel, with waiting for it; 0: not measured
};

std::string job_write(const job_t *job);
job_t job_read(const std::string &bytes);
std::string reply_write(const reply_t *reply);
reply_t reply_read(const std::string &bytes);

// The fields of the state whose arena is `arena`; X, Y, row_weight are those of the job, on the host.
train_t job_state(const job_t *job, char *arena);
size_t job_arena_size(const job_t *job);
ds_t job_data(const job_t *job);       // the rows of a whole run
size_t job_numbers(const job_t *job);  // of the arena, from its beginning, that are real_t

// The inputs of timed call number `call` (< 0: a warm-up): every number of the arena, or of the parameters of a training,
// times a factor of its own; other rows; another shuffle. The worker makes the same ones, to the bit.
job_t job_input(const job_t *job, int call);
void job_vary_rows(const job_t *job, int call, int *rows /* (b) */);

HD inline uint64_t vary_hash(uint64_t x)
{
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
    x = (x ^ x >> 27) * 0x94d049bb133111eb;
    return x ^ x >> 31;
}
HD inline uint64_t vary_seed(uint64_t vary, int call) { return vary_hash(vary + (uint64_t)call * 0x9e3779b97f4a7c15); }
HD inline real_t vary_factor(uint64_t seed, size_t i)  // 0.5 <= factor < 1, exact in a float
{
    return (real_t)0.5 + (real_t)(vary_hash(seed + i) >> 41) / (1 << 24);
}

#endif
