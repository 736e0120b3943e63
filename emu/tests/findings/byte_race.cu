// [given] byte_race.cu: a race on one byte; its neighbours in the same word are other threads' own.
// expect: Race reported between Write access at byte_race.cu:13 and Write access at byte_race.cu:14
// expect: in kernel mark(unsigned char*)
// expect: WAW hazard on byte 5 of 64 of the shared variable s
// expect: earlier write at byte_race.cu:13 by thread (5,0,0) of the same block
// expect: then write at byte_race.cu:14 by thread (9,0,0) in block (0,0,0)
// expect: it means: no __syncthreads() or __syncwarp() is between the two, so on a GPU the result depends on which comes first
// expect: hint: put a __syncthreads() (or, for one warp, a __syncwarp()) between the two lines, where all threads of the block pass
// expect: ERROR SUMMARY: 1 error
__global__ void mark(unsigned char *seen)
{
    __shared__ unsigned char s[64];
    s[threadIdx.x] = threadIdx.x;
    if (threadIdx.x == 9) s[5] = 77;
    __syncthreads();
    seen[threadIdx.x] = s[threadIdx.x];
}

int main()
{
    unsigned char *seen;
    cudaMalloc(&seen, 64);
    mark<<<1, 64>>>(seen);
    cudaDeviceSynchronize();
    cudaFree(seen);
    return 0;
}
