// [given] api_copy.cpp: copies and sets of the runtime API.
#include "memory.h"
#include "queue.h"
#include "trace.h"
#include <atomic>
#include <cstring>
#include <map>
#include <mutex>

namespace emu
{

// ---- what a pointer is ---------------------------------------------------------------------------------------
place_t place_of(const void *p)
{
    const char *q = (const char *)p;
    if (on_device(p)) {
        const alloc_t *a = find_alloc(p);
        if (!a) return {IS_NOTHING, find_alloc(p, true), nullptr, 0, 0};
        return {a->freed             ? IS_FREED
                : a->kind == MANAGED ? IS_MANAGED
                                     : IS_DEVICE,
                a, nullptr, (size_t)(q - a->p), a->size};
    }
    if (const variable_t *v = find_variable(p))
        return {v->kind == 'm' ? IS_MANAGED : IS_VARIABLE, nullptr, v, (size_t)(q - (const char *)v->address), v->size};
    if (const alloc_t *a = find_alloc(p)) return {IS_PINNED, a, nullptr, (size_t)(q - a->p), a->size};
    return {IS_HOST, nullptr, nullptr, 0, 0};
}

static bool host_can(place_kind_t k) { return k == IS_HOST || k == IS_PINNED || k == IS_MANAGED; }
static bool device_can(place_kind_t k)
{
    return k == IS_DEVICE || k == IS_VARIABLE || k == IS_MANAGED || k == IS_PINNED;
}

// ---- checks --------------------------------------------------------------------------------------------------
static size_t extent(const copy_t &c, size_t pitch, size_t slice)
{
    return (c.depth - 1) * slice + (c.height - 1) * pitch + c.width;
}

static bool side_is_bad(const copy_t &c, bool destination, const place_t &p, size_t bytes)
{
    if (p.kind == IS_NOTHING || p.kind == IS_FREED || !(destination ? c.dst : c.src)) {
        if (hooks) report_bad_pointer(c, destination, p);
        return true;
    }
    if (p.kind == IS_HOST || p.offset + bytes <= p.size) return false;
    if (hooks) report_bad_size(c, destination, p, bytes);
    return true;
}

static bool direction_is_bad(const copy_t &c, const place_t &dst, const place_t &src)
{
    switch (c.kind) {
    case cudaMemcpyHostToHost: return !host_can(dst.kind) || !host_can(src.kind);
    case cudaMemcpyHostToDevice: return !device_can(dst.kind) || !host_can(src.kind);
    case cudaMemcpyDeviceToHost: return !host_can(dst.kind) || !device_can(src.kind);
    case cudaMemcpyDeviceToDevice: return !device_can(dst.kind) || !device_can(src.kind);
    default: return false;
    }
}

cudaError_t check_copy(const copy_t &c)
{
    if (!c.width || !c.height || !c.depth) return cudaSuccess;
    if (c.height > 1 && (c.width > c.dpitch || (c.src && c.width > c.spitch))) return cudaErrorInvalidPitchValue;
    if ((unsigned)c.kind > cudaMemcpyDefault) return cudaErrorInvalidMemcpyDirection;
    const place_t dst = place_of(c.dst), src = place_of(c.src);
    if (!c.src && c.value >= 0) {  // a set
        if (side_is_bad(c, true, dst, extent(c, c.dpitch, c.dslice))) return cudaErrorInvalidValue;
        if (device_can(dst.kind)) return cudaSuccess;
        if (hooks) report_bad_pointer(c, true, dst);
        return cudaErrorInvalidValue;
    }
    // A direction that does not fit explains more than a size that does not: it comes first.
    const bool known = dst.kind != IS_NOTHING && dst.kind != IS_FREED && src.kind != IS_NOTHING && src.kind != IS_FREED;
    if (known && c.dst && c.src && direction_is_bad(c, dst, src)) {
        if (hooks) report_bad_direction(c, dst, src);
        return cudaErrorInvalidValue;
    }
    if (side_is_bad(c, true, dst, extent(c, c.dpitch, c.dslice)) ||
        side_is_bad(c, false, src, extent(c, c.spitch, c.sslice)))
        return cudaErrorInvalidValue;
    return cudaSuccess;
}

// ---- doing it --------------------------------------------------------------------------------------------------
static void one_run(const copy_t &c, char *dst, const char *src, size_t bytes)
{
    if (src) {
        if (hooks && hooks->copy) hooks->copy(dst, src, bytes, c.function, c.site);
        memmove(dst, src, bytes);
    } else {
        if (hooks && hooks->set) hooks->set(dst, bytes, c.function, c.site);
        memset(dst, c.value, bytes);
    }
}

static std::atomic<unsigned long> bytes_to_host;

void execute_copy(const copy_t &c)
{
    const bool rows_touch = c.height == 1 || (c.dpitch == c.width && (!c.src || c.spitch == c.width));
    const size_t run = rows_touch ? c.width * c.height : c.width, rows = rows_touch ? 1 : c.height;
    const bool closed = (on_device(c.dst) && !is_managed(c.dst)) || (on_device(c.src) && !is_managed(c.src));
    if (c.src && on_device(c.src) && !is_managed(c.src) && (!on_device(c.dst) || is_managed(c.dst)))
        bytes_to_host += c.width * c.height * c.depth;
    if (closed) open_device();
    for (size_t z = 0; z < c.depth; z++)
        for (size_t y = 0; y < rows; y++)
            one_run(c, c.dst + z * c.dslice + y * c.dpitch, c.src ? c.src + z * c.sslice + y * c.spitch : nullptr, run);
    if (closed) close_device();
}

cudaError_t submit_copy(const copy_t &c, bool async, cudaStream_t stream)
{
    cudaError_t e = check_copy(c);
    if (!e && async) e = check_stream(stream);
    if (e) return e;
    const bool nothing = !c.width || !c.height || !c.depth;
    const place_kind_t dst = nothing ? IS_HOST : place_of(c.dst).kind, src = c.src ? place_of(c.src).kind : IS_DEVICE;
    if (hooks && !nothing) {
        const place_t p = place_of(c.dst);
        if (p.a && c.height == 1) note_copy(p.a, p.offset, c.width, c.function, c.site);
    }
    // The host does not wait for what is called Async and touches no pageable memory.
    const bool waits = !async || dst == IS_HOST || src == IS_HOST;
    if (tracing && !nothing) trace_copy(c, waits, dst, src);
    if (waits && !(async && capturing(stream))) {
        e = flush_stream(async ? stream : nullptr);  // no further: what nobody waits for stays undone
        if (!e && !async) e = check_capture();
        if (e) return e;
        if (tracing && !nothing) trace_copy_now(async ? stream : nullptr);
        if (!nothing) execute_copy(c);
        return cudaSuccess;
    }
    if (nothing) return cudaSuccess;
    enqueue_copy(
        stream,
        [c] {
            execute_copy(c);
            return cudaSuccess;
        },
        c.function, c.site, c.dst, c.src, extent(c, c.dpitch, c.dslice));
    return cudaSuccess;
}

// ---- copies that look like a slip, remembered for messages about values that were never written --------------------
struct note_t {
    size_t bytes;
    const char *function;
    site_t site;
};
static std::mutex notes_lock;
static std::map<const alloc_t *, note_t> &notes(void)
{
    static auto *m = new std::map<const alloc_t *, note_t>;
    return *m;
}

static const char *slip(size_t bytes, size_t size)
{
    if (bytes == sizeof(void *) && size > 2 * sizeof(void *))
        return "that is the size of a pointer: sizeof(p) of a pointer p is 8, whatever it points to";
    if (bytes * 4 == size || bytes * 8 == size)
        return "that is the number of elements: sizes are in bytes, n * sizeof(element)";
    return nullptr;
}

void note_copy(const alloc_t *a, size_t offset, size_t bytes, const char *function, site_t site)
{
    std::lock_guard<std::mutex> guard(notes_lock);
    if (!offset && slip(bytes, a->size)) notes()[a] = {bytes, function, site};
    else notes().erase(a);
}

void forget_copies(const alloc_t *a)
{
    if (!hooks) return;
    std::lock_guard<std::mutex> guard(notes_lock);
    notes().erase(a);
}

std::string copy_hint(const alloc_t *a)
{
    std::lock_guard<std::mutex> guard(notes_lock);
    const auto n = notes().find(a);
    if (n == notes().end()) return "";
    return std::string(n->second.function) + " at " + at(n->second.site) + " wrote only " +
           plural(n->second.bytes, "byte") + " of it: " + slip(n->second.bytes, a->size);
}

static copy_t line(void *dst, const void *src, size_t count, cudaMemcpyKind kind, const char *function, site_t site)
{
    return {(char *)dst, (const char *)src, count, count, count, count, count, 1, 1, -1, kind, function, site};
}

static copy_t set_of(void *dst, size_t pitch, size_t slice, int value, size_t w, size_t h, size_t d,
                     const char *function, site_t site)
{
    return {(char *)dst, nullptr, pitch, slice, 0, 0, w, h, d, value & 255, cudaMemcpyDefault, function, site};
}

// A box as cudaMemcpy3D describes it; false: arrays, or parameters that make no sense.
template <class P> static bool box(const P *p, cudaMemcpyKind kind, const char *function, site_t site, copy_t *c)
{
    if (!p || p->srcArray || p->dstArray) return false;
    const cudaPitchedPtr &s = p->srcPtr, &d = p->dstPtr;
    const auto start = [](const cudaPitchedPtr &m, const cudaPos &at) {
        return (char *)m.ptr + at.z * m.pitch * m.ysize + at.y * m.pitch + at.x;
    };
    *c = {start(d, p->dstPos),
          start(s, p->srcPos),
          d.pitch,
          d.pitch * d.ysize,
          s.pitch,
          s.pitch * s.ysize,
          p->extent.width,
          p->extent.height,
          p->extent.depth,
          -1,
          kind,
          function,
          site};
    const bool slices = p->extent.depth <= 1 || (d.ysize >= p->extent.height && s.ysize >= p->extent.height);
    return d.ptr && s.ptr && slices;
}
}  // namespace emu

