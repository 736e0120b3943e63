// [given] curand_kernel.h: random numbers in kernels: XORWOW (curandState) and Philox 4x32-10, with cuRAND's sequences.
//
// The generators are those of Marsaglia (Xorshift RNGs, 2003) and of Salmon et al. (Parallel random numbers: as easy as
// 1, 2, 3, 2011), seeded as cuRAND seeds them: curand(), uniform numbers and their doubles are a GPU's, bit by bit.
// Normal numbers may differ in the last digits (a GPU has its own sine and logarithm); so do Poisson numbers of 64 and
// more as a whole. Not here: MRG32k3a, Sobol' and MTGP32 states.
#pragma once
#include "cuda_runtime.h"
#include "emu/intrinsics.h"

namespace emu
{
// Moves a XORWOW state on by so many numbers, and by so many subsequences of 2^67 numbers.
void xorwow_skip(unsigned v[5], unsigned long long numbers, unsigned long long subsequences);
}  // namespace emu

struct curandStateXORWOW {
    unsigned d, v[5];
    int boxmuller_flag, boxmuller_flag_double;
    float boxmuller_extra;
    double boxmuller_extra_double;
};
struct curandStatePhilox4_32_10 {
    uint4 ctr, output;
    uint2 key;
    unsigned STATE;
    int boxmuller_flag, boxmuller_flag_double;
    float boxmuller_extra;
    double boxmuller_extra_double;
};
typedef curandStateXORWOW curandStateXORWOW_t, curandState_t, curandState;
typedef curandStatePhilox4_32_10 curandStatePhilox4_32_10_t;

// ---- XORWOW -------------------------------------------------------------------------------------------------

EMU_DEVICE unsigned curand(curandStateXORWOW *s)
{
    const unsigned t = s->v[0] ^ (s->v[0] >> 2), last = s->v[4];
    s->v[0] = s->v[1];
    s->v[1] = s->v[2];
    s->v[2] = s->v[3];
    s->v[3] = last;
    s->v[4] = (last ^ (last << 4)) ^ (t ^ (t << 1));
    s->d += 362437;
    return s->v[4] + s->d;
}

namespace emu
{
EMU_DEVICE void move_on(curandStateXORWOW *s, unsigned long long numbers, unsigned long long subsequences)
{
    unsigned v[5] = {s->v[0], s->v[1], s->v[2], s->v[3], s->v[4]};
    xorwow_skip(v, numbers, subsequences);
    for (int i = 0; i < 5; i++) s->v[i] = v[i];
    s->d += 362437u * (unsigned)numbers;
}
template <class STATE> EMU_DEVICE void no_second_normal(STATE *s)
{
    s->boxmuller_flag = s->boxmuller_flag_double = 0;
    s->boxmuller_extra = 0;
    s->boxmuller_extra_double = 0;
}
}  // namespace emu

EMU_DEVICE void skipahead(unsigned long long n, curandStateXORWOW *s) { emu::move_on(s, n, 0); }
EMU_DEVICE void skipahead_sequence(unsigned long long n, curandStateXORWOW *s) { emu::move_on(s, 0, n); }
EMU_DEVICE void curand_init(unsigned long long seed, unsigned long long subsequence, unsigned long long offset,
                            curandStateXORWOW *s)
{
    const unsigned low = ((unsigned)seed ^ 0xaad26b49u) * 1099087573u;
    const unsigned high = ((unsigned)(seed >> 32) ^ 0xf7dcefddu) * 2591861531u;
    s->d = 6615241u + high + low;
    s->v[0] = 123456789u + low;
    s->v[1] = 362436069u ^ low;
    s->v[2] = 521288629u + high;
    s->v[3] = 88675123u ^ high;
    s->v[4] = 5783321u + low;
    emu::move_on(s, offset, subsequence);
    emu::no_second_normal(s);
}

// ---- Philox: encrypts a counter of 128 bits -----------------------------------------------------------------

