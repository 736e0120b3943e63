// [given] utils.h: errors, clock, random numbers, whole files. Everything else includes this.
#ifndef NN_UTILS_H
#define NN_UTILS_H

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>

#ifdef REAL_DOUBLE
typedef double real_t;  // every tensor of the program; chosen by `make REAL=double`
#define REAL_NAME "double"
#else
typedef float real_t;
#define REAL_NAME "float"
#endif

#ifdef __CUDACC__
#define HD __host__ __device__  // the function exists on the CPU and on the GPU
#else
#define HD
#endif

#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))

// ---- errors: thrown here, caught once, in main ---------------------------------------------
// A message says where, what was found and what was expected; a second line "hint: ..." what to do.
struct nn_error_t : std::runtime_error {
    int status;  // exit status of the program: 1 data, 2 usage, 3 not written yet
    nn_error_t(int status, const std::string &text) : std::runtime_error(text), status(status) {}
};
[[noreturn]] void die(const char *fmt, ...) PRINTF_LIKE(1, 2);        // bad data, full disk: status 1
[[noreturn]] void die_usage(const char *fmt, ...) PRINTF_LIKE(1, 2);  // bad option: status 2
[[noreturn]] void
todo(int part);  // in place of what a student is still to write; names the part and its page: status 3
void warn(const char *fmt, ...) PRINTF_LIKE(1, 2);           // "warning: ..." on stderr
std::string format(const char *fmt, ...) PRINTF_LIKE(1, 2);  // printf into a string

// ---- clock ---------------------------------------------------------------------------------
double clock_now(void);                     // monotonic wall clock [s]
std::string duration_text(double seconds);  // "0.42 s", "3 min 05 s", "2 h 10 min"

// ---- random numbers: the same on every machine ----------------------------------------------
// SplitMix64: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
// The whole state is one integer, so a checkpoint can hold it. Of the C mathematics library only
// frexp and sqrt are used, which are exact: the last digit of log or cos differs between machines.
struct rng_t {
    uint64_t state;
};
enum { RNG_INIT = 1, RNG_SHUFFLE = 2, RNG_SPLIT = 3, RNG_DATA = 4 };  // streams: independent uses of one seed
rng_t rng_make(uint64_t seed, uint64_t stream);
uint64_t rng_next(rng_t *rng);                // 64 random bits
double rng_uniform(rng_t *rng);               // [0, 1), 53 random bits
uint32_t rng_below(rng_t *rng, uint32_t n);   // 0 .. n-1, every value equally likely; n > 0
double rng_normal(rng_t *rng);                // N(0, 1), polar method of Marsaglia and Bray, 1964
void rng_shuffle(rng_t *rng, int *v, int n);  // Fisher-Yates

// ---- files -----------------------------------------------------------------------------------
// The whole file, gzip unpacked where it is packed. Dies of: missing, folder, unreadable, cut off.
std::string file_read(const std::string &path);
// All or nothing: a temporary file beside `path`, fsync, rename; a link is followed, an old file's rights are kept.
// Dies of: full disk, unwritable folder, a `path` that is not an ordinary file; then `path` is as it was.
void file_write(const std::string &path, const std::string &text);
void file_check_writable(const std::string &path);  // dies now of what file_write would die of later
std::string number_text(double x);                  // shortest decimal text that reads back to the same double
std::string number_text(float x);

#endif
