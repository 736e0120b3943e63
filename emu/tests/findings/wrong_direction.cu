// [given] wrong_direction.cu: the result is "copied back" with the direction of the way there.
// expect: cudaMemcpy in the wrong direction: cudaMemcpyHostToDevice
// expect: at wrong_direction.cu:14 in main: cudaMemcpy
// expect: the destination is host memory
// expect: the source is device memory (128 bytes, cudaMalloc at wrong_direction.cu:12)
// expect: it means: nothing was copied
// expect: hint: this is a copy cudaMemcpyDeviceToHost; or were the pointers swapped? The destination comes first, the source second
// expect: ERROR SUMMARY: 1 error
int main()
{
    float h[32] = {}, *a;
    cudaMalloc(&a, sizeof h);
    cudaMemcpy(a, h, sizeof h, cudaMemcpyHostToDevice);
    cudaMemcpy(h, a, sizeof h, cudaMemcpyHostToDevice);
    cudaFree(a);
    return 0;
}
