// [given] host_variable.cu: a kernel uses a variable of the host.
// real: no
// expect: Invalid __global__ read of size 4 bytes
// expect: at host_variable.cu:13 in kernel scale(int*)
// expect: by thread (0,0,0) in block (0,0,0)
// expect: Address 0x* is the host's variable factor
// expect: it means: a kernel sees only __device__, __constant__ and __managed__ variables
// expect: hint: make it __device__ or __constant__, or pass its value as an argument
// expect: 32 times: Invalid __global__ read of size 4 bytes at host_variable.cu:13
// expect: ERROR SUMMARY: 1 error
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
