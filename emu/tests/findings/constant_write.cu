// [given] constant_write.cu: a kernel writes a __constant__ variable through a pointer.
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
