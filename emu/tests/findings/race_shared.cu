// [given] race_shared.cu: the __syncthreads() between writing and reading a shared array is missing.
// expect: Uninitialized __shared__ memory read of size 4 bytes
// expect: at race_shared.cu:21 in kernel rotate(int*)
// expect: by thread (0,0,0) in block (0,0,0)
// expect: it is element 255 of 256 (4 bytes each) of the shared variable s
// expect: it means: no thread of this block has written it yet, and shared memory starts with anything in it
// expect: hint: write it first, then __syncthreads(), then read it
// expect: Race reported between Write access at race_shared.cu:20 and Read access at race_shared.cu:21
// expect: in kernel rotate(int*)
// expect: RAW hazard on element 0 of 256 (4 bytes each) of the shared variable s
// expect: earlier write at race_shared.cu:20 by thread (0,0,0) of the same block
// expect: then read at race_shared.cu:21 by thread (1,0,0) in block (0,0,0)
// expect: it means: no __syncthreads() or __syncwarp() is between the two, so on a GPU the result depends on which comes first
// expect: hint: put a __syncthreads() (or, for one warp, a __syncwarp()) between the two lines, where all threads of the block pass
// expect: 256 times: Race reported between Write access at race_shared.cu:20 and Read access at race_shared.cu:21
// expect: ERROR SUMMARY: 2 errors
__global__ void rotate(int *out)
{
    __shared__ int s[256];
    s[threadIdx.x] = threadIdx.x;
    out[threadIdx.x] = s[(threadIdx.x + 255) % 256];
}

int main()
{
    int *out;
    cudaMalloc(&out, 256 * sizeof(int));
    rotate<<<1, 256>>>(out);
    cudaDeviceSynchronize();
    cudaFree(out);
    return 0;
}
