// [given] shared_static.cu: static shared memory: in kernels, at namespace scope, two-dimensional, in device functions.
#include "test.h"

__shared__ int global_scope[64];
__shared__ struct {
    float x;
    int y[4];
} of_struct;

__global__ void reverse(int *a)
{
    __shared__ int s[64];
    s[threadIdx.x] = a[blockIdx.x * 64 + threadIdx.x];
    __syncthreads();
    a[blockIdx.x * 64 + threadIdx.x] = s[63 - threadIdx.x];
}
__global__ void transpose(const float *in, float *out, int width, int height)
{
    __shared__ float tile[16][16 + 1];
    int x = blockIdx.x * 16 + threadIdx.x, y = blockIdx.y * 16 + threadIdx.y;
    if (x < width && y < height) tile[threadIdx.y][threadIdx.x] = in[y * width + x];
    __syncthreads();
    x = blockIdx.y * 16 + threadIdx.x, y = blockIdx.x * 16 + threadIdx.y;
    if (x < height && y < width) out[y * height + x] = tile[threadIdx.x][threadIdx.y];
}
__global__ void outside(int *a)
{
    global_scope[threadIdx.x] = threadIdx.x + blockIdx.x;
    if (threadIdx.x == 5) of_struct.x = 2, of_struct.y[3] = blockIdx.x;
    __syncthreads();
    a[blockIdx.x * 64 + threadIdx.x] = global_scope[(threadIdx.x + 1) % 64] + int(of_struct.x) * of_struct.y[3];
}
__global__ void scalars(int *a)
{
    __shared__ int n, m;
    __shared__ bool flag;
    __shared__ double d[2], *p;
    if (threadIdx.x == 0) n = 0, m = 100, flag = true, d[0] = 0.5, d[1] = 1.5, p = d + 1;
    __syncthreads();
    atomicAdd(&n, 1);
    __syncthreads();
    if (threadIdx.x == 7) a[blockIdx.x] = n + m + flag + int(2 * *p) + blockIdx.x;
}
__device__ int sum_of(int v)
{
    __shared__ int partial[128];
    partial[threadIdx.x] = v;
    __syncthreads();
    for (unsigned s = blockDim.x / 2; s > 0; s /= 2) {
        if (threadIdx.x < s) partial[threadIdx.x] += partial[threadIdx.x + s];
        __syncthreads();
    }
    int sum = partial[0];
    __syncthreads();
    return sum;
}
__global__ void through_function(int *a)
{
    int twice = sum_of(threadIdx.x) + sum_of(1);
    a[blockIdx.x * 128 + threadIdx.x] = twice;
}
__global__ void conditional(int *a)
{
    if (blockIdx.x % 2) {
        __shared__ int odd[32];
        odd[threadIdx.x] = threadIdx.x;
        __syncthreads();
        a[blockIdx.x * 32 + threadIdx.x] = odd[31 - threadIdx.x];
    } else {
        __shared__ int even[32];
        even[threadIdx.x] = 2 * threadIdx.x;
        __syncthreads();
        a[blockIdx.x * 32 + threadIdx.x] = even[31 - threadIdx.x];
    }
}

int main()
{
    std::vector<int> h(640);
    for (int i = 0; i < 640; i++) h[i] = i;
    int *a = to_device(h);
    reverse<<<10, 64>>>(a);
    SYNC();
    h = to_host(a, 640);
    for (int i = 0; i < 640; i++) EQUAL(h[i], i / 64 * 64 + 63 - i % 64);
    outside<<<10, 64>>>(a);
    SYNC();
    h = to_host(a, 640);
    for (int i = 0; i < 640; i++) EQUAL(h[i], (i + 1) % 64 + i / 64 + 2 * (i / 64));
    scalars<<<10, 33>>>(a);
    SYNC();
    h = to_host(a, 10);
    for (int i = 0; i < 10; i++) EQUAL(h[i], 33 + 100 + 1 + 3 + i);
    through_function<<<5, 128>>>(a);
    SYNC();
    h = to_host(a, 640);
    for (int i = 0; i < 640; i++) EQUAL(h[i], 127 * 64 + 128);
    conditional<<<20, 32>>>(a);
    SYNC();
    h = to_host(a, 640);
    for (int i = 0; i < 640; i++) EQUAL(h[i], (31 - i % 32) * (i / 32 % 2 ? 1 : 2));

    const int width = 37, height = 50;
    std::vector<float> m(width * height);
    for (int i = 0; i < width * height; i++) m[i] = i;
    float *in = to_device(m), *out = device<float>(width * height);
    transpose<<<dim3((width + 15) / 16, (height + 15) / 16), dim3(16, 16)>>>(in, out, width, height);
    SYNC();
    auto t = to_host(out, width * height);
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++) EQUAL(t[x * height + y], m[y * width + x]);
    CALL(cudaFree(a)), CALL(cudaFree(in)), CALL(cudaFree(out));
    return done();
}
