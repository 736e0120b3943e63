// [given] double_free.cu: an array is freed twice.
int main()
{
    int *a;
    cudaMalloc(&a, 128);
    cudaFree(a);
    cudaFree(a);
    return 0;
}
