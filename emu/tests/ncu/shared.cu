// [given] shared.cu: transposes, reductions, histograms and loops whose bank conflicts and contention are known.
// options: --csv
// expect: "transpose_naive(const float*, float*, int)","shared.cu",23,1,"(8,8,1)","(32,32,1)",65536,0,64,64,2048,4.0000,4.0000,2048,32.0000,4.0000,524288,2359296,0,0.0000,0,0.0000,0.0000,0,0.0000,32.0000
// expect: "transpose_tiled<0>(const float*, float*, int)","shared.cu",29,1,"(8,8,1)","(32,32,1)",65536,0,64,64,2048,4.0000,4.0000,2048,4.0000,4.0000,524288,524288,2048,32.0000,2048,1.0000,1.0000,0,0.0000,32.0000
// expect: "transpose_tiled<1>(const float*, float*, int)","shared.cu",29,1,"(8,8,1)","(32,32,1)",65536,0,64,64,2048,4.0000,4.0000,2048,4.0000,4.0000,524288,524288,2048,1.0000,2048,1.0000,1.0000,0,0.0000,32.0000
// expect: "reduce_strided(const float*, float*)","shared.cu",39,1,"(16,1,1)","(256,1,1)",4096,0,16,16,128,4.0000,4.0000,16,1.0000,1.0000,16448,16896,400,3.8000,320,2.7500,8.0000,0,0.0000,23.6852
// expect: "reduce_halving(const float*, float*)","shared.cu",52,1,"(16,1,1)","(256,1,1)",4096,0,16,16,128,4.0000,4.0000,16,1.0000,1.0000,16448,16896,400,1.0000,320,1.0000,8.0000,0,0.0000,23.6852
// expect: "reduce_modulo(const float*, float*)","shared.cu",64,1,"(16,1,1)","(256,1,1)",4096,0,16,16,128,4.0000,4.0000,16,1.0000,1.0000,16448,16896,1520,1.0000,880,1.0000,8.0000,0,0.0000,8.0440
// expect: "stride2(float*)","shared.cu",76,1,"(1,1,1)","(128,1,1)",128,0,1,1,0,0.0000,0.0000,4,4.0000,4.0000,512,512,4,2.0000,4,2.0000,1.0000,0,0.0000,32.0000
// expect: "doubles_and_vectors(double*, float4*)","shared.cu",85,1,"(1,1,1)","(128,1,1)",128,0,1,1,0,0.0000,0.0000,8,12.0000,12.0000,3072,3072,8,3.0000,8,3.0000,1.0000,0,0.0000,32.0000
// expect: "histogram_hot(const int*, int*, int)","shared.cu",97,1,"(16,1,1)","(256,1,1)",4096,0,16,16,128,4.0000,4.0000,0,0.0000,0.0000,16384,16384,0,0.0000,0,0.0000,0.0000,128,24.0000,32.0000
// expect: "histogram_shared(const int*, int*, int)","shared.cu",103,1,"(16,1,1)","(256,1,1)",4096,0,16,16,0,0.0000,0.0000,0,0.0000,0.0000,0,0,16,1.0000,16,1.0000,2.0000,160,1.7000,25.3333
// expect: "triangle(const float*, float*)","shared.cu",114,1,"(1,1,1)","(64,1,1)",64,0,1,1,64,1.0000,1.0000,2,4.0000,4.0000,512,2304,0,0.0000,0,0.0000,0.0000,0,0.0000,16.9697
// expect: "constants(float*)","shared.cu",122,1,"(1,1,1)","(64,1,1)",64,0,1,1,0,0.0000,0.0000,2,4.0000,4.0000,256,256,0,0.0000,0,0.0000,0.0000,0,0.0000,32.0000
// expect: "warp_sum(const float*, float*)","shared.cu",128,21,"(4,1,1)","(256,1,1)",21504,0,84,76,672,4.0000,4.0000,0,0.0000,0.0000,86016,86016,0,0.0000,0,0.0000,0.0000,672,1.0000,16.5000
#include <cstdio>
#include <cstdlib>
#include <cuda_runtime.h>

constexpr int TILE = 32;
__constant__ float weights[64];

__global__ void transpose_naive(const float *in, float *out, int n)
{
    int x = blockIdx.x * TILE + threadIdx.x, y = blockIdx.y * TILE + threadIdx.y;
    out[x * n + y] = in[y * n + x];
}

template <int PAD> __global__ void transpose_tiled(const float *in, float *out, int n)
{
    __shared__ float tile[TILE][TILE + PAD];
    int x = blockIdx.x * TILE + threadIdx.x, y = blockIdx.y * TILE + threadIdx.y;
    tile[threadIdx.y][threadIdx.x] = in[y * n + x];
    __syncthreads();
    x = blockIdx.y * TILE + threadIdx.x, y = blockIdx.x * TILE + threadIdx.y;
    out[y * n + x] = tile[threadIdx.x][threadIdx.y];
}

