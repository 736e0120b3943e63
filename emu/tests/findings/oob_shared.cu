// [given] oob_shared.cu: an index runs past the end of a shared array.
// expect: Invalid __shared__ read of size 4 bytes
// expect: at oob_shared.cu:15 in kernel shift(float*, int)
// expect: by thread (63,0,0) in block (0,0,0)
// expect: Address 0x* is out of bounds
// expect: it is 0 bytes after the end of the shared variable tile (256 bytes): element 64 of an array of 64
// expect: hint: compare the index with the size the variable was declared with
// expect: ERROR SUMMARY: 1 error
__global__ void shift(float *out, int offset)
{
    __shared__ float tile[64];
    tile[threadIdx.x] = threadIdx.x;
    __syncthreads();
    const float *p = tile;
    out[threadIdx.x] = p[threadIdx.x + offset];
}

int main()
{
    float *out;
    cudaMalloc(&out, 64 * sizeof(float));
    shift<<<1, 64>>>(out, 1);
    cudaDeviceSynchronize();
    cudaFree(out);
    return 0;
}
