// [given] api_memory.cpp: cudaMalloc and its kin.
#include "memory.h"
#include "queue.h"
#include <cstring>

using namespace emu;

namespace emu
{
constexpr size_t PITCH = 512;

// A release takes place when all earlier work has been done.
static cudaError_t free_now(void *p, const char *function, site_t site)
{
    if (!p) return cudaSuccess;
    const cudaError_t e = flush();
    return e ? e : device_free(p, function, site);
}

static cudaError_t alloc_checked(void **p, size_t size, kind_t kind, const char *function, site_t site)
{
    const cudaError_t e = check_capture();
    return e ? e : device_alloc(p, size, kind, function, site);
}

static cudaError_t alloc_pitched(void **p, size_t *pitch, size_t width, size_t rows, const char *function, site_t site)
{
    if (!p || !pitch) return cudaErrorInvalidValue;
    *pitch = (width + PITCH - 1) / PITCH * PITCH;
    if (width && rows > (size_t)-1 / *pitch) return cudaErrorMemoryAllocation;
    return alloc_checked(p, *pitch * rows, DEVICE, function, site);
}

static bool covers(const void *p, size_t count, place_kind_t kind)
{
    const place_t at = place_of(p);
    return at.kind == kind && count <= at.size - at.offset;
}
}  // namespace emu

