// [given] leak.cu: two arrays are never freed.
int main()
{
    float *a, *b[2];
    cudaMalloc(&a, 100);
    for (int i = 0; i < 2; i++) cudaMalloc(&b[i], 512);
    cudaFree(a);
    return 0;
}
