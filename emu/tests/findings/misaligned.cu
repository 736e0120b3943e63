// [given] misaligned.cu: float4 is read at an address that 16 does not divide.
// expect: Misaligned access through a pointer to float4
// expect: at misaligned.cu:13 in kernel load(const float*, float*)
// expect: by thread (1,0,0) in block (0,0,0)
// expect: Address 0x* is not a multiple of 16
// expect: it is byte 4 of 256 of the allocation of 256 bytes made by cudaMalloc at misaligned.cu:20
// expect: it means: a GPU reads and writes float4 only at such addresses; it would stop here with cudaErrorMisalignedAddress
// expect: hint: is the offset a multiple of the vector's length? Rows of float4 need a length that 4 divides
// expect: 2 times: Misaligned access through a pointer to float4 at misaligned.cu:13
// expect: ERROR SUMMARY: 1 error
__global__ void load(const float *a, float *out)
{
    float4 v = *reinterpret_cast<const float4 *>(a + threadIdx.x);
    out[threadIdx.x] = v.x + v.y + v.z + v.w;
}

int main()
{
    float *a, *b;
    cudaMalloc(&a, 256);
    cudaMalloc(&b, 256);
    cudaMemset(a, 0, 256);
    load<<<1, 2>>>(a, b);
    cudaDeviceSynchronize();
    cudaFree(a);
    cudaFree(b);
    return 0;
}
