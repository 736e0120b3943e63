// [given] host.cpp: plain C++ that knows the runtime's header.
#include "shared.cuh"

int host_function(int x)
{
    int count = 0;
    return cudaGetDeviceCount(&count) == cudaSuccess && count > 0 ? x + 1 : 0;
}
