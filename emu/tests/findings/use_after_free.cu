// [given] use_after_free.cu: a kernel uses memory that was freed before the launch.
// expect: Invalid __global__ read of size 4 bytes
// expect: at use_after_free.cu:19 in kernel add_one(int*)
// expect: by thread (0,0,0) in block (0,0,0)
// expect: Address 0x* was freed
// expect: it is element 0 of 32 (4 bytes each) of the allocation of 128 bytes made by cudaMalloc at use_after_free.cu:24
// expect: it was freed at use_after_free.cu:26
// expect: hint: free memory only after the last kernel that uses it; set the pointer to nullptr after cudaFree
// expect: Invalid __global__ write of size 4 bytes
// expect: at use_after_free.cu:19 in kernel add_one(int*)
// expect: by thread (0,0,0) in block (0,0,0)
// expect: Address 0x* was freed
// expect: it is element 0 of 32 (4 bytes each) of the allocation of 128 bytes made by cudaMalloc at use_after_free.cu:24
// expect: it was freed at use_after_free.cu:26
// expect: hint: free memory only after the last kernel that uses it; set the pointer to nullptr after cudaFree
// expect: 32 times: Invalid __global__ read of size 4 bytes at use_after_free.cu:19
// expect: 32 times: Invalid __global__ write of size 4 bytes at use_after_free.cu:19
// expect: ERROR SUMMARY: 2 errors
__global__ void add_one(int *a) { a[threadIdx.x] += 1; }

int main()
{
    int *a;
    cudaMalloc(&a, 32 * sizeof(int));
    cudaMemset(a, 0, 32 * sizeof(int));
    cudaFree(a);
    add_one<<<1, 32>>>(a);
    cudaDeviceSynchronize();
    return 0;
}
