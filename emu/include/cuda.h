// [given] cuda.h: the driver API's types. Its functions are not supported: a call is an error when it is compiled.
#pragma once
#include <stddef.h>

#define CUDA_VERSION 12080
#define CUDAAPI
#define CUDA_CB

typedef unsigned long long CUdeviceptr;
typedef int CUdevice;
typedef struct CUctx_st *CUcontext;
typedef struct CUmod_st *CUmodule;
typedef struct CUfunc_st *CUfunction;
typedef struct CUstream_st *CUstream;
typedef struct CUevent_st *CUevent;
typedef struct CUgraph_st *CUgraph;
typedef struct CUgraphExec_st *CUgraphExec;
typedef struct CUgraphNode_st *CUgraphNode;
typedef struct CUmemPoolHandle_st *CUmemoryPool;
typedef struct CUarray_st *CUarray;
typedef enum cudaError_enum {
    CUDA_SUCCESS = 0,
    CUDA_ERROR_INVALID_VALUE = 1,
    CUDA_ERROR_OUT_OF_MEMORY = 2,
    CUDA_ERROR_NOT_INITIALIZED = 3,
    CUDA_ERROR_DEINITIALIZED = 4,
    CUDA_ERROR_NO_DEVICE = 100,
    CUDA_ERROR_INVALID_DEVICE = 101,
    CUDA_ERROR_INVALID_IMAGE = 200,
    CUDA_ERROR_INVALID_CONTEXT = 201,
    CUDA_ERROR_NO_BINARY_FOR_GPU = 209,
    CUDA_ERROR_INVALID_SOURCE = 300,
    CUDA_ERROR_FILE_NOT_FOUND = 301,
    CUDA_ERROR_INVALID_HANDLE = 400,
    CUDA_ERROR_NOT_FOUND = 500,
    CUDA_ERROR_NOT_READY = 600,
    CUDA_ERROR_ILLEGAL_ADDRESS = 700,
    CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES = 701,
    CUDA_ERROR_LAUNCH_TIMEOUT = 702,
    CUDA_ERROR_ASSERT = 710,
    CUDA_ERROR_LAUNCH_FAILED = 719,
    CUDA_ERROR_NOT_SUPPORTED = 801,
    CUDA_ERROR_UNKNOWN = 999
} CUresult;

// Taking any arguments, so that the message is this one.
#define EMU_DRIVER(name)                                                                                               \
    __attribute__((error(#name " is a function of the driver API, which the emulator does not support: use the "       \
                               "runtime API (cuda_runtime.h)"))) CUresult                                              \
    name(EMU_ANY)
#ifdef __cplusplus
#define EMU_ANY ...
#else
#define EMU_ANY
#endif
EMU_DRIVER(cuInit);
EMU_DRIVER(cuDriverGetVersion);
EMU_DRIVER(cuGetErrorName);
EMU_DRIVER(cuGetErrorString);
EMU_DRIVER(cuDeviceGet);
EMU_DRIVER(cuDeviceGetCount);
EMU_DRIVER(cuDeviceGetName);
EMU_DRIVER(cuDeviceGetAttribute);
EMU_DRIVER(cuDeviceTotalMem);
EMU_DRIVER(cuDeviceComputeCapability);
EMU_DRIVER(cuDevicePrimaryCtxRetain);
EMU_DRIVER(cuDevicePrimaryCtxRelease);
EMU_DRIVER(cuCtxCreate);
EMU_DRIVER(cuCtxDestroy);
EMU_DRIVER(cuCtxSetCurrent);
EMU_DRIVER(cuCtxGetCurrent);
EMU_DRIVER(cuCtxSynchronize);
EMU_DRIVER(cuModuleLoad);
EMU_DRIVER(cuModuleLoadData);
EMU_DRIVER(cuModuleLoadDataEx);
EMU_DRIVER(cuModuleUnload);
EMU_DRIVER(cuModuleGetFunction);
EMU_DRIVER(cuModuleGetGlobal);
EMU_DRIVER(cuLaunchKernel);
EMU_DRIVER(cuLaunchCooperativeKernel);
EMU_DRIVER(cuMemAlloc);
EMU_DRIVER(cuMemAllocManaged);
EMU_DRIVER(cuMemFree);
EMU_DRIVER(cuMemGetInfo);
EMU_DRIVER(cuMemcpy);
EMU_DRIVER(cuMemcpyHtoD);
EMU_DRIVER(cuMemcpyDtoH);
EMU_DRIVER(cuMemcpyDtoD);
EMU_DRIVER(cuMemcpyHtoDAsync);
EMU_DRIVER(cuMemcpyDtoHAsync);
EMU_DRIVER(cuMemsetD8);
EMU_DRIVER(cuMemsetD32);
EMU_DRIVER(cuStreamCreate);
EMU_DRIVER(cuStreamDestroy);
EMU_DRIVER(cuStreamSynchronize);
EMU_DRIVER(cuEventCreate);
EMU_DRIVER(cuEventRecord);
EMU_DRIVER(cuEventSynchronize);
EMU_DRIVER(cuEventElapsedTime);
EMU_DRIVER(cuEventDestroy);
EMU_DRIVER(cuFuncGetAttribute);
EMU_DRIVER(cuFuncSetAttribute);
EMU_DRIVER(cuMemCreate);
EMU_DRIVER(cuMemMap);
EMU_DRIVER(cuTensorMapEncodeTiled);
EMU_DRIVER(cuCtxGetDevice);
EMU_DRIVER(cuCtxPushCurrent);
EMU_DRIVER(cuCtxPopCurrent);
EMU_DRIVER(cuDeviceGetUuid);
EMU_DRIVER(cuDeviceCanAccessPeer);
EMU_DRIVER(cuGetProcAddress);
EMU_DRIVER(cuMemAllocAsync);
EMU_DRIVER(cuMemAllocHost);
EMU_DRIVER(cuMemAllocPitch);
EMU_DRIVER(cuMemFreeAsync);
EMU_DRIVER(cuMemFreeHost);
EMU_DRIVER(cuMemHostAlloc);
EMU_DRIVER(cuMemHostRegister);
EMU_DRIVER(cuMemcpy2D);
EMU_DRIVER(cuMemcpyAsync);
EMU_DRIVER(cuMemcpyDtoDAsync);
EMU_DRIVER(cuMemsetD16);
EMU_DRIVER(cuMemsetD8Async);
EMU_DRIVER(cuMemsetD32Async);
EMU_DRIVER(cuMemAddressReserve);
EMU_DRIVER(cuMemSetAccess);
EMU_DRIVER(cuModuleLoadFatBinary);
EMU_DRIVER(cuLinkCreate);
EMU_DRIVER(cuLinkAddData);
EMU_DRIVER(cuLinkComplete);
EMU_DRIVER(cuLibraryLoadData);
EMU_DRIVER(cuKernelGetFunction);
EMU_DRIVER(cuOccupancyMaxActiveBlocksPerMultiprocessor);
EMU_DRIVER(cuOccupancyMaxPotentialBlockSize);
EMU_DRIVER(cuPointerGetAttribute);
EMU_DRIVER(cuStreamWaitEvent);
EMU_DRIVER(cuStreamQuery);
EMU_DRIVER(cuEventQuery);
EMU_DRIVER(cuLaunchKernelEx);
EMU_DRIVER(cuLaunchHostFunc);
EMU_DRIVER(cuGraphCreate);
EMU_DRIVER(cuGraphLaunch);
#undef EMU_DRIVER
#undef EMU_ANY
