// [given] race_warp_volatile.cu: a warp is taken to run in lock-step: volatile in the place of __syncwarp().
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
