// [given] api_kernel.cpp: launches by address, attributes of kernels, the occupancy calculator.
//
// The occupancy is that of compute capability 8.6, from the block size and the shared memory. How many registers a
// kernel would need only the GPU's compiler knows: they are taken not to limit it.
#include "memory.h"
#include "queue.h"
#include <algorithm>
#include <map>
#include <mutex>

namespace emu
{

constexpr size_t SHARED = 49152, SHARED_OPTIN = 101376, SHARED_PER_SM = 102400, SHARED_RESERVED = 1024;
constexpr int BLOCKS_PER_SM = 16, WARPS_PER_SM = 48;

// What cudaFuncSetAttribute was told. The program knows a kernel by its address and the engine by its record: the
// name tells that they are the same. Instances of a template share the largest limit.
struct limit_t {
    std::string name;  // "scale"
    size_t bytes;
};
static std::mutex lock;
static std::map<const void *, limit_t> &limits(void)
{
    static auto *m = new std::map<const void *, limit_t>;
    return *m;
}

static std::string bare_name(const void *f)  // "scale" of "math::scale<float>(float*)"
{
    std::string s = where((const char *)f + 1).function;
    const std::string anonymous = "(anonymous namespace)::";
    for (size_t i; (i = s.find(anonymous)) != std::string::npos;) s.erase(i, anonymous.size());
    s.resize(std::min(s.find_first_of("<("), s.size()));
    const size_t scope = s.rfind("::");
    return scope == std::string::npos ? s : s.substr(scope + 2);
}

static size_t limit_of(const void *f)
{
    std::lock_guard<std::mutex> guard(lock);
    const auto found = limits().find(f);
    return found == limits().end() ? SHARED : found->second.bytes;
}

size_t max_dynamic_shared(const void *kernel)
{
    std::lock_guard<std::mutex> guard(lock);
    size_t most = SHARED;
    for (const auto &i : limits())
        if (i.second.name == ((const kernel_t *)kernel)->name) most = std::max(most, i.second.bytes);
    return most;
}

bool launch_is_cooperative(const cudaLaunchConfig_t *c, bool *supported)
{
    bool cooperative = false;
    *supported = c && (!c->numAttrs || c->attrs);
    for (unsigned i = 0; *supported && i < c->numAttrs; i++) {
        const cudaLaunchAttribute &a = c->attrs[i];
        if (a.id == cudaLaunchAttributeCooperative) cooperative = a.val.cooperative != 0;
        else if (a.id != cudaLaunchAttributeIgnore && a.id != cudaLaunchAttributePriority) *supported = false;
    }
    return cooperative;
}

static cudaError_t launch(const void *f, dim3 grid, dim3 block, void **args, size_t shared, cudaStream_t stream,
                          bool cooperative)
{
    if (!f) return cudaErrorInvalidDeviceFunction;
    launch_prepare();
    cooperative ? push_cooperative(grid, block, shared, stream) : push(grid, block, shared, stream);
    return launch_result(f, call_by_address(f, args));
}

static cudaError_t occupancy(int *blocks, const void *f, int size, size_t dynamic)
{
    if (!blocks || size <= 0) return cudaErrorInvalidValue;
    if (!f) return cudaErrorInvalidDeviceFunction;
    *blocks = 0;
    if (size > 1024 || dynamic > limit_of(f)) return cudaSuccess;  // none fits
    const int by_warps = WARPS_PER_SM / ((size + 31) / 32);
    const size_t shared = (dynamic + SHARED_RESERVED + 127) / 128 * 128;
    *blocks = std::min({BLOCKS_PER_SM, by_warps, (int)(SHARED_PER_SM / shared)});
    return cudaSuccess;
}
}  // namespace emu

using namespace emu;

