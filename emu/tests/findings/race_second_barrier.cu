// [given] race_second_barrier.cu: the tile is overwritten while other threads still read it.
// expect: Race reported between Write access at race_second_barrier.cu:16 and Read access at race_second_barrier.cu:18
// expect: in kernel sum(const int*, int*, int)
// expect: RAW hazard on element 63 of 64 (4 bytes each) of the shared variable tile
// expect: earlier write at race_second_barrier.cu:16 by thread (63,0,0) of the same block
// expect: then read at race_second_barrier.cu:18 by thread (0,0,0) in block (0,0,0)
// expect: it means: no __syncthreads() is between the two, so on a GPU the result depends on which comes first
// expect: hint: put a __syncthreads() between the two lines, where all threads of the block pass
// expect: 6237 times: Race reported between Write access at race_second_barrier.cu:16 and Read access at race_second_barrier.cu:18
// expect: ERROR SUMMARY: 1 error
__global__ void sum(const int *in, int *out, int n)
{
    __shared__ int tile[64];
    int s = 0;
    for (int k = 0; k < n; k += 64) {
        tile[threadIdx.x] = in[k + threadIdx.x];
        __syncthreads();
        for (int i = 0; i < 64; i++) s += tile[i];
    }
    out[threadIdx.x] = s;
}

int main()
{
    const int n = 256;
    int h[n], *in, *out;
    for (int i = 0; i < n; i++) h[i] = i;
    cudaMalloc(&in, n * sizeof(int));
    cudaMalloc(&out, 64 * sizeof(int));
    cudaMemcpy(in, h, sizeof h, cudaMemcpyHostToDevice);
    sum<<<1, 64>>>(in, out, n);
    cudaDeviceSynchronize();
    cudaFree(in);
    cudaFree(out);
    return 0;
}
