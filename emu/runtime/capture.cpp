// [given] capture.cpp: streams that record their work into a graph instead of putting it into the queue.
#include "stream.h"
#include "memory.h"
#include "trace.h"
#include <algorithm>
#include <cstring>

namespace emu
{

static thread_local cudaStreamCaptureMode thread_mode = cudaStreamCaptureModeGlobal;

node_t *add_node(graph_t *g, operation_t &op, cudaGraphNodeType kind, std::vector<node_t *> after)
{
    node_t *n = new node_t();
    n->op = std::move(op);
    n->kind = kind;
    n->graph = g;
    std::sort(after.begin(), after.end());
    after.erase(std::unique(after.begin(), after.end()), after.end());
    n->after = std::move(after);
    n->handle = (cudaGraphNode_t)queue.nodes.add(std::make_shared<node_t *>(n));
    g->nodes.emplace_back(n);
    return n;
}

static cudaGraphNodeType kind_of(const operation_t &op)
{
    switch (op.type) {
    case LAUNCH: return cudaGraphNodeTypeKernel;
    case WORK: return strstr(op.what, "Memset") ? cudaGraphNodeTypeMemset : cudaGraphNodeTypeMemcpy;
    case HOST:
    case CALLBACK: return cudaGraphNodeTypeHost;
    case RECORD: return cudaGraphNodeTypeEventRecord;
    case GRAPH: return cudaGraphNodeTypeGraph;
    default: return cudaGraphNodeTypeEmpty;
    }
}

void capture_operation(stream_t *s, operation_t &op)
{
    cudaGraphNodeType kind = kind_of(op);
    if (tracing) trace_capture(&op);
    s->after = {add_node(s->capture->graph.get(), op, kind, s->after)};
}

// ---- what a capture forbids ----------------------------------------------------------------------------------------

cudaError_t capture_check(stream_t *s)
{
    if (!s) return cudaErrorInvalidResourceHandle;
    if (s->capture) return s->capture->invalid ? cudaErrorStreamCaptureInvalidated : cudaSuccess;
    if (!s->legacy) return cudaSuccess;
    cudaError_t e = cudaSuccess;
    for (auto &c : queue.captures)
        if (c->blocking) {
            c->invalid = true;  // work for the legacy stream would wait for the captured one
            e = cudaErrorStreamCaptureImplicit;
        }
    return e;
}

cudaError_t capture_forbids(stream_t *s)
{
    if (s && s->capture) {
        s->capture->invalid = true;
        return cudaErrorStreamCaptureUnsupported;
    }
    if (s) return capture_check(s);
    cudaError_t e = cudaSuccess;
    for (auto &c : queue.captures) {
        bool mine = c->thread == std::this_thread::get_id() && c->mode != cudaStreamCaptureModeRelaxed;
        bool anybodys = c->mode == cudaStreamCaptureModeGlobal && thread_mode == cudaStreamCaptureModeGlobal;
        if (thread_mode == cudaStreamCaptureModeRelaxed || !(mine || anybodys)) continue;
        c->invalid = true;
        e = cudaErrorStreamCaptureUnsupported;
    }
    return e;
}

// ---- events carry a capture to other streams -----------------------------------------------------------------------

cudaError_t capture_record(stream_t *s, event_t *e)
{
    if (s->capture->invalid) return cudaErrorStreamCaptureInvalidated;
    e->capture = s->capture;
    e->after = s->after;
    return cudaSuccess;
}

// Waits of a stream for an event where one of them has to do with a capture.
cudaError_t capture_wait(stream_t *s, event_t *e, bool *captured)
{
    *captured = s->capture || e->capture;
    if (!*captured) return cudaSuccess;
    if (s->capture && s->capture->invalid) return cudaErrorStreamCaptureInvalidated;
    if (!e->capture) {
        if (!e->recorded) return cudaSuccess;
        s->capture->invalid = true;  // the graph cannot wait for what is not part of it
        return cudaErrorStreamCaptureIsolation;
    }
    if (std::find(queue.captures.begin(), queue.captures.end(), e->capture) == queue.captures.end())
        return cudaErrorCapturedEvent;
    if (e->capture->invalid) return cudaErrorStreamCaptureInvalidated;
    if (s->legacy) return cudaErrorStreamCaptureImplicit;
    if (s->capture && s->capture != e->capture) {
        s->capture->invalid = e->capture->invalid = true;
        return cudaErrorStreamCaptureMerge;
    }
    if (!s->capture) {
        s->capture = e->capture;
        s->after.clear();
        if (!(s->flags & cudaStreamNonBlocking)) s->capture->blocking = true;
    }
    s->after.insert(s->after.end(), e->after.begin(), e->after.end());
    return cudaSuccess;
}

void capture_leave(stream_t *s)
{
    if (!s->capture) return;
    if (s->capture->origin == s->track) {
        s->capture->invalid = true;
        queue.captures.erase(std::remove(queue.captures.begin(), queue.captures.end(), s->capture),
                             queue.captures.end());
        forget_graph(s->capture->graph);
    }
    s->capture = nullptr;
    s->after.clear();
}

// ---- begin and end -------------------------------------------------------------------------------------------------

static cudaError_t begin(cudaStream_t stream, cudaStreamCaptureMode mode)
{
    if (mode < cudaStreamCaptureModeGlobal || mode > cudaStreamCaptureModeRelaxed) return cudaErrorInvalidValue;
    std::lock_guard<std::mutex> l(queue.lock);
    stream_t *s = find_stream(stream);
    if (!s) return cudaErrorInvalidResourceHandle;
    if (s->legacy) return cudaErrorStreamCaptureUnsupported;
    if (s->capture) return cudaErrorIllegalState;
    auto c = std::make_shared<capture_t>();
    c->graph = std::make_shared<graph_t>();
    name_graph(c->graph);
    c->mode = mode;
    c->thread = std::this_thread::get_id();
    c->origin = s->track;
    c->blocking = !(s->flags & cudaStreamNonBlocking);
    c->id = ++queue.capture_ids;
    s->capture = c;
    s->after.clear();
    queue.captures.push_back(c);
    return cudaSuccess;
}

static bool all_joined(const graph_t &g, const std::vector<node_t *> &last)
{
    std::vector<node_t *> seen, open = last;
    while (!open.empty()) {
        node_t *n = open.back();
        open.pop_back();
        auto place = std::lower_bound(seen.begin(), seen.end(), n);
        if (place != seen.end() && *place == n) continue;
        seen.insert(place, n);
        open.insert(open.end(), n->after.begin(), n->after.end());
    }
    return seen.size() == g.nodes.size();
}

static cudaError_t end(cudaStream_t stream, cudaGraph_t *graph)
{
    std::lock_guard<std::mutex> l(queue.lock);
    stream_t *s = find_stream(stream);
    if (!s) return cudaErrorInvalidResourceHandle;
    std::shared_ptr<capture_t> c = s->capture;
    if (!c) return cudaErrorIllegalState;
    if (c->origin != s->track) return cudaErrorStreamCaptureUnmatched;
    if (c->mode != cudaStreamCaptureModeRelaxed && c->thread != std::this_thread::get_id())
        return cudaErrorStreamCaptureWrongThread;
    bool joined = all_joined(*c->graph, s->after);
    for_each_stream([&](stream_t *other) {
        if (other->capture == c) {
            other->capture = nullptr;
            other->after.clear();
        }
    });
    queue.captures.erase(std::remove(queue.captures.begin(), queue.captures.end(), c), queue.captures.end());
    if (c->invalid || !joined) forget_graph(c->graph);
    if (c->invalid) return cudaErrorStreamCaptureInvalidated;
    if (!joined) return cudaErrorStreamCaptureUnjoined;
    *graph = c->graph->handle;
    return cudaSuccess;
}

static cudaError_t info(cudaStream_t stream, cudaStreamCaptureStatus *status, unsigned long long *id,
                        cudaGraph_t *graph, const cudaGraphNode_t **dependencies, size_t *count)
{
    static thread_local std::vector<cudaGraphNode_t> last;
    if (!status) return cudaErrorInvalidValue;
    std::lock_guard<std::mutex> l(queue.lock);
    stream_t *s = find_stream(stream);
    if (!s) return cudaErrorInvalidResourceHandle;
    if (cudaError_t e = s->legacy ? capture_check(s) : cudaSuccess) return e;
    *status = !s->capture           ? cudaStreamCaptureStatusNone
              : s->capture->invalid ? cudaStreamCaptureStatusInvalidated
                                    : cudaStreamCaptureStatusActive;
    last.clear();
    for (node_t *n : s->after) last.push_back(n->handle);
    if (s->capture && id) *id = s->capture->id;
    if (s->capture && graph) *graph = s->capture->graph->handle;
    if (dependencies) *dependencies = last.data();
    if (count) *count = last.size();
    return cudaSuccess;
}
}  // namespace emu

