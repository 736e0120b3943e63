// [given] vectors.cu: float4 and double2 loads and stores, also of what was written as single floats.
#include <cstdio>

__global__ void scale(const float4 *in, float4 *out, float f)
{
    float4 v = in[threadIdx.x];
    v.x *= f, v.y *= f, v.z *= f, v.w *= f;
    out[threadIdx.x] = v;
}

__global__ void transpose(const float *in, float *out)
{
    __shared__ float4 s[64];
    float *single = reinterpret_cast<float *>(s);
    for (int k = 0; k < 4; k++) single[k * 64 + threadIdx.x] = in[k * 64 + threadIdx.x];
    __syncthreads();
    float4 v = s[threadIdx.x];
    __syncthreads();
    single[threadIdx.x] = v.x, single[64 + threadIdx.x] = v.y, single[128 + threadIdx.x] = v.z, single[192 + threadIdx.x] = v.w;
    __syncthreads();
    reinterpret_cast<float4 *>(out)[threadIdx.x] = s[threadIdx.x];
}

__global__ void doubles(double2 *a)
{
    double2 v = make_double2(threadIdx.x, 2 * threadIdx.x);
    a[threadIdx.x] = v;
    __syncthreads();
    a[threadIdx.x].y += a[threadIdx.x].x;
}

int main()
{
    float h[256], *a, *b;
    double2 *d, r[16];
    for (int i = 0; i < 256; i++) h[i] = i;
    cudaMalloc(&a, sizeof h);
    cudaMalloc(&b, sizeof h);
    cudaMalloc(&d, sizeof r);
    cudaMemcpy(a, h, sizeof h, cudaMemcpyHostToDevice);
    scale<<<1, 64>>>((float4 *)a, (float4 *)b, 2);
    transpose<<<1, 64>>>(b, a);
    cudaMemcpy(h, a, sizeof h, cudaMemcpyDeviceToHost);
    if (h[1] != 8 || h[64] != 2) return printf("%g %g\n", h[1], h[64]), 1;
    doubles<<<1, 16>>>(d);
    cudaMemcpy(r, d, sizeof r, cudaMemcpyDeviceToHost);
    if (r[3].y != 9) return printf("%g\n", r[3].y), 1;
    cudaFree(a);
    cudaFree(b);
    cudaFree(d);
    return 0;
}
