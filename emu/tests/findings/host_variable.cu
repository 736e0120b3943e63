// [given] host_variable.cu: a kernel uses a variable of the host.
// [no nvcc] a real nvcc refuses it at compile time
int factor = 3;

__global__ void scale(int *a) { a[threadIdx.x] = threadIdx.x * factor; }

int main()
{
    int *a;
    cudaMalloc(&a, 32 * sizeof(int));
    scale<<<1, 32>>>(a);
    cudaDeviceSynchronize();
    cudaFree(a);
    return 0;
}
