// [given] queue.cpp: the one queue of all streams: put off until somebody waits, then executed in the order of the calls.
//
// The order of the calls is always an order that a GPU might have chosen, and always the same; and what is read
// before it was waited for is really stale. A wait executes the queue up to what is waited for, not further.
#include "stream.h"
#include "trace.h"
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>

namespace emu
{

alignas(queue_t) static char storage[sizeof(queue_t)];
queue_t &queue = reinterpret_cast<queue_t &>(storage);
static void __attribute__((constructor(101))) make_queue(void) { new (storage) queue_t(); }

static thread_local bool executing;  // this OS thread executes the queue

static uint64_t now(void)
{
    timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000ull + t.tv_nsec;
}

// ---- putting work into it ------------------------------------------------------------------------------------------

// The host may wait for its own function, or for what a kernel writes, without calling CUDA: somebody else must
// execute the queue then. What has been pending for a second would have run on a GPU as well.
static void background_thread()
{
    const double tick = 0.25, patience = 1, patience_host = 0.02;
    uint64_t seen = 0;
    double since = 0;
    std::unique_lock<std::mutex> l(queue.lock);
    for (;;) {
        uint64_t host = 0;
        for (unsigned i = 0; i < queue.count && host == 0; i++) {
            const operation_t &op = queue.ring[(queue.first + i) % queue_t::SIZE];
            if (op.host) host = op.serial;
        }
        queue.host_function.wait_for(l, std::chrono::duration<double>(host ? patience_host : tick));
        const uint64_t oldest = queue.count ? queue.ring[queue.first].serial : 0;
        const double time = now() * 1e-9;
        if (oldest != seen) since = time;
        seen = oldest;
        const bool late = oldest && time - since >= (host ? patience_host : patience) * 0.9;
        if (!late || queue.running || queue.ending) continue;
        const uint64_t serial = host ? host : queue.serial;
        l.unlock();
        run_until(serial);
        l.lock();
    }
}

void expect_host_function(void) { queue.host_function.notify_all(); }

// Called with the first operation of the program: what is registered later is called earlier, so that findings come
// before the summary of the checker.
static void start(void)
{
    static bool started;
    if (started) return;
    started = true;
    atexit(report_unfinished);
    std::thread(background_thread).detach();
}

// A place at the end of the queue; the caller fills in what is special, with the lock still held.
operation_t *new_operation(stream_t *s, type_t type, const char *what, site_t site, std::unique_lock<std::mutex> *lock)
{
    while (queue.count == queue_t::SIZE) {
        if (queue.ending) queue.count--;  // after the end of the program nothing is executed
        lock->unlock();
        run_until(UINT64_MAX);
        lock->lock();
    }
    start();
    operation_t *op = &queue.ring[(queue.first + queue.count++) % queue_t::SIZE];
    op->type = type;
    op->what = what;
    op->site = site;
    op->serial = s->last = ++queue.serial;
    op->track = s->track;
    op->host = type == HOST || type == CALLBACK;
    op->traced_as = -1;
    if (op->host) expect_host_function();
    if (hooks) order_operation(s, op);
    return op;
}

bool pending(uint64_t serial) { return queue.count > 0 && queue.ring[queue.first].serial <= serial; }

static void refuse_launch_in_kernel(const launch_t &l)
{
    finding_t f = {};
    f.tool = "runtime";
    f.kind = "nested-launch";
    f.title = "A kernel launches a kernel";
    f.lines = {"at " + at(l.site), "kernel " + kernel_name(l.kernel), "dynamic parallelism is not supported here"};
    f.hint = "launch from the host";
    fatal(f);
}

void enqueue_launch(const launch_t &l)
{
    if (in_kernel()) refuse_launch_in_kernel(l);
    cudaError_t e = executing ? cudaErrorNotPermitted : cudaSuccess;
    if (!e) {
        std::unique_lock<std::mutex> lock(queue.lock);
        stream_t *s = find_stream(l.stream);
        e = capture_check(s);
        if (!e && s->device != l.device) e = cudaErrorInvalidResourceHandle;
        if (!e && s->capture) {
            operation_t op = {};
            op.type = LAUNCH;
            op.what = "kernel launch";
            op.site = l.site;
            op.launch = l;
            op.closure = std::shared_ptr<void>(l.closure, l.destroy);
            capture_operation(s, op);
            return;
        }
        if (!e) e = sticky();
        if (!e) {
            operation_t *op = new_operation(s, LAUNCH, "kernel launch", l.site, &lock);
            op->launch = l;
            if (hooks) watch_launch(*op);
            if (tracing) trace_operation(s, op);
            return;
        }
    }
    if (l.destroy) l.destroy(l.closure);
    result(e, "cudaLaunchKernel", l.site);
}

void enqueue_copy(cudaStream_t stream, std::function<cudaError_t(void)> work, const char *what, site_t site, void *dst,
                  const void *src, size_t bytes)
{
    std::unique_lock<std::mutex> lock(queue.lock);
    stream_t *s = find_stream(stream);
    cudaError_t e = capture_check(s);
    if (e) {  // the caller has checked: another thread destroyed the stream meanwhile
        queue.deferred = e;
    } else if (s->capture) {
        operation_t op = {};
        op.type = WORK;
        op.what = what;
        op.site = site;
        op.work = std::move(work);
        capture_operation(s, op);
    } else {
        operation_t *op = new_operation(s, WORK, what, site, &lock);
        op->work = std::move(work);
        if (hooks && bytes > 0) watch_copy(*op, dst, src, bytes);
        if (tracing) trace_operation(s, op);
    }
}

void enqueue_operation(cudaStream_t s, std::function<cudaError_t(void)> work, const char *what, site_t site)
{
    enqueue_copy(s, std::move(work), what, site, nullptr, nullptr, 0);
}

// ---- executing it --------------------------------------------------------------------------------------------------

static bool breaks_device(cudaError_t e)
{  // the errors after which only cudaDeviceReset helps
    return e == cudaErrorIllegalAddress || e == cudaErrorLaunchTimeout || e == cudaErrorAssert ||
           (e >= cudaErrorHardwareStackError && e <= cudaErrorLaunchFailure);
}

static cudaError_t call_host(const std::function<cudaError_t(void)> &work)
{
    close_device();  // it is the program's own code again
    cudaError_t e = work();
    open_device();
    return e;
}

cudaError_t execute_operation(const operation_t &op, const operation_t &outer)
{
    static uint32_t launches;
    const bool broken = sticky() != cudaSuccess;  // then only what tells the host goes on
    cudaError_t e = cudaSuccess;
    switch (op.type) {
    case MARK: break;
    case LAUNCH: {
        if (broken) break;
        launches++;  // as execute() counts
        if (hooks) order_launch(launches, outer);
        launch_t l = op.launch;
        e = execute(l);
        break;
    }
    case WORK:
        if (!broken) e = op.work();
        break;
    case HOST:
        if (!broken) e = call_host(op.work);
        break;
    case CALLBACK: e = call_host(op.work); break;
    case RECORD:
        op.event->time = now();
        op.event->done = outer.serial;
        break;
    case GRAPH:
        if (!broken) e = execute_graph(op, outer);
        break;
    }
    if (e && breaks_device(e)) set_sticky(e);
    return e;
}

static void finish(operation_t &op)
{  // gives back what it holds, so that the place can be used again
    if (op.type == LAUNCH) {
        if (op.launch.destroy) op.launch.destroy(op.launch.closure);
    } else if (op.type == WORK || op.type == HOST || op.type == CALLBACK) {
        op.work = nullptr;
    } else if (op.type == RECORD) {
        op.event = nullptr;
    } else if (op.type == GRAPH) {
        op.graph = nullptr;
    }
    if (op.known) op.known = nullptr;
}

cudaError_t run_until(uint64_t serial)
{
    std::unique_lock<std::mutex> l(queue.lock);
    if (executing) return cudaErrorNotPermitted;
    while (queue.running) {
        if (in_kernel()) return cudaErrorNotPermitted;  // of a kernel that the queue executes: it would wait for itself
        queue.idle.wait(l);
    }
    std::vector<finding_t> found;
    bool open = false, watched = hooks != nullptr && pending(serial);
    if (watched) open_watched();
    while (pending(serial) && !queue.ending) {
        operation_t &op = queue.ring[queue.first];
        queue.running = executing = true;
        l.unlock();
        if (!open) open_device();  // once for all: it may be slow
        open = true;
        if (tracing) trace_begin(op);
        cudaError_t e = execute_operation(op, op);
        finish(op);
        l.lock();
        if (e && !breaks_device(e)) queue.deferred = e;
        if (watched) unwatch(op, &found);
        queue.first = (queue.first + 1) % queue_t::SIZE;
        if (--queue.count == 0) queue.first = 0;  // stays in the cache
    }
    if (watched) close_watched();
    if (queue.running && executing) {
        queue.running = executing = false;
        queue.idle.notify_all();
    }
    l.unlock();
    if (open) close_device();
    for (const finding_t &f : found) report(f);
    return sticky();
}

// Errors that do no harm are told once; those that do stick.
cudaError_t run_and_tell(uint64_t serial)
{
    cudaError_t e = run_until(serial);
    if (e) return e;
    std::lock_guard<std::mutex> l(queue.lock);
    std::swap(e, queue.deferred);
    return e;
}

bool calls_cuda_from_queue(void) { return executing || (queue.running && in_kernel()); }

cudaError_t check_stream(cudaStream_t s)
{
    if (calls_cuda_from_queue()) return cudaErrorNotPermitted;
    std::lock_guard<std::mutex> l(queue.lock);
    return capture_check(find_stream(s));
}

bool capturing(cudaStream_t stream)
{
    std::lock_guard<std::mutex> l(queue.lock);
    stream_t *s = find_stream(stream);
    return s && s->capture;
}

cudaError_t check_capture(void)
{
    if (calls_cuda_from_queue()) return cudaErrorNotPermitted;
    std::lock_guard<std::mutex> l(queue.lock);
    return capture_forbids(nullptr);
}

cudaError_t flush(void)
{
    cudaError_t e = check_capture();
    if (e) return e;
    if (tracing) trace_synchronize();
    e = run_and_tell(UINT64_MAX);
    if (hooks) {
        std::lock_guard<std::mutex> l(queue.lock);
        order_host(nullptr);
    }
    return e;
}

cudaError_t flush_stream(cudaStream_t stream)
{
    if (calls_cuda_from_queue()) return cudaErrorNotPermitted;
    uint64_t serial;
    {
        std::lock_guard<std::mutex> l(queue.lock);
        stream_t *s = find_stream(stream);
        if (!s) return cudaErrorInvalidResourceHandle;
        if (cudaError_t e = capture_forbids(s)) return e;
        serial = last_of(s);
        if (hooks) order_host(s);
    }
    return run_and_tell(serial);
}

void reset_queue(void)
{
    run_until(UINT64_MAX);
    std::lock_guard<std::mutex> l(queue.lock);
    queue.deferred = cudaSuccess;
    reset_graphs();
    reset_streams();
    queue.events.clear();
}

// ---- the end of the program ----------------------------------------------------------------------------------------

std::vector<unfinished_t> unfinished(void)
{
    std::lock_guard<std::mutex> l(queue.lock);
    std::vector<unfinished_t> all;
    for (unsigned i = 0; i < queue.count; i++) {
        const operation_t &op = queue.ring[(queue.first + i) % queue_t::SIZE];
        if (op.type == MARK || op.type == RECORD) continue;
        bool kernel = op.type == LAUNCH;
        all.push_back({kernel, kernel ? kernel_name(op.launch.kernel) : op.what, op.site});
    }
    return all;
}

void abandon_queue(void) { queue.ending = true; }

// What nobody waited for is not executed: on a GPU it would be left to chance.
void report_unfinished(void)
{
    {
        std::unique_lock<std::mutex> l(queue.lock, std::try_to_lock);
        for (int i = 0; i < 100 && !l; i++) {
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
            if (l.try_lock()) break;
        }
        if (!l || queue.ending) return;  // the program ends because of a fault while it was held; or told already
        queue.ending = true;
        while (queue.running && !calls_cuda_from_queue()) queue.idle.wait(l);
        if (queue.running) return;  // exit() in a kernel or in a host function
    }
    if (sticky() != cudaSuccess) return;  // already told
    std::vector<unfinished_t> all = unfinished();
    if (all.empty()) return;
    const unfinished_t &first = all[0];
    size_t kernels = 0;
    for (const unfinished_t &u : all) kernels += u.kernel;
    const bool one = all.size() == 1;
    std::string subject = std::to_string(all.size());
    if (kernels == all.size()) subject += one ? " kernel launch" : " kernel launches";
    else subject += one ? " asynchronous operation" : " asynchronous operations";
    subject += one ? " was never waited for" : " were never waited for";
    const std::string place = at(first.site);
    if (!hooks) {
        fprintf(stderr, "%s: %s and never ran (%s%s). hint: call cudaDeviceSynchronize() before the program ends\n",
                place.c_str(), subject.c_str(), one ? "" : "first: ", first.name.c_str());
        return;
    }
    finding_t f = {};
    f.tool = "memcheck";
    f.kind = "never-run";
    f.title = subject + ": the program ended before " + (one ? "it" : "they") + " ran";
    f.lines.push_back((one ? "" : "first: ") + first.name + " at " + place);
    f.lines.push_back("it means: the host goes on at once after an asynchronous call, and what is still to be done at "
                      "the end of the program is lost");
    f.hint = "call cudaDeviceSynchronize() before the program ends";
    if (first.kernel) f.kernel = first.name;
    where_t w = where(first.site);
    f.file = w.file;
    f.line = w.line;
    report(f);
}

}  // namespace emu
