// [given] places.cuh: included by places.cu.
static __device__ __forceinline__ int from_header(int x)
{
    return x + undefined_9;
}
