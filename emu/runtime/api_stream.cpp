// [given] api_stream.cpp: the functions of the CUDA runtime API for queue.streams.
#include "stream.h"
#include "memory.h"
#include "trace.h"

namespace emu
{

static stream_t make(unsigned flags, int priority, bool is_legacy)
{
    stream_t s = {};
    s.flags = flags;
    s.priority = priority;
    s.device = current_device();
    s.legacy = is_legacy;
    s.track = queue.tracks++;
    return s;
}

static stream_t *default_stream(void)
{
    const int device = current_device();
    for (auto &s : queue.legacy)
        if (s->device == device) return s.get();
    queue.legacy.emplace_back(new stream_t(make(0, 0, true)));
    return queue.legacy.back().get();
}

static stream_t *stream_of_thread(void)
{
    const int device = current_device();
    for (auto &s : queue.per_thread)
        if (s->device == device && s->owner == std::this_thread::get_id()) return s.get();
    queue.per_thread.emplace_back(new stream_t(make(0, 0, false)));
    queue.per_thread.back()->owner = std::this_thread::get_id();
    return queue.per_thread.back().get();
}

stream_t *find_stream(cudaStream_t s)
{
    if (s == nullptr || s == cudaStreamLegacy) return default_stream();
    if (s == cudaStreamPerThread) return stream_of_thread();
    return queue.streams.find(s).get();
}

void for_each_stream(const std::function<void(stream_t *)> &f)
{
    for (auto &s : queue.legacy) f(s.get());
    for (auto &s : queue.per_thread) f(s.get());
    for (auto &slot : queue.streams.slots)
        if (slot.object) f(slot.object.get());
}

// The default stream waits for all streams of its device that were not created as non-blocking.
uint64_t last_of(const stream_t *s)
{
    uint64_t last = s->last;
    if (s->legacy)
        for_each_stream([&](stream_t *other) {
            if (other->device == s->device && !(other->flags & cudaStreamNonBlocking))
                last = std::max(last, other->last);
        });
    return last;
}

void reset_streams(void)
{
    queue.streams.clear();
    queue.legacy.clear();
    queue.per_thread.clear();
}

stream_t *add_stream(unsigned flags, int priority)
{
    auto s = std::make_shared<stream_t>(make(flags, priority, false));
    s->handle = (cudaStream_t)queue.streams.add(s);
    return s->handle ? s.get() : nullptr;
}

static cudaError_t create(cudaStream_t *stream, unsigned flags, int priority)
{
    if (!stream || (flags & ~cudaStreamNonBlocking)) return cudaErrorInvalidValue;
    std::lock_guard<std::mutex> l(queue.lock);
    stream_t *s = add_stream(flags, std::min(0, std::max(-5, priority)));
    if (s) *stream = s->handle;
    return s ? cudaSuccess : cudaErrorMemoryAllocation;
}

// The work that the stream still has is executed later, as a GPU does.
static cudaError_t destroy(cudaStream_t stream)
{
    if (calls_cuda_from_queue()) return cudaErrorNotPermitted;
    std::lock_guard<std::mutex> l(queue.lock);
    std::shared_ptr<stream_t> s = queue.streams.find(stream);
    if (!s) return cudaErrorInvalidResourceHandle;
    capture_leave(s.get());
    queue.streams.remove(stream);
    return cudaSuccess;
}

// Programs ask again and again, so the question itself makes the work progress.
static cudaError_t query(cudaStream_t stream)
{
    if (calls_cuda_from_queue()) return cudaErrorNotPermitted;
    bool busy;
    {
        std::lock_guard<std::mutex> l(queue.lock);
        stream_t *s = find_stream(stream);
        if (!s) return cudaErrorInvalidResourceHandle;
        if (cudaError_t e = capture_forbids(s)) return e;
        busy = pending(last_of(s));
    }
    if (tracing && !busy) trace_synchronize(stream);
    cudaError_t e = flush_stream(stream);
    return e || !busy ? e : cudaErrorNotReady;
}

static cudaError_t enqueue_host(cudaStream_t stream, type_t type, std::function<cudaError_t(void)> work,
                                const char *what, site_t site)
{
    if (calls_cuda_from_queue()) return cudaErrorNotPermitted;
    std::unique_lock<std::mutex> l(queue.lock);
    stream_t *s = find_stream(stream);
    if (cudaError_t e = capture_check(s)) return e;
    if (s->capture) {
        if (type == CALLBACK) return capture_forbids(s);
        operation_t op = {};
        op.type = type;
        op.what = what;
        op.site = site;
        op.host = true;
        op.work = std::move(work);
        capture_operation(s, op);
        return cudaSuccess;
    }
    operation_t *op = new_operation(s, type, what, site, &l);
    op->work = std::move(work);
    if (tracing) trace_operation(s, op);
    return cudaSuccess;
}

// What a question about a stream asks; null stream handles mean the default stream.
static cudaError_t ask(cudaStream_t stream, bool valid, const std::function<void(const stream_t &)> &answer)
{
    if (!valid) return cudaErrorInvalidValue;
    std::lock_guard<std::mutex> l(queue.lock);
    stream_t *s = find_stream(stream);
    if (!s) return cudaErrorInvalidResourceHandle;
    answer(*s);
    return cudaSuccess;
}
}  // namespace emu

