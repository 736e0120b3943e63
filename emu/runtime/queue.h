// [given] queue.h: what the queue of put-off work, streams, events and graphs are to each other and to the rest of the runtime.
//
// How an API function that works on a stream looks:
//     if ((e = check_stream(stream))) return result(e, "cudaXxxAsync", EMU_SITE);
//     enqueue_operation(stream, work, "cudaXxxAsync", EMU_SITE);      or enqueue_copy, below
// and one that waits:
//     e = flush();           (refused while a stream is being captured; cudaErrorNotPermitted in host functions)
#pragma once
#include "engine.h"
#include <memory>
#include <mutex>

namespace emu
{

// ---- for the rest of the runtime -----------------------------------------------------------------------------------
// May the caller put work into this stream? cudaErrorInvalidResourceHandle: no such stream (or it was destroyed);
// cudaErrorStreamCaptureImplicit: the legacy stream, while another stream is being captured;
// cudaErrorNotPermitted: a host function that the queue runs calls CUDA.
cudaError_t check_stream(cudaStream_t s);
bool capturing(cudaStream_t s);  // work is recorded, not run: do nothing now, even for pageable memory
// As flush, for functions that a capture forbids but that have nothing to wait for (cudaMalloc).
cudaError_t check_capture(void);
// As enqueue_operation, for copies that the host must not overtake: host memory in [dst, dst + bytes) or
// [src, src + bytes) is watched until the copy has been executed (in the checked image; no cost in the fast one).
void enqueue_copy(cudaStream_t s, std::function<cudaError_t(void)> work, const char *what, site_t site, void *dst,
                  const void *src, size_t bytes);
cudaError_t flush_stream(cudaStream_t s);  // executes what was queued up to the last operation of s; checks s
void reset_queue(void);                    // cudaDeviceReset: flushes, and every stream, event and graph is gone

// ---- for the checker -------------------------------------------------------------------------------------------------
// A fault at p, in host code: was the page closed by the queue?
bool closed_by_queue(const void *p);
// Is p waited for by an asynchronous copy? Fills f, if there is one (title, lines, hint, where the copy was called);
// the caller adds where the host was and reports it.
bool pending_copy_at(const void *p, bool write, finding_t *f);
// The host reads managed memory, with the instruction at pc, while work is pending: a finding later, if a kernel of
// that work changes what was read.
void host_reads_managed(const void *p, const void *pc, const where_t &place);
// Opens the page of p again, without executing anything: the host goes on with stale data, as with a GPU.
// To be called after the two above. True: the access can be tried again.
bool flush_pending_for(const void *p);
// Launches, by their ids: has `earlier` ended before `later` begins whatever the GPU does? (streams, events, host waits)
bool ordered(uint32_t earlier_launch, uint32_t later_launch);
uint32_t first_unordered(uint32_t later_launch);  // the earliest that may run at the same time; later_launch: none
struct unfinished_t {
    bool kernel;
    std::string name;  // of the kernel, or "cudaMemcpyAsync", ...
    site_t site;
};
// What was never executed because nobody waited for it; empty before the end of the program unless work is pending.
std::vector<unfinished_t> unfinished(void);
// Reports that, once, and stops the queue for good. Called at exit.
void report_unfinished(void);
void abandon_queue(void);  // the program ends because of an error: what is pending is not worth a word
}  // namespace emu
