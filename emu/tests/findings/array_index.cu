// [given] array_index.cu: an index leaves its row of a two-dimensional shared array.
// expect: Array index 8 is out of bounds
// expect: at array_index.cu:22 in kernel transpose(const float*, float*)
// expect: by thread (7,7,0) in block (0,0,0)
// expect: it is used in an array of type 'float [8]', column 35 of the line
// expect: it means: the access lands in a neighbouring row, another variable, or nowhere
// expect: hint: compare the index with the size the array was declared with
// expect: Invalid __shared__ read of size 4 bytes
// expect: at array_index.cu:22 in kernel transpose(const float*, float*)
// expect: by thread (7,7,0) in block (0,0,0)
// expect: Address 0x* is out of bounds
// expect: it is 0 bytes after the end of the shared variable tile (256 bytes): element 64 of an array of 64
// expect: hint: compare the index with the size the variable was declared with
// expect: 8 times: Array index 8 is out of bounds at array_index.cu:22
// expect: ERROR SUMMARY: 2 errors
__global__ void transpose(const float *in, float *out)
{
    __shared__ float tile[8][8];
    int x = threadIdx.x, y = threadIdx.y;
    tile[y][x] = in[y * 8 + x];
    __syncthreads();
    out[y * 8 + x] = tile[x][y + 1];
}

int main()
{
    float *a, *b;
    cudaMalloc(&a, 64 * sizeof(float));
    cudaMalloc(&b, 64 * sizeof(float));
    cudaMemset(a, 0, 64 * sizeof(float));
    transpose<<<1, dim3(8, 8)>>>(a, b);
    cudaDeviceSynchronize();
    cudaFree(a);
    cudaFree(b);
    return 0;
}
