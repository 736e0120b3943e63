// [given] event_too_early.cu: a time is asked for before the device has reached the events.
// status: 0
// expect: Warning: cudaEventElapsedTime asks for a time that is not known yet
// expect: at event_too_early.cu:21
// expect: it means: the device has not reached the events; the time was not set
// expect: hint: call cudaEventSynchronize(stop) first
// expect: ERROR SUMMARY: 0 errors, 1 warning
#include <cuda_runtime.h>
#include <cstdio>

__global__ void nothing() {}

int main()
{
    cudaEvent_t start, stop;
    float ms = 0;
    cudaEventCreate(&start), cudaEventCreate(&stop);
    cudaEventRecord(start);
    nothing<<<1, 1>>>();
    cudaEventRecord(stop);
    cudaEventElapsedTime(&ms, start, stop);
    printf("%g\n", ms);
    cudaEventDestroy(start), cudaEventDestroy(stop);
}
