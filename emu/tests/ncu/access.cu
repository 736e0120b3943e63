// [given] access.cu: kernels whose memory accesses have a known cost.
// options: --csv
// expect: "copy(const float*, float*, int)","access.cu",20,2,"(16,1,1)","(256,1,1)",14336,10140,56,56,132,3.9773,3.9773,132,3.9773,3.9773,33568,33600,0,0.0000,0,0.0000,0.0000,0,0.0000,31.7879
// expect: "every_second(const float*, float*, int)","access.cu",26,1,"(16,1,1)","(256,1,1)",4096,0,16,16,128,8.0000,4.0000,128,4.0000,4.0000,32768,49152,0,0.0000,0,0.0000,0.0000,0,0.0000,32.0000
// expect: "pairs(const float*, float*, int)","access.cu",32,1,"(16,1,1)","(256,1,1)",4096,0,16,16,256,8.0000,4.0000,128,4.0000,4.0000,49152,81920,0,0.0000,0,0.0000,0.0000,0,0.0000,32.0000
// expect: "column(const float*, float*, int)","access.cu",38,1,"(16,1,1)","(256,1,1)",4096,0,16,16,128,32.0000,4.0000,128,4.0000,4.0000,32768,147456,0,0.0000,0,0.0000,0.0000,0,0.0000,32.0000
// expect: "broadcast(const float*, float*, int)","access.cu",44,1,"(16,1,1)","(256,1,1)",4096,0,16,16,128,1.0000,1.0000,128,4.0000,4.0000,16896,20480,0,0.0000,0,0.0000,0.0000,0,0.0000,32.0000
// expect: "shifted(const float*, float*, int)","access.cu",50,1,"(16,1,1)","(256,1,1)",4096,0,16,16,128,5.0000,4.0000,128,4.0000,4.0000,32768,36864,0,0.0000,0,0.0000,0.0000,0,0.0000,32.0000
// expect: "backwards(const float*, float*, int)","access.cu",56,1,"(16,1,1)","(256,1,1)",4096,0,16,16,128,4.0000,4.0000,128,4.0000,4.0000,32768,32768,0,0.0000,0,0.0000,0.0000,0,0.0000,32.0000
// expect: "copy2(const float2*, float2*, int)","access.cu",62,1,"(16,1,1)","(256,1,1)",4096,0,16,16,128,8.0000,8.0000,128,8.0000,8.0000,65536,65536,0,0.0000,0,0.0000,0.0000,0,0.0000,32.0000
// expect: "copy4(const float4*, float4*, int)","access.cu",68,1,"(16,1,1)","(256,1,1)",4096,0,16,16,128,16.0000,16.0000,128,16.0000,16.0000,131072,131072,0,0.0000,0,0.0000,0.0000,0,0.0000,32.0000
// expect: "add4(const float4*, const float4*, float4*, int)","access.cu",74,1,"(16,1,1)","(256,1,1)",4096,0,16,16,256,16.0000,16.0000,128,16.0000,16.0000,196608,196608,0,0.0000,0,0.0000,0.0000,0,0.0000,32.0000
// expect: "bytes(const unsigned char*, unsigned char*, int)","access.cu",82,1,"(16,1,1)","(256,1,1)",4096,0,16,16,128,1.0000,1.0000,128,1.0000,1.0000,8192,8192,0,0.0000,0,0.0000,0.0000,0,0.0000,32.0000
// expect: "doubles(const double*, double*, int)","access.cu",88,1,"(16,1,1)","(256,1,1)",4096,0,16,16,128,8.0000,8.0000,128,8.0000,8.0000,65536,65536,0,0.0000,0,0.0000,0.0000,0,0.0000,32.0000
// expect: "gather(const float*, const int*, float*, int)","access.cu",94,1,"(16,1,1)","(256,1,1)",4096,0,16,16,256,18.0000,4.0000,128,4.0000,4.0000,49152,163840,0,0.0000,0,0.0000,0.0000,0,0.0000,32.0000
#include <cstdio>
#include <cstdlib>
#include <cuda_runtime.h>

__global__ void copy(const float *a, float *b, int n)
{
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) b[i] = a[i];
}

__global__ void every_second(const float *a, float *b, int n)
{
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) b[i] = a[2 * i];
}

__global__ void pairs(const float *a, float *b, int n)
{
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) b[i] = a[2 * i] + a[2 * i + 1];
}

__global__ void column(const float *a, float *b, int width)
{
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    b[i] = a[i * width];
}

__global__ void broadcast(const float *a, float *b, int n)
{
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) b[i] = a[7];
}

__global__ void shifted(const float *a, float *b, int n)
{
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) b[i] = a[i + 1];
}

__global__ void backwards(const float *a, float *b, int n)
{
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) b[n - 1 - i] = a[i];
}

__global__ void copy2(const float2 *a, float2 *b, int n)
{
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) b[i] = a[i];
}

__global__ void copy4(const float4 *a, float4 *b, int n)
{
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) b[i] = a[i];
}

__global__ void add4(const float4 *a, const float4 *b, float4 *c, int n)
{
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i >= n) return;
    float4 x = a[i], y = b[i];
    c[i] = make_float4(x.x + y.x, x.y + y.y, x.z + y.z, x.w + y.w);
}

__global__ void bytes(const unsigned char *a, unsigned char *b, int n)
{
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) b[i] = a[i];
}

__global__ void doubles(const double *a, double *b, int n)
{
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) b[i] = a[i];
}

__global__ void gather(const float *a, const int *index, float *b, int n)
{
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) b[i] = a[index[i]];
}

int main()
{
    const int n = 4096;
    float *a, *b;
    int *index;
    cudaMalloc((void **)&a, 64 * n * sizeof(float));
    cudaMalloc((void **)&b, 4 * n * sizeof(float));
    cudaMalloc((void **)&index, n * sizeof(int));
    float *zero = (float *)calloc(64 * n, sizeof(float));
    int *h_index = (int *)malloc(n * sizeof(int));
    for (int i = 0; i < n; i++) h_index[i] = (i * 1031 + i / 7) % n;
    cudaMemcpy(a, zero, 64 * n * sizeof(float), cudaMemcpyHostToDevice);
    cudaMemcpy(index, h_index, n * sizeof(int), cudaMemcpyHostToDevice);
    copy<<<n / 256, 256>>>(a, b, n);
    every_second<<<n / 256, 256>>>(a, b, n);
    pairs<<<n / 256, 256>>>(a, b, n);
    column<<<n / 256, 256>>>(a, b, 64);
    broadcast<<<n / 256, 256>>>(a, b, n);
    shifted<<<n / 256, 256>>>(a, b, n);
    backwards<<<n / 256, 256>>>(a, b, n);
    copy2<<<n / 256, 256>>>((float2 *)a, (float2 *)b, n);
    copy4<<<n / 256, 256>>>((float4 *)a, (float4 *)b, n);
    add4<<<n / 256, 256>>>((float4 *)a, (float4 *)a + n, (float4 *)b, n);
    bytes<<<n / 256, 256>>>((unsigned char *)a, (unsigned char *)b, n);
    doubles<<<n / 256, 256>>>((double *)a, (double *)b, n);
    gather<<<n / 256, 256>>>(a, index, b, n);
    copy<<<40, 256>>>(a, b, 100);
    cudaMemcpy(zero, b, n * sizeof(float), cudaMemcpyDeviceToHost);
    free(zero);
    free(h_index);
    cudaFree(a);
    cudaFree(b);
    cudaFree(index);
    printf("done\n");
}
