// [given] leak.cu: two arrays are never freed.
// expect: Leaked 1024 bytes
// expect: at leak.cu:11 by cudaMalloc, in 2 allocations
// expect: it means: nothing freed this memory before the program ended
// expect: hint: call cudaFree when it is no longer used
// expect: ERROR SUMMARY: 1 error
int main()
{
    float *a, *b[2];
    cudaMalloc(&a, 100);
    for (int i = 0; i < 2; i++) cudaMalloc(&b[i], 512);
    cudaFree(a);
    return 0;
}
