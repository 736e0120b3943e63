// [given] api_device.cpp: devices, their properties and limits.
//
// The numbers are those of a GPU of compute capability 8.6 with eight multiprocessors.
#include "memory.h"
#include "queue.h"
#include <atomic>
#include <cstdio>
#include <cstring>
#include <mutex>

namespace emu
{

static thread_local int current;
static unsigned device_flags[64];
static uint64_t peers[64];  // bit p of peers[d]: d may reach p
static std::mutex peers_lock;
static std::atomic<size_t> limits[] = {{1024}, {1 << 20}, {8 << 20}, {2}, {2048}, {128}, {0}};
constexpr int LIMITS = sizeof(limits) / sizeof(limits[0]);

int current_device(void) { return current; }
int device_count(void) { return options().devices; }
static bool exists(int device) { return device >= 0 && device < device_count(); }

bool peer_enabled(int device, int peer)
{
    std::lock_guard<std::mutex> guard(peers_lock);
    return device == peer || (exists(device) && exists(peer) && peers[device] >> peer & 1);
}

void reset_devices(void)
{
    std::lock_guard<std::mutex> guard(peers_lock);
    peers[current] = 0;
    device_flags[current] = 0;
}

static void fill(int *a, std::initializer_list<int> values)
{
    for (int v : values) *a++ = v;
}

static void properties(cudaDeviceProp *p, int device)
{
    memset(p, 0, sizeof *p);
    const int number = physical_device(device);
    strcpy(p->name, "Emulated GPU (CPU)");
    memcpy(p->uuid.bytes, "emulated GPU", 12);
    p->uuid.bytes[15] = (char)number;
    p->totalGlobalMem = options().memory;
    p->sharedMemPerBlock = 49152, p->sharedMemPerBlockOptin = 101376, p->reservedSharedMemPerBlock = 1024;
    p->sharedMemPerMultiprocessor = 102400;
    p->regsPerBlock = p->regsPerMultiprocessor = 65536;
    p->warpSize = 32, p->maxThreadsPerBlock = 1024, p->maxThreadsPerMultiProcessor = 1536;
    p->maxBlocksPerMultiProcessor = 16, p->multiProcessorCount = 8;
    fill(p->maxThreadsDim, {1024, 1024, 64});
    fill(p->maxGridSize, {2147483647, 65535, 65535});
    p->memPitch = 2147483647, p->totalConstMem = 65536;
    p->major = 8, p->minor = 6;
    p->clockRate = 1500000, p->memoryClockRate = 7000000, p->memoryBusWidth = 256;
    p->l2CacheSize = 4 << 20;
    p->textureAlignment = 512, p->texturePitchAlignment = 32, p->surfaceAlignment = 512;
    p->deviceOverlap = p->concurrentKernels = p->unifiedAddressing = p->managedMemory = p->canMapHostMemory = 1;
    p->concurrentManagedAccess = p->cooperativeLaunch = p->streamPrioritiesSupported = p->memoryPoolsSupported = 1;
    p->canUseHostPointerForRegisteredMem = p->hostRegisterSupported = p->globalL1CacheSupported = 1;
    p->localL1CacheSupported = p->computePreemptionSupported = 1;
    p->asyncEngineCount = 2, p->singleToDoublePrecisionPerfRatio = 32;
    p->pciBusID = number + 1;
    p->multiGpuBoardGroupID = number;
}

static bool attribute_of(const cudaDeviceProp &p, cudaDeviceAttr a, int *v)
{
    switch (a) {
    case cudaDevAttrMaxThreadsPerBlock: *v = p.maxThreadsPerBlock; break;
    case cudaDevAttrMaxBlockDimX: *v = p.maxThreadsDim[0]; break;
    case cudaDevAttrMaxBlockDimY: *v = p.maxThreadsDim[1]; break;
    case cudaDevAttrMaxBlockDimZ: *v = p.maxThreadsDim[2]; break;
    case cudaDevAttrMaxGridDimX: *v = p.maxGridSize[0]; break;
    case cudaDevAttrMaxGridDimY: *v = p.maxGridSize[1]; break;
    case cudaDevAttrMaxGridDimZ: *v = p.maxGridSize[2]; break;
    case cudaDevAttrMaxSharedMemoryPerBlock: *v = (int)p.sharedMemPerBlock; break;
    case cudaDevAttrTotalConstantMemory: *v = (int)p.totalConstMem; break;
    case cudaDevAttrWarpSize: *v = p.warpSize; break;
    case cudaDevAttrMaxPitch: *v = (int)p.memPitch; break;
    case cudaDevAttrMaxRegistersPerBlock: *v = p.regsPerBlock; break;
    case cudaDevAttrClockRate: *v = p.clockRate; break;
    case cudaDevAttrTextureAlignment: *v = (int)p.textureAlignment; break;
    case cudaDevAttrTexturePitchAlignment: *v = (int)p.texturePitchAlignment; break;
    case cudaDevAttrSurfaceAlignment: *v = (int)p.surfaceAlignment; break;
    case cudaDevAttrMultiProcessorCount: *v = p.multiProcessorCount; break;
    case cudaDevAttrPciBusId: *v = p.pciBusID; break;
    case cudaDevAttrMemoryClockRate: *v = p.memoryClockRate; break;
    case cudaDevAttrGlobalMemoryBusWidth: *v = p.memoryBusWidth; break;
    case cudaDevAttrL2CacheSize: *v = p.l2CacheSize; break;
    case cudaDevAttrMaxThreadsPerMultiProcessor: *v = p.maxThreadsPerMultiProcessor; break;
    case cudaDevAttrAsyncEngineCount: *v = p.asyncEngineCount; break;
    case cudaDevAttrComputeCapabilityMajor: *v = p.major; break;
    case cudaDevAttrComputeCapabilityMinor: *v = p.minor; break;
    case cudaDevAttrMaxSharedMemoryPerMultiprocessor: *v = (int)p.sharedMemPerMultiprocessor; break;
    case cudaDevAttrMaxRegistersPerMultiprocessor: *v = p.regsPerMultiprocessor; break;
    case cudaDevAttrMultiGpuBoardGroupID: *v = p.multiGpuBoardGroupID; break;
    case cudaDevAttrSingleToDoublePrecisionPerfRatio: *v = p.singleToDoublePrecisionPerfRatio; break;
    case cudaDevAttrMaxSharedMemoryPerBlockOptin: *v = (int)p.sharedMemPerBlockOptin; break;
    case cudaDevAttrReservedSharedMemoryPerBlock: *v = (int)p.reservedSharedMemPerBlock; break;
    case cudaDevAttrMaxBlocksPerMultiprocessor: *v = p.maxBlocksPerMultiProcessor; break;
    case cudaDevAttrGpuOverlap:
    case cudaDevAttrCanMapHostMemory:
    case cudaDevAttrConcurrentKernels:
    case cudaDevAttrUnifiedAddressing:
    case cudaDevAttrStreamPrioritiesSupported:
    case cudaDevAttrGlobalL1CacheSupported:
    case cudaDevAttrLocalL1CacheSupported:
    case cudaDevAttrManagedMemory:
    case cudaDevAttrConcurrentManagedAccess:
    case cudaDevAttrComputePreemptionSupported:
    case cudaDevAttrCanUseHostPointerForRegisteredMem:
    case cudaDevAttrCooperativeLaunch:
    case cudaDevAttrHostRegisterSupported:
    case cudaDevAttrMemoryPoolsSupported: *v = 1; break;
    default: *v = 0; return a >= 1 && a < cudaDevAttrMax;
    }
    return true;
}
}  // namespace emu

