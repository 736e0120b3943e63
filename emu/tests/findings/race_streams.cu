// [given] race_streams.cu: two kernels in two streams use the same array, and nothing makes one wait for the other.
// expect: Race reported between Write access at race_streams.cu:20 and Read access at race_streams.cu:25
// expect: RAW hazard on element 0 of 256 (4 bytes each) of the allocation of 1024 bytes made by cudaMalloc at race_streams.cu:37
// expect: write at race_streams.cu:20 by thread (0,0,0) in block (0,0,0) of kernel produce(float*, float) launched at race_streams.cu:42
// expect: read at race_streams.cu:25 by thread (0,0,0) in block (0,0,0) of kernel consume(float*, const float*) launched at race_streams.cu:43
// expect: it means: the two launches are in different streams and nothing makes one wait for the other, so on a GPU the result depends on which comes first
// expect: hint: launch both in one stream, or put cudaEventRecord after the first and cudaStreamWaitEvent before the second
// expect: Race reported between Read access at race_streams.cu:25 and Write access at race_streams.cu:30
// expect: read at race_streams.cu:25 by thread (0,0,0) in block (0,0,0) of kernel consume(float*, const float*) launched at race_streams.cu:46
// expect: write at race_streams.cu:30 by thread (0,0,0) in block (0,0,0) of kernel clear(float*) launched at race_streams.cu:47
// expect: Race reported between Write access at race_streams.cu:30 and Write access at race_streams.cu:20
// expect: ERROR SUMMARY: 3 errors
#include <cuda_runtime.h>
#include <cstdio>

const int n = 256;

__global__ void produce(float *a, float value)
{
    a[blockIdx.x * blockDim.x + threadIdx.x] = value;
}
__global__ void consume(float *b, const float *a)
{
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    b[i] = a[i];
}
__global__ void clear(float *a)
{
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    a[i] = 0;
}

int main()
{
    float *a, *b;
    cudaStream_t s, t;
    cudaMalloc(&a, n * sizeof(float));
    cudaMalloc(&b, n * sizeof(float));
    cudaStreamCreate(&s);
    cudaStreamCreate(&t);

    produce<<<2, n / 2, 0, s>>>(a, 1);
    consume<<<2, n / 2, 0, t>>>(b, a);
    cudaDeviceSynchronize();

    consume<<<2, n / 2, 0, s>>>(b, a);
    clear<<<2, n / 2, 0, t>>>(a);
    cudaDeviceSynchronize();

    clear<<<2, n / 2, 0, t>>>(a);
    produce<<<2, n / 2, 0, s>>>(a, 3);
    cudaDeviceSynchronize();
    cudaStreamDestroy(s), cudaStreamDestroy(t);
    cudaFree(a), cudaFree(b);
}
