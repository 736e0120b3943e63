// [given] stream.h: what queue.cpp, order.cpp, pending.cpp and the API of streams, events and graphs share.
//
// Everything here is guarded by queue.lock, except where a function says that it takes the lock itself.
#pragma once
#include "queue.h"
#include <atomic>
#include <condition_variable>
#include <thread>

namespace emu
{

// A program's handle is a number (slot, kind and generation), never an address: a handle that was destroyed, made
// up or of another kind is recognised, and no handle value is ever used twice.
template <class T> struct table_t {
    struct slot_t {
        uint64_t generation;
        std::shared_ptr<T> object;
    };
    unsigned kind;
    std::vector<slot_t> slots;
    std::vector<uint32_t> unused;

    void *add(std::shared_ptr<T> object)  // null: too many
    {
        uint32_t i = slots.size();
        if (!unused.empty()) {
            i = unused.back();
            unused.pop_back();
        } else {
            if (i >= 1u << 20) return nullptr;
            slots.push_back({1, nullptr});
        }
        slots[i].object = std::move(object);
        return (void *)((slots[i].generation << 24 | kind << 20 | i) << 4);
    }
    std::shared_ptr<T> find(const void *handle) const
    {
        uint64_t h = (uint64_t)handle >> 4, i = h & 0xfffff;
        if ((uint64_t)handle & 15 || (h >> 20 & 15) != kind || i >= slots.size()) return nullptr;
        return slots[i].generation == h >> 24 ? slots[i].object : nullptr;
    }
    bool remove(const void *handle)
    {
        if (!find(handle)) return false;
        uint32_t i = (uint64_t)handle >> 4 & 0xfffff;
        slots[i].object = nullptr;
        slots[i].generation++;
        unused.push_back(i);
        return true;
    }
    void replace(const void *handle, std::shared_ptr<T> object)
    {
        if (find(handle)) slots[(uint64_t)handle >> 4 & 0xfffff].object = std::move(object);
    }
    void clear(void)
    {
        for (uint32_t i = 0; i < slots.size(); i++)
            if (slots[i].object) {
                slots[i].object = nullptr;
                slots[i].generation++;
                unused.push_back(i);
            }
    }
};

typedef std::vector<uint64_t> clock_t_;  // per stream: the last of its operations that is known to have ended

struct node_t;
struct traced_t;
struct exec_t;
struct graph_t;
struct capture_t;

struct event_t {
    unsigned flags;
    int device;
    uint64_t recorded, done;             // serial number of the latest record called for; executed. 0: none
    int64_t time;                        // [ns] of the latest record executed
    std::shared_ptr<capture_t> capture;  // the latest record was captured: after these nodes
    std::vector<node_t *> after;
    clock_t_ clock;
    long traced = -1;  // trace.cpp: the latest record
};

struct stream_t {
    cudaStream_t handle;  // null: a default stream
    unsigned flags;
    int priority, device;
    bool legacy;
    std::thread::id owner;               // of a per-thread default stream
    uint32_t track;                      // number of the stream, never used again
    uint64_t last;                       // serial number of its latest operation
    std::shared_ptr<capture_t> capture;  // being captured: the next operation comes after these nodes
    std::vector<node_t *> after;
    clock_t_ clock;  // order.cpp
    std::shared_ptr<const clock_t_> snapshot;
};

enum type_t {
    MARK,      // does nothing: a wait, an empty node
    LAUNCH,    // a kernel
    WORK,      // a copy, a set
    HOST,      // a function of the program
    CALLBACK,  // the same, called after an error too
    RECORD,    // of an event
    GRAPH
};

struct operation_t {
    type_t type;
    const char *what;
    site_t site;
    uint64_t serial;
    uint32_t track;
    bool host;                              // calls a function of the program
    launch_t launch;                        // LAUNCH
    std::shared_ptr<void> closure;          // LAUNCH in a graph: owns launch.closure; else that is destroyed by hand
    std::function<cudaError_t(void)> work;  // WORK, HOST, CALLBACK
    std::shared_ptr<event_t> event;         // RECORD
    std::shared_ptr<exec_t> graph;          // GRAPH
    std::shared_ptr<const clock_t_> known;  // order.cpp
    std::shared_ptr<traced_t> traced;       // trace.cpp: of a node
    long traced_as;                         // trace.cpp: of an operation in the queue; -1 or more
};

struct node_t {
    operation_t op;
    cudaGraphNodeType kind;
    cudaGraphNode_t handle;
    graph_t *graph;
    std::vector<node_t *> after;  // nodes of the same graph
    cudaKernelNodeParams params;  // of a kernel node that was not captured
};
struct graph_t {
    cudaGraph_t handle;
    std::vector<std::unique_ptr<node_t>> nodes;
};
struct capture_t {
    std::shared_ptr<graph_t> graph;
    cudaStreamCaptureMode mode;
    std::thread::id thread;
    uint32_t origin;  // track of the stream
    bool blocking;    // a stream that synchronises with the legacy stream takes part
    bool invalid;
    unsigned long long id;
};

struct exec_t {  // an instantiated graph; never changed, since launches may be pending
    cudaGraphExec_t handle;
    std::vector<operation_t> ops;  // of the nodes
    std::vector<cudaGraphNode_t> nodes;
    std::vector<cudaGraphNodeType> kinds;
    std::vector<std::vector<unsigned>> after;
    std::vector<unsigned> order;
    bool host;  // there is a host function
};

// All that is remembered from call to call. Made before the program's own variables and never destroyed: their
// constructors and destructors may call CUDA.
struct queue_t {
    static constexpr unsigned SIZE = 1024;
    std::mutex lock;
    std::condition_variable idle;           // nobody executes any more
    std::condition_variable host_function;  // one was queued
    operation_t ring[SIZE];
    unsigned first, count;
    uint64_t serial;            // of the latest operation
    std::atomic<bool> running;  // somebody executes the queue
    std::atomic<bool> ending;   // the program is at its end: nothing is executed any more
    cudaError_t deferred;       // of work that failed without harm to the device: returned once

