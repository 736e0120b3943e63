// [given] api_error.cpp: last errors, sticky errors, injected errors.
#include "memory.h"
#include "trace.h"
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <unistd.h>

namespace emu
{

static thread_local cudaError_t last;    // for cudaGetLastError
static thread_local cudaError_t latest;  // of any call since launch_prepare
static thread_local bool reported;       // a finding has told the reason already
static std::atomic<int> stuck;           // sticky error of the process
static std::atomic<int> told;            // the same, once the checker knows of it

void explained(void) { reported = true; }
cudaError_t sticky(void) { return (cudaError_t)stuck.load(std::memory_order_acquire); }

void set_sticky(cudaError_t e)
{
    int none = cudaSuccess;
    if (e != cudaSuccess) stuck.compare_exchange_strong(none, e);
}

static bool expected(cudaError_t e)  // answers rather than failures
{
    return e == cudaErrorNotReady || e == cudaErrorPeerAccessAlreadyEnabled || e == cudaErrorPeerAccessNotEnabled ||
           e == cudaErrorHostMemoryAlreadyRegistered || e == cudaErrorHostMemoryNotRegistered ||
           e == cudaErrorProfilerAlreadyStarted || e == cudaErrorProfilerAlreadyStopped;
}

cudaError_t result(cudaError_t e, const char *function, site_t site)
{
    if (e == cudaSuccess) e = sticky();
    const bool known = reported;
    reported = false;
    if (e == cudaSuccess) return e;
    latest = last = e;
    if (!hooks || !hooks->api_error || known || expected(e)) return e;
    if (e == sticky() && told.exchange(e) == e) return e;  // every call fails from now on: tell it once
    hooks->api_error(e, function, site);
    return e;
}

bool enter(const char *function, cudaError_t *e)
{
    start_memory();
    if (tracing) trace_call(function);
    if (injected(function, e)) return false;
    *e = options().devices ? sticky() : cudaErrorNoDevice;
    return *e == cudaSuccess;
}

// ---- EMU_FAIL -------------------------------------------------------------------------------------------------
struct fail_t {
    std::string function;
    unsigned long call;  // the call-th call fails
    cudaError_t error;
    std::atomic<unsigned long> seen;
    fail_t *next;
};

[[noreturn]] static void wrong_fail(const std::string &entry, const char *what)
{
    fprintf(stderr, "emu: EMU_FAIL=%s: %s; expected FUNCTION:CALL:ERROR such as cudaMalloc:3:2\n", entry.c_str(), what);
    _exit(2);
}

static fail_t *parse_fail(const std::string &entry, fail_t *next)
{
    const size_t a = entry.find(':'), b = a == std::string::npos ? a : entry.find(':', a + 1);
    if (b == std::string::npos) wrong_fail(entry, "not three parts");
    fail_t *f = new fail_t{entry.substr(0, a), 0, cudaSuccess, {0}, next};
    if (!is_api_function(f->function.c_str())) wrong_fail(entry, "there is no such function here");
    const std::string call = entry.substr(a + 1, b - a - 1), error = entry.substr(b + 1);
    if (call.empty() || call.size() > 9 || call.find_first_not_of("0123456789") != std::string::npos ||
        !(f->call = std::stoul(call)))
        wrong_fail(entry, "the number of the call is not 1, 2, 3, ...");
    const bool digits = !error.empty() && error.size() < 6 &&
                        error.find_first_not_of("0123456789") == std::string::npos;
    if (digits ? !error_name(f->error = (cudaError_t)std::stoi(error)) : !error_by_name(error.c_str(), &f->error))
        wrong_fail(entry, "there is no such error code");
    if (f->error == cudaSuccess) wrong_fail(entry, "0 is no error");
    return f;
}

static fail_t *parse_fails(void)
{
    const char *text = getenv("EMU_FAIL");
    fail_t *first = nullptr;
    if (!text || !*text) return first;
    const std::string all = text;
    for (size_t i = 0; i <= all.size();) {
        size_t end = all.find(',', i);
        if (end == std::string::npos) end = all.size();
        first = parse_fail(all.substr(i, end - i), first);
        i = end + 1;
    }
    return first;
}

bool injected(const char *function, cudaError_t *e)
{
    static fail_t *const fails = parse_fails();
    *e = cudaSuccess;
    for (fail_t *f = fails; f; f = f->next)
        if (f->function == function && ++f->seen == f->call) *e = f->error;
    return *e != cudaSuccess;
}

// ---- launches by cudaLaunchKernel ------------------------------------------------------------------------------
void launch_prepare(void) { latest = cudaSuccess; }
__attribute__((noinline)) cudaError_t launch_result(const void *, bool called)
{
    return called ? latest : result(cudaErrorInvalidDeviceFunction, "cudaLaunchKernel", EMU_SITE);
}
}  // namespace emu

using namespace emu;

extern "C" {

cudaError_t cudaGetLastError(void)
{
    const cudaError_t e = last ? last : sticky();
    last = cudaSuccess;
    if (e && hooks && hooks->error_seen) hooks->error_seen(e);
    return e;
}

cudaError_t cudaPeekAtLastError(void)
{
    const cudaError_t e = last ? last : sticky();
    if (e && hooks && hooks->error_seen) hooks->error_seen(e);
    return e;
}

const char *cudaGetErrorName(cudaError_t e)
{
    if (e && hooks && hooks->error_seen) hooks->error_seen(e);
    const char *name = error_name(e);
    return name ? name : "unrecognized error code";
}

const char *cudaGetErrorString(cudaError_t e)
{
    if (e && hooks && hooks->error_seen) hooks->error_seen(e);
    const char *text = error_text(e);
    return text ? text : "unrecognized error code";
}
}

namespace emu
{
void clear_errors(void)
{
    stuck = told = cudaSuccess;
    last = latest = cudaSuccess;
}
}  // namespace emu