using namespace emu;

extern "C" {

cudaError_t cudaGetDeviceCount(int *count)
{
    if (count) *count = device_count();
    EMU_ENTER("cudaGetDeviceCount");
    return result(count ? cudaSuccess : cudaErrorInvalidValue, "cudaGetDeviceCount", EMU_SITE);
}

cudaError_t cudaGetDeviceProperties(cudaDeviceProp *p, int device)
{
    EMU_ENTER("cudaGetDeviceProperties");
    if (!p) return result(cudaErrorInvalidValue, "cudaGetDeviceProperties", EMU_SITE);
    if (exists(device)) properties(p, device);
    return result(exists(device) ? cudaSuccess : cudaErrorInvalidDevice, "cudaGetDeviceProperties", EMU_SITE);
}

cudaError_t cudaDeviceGetAttribute(int *value, cudaDeviceAttr attribute, int device)
{
    EMU_ENTER("cudaDeviceGetAttribute");
    cudaError_t e = value ? cudaSuccess : cudaErrorInvalidValue;
    if (!e && !exists(device)) e = cudaErrorInvalidDevice;
    if (!e) {
        cudaDeviceProp p;
        properties(&p, device);
        if (!attribute_of(p, attribute, value)) e = cudaErrorInvalidValue;
    }
    return result(e, "cudaDeviceGetAttribute", EMU_SITE);
}

cudaError_t cudaChooseDevice(int *device, const cudaDeviceProp *p)
{
    EMU_ENTER("cudaChooseDevice");
    if (device) *device = 0;  // they are all alike
    return result(device && p ? cudaSuccess : cudaErrorInvalidValue, "cudaChooseDevice", EMU_SITE);
}

cudaError_t cudaSetDevice(int device)
{
    EMU_ENTER("cudaSetDevice");
    if (exists(device)) current = device;
    return result(exists(device) ? cudaSuccess : cudaErrorInvalidDevice, "cudaSetDevice", EMU_SITE);
}

cudaError_t cudaInitDevice(int device, unsigned, unsigned)
{
    EMU_ENTER("cudaInitDevice");
    return result(exists(device) ? cudaSuccess : cudaErrorInvalidDevice, "cudaInitDevice", EMU_SITE);
}

cudaError_t cudaGetDevice(int *device)
{
    EMU_ENTER("cudaGetDevice");
    if (device) *device = current;
    return result(device ? cudaSuccess : cudaErrorInvalidValue, "cudaGetDevice", EMU_SITE);
}

cudaError_t cudaSetValidDevices(int *devices, int n)
{
    EMU_ENTER("cudaSetValidDevices");
    cudaError_t e = n < 0 || (n && !devices) ? cudaErrorInvalidValue : cudaSuccess;
    for (int i = 0; !e && i < n; i++)
        if (!exists(devices[i])) e = cudaErrorInvalidDevice;
    return result(e, "cudaSetValidDevices", EMU_SITE);
}

cudaError_t cudaSetDeviceFlags(unsigned flags)
{
    EMU_ENTER("cudaSetDeviceFlags");
    const bool good = !(flags & ~(unsigned)cudaDeviceMask);
    if (good) device_flags[current] = flags;
    return result(good ? cudaSuccess : cudaErrorInvalidValue, "cudaSetDeviceFlags", EMU_SITE);
}

cudaError_t cudaGetDeviceFlags(unsigned *flags)
{
    EMU_ENTER("cudaGetDeviceFlags");
    if (flags) *flags = device_flags[current] | cudaDeviceMapHost;
    return result(flags ? cudaSuccess : cudaErrorInvalidValue, "cudaGetDeviceFlags", EMU_SITE);
}

// ---- waiting, starting anew --------------------------------------------------------------------------------------
cudaError_t cudaDeviceSynchronize(void)
{
    EMU_ENTER("cudaDeviceSynchronize");
    return result(flush(), "cudaDeviceSynchronize", EMU_SITE);
}

cudaError_t cudaThreadSynchronize(void)
{
    EMU_ENTER("cudaThreadSynchronize");
    return result(flush(), "cudaThreadSynchronize", EMU_SITE);
}

static cudaError_t reset(const char *function, site_t site)
{
    cudaError_t e;
    start_memory();
    if (injected(function, &e)) return e;
    if (!options().devices) return cudaErrorNoDevice;
    reset_queue();
    if (check_leaks) check_leaks();
    reset_memory(current, function, site);
    reset_variables();
    reset_devices();
    clear_errors();
    return cudaSuccess;
}

cudaError_t cudaDeviceReset(void) { return result(reset("cudaDeviceReset", EMU_SITE), "cudaDeviceReset", EMU_SITE); }
cudaError_t cudaThreadExit(void) { return result(reset("cudaThreadExit", EMU_SITE), "cudaThreadExit", EMU_SITE); }

// ---- limits and settings -----------------------------------------------------------------------------------------
cudaError_t cudaDeviceSetLimit(cudaLimit limit, size_t value)
{
    EMU_ENTER("cudaDeviceSetLimit");
    const bool good = (unsigned)limit < (unsigned)LIMITS;
    if (good) limits[limit] = value;
    return result(good ? cudaSuccess : cudaErrorUnsupportedLimit, "cudaDeviceSetLimit", EMU_SITE);
}

cudaError_t cudaDeviceGetLimit(size_t *value, cudaLimit limit)
{
    EMU_ENTER("cudaDeviceGetLimit");
    if (!value) return result(cudaErrorInvalidValue, "cudaDeviceGetLimit", EMU_SITE);
    const bool good = (unsigned)limit < (unsigned)LIMITS;
    if (good) *value = limits[limit];
    return result(good ? cudaSuccess : cudaErrorUnsupportedLimit, "cudaDeviceGetLimit", EMU_SITE);
}

static std::atomic<int> cache_config, bank_config;

cudaError_t cudaDeviceGetCacheConfig(cudaFuncCache *config)
{
    EMU_ENTER("cudaDeviceGetCacheConfig");
    if (config) *config = (cudaFuncCache)cache_config.load();
    return result(config ? cudaSuccess : cudaErrorInvalidValue, "cudaDeviceGetCacheConfig", EMU_SITE);
}

cudaError_t cudaDeviceSetCacheConfig(cudaFuncCache config)
{
    EMU_ENTER("cudaDeviceSetCacheConfig");
    const bool good = (unsigned)config <= cudaFuncCachePreferEqual;
    if (good) cache_config = config;
    return result(good ? cudaSuccess : cudaErrorInvalidValue, "cudaDeviceSetCacheConfig", EMU_SITE);
}

cudaError_t cudaDeviceGetSharedMemConfig(cudaSharedMemConfig *config)
{
    EMU_ENTER("cudaDeviceGetSharedMemConfig");
    if (config) *config = (cudaSharedMemConfig)bank_config.load();
    return result(config ? cudaSuccess : cudaErrorInvalidValue, "cudaDeviceGetSharedMemConfig", EMU_SITE);
}

cudaError_t cudaDeviceSetSharedMemConfig(cudaSharedMemConfig config)
{
    EMU_ENTER("cudaDeviceSetSharedMemConfig");
    const bool good = (unsigned)config <= cudaSharedMemBankSizeEightByte;
    if (good) bank_config = config;
    return result(good ? cudaSuccess : cudaErrorInvalidValue, "cudaDeviceSetSharedMemConfig", EMU_SITE);
}

cudaError_t cudaCtxResetPersistingL2Cache(void)
{
    EMU_ENTER("cudaCtxResetPersistingL2Cache");
    return result(cudaSuccess, "cudaCtxResetPersistingL2Cache", EMU_SITE);
}

cudaError_t cudaDeviceGetPCIBusId(char *id, int length, int device)
{
    EMU_ENTER("cudaDeviceGetPCIBusId");
    cudaError_t e = !id || length < 13 ? cudaErrorInvalidValue : exists(device) ? cudaSuccess : cudaErrorInvalidDevice;
    if (!e) snprintf(id, (size_t)length, "0000:%02X:00.0", (unsigned)(physical_device(device) + 1) & 255);
    return result(e, "cudaDeviceGetPCIBusId", EMU_SITE);
}

cudaError_t cudaDeviceGetByPCIBusId(int *device, const char *id)
{
    EMU_ENTER("cudaDeviceGetByPCIBusId");
    unsigned domain = 0, bus = 0;
    cudaError_t e = cudaErrorInvalidValue;
    if (device && id && (sscanf(id, "%x:%x:", &domain, &bus) == 2 || sscanf(id, "%x", &bus) == 1))
        for (int i = 0; i < device_count(); i++)
            if (domain == 0 && physical_device(i) + 1 == (int)bus) *device = i, e = cudaSuccess;
    return result(e, "cudaDeviceGetByPCIBusId", EMU_SITE);
}

cudaError_t cudaDriverGetVersion(int *version)
{
    EMU_ENTER("cudaDriverGetVersion");
    if (version) *version = CUDART_VERSION;
    return result(version ? cudaSuccess : cudaErrorInvalidValue, "cudaDriverGetVersion", EMU_SITE);
}

cudaError_t cudaRuntimeGetVersion(int *version)
{
    EMU_ENTER("cudaRuntimeGetVersion");
    if (version) *version = CUDART_VERSION;
    return result(version ? cudaSuccess : cudaErrorInvalidValue, "cudaRuntimeGetVersion", EMU_SITE);
}

cudaError_t cudaProfilerStart(void)
{
    EMU_ENTER("cudaProfilerStart");
    return result(cudaSuccess, "cudaProfilerStart", EMU_SITE);
}

cudaError_t cudaProfilerStop(void)
{
    EMU_ENTER("cudaProfilerStop");
    return result(cudaSuccess, "cudaProfilerStop", EMU_SITE);
}

// ---- several devices ---------------------------------------------------------------------------------------------
cudaError_t cudaDeviceCanAccessPeer(int *can, int device, int peer)
{
    EMU_ENTER("cudaDeviceCanAccessPeer");
    const bool good = exists(device) && exists(peer);
    if (can) *can = good && device != peer;
    return result(!can   ? cudaErrorInvalidValue
                  : good ? cudaSuccess
                         : cudaErrorInvalidDevice,
                  "cudaDeviceCanAccessPeer", EMU_SITE);
}

cudaError_t cudaDeviceEnablePeerAccess(int peer, unsigned flags)
{
    EMU_ENTER("cudaDeviceEnablePeerAccess");
    cudaError_t e = flags                              ? cudaErrorInvalidValue
                    : !exists(peer) || peer == current ? cudaErrorInvalidDevice
                                                       : cudaSuccess;
    if (!e) {
        std::lock_guard<std::mutex> guard(peers_lock);
        if (peers[current] >> peer & 1) e = cudaErrorPeerAccessAlreadyEnabled;
        peers[current] |= 1ull << peer;
    }
    return result(e, "cudaDeviceEnablePeerAccess", EMU_SITE);
}

cudaError_t cudaDeviceDisablePeerAccess(int peer)
{
    EMU_ENTER("cudaDeviceDisablePeerAccess");
    cudaError_t e = exists(peer) ? cudaSuccess : cudaErrorInvalidDevice;
    if (!e) {
        std::lock_guard<std::mutex> guard(peers_lock);
        if (!(peers[current] >> peer & 1)) e = cudaErrorPeerAccessNotEnabled;
        peers[current] &= ~(1ull << peer);
    }
    return result(e, "cudaDeviceDisablePeerAccess", EMU_SITE);
}

cudaError_t cudaDeviceGetP2PAttribute(int *value, cudaDeviceP2PAttr attribute, int from, int to)
{
    EMU_ENTER("cudaDeviceGetP2PAttribute");
    cudaError_t e = !value || attribute < 1 || attribute > 5 ? cudaErrorInvalidValue : cudaSuccess;
    if (!e && (!exists(from) || !exists(to) || from == to)) e = cudaErrorInvalidDevice;
    if (!e) *value = attribute == cudaDevP2PAttrAccessSupported || attribute == cudaDevP2PAttrNativeAtomicSupported;
    return result(e, "cudaDeviceGetP2PAttribute", EMU_SITE);
}
}
