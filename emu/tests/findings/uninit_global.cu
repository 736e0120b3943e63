// [given] uninit_global.cu: an array is added to without having been set.
// expect: Uninitialized __global__ memory read of size 4 bytes
// expect: at uninit_global.cu:10 in kernel add(float*, const float*)
// expect: by thread (0,0,0) in block (0,0,0)
// expect: it is element 0 of 32 (4 bytes each) of the allocation of 128 bytes made by cudaMalloc at uninit_global.cu:16
// expect: it means: nobody has written, copied or set it since it was allocated; on a GPU it holds anything
// expect: hint: cudaMemset it, copy to it, or let a kernel write all of it first
// expect: 32 times: Uninitialized __global__ memory read of size 4 bytes at uninit_global.cu:10
// expect: ERROR SUMMARY: 1 error
__global__ void add(float *sum, const float *a) { sum[threadIdx.x] += a[threadIdx.x]; }

int main()
{
    float h[32] = {}, *a, *sum;
    cudaMalloc(&a, sizeof h);
    cudaMalloc(&sum, sizeof h);
    cudaMemcpy(a, h, sizeof h, cudaMemcpyHostToDevice);
    add<<<1, 32>>>(sum, a);
    cudaDeviceSynchronize();
    cudaFree(a);
    cudaFree(sum);
    return 0;
}
