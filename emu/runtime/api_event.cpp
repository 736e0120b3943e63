// [given] api_event.cpp: the functions of the CUDA runtime API for queue.events.
#include "stream.h"
#include "memory.h"
#include "trace.h"

namespace emu
{

static cudaError_t create(cudaEvent_t *event, unsigned flags)
{
    if (!event || (flags & ~(cudaEventBlockingSync | cudaEventDisableTiming | cudaEventInterprocess)))
        return cudaErrorInvalidValue;
    if ((flags & cudaEventInterprocess) && !(flags & cudaEventDisableTiming)) return cudaErrorInvalidValue;
    auto e = std::make_shared<event_t>();
    e->flags = flags;
    e->device = current_device();
    std::lock_guard<std::mutex> l(queue.lock);
    *event = (cudaEvent_t)queue.events.add(e);
    return *event ? cudaSuccess : cudaErrorMemoryAllocation;
}

static cudaError_t destroy(cudaEvent_t event)
{
    std::lock_guard<std::mutex> l(queue.lock);
    return queue.events.remove(event) ? cudaSuccess
                                      : cudaErrorInvalidResourceHandle;  // a pending record keeps its event
}

static cudaError_t record(cudaEvent_t event, cudaStream_t stream, unsigned flags, site_t site)
{
    if (calls_cuda_from_queue()) return cudaErrorNotPermitted;
    if (flags & ~cudaEventRecordExternal) return cudaErrorInvalidValue;
    std::unique_lock<std::mutex> l(queue.lock);
    std::shared_ptr<event_t> e = queue.events.find(event);
    stream_t *s = find_stream(stream);
    if (!e) return cudaErrorInvalidResourceHandle;
    if (cudaError_t error = capture_check(s)) return error;
    if (s->device != e->device) return cudaErrorInvalidResourceHandle;
    if (s->capture) {
        if (!(flags & cudaEventRecordExternal)) return capture_record(s, e.get());
        operation_t op = {};
        op.type = RECORD;
        op.what = "cudaEventRecord";
        op.site = site;
        op.event = e;
        capture_operation(s, op);
        return cudaSuccess;
    }
    if (flags & cudaEventRecordExternal) return cudaErrorIllegalState;
    e->capture = nullptr;
    operation_t *op = new_operation(s, RECORD, "cudaEventRecord", site, &l);
    e->recorded = op->serial;
    op->event = std::move(e);
    if (tracing) trace_operation(s, op);
    if (hooks) order_record(s, op->event.get());
    return cudaSuccess;
}

static cudaError_t wait(cudaStream_t stream, cudaEvent_t event, unsigned flags, site_t site)
{
    if (calls_cuda_from_queue()) return cudaErrorNotPermitted;
    if (flags & ~cudaEventWaitExternal) return cudaErrorInvalidValue;
    std::unique_lock<std::mutex> l(queue.lock);
    std::shared_ptr<event_t> e = queue.events.find(event);
    stream_t *s = find_stream(stream);
    if (!e) return cudaErrorInvalidResourceHandle;
    if (cudaError_t error = capture_check(s)) return error;
    if (!(s->capture && (flags & cudaEventWaitExternal))) {
        bool captured;
        cudaError_t error = capture_wait(s, e.get(), &captured);
        if (captured) return error;
    } else {
        operation_t op = {};
        op.what = "cudaStreamWaitEvent";
        op.site = site;
        capture_operation(s, op);
        return cudaSuccess;
    }
    if (!e->recorded) return cudaSuccess;
    if (hooks) order_wait(s, e.get());
    if (tracing) trace_wait(s, e.get());
    if (pending(e->recorded)) new_operation(s, MARK, "cudaStreamWaitEvent", site, &l);  // who waits for s waits for it
    return cudaSuccess;
}

// Waits for the latest record. asks: the host does not want to wait. busy: it had not been executed yet.
static cudaError_t synchronize(cudaEvent_t event, bool asks, bool *busy)
{
    if (calls_cuda_from_queue()) return cudaErrorNotPermitted;
    uint64_t serial;
    {
        std::lock_guard<std::mutex> l(queue.lock);
        std::shared_ptr<event_t> e = queue.events.find(event);
        if (!e) return cudaErrorInvalidResourceHandle;
        if (e->capture) {
            e->capture->invalid = true;
            return cudaErrorCapturedEvent;
        }
        serial = e->recorded;
        *busy = pending(serial);
        if (hooks) order_host(e->clock);
        if (tracing && !(asks && *busy)) trace_synchronize(e.get());
    }
    return run_and_tell(serial);
}

static void report_too_early(site_t site)
{
    finding_t f = {};
    f.tool = "memcheck";
    f.kind = "event-not-ready";
    f.title = "cudaEventElapsedTime asks for a time that is not known yet";
    where_t w = where(site);
    f.lines = {"at " + at(site), "it means: the device has not reached the events; the time was not set"};
    f.hint = "call cudaEventSynchronize(stop) first";
    f.file = w.file;
    f.line = w.line;
    f.warning = true;
    report(f);
}

static cudaError_t elapsed(float *ms, cudaEvent_t start, cudaEvent_t stop, site_t site)
{
    if (!ms) return cudaErrorInvalidValue;
    uint64_t wait_for = 0;
    {
        std::lock_guard<std::mutex> l(queue.lock);
        std::shared_ptr<event_t> a = queue.events.find(start), b = queue.events.find(stop);
        if (!a || !b || !a->recorded || !b->recorded) return cudaErrorInvalidResourceHandle;
        if ((a->flags | b->flags) & cudaEventDisableTiming || a->device != b->device)
            return cudaErrorInvalidResourceHandle;
        if (a->capture || b->capture) return cudaErrorCapturedEvent;
        if (a->done == a->recorded && b->done == b->recorded) {
            *ms = (b->time - a->time) * 1e-6f;
            return cudaSuccess;
        }
        wait_for = std::max(a->recorded, b->recorded);
    }
    if (hooks) report_too_early(site);
    cudaError_t e = run_and_tell(wait_for);  // whoever asks until it is ready shall not ask for ever
    return e ? e : cudaErrorNotReady;
}
}  // namespace emu