__global__ void reduce_strided(const float *in, float *out)
{
    __shared__ float s[256];
    int t = threadIdx.x;
    s[t] = in[blockIdx.x * 256 + t];
    for (int stride = 1; stride < 256; stride *= 2) {
        __syncthreads();
        int i = 2 * stride * t;
        if (i < 256) s[i] += s[i + stride];
    }
    if (t == 0) out[blockIdx.x] = s[0];
}

__global__ void reduce_halving(const float *in, float *out)
{
    __shared__ float s[256];
    int t = threadIdx.x;
    s[t] = in[blockIdx.x * 256 + t];
    for (int stride = 128; stride > 0; stride /= 2) {
        __syncthreads();
        if (t < stride) s[t] += s[t + stride];
    }
    if (t == 0) out[blockIdx.x] = s[0];
}

__global__ void reduce_modulo(const float *in, float *out)
{
    __shared__ float s[256];
    int t = threadIdx.x;
    s[t] = in[blockIdx.x * 256 + t];
    for (int stride = 1; stride < 256; stride *= 2) {
        __syncthreads();
        if (t % (2 * stride) == 0) s[t] += s[t + stride];
    }
    if (t == 0) out[blockIdx.x] = s[0];
}

__global__ void stride2(float *out)
{
    extern __shared__ float s[];
    int t = threadIdx.x;
    s[2 * t] = t;
    __syncthreads();
    out[t] = s[2 * t];
}

__global__ void doubles_and_vectors(double *out, float4 *out4)
{
    __shared__ double d[128];
    __shared__ float4 v[128];
    int t = threadIdx.x;
    d[t] = t;
    v[t] = make_float4(t, t, t, t);
    __syncthreads();
    out[t] = d[127 - t];
    out4[t] = v[127 - t];
}

__global__ void histogram_hot(const int *in, int *bins, int n)
{
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) atomicAdd(&bins[in[i] % 4 == 0 ? i % 16 : 5], 1);
}

__global__ void histogram_shared(const int *in, int *bins, int n)
{
    __shared__ int own[16];
    if (threadIdx.x < 16) own[threadIdx.x] = 0;
    __syncthreads();
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) atomicAdd(&own[i % 16], 1);
    __syncthreads();
    if (threadIdx.x < 16) atomicAdd(&bins[threadIdx.x], own[threadIdx.x]);
}

__global__ void triangle(const float *in, float *out)
{
    int t = threadIdx.x;
    float sum = 0;
    for (int k = 0; k <= t % 32; k++) sum += in[k];
    out[t] = sum;
}

__global__ void constants(float *out)
{
    int t = threadIdx.x;
    out[t] = weights[3] + weights[t % 32];
}

__global__ void warp_sum(const float *in, float *out)
{
    float v = in[blockIdx.x * blockDim.x + threadIdx.x];
    for (int d = 16; d > 0; d /= 2) v += __shfl_down_sync(0xffffffff, v, d);
    if (threadIdx.x % 32 == 0) atomicAdd(out, v);
}

int main()
{
    const int n = 256;
    float *in, *out;
    int *data, *bins;
    cudaMalloc(&in, n * n * sizeof(float));
    cudaMalloc(&out, n * n * sizeof(float));
    cudaMalloc(&data, 4096 * sizeof(int));
    cudaMalloc(&bins, 16 * sizeof(int));
    cudaMemset(in, 0, n * n * sizeof(float));
    int *numbers = (int *)malloc(4096 * sizeof(int));
    for (int i = 0; i < 4096; i++) numbers[i] = i;
    cudaMemcpy(data, numbers, 4096 * sizeof(int), cudaMemcpyHostToDevice);
    free(numbers);
    cudaMemset(bins, 0, 16 * sizeof(int));
    float host[64] = {};
    cudaMemcpyToSymbol(weights, host, sizeof host);
    dim3 grid(n / TILE, n / TILE), block(TILE, TILE);
    transpose_naive<<<grid, block>>>(in, out, n);
    transpose_tiled<0><<<grid, block>>>(in, out, n);
    transpose_tiled<1><<<grid, block>>>(in, out, n);
    reduce_strided<<<16, 256>>>(in, out);
    reduce_halving<<<16, 256>>>(in, out);
    reduce_modulo<<<16, 256>>>(in, out);
    stride2<<<1, 128, 256 * sizeof(float)>>>(out);
    doubles_and_vectors<<<1, 128>>>((double *)out, (float4 *)out + 1024);
    histogram_hot<<<16, 256>>>(data, bins, 4096);
    histogram_shared<<<16, 256>>>(data, bins, 4096);
    triangle<<<1, 64>>>(in, out);
    constants<<<1, 64>>>(out);
    warp_sum<<<4, 256>>>(in, out);
    float one;
    for (int i = 0; i < 20; i++) {
        warp_sum<<<4, 256>>>(in, out);
        cudaMemcpy(&one, out, sizeof one, cudaMemcpyDeviceToHost);
    }
    cudaFree(in);
    cudaFree(out);
    cudaFree(data);
    cudaFree(bins);
    printf("done\n");
}
