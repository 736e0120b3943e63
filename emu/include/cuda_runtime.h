// [given] cuda_runtime.h: the CUDA runtime API for C++, and in .cu files all that a kernel can use.
//
// The functions here are always inlined: the return address that the C function sees is then the line of the
// program, which messages need.
#if !defined(__CUDA_RUNTIME_H__)
#define __CUDA_RUNTIME_H__

#include "host_defines.h"
#include "builtin_types.h"
#include "cuda_runtime_api.h"
#include "driver_functions.h"

#if defined(__cplusplus)
#include "vector_functions.h"
#include <utility>

#define EMU_INLINE __attribute__((always_inline)) inline

// Tells messages which files are not the program's.
extern "C" __attribute__((weak, used)) const char emu_include_file[] = __FILE__;

// ---- memory ------------------------------------------------------------------------------------------------
template <class T> EMU_INLINE cudaError_t cudaMalloc(T **p, size_t size)
{
    return ::cudaMalloc((void **)(void *)p, size);
}
template <class T> EMU_INLINE cudaError_t cudaMallocPitch(T **p, size_t *pitch, size_t width, size_t height)
{
    return ::cudaMallocPitch((void **)(void *)p, pitch, width, height);
}
template <class T> EMU_INLINE cudaError_t cudaMallocManaged(T **p, size_t size, unsigned flags = cudaMemAttachGlobal)
{
    return ::cudaMallocManaged((void **)(void *)p, size, flags);
}
EMU_INLINE cudaError_t cudaMallocHost(void **p, size_t size, unsigned flags) { return ::cudaHostAlloc(p, size, flags); }
template <class T> EMU_INLINE cudaError_t cudaMallocHost(T **p, size_t size, unsigned flags = 0)
{
    return flags ? ::cudaHostAlloc((void **)(void *)p, size, flags) : ::cudaMallocHost((void **)(void *)p, size);
}
template <class T> EMU_INLINE cudaError_t cudaHostAlloc(T **p, size_t size, unsigned flags)
{
    return ::cudaHostAlloc((void **)(void *)p, size, flags);
}
template <class T> EMU_INLINE cudaError_t cudaHostGetDevicePointer(T **device, void *host, unsigned flags)
{
    return ::cudaHostGetDevicePointer((void **)(void *)device, host, flags);
}
template <class T> EMU_INLINE cudaError_t cudaMallocAsync(T **p, size_t size, cudaStream_t stream)
{
    return ::cudaMallocAsync((void **)(void *)p, size, stream);
}
template <class T> EMU_INLINE cudaError_t cudaMallocAsync(T **p, size_t size, cudaMemPool_t pool, cudaStream_t stream)
{
    return ::cudaMallocFromPoolAsync((void **)(void *)p, size, pool, stream);
}
template <class T>
EMU_INLINE cudaError_t cudaMallocFromPoolAsync(T **p, size_t size, cudaMemPool_t pool, cudaStream_t stream)
{
    return ::cudaMallocFromPoolAsync((void **)(void *)p, size, pool, stream);
}
template <class T> EMU_INLINE cudaError_t cudaStreamAttachMemAsync(cudaStream_t stream, T *p, size_t length = 0,
                                                                   unsigned flags = cudaMemAttachSingle)
{
    return ::cudaStreamAttachMemAsync(stream, (void *)p, length, flags);
}
// The forms of CUDA 13
EMU_INLINE cudaError_t cudaMemPrefetchAsync(const void *p, size_t count, cudaMemLocation location, unsigned flags,
                                            cudaStream_t stream = 0)
{
    return ::cudaMemPrefetchAsync_v2(p, count, location, flags, stream);
}
EMU_INLINE cudaError_t cudaMemAdvise(const void *p, size_t count, cudaMemoryAdvise advice, cudaMemLocation location)
{
    return ::cudaMemAdvise_v2(p, count, advice, location);
}

// ---- variables on the device ---------------------------------------------------------------------------------
template <class T> EMU_INLINE cudaError_t cudaMemcpyToSymbol(const T &symbol, const void *src, size_t count,
                                                             size_t offset = 0,
                                                             cudaMemcpyKind kind = cudaMemcpyHostToDevice)
{
    return ::cudaMemcpyToSymbol((const void *)&symbol, src, count, offset, kind);
}
template <class T> EMU_INLINE cudaError_t cudaMemcpyFromSymbol(void *dst, const T &symbol, size_t count,
                                                               size_t offset = 0,
                                                               cudaMemcpyKind kind = cudaMemcpyDeviceToHost)
{
    return ::cudaMemcpyFromSymbol(dst, (const void *)&symbol, count, offset, kind);
}
template <class T>
EMU_INLINE cudaError_t cudaMemcpyToSymbolAsync(const T &symbol, const void *src, size_t count, size_t offset = 0,
                                               cudaMemcpyKind kind = cudaMemcpyHostToDevice, cudaStream_t stream = 0)
{
    return ::cudaMemcpyToSymbolAsync((const void *)&symbol, src, count, offset, kind, stream);
}
template <class T>
EMU_INLINE cudaError_t cudaMemcpyFromSymbolAsync(void *dst, const T &symbol, size_t count, size_t offset = 0,
                                                 cudaMemcpyKind kind = cudaMemcpyDeviceToHost, cudaStream_t stream = 0)
{
    return ::cudaMemcpyFromSymbolAsync(dst, (const void *)&symbol, count, offset, kind, stream);
}
template <class T, class P> EMU_INLINE cudaError_t cudaGetSymbolAddress(P **p, const T &symbol)
{
    return ::cudaGetSymbolAddress((void **)(void *)p, (const void *)&symbol);
}
template <class T> EMU_INLINE cudaError_t cudaGetSymbolSize(size_t *size, const T &symbol)
{
    return ::cudaGetSymbolSize(size, (const void *)&symbol);
}