namespace emu
{
inline uint4 philox(uint4 c, uint2 key)
{
    for (int round = 0; round < 10; round++) {
        const uint64_t a = 0xd2511f53ull * c.x, b = 0xcd9e8d57ull * c.z;
        c = {(unsigned)(b >> 32) ^ c.y ^ key.x, (unsigned)b, (unsigned)(a >> 32) ^ c.w ^ key.y, (unsigned)a};
        key.x += 0x9e3779b9u;
        key.y += 0xbb67ae85u;
    }
    return c;
}
EMU_DEVICE void add_to_counter(uint4 *c, uint64_t low, uint64_t high)
{
    uint64_t l = (uint64_t)c->y << 32 | c->x, h = (uint64_t)c->w << 32 | c->z;
    l += low;
    h += high + (l < low);
    *c = {(unsigned)l, (unsigned)(l >> 32), (unsigned)h, (unsigned)(h >> 32)};
}
}  // namespace emu

EMU_DEVICE unsigned curand(curandStatePhilox4_32_10 *s)
{
    const uint4 four = s->output;
    const unsigned r = s->STATE == 0 ? four.x : s->STATE == 1 ? four.y : s->STATE == 2 ? four.z : four.w;
    if (++s->STATE == 4) {
        emu::add_to_counter(&s->ctr, 1, 0);
        s->output = emu::philox(s->ctr, s->key);
        s->STATE = 0;
    }
    return r;
}
EMU_DEVICE uint4 curand4(curandStatePhilox4_32_10 *s)
{
    const unsigned a = curand(s), b = curand(s), c = curand(s);
    return {a, b, c, curand(s)};
}
EMU_DEVICE void skipahead(unsigned long long n, curandStatePhilox4_32_10 *s)
{
    s->STATE += (unsigned)(n & 3);
    emu::add_to_counter(&s->ctr, n / 4 + s->STATE / 4, 0);
    s->STATE &= 3;
    s->output = emu::philox(s->ctr, s->key);
}
EMU_DEVICE void skipahead_sequence(unsigned long long n, curandStatePhilox4_32_10 *s)
{
    emu::add_to_counter(&s->ctr, 0, n);
    s->output = emu::philox(s->ctr, s->key);
}
EMU_DEVICE void curand_init(unsigned long long seed, unsigned long long subsequence, unsigned long long offset,
                            curandStatePhilox4_32_10 *s)
{
    s->ctr = {0, 0, (unsigned)subsequence, (unsigned)(subsequence >> 32)};
    s->key = {(unsigned)seed, (unsigned)(seed >> 32)};
    s->STATE = 0;
    skipahead(offset, s);
    emu::no_second_normal(s);
}

// ---- distributions: of either state -------------------------------------------------------------------------

namespace emu
{
EMU_DEVICE float uniform(unsigned x) { return x * 2.3283064e-10f + 2.3283064e-10f / 2; }
EMU_DEVICE double uniform_double(unsigned x, unsigned y)
{
    return (double)(x ^ (unsigned long long)y << 21) * 1.1102230246251565e-16 + 1.1102230246251565e-16 / 2;
}
// Box and Muller's pairs of normal numbers.
inline float2 normals(unsigned x, unsigned y)
{
    const float turn = 2.3283064e-10f * 6.2831855f, v = y * turn + turn / 2, r = sqrtf(-2 * logf(uniform(x)));
    return {r * sinf(v), r * cosf(v)};
}
inline double2 normals(unsigned x0, unsigned x1, unsigned y0, unsigned y1)
{
    const double v = 2 * uniform_double(y0, y1), r = sqrt(-2 * log(uniform_double(x0, x1)));
    return {r * sin(v * 3.1415926535897932), r * cos(v * 3.1415926535897932)};
}
}  // namespace emu

