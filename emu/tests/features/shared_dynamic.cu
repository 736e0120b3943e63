// [given] shared_dynamic.cu: dynamic shared memory at both scopes, cut into parts, with static memory beside it.
#include "test.h"

extern __shared__ float outside[];

__global__ void reverse_outside(float *a, int n)
{
    outside[threadIdx.x] = a[threadIdx.x];
    __syncthreads();
    a[threadIdx.x] = outside[n - 1 - threadIdx.x];
}
__global__ void reverse_inside(int *a)
{
    extern __shared__ int inside[];
    __shared__ int fixed[32];
    unsigned t = threadIdx.x;
    fixed[t % 32] = 1;
    inside[t] = a[blockIdx.x * blockDim.x + t];
    __syncthreads();
    a[blockIdx.x * blockDim.x + t] = inside[blockDim.x - 1 - t] + fixed[(t + 1) % 32];
}
__global__ void parts(double *out, int n)
{
    extern __shared__ __align__(16) unsigned char bytes[];
    double *d = reinterpret_cast<double *>(bytes);
    int *i = reinterpret_cast<int *>(d + n);
    char *c = reinterpret_cast<char *>(&i[n]);
    unsigned t = threadIdx.x;
    d[t] = 0.5 * t, i[t] = 10 * t, c[t] = t;
    __syncthreads();
    unsigned u = n - 1 - t;
    out[blockIdx.x * n + t] = d[u] + i[u] + c[u];
}
template <class T> struct shared_of;
template <> struct shared_of<int> {
    static __device__ int *get()
    {
        extern __shared__ int memory_int[];
        return memory_int;
    }
};
template <> struct shared_of<double> {
    static __device__ double *get()
    {
        extern __shared__ double memory_double[];
        return memory_double;
    }
};
template <class T> __global__ void sum(const T *a, T *out)
{
    T *s = shared_of<T>::get();
    s[threadIdx.x] = a[blockIdx.x * blockDim.x + threadIdx.x];
    __syncthreads();
    for (unsigned k = blockDim.x / 2; k; k >>= 1) {
        if (threadIdx.x < k) s[threadIdx.x] += s[threadIdx.x + k];
        __syncthreads();
    }
    if (threadIdx.x == 0) out[blockIdx.x] = s[0];
}
__global__ void large(int *out, int n)
{
    extern __shared__ int inside[];
    for (int i = threadIdx.x; i < n; i += blockDim.x) inside[i] = i;
    __syncthreads();
    if (threadIdx.x == 0) out[blockIdx.x] = inside[n - 1] + inside[0];
}

int main()
{
    float hf[100];
    for (int i = 0; i < 100; i++) hf[i] = i;
    float *f = device<float>(100);
    CALL(cudaMemcpy(f, hf, sizeof hf, cudaMemcpyHostToDevice));
    reverse_outside<<<1, 100, 100 * sizeof(float)>>>(f, 100);
    SYNC();
    auto rf = to_host(f, 100);
    for (int i = 0; i < 100; i++) EQUAL(rf[i], 99 - i);

    std::vector<int> h(256);
    for (int i = 0; i < 256; i++) h[i] = i;
    int *a = to_device(h);
    reverse_inside<<<4, 64, 64 * sizeof(int)>>>(a);
    SYNC();
    h = to_host(a, 256);
    for (int i = 0; i < 256; i++) EQUAL(h[i], i / 64 * 64 + 63 - i % 64 + 1);

    const int n = 48;
    double *out = device<double>(3 * n);
    parts<<<3, n, n * (sizeof(double) + sizeof(int) + 1)>>>(out, n);
    SYNC();
    auto rd = to_host(out, 3 * n);
    for (int i = 0; i < 3 * n; i++) EQUAL(rd[i], (n - 1 - i % n) * 11.5);

    int *si = device<int>(4);
    sum<<<4, 64, 64 * sizeof(int)>>>(a, si);
    SYNC();
    for (int b = 0; b < 4; b++) EQUAL(to_host(si, 4)[b], b * 64 * 64 + 63 * 32 + 64);
    std::vector<double> hd(128, 0.25);
    double *d = to_device(hd), *sd = device<double>(2);
    sum<double><<<2, 64, 64 * sizeof(double)>>>(d, sd);
    SYNC();
    EQUAL(to_host(sd, 2)[1], 16.0);

    const int words = 60 * 1024 / 4; // more than 48 KiB has to be asked for
    CALL(cudaFuncSetAttribute(large, cudaFuncAttributeMaxDynamicSharedMemorySize, words * 4));
    large<<<2, 64, words * 4>>>(si, words);
    SYNC();
    EQUAL(to_host(si, 2)[1], words - 1);
    CALL(cudaFree(f)), CALL(cudaFree(a)), CALL(cudaFree(out)), CALL(cudaFree(si)), CALL(cudaFree(d));
    CALL(cudaFree(sd));
    return done();
}
