// [given] trace.h: a list of what the host asked the device to do, in the order of its calls: for bin/ncu --trace.
//
// On with EMU_TRACE=FILE in the environment; EMU_TRACE_COUNT=N keeps the first N operations. Everything below is to be
// called only `if (tracing)`.
#pragma once
#include "memory.h"
#include "stream.h"

namespace emu
{
// From the API. Functions that get a stream or an operation want the lock of the queue.
void trace_operation(const stream_t *s, operation_t *op);  // it was put into the queue: fills op->traced_as
void trace_capture(operation_t *op);                       // it becomes a node of a graph: fills op->traced
void trace_wait(const stream_t *s, const event_t *e);      // work that is put into s from now on waits for e
void trace_call(const char *function);                     // the API function that the host is in
void trace_synchronize(void);                              // the host waits for the device ...
void trace_synchronize(cudaStream_t stream);               // ... for a stream; takes the lock
void trace_synchronize(const event_t *e);                  // ... for an event

// A copy or set is about to be submitted: what trace_operation cannot see. host_waits: until it has ended.
void trace_copy(const copy_t &c, bool host_waits, place_kind_t dst, place_kind_t src);
void trace_copy_now(cudaStream_t stream);  // that copy is done at once, not by the queue; takes the lock

// From the queue.
void trace_begin(const operation_t &op);  // of the queue
void trace_node(void);                    // another node of the graph that it launches
}  // namespace emu