template <class STATE> EMU_DEVICE float curand_uniform(STATE *s) { return emu::uniform(curand(s)); }
EMU_DEVICE double curand_uniform_double(curandStateXORWOW *s)
{
    const unsigned x = curand(s);
    return emu::uniform_double(x, curand(s));
}
EMU_DEVICE double curand_uniform_double(curandStatePhilox4_32_10 *s)
{
    return curand(s) * 2.3283064365386963e-10 + 2.3283064365386963e-10;
}
template <class STATE> EMU_DEVICE float2 curand_normal2(STATE *s)
{
    const unsigned x = curand(s);
    return emu::normals(x, curand(s));
}
template <class STATE> EMU_DEVICE double2 curand_normal2_double(STATE *s)
{
    const unsigned x0 = curand(s), x1 = curand(s), y0 = curand(s);
    return emu::normals(x0, x1, y0, curand(s));
}
// One number of a pair now, the other with the next call of the same function.
namespace emu
{
enum { NONE = 0, NORMAL = 1, LOG_NORMAL = 2 };
}
template <class STATE> EMU_DEVICE float curand_normal(STATE *s)
{
    const bool second = s->boxmuller_flag == emu::NORMAL;
    s->boxmuller_flag = second ? emu::NONE : emu::NORMAL;
    if (second) return s->boxmuller_extra;
    const float2 pair = curand_normal2(s);
    s->boxmuller_extra = pair.y;
    return pair.x;
}
template <class STATE> EMU_DEVICE double curand_normal_double(STATE *s)
{
    const bool second = s->boxmuller_flag_double == emu::NORMAL;
    s->boxmuller_flag_double = second ? emu::NONE : emu::NORMAL;
    if (second) return s->boxmuller_extra_double;
    const double2 pair = curand_normal2_double(s);
    s->boxmuller_extra_double = pair.y;
    return pair.x;
}
template <class STATE> EMU_DEVICE float curand_log_normal(STATE *s, float mean, float deviation)
{
    const bool second = s->boxmuller_flag == emu::LOG_NORMAL;
    s->boxmuller_flag = second ? emu::NONE : emu::LOG_NORMAL;
    if (second) return s->boxmuller_extra;
    const float2 pair = curand_normal2(s);
    s->boxmuller_extra = expf(mean + deviation * pair.y);
    return expf(mean + deviation * pair.x);
}
template <class STATE> EMU_DEVICE double curand_log_normal_double(STATE *s, double mean, double deviation)
{
    const bool second = s->boxmuller_flag_double == emu::LOG_NORMAL;
    s->boxmuller_flag_double = second ? emu::NONE : emu::LOG_NORMAL;
    if (second) return s->boxmuller_extra_double;
    const double2 pair = curand_normal2_double(s);
    s->boxmuller_extra_double = exp(mean + deviation * pair.y);
    return exp(mean + deviation * pair.x);
}
template <class STATE> EMU_DEVICE float2 curand_log_normal2(STATE *s, float mean, float deviation)
{
    const float2 v = curand_normal2(s);
    return {expf(mean + deviation * v.x), expf(mean + deviation * v.y)};
}
template <class STATE> EMU_DEVICE double2 curand_log_normal2_double(STATE *s, double mean, double deviation)
{
    const double2 v = curand_normal2_double(s);
    return {exp(mean + deviation * v.x), exp(mean + deviation * v.y)};
}
// Knuth's product of uniform numbers; large ones from a normal number.
template <class STATE> EMU_DEVICE unsigned curand_poisson(STATE *s, double lambda)
{
    if (lambda >= 64) return (unsigned)fmax(0, nearbyint(lambda + sqrt(lambda) * curand_normal(s)));
    float product = expf((float)lambda);
    unsigned n = 0;
    do {
        n++;
        product *= curand_uniform(s);
    } while (product > 1);
    return n - 1;
}

EMU_DEVICE float4 curand_uniform4(curandStatePhilox4_32_10 *s)
{
    const uint4 v = curand4(s);
    return {emu::uniform(v.x), emu::uniform(v.y), emu::uniform(v.z), emu::uniform(v.w)};
}
EMU_DEVICE double2 curand_uniform2_double(curandStatePhilox4_32_10 *s)
{
    const uint4 v = curand4(s);
    return {emu::uniform_double(v.x, v.y), emu::uniform_double(v.z, v.w)};
}
EMU_DEVICE float4 curand_normal4(curandStatePhilox4_32_10 *s)
{
    const uint4 v = curand4(s);
    const float2 a = emu::normals(v.x, v.y), b = emu::normals(v.z, v.w);
    return {a.x, a.y, b.x, b.y};
}
EMU_DEVICE float4 curand_log_normal4(curandStatePhilox4_32_10 *s, float mean, float deviation)
{
    const float4 v = curand_normal4(s);
    return {expf(mean + deviation * v.x), expf(mean + deviation * v.y), expf(mean + deviation * v.z),
            expf(mean + deviation * v.w)};
}
EMU_DEVICE uint4 curand_poisson4(curandStatePhilox4_32_10 *s, double lambda)
{
    const unsigned a = curand_poisson(s, lambda), b = curand_poisson(s, lambda), c = curand_poisson(s, lambda);
    return {a, b, c, curand_poisson(s, lambda)};
}
