// [given] profile_model.cpp: streams, events, copy engines and shared bandwidth: when each operation would run on a GPU.
#include "profile_model.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <set>

#include "utils.h"

gpu_t gpu_a4000(void)
{
    bool is_float = sizeof(real_t) == 4;  // the chip does 1/64 of the rate in double
    gpu_t g = {};
    g.name = "RTX A4000";
    g.source = is_float ? "data sheet" : "data sheet; double at 1/64 of float";
    g.bandwidth = 448e9;
    g.flops = is_float ? 19.2e12 : 0.3e12;
    g.bus = 25e9, g.bus_pageable = 12e9;
    g.multiprocessors = 48;
    g.call = 2e-6, g.mark = 0.5e-6, g.launch = 3e-6;
    g.kernel = 2e-6, g.node = 1.3e-6, g.copying = 1.5e-6;
    return g;
}

std::string gpu_words(const gpu_t *g)
{
    return format(
        "an NVIDIA %s as its data sheet has it (%.0f GB/s, %.3g TFLOP/s, %.0f multiprocessors). A kernel takes "
        "the longest of %.1f us (%.1f us in a graph), its bytes / bandwidth and its FLOP / rate; the bytes "
        "are those its warps ask for, as counted: no cache helps; with fewer blocks than multiprocessors it "
        "has its share of both rates. Kernels of several streams run side by side and share the device. Copies: "
        "%.1f us + bytes / %.0f GB/s from pinned memory, %.0f GB/s from other memory, for which the host "
        "waits; one at a time in each direction. The host's call takes %.1f us, an event or a wait %.1f us, "
        "and work starts %.1f us after its call at the earliest; what else the host does takes no time. "
        "Latencies and rates of the bus are assumed. Order of streams, events, default stream and waits "
        "are those of the program",
        g->name, g->bandwidth / 1e9, g->flops / 1e12, g->multiprocessors, g->kernel * 1e6, g->node * 1e6,
        g->copying * 1e6, g->bus / 1e9, g->bus_pageable / 1e9, g->call * 1e6, g->mark * 1e6, g->launch * 1e6);
}

static bool over_the_bus(const asked_t *a)
{
    return a->op == "copy" && (a->direction == "to device" || a->direction == "to host");
}

static double share_of(const gpu_t *g, const asked_t *a)
{
    return a->op == "kernel" && a->blocks > 0 ? std::min(1.0, a->blocks / g->multiprocessors) : 1;
}

double asked_seconds(const gpu_t *g, const asked_t *a)
{
    double bytes = std::isfinite(a->bytes) ? a->bytes : 0, flops = std::isfinite(a->flops) ? a->flops : 0;
    if (a->op == "kernel") {
        double share = share_of(g, a);
        return std::max(
            {a->graph >= 0 ? g->node : g->kernel, bytes / (g->bandwidth * share), flops / (g->flops * share)});
    }
    if (over_the_bus(a)) return g->copying + bytes / (a->pageable ? g->bus_pageable : g->bus);
    if (a->op == "copy" && a->direction == "on device") return g->copying + 2 * bytes / g->bandwidth;  // read, written
    if (a->op == "set") return g->copying + bytes / g->bandwidth;
    return 0;
}

// ---- what must come before what --------------------------------------------------------------------------

struct streams_t {  // the operations that the next one of a stream comes after, by device and stream
    std::map<std::pair<int, int>, std::vector<long>> last;
    std::map<std::pair<int, int>, bool> blocking;
};

static void append(std::vector<long> *to, const std::vector<long> &from)
{
    to->insert(to->end(), from.begin(), from.end());
}

// What the host waits for, or the next operation of this stream comes after: with the rules of the default stream.
static std::vector<long> before(streams_t *s, int device, int stream, bool blocking)
{
    std::vector<long> all;
    for (const auto &x : s->last) {
        bool same = x.first == std::make_pair(device, stream), of_device = x.first.first == device;
        bool legacy = stream == 0 && s->blocking[x.first];
        bool waits_for_legacy = stream > 0 && blocking && x.first.second == 0;
        if (same || (of_device && (stream < 0 || legacy || waits_for_legacy))) append(&all, x.second);
    }
    return all;
}

static std::vector<std::vector<long>> dependences(const std::vector<asked_t> *all)
{
    std::vector<std::vector<long>> after(all->size());
    streams_t s;
    for (long i = 0; i < (long)all->size(); i++) {
        const asked_t *a = &(*all)[i];
        if (a->graph >= 0) {
            after[i] = a->after;
            after[i].push_back(a->graph);
            s.last[{a->device, a->stream}].push_back(i);
            continue;
        }
        if (a->op != "synchronize" || a->wait_for < 0) after[i] = before(&s, a->device, a->stream, a->blocking);
        if (a->wait_for >= 0) after[i].push_back(a->wait_for);
        if (a->op == "synchronize") continue;
        s.last[{a->device, a->stream}] = {i};
        s.blocking[{a->device, a->stream}] = a->blocking;
    }
    return after;
}

// ---- time goes on ----------------------------------------------------------------------------------------

