// [given] race_blocks.cu: a stencil in place: each block reads what its neighbour overwrites.
// expect: Race reported between Write access at race_blocks.cu:23 and Read access at race_blocks.cu:20
// expect: in kernel smooth(float*, int)
// expect: RAW hazard on element 63 of 128 (4 bytes each) of the allocation of 512 bytes made by cudaMalloc at race_blocks.cu:31
// expect: earlier write at race_blocks.cu:23 by thread (63,0,0) in block (0,0,0)
// expect: then read at race_blocks.cu:20 by thread (0,0,0) in block (1,0,0)
// expect: it means: blocks run in any order and at the same time, so on a GPU the result depends on which comes first
// expect: hint: use atomicAdd to add up, write to a second array, or launch two kernels one after the other
// expect: Race reported between Read access at race_blocks.cu:21 and Write access at race_blocks.cu:23
// expect: in kernel smooth(float*, int)
// expect: WAR hazard on element 64 of 128 (4 bytes each) of the allocation of 512 bytes made by cudaMalloc at race_blocks.cu:31
// expect: earlier read at race_blocks.cu:21 by thread (63,0,0) in block (0,0,0)
// expect: then write at race_blocks.cu:23 by thread (0,0,0) in block (1,0,0)
// expect: it means: blocks run in any order and at the same time, so on a GPU the result depends on which comes first
// expect: hint: use atomicAdd to add up, write to a second array, or launch two kernels one after the other
// expect: ERROR SUMMARY: 2 errors
__global__ void smooth(float *a, int n)
{
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    float left = i > 0 ? a[i - 1] : 0;
    float right = i + 1 < n ? a[i + 1] : 0;
    __syncthreads();
    a[i] = (left + right + 1) / 2;
}

int main()
{
    const int n = 128;
    float h[n], *a;
    for (int i = 0; i < n; i++) h[i] = i;
    cudaMalloc(&a, sizeof h);
    cudaMemcpy(a, h, sizeof h, cudaMemcpyHostToDevice);
    smooth<<<2, 64>>>(a, n);
    cudaDeviceSynchronize();
    cudaFree(a);
    return 0;
}
