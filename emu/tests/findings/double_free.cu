// [given] double_free.cu: an array is freed twice.
// expect: Double free of device memory
// expect: at double_free.cu:13 in main: cudaFree
// expect: 0x*: 128 bytes, cudaMalloc at double_free.cu:11
// expect: freed first at double_free.cu:12
// expect: hint: free an allocation once; a pointer set to nullptr after that can be freed again without harm
// expect: ERROR SUMMARY: 1 error
int main()
{
    int *a;
    cudaMalloc(&a, 128);
    cudaFree(a);
    cudaFree(a);
    return 0;
}