using namespace emu;

cudaError_t cudaStreamBeginCapture(cudaStream_t stream, cudaStreamCaptureMode mode)
{
    EMU_ENTER("cudaStreamBeginCapture");
    return result(begin(stream, mode), "cudaStreamBeginCapture", EMU_SITE);
}

cudaError_t cudaStreamEndCapture(cudaStream_t stream, cudaGraph_t *graph)
{
    EMU_ENTER("cudaStreamEndCapture");
    if (graph) *graph = nullptr;
    return result(graph ? end(stream, graph) : cudaErrorInvalidValue, "cudaStreamEndCapture", EMU_SITE);
}

cudaError_t cudaStreamIsCapturing(cudaStream_t stream, cudaStreamCaptureStatus *status)
{
    EMU_ENTER("cudaStreamIsCapturing");
    return result(info(stream, status, nullptr, nullptr, nullptr, nullptr), "cudaStreamIsCapturing", EMU_SITE);
}

cudaError_t cudaStreamGetCaptureInfo_v2(cudaStream_t stream, cudaStreamCaptureStatus *status, unsigned long long *id,
                                        cudaGraph_t *graph, const cudaGraphNode_t **dependencies, size_t *count)
{
    EMU_ENTER("cudaStreamGetCaptureInfo");
    return result(info(stream, status, id, graph, dependencies, count), "cudaStreamGetCaptureInfo", EMU_SITE);
}

cudaError_t cudaThreadExchangeStreamCaptureMode(cudaStreamCaptureMode *mode)
{
    EMU_ENTER("cudaThreadExchangeStreamCaptureMode");
    cudaError_t e = cudaErrorInvalidValue;
    if (mode && *mode >= cudaStreamCaptureModeGlobal && *mode <= cudaStreamCaptureModeRelaxed) {
        std::swap(*mode, thread_mode);
        e = cudaSuccess;
    }
    return result(e, "cudaThreadExchangeStreamCaptureMode", EMU_SITE);
}
