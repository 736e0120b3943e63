// [given] utils.cpp: errors, clock, random numbers, whole files.
#include "utils.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

// ---- errors ----------------------------------------------------------------------------------

static std::string vformat(const char *fmt, va_list args)
{
    va_list again;
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, fmt, args);
    std::string text(n > 0 ? n : 0, '\0');
    vsnprintf(&text[0], text.size() + 1, fmt, again);
    va_end(again);
    return text;
}

#define FORMAT_ARGS(text)                                                                                              \
    va_list args;                                                                                                      \
    va_start(args, fmt);                                                                                               \
    std::string text = vformat(fmt, args);                                                                             \
    va_end(args)

void die(const char *fmt, ...)
{
    FORMAT_ARGS(text);
    throw nn_error_t(1, text);
}

void die_usage(const char *fmt, ...)
{
    FORMAT_ARGS(text);
    throw nn_error_t(2, text);
}

void todo(int part)
{
    static const char *const page[] = {"",       "1_transfers", "2_update",  "3_forward", "4_back", "5_gradients",
                                       "6_test", "7_fast",      "8_two_gpus"};
    throw nn_error_t(3,
                     format("part %d is not written yet\nhint: docs/en/%s.md says what it computes; `make yours` lists "
                            "what is left",
                            part, page[part]));
}

void warn(const char *fmt, ...)
{
    FORMAT_ARGS(text);
    fprintf(stderr, "warning: %s\n", text.c_str());
}

std::string format(const char *fmt, ...)
{
    FORMAT_ARGS(text);
    return text;
}

// ---- clock -----------------------------------------------------------------------------------

double clock_now(void)
{
    using namespace std::chrono;
    return duration<double>(steady_clock::now().time_since_epoch()).count();
}

std::string duration_text(double seconds)
{
    if (seconds < 60) return format(seconds < 9.995 ? "%.2f s" : "%.0f s", seconds);
    long s = std::lround(seconds);
    if (s < 3600) return format("%ld min %02ld s", s / 60, s % 60);
    return format("%ld h %02ld min", s / 3600, s / 60 % 60);
}

// ---- random numbers --------------------------------------------------------------------------

