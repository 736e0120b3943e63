// [given] race_reduction.cu: a tree reduction without __syncthreads() in its loop.
// expect: Race reported between Read access at race_reduction.cu:17 and Write access at race_reduction.cu:17
// expect: in kernel reduce(const float*, float*)
// expect: WAR hazard on element 1 of 128 (4 bytes each) of the shared variable s
// expect: earlier read at race_reduction.cu:17 by thread (0,0,0) of the same block
// expect: then write at race_reduction.cu:17 by thread (1,0,0) in block (0,0,0)
// expect: it means: no __syncthreads() or __syncwarp() is between the two, so on a GPU the result depends on which comes first
// expect: hint: read into a local variable, __syncthreads(), write, __syncthreads(); or give each thread elements of its own
// expect: 120 times: Race reported between Read access at race_reduction.cu:17 and Write access at race_reduction.cu:17
// expect: ERROR SUMMARY: 1 error
__global__ void reduce(const float *in, float *out)
{
    __shared__ float s[128];
    s[threadIdx.x] = in[threadIdx.x];
    __syncthreads();
    for (int k = 64; k > 0; k /= 2)
        if (threadIdx.x < k) s[threadIdx.x] += s[threadIdx.x + k];
    if (threadIdx.x == 0) *out = s[0];
}

int main()
{
    float h[128], *in, *out;
    for (int i = 0; i < 128; i++) h[i] = i;
    cudaMalloc(&in, sizeof h);
    cudaMalloc(&out, sizeof(float));
    cudaMemcpy(in, h, sizeof h, cudaMemcpyHostToDevice);
    reduce<<<1, 128>>>(in, out);
    cudaDeviceSynchronize();
    cudaFree(in);
    cudaFree(out);
    return 0;
}
