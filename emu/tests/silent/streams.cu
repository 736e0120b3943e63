// [given] streams.cu: kernels in several streams that share arrays and are kept in order, each in another way.
#include <cuda_runtime.h>
#include <cstdio>
#include <vector>

__global__ void add(float *a, int n, float by)
{
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) a[i] += by;
}
__global__ void total(float *sum, const float *a, int n)
{
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) atomicAdd(sum, a[i]);
}

int main()
{
    const int n = 1000, parts = 4;
    float *a, *sum, h = 0;
    cudaMalloc(&a, n * sizeof(float));
    cudaMalloc(&sum, sizeof(float));
    cudaMemset(a, 0, n * sizeof(float));
    cudaMemset(sum, 0, sizeof(float));
    cudaStream_t s[parts], free_stream;
    cudaEvent_t e[parts];
    for (int i = 0; i < parts; i++) cudaStreamCreate(&s[i]), cudaEventCreateWithFlags(&e[i], cudaEventDisableTiming);
    cudaStreamCreateWithFlags(&free_stream, cudaStreamNonBlocking);

    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < parts; i++) { // parts of an array, some share a 32-byte sector
            add<<<2, 128, 0, s[i]>>>(a + i * n / parts, n / parts, 1);
            total<<<2, 128, 0, s[i]>>>(sum, a + i * n / parts, n / parts); // atomic operations from all streams
        }
        add<<<8, 128>>>(a, n, 1); // the default stream waits for all of them
        add<<<8, 128, 0, s[1]>>>(a, n, 1);
        cudaEventRecord(e[1], s[1]);
        cudaStreamWaitEvent(free_stream, e[1], 0);
        add<<<8, 128, 0, free_stream>>>(a, n, 1);
        cudaEventRecord(e[2], free_stream);
        for (int i = 0; i < parts; i++) cudaStreamWaitEvent(s[i], e[2], 0);
    }
    add<<<8, 128, 0, s[3]>>>(a, n, 1);
    cudaStreamSynchronize(s[3]); // the host waits
    add<<<8, 128, 0, s[2]>>>(a, n, 1);
    cudaEventRecord(e[3], s[2]);
    cudaEventSynchronize(e[3]);
    add<<<8, 128, 0, free_stream>>>(a, n, 1);
    while (cudaStreamQuery(free_stream) == cudaErrorNotReady) {}
    add<<<8, 128, 0, s[0]>>>(a, n, 1);
    cudaMemcpy(&h, sum, sizeof h, cudaMemcpyDeviceToHost); // of the default stream: waits for s[0], too
    add<<<8, 128, 0, free_stream>>>(a, n, 1);
    cudaDeviceSynchronize();

    std::vector<float> b(n);
    cudaMemcpy(b.data(), a, n * sizeof(float), cudaMemcpyDeviceToHost);
    bool good = h == 1000 * (1 + 5 + 9);
    for (float x : b) good = good && x == 17;
    for (int i = 0; i < parts; i++) cudaStreamDestroy(s[i]), cudaEventDestroy(e[i]);
    cudaStreamDestroy(free_stream), cudaFree(a), cudaFree(sum);
    printf(good ? "ok\n" : "%g %g\n", h, b[0]);
    return !good;
}
