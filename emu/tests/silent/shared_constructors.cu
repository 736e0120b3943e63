// [given] shared_constructors.cu: shared arrays of types that have constructors; g++ guards them with a byte of its own.
#include <cstdio>
#include <cuda_fp16.h>

struct value_t {
    float x;
    __device__ value_t() {}
    __device__ value_t(float x) : x(x) {}
};

__global__ void reverse(float *out)
{
    __shared__ half2 pairs[64];
    __shared__ value_t values[64];
    pairs[threadIdx.x] = __floats2half2_rn(threadIdx.x, 1);
    values[threadIdx.x] = value_t(1);
    __syncthreads();
    out[threadIdx.x] = __low2float(pairs[63 - threadIdx.x]) + values[63 - threadIdx.x].x;
}

int main()
{
    float *out, host[64];
    cudaMalloc(&out, sizeof host);
    reverse<<<1, 64>>>(out);
    cudaMemcpy(host, out, sizeof host, cudaMemcpyDeviceToHost);
    cudaFree(out);
    printf(host[0] == 64 ? "ok\n" : "wrong: %g\n", host[0]);
    return host[0] != 64;
}