extern "C" {

cudaError_t cudaMalloc(void **p, size_t size)
{
    EMU_ENTER("cudaMalloc");
    return result(alloc_checked(p, size, DEVICE, "cudaMalloc", EMU_SITE), "cudaMalloc", EMU_SITE);
}

cudaError_t cudaFree(void *p)
{
    EMU_ENTER("cudaFree");
    return result(free_now(p, "cudaFree", EMU_SITE), "cudaFree", EMU_SITE);
}

cudaError_t cudaMallocPitch(void **p, size_t *pitch, size_t width, size_t height)
{
    EMU_ENTER("cudaMallocPitch");
    return result(alloc_pitched(p, pitch, width, height, "cudaMallocPitch", EMU_SITE), "cudaMallocPitch", EMU_SITE);
}

cudaError_t cudaMalloc3D(cudaPitchedPtr *p, cudaExtent e)
{
    EMU_ENTER("cudaMalloc3D");
    cudaError_t code = cudaErrorInvalidValue;
    if (p && (!e.height || e.depth <= (size_t)-1 / e.height)) {
        code = alloc_pitched(&p->ptr, &p->pitch, e.width, e.height * e.depth, "cudaMalloc3D", EMU_SITE);
        p->xsize = e.width, p->ysize = e.height;
    }
    return result(code, "cudaMalloc3D", EMU_SITE);
}

cudaError_t cudaMallocManaged(void **p, size_t size, unsigned flags)
{
    EMU_ENTER("cudaMallocManaged");
    const bool good = flags == cudaMemAttachGlobal || flags == cudaMemAttachHost;
    return result(good ? alloc_checked(p, size, MANAGED, "cudaMallocManaged", EMU_SITE) : cudaErrorInvalidValue,
                  "cudaMallocManaged", EMU_SITE);
}

// ---- pinned memory -----------------------------------------------------------------------------------------------
cudaError_t cudaMallocHost(void **p, size_t size)
{
    EMU_ENTER("cudaMallocHost");
    return result(alloc_checked(p, size, PINNED, "cudaMallocHost", EMU_SITE), "cudaMallocHost", EMU_SITE);
}

cudaError_t cudaHostAlloc(void **p, size_t size, unsigned flags)
{
    EMU_ENTER("cudaHostAlloc");
    const bool good = p && !(flags & ~7u);
    const cudaError_t e = good ? alloc_checked(p, size, PINNED, "cudaHostAlloc", EMU_SITE) : cudaErrorInvalidValue;
    if (!e && *p) set_host_flags(*p, flags);
    return result(e, "cudaHostAlloc", EMU_SITE);
}

cudaError_t cudaFreeHost(void *p)
{
    EMU_ENTER("cudaFreeHost");
    cudaError_t e = p ? flush() : cudaSuccess;
    if (!e && p) e = host_forget(p, false, "cudaFreeHost", EMU_SITE);
    return result(e, "cudaFreeHost", EMU_SITE);
}

cudaError_t cudaHostRegister(void *p, size_t size, unsigned flags)
{
    EMU_ENTER("cudaHostRegister");
    const bool good = p && size && !on_device(p) && !(flags & ~15u);
    return result(good ? host_register(p, size, flags, EMU_SITE) : cudaErrorInvalidValue, "cudaHostRegister", EMU_SITE);
}

cudaError_t cudaHostUnregister(void *p)
{
    EMU_ENTER("cudaHostUnregister");
    cudaError_t e = p ? flush() : cudaErrorInvalidValue;
    if (!e) e = host_forget(p, true, "cudaHostUnregister", EMU_SITE);
    return result(e, "cudaHostUnregister", EMU_SITE);
}

cudaError_t cudaHostGetDevicePointer(void **device, void *host, unsigned flags)
{
    EMU_ENTER("cudaHostGetDevicePointer");
    unsigned found;
    char *base;
    const bool good = device && !flags && host_flags(host, &found, &base);
    if (device) *device = good ? host : nullptr;
    return result(good ? cudaSuccess : cudaErrorInvalidValue, "cudaHostGetDevicePointer", EMU_SITE);
}

cudaError_t cudaHostGetFlags(unsigned *flags, void *host)
{
    EMU_ENTER("cudaHostGetFlags");
    char *base;
    const bool good = flags && host_flags(host, flags, &base) && base == host;
    return result(good ? cudaSuccess : cudaErrorInvalidValue, "cudaHostGetFlags", EMU_SITE);
}

// ---- queries ---------------------------------------------------------------------------------------------------------
cudaError_t cudaMemGetInfo(size_t *free, size_t *total)
{
    EMU_ENTER("cudaMemGetInfo");
    if (!free || !total) return result(cudaErrorInvalidValue, "cudaMemGetInfo", EMU_SITE);
    memory_info(free, total);
    return result(cudaSuccess, "cudaMemGetInfo", EMU_SITE);
}

cudaError_t cudaPointerGetAttributes(cudaPointerAttributes *a, const void *p)
{
    EMU_ENTER("cudaPointerGetAttributes");
    if (!a) return result(cudaErrorInvalidValue, "cudaPointerGetAttributes", EMU_SITE);
    const place_t at = place_of(p);
    void *const q = (void *)p;
    *a = {cudaMemoryTypeUnregistered, cudaInvalidDeviceId, nullptr, q};
    if (at.kind == IS_DEVICE || at.kind == IS_VARIABLE)
        *a = {cudaMemoryTypeDevice, at.a ? at.a->device : current_device(), q, nullptr};
    else if (at.kind == IS_MANAGED) *a = {cudaMemoryTypeManaged, at.a ? at.a->device : current_device(), q, q};
    else if (at.kind == IS_PINNED) *a = {cudaMemoryTypeHost, at.a->device, q, q};
    return result(cudaSuccess, "cudaPointerGetAttributes", EMU_SITE);
}

cudaError_t cudaMemRangeGetAttribute(void *data, size_t size, cudaMemRangeAttribute attribute, const void *p,
                                     size_t count)
{
    EMU_ENTER("cudaMemRangeGetAttribute");
    const bool good = data && size >= sizeof(int) && attribute >= 1 && attribute <= 8 && covers(p, count, IS_MANAGED);
    if (good) {
        const int value = attribute == cudaMemRangeAttributeReadMostly ? 0 : cudaInvalidDeviceId;
        for (size_t i = 0; i + sizeof(int) <= size; i += sizeof(int)) memcpy((char *)data + i, &value, sizeof(int));
    }
    return result(good ? cudaSuccess : cudaErrorInvalidValue, "cudaMemRangeGetAttribute", EMU_SITE);
}

// Where managed memory lies makes no difference here: these check what they are given, and do nothing.
cudaError_t cudaMemPrefetchAsync(const void *p, size_t count, int device, cudaStream_t stream)
{
    EMU_ENTER("cudaMemPrefetchAsync");
    cudaError_t e = check_stream(stream);
    if (!e && (device < cudaCpuDeviceId || device >= device_count())) e = cudaErrorInvalidDevice;
    if (!e && !covers(p, count, IS_MANAGED)) e = cudaErrorInvalidValue;
    return result(e, "cudaMemPrefetchAsync", EMU_SITE);
}

cudaError_t cudaMemPrefetchAsync_v2(const void *p, size_t count, cudaMemLocation to, unsigned flags,
                                    cudaStream_t stream)
{
    EMU_ENTER("cudaMemPrefetchAsync_v2");
    cudaError_t e = check_stream(stream);
    if (!e && to.type == cudaMemLocationTypeDevice && (to.id < 0 || to.id >= device_count()))
        e = cudaErrorInvalidDevice;
    if (!e && (flags || !covers(p, count, IS_MANAGED))) e = cudaErrorInvalidValue;
    return result(e, "cudaMemPrefetchAsync", EMU_SITE);
}

cudaError_t cudaMemAdvise(const void *p, size_t count, cudaMemoryAdvise advice, int device)
{
    EMU_ENTER("cudaMemAdvise");
    cudaError_t e = cudaSuccess;
    const bool names_device = advice >= cudaMemAdviseSetPreferredLocation &&
                              advice != cudaMemAdviseUnsetPreferredLocation;
    if (advice < 1 || advice > 6 || !covers(p, count, IS_MANAGED)) e = cudaErrorInvalidValue;
    if (!e && names_device && (device < cudaCpuDeviceId || device >= device_count())) e = cudaErrorInvalidDevice;
    return result(e, "cudaMemAdvise", EMU_SITE);
}

cudaError_t cudaMemAdvise_v2(const void *p, size_t count, cudaMemoryAdvise advice, cudaMemLocation)
{
    EMU_ENTER("cudaMemAdvise_v2");
    const bool good = advice >= 1 && advice <= 6 && covers(p, count, IS_MANAGED);
    return result(good ? cudaSuccess : cudaErrorInvalidValue, "cudaMemAdvise", EMU_SITE);
}

// ---- in the order of a stream ------------------------------------------------------------------------------------
cudaError_t cudaMallocAsync(void **p, size_t size, cudaStream_t stream)
{
    EMU_ENTER("cudaMallocAsync");
    cudaError_t e = check_stream(stream);
    if (!e) e = alloc_checked(p, size, DEVICE, "cudaMallocAsync", EMU_SITE);
    return result(e, "cudaMallocAsync", EMU_SITE);
}

cudaError_t cudaFreeAsync(void *p, cudaStream_t stream)
{
    EMU_ENTER("cudaFreeAsync");
    const site_t site = EMU_SITE;
    cudaError_t e = check_stream(stream);
    const place_t at = place_of(p);
    if (!e && p && ((at.kind != IS_DEVICE && at.kind != IS_MANAGED) || at.offset || !at.a)) {
        e = cudaErrorInvalidValue;
        if (hooks) report_bad_free(p, "cudaFreeAsync", site);
    }
    if (!e && p)
        enqueue_operation(
            stream, [p, site] { return device_free(p, "cudaFreeAsync", site); }, "cudaFreeAsync", site);
    return result(e, "cudaFreeAsync", EMU_SITE);
}

// ---- pools: there is one, and it is the device's memory ------------------------------------------------------------
static cudaMemPool_t pool_of(int device) { return (cudaMemPool_t)(size_t)(0x9001 + device); }
static bool is_pool(cudaMemPool_t p) { return (size_t)p >= 0x9001 && (size_t)p < 0x9001 + 64; }

cudaError_t cudaMallocFromPoolAsync(void **p, size_t size, cudaMemPool_t pool, cudaStream_t stream)
{
    EMU_ENTER("cudaMallocFromPoolAsync");
    cudaError_t e = is_pool(pool) ? check_stream(stream) : cudaErrorInvalidValue;
    if (!e) e = alloc_checked(p, size, DEVICE, "cudaMallocFromPoolAsync", EMU_SITE);
    return result(e, "cudaMallocFromPoolAsync", EMU_SITE);
}

cudaError_t cudaDeviceGetDefaultMemPool(cudaMemPool_t *pool, int device)
{
    EMU_ENTER("cudaDeviceGetDefaultMemPool");
    if (!pool) return result(cudaErrorInvalidValue, "cudaDeviceGetDefaultMemPool", EMU_SITE);
    *pool = pool_of(device);
    const bool good = device >= 0 && device < device_count();
    return result(good ? cudaSuccess : cudaErrorInvalidDevice, "cudaDeviceGetDefaultMemPool", EMU_SITE);
}

cudaError_t cudaDeviceGetMemPool(cudaMemPool_t *pool, int device)
{
    EMU_ENTER("cudaDeviceGetMemPool");
    if (!pool) return result(cudaErrorInvalidValue, "cudaDeviceGetMemPool", EMU_SITE);
    *pool = pool_of(device);
    const bool good = device >= 0 && device < device_count();
    return result(good ? cudaSuccess : cudaErrorInvalidDevice, "cudaDeviceGetMemPool", EMU_SITE);
}

cudaError_t cudaDeviceSetMemPool(int device, cudaMemPool_t pool)
{
    EMU_ENTER("cudaDeviceSetMemPool");
    const bool good = is_pool(pool) && device >= 0 && device < device_count();
    return result(good ? cudaSuccess : cudaErrorInvalidValue, "cudaDeviceSetMemPool", EMU_SITE);
}

cudaError_t cudaMemPoolCreate(cudaMemPool_t *pool, const cudaMemPoolProps *props)
{
    EMU_ENTER("cudaMemPoolCreate");
    const bool good = pool && props && props->location.id >= 0 && props->location.id < device_count();
    if (good) *pool = pool_of(props->location.id);
    return result(good ? cudaSuccess : cudaErrorInvalidValue, "cudaMemPoolCreate", EMU_SITE);
}

cudaError_t cudaMemPoolDestroy(cudaMemPool_t pool)
{
    EMU_ENTER("cudaMemPoolDestroy");
    return result(is_pool(pool) ? cudaSuccess : cudaErrorInvalidValue, "cudaMemPoolDestroy", EMU_SITE);
}

cudaError_t cudaMemPoolTrimTo(cudaMemPool_t pool, size_t)
{
    EMU_ENTER("cudaMemPoolTrimTo");
    return result(is_pool(pool) ? cudaSuccess : cudaErrorInvalidValue, "cudaMemPoolTrimTo", EMU_SITE);
}

cudaError_t cudaMemPoolSetAttribute(cudaMemPool_t pool, cudaMemPoolAttr attr, void *value)
{
    EMU_ENTER("cudaMemPoolSetAttribute");
    const bool good = is_pool(pool) && value && attr >= 1 && attr <= 8;
    return result(good ? cudaSuccess : cudaErrorInvalidValue, "cudaMemPoolSetAttribute", EMU_SITE);
}

cudaError_t cudaMemPoolGetAttribute(cudaMemPool_t pool, cudaMemPoolAttr attr, void *value)
{
    EMU_ENTER("cudaMemPoolGetAttribute");
    const bool good = is_pool(pool) && value && attr >= 1 && attr <= 8;
    if (good && attr <= cudaMemPoolReuseAllowInternalDependencies) {
        *(int *)value = 1;
    } else if (good) {
        size_t free, total;
        memory_info(&free, &total);
        *(unsigned long long *)value = attr == cudaMemPoolAttrReleaseThreshold ? 0 : total - free;
    }
    return result(good ? cudaSuccess : cudaErrorInvalidValue, "cudaMemPoolGetAttribute", EMU_SITE);
}
}
