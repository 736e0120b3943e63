// [given] syncthreads.cu: all forms of the block's barrier, in loops, branches, device functions and template functions.
#include "test.h"

__global__ void counts(int *out)
{
    int t = threadIdx.x;
    int c = __syncthreads_count(t % 3 == 0);
    int all = __syncthreads_and(t < 1000), not_all = __syncthreads_and(t != 5);
    int any = __syncthreads_or(t == 5), none = __syncthreads_or(t == 5000);
    out[t] = c * 16 + (all != 0) * 8 + (not_all != 0) * 4 + (any != 0) * 2 + (none != 0);
}
__global__ void scan(const int *in, int *out, int n)
{
    __shared__ int s[2][256];
    int t = threadIdx.x, from = 0;
    s[0][t] = t < n ? in[t] : 0;
    __syncthreads();
    for (int d = 1; d < 256; d *= 2) {
        s[1 - from][t] = s[from][t] + (t >= d ? s[from][t - d] : 0);
        from = 1 - from;
        __syncthreads();
    }
    if (t < n) out[t] = s[from][t];
}
__device__ void barrier() { __syncthreads(); }
template <int N> __device__ int shift(int v, int *s)
{
    barrier();
    s[threadIdx.x] = v;
    barrier();
    return s[(threadIdx.x + N) % blockDim.x];
}
__global__ void in_functions(int *out)
{
    __shared__ int s[128];
    int v = threadIdx.x;
    for (int i = 0; i < 10; i++) v = i % 2 ? shift<1>(v, s) : shift<3>(v, s);
    out[threadIdx.x] = v;
}
__global__ void uniform_branches(int *out, int rounds)
{
    __shared__ int s[64];
    int t = threadIdx.x, sum = 0;
    for (int i = 0;; i++) {
        if (i == rounds) break;
        if (blockIdx.x == 0) {
            s[t] = i;
            __syncthreads();
            sum += s[63 - t];
            __syncthreads();
        } else {
            s[63 - t] = 2 * i;
            __syncthreads();
            sum += s[t];
            __syncthreads();
            continue;
        }
    }
    out[blockIdx.x * 64 + t] = sum;
}
// bitonic sort: a barrier at each of many steps
__global__ void sort(int *a)
{
    __shared__ int s[512];
    unsigned t = threadIdx.x;
    s[t] = a[t];
    __syncthreads();
    for (unsigned k = 2; k <= 512; k *= 2)
        for (unsigned j = k / 2; j > 0; j /= 2) {
            unsigned other = t ^ j;
            if (other > t) {
                int x = s[t], y = s[other];
                if ((x > y) == ((t & k) == 0)) s[t] = y, s[other] = x;
            }
            __syncthreads();
        }
    a[t] = s[t];
}

int main()
{
    int *a = device<int>(512);
    counts<<<1, 100>>>(a);
    SYNC();
    for (int v : to_host(a, 100)) EQUAL(v, 34 * 16 + 8 + 2);
    std::vector<int> in(200), h;
    for (int i = 0; i < 200; i++) in[i] = i % 7;
    int *b = to_device(in);
    scan<<<1, 256>>>(b, a, 200);
    SYNC();
    h = to_host(a, 200);
    for (int i = 0, sum = 0; i < 200; i++) EQUAL(h[i], sum += in[i]);
    in_functions<<<1, 128>>>(a);
    SYNC();
    h = to_host(a, 128);
    for (int i = 0; i < 128; i++) EQUAL(h[i], (i + 20) % 128);
    uniform_branches<<<2, 64>>>(a, 5);
    SYNC();
    h = to_host(a, 128);
    for (int i = 0; i < 128; i++) EQUAL(h[i], i < 64 ? 10 : 20);
    h.resize(512);
    for (int i = 0; i < 512; i++) h[i] = i * 7919 % 512;
    CALL(cudaMemcpy(a, h.data(), 512 * sizeof(int), cudaMemcpyHostToDevice));
    sort<<<1, 512>>>(a);
    SYNC();
    h = to_host(a, 512);
    for (int i = 0; i < 512; i++) EQUAL(h[i], i);
    CALL(cudaFree(a)), CALL(cudaFree(b));
    return done();
}
