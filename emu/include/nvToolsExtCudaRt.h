// [given] nvToolsExtCudaRt.h: names of streams, devices and events for a profiler.
#pragma once
#include "nvToolsExt.h"
#include "cuda_runtime_api.h"

NVTX_INLINE void nvtxNameCudaDeviceA(int device, const char *name) { (void)device, (void)name; }
NVTX_INLINE void nvtxNameCudaStreamA(cudaStream_t stream, const char *name) { (void)stream, (void)name; }
NVTX_INLINE void nvtxNameCudaEventA(cudaEvent_t event, const char *name) { (void)event, (void)name; }
#define nvtxNameCudaDevice nvtxNameCudaDeviceA
#define nvtxNameCudaStream nvtxNameCudaStreamA
#define nvtxNameCudaEvent nvtxNameCudaEventA
