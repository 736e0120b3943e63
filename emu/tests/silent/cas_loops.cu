// [given] cas_loops.cu: atomic operations made of atomicCAS, whose loops begin with a plain read.
#include <cstdio>

__device__ double add_double(double *p, double v)
{
    unsigned long long *a = (unsigned long long *)p, old = *a, assumed;
    do {
        assumed = old;
        old = atomicCAS(a, assumed, __double_as_longlong(v + __longlong_as_double(assumed)));
    } while (assumed != old);
    return __longlong_as_double(old);
}

__device__ float max_float(float *p, float v)
{
    int *a = (int *)p, old = *a;
    while (v > __int_as_float(old)) {
        int assumed = old;
        old = atomicCAS(a, assumed, __float_as_int(v));
        if (old == assumed) break;
    }
    return __int_as_float(old);
}

__global__ void run(const float *in, double *sum, float *most)
{
    __shared__ float m;
    if (threadIdx.x == 0) m = -1;
    __syncthreads();
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    add_double(sum, in[i]);
    max_float(&m, in[i]);
    __syncthreads();
    if (threadIdx.x == 0) max_float(most, m);
}

int main()
{
    float h[256], most = -1, *in, *m;
    double zero = 0, *s;
    for (int i = 0; i < 256; i++) h[i] = i * 37 % 256;
    cudaMalloc(&in, sizeof h);
    cudaMalloc(&m, sizeof *m);
    cudaMalloc(&s, sizeof *s);
    cudaMemcpy(in, h, sizeof h, cudaMemcpyHostToDevice);
    cudaMemcpy(m, &most, sizeof *m, cudaMemcpyHostToDevice);
    cudaMemcpy(s, &zero, sizeof *s, cudaMemcpyHostToDevice);
    run<<<4, 64>>>(in, s, m);
    cudaMemcpy(&zero, s, sizeof *s, cudaMemcpyDeviceToHost);
    cudaMemcpy(&most, m, sizeof *m, cudaMemcpyDeviceToHost);
    if (zero != 255 * 128 || most != 255) return printf("%g %g\n", zero, most), 1;
    cudaFree(in);
    cudaFree(m);
    cudaFree(s);
    return 0;
}
