// [given] tables.cu: kernels read string literals, constexpr tables, constants, kernel arguments and their own arrays.
#include <cstdio>

struct settings_t {
    float weight[20];
    int n;
};
__constant__ int factor[4];
constexpr int offset = 7;
__device__ const int primes[] = {2, 3, 5, 7, 11};

__device__ int digit(const char *text, int i) { return text[i] - '0'; }
__device__ void both(int *a, int *b) { *a += *b, *b = *a; }

__global__ void run(int *out, settings_t s)
{
    int own[8], k = threadIdx.x;
    for (int i = 0; i < 8; i++) own[i] = i * k;
    both(&own[k], &own[7 - k]);
    const char *text = "31415926";
    out[k] = digit(text, k) + factor[k % 4] + offset + primes[k % 5] + int(s.weight[k]) + s.n + own[k];
}

int main()
{
    int h[8], f[4] = {10, 20, 30, 40}, *out;
    settings_t s = {{}, 100};
    for (int i = 0; i < 20; i++) s.weight[i] = 1000 * i;
    cudaMalloc(&out, sizeof h);
    cudaMemcpyToSymbol(factor, f, sizeof f);
    run<<<1, 8>>>(out, s);
    cudaMemcpy(h, out, sizeof h, cudaMemcpyDeviceToHost);
    if (h[1] != 1 + 20 + 7 + 3 + 1000 + 100 + 7) return printf("%d\n", h[1]), 1;
    cudaFree(out);
    return 0;
}
