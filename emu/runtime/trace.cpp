// [given] trace.cpp: the list of operations behind bin/ncu --trace.
#include "trace.h"
#include "symbols.h"
#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <unistd.h>

namespace emu
{
bool tracing;

struct traced_t {
    const char *op;                // "kernel", "copy", "set", "record", "wait", "host", "graph", "synchronize", "other"
    std::string name;              // of the kernel, or of the API function
    std::vector<site_t> callers;   // return addresses, innermost first
    int device, stream;            // stream -1: all of the device; 0: its default stream
    bool blocking;                 // the stream waits for the default stream, and that one for it
    bool launched;                 // a kernel of the program, not of a library
    dim3 grid, block;              // of it
    const char *direction = "";    // of a copy
    const char *memory = "";       // of the host's side of it
    double bytes = NAN;            // of a copy or set; of a kernel: moved, if it was counted
    bool waits = false;            // the host goes on only when it has ended
    long wait_for = -1;            // the record that a wait is about
    long graph = -1;               // the launch of which it is a node,
    std::vector<long> after = {};  // and the nodes it comes after
};

struct trace_t {
    std::mutex lock;
    std::vector<traced_t> all;
    size_t most;
    unsigned long left_out;
    long running = -1;  // the kernel that is executed, or was last
    long next = -1;     // the node of the graph that is executed next
    pid_t started_as;
    std::string file;
};
static trace_t *trace;
static thread_local const char *function = "";
static thread_local traced_t noted;  // by trace_copy
static thread_local bool is_noted;

// ---- what is written down ------------------------------------------------------------------------------------

static long add(traced_t t)
{  // -1: the list is full
    std::lock_guard<std::mutex> l(trace->lock);
    if (trace->all.size() >= trace->most || trace->left_out) {
        trace->left_out++;
        return -1;
    }
    trace->all.push_back(std::move(t));
    return (long)trace->all.size() - 1;
}

static void put_into(traced_t *t, const stream_t *s)
{
    t->device = s->device;
    t->stream = s->legacy ? 0 : (int)s->track + 1;
    t->blocking = !(s->flags & cudaStreamNonBlocking);
}

static traced_t describe(const operation_t &op)
{
    if (is_noted && op.type == WORK) {
        is_noted = false;
        return noted;
    }
    static const char *const names[] = {"other", "kernel", "other", "host", "host", "record", "graph"};
    traced_t t = {};
    t.op = names[op.type];
    t.name = op.what;
    t.callers = callers();
    const auto call = std::find(t.callers.begin(), t.callers.end(), op.site);  // a library is no caller
    if (call != t.callers.end()) t.callers.erase(t.callers.begin(), call);
    if (op.type == LAUNCH) {
        t.name = kernel_name(op.launch.kernel), t.grid = op.launch.grid, t.block = op.launch.block;
        t.launched = true;
    } else if (op.type == WORK && !strncmp(op.what, "cublas", 6)) t.op = "kernel";
    return t;
}

// The nodes of a graph in the order in which they are executed. Returns those that nothing in it comes after.
static std::vector<long> add_nodes(const exec_t &x, const traced_t &launch, long graph, const std::vector<long> &before)
{
    std::vector<std::vector<long>> ends(x.ops.size());
    std::vector<char> is_end(x.ops.size(), 1);
    for (unsigned i : x.order) {
        std::vector<long> after;
        for (unsigned k : x.after[i]) after.insert(after.end(), ends[k].begin(), ends[k].end()), is_end[k] = 0;
        if (x.after[i].empty()) after = before;
        const operation_t &op = x.ops[i];
        if (op.type == GRAPH) {
            ends[i] = add_nodes(*op.graph, launch, graph, after);
            continue;
        }
        traced_t t = op.traced ? *op.traced : describe(op);
        t.device = launch.device, t.stream = launch.stream, t.blocking = launch.blocking;
        t.graph = graph, t.after = after, t.waits = false;
        ends[i] = {add(t)};
    }
    std::vector<long> last;
    for (size_t i = 0; i < ends.size(); i++)
        if (is_end[i]) last.insert(last.end(), ends[i].begin(), ends[i].end());
    return last.empty() ? before : last;
}

void trace_operation(const stream_t *s, operation_t *op)
{
    traced_t t = describe(*op);
    put_into(&t, s);
    op->traced_as = add(t);
    if (op->type == RECORD) op->event->traced = op->traced_as;
    if (op->type == GRAPH) add_nodes(*op->graph, t, op->traced_as, {});
}

void trace_capture(operation_t *op) { op->traced = std::make_shared<traced_t>(describe(*op)); }

void trace_wait(const stream_t *s, const event_t *e)
{
    traced_t t = {};
    t.op = "wait";
    t.name = "cudaStreamWaitEvent";
    t.callers = callers();
    t.wait_for = e->traced;
    put_into(&t, s);
    add(t);
}

void trace_call(const char *name) { function = name; }

static traced_t wait_of_host(void)
{
    traced_t t = {};
    t.op = "synchronize";
    t.name = function;
    t.callers = callers();
    t.device = current_device();
    t.stream = -1;
    t.waits = true;
    return t;
}

void trace_synchronize(void) { add(wait_of_host()); }

void trace_synchronize(cudaStream_t stream)
{
    traced_t t = wait_of_host();
    std::unique_lock<std::mutex> l(queue.lock);
    if (const stream_t *s = find_stream(stream)) put_into(&t, s);
    l.unlock();
    add(t);
}

void trace_synchronize(const event_t *e)
{
    traced_t t = wait_of_host();
    t.wait_for = e->traced;
    if (t.wait_for >= 0) add(t);
}

static const char *words_of(place_kind_t k)
{
    return k == IS_HOST ? "pageable" : k == IS_PINNED ? "pinned" : k == IS_MANAGED ? "managed" : "";
}

void trace_copy(const copy_t &c, bool host_waits, place_kind_t dst, place_kind_t src)
{
    const bool to = dst == IS_DEVICE || dst == IS_VARIABLE, from = src == IS_DEVICE || src == IS_VARIABLE;
    noted = {};
    noted.op = c.src ? "copy" : "set";
    noted.name = c.function;
    noted.callers = callers();
    if (c.src) noted.direction = to == from ? (to ? "on device" : "on host") : to ? "to device" : "to host";
    if (c.src && to != from) noted.memory = words_of(to ? src : dst);
    noted.bytes = double(c.width) * double(c.height) * double(c.depth);
    noted.waits = host_waits && c.src && !(to && from);
    is_noted = true;
}

void trace_copy_now(cudaStream_t stream)
{
    std::unique_lock<std::mutex> l(queue.lock);
    if (const stream_t *s = find_stream(stream)) put_into(&noted, s);
    l.unlock();
    add(noted);
    is_noted = false;
}

// ---- while it is executed ------------------------------------------------------------------------------------

void trace_begin(const operation_t &op)
{
    trace->running = op.type == LAUNCH ? op.traced_as : -1;
    trace->next = op.type == GRAPH && op.traced_as >= 0 ? op.traced_as + 1 : -1;
}

void trace_node(void)
{
    if (trace->next < 0) return;
    std::lock_guard<std::mutex> l(trace->lock);
    trace->running = trace->next < (long)trace->all.size() ? trace->next++ : -1;
}

void trace_moved(double bytes)
{
    std::lock_guard<std::mutex> l(trace->lock);
    if (trace->running >= 0 && !strcmp(trace->all[trace->running].op, "kernel"))
        trace->all[trace->running].bytes = bytes;
}

// ---- the file ------------------------------------------------------------------------------------------------

static std::string quoted(const std::string &s)
{
    std::string q = "\"";
    for (unsigned char c : s) {
        if (c == '"' || c == '\\') q += '\\';
        if (c >= ' ') q += (char)c;
    }
    return q + "\"";
}

// The program's functions around a call, innermost first; the place of the call.
static std::string callers_json(const std::vector<site_t> &sites, const std::string &kernel)
{
    static std::map<site_t, std::vector<where_t>> &known = *new std::map<site_t, std::vector<where_t>>;
    std::string names, place;
    for (site_t s : sites) {
        if (!known.count(s)) known[s] = places(s);
        for (const where_t &w : known[s]) {
            const bool is_kernel = !kernel.empty() && w.function.substr(0, w.function.find('(')) == kernel;
            if (w.file.empty() || is_kernel || w.function.compare(0, 12, "__libc_start") == 0) continue;
            if (place.empty()) place = w.file + ":" + std::to_string(w.line);
            names += (names.empty() ? "" : ", ") + quoted(w.function);
        }
    }
    return ", \"at\": " + quoted(place) + ", \"callers\": [" + names + "]}\n";
}

static std::string number(double x)
{
    char text[32];
    snprintf(text, sizeof text, "%.0f", x);
    return std::isfinite(x) ? text : "null";
}

static std::string line(size_t id, const traced_t &t)
{
    const auto dimensions = [](const dim3 &d) {
        return "[" + std::to_string(d.x) + ", " + std::to_string(d.y) + ", " + std::to_string(d.z) + "]";
    };
    std::string s = "{\"id\": " + std::to_string(id) + ", \"op\": " + quoted(t.op) + ", \"name\": " + quoted(t.name) +
                    ", \"device\": " + std::to_string(t.device);
    if (t.stream >= 0)
        s += ", \"stream\": " + std::to_string(t.stream) + ", \"blocking\": " + (t.blocking ? "true" : "false");
    if (!strcmp(t.op, "kernel")) {
        if (t.launched) s += ", \"grid\": " + dimensions(t.grid) + ", \"block\": " + dimensions(t.block);
        s += ", \"bytes\": " + number(t.bytes);
    }
    if (!strcmp(t.op, "copy") || !strcmp(t.op, "set")) s += ", \"bytes\": " + number(t.bytes);
    if (*t.direction) s += ", \"direction\": " + quoted(t.direction);
    if (*t.memory) s += ", \"memory\": " + quoted(t.memory);
    if (t.waits) s += ", \"host_waits\": true";
    if (t.wait_for >= 0) s += ", \"for\": " + std::to_string(t.wait_for);
    if (t.graph >= 0) {
        s += ", \"graph\": " + std::to_string(t.graph) + ", \"after\": [";
        for (size_t i = 0; i < t.after.size(); i++) s += (i ? ", " : "") + std::to_string(t.after[i]);
        s += "]";
    }
    return s + callers_json(t.callers, t.launched ? t.name.substr(0, t.name.find('(')) : "");
}

static void finish(void)
{
    if (getpid() != trace->started_as) return;  // a child of fork
    std::lock_guard<std::mutex> l(trace->lock);
    FILE *f = fopen(trace->file.c_str(), "w");
    bool good = f != nullptr;
    if (good) good = fprintf(f, "{\"format\": \"emu-trace 1\", \"left_out\": %lu}\n", trace->left_out) > 0;
    for (size_t i = 0; good && i < trace->all.size(); i++) good = fputs(line(i, trace->all[i]).c_str(), f) >= 0;
    if (f && fclose(f) != 0) good = false;
    if (!good) fprintf(stderr, "ncu: cannot write %s: %s\n", trace->file.c_str(), strerror(errno));
}

__attribute__((constructor)) static void start(void)
{
    const char *file = getenv("EMU_TRACE"), *most = getenv("EMU_TRACE_COUNT");
    if (!file || !*file) return;
    trace = new trace_t();  // outlives the exit handlers
    trace->file = file;
    trace->most = most && *most ? strtoul(most, nullptr, 10) : 10000;
    trace->started_as = getpid();
    tracing = true;
    atexit(finish);
}
}  // namespace emu