// ---- events and graphs -----------------------------------------------------------------------------------------
EMU_INLINE cudaError_t cudaEventCreate(cudaEvent_t *event, unsigned flags)
{
    return ::cudaEventCreateWithFlags(event, flags);
}
EMU_INLINE cudaError_t cudaStreamGetCaptureInfo(cudaStream_t stream, cudaStreamCaptureStatus *status,
                                                unsigned long long *id = 0, cudaGraph_t *graph = 0,
                                                const cudaGraphNode_t **dependencies = 0, size_t *count = 0)
{
    return ::cudaStreamGetCaptureInfo_v2(stream, status, id, graph, dependencies, count);
}
EMU_INLINE cudaError_t cudaGraphInstantiate(cudaGraphExec_t *exec, cudaGraph_t graph, cudaGraphNode_t *, char *log,
                                            size_t size)
{
    if (log && size) *log = 0;
    return ::cudaGraphInstantiate(exec, graph, 0);
}
EMU_INLINE cudaError_t cudaGraphExecUpdate(cudaGraphExec_t exec, cudaGraph_t graph, cudaGraphNode_t *node,
                                           cudaGraphExecUpdateResult *outcome)
{
    cudaGraphExecUpdateResultInfo info = {};
    cudaError_t e = ::cudaGraphExecUpdate(exec, graph, &info);
    if (node) *node = info.errorNode;
    if (outcome) *outcome = info.result;
    return e;
}

// ---- launches --------------------------------------------------------------------------------------------------
namespace emu
{
void push(dim3 grid, dim3 block, size_t shared, cudaStream_t stream);
void push_cooperative(dim3 grid, dim3 block, size_t shared, cudaStream_t stream);
bool call_by_address(const void *kernel, void **args);  // false: no kernel is there
void launch_prepare(void);
cudaError_t launch_result(const void *kernel, bool called);  // of what was launched since launch_prepare()
bool launch_is_cooperative(const cudaLaunchConfig_t *config, bool *supported);

template <class... A, size_t... I>
EMU_INLINE void call_unpacked(void (*f)(A...), void **args, std::index_sequence<I...>)
{
    (void)args;
    f(*static_cast<std::remove_reference_t<A> *>(args[I])...);
}
template <class... A> EMU_INLINE bool call(void (*f)(A...), void **args)
{
    if (f) call_unpacked(f, args, std::index_sequence_for<A...>());
    return f;
}
EMU_INLINE bool call(const void *f, void **args) { return call_by_address(f, args); }
}  // namespace emu

template <class T> EMU_INLINE cudaError_t cudaLaunchKernel(T *f, dim3 grid, dim3 block, void **args, size_t shared = 0,
                                                           cudaStream_t stream = 0)
{
    emu::launch_prepare();
    emu::push(grid, block, shared, stream);
    bool called = emu::call(f, args);
    return emu::launch_result((const void *)f, called);
}
template <class T> EMU_INLINE cudaError_t cudaLaunchCooperativeKernel(T *f, dim3 grid, dim3 block, void **args,
                                                                      size_t shared = 0, cudaStream_t stream = 0)
{
    emu::launch_prepare();
    emu::push_cooperative(grid, block, shared, stream);
    bool called = emu::call(f, args);
    return emu::launch_result((const void *)f, called);
}
template <class... E, class... A>
EMU_INLINE cudaError_t cudaLaunchKernelEx(const cudaLaunchConfig_t *c, void (*f)(E...), A &&...args)
{
    bool supported = true;
    const bool cooperative = emu::launch_is_cooperative(c, &supported);
    if (!supported || !f) return cudaErrorNotSupported;
    emu::launch_prepare();
    if (cooperative) emu::push_cooperative(c->gridDim, c->blockDim, c->dynamicSmemBytes, c->stream);
    else emu::push(c->gridDim, c->blockDim, c->dynamicSmemBytes, c->stream);
    f(std::forward<A>(args)...);
    return emu::launch_result((const void *)f, true);
}

