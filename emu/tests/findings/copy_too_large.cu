// [given] copy_too_large.cu: more bytes are copied than the array has.
// expect: cudaMemcpy goes past the end of its destination
// expect: at copy_too_large.cu:13 in main: cudaMemcpy
// expect: the destination is device memory (128 bytes, cudaMalloc at copy_too_large.cu:12)
// expect: the call touches 256 bytes: 128 too many
// expect: hint: compare the size given to the copy with the size given to the allocation
// expect: ERROR SUMMARY: 1 error
int main()
{
    static float h[64];
    float *a;
    cudaMalloc(&a, 32 * sizeof(float));
    cudaMemcpy(a, h, sizeof h, cudaMemcpyHostToDevice);
    cudaFree(a);
    return 0;
}
