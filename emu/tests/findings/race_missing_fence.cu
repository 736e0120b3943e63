// [given] race_missing_fence.cu: the last block adds up the others' results, but no __threadfence() publishes them.
// expect: Race reported between Write access at race_missing_fence.cu:19 and Read access at race_missing_fence.cu:25
// expect: in kernel sum(const float*, float*, float*)
// expect: RAW hazard on element 0 of 4 (4 bytes each) of the allocation of 16 bytes made by cudaMalloc at race_missing_fence.cu:35
// expect: earlier write at race_missing_fence.cu:19 by thread (0,0,0) in block (0,0,0)
// expect: then read at race_missing_fence.cu:25 by thread (0,0,0) in block (3,0,0)
// expect: it means: blocks run in any order and at the same time, so on a GPU the result depends on which comes first
// expect: hint: if an atomic operation is meant to order the two, a __threadfence() is needed between the first and it
// expect: 3 times: Race reported between Write access at race_missing_fence.cu:19 and Read access at race_missing_fence.cu:25
// expect: ERROR SUMMARY: 1 error
__device__ unsigned arrived;

__global__ void sum(const float *in, float *part, float *out)
{
    __shared__ bool last;
    if (threadIdx.x == 0) {
        float s = 0;
        for (int i = 0; i < 32; i++) s += in[blockIdx.x * 32 + i];
        part[blockIdx.x] = s;
        last = atomicAdd(&arrived, 1u) == gridDim.x - 1;
    }
    __syncthreads();
    if (last && threadIdx.x == 0) {
        float s = 0;
        for (int i = 0; i < gridDim.x; i++) s += part[i];
        *out = s;
    }
}

int main()
{
    float h[128], *in, *part, *out;
    for (int i = 0; i < 128; i++) h[i] = i + 1;
    cudaMalloc(&in, sizeof h);
    cudaMalloc(&part, 4 * sizeof(float));
    cudaMalloc(&out, sizeof(float));
    cudaMemcpy(in, h, sizeof h, cudaMemcpyHostToDevice);
    sum<<<4, 32>>>(in, part, out);
    cudaDeviceSynchronize();
    cudaFree(in);
    cudaFree(part);
    cudaFree(out);
    return 0;
}
