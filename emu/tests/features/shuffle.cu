// [given] shuffle.cu: all shuffles, all widths, all types.
#include "test.h"

enum { N = 64 };
template <class T> __host__ __device__ T value_of(int lane) { return T(lane * 3 + 1) / T(2); }

template <class T> __global__ void shuffles(T *out, int width)
{
    int t = threadIdx.x;
    T v = value_of<T>(t);
    out[0 * N + t] = __shfl_sync(0xffffffff, v, 5, width);
    out[1 * N + t] = __shfl_sync(0xffffffff, v, (t + 3) % 32, width);
    out[2 * N + t] = __shfl_up_sync(0xffffffff, v, 3, width);
    out[3 * N + t] = __shfl_down_sync(0xffffffff, v, 3, width);
    out[4 * N + t] = __shfl_xor_sync(0xffffffff, v, 5, width);
}
template <class T> void test(int width)
{
    T *d = device<T>(5 * N);
    shuffles<T><<<1, N>>>(d, width);
    SYNC();
    auto h = to_host(d, 5 * N);
    for (int t = 0; t < N; t++) {
        int lane = t % 32, warp = t - lane, begin = lane / width * width, end = begin + width;
        EQUAL(h[t], value_of<T>(warp + begin + 5 % width));
        EQUAL(h[N + t], value_of<T>(warp + begin + (t + 3) % 32 % width));
        EQUAL(h[2 * N + t], value_of<T>(warp + (lane - 3 < begin ? lane : lane - 3)));
        EQUAL(h[3 * N + t], value_of<T>(warp + (lane + 3 >= end ? lane : lane + 3)));
        EQUAL(h[4 * N + t], value_of<T>(warp + ((lane ^ 5) >= end ? lane : lane ^ 5)));
    }
    CALL(cudaFree(d));
}
__global__ void reduce(float *out) // the usual reductions; the default width
{
    float sum = threadIdx.x, most = float(threadIdx.x * 7 % 32);
    for (int k = 16; k > 0; k /= 2) sum += __shfl_down_sync(0xffffffff, sum, k);
    for (int k = 16; k > 0; k /= 2) most = fmaxf(most, __shfl_xor_sync(0xffffffff, most, k));
    int prefix = threadIdx.x;
    for (int k = 1; k < 32; k *= 2) {
        int v = __shfl_up_sync(0xffffffff, prefix, k);
        if (threadIdx.x >= unsigned(k)) prefix += v;
    }
    if (threadIdx.x == 0) out[0] = sum;
    if (threadIdx.x == 9) out[1] = most;
    if (threadIdx.x == 31) out[2] = prefix;
}
__global__ void some_lanes(int *out) // only the lanes of the mask take part
{
    int t = threadIdx.x;
    if (t % 4 == 0) out[t] = __shfl_sync(0x11111111, t * 10, 8);
    if (t < 8) out[t + 32] = __shfl_down_sync(0xff, t * 10, 1, 8);
    if (t >= 8 && t < 13) out[t + 32] = __shfl_sync(0x1f00, t * 10, 12);
}
int main()
{
    for (int width : {8, 16, 32}) {
        test<int>(width), test<unsigned>(width), test<float>(width), test<double>(width);
        test<long long>(width), test<unsigned long long>(width), test<long>(width), test<unsigned long>(width);
    }
    float *f = device<float>(3);
    reduce<<<1, 32>>>(f);
    SYNC();
    auto r = to_host(f, 3);
    EQUAL(r[0], 496.f), EQUAL(r[1], 31.f), EQUAL(r[2], 496.f);
    int *d = device<int>(64);
    some_lanes<<<1, 32>>>(d);
    SYNC();
    auto h = to_host(d, 64);
    for (int i = 0; i < 32; i += 4) EQUAL(h[i], 80);
    for (int i = 0; i < 7; i++) EQUAL(h[32 + i], i * 10 + 10);
    for (int i = 8; i < 13; i++) EQUAL(h[32 + i], 120);
    CALL(cudaFree(f)), CALL(cudaFree(d));
    return done();
}
