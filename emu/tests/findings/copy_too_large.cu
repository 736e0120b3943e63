// [given] copy_too_large.cu: more bytes are copied than the array has.
int main()
{
    static float h[64];
    float *a;
    cudaMalloc(&a, 32 * sizeof(float));
    cudaMemcpy(a, h, sizeof h, cudaMemcpyHostToDevice);
    cudaFree(a);
    return 0;
}
