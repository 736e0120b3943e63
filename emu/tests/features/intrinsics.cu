// [given] intrinsics.cu: integer functions, conversions between types, and bits of floats.
#include "test.h"

__global__ void integers(const unsigned *a, const unsigned *b, long long *out)
{
    int t = threadIdx.x, i = a[t], j = b[t];
    unsigned x = a[t], y = b[t];
    unsigned long long lx = (unsigned long long)x << 20 | y;
    long long *o = out + t * 32;
    o[0] = __popc(x), o[1] = __popcll(lx), o[2] = __clz(i), o[3] = __clzll(lx), o[4] = __ffs(i), o[5] = __ffsll(lx);
    o[6] = __brev(x), o[7] = __byte_perm(x, y, 0x5140), o[8] = __mul24(i, j), o[9] = __umul24(x, y);
    o[10] = __mulhi(i, j), o[11] = __umulhi(x, y), o[12] = __mul64hi(lx, lx), o[13] = __sad(i, j, 1u);
    o[14] = __usad(x, y, 2u), o[15] = __hadd(i, j), o[16] = __rhadd(i, j), o[17] = __uhadd(x, y);
    o[18] = __funnelshift_l(x, y, 5), o[19] = __funnelshift_r(x, y, 5), o[20] = abs(i), o[21] = min(i, j);
    o[22] = max(x, y), o[23] = umin(x, y), o[24] = umax(x, y), o[25] = min(i, 5) + max(j, -3);
    o[26] = llabs((long long)i), o[27] = __umul64hi(lx, ~0ull), o[28] = (long long)__brevll(lx);
    o[29] = min(lx, 10ull) + (long long)max(1ll, (long long)i), o[30] = labs((long)j), o[31] = __vadd4(x, y);
}
static int leading(unsigned long long v, int bits)
{
    int n = 0;
    while (n < bits && !(v >> (bits - 1 - n) & 1)) n++;
    return n;
}
static unsigned long long reversed(unsigned long long v, int bits)
{
    unsigned long long r = 0;
    for (int i = 0; i < bits; i++) r |= (v >> i & 1) << (bits - 1 - i);
    return r;
}
static unsigned permuted(unsigned x, unsigned y, unsigned selector)
{
    unsigned long long both = (unsigned long long)y << 32 | x, r = 0;
    for (int i = 0; i < 4; i++) r |= (both >> (8 * (selector >> (4 * i) & 7)) & 255) << (8 * i);
    return unsigned(r);
}
static unsigned added4(unsigned x, unsigned y)
{
    unsigned r = 0;
    for (int i = 0; i < 4; i++) r |= (((x >> (8 * i)) + (y >> (8 * i))) & 255) << (8 * i);
    return r;
}
static void test_integers()
{
    std::vector<unsigned> a, b;
    for (unsigned i = 0; i < 32; i++) a.push_back(i * 2654435761u >> (i % 7)), b.push_back((i + 3) * 40503u << (i % 5));
    a[3] = 0, b[4] = 0, a[5] = ~0u, b[6] = 0x80000001u;
    unsigned *da = to_device(a), *db = to_device(b);
    long long *out = device<long long>(32 * 32);
    integers<<<1, 32>>>(da, db, out);
    SYNC();
    auto h = to_host(out, 32 * 32);
    for (int t = 0; t < 32; t++) {
        unsigned x = a[t], y = b[t];
        int i = x, j = y;
        unsigned long long lx = (unsigned long long)x << 20 | y;
        int x24 = int(x << 8) >> 8, y24 = int(y << 8) >> 8;
        long long e[32] = {
            __builtin_popcount(x), __builtin_popcountll(lx), leading(x, 32), leading(lx, 64), __builtin_ffs(i),
            __builtin_ffsll(lx), (long long)reversed(x, 32), permuted(x, y, 0x5140),
            int((unsigned)x24 * (unsigned)y24), int((x & 0xffffff) * (y & 0xffffff)) & 0xffffffffll,
            int((long long)i * j >> 32), (long long)((unsigned long long)x * y >> 32),
            (long long)((__int128)(long long)lx * (long long)lx >> 64), unsigned(std::llabs((long long)i - j)) + 1u,
            (x > y ? x - y : y - x) + 2u, int(((long long)i + j) >> 1), int(((long long)i + j + 1) >> 1),
            (long long)(((unsigned long long)x + y) >> 1), (y << 5 | x >> 27), (x >> 5 | y << 27), i < 0 ? int(-x) : i,
            i < j ? i : j, x > y ? x : y, x < y ? x : y, x > y ? x : y, (i < 5 ? i : 5) + (j > -3 ? j : -3),
            std::llabs((long long)i), (long long)((unsigned __int128)lx * ~0ull >> 64), (long long)reversed(lx, 64),
            (long long)(lx < 10 ? lx : 10) + (i > 1 ? i : 1), std::labs((long)j), added4(x, y)};
        for (int k = 0; k < 32; k++) {
            bool is_int = k == 8 || k == 10 || k == 15 || k == 16 || k == 20 || k == 21 || k == 25;
            long long found = h[t * 32 + k], expected = is_int ? int(e[k]) : e[k];
            equal(found, expected, "integers", __FILE__, k);
        }
    }
    CALL(cudaFree(da)), CALL(cudaFree(db)), CALL(cudaFree(out));
}
__global__ void conversions(const float *a, double *out)
{
    float x = a[threadIdx.x];
    double d = x, *o = out + threadIdx.x * 24;
    o[0] = __float2int_rn(x), o[1] = __float2int_rz(x), o[2] = __float2int_ru(x), o[3] = __float2int_rd(x);
    o[4] = __float2uint_rz(fabsf(x)), o[5] = __int2float_rn(7), o[6] = __uint2float_rn(8u), o[7] = __float2ll_rn(x);
    o[8] = __double2int_rn(d), o[9] = __double2int_rz(d), o[10] = __double2float_rn(d), o[11] = __int2double_rn(-3);
    o[12] = __float_as_int(1.f), o[13] = __int_as_float(0x40000000), o[14] = __float_as_uint(-0.f);
    o[15] = __uint_as_float(0x3f800000u), o[16] = __longlong_as_double(__double_as_longlong(d));
    o[17] = __hiloint2double(__double2hiint(d), __double2loint(d)), o[18] = __double2ll_rz(d), o[19] = __ll2float_rn(9);
    o[20] = __double2uint_rz(fabs(d)), o[21] = __uint2double_rn(4000000000u), o[22] = __float2ull_rz(fabsf(x));
    o[23] = __double2ull_rn(fabs(d));
}
static void test_conversions()
{
    std::vector<float> a;
    for (int i = 0; i < 32; i++) a.push_back((i - 15) * 0.75f);
    float *da = to_device(a);
    double *out = device<double>(32 * 24);
    conversions<<<1, 32>>>(da, out);
    SYNC();
    auto h = to_host(out, 32 * 24);
    for (int t = 0; t < 32; t++) {
        double x = a[t], ax = std::fabs(x);
        double e[24] = {std::rint(x), std::trunc(x), std::ceil(x), std::floor(x), std::trunc(ax), 7, 8, std::rint(x),
                        std::rint(x), std::trunc(x), x, -3, 0x3f800000, 2, 2147483648., 1, x, x, std::trunc(x), 9,
                        std::trunc(ax), 4000000000., std::trunc(ax), std::rint(ax)};
        for (int k = 0; k < 24; k++) equal(h[t * 24 + k], e[k], "conversions", __FILE__, k);
    }
    CALL(cudaFree(da)), CALL(cudaFree(out));
}
int main()
{
    test_integers(), test_conversions();
    return done();
}
