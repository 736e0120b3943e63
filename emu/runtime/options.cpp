// [given] options.cpp: the options of a run, from the environment.
#include "engine.h"
#include "memory.h"
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <cstdio>
#include <thread>
#include <unistd.h>

namespace emu
{

[[noreturn]] static void wrong(const char *name, const char *value, const char *expected)
{
    fprintf(stderr, "emu: %s=%s: expected %s\n", name, value, expected);
    _exit(2);
}

static double number(const char *name, double least, double most, double otherwise, const char *expected)
{
    const char *text = getenv(name);
    if (!text || !*text) return otherwise;
    char *end;
    const double v = strtod(text, &end);
    if (end == text || *end || !(v >= least && v <= most)) wrong(name, text, expected);
    return v;
}

static int whole(const char *name, int least, int most, int otherwise, const char *expected)
{
    const double v = number(name, least, most, otherwise, expected);
    if (v != (int)v) wrong(name, getenv(name), expected);
    return (int)v;
}

static size_t bytes(const char *name, size_t otherwise)
{
    static const char expected[] = "a size from 1M to 1T such as 512M, 4G or 4294967296";
    const char *text = getenv(name);
    if (!text || !*text) return otherwise;
    char *end;
    errno = 0;
    double v = strtod(text, &end);
    if (end == text || errno) wrong(name, text, expected);
    static const char units[] = "KMGT";
    if (*end) {
        const char *unit = strchr(units, *end >= 'a' ? *end - 32 : *end);
        if (!unit) wrong(name, text, expected);
        for (const char *u = units; u <= unit; u++) v *= 1024;
        end++;
        if (*end == 'i') end++;
        if (*end == 'B' || *end == 'b') end++;
    }
    if (*end || !(v >= 1 << 20 && v <= 1099511627776.0)) wrong(name, text, expected);
    return (size_t)v;
}

static void thread_order(options_t *o)
{
    const char *text = getenv("EMU_ORDER"), *expected = "forward, reverse, random or random:SEED";
    o->order = 'f', o->seed = 1;
    if (!text || !*text || !strcmp(text, "forward")) return;
    if (!strcmp(text, "reverse")) {
        o->order = 'r';
    } else if (!strncmp(text, "random", 6) && (text[6] == 0 || text[6] == ':')) {
        o->order = 's';
        if (text[6] == 0) return;
        char *end;
        errno = 0;
        o->seed = strtoull(text + 7, &end, 10);
        if (end == text + 7 || *end || text[7] == '-' || errno) wrong("EMU_ORDER", text, expected);
    } else {
        wrong("EMU_ORDER", text, expected);
    }
}

// CUDA_VISIBLE_DEVICES as the driver reads it: numbers; the first one that is none ends the list.
static int physical[64];

static int visible(int devices)
{
    const char *text = getenv("CUDA_VISIBLE_DEVICES");
    for (int i = 0; i < devices; i++) physical[i] = i;
    if (!text) return devices;
    int n = 0;
    unsigned long long seen = 0;
    for (const char *s = text; *s;) {
        char *end;
        const long d = strtol(s, &end, 10);
        if (end == s || d < 0 || d >= devices || (*end && *end != ',')) break;
        if (seen >> d & 1) return 0;  // named twice: the driver then shows none
        seen |= 1ull << d;
        physical[n++] = (int)d;
        s = *end ? end + 1 : end;
    }
    return n;
}

static options_t read(void)
{
    options_t o = {};
    o.devices = visible(whole("EMU_DEVICES", 1, 64, 1, "a number of devices from 1 to 64"));
    o.memory = bytes("EMU_MEM", (size_t)4 << 30);
    o.timeout = number("EMU_TIMEOUT", 0.001, 1e9, 60, "a number of seconds above 0 such as 60 or 0.5");
    const int cores = (int)std::thread::hardware_concurrency();
    o.threads = whole("EMU_THREADS", 1, 1024, cores > 0 ? cores : 1, "a number of threads from 1 to 1024");
    thread_order(&o);
    return o;
}

const options_t &options(void)
{
    static const options_t o = read();
    return o;
}

int physical_device(int device) { return physical[device]; }

// A wrong value is told before main prints anything.
__attribute__((constructor)) static void read_early(void)
{
    cudaError_t e;
    options();
    injected("", &e);
}
}  // namespace emu
