// [given] race_warp_volatile.cu: a warp is taken to run in lock-step: volatile in the place of __syncwarp().
// expect: Uninitialized __shared__ memory read of size 4 bytes
// expect: at race_warp_volatile.cu:23 in kernel reduce(const float*, float*)
// expect: by thread (0,0,0) in block (0,0,0)
// expect: it is element 16 of 32 (4 bytes each) of the shared variable s
// expect: it means: no thread of this block has written it yet, and shared memory starts with anything in it
// expect: hint: write it first, then __syncthreads(), then read it
// expect: Race reported between Read access at race_warp_volatile.cu:23 and Write access at race_warp_volatile.cu:22
// expect: in kernel reduce(const float*, float*)
// expect: WAR hazard on element 16 of 32 (4 bytes each) of the shared variable s
// expect: earlier read at race_warp_volatile.cu:23 by thread (0,0,0) of the same block
// expect: then write at race_warp_volatile.cu:22 by thread (16,0,0) in block (0,0,0)
// expect: it means: no __syncthreads() or __syncwarp() is between the two, so on a GPU the result depends on which comes first
// expect: hint: put a __syncthreads() (or, for one warp, a __syncwarp()) between the two lines, where all threads of the block pass
// expect: 16 times: Uninitialized __shared__ memory read of size 4 bytes at race_warp_volatile.cu:23
// expect: 16 times: Race reported between Read access at race_warp_volatile.cu:23 and Write access at race_warp_volatile.cu:22
// expect: ERROR SUMMARY: 2 errors
__global__ void reduce(const float *in, float *out)
{
    __shared__ float s[32];
    volatile float *v = s;
    v[threadIdx.x] = in[threadIdx.x];
    if (threadIdx.x < 16) v[threadIdx.x] += v[threadIdx.x + 16];
    if (threadIdx.x == 0) *out = v[0];
}

int main()
{
    float h[32], *in, *out;
    for (int i = 0; i < 32; i++) h[i] = i + 1;
    cudaMalloc(&in, sizeof h);
    cudaMalloc(&out, sizeof(float));
    cudaMemcpy(in, h, sizeof h, cudaMemcpyHostToDevice);
    reduce<<<1, 32>>>(in, out);
    cudaDeviceSynchronize();
    cudaFree(in);
    cudaFree(out);
    return 0;
}
