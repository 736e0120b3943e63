// [given] race_sum.cu: all threads add to one number without an atomic operation.
// expect: Race reported between Write access at race_sum.cu:13 and Read access at race_sum.cu:13
// expect: in kernel sum(const int*, int*)
// expect: RAW hazard on element 0 of 1 (4 bytes each) of the allocation of 4 bytes made by cudaMalloc at race_sum.cu:21
// expect: earlier write at race_sum.cu:13 by thread (0,0,0) of the same block
// expect: then read at race_sum.cu:13 by thread (1,0,0) in block (0,0,0)
// expect: it means: no __syncthreads() or __syncwarp() is between the two, so on a GPU the result depends on which comes first
// expect: hint: read into a local variable, __syncthreads(), write, __syncthreads(); or give each thread elements of its own
// expect: 254 times: Race reported between Write access at race_sum.cu:13 and Read access at race_sum.cu:13
// expect: ERROR SUMMARY: 1 error
__global__ void sum(const int *in, int *total)
{
    *total += in[blockIdx.x * blockDim.x + threadIdx.x];
}

int main()
{
    int h[128], *in, *total;
    for (int i = 0; i < 128; i++) h[i] = i + 1;
    cudaMalloc(&in, sizeof h);
    cudaMalloc(&total, sizeof(int));
    cudaMemcpy(in, h, sizeof h, cudaMemcpyHostToDevice);
    cudaMemset(total, 0, sizeof(int));
    sum<<<4, 32>>>(in, total);
    cudaDeviceSynchronize();
    cudaFree(in);
    cudaFree(total);
    return 0;
}