static uint64_t mix(uint64_t z)
{
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

uint64_t rng_next(rng_t *rng)
{
    rng->state += 0x9e3779b97f4a7c15u;
    return mix(rng->state);
}

rng_t rng_make(uint64_t seed, uint64_t stream)
{
    return {mix(mix(seed + 0x9e3779b97f4a7c15u) ^ (stream * 0xd1342543de82ef95u))};
}

double rng_uniform(rng_t *rng) { return (double)(rng_next(rng) >> 11) * 0x1p-53; }

uint32_t rng_below(rng_t *rng, uint32_t n)
{
    uint32_t unfair = -n % n;  // 2^32 mod n: this many of the 2^32 values would favour some results
    for (;;) {
        uint64_t product = (rng_next(rng) >> 32) * n;
        if ((uint32_t)product >= unfair) return product >> 32;
    }
}

// ln x for x > 0 by the series of 2 artanh((m-1)/(m+1)), m in [sqrt(1/2), sqrt(2)]: only + - * /,
// which IEEE 754 fixes to the last bit (this file is compiled without fused multiply-add).
static double log_same_everywhere(double x)
{
    int e;
    double m = frexp(x, &e);
    if (m < 0.70710678118654752) {
        m *= 2;
        e--;
    }
    double t = (m - 1) / (m + 1), t2 = t * t, sum = 0;
    for (int k = 21; k >= 1; k -= 2) sum = sum * t2 + 1.0 / k;
    return 2 * t * sum + e * 0.69314718055994531;
}

double rng_normal(rng_t *rng)
{
    for (;;) {
        double u = 2 * rng_uniform(rng) - 1, v = 2 * rng_uniform(rng) - 1, s = u * u + v * v;
        if (s > 0 && s < 1) return u * sqrt(-2 * log_same_everywhere(s) / s);
    }
}

void rng_shuffle(rng_t *rng, int *v, int n)
{
    for (int i = n - 1; i > 0; i--) std::swap(v[i], v[rng_below(rng, i + 1)]);
}

// ---- files -----------------------------------------------------------------------------------

std::string file_read(const std::string &path)
{
    struct stat info;
    if (stat(path.c_str(), &info) != 0) die("%s: %s", path.c_str(), strerror(errno));
    if (S_ISDIR(info.st_mode)) die("%s: is a folder, expected a file", path.c_str());
    gzFile file = gzopen(path.c_str(), "rb");  // reads plain files as they are
    if (!file) die("%s: %s", path.c_str(), strerror(errno));
    gzbuffer(file, 1 << 20);

    std::string text;
    size_t used = 0;
    int got, code = Z_OK;
    text.resize(S_ISREG(info.st_mode) ? info.st_size + 1 : 1 << 20);
    while ((got = gzread(file, &text[used], (unsigned)std::min<size_t>(text.size() - used, 1 << 30))) > 0) {
        used += got;
        if (used == text.size()) text.resize(2 * used);
    }
    text.resize(used);
    std::string reason = gzerror(file, &code);
    int system_error = errno;
    if (gzclose(file) == Z_BUF_ERROR && code == Z_OK) code = Z_BUF_ERROR;
    if (code == Z_ERRNO) die("%s: %s", path.c_str(), strerror(system_error));
    if (code != Z_OK) die("%s: damaged or cut-off gzip file (%s)", path.c_str(), reason.c_str());
    return text;
}

// The file that `path` stands for: a link is followed, so that what it points to is written, not the link replaced.
static std::string real_path(const std::string &path)
{
    char *resolved = realpath(path.c_str(), NULL);
    std::string real = resolved ? resolved : path;  // a file that is not there yet
    free(resolved);
    struct stat info;
    bool special = stat(real.c_str(), &info) == 0 && !S_ISREG(info.st_mode);
    for (const std::string &name : {path, real}) special |= name.rfind("/dev/", 0) == 0 || name.rfind("/proc/", 0) == 0;
    if (special) die("%s: is not an ordinary file, so it cannot be written", path.c_str());
    return real;
}

static std::string temporary_beside(const std::string &path) { return path + format(".tmp%ld", (long)getpid()); }

static int open_temporary(const std::string &path)
{
    struct stat info;
    int fd = open(temporary_beside(path).c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0) die("%s: cannot be written: %s", path.c_str(), strerror(errno));
    if (stat(path.c_str(), &info) == 0) (void)!fchmod(fd, info.st_mode & 0777);
    return fd;
}

static void sync_folder_of(const std::string &path)
{
    size_t slash = path.rfind('/');
    std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
    int fd = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return;
    fsync(fd);  // makes the rename itself last; where a file system cannot, the file is still whole
    close(fd);
}

void file_write(const std::string &name, const std::string &text)
{
    std::string path = real_path(name), temporary = temporary_beside(path);
    int fd = open_temporary(path);
    size_t done = 0;
    bool ok = true;
    while (ok && done < text.size()) {
        ssize_t n = write(fd, text.data() + done, text.size() - done);
        if (n > 0) done += n;
        else ok = n < 0 && errno == EINTR;
    }
    ok = ok && fsync(fd) == 0;
    int error = errno;
    if (close(fd) != 0 && ok) ok = false, error = errno;
    if (ok && rename(temporary.c_str(), path.c_str()) != 0) ok = false, error = errno;
    if (!ok) {
        unlink(temporary.c_str());
        die("%s: not written: %s", name.c_str(), strerror(error));
    }
    sync_folder_of(path);
}

void file_check_writable(const std::string &name)
{
    std::string path = real_path(name);
    close(open_temporary(path));
    unlink(temporary_beside(path).c_str());
}

template <typename T> static std::string shortest(T x)
{
    char digits[64];
    std::to_chars_result r = std::to_chars(digits, digits + sizeof digits, x);
    return std::string(digits, r.ptr);
}

std::string number_text(double x) { return shortest(x); }
std::string number_text(float x) { return shortest(x); }
