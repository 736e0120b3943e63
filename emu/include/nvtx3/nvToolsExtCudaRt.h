// [given] nvtx3/nvToolsExtCudaRt.h: names of streams, devices and events for a profiler.
#pragma once
#include "../nvToolsExtCudaRt.h"
