// [given] wrong_direction.cu: the result is "copied back" with the direction of the way there.
int main()
{
    float h[32] = {}, *a;
    cudaMalloc(&a, sizeof h);
    cudaMemcpy(a, h, sizeof h, cudaMemcpyHostToDevice);
    cudaMemcpy(h, a, sizeof h, cudaMemcpyHostToDevice);
    cudaFree(a);
    return 0;
}
