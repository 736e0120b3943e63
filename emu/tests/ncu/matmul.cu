// [given] matmul.cu: products of matrices, estimated from some of their blocks.
// options: --csv
// expect: "naive(const float*, const float*, float*, int)","matmul.cu",9,3,"(16,16,1)","(16,16,1)",196608,0,768,168,3145728,2.0000,1.5000,6144,4.0000,4.0000,114032640,202113024,0,0.0000,0,0.0000,0.0000,0,0.0000,32.0000
// expect: "swapped(const float*, const float*, float*, int)","matmul.cu",17,1,"(16,16,1)","(16,16,1)",65536,0,256,56,1048576,8.5000,1.5000,2048,16.0000,4.0000,38010880,286261248,0,0.0000,0,0.0000,0.0000,0,0.0000,32.0000
// expect: "tiled(const float*, const float*, float*, int)","matmul.cu",25,1,"(16,16,1)","(16,16,1)",65536,0,256,56,65536,4.0000,4.0000,2048,4.0000,4.0000,8650752,8650752,1048576,1.0000,65536,1.0000,32.0000,0,0.0000,32.0000
#include <cstdio>
#include <cuda_runtime.h>

__global__ void naive(const float *a, const float *b, float *c, int n)
{
    int row = blockIdx.y * blockDim.y + threadIdx.y, col = blockIdx.x * blockDim.x + threadIdx.x;
    float sum = 0;
    for (int k = 0; k < n; k++) sum += a[row * n + k] * b[k * n + col];
    c[row * n + col] = sum;
}

__global__ void swapped(const float *a, const float *b, float *c, int n)
{
    int row = blockIdx.x * blockDim.x + threadIdx.x, col = blockIdx.y * blockDim.y + threadIdx.y;
    float sum = 0;
    for (int k = 0; k < n; k++) sum += a[row * n + k] * b[k * n + col];
    c[row * n + col] = sum;
}

__global__ void tiled(const float *a, const float *b, float *c, int n)
{
    __shared__ float s[16][16], t[16][16];
    int row = blockIdx.y * 16 + threadIdx.y, col = blockIdx.x * 16 + threadIdx.x;
    float sum = 0;
    for (int k = 0; k < n; k += 16) {
        s[threadIdx.y][threadIdx.x] = a[row * n + k + threadIdx.x];
        t[threadIdx.y][threadIdx.x] = b[(k + threadIdx.y) * n + col];
        __syncthreads();
        for (int i = 0; i < 16; i++) sum += s[threadIdx.y][i] * t[i][threadIdx.x];
        __syncthreads();
    }
    c[row * n + col] = sum;
}

int main()
{
    const int n = 256;
    float *a, *b, *c;
    cudaMalloc(&a, n * n * sizeof(float));
    cudaMalloc(&b, n * n * sizeof(float));
    cudaMalloc(&c, n * n * sizeof(float));
    cudaMemset(a, 0, n * n * sizeof(float));
    cudaMemset(b, 0, n * n * sizeof(float));
    dim3 grid(n / 16, n / 16), block(16, 16);
    for (int i = 0; i < 3; i++) naive<<<grid, block>>>(a, b, c, n);
    swapped<<<grid, block>>>(a, b, c, n);
    tiled<<<grid, block>>>(a, b, c, n);
    cudaDeviceSynchronize();
    cudaFree(a);
    cudaFree(b);
    cudaFree(c);
    printf("done\n");
}
