// [given] sha256.cpp: SHA-256 as FIPS 180-4 describes it.
#include "sha256.h"

#include <cmath>
#include <cstdint>

#include "utils.h"

struct constants_t {
    uint32_t k[64], h[8];
};

// The first 32 bits behind the point of a root of n.
static uint32_t root_bits(int n, bool cube)
{
    long double x = cube ? cbrtl(n) : sqrtl(n);
    return (uint32_t)std::floor((x - std::floor(x)) * 4294967296.0L);
}

static constants_t constants_make(void)
{
    constants_t c = {};
    int found = 0;
    for (int n = 2; found < 64; n++) {
        bool prime = true;
        for (int d = 2; d * d <= n; d++) prime = prime && n % d != 0;
        if (!prime) continue;
        c.k[found] = root_bits(n, true);
        if (found < 8) c.h[found] = root_bits(n, false);
        found++;
    }
    return c;
}

static uint32_t turned(uint32_t x, int n) { return x >> n | x << (32 - n); }

static void add_block(const constants_t *c, const unsigned char *block, uint32_t *h)
{
    uint32_t w[64], s[8];
    for (int t = 0; t < 16; t++, block += 4)
        w[t] = (uint32_t)block[0] << 24 | (uint32_t)block[1] << 16 | (uint32_t)block[2] << 8 | block[3];
    for (int t = 16; t < 64; t++) {
        uint32_t a = w[t - 15], b = w[t - 2];
        w[t] = w[t - 16] + (turned(a, 7) ^ turned(a, 18) ^ a >> 3) + w[t - 7] +
               (turned(b, 17) ^ turned(b, 19) ^ b >> 10);
    }
    for (int i = 0; i < 8; i++) s[i] = h[i];
    for (int t = 0; t < 64; t++) {
        uint32_t choose = (s[4] & s[5]) ^ (~s[4] & s[6]), most = (s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]);
        uint32_t x = s[7] + (turned(s[4], 6) ^ turned(s[4], 11) ^ turned(s[4], 25)) + choose + c->k[t] + w[t];
        uint32_t y = (turned(s[0], 2) ^ turned(s[0], 13) ^ turned(s[0], 22)) + most;
        for (int i = 7; i > 0; i--) s[i] = s[i - 1];
        s[4] += x;
        s[0] = x + y;
    }
    for (int i = 0; i < 8; i++) h[i] += s[i];
}

std::string sha256(const std::string &bytes)
{
    static const constants_t c = constants_make();
    std::string padded = bytes + '\x80', text;
    padded.resize((padded.size() + 8 + 63) / 64 * 64);
    for (int i = 0; i < 8; i++) padded[padded.size() - 1 - i] = (char)((uint64_t)bytes.size() * 8 >> (8 * i));
    uint32_t h[8];
    for (int i = 0; i < 8; i++) h[i] = c.h[i];
    for (size_t at = 0; at < padded.size(); at += 64) add_block(&c, (const unsigned char *)&padded[at], h);
    for (uint32_t word : h) text += format("%08x", word);
    return text;
}