template <class T> EMU_INLINE cudaError_t cudaFuncGetAttributes(cudaFuncAttributes *a, T *f)
{
    return ::cudaFuncGetAttributes(a, (const void *)f);
}
template <class T> EMU_INLINE cudaError_t cudaFuncSetAttribute(T *f, cudaFuncAttribute attribute, int value)
{
    return ::cudaFuncSetAttribute((const void *)f, attribute, value);
}
template <class T> EMU_INLINE cudaError_t cudaFuncSetCacheConfig(T *f, cudaFuncCache config)
{
    return ::cudaFuncSetCacheConfig((const void *)f, config);
}
template <class T> EMU_INLINE cudaError_t cudaFuncSetSharedMemConfig(T *f, cudaSharedMemConfig config)
{
    return ::cudaFuncSetSharedMemConfig((const void *)f, config);
}
template <class T> EMU_INLINE cudaError_t cudaFuncGetName(const char **name, T *f)
{
    return ::cudaFuncGetName(name, (const void *)f);
}

// ---- occupancy -------------------------------------------------------------------------------------------------
template <class T>
EMU_INLINE cudaError_t cudaOccupancyMaxActiveBlocksPerMultiprocessor(int *blocks, T f, int size, size_t shared)
{
    return ::cudaOccupancyMaxActiveBlocksPerMultiprocessor(blocks, (const void *)f, size, shared);
}
template <class T>
EMU_INLINE cudaError_t cudaOccupancyMaxActiveBlocksPerMultiprocessorWithFlags(int *blocks, T f, int size, size_t shared,
                                                                              unsigned flags)
{
    return ::cudaOccupancyMaxActiveBlocksPerMultiprocessorWithFlags(blocks, (const void *)f, size, shared, flags);
}
template <class T>
EMU_INLINE cudaError_t cudaOccupancyAvailableDynamicSMemPerBlock(size_t *bytes, T *f, int blocks, int size)
{
    return ::cudaOccupancyAvailableDynamicSMemPerBlock(bytes, (const void *)f, blocks, size);
}
// The largest block size with the best occupancy; shared_of(size) says how much dynamic shared memory it needs.
template <class S, class T>
EMU_INLINE cudaError_t cudaOccupancyMaxPotentialBlockSizeVariableSMemWithFlags(int *grid, int *block, T f, S shared_of,
                                                                               int limit = 0, unsigned = 0)
{
    if (!grid || !block || !f) return cudaErrorInvalidValue;
    int device = 0, processors = 0, threads = 0, best = 0, best_blocks = 0;
    *grid = *block = 0;
    cudaFuncAttributes a;
    cudaError_t e = ::cudaGetDevice(&device);
    if (!e) e = ::cudaDeviceGetAttribute(&processors, cudaDevAttrMultiProcessorCount, device);
    if (!e) e = ::cudaDeviceGetAttribute(&threads, cudaDevAttrMaxThreadsPerMultiProcessor, device);
    if (!e) e = ::cudaFuncGetAttributes(&a, (const void *)f);
    if (e) return e;
    if (limit <= 0 || limit > a.maxThreadsPerBlock) limit = a.maxThreadsPerBlock;
    for (int rounded = (limit + 31) / 32 * 32; rounded > 0 && best < threads; rounded -= 32) {
        const int size = rounded < limit ? rounded : limit;
        int blocks = 0;
        e = ::cudaOccupancyMaxActiveBlocksPerMultiprocessor(&blocks, (const void *)f, size, shared_of(size));
        if (e) return e;
        if (size * blocks > best) best = size * blocks, best_blocks = blocks, *block = size;
    }
    *grid = best_blocks * processors;
    return cudaSuccess;
}
template <class S, class T> EMU_INLINE cudaError_t cudaOccupancyMaxPotentialBlockSizeVariableSMem(int *grid, int *block,
                                                                                                  T f, S shared_of,
                                                                                                  int limit = 0)
{
    return cudaOccupancyMaxPotentialBlockSizeVariableSMemWithFlags(grid, block, f, shared_of, limit);
}
template <class T>
EMU_INLINE cudaError_t cudaOccupancyMaxPotentialBlockSize(int *grid, int *block, T f, size_t shared = 0, int limit = 0)
{
    return cudaOccupancyMaxPotentialBlockSizeVariableSMemWithFlags(
        grid, block, f, [shared](int) { return shared; }, limit);
}
template <class T> EMU_INLINE cudaError_t cudaOccupancyMaxPotentialBlockSizeWithFlags(int *grid, int *block, T f,
                                                                                      size_t shared = 0, int limit = 0,
                                                                                      unsigned = 0)
{
    return cudaOccupancyMaxPotentialBlockSize(grid, block, f, shared, limit);
}

#undef EMU_INLINE
#if defined(__CUDACC__)
#include "emu/launch.h"
#include "device_launch_parameters.h"
#include "device_functions.h"
#endif
#endif  // __cplusplus

#endif
