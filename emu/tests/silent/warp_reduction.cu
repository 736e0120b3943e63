// [given] warp_reduction.cu: shared memory used inside of a warp, with __syncwarp() only; shuffles; partial masks.
#include <cstdio>

__global__ void by_shared(const int *in, int *out)
{
    __shared__ int s[128];
    int i = threadIdx.x, lane = i % 32;
    s[i] = in[i];
    __syncwarp();
    for (int k = 16; k > 0; k /= 2) {
        int v = lane < k ? s[i + k] : 0;
        __syncwarp();
        if (lane < k) s[i] += v;
        __syncwarp();
    }
    if (lane == 0) out[i / 32] = s[i];
}

__global__ void by_shuffle(const int *in, int *out)
{
    __shared__ int part[4];
    int v = in[threadIdx.x];
    for (int k = 16; k > 0; k /= 2) v += __shfl_down_sync(0xffffffff, v, k);
    if (threadIdx.x % 32 == 0) part[threadIdx.x / 32] = v;
    __syncthreads();
    if (threadIdx.x == 0) *out = part[0] + part[1] + part[2] + part[3];
}

__global__ void halves(const int *in, int *out) // the two halves of a warp go their own ways
{
    __shared__ int s[32];
    int i = threadIdx.x;
    unsigned mask = i < 16 ? 0xffffu : 0xffff0000u;
    if (i < 16) {
        s[i] = in[i];
        __syncwarp(mask);
        out[i] = s[15 - i];
        __syncwarp(mask);
        s[i] = -1;
    } else {
        s[i] = in[i];
        __syncwarp(mask);
        out[i] = s[47 - i];
    }
    __syncwarp();
    out[i] += s[31 - i] == -1 ? 1000 : 0;
}

int main()
{
    int h[128], r[32], *in, *out;
    for (int i = 0; i < 128; i++) h[i] = i;
    cudaMalloc(&in, sizeof h);
    cudaMalloc(&out, sizeof r);
    cudaMemcpy(in, h, sizeof h, cudaMemcpyHostToDevice);
    by_shared<<<1, 128>>>(in, out);
    cudaMemcpy(r, out, 4 * sizeof(int), cudaMemcpyDeviceToHost);
    if (r[0] + r[1] + r[2] + r[3] != 127 * 64) return printf("shared %d\n", r[0]), 1;
    by_shuffle<<<1, 128>>>(in, out);
    cudaMemcpy(r, out, sizeof(int), cudaMemcpyDeviceToHost);
    if (r[0] != 127 * 64) return printf("shuffle %d\n", r[0]), 1;
    halves<<<1, 32>>>(in, out);
    cudaMemcpy(r, out, sizeof r, cudaMemcpyDeviceToHost);
    if (r[0] != 15 || r[31] != 1016) return printf("halves %d %d\n", r[0], r[31]), 1;
    cudaFree(in);
    cudaFree(out);
    return 0;
}
