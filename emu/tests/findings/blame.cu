// [given] blame.cu: who wrote an element last: kernels with and without barriers, copies, sets, atomic operations.
// status: 0
// real: no
// expect: a[70]: last written at blame.cu:20 by block (2,0,0) thread (6,0,0) of kernel fill(float*, int), launch 1
// expect: a[31]: last written at blame.cu:28 by block (0,0,0) thread (0,0,0) of kernel reversed(float*), launch 2
// expect: a[3]: last written at blame.cu:35 by block (0,0,0) thread (3,0,0) of kernel half_sum(float*), launch 3
// expect: a[49]: last written at blame.cu:20 by block (1,0,0) thread (1,0,0) of kernel fill(float*, int), launch 4
// expect: a[90]: last set by cudaMemset at blame.cu:58
// expect: a[99]: last written at blame.cu:38 by atomic operations, among others of block (1,0,0) thread (3,0,0) of kernel count<float>(float*), launch 5
// expect: b[1]: last written by cudaMemcpy at blame.cu:60
// expect: b[2]: last written by cudaMemcpy at blame.cu:61
// expect: b[50]: never written since cudaMalloc at blame.cu:52
// expect: h:
#include <cstdio>
#include <emu/blame.h>

__global__ void fill(float *a, int n)
{
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) a[i] = i;
}

__global__ void reversed(float *a)
{
    __shared__ float s[32];
    s[threadIdx.x] = a[threadIdx.x];
    __syncthreads();
    a[31 - threadIdx.x] = s[threadIdx.x];
}

__global__ void half_sum(float *a)
{
    float v = a[threadIdx.x];
    v += __shfl_down_sync(0xffffffff, v, 16);
    if (threadIdx.x < 16) a[threadIdx.x] = v;
}

template <class T> __global__ void count(T *a) { atomicAdd(a, T(1)); }

static void ask(const char *what, const float *p)
{
    char text[256];
    emu_last_writer_text(p, text, sizeof text);
    printf("%s: %s\n", what, text);
}

int main()
{
    const int n = 100;
    float h[n], *a, *b;
    cudaMalloc(&a, n * sizeof(float));
    cudaMalloc(&b, n * sizeof(float));
    fill<<<4, dim3(32)>>>(a, n);
    reversed<<<1, 32>>>(a);
    half_sum<<<1, 32>>>(a);
    fill<<<2, dim3(8)>>>(a + 40, 10);
    count<<<2, 4>>>(a + 99);
    cudaMemset(a + 90, 0, 4);
    for (float &x : h) x = 0;
    cudaMemcpy(b, h, 40, cudaMemcpyHostToDevice);
    cudaMemcpy(b + 2, a, 4, cudaMemcpyDeviceToDevice);
    cudaDeviceSynchronize();
    ask("a[70]", a + 70);
    ask("a[31]", a + 31);
    ask("a[3]", a + 3);
    ask("a[49]", a + 49);
    ask("a[90]", a + 90);
    ask("a[99]", a + 99);
    ask("b[1]", b + 1);
    ask("b[2]", b + 2);
    ask("b[50]", b + 50);
    ask("h", h);
    cudaFree(a);
    cudaFree(b);
    return 0;
}
