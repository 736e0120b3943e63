// [given] uninit_global.cu: an array is added to without having been set.
__global__ void add(float *sum, const float *a) { sum[threadIdx.x] += a[threadIdx.x]; }

int main()
{
    float h[32] = {}, *a, *sum;
    cudaMalloc(&a, sizeof h);
    cudaMalloc(&sum, sizeof h);
    cudaMemcpy(a, h, sizeof h, cudaMemcpyHostToDevice);
    add<<<1, 32>>>(sum, a);
    cudaDeviceSynchronize();
    cudaFree(a);
    cudaFree(sum);
    return 0;
}