using namespace emu;

cudaError_t cudaDeviceGetStreamPriorityRange(int *least, int *greatest)
{
    EMU_ENTER("cudaDeviceGetStreamPriorityRange");
    if (least) *least = 0;
    if (greatest) *greatest = -5;
    return result(cudaSuccess, "cudaDeviceGetStreamPriorityRange", EMU_SITE);
}

cudaError_t cudaStreamCreate(cudaStream_t *stream)
{
    EMU_ENTER("cudaStreamCreate");
    return result(create(stream, 0, 0), "cudaStreamCreate", EMU_SITE);
}

cudaError_t cudaStreamCreateWithFlags(cudaStream_t *stream, unsigned flags)
{
    EMU_ENTER("cudaStreamCreateWithFlags");
    return result(create(stream, flags, 0), "cudaStreamCreateWithFlags", EMU_SITE);
}

cudaError_t cudaStreamCreateWithPriority(cudaStream_t *stream, unsigned flags, int priority)
{
    EMU_ENTER("cudaStreamCreateWithPriority");
    return result(create(stream, flags, priority), "cudaStreamCreateWithPriority", EMU_SITE);
}

cudaError_t cudaStreamDestroy(cudaStream_t stream)
{
    EMU_ENTER("cudaStreamDestroy");
    return result(destroy(stream), "cudaStreamDestroy", EMU_SITE);
}

cudaError_t cudaStreamGetPriority(cudaStream_t stream, int *priority)
{
    EMU_ENTER("cudaStreamGetPriority");
    return result(ask(stream, priority, [=](const stream_t &s) { *priority = s.priority; }), "cudaStreamGetPriority",
                  EMU_SITE);
}

cudaError_t cudaStreamGetFlags(cudaStream_t stream, unsigned *flags)
{
    EMU_ENTER("cudaStreamGetFlags");
    return result(ask(stream, flags, [=](const stream_t &s) { *flags = s.flags; }), "cudaStreamGetFlags", EMU_SITE);
}

cudaError_t cudaStreamGetId(cudaStream_t stream, unsigned long long *id)
{
    EMU_ENTER("cudaStreamGetId");
    return result(ask(stream, id, [=](const stream_t &s) { *id = s.track + 1; }), "cudaStreamGetId", EMU_SITE);
}

cudaError_t cudaStreamGetDevice(cudaStream_t stream, int *device)
{
    EMU_ENTER("cudaStreamGetDevice");
    return result(ask(stream, device, [=](const stream_t &s) { *device = s.device; }), "cudaStreamGetDevice", EMU_SITE);
}

cudaError_t cudaStreamSynchronize(cudaStream_t stream)
{
    EMU_ENTER("cudaStreamSynchronize");
    if (tracing) trace_synchronize(stream);
    return result(flush_stream(stream), "cudaStreamSynchronize", EMU_SITE);
}

cudaError_t cudaStreamQuery(cudaStream_t stream)
{
    EMU_ENTER("cudaStreamQuery");
    cudaError_t e = query(stream);
    if (e == cudaErrorNotReady) return e;  // an answer, not an error: cudaGetLastError does not tell it
    return result(e, "cudaStreamQuery", EMU_SITE);
}

cudaError_t cudaStreamAttachMemAsync(cudaStream_t stream, void *p, size_t, unsigned)
{
    EMU_ENTER("cudaStreamAttachMemAsync");
    return result(p ? check_stream(stream) : cudaErrorInvalidValue, "cudaStreamAttachMemAsync", EMU_SITE);
}

cudaError_t cudaLaunchHostFunc(cudaStream_t stream, cudaHostFn_t f, void *data)
{
    EMU_ENTER("cudaLaunchHostFunc");
    auto work = [=] {
        f(data);
        return cudaSuccess;
    };
    cudaError_t e = cudaErrorInvalidValue;
    if (f) e = enqueue_host(stream, HOST, work, "cudaLaunchHostFunc", EMU_SITE);
    return result(e, "cudaLaunchHostFunc", EMU_SITE);
}

cudaError_t cudaStreamAddCallback(cudaStream_t stream, cudaStreamCallback_t f, void *data, unsigned flags)
{
    EMU_ENTER("cudaStreamAddCallback");
    auto work = [=] {
        f(stream, sticky(), data);
        return cudaSuccess;
    };
    cudaError_t e = cudaErrorInvalidValue;
    if (f && !flags) e = enqueue_host(stream, CALLBACK, work, "cudaStreamAddCallback", EMU_SITE);
    return result(e, "cudaStreamAddCallback", EMU_SITE);
}