extern "C" {

// Called through a pointer, or from C: elsewhere cuda_runtime.h does it in the program, whose line messages then name.
cudaError_t cudaLaunchKernel(const void *f, dim3 grid, dim3 block, void **args, size_t shared, cudaStream_t stream)
{
    const cudaError_t e = launch(f, grid, block, args, shared, stream, false);
    return e ? e : result(e, "cudaLaunchKernel", EMU_SITE);
}

cudaError_t cudaLaunchCooperativeKernel(const void *f, dim3 grid, dim3 block, void **args, size_t shared,
                                        cudaStream_t stream)
{
    const cudaError_t e = launch(f, grid, block, args, shared, stream, true);
    return e ? e : result(e, "cudaLaunchCooperativeKernel", EMU_SITE);
}

cudaError_t cudaLaunchKernelExC(const cudaLaunchConfig_t *c, const void *f, void **args)
{
    EMU_ENTER("cudaLaunchKernelExC");
    bool supported;
    const bool cooperative = launch_is_cooperative(c, &supported);
    if (!supported) return result(c ? cudaErrorNotSupported : cudaErrorInvalidValue, "cudaLaunchKernelExC", EMU_SITE);
    const cudaError_t e = launch(f, c->gridDim, c->blockDim, args, c->dynamicSmemBytes, c->stream, cooperative);
    return e ? e : result(e, "cudaLaunchKernelExC", EMU_SITE);
}

cudaError_t cudaFuncGetAttributes(cudaFuncAttributes *a, const void *f)
{
    EMU_ENTER("cudaFuncGetAttributes");
    if (!a || !f)
        return result(a ? cudaErrorInvalidDeviceFunction : cudaErrorInvalidValue, "cudaFuncGetAttributes", EMU_SITE);
    *a = {};
    a->maxThreadsPerBlock = 1024;
    a->numRegs = 32;  // unknown: a value that does not limit the occupancy
    a->ptxVersion = a->binaryVersion = 86;
    a->maxDynamicSharedSizeBytes = (int)limit_of(f);
    a->preferredShmemCarveout = cudaSharedmemCarveoutDefault;
    return result(cudaSuccess, "cudaFuncGetAttributes", EMU_SITE);
}

cudaError_t cudaFuncSetAttribute(const void *f, cudaFuncAttribute attribute, int value)
{
    EMU_ENTER("cudaFuncSetAttribute");
    cudaError_t e = f ? cudaSuccess : cudaErrorInvalidDeviceFunction;
    if (!e && attribute == cudaFuncAttributeMaxDynamicSharedMemorySize) {
        if (value < 0 || (size_t)value > SHARED_OPTIN) e = cudaErrorInvalidValue;
        const limit_t limit = {bare_name(f), std::max((size_t)value, SHARED)};
        std::lock_guard<std::mutex> guard(lock);
        if (!e) limits()[f] = limit;
    } else if (!e && attribute == cudaFuncAttributePreferredSharedMemoryCarveout) {
        if (value < -1 || value > 100) e = cudaErrorInvalidValue;
    } else if (!e) {
        e = attribute >= 8 && attribute < cudaFuncAttributeMax ? cudaErrorNotSupported : cudaErrorInvalidValue;
    }
    return result(e, "cudaFuncSetAttribute", EMU_SITE);
}

cudaError_t cudaFuncSetCacheConfig(const void *f, cudaFuncCache)
{
    EMU_ENTER("cudaFuncSetCacheConfig");
    return result(f ? cudaSuccess : cudaErrorInvalidDeviceFunction, "cudaFuncSetCacheConfig", EMU_SITE);
}

cudaError_t cudaFuncSetSharedMemConfig(const void *f, cudaSharedMemConfig)
{
    EMU_ENTER("cudaFuncSetSharedMemConfig");
    return result(f ? cudaSuccess : cudaErrorInvalidDeviceFunction, "cudaFuncSetSharedMemConfig", EMU_SITE);
}

cudaError_t cudaFuncGetName(const char **name, const void *f)
{
    EMU_ENTER("cudaFuncGetName");
    if (!name || !f)
        return result(name ? cudaErrorInvalidDeviceFunction : cudaErrorInvalidValue, "cudaFuncGetName", EMU_SITE);
    static std::mutex names_lock;
    static auto *const names = new std::map<const void *, std::string>;
    std::lock_guard<std::mutex> guard(names_lock);
    std::string &s = (*names)[f];
    if (s.empty()) s = where((const char *)f + 1).function;
    *name = s.c_str();
    return result(cudaSuccess, "cudaFuncGetName", EMU_SITE);
}

// ---- occupancy -----------------------------------------------------------------------------------------------------
cudaError_t cudaOccupancyMaxActiveBlocksPerMultiprocessor(int *blocks, const void *f, int size, size_t dynamic)
{
    EMU_ENTER("cudaOccupancyMaxActiveBlocksPerMultiprocessor");
    return result(occupancy(blocks, f, size, dynamic), "cudaOccupancyMaxActiveBlocksPerMultiprocessor", EMU_SITE);
}

cudaError_t cudaOccupancyMaxActiveBlocksPerMultiprocessorWithFlags(int *blocks, const void *f, int size, size_t dynamic,
                                                                   unsigned flags)
{
    EMU_ENTER("cudaOccupancyMaxActiveBlocksPerMultiprocessorWithFlags");
    return result(flags > 1 ? cudaErrorInvalidValue : occupancy(blocks, f, size, dynamic),
                  "cudaOccupancyMaxActiveBlocksPerMultiprocessorWithFlags", EMU_SITE);
}

cudaError_t cudaOccupancyAvailableDynamicSMemPerBlock(size_t *bytes, const void *f, int blocks, int size)
{
    EMU_ENTER("cudaOccupancyAvailableDynamicSMemPerBlock");
    cudaError_t e = !bytes || blocks <= 0 || size <= 0 || size > 1024 ? cudaErrorInvalidValue : cudaSuccess;
    if (!e && !f) e = cudaErrorInvalidDeviceFunction;
    if (!e) {
        const size_t each = SHARED_PER_SM / (size_t)blocks / 128 * 128;
        *bytes = each < SHARED_RESERVED ? 0 : std::min(each - SHARED_RESERVED, SHARED_OPTIN);
    }
    return result(e, "cudaOccupancyAvailableDynamicSMemPerBlock", EMU_SITE);
}
}