using namespace emu;

extern "C" {

cudaError_t cudaMemcpy(void *dst, const void *src, size_t count, cudaMemcpyKind kind)
{
    EMU_ENTER("cudaMemcpy");
    return result(submit_copy(line(dst, src, count, kind, "cudaMemcpy", EMU_SITE), false, nullptr), "cudaMemcpy",
                  EMU_SITE);
}

cudaError_t cudaMemcpyAsync(void *dst, const void *src, size_t count, cudaMemcpyKind kind, cudaStream_t stream)
{
    EMU_ENTER("cudaMemcpyAsync");
    return result(submit_copy(line(dst, src, count, kind, "cudaMemcpyAsync", EMU_SITE), true, stream),
                  "cudaMemcpyAsync", EMU_SITE);
}

cudaError_t cudaMemcpy2D(void *dst, size_t dpitch, const void *src, size_t spitch, size_t width, size_t height,
                         cudaMemcpyKind kind)
{
    EMU_ENTER("cudaMemcpy2D");
    const copy_t c = {(char *)dst, (const char *)src, dpitch,  0, spitch, 0, width, height, 1, -1,
                      kind,        "cudaMemcpy2D",    EMU_SITE};
    return result(width > dpitch || width > spitch ? cudaErrorInvalidPitchValue : submit_copy(c, false, nullptr),
                  "cudaMemcpy2D", EMU_SITE);
}

cudaError_t cudaMemcpy2DAsync(void *dst, size_t dpitch, const void *src, size_t spitch, size_t width, size_t height,
                              cudaMemcpyKind kind, cudaStream_t stream)
{
    EMU_ENTER("cudaMemcpy2DAsync");
    const copy_t c = {(char *)dst, (const char *)src,   dpitch,  0, spitch, 0, width, height, 1, -1,
                      kind,        "cudaMemcpy2DAsync", EMU_SITE};
    return result(width > dpitch || width > spitch ? cudaErrorInvalidPitchValue : submit_copy(c, true, stream),
                  "cudaMemcpy2DAsync", EMU_SITE);
}

cudaError_t cudaMemcpy3D(const cudaMemcpy3DParms *p)
{
    EMU_ENTER("cudaMemcpy3D");
    copy_t c;
    const bool good = p && box(p, p->kind, "cudaMemcpy3D", EMU_SITE, &c);
    return result(good ? submit_copy(c, false, nullptr) : cudaErrorInvalidValue, "cudaMemcpy3D", EMU_SITE);
}

cudaError_t cudaMemcpy3DAsync(const cudaMemcpy3DParms *p, cudaStream_t stream)
{
    EMU_ENTER("cudaMemcpy3DAsync");
    copy_t c;
    const bool good = p && box(p, p->kind, "cudaMemcpy3DAsync", EMU_SITE, &c);
    return result(good ? submit_copy(c, true, stream) : cudaErrorInvalidValue, "cudaMemcpy3DAsync", EMU_SITE);
}

static bool devices_exist(int a, int b) { return a >= 0 && a < device_count() && b >= 0 && b < device_count(); }

cudaError_t cudaMemcpyPeer(void *dst, int dstDevice, const void *src, int srcDevice, size_t count)
{
    EMU_ENTER("cudaMemcpyPeer");
    const copy_t c = line(dst, src, count, cudaMemcpyDeviceToDevice, "cudaMemcpyPeer", EMU_SITE);
    const bool good = devices_exist(dstDevice, srcDevice);
    return result(good ? submit_copy(c, false, nullptr) : cudaErrorInvalidDevice, "cudaMemcpyPeer", EMU_SITE);
}

cudaError_t cudaMemcpyPeerAsync(void *dst, int dstDevice, const void *src, int srcDevice, size_t count,
                                cudaStream_t stream)
{
    EMU_ENTER("cudaMemcpyPeerAsync");
    const copy_t c = line(dst, src, count, cudaMemcpyDeviceToDevice, "cudaMemcpyPeerAsync", EMU_SITE);
    const bool good = devices_exist(dstDevice, srcDevice);
    return result(good ? submit_copy(c, true, stream) : cudaErrorInvalidDevice, "cudaMemcpyPeerAsync", EMU_SITE);
}

cudaError_t cudaMemcpy3DPeer(const cudaMemcpy3DPeerParms *p)
{
    EMU_ENTER("cudaMemcpy3DPeer");
    copy_t c;
    const bool good = box(p, cudaMemcpyDeviceToDevice, "cudaMemcpy3DPeer", EMU_SITE, &c);
    return result(good ? submit_copy(c, false, nullptr) : cudaErrorInvalidValue, "cudaMemcpy3DPeer", EMU_SITE);
}

cudaError_t cudaMemcpy3DPeerAsync(const cudaMemcpy3DPeerParms *p, cudaStream_t stream)
{
    EMU_ENTER("cudaMemcpy3DPeerAsync");
    copy_t c;
    const bool good = box(p, cudaMemcpyDeviceToDevice, "cudaMemcpy3DPeerAsync", EMU_SITE, &c);
    return result(good ? submit_copy(c, true, stream) : cudaErrorInvalidValue, "cudaMemcpy3DPeerAsync", EMU_SITE);
}

// ---- sets ------------------------------------------------------------------------------------------------------
cudaError_t cudaMemset(void *p, int value, size_t count)
{
    EMU_ENTER("cudaMemset");
    const copy_t c = set_of(p, count, count, value, count, 1, 1, "cudaMemset", EMU_SITE);
    return result(submit_copy(c, false, nullptr), "cudaMemset", EMU_SITE);
}

cudaError_t cudaMemsetAsync(void *p, int value, size_t count, cudaStream_t stream)
{
    EMU_ENTER("cudaMemsetAsync");
    const copy_t c = set_of(p, count, count, value, count, 1, 1, "cudaMemsetAsync", EMU_SITE);
    return result(submit_copy(c, true, stream), "cudaMemsetAsync", EMU_SITE);
}

cudaError_t cudaMemset2D(void *p, size_t pitch, int value, size_t width, size_t height)
{
    EMU_ENTER("cudaMemset2D");
    const copy_t c = set_of(p, pitch, 0, value, width, height, 1, "cudaMemset2D", EMU_SITE);
    return result(submit_copy(c, false, nullptr), "cudaMemset2D", EMU_SITE);
}

cudaError_t cudaMemset2DAsync(void *p, size_t pitch, int value, size_t width, size_t height, cudaStream_t stream)
{
    EMU_ENTER("cudaMemset2DAsync");
    const copy_t c = set_of(p, pitch, 0, value, width, height, 1, "cudaMemset2DAsync", EMU_SITE);
    return result(submit_copy(c, true, stream), "cudaMemset2DAsync", EMU_SITE);
}

cudaError_t cudaMemset3D(cudaPitchedPtr p, int value, cudaExtent e)
{
    EMU_ENTER("cudaMemset3D");
    const copy_t c = set_of(p.ptr, p.pitch, p.pitch * p.ysize, value, e.width, e.height, e.depth, "cudaMemset3D",
                            EMU_SITE);
    return result(submit_copy(c, false, nullptr), "cudaMemset3D", EMU_SITE);
}

cudaError_t cudaMemset3DAsync(cudaPitchedPtr p, int value, cudaExtent e, cudaStream_t stream)
{
    EMU_ENTER("cudaMemset3DAsync");
    const copy_t c = set_of(p.ptr, p.pitch, p.pitch * p.ysize, value, e.width, e.height, e.depth, "cudaMemset3DAsync",
                            EMU_SITE);
    return result(submit_copy(c, true, stream), "cudaMemset3DAsync", EMU_SITE);
}
}

extern "C" unsigned long emu_bytes_to_host(void) { return emu::bytes_to_host; }