using namespace emu;

cudaError_t cudaEventCreate(cudaEvent_t *event)
{
    EMU_ENTER("cudaEventCreate");
    return result(create(event, 0), "cudaEventCreate", EMU_SITE);
}

cudaError_t cudaEventCreateWithFlags(cudaEvent_t *event, unsigned flags)
{
    EMU_ENTER("cudaEventCreateWithFlags");
    return result(create(event, flags), "cudaEventCreateWithFlags", EMU_SITE);
}

cudaError_t cudaEventDestroy(cudaEvent_t event)
{
    EMU_ENTER("cudaEventDestroy");
    return result(destroy(event), "cudaEventDestroy", EMU_SITE);
}

cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream)
{
    EMU_ENTER("cudaEventRecord");
    return result(record(event, stream, 0, EMU_SITE), "cudaEventRecord", EMU_SITE);
}

cudaError_t cudaEventRecordWithFlags(cudaEvent_t event, cudaStream_t stream, unsigned flags)
{
    EMU_ENTER("cudaEventRecordWithFlags");
    return result(record(event, stream, flags, EMU_SITE), "cudaEventRecordWithFlags", EMU_SITE);
}

cudaError_t cudaStreamWaitEvent(cudaStream_t stream, cudaEvent_t event, unsigned flags)
{
    EMU_ENTER("cudaStreamWaitEvent");
    return result(wait(stream, event, flags, EMU_SITE), "cudaStreamWaitEvent", EMU_SITE);
}

cudaError_t cudaEventSynchronize(cudaEvent_t event)
{
    EMU_ENTER("cudaEventSynchronize");
    bool busy;
    return result(synchronize(event, false, &busy), "cudaEventSynchronize", EMU_SITE);
}

cudaError_t cudaEventQuery(cudaEvent_t event)
{
    EMU_ENTER("cudaEventQuery");
    bool busy = false;
    cudaError_t e = synchronize(event, true, &busy);
    if (!e && busy) return cudaErrorNotReady;  // an answer, not an error: cudaGetLastError does not tell it
    return result(e, "cudaEventQuery", EMU_SITE);
}

cudaError_t cudaEventElapsedTime(float *ms, cudaEvent_t start, cudaEvent_t stop)
{
    EMU_ENTER("cudaEventElapsedTime");
    return result(elapsed(ms, start, stop, EMU_SITE), "cudaEventElapsedTime", EMU_SITE);
}
