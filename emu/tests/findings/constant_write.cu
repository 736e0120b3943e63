// [given] constant_write.cu: a kernel writes a __constant__ variable through a pointer.
// expect: Invalid __constant__ write of size 4 bytes
// expect: at constant_write.cu:11 in kernel change(const float*)
// expect: by thread (0,0,0) in block (0,0,0)
// expect: it is element 0 of 4 (4 bytes each) of the __constant__ variable factor (16 bytes, constant_write.cu:9)
// expect: it means: kernels can only read __constant__ variables
// expect: hint: let the host set it with cudaMemcpyToSymbol, or make it a __device__ variable
// expect: ERROR SUMMARY: 1 error
__constant__ float factor[4];

__global__ void change(const float *p) { const_cast<float *>(p)[threadIdx.x] = 1; }

int main()
{
    void *p;
    cudaGetSymbolAddress(&p, factor);
    change<<<1, 1>>>((const float *)p);
    cudaDeviceSynchronize();
    return 0;
}
