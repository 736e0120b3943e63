// [given] algorithms.cu: what courses teach: tiled matrix product, stencil with a halo, scan of many blocks, histogram.
#include "test.h"

enum { TILE = 16 };
__global__ void matmul(const float *a, const float *b, float *c, int m, int n, int k)
{
    __shared__ float sa[TILE][TILE], sb[TILE][TILE];
    int row = blockIdx.y * TILE + threadIdx.y, column = blockIdx.x * TILE + threadIdx.x;
    float sum = 0;
    for (int t = 0; t < (k + TILE - 1) / TILE; t++) {
        int i = t * TILE + threadIdx.x, j = t * TILE + threadIdx.y;
        sa[threadIdx.y][threadIdx.x] = row < m && i < k ? a[row * k + i] : 0;
        sb[threadIdx.y][threadIdx.x] = j < k && column < n ? b[j * n + column] : 0;
        __syncthreads();
#pragma unroll
        for (int i = 0; i < TILE; i++) sum += sa[threadIdx.y][i] * sb[i][threadIdx.x];
        __syncthreads();
    }
    if (row < m && column < n) c[row * n + column] = sum;
}
__global__ void stencil(const int *in, int *out, int n)
{
    const int radius = 3;
    __shared__ int s[64 + 2 * radius];
    int g = blockIdx.x * blockDim.x + threadIdx.x, l = threadIdx.x + radius;
    s[l] = g < n ? in[g] : 0;
    if (threadIdx.x < radius) {
        s[l - radius] = g >= radius ? in[g - radius] : 0;
        s[l + blockDim.x] = g + int(blockDim.x) < n ? in[g + blockDim.x] : 0;
    }
    __syncthreads();
    int sum = 0;
    for (int i = -radius; i <= radius; i++) sum += s[l + i];
    if (g < n) out[g] = sum;
}
__global__ void scan_blocks(const int *in, int *out, int *sums, int n) // Blelloch's, two elements a thread
{
    extern __shared__ int s[];
    int t = threadIdx.x, size = 2 * blockDim.x, base = blockIdx.x * size, offset = 1;
    s[2 * t] = base + 2 * t < n ? in[base + 2 * t] : 0;
    s[2 * t + 1] = base + 2 * t + 1 < n ? in[base + 2 * t + 1] : 0;
    for (int d = size >> 1; d > 0; d >>= 1) {
        __syncthreads();
        if (t < d) s[offset * (2 * t + 2) - 1] += s[offset * (2 * t + 1) - 1];
        offset *= 2;
    }
    if (t == 0) {
        if (sums) sums[blockIdx.x] = s[size - 1];
        s[size - 1] = 0;
    }
    for (int d = 1; d < size; d *= 2) {
        offset >>= 1;
        __syncthreads();
        if (t < d) {
            int i = offset * (2 * t + 1) - 1, j = offset * (2 * t + 2) - 1, v = s[i];
            s[i] = s[j];
            s[j] += v;
        }
    }
    __syncthreads();
    if (base + 2 * t < n) out[base + 2 * t] = s[2 * t];
    if (base + 2 * t + 1 < n) out[base + 2 * t + 1] = s[2 * t + 1];
}
__global__ void add_sums(int *out, const int *sums, int n)
{
    for (unsigned i = threadIdx.x; i < 2 * blockDim.x; i += blockDim.x) {
        int g = blockIdx.x * 2 * blockDim.x + i;
        if (g < n) out[g] += sums[blockIdx.x];
    }
}
template <int SIZE> __global__ void reduce(const float *a, float *out, int n)
{
    __shared__ float s[SIZE];
    unsigned t = threadIdx.x;
    float v = 0;
    for (int i = blockIdx.x * SIZE + t; i < n; i += SIZE * gridDim.x) v += a[i];
    s[t] = v;
    __syncthreads();
    if (SIZE >= 256 && t < 128) s[t] += s[t + 128];
    if (SIZE >= 256) __syncthreads();
    if (SIZE >= 128 && t < 64) s[t] += s[t + 64];
    if (SIZE >= 128) __syncthreads();
    if (t < 32) {
        v = s[t] + (SIZE >= 64 ? s[t + 32] : 0);
        for (int k = 16; k; k /= 2) v += __shfl_down_sync(0xffffffff, v, k);
        if (t == 0) atomicAdd(out, v);
    }
}
static void test_matmul()
{
    const int m = 45, n = 37, k = 50;
    std::vector<float> a(m * k), b(k * n);
    for (int i = 0; i < m * k; i++) a[i] = i % 13 - 6;
    for (int i = 0; i < k * n; i++) b[i] = i % 7 - 3;
    float *da = to_device(a), *db = to_device(b), *dc = device<float>(m * n);
    matmul<<<dim3((n + TILE - 1) / TILE, (m + TILE - 1) / TILE), dim3(TILE, TILE)>>>(da, db, dc, m, n, k);
    SYNC();
    auto c = to_host(dc, m * n);
    for (int i = 0; i < m; i++)
        for (int j = 0; j < n; j++) {
            float sum = 0;
            for (int l = 0; l < k; l++) sum += a[i * k + l] * b[l * n + j];
            EQUAL(c[i * n + j], sum);
        }
    CALL(cudaFree(da)), CALL(cudaFree(db)), CALL(cudaFree(dc));
}
int main()
{
    test_matmul();
    const int n = 1000;
    std::vector<int> h(n);
    for (int i = 0; i < n; i++) h[i] = i * 31 % 17;
    int *in = to_device(h), *out = device<int>(n);
    stencil<<<(n + 63) / 64, 64>>>(in, out, n);
    SYNC();
    auto r = to_host(out, n);
    for (int i = 0; i < n; i++) {
        int sum = 0;
        for (int k = -3; k <= 3; k++) sum += i + k >= 0 && i + k < n ? h[i + k] : 0;
        EQUAL(r[i], sum);
    }
    const int threads = 64, blocks = (n + 2 * threads - 1) / (2 * threads);
    int *sums = device<int>(blocks), *sums_scanned = device<int>(blocks);
    scan_blocks<<<blocks, threads, 2 * threads * sizeof(int)>>>(in, out, sums, n);
    scan_blocks<<<1, threads, 2 * threads * sizeof(int)>>>(sums, sums_scanned, nullptr, blocks);
    add_sums<<<blocks, threads>>>(out, sums_scanned, n);
    SYNC();
    r = to_host(out, n);
    for (int i = 0, sum = 0; i < n; sum += h[i++]) EQUAL(r[i], sum);

    float *f = to_device(std::vector<float>(n, 0.5f)), *total = device<float>(3);
    reduce<256><<<3, 256>>>(f, total, n);
    reduce<64><<<3, 64>>>(f, total + 1, n);
    reduce<128><<<9, 128>>>(f, total + 2, n);
    SYNC();
    for (float v : to_host(total, 3)) EQUAL(v, 500.f);
    CALL(cudaFree(in)), CALL(cudaFree(out)), CALL(cudaFree(sums)), CALL(cudaFree(sums_scanned)), CALL(cudaFree(f));
    CALL(cudaFree(total));
    return done();
}
