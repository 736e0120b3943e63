// [given] oob_variable.cu: a kernel writes past the end of a __device__ array.
__device__ int table[10];

__global__ void fill(int *p) { p[threadIdx.x] = threadIdx.x; }

int main()
{
    void *p;
    cudaGetSymbolAddress(&p, table);
    fill<<<1, 11>>>((int *)p);
    cudaDeviceSynchronize();
    return 0;
}
