// [given] api_error.cu: an error code that nobody looks at.
int main()
{
    int h[4] = {}, *a;
    cudaMalloc(&a, sizeof h);
    cudaMemcpy(a, h, sizeof h, (cudaMemcpyKind)17);
    cudaFree(a);
    return 0;
}
