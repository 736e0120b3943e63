// [given] bytes.cu: neighbouring bytes and halves of words that belong to different threads; histograms of bytes.
#include <cstdio>

__global__ void neighbours(unsigned char *out, short *halves)
{
    __shared__ unsigned char s[64];
    __shared__ short t[64];
    s[threadIdx.x] = threadIdx.x;
    t[threadIdx.x] = 1000 + threadIdx.x;
    __syncthreads();
    out[threadIdx.x] = s[63 - threadIdx.x];
    halves[threadIdx.x] = t[63 - threadIdx.x];
}

__global__ void histogram(const unsigned char *in, unsigned *out, int n)
{
    __shared__ unsigned char own[32 * 16]; // 16 counters for each thread
    __shared__ unsigned total[16];
    for (int i = 0; i < 16; i++) own[i * 32 + threadIdx.x] = 0;
    if (threadIdx.x < 16) total[threadIdx.x] = 0;
    __syncthreads();
    for (int i = threadIdx.x; i < n; i += 32) own[in[i] * 32 + threadIdx.x]++;
    for (int i = 0; i < 16; i++) atomicAdd(&total[i], (unsigned)own[i * 32 + threadIdx.x]);
    __syncthreads();
    if (threadIdx.x < 16) out[threadIdx.x] = total[threadIdx.x];
}

struct mixed_t {
    char c;
    short s;
    int i;
    double d;
    bool b;
};

__global__ void structures(const mixed_t *in, mixed_t *out)
{
    mixed_t m = in[threadIdx.x];
    m.i += m.c;
    out[threadIdx.x] = m;
    out[threadIdx.x].b = m.s > 3;
}

int main()
{
    unsigned char h[256], r[64], *in, *out;
    short *halves;
    unsigned count[16], *d;
    for (int i = 0; i < 256; i++) h[i] = i % 16;
    cudaMalloc(&in, sizeof h);
    cudaMalloc(&out, 64);
    cudaMalloc(&halves, 64 * sizeof(short));
    cudaMalloc(&d, sizeof count);
    cudaMemcpy(in, h, sizeof h, cudaMemcpyHostToDevice);
    neighbours<<<1, 64>>>(out, halves);
    cudaMemcpy(r, out, 64, cudaMemcpyDeviceToHost);
    histogram<<<1, 32>>>(in, d, 256);
    cudaMemcpy(count, d, sizeof count, cudaMemcpyDeviceToHost);
    if (r[0] != 63 || count[7] != 16) return printf("%d %d\n", r[0], count[7]), 1;
    static mixed_t m[32], *dm, *dn;
    for (int i = 0; i < 32; i++) m[i].c = 1, m[i].s = i, m[i].i = 2, m[i].d = 3;
    cudaMalloc(&dm, sizeof m);
    cudaMalloc(&dn, sizeof m);
    cudaMemcpy(dm, m, sizeof m, cudaMemcpyHostToDevice);
    structures<<<1, 32>>>(dm, dn);
    cudaMemcpy(m, dn, sizeof m, cudaMemcpyDeviceToHost);
    if (m[9].i != 3 || !m[9].b || m[2].b) return printf("%d\n", m[9].i), 1;
    cudaFree(in);
    cudaFree(out);
    cudaFree(halves);
    cudaFree(d);
    cudaFree(dm);
    cudaFree(dn);
    return 0;
}
