// [given] streams_events.cu: streams, events, waits between streams, callbacks, priorities, time between events.
#include "test.h"
#include <string>

__global__ void add(int *a, int n, int by)
{
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) a[i] += by;
}
static std::string log_text;
static void CUDART_CB on_stream(cudaStream_t, cudaError_t e, void *data)
{
    log_text += e == cudaSuccess ? (const char *)data : "error";
}
static void CUDART_CB on_host(void *data) { log_text += (const char *)data; }

int main()
{
    const int n = 4096, parts = 4;
    int *h = nullptr, *d = device<int>(n);
    CALL(cudaHostAlloc(&h, n * sizeof(int), cudaHostAllocDefault));
    for (int i = 0; i < n; i++) h[i] = i;
    cudaStream_t s[parts];
    for (int i = 0; i < parts; i++) CALL(cudaStreamCreate(&s[i]));
    for (int i = 0; i < parts; i++) { // copies and kernels of one part at a time
        int first = i * n / parts, m = n / parts;
        CALL(cudaMemcpyAsync(d + first, h + first, m * sizeof(int), cudaMemcpyHostToDevice, s[i]));
        add<<<(m + 127) / 128, 128, 0, s[i]>>>(d + first, m, i);
        CALL(cudaMemcpyAsync(h + first, d + first, m * sizeof(int), cudaMemcpyDeviceToHost, s[i]));
    }
    for (int i = 0; i < parts; i++) CALL(cudaStreamSynchronize(s[i]));
    for (int i = 0; i < n; i++) EQUAL(h[i], i + i / (n / parts));
    for (int i = 0; i < parts; i++) CALL(cudaStreamQuery(s[i]));

    cudaEvent_t begin, end, no_time;
    CALL(cudaEventCreate(&begin));
    CALL(cudaEventCreate(&end));
    CALL(cudaEventCreateWithFlags(&no_time, cudaEventDisableTiming));
    CALL(cudaEventQuery(no_time)); // never recorded: done
    CALL(cudaEventRecord(begin, s[0]));
    add<<<n / 128, 128, 0, s[0]>>>(d, n, 1);
    CALL(cudaEventRecord(no_time, s[0]));
    CALL(cudaStreamWaitEvent(s[1], no_time, 0)); // the second stream goes on where the first is
    add<<<n / 128, 128, 0, s[1]>>>(d, n, 1);
    CALL(cudaEventRecord(end, s[1]));
    CALL(cudaEventSynchronize(end));
    CALL(cudaEventQuery(end));
    float ms = -1;
    CALL(cudaEventElapsedTime(&ms, begin, end));
    CHECK(ms >= 0 && ms < 1e6f);
    EQUAL(to_host(d, n)[0], 2);

    while (cudaEventQuery(end) == cudaErrorNotReady) {}
    CALL(cudaStreamAddCallback(s[0], on_stream, (void *)"a", 0));
    add<<<1, 32, 0, s[0]>>>(d, 32, 1);
    CALL(cudaLaunchHostFunc(s[0], on_host, (void *)"b"));
    CALL(cudaStreamAddCallback(s[0], on_stream, (void *)"c", 0));
    CALL(cudaStreamSynchronize(s[0]));
    CHECK(log_text == "abc");

    cudaStream_t special;
    int least = 0, greatest = 0, priority = 9;
    unsigned flags = 9;
    CALL(cudaDeviceGetStreamPriorityRange(&least, &greatest));
    CHECK(greatest <= least);
    CALL(cudaStreamCreateWithPriority(&special, cudaStreamNonBlocking, greatest));
    CALL(cudaStreamGetPriority(special, &priority));
    CALL(cudaStreamGetFlags(special, &flags));
    EQUAL(priority, greatest), EQUAL(flags, cudaStreamNonBlocking);
    add<<<1, 32, 0, special>>>(d, 32, 1);
    add<<<1, 32, 0, cudaStreamPerThread>>>(d + 32, 32, 1);
    add<<<1, 32, 0, cudaStreamLegacy>>>(d + 64, 32, 1);
    CALL(cudaStreamSynchronize(special));
    CALL(cudaDeviceSynchronize());
    EQUAL(to_host(d, n)[0], 4), EQUAL(to_host(d, n)[32], 35);
    CALL(cudaStreamDestroy(special));
    CALL(cudaStreamCreateWithFlags(&special, cudaStreamDefault));
    CALL(cudaStreamDestroy(special));
    for (int i = 0; i < parts; i++) CALL(cudaStreamDestroy(s[i]));
    CALL(cudaEventDestroy(begin)), CALL(cudaEventDestroy(end)), CALL(cudaEventDestroy(no_time));
    CALL(cudaFree(d)), CALL(cudaFreeHost(h));
    return done();
}