    table_t<stream_t> streams = {1, {}, {}};
    std::vector<std::unique_ptr<stream_t>> legacy;      // the default stream of each device
    std::vector<std::unique_ptr<stream_t>> per_thread;  // of each host thread and device
    uint32_t tracks;
    table_t<event_t> events = {2, {}, {}};
    table_t<graph_t> graphs = {3, {}, {}};
    table_t<exec_t> execs = {4, {}, {}};
    table_t<node_t *> nodes = {5, {}, {}};
    std::vector<std::shared_ptr<capture_t>> captures;  // begun and not yet ended
    unsigned long long capture_ids;
};
extern queue_t &queue;

// ---- queue.cpp ----
operation_t *new_operation(stream_t *s, type_t type, const char *what, site_t site, std::unique_lock<std::mutex> *lock);
cudaError_t run_until(uint64_t serial);     // executes the queue up to this operation; takes the lock
cudaError_t run_and_tell(uint64_t serial);  // the same, and returns errors that do no harm to the device
bool pending(uint64_t serial);              // not yet executed; lock held
cudaError_t execute_operation(const operation_t &op, const operation_t &outer);  // no lock; outer: the graph launch
void expect_host_function(void);   // somebody may wait for a host function without calling CUDA; lock held
bool calls_cuda_from_queue(void);  // is this OS thread in a host function or kernel that the queue executes?

// ---- api_stream.cpp ----
stream_t *find_stream(cudaStream_t s);  // null: no such stream
uint64_t last_of(const stream_t *s);    // the last operation that waiting for s waits for
void for_each_stream(const std::function<void(stream_t *)> &f);
void reset_streams(void);
stream_t *add_stream(unsigned flags, int priority);  // null: too many

// ---- capture.cpp ----
void capture_operation(stream_t *s, operation_t &op);
cudaError_t capture_forbids(stream_t *s);  // a call that waits for s (null: for everything); invalidates captures
cudaError_t capture_check(stream_t *s);    // may work be put into s? Null: cudaErrorInvalidResourceHandle
cudaError_t capture_record(stream_t *s, event_t *e);
cudaError_t capture_wait(stream_t *s, event_t *e, bool *captured);
void capture_leave(stream_t *s);  // the stream is destroyed
node_t *add_node(graph_t *g, operation_t &op, cudaGraphNodeType kind, std::vector<node_t *> after);

// ---- graph.cpp ----
cudaError_t execute_graph(const operation_t &op, const operation_t &outer);
void name_graph(const std::shared_ptr<graph_t> &g);    // gives it a handle
void forget_graph(const std::shared_ptr<graph_t> &g);  // its handles are gone
void reset_graphs(void);

// ---- order.cpp: nothing happens in the fast image ----
void order_operation(stream_t *s, operation_t *op);
void order_record(stream_t *s, event_t *e);
void order_wait(stream_t *s, const event_t *e);
void order_host(const clock_t_ &known);
void order_host(const stream_t *s);  // null: the host waited for everything
void order_launch(uint32_t id, const operation_t &op);
void order_node(const std::shared_ptr<exec_t> &g, unsigned node);  // the launch that comes next is this node

// ---- pending.cpp: nothing happens in the fast image ----
void watch_copy(const operation_t &op, void *dst, const void *src, size_t bytes);
void watch_launch(const operation_t &op);
void open_watched(void);                                             // while the queue is executed
void close_watched(void);                                            // again, for what is still pending
void unwatch(const operation_t &op, std::vector<finding_t> *found);  // executed
}  // namespace emu