struct clockwork_t {
    const gpu_t *g;
    const std::vector<asked_t> *all;
    std::vector<std::vector<long>> followers;
    std::vector<int> waiting;          // how many operations this one still waits for
    std::vector<double> issued, work;  // when the host had asked for it; what is left of it [s]
    std::vector<char> is_issued, is_over;
    std::vector<lapse_t> lapses;
    std::set<long> ready, running;                // may start; have started
    std::map<std::pair<int, bool>, long> engine;  // of copies, by device and direction: who has it
    double now, host;                             // the host is busy until then
    long next, host_waits;                        // next call; the operation that the host waits for, or -1
};

static void start_ready(clockwork_t *c);

static void finish(clockwork_t *c, long i)
{
    c->is_over[i] = 1;
    c->lapses[i].end = c->now;
    for (long k : c->followers[i])
        if (--c->waiting[k] == 0 && c->is_issued[k]) c->ready.insert(k);
    if (c->host_waits == i) {
        c->host_waits = -1;
        c->host = std::max(c->host, c->now);
    }
}

static void issue(clockwork_t *c)
{
    long i = c->next++;
    const asked_t *a = &(*c->all)[i];
    bool is_mark = a->op == "record" || a->op == "wait" || a->op == "synchronize";
    if (a->graph < 0) c->host = std::max(c->host, c->now) + (is_mark ? c->g->mark : c->g->call);
    c->issued[i] = a->graph < 0 ? c->host : c->issued[a->graph];
    c->is_issued[i] = 1;
    if (c->waiting[i] == 0) c->ready.insert(i);
    if (a->op == "synchronize" || a->waits) c->host_waits = i;
}

static std::pair<int, bool> engine_of(const asked_t *a) { return {a->device, a->direction == "to host"}; }

static double earliest(const clockwork_t *c, long i)
{
    bool takes_time = asked_seconds(c->g, &(*c->all)[i]) > 0;
    return c->issued[i] + (takes_time ? c->g->launch : 0);
}

static bool may_start(const clockwork_t *c, long i)
{
    const asked_t *a = &(*c->all)[i];
    return !over_the_bus(a) || c->engine.count(engine_of(a)) == 0;
}

static void start_ready(clockwork_t *c)
{
    for (bool again = true; again;) {
        again = false;
        for (long i : std::vector<long>(c->ready.begin(), c->ready.end())) {
            if (earliest(c, i) > c->now || !may_start(c, i)) continue;
            const asked_t *a = &(*c->all)[i];
            c->ready.erase(i);
            c->lapses[i].start = c->now;
            c->work[i] = asked_seconds(c->g, a);
            if (over_the_bus(a)) c->engine[engine_of(a)] = i;
            if (c->work[i] > 0) {
                c->running.insert(i);
            } else {
                finish(c, i);
                again = true;
            }
        }
    }
}

// How much slower than alone what is no copy over the bus runs on this device.
static double slowness(const clockwork_t *c, int device)
{
    double sum = 0;
    for (long i : c->running) {
        const asked_t *a = &(*c->all)[i];
        if (a->device == device && !over_the_bus(a)) sum += share_of(c->g, a);
    }
    return std::max(1.0, sum);
}

// To the next event, or false: there is none.
static bool advance(clockwork_t *c)
{
    double until = INFINITY;
    std::map<int, double> slow;
    for (long i : c->running) slow[(*c->all)[i].device] = 0;
    for (auto &d : slow) d.second = slowness(c, d.first);
    auto factor = [&](long i) { return over_the_bus(&(*c->all)[i]) ? 1 : slow[(*c->all)[i].device]; };
    if (c->host_waits < 0 && c->next < (long)c->all->size()) until = std::max(c->host, c->now);
    for (long i : c->ready)
        if (may_start(c, i)) until = std::min(until, std::max(c->now, earliest(c, i)));
    for (long i : c->running) until = std::min(until, c->now + c->work[i] * factor(i));
    if (!std::isfinite(until)) return false;
    double passed = until - c->now;
    c->now = until;
    std::vector<long> over;
    for (long i : c->running)
        if ((c->work[i] -= passed / factor(i)) <= 1e-13) over.push_back(i);
    for (long i : over) {
        const asked_t *a = &(*c->all)[i];
        c->running.erase(i);
        if (over_the_bus(a)) c->engine.erase(engine_of(a));
        finish(c, i);
    }
    return true;
}

std::vector<lapse_t> model_run(const gpu_t *g, const std::vector<asked_t> *all)
{
    size_t n = all->size();
    clockwork_t c = {};
    c.g = g, c.all = all, c.host_waits = -1;
    c.followers.resize(n), c.waiting.resize(n), c.issued.resize(n), c.work.resize(n);
    c.is_issued.resize(n), c.is_over.resize(n), c.lapses.resize(n, {NAN, NAN});
    std::vector<std::vector<long>> after = dependences(all);
    for (size_t i = 0; i < n; i++)
        for (long k : after[i]) {
            if (k < 0 || k >= (long)i) continue;
            c.followers[k].push_back((long)i);
            c.waiting[i]++;
        }
    do {
        while (c.next < (long)n && c.host_waits < 0 && (c.host <= c.now || (*all)[c.next].graph >= 0)) issue(&c);
        start_ready(&c);
    } while (advance(&c));
    for (size_t i = 0; i < n; i++)
        if (!c.is_over[i])
            die("the trace's operation %zu (%s) waits for something that never happens\nhint: make the trace again", i,
                (*all)[i].name.c_str());
    return c.lapses;
}
