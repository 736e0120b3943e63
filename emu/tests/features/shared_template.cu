// [given] shared_template.cu: each instance of a template has shared variables of its own, with the size of its own.
#include "test.h"

template <class T, int N> __global__ void rotate(T *a)
{
    __shared__ T s[N];
    s[threadIdx.x] = a[blockIdx.x * N + threadIdx.x];
    __syncthreads();
    a[blockIdx.x * N + threadIdx.x] = s[(threadIdx.x + 1) % N];
}
template <int N> __device__ int *own_array()
{
    __shared__ int s[N];
    return s;
}
__global__ void two_instances(int *out)
{
    int *a = own_array<32>(), *b = own_array<64>();
    a[threadIdx.x] = threadIdx.x;
    b[threadIdx.x] = b[threadIdx.x + 32] = 100 + threadIdx.x;
    __syncthreads();
    out[threadIdx.x] = a[31 - threadIdx.x] + 1000 * b[63 - threadIdx.x] + (a == b ? 1000000 : 0);
}
template <class T> struct tile_t {
    T data[8][8];
    __device__ T &at(int y, int x) { return data[y][x]; }
};
template <class T> __global__ void with_struct(T *out)
{
    __shared__ tile_t<T> tile;
    tile.at(threadIdx.y, threadIdx.x) = threadIdx.y * 8 + threadIdx.x;
    __syncthreads();
    out[threadIdx.y * 8 + threadIdx.x] = tile.at(threadIdx.x, threadIdx.y);
}

template <class T, int N> void test_rotate()
{
    std::vector<T> h(3 * N);
    for (int i = 0; i < 3 * N; i++) h[i] = T(i % 100);
    T *a = to_device(h);
    rotate<T, N><<<3, N>>>(a);
    SYNC();
    auto r = to_host(a, 3 * N);
    for (int i = 0; i < 3 * N; i++) EQUAL(r[i], h[i / N * N + (i % N + 1) % N]);
    CALL(cudaFree(a));
}
int main()
{
    test_rotate<int, 32>(), test_rotate<int, 33>(), test_rotate<double, 64>(), test_rotate<char, 100>();
    test_rotate<short, 7>(), test_rotate<float, 1>(), test_rotate<float, 256>();
    int *a = device<int>(32);
    two_instances<<<1, 32>>>(a);
    SYNC();
    for (int i = 0; i < 32; i++) EQUAL(to_host(a, 32)[i], 31 - i + 1000 * (100 + 31 - i));
    float *f = device<float>(64);
    with_struct<<<1, dim3(8, 8)>>>(f);
    SYNC();
    for (int i = 0; i < 64; i++) EQUAL(to_host(f, 64)[i], i % 8 * 8 + i / 8);
    CALL(cudaFree(a)), CALL(cudaFree(f));
    return done();
}
