// [given] race_histogram.cu: no barrier between the atomic additions and reading the result.
// expect: Race reported between Read access at race_histogram.cu:17 and Atomic access at race_histogram.cu:16
// expect: in kernel histogram(const int*, int*)
// expect: WAR hazard on element 1 of 16 (4 bytes each) of the shared variable count
// expect: earlier read at race_histogram.cu:17 by thread (1,0,0) of the same block
// expect: then write at race_histogram.cu:16 by thread (2,0,0) in block (0,0,0)
// expect: it means: no __syncthreads() or __syncwarp() is between the two, so on a GPU the result depends on which comes first
// expect: hint: put a __syncthreads() (or, for one warp, a __syncwarp()) between the two lines, where all threads of the block pass
// expect: 64 times: Race reported between Read access at race_histogram.cu:17 and Atomic access at race_histogram.cu:16
// expect: ERROR SUMMARY: 1 error
__global__ void histogram(const int *in, int *out)
{
    __shared__ int count[16];
    if (threadIdx.x < 16) count[threadIdx.x] = 0;
    __syncthreads();
    atomicAdd(&count[in[threadIdx.x]], 1);
    if (threadIdx.x < 16) out[threadIdx.x] = count[threadIdx.x];
}

int main()
{
    int h[64], *in, *out;
    for (int i = 0; i < 64; i++) h[i] = (i * 7 + 3) % 16;
    cudaMalloc(&in, sizeof h);
    cudaMalloc(&out, 16 * sizeof(int));
    cudaMemcpy(in, h, sizeof h, cudaMemcpyHostToDevice);
    histogram<<<1, 64>>>(in, out);
    cudaDeviceSynchronize();
    cudaFree(in);
    cudaFree(out);
    return 0;
}
