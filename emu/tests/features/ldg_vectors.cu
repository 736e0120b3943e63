// [given] ldg_vectors.cu: read-only loads, cache hints, vector types and their constructors, sizes and alignments.
#include "test.h"

static_assert(sizeof(char3) == 3 && sizeof(uchar4) == 4 && sizeof(short2) == 4 && sizeof(ushort4) == 8, "");
static_assert(sizeof(int3) == 12 && sizeof(uint4) == 16 && sizeof(longlong2) == 16 && sizeof(double3) == 24, "");
static_assert(sizeof(float1) == 4 && sizeof(float2) == 8 && sizeof(float3) == 12 && sizeof(float4) == 16, "");
static_assert(alignof(float2) == 8 && alignof(float3) == 4 && alignof(float4) == 16 && alignof(double2) == 16, "");
static_assert(sizeof(dim3) == 12 && sizeof(ulonglong2) == 16 && alignof(int2) == 8 && alignof(uchar4) == 4, "");

__host__ __device__ inline float3 operator+(float3 a, float3 b) { return make_float3(a.x + b.x, a.y + b.y, a.z + b.z); }
__host__ __device__ inline float4 operator*(float s, const float4 &a)
{
    return make_float4(s * a.x, s * a.y, s * a.z, s * a.w);
}
__global__ void loads(const float *__restrict__ f, const int4 *i, const double *d, float *out)
{
    int t = threadIdx.x;
    float sum = __ldg(&f[t]) + __ldg(f + t);
    int4 v = __ldg(&i[t]);
    sum += v.x + v.y + v.z + v.w + __ldg(&d[t]) + __ldcg(f + t) + __ldcs(f + t) + __ldca(f + t);
    const char *c = reinterpret_cast<const char *>(i);
    sum += __ldg(c) + __ldg(reinterpret_cast<const unsigned char *>(c)) + __ldg(reinterpret_cast<const short2 *>(i)).x;
    __stcg(&out[t], sum);
    __stcs(&out[32 + t], sum);
}
__global__ void vectors(const float4 *in, float4 *out, float3 *three, uchar4 *bytes)
{
    int t = threadIdx.x;
    float4 v = in[t];
    v.x += 1, v.w = v.y;
    out[t] = 2 * v;
    float3 a = {1, 2, 3}, b = make_float3(t, 0, 0);
    three[t] = a + b;
    bytes[t] = make_uchar4(t, t + 1, t + 2, 255);
}
__global__ void cast(float *a, int n) // four at once
{
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n / 4) {
        float4 v = reinterpret_cast<float4 *>(a)[i];
        v.x *= 2, v.y *= 2, v.z *= 2, v.w *= 2;
        reinterpret_cast<float4 *>(a)[i] = v;
    }
}
int main()
{
    std::vector<float> f(32, 2);
    std::vector<int4> i(32, make_int4(1, 2, 3, 4));
    std::vector<double> dd(32, 0.5);
    float *df = to_device(f), *out = device<float>(64);
    int4 *di = to_device(i);
    double *d = to_device(dd);
    loads<<<1, 32>>>(df, di, d, out);
    SYNC();
    for (float v : to_host(out, 64)) EQUAL(v, 4 + 10 + 0.5f + 6 + 3);

    std::vector<float4> v(32, make_float4(1, 2, 3, 4));
    float4 *in4 = to_device(v), *out4 = device<float4>(32);
    float3 *three = device<float3>(32);
    uchar4 *bytes = device<uchar4>(32);
    vectors<<<1, 32>>>(in4, out4, three, bytes);
    SYNC();
    EQUAL(to_host(out4, 32)[31].x, 4.f), EQUAL(to_host(out4, 32)[31].w, 4.f), EQUAL(to_host(three, 32)[31].x, 32.f);
    EQUAL(to_host(three, 32)[31].z, 3.f), EQUAL(to_host(bytes, 32)[10].z, 12), EQUAL(to_host(bytes, 32)[10].w, 255);
    cast<<<1, 32>>>(df, 32);
    SYNC();
    EQUAL(to_host(df, 32)[31], 4.f);
    dim3 a, b(2), c(2, 3), e = make_uint3(1, 2, 3);
    EQUAL(a.x * a.y * a.z, 1), EQUAL(b.x + b.y, 3), EQUAL(c.y + c.z, 4), EQUAL(e.z, 3);
    uint3 u = e;
    EQUAL(u.y, 2);
    CALL(cudaFree(df)), CALL(cudaFree(out)), CALL(cudaFree(di)), CALL(cudaFree(d)), CALL(cudaFree(in4));
    CALL(cudaFree(out4)), CALL(cudaFree(three)), CALL(cudaFree(bytes));
    return done();
}
