// [given] curand.cpp: jumps of the XORWOW generator of curand_kernel.h, by powers of its step as a 160 x 160 bit matrix.
#include "curand_kernel.h"
#include <cstring>
#include <mutex>

namespace emu
{

const int BITS = 160, FIRST_OF_SUBSEQUENCE = 67;  // a subsequence has 2^67 numbers

struct vector_t {
    unsigned word[5];
};
struct matrix_t {
    vector_t column[BITS];
};

// powers[k]: 2^k steps; the first `ready` ones are made. Not on the heap: in a kernel that is the device's.
static matrix_t powers[FIRST_OF_SUBSEQUENCE + 64];
static int ready;
static std::mutex making;

static vector_t times(const matrix_t &m, const vector_t &v)
{
    vector_t r = {};
    for (int i = 0; i < BITS; i++) {
        const unsigned all = 0u - (v.word[i / 32] >> i % 32 & 1);
        for (int w = 0; w < 5; w++) r.word[w] ^= m.column[i].word[w] & all;
    }
    return r;
}

static void make_step(matrix_t *m)
{
    for (int i = 0; i < BITS; i++) {
        curandStateXORWOW s = {};
        s.v[i / 32] = 1u << i % 32;
        curand(&s);
        memcpy(m->column[i].word, s.v, sizeof s.v);
    }
}

static const matrix_t &power(int k)
{
    if (k < __atomic_load_n(&ready, __ATOMIC_ACQUIRE)) return powers[k];
    std::lock_guard<std::mutex> lock(making);
    for (int i = ready; i <= k; i++) {
        if (i == 0) make_step(&powers[0]);
        else
            for (int c = 0; c < BITS; c++) powers[i].column[c] = times(powers[i - 1], powers[i - 1].column[c]);
        __atomic_store_n(&ready, i + 1, __ATOMIC_RELEASE);
    }
    return powers[k];
}

void xorwow_skip(unsigned v[5], unsigned long long numbers, unsigned long long subsequences)
{
    vector_t state;
    memcpy(state.word, v, sizeof state.word);
    for (int k = 0; numbers >> k; k++) {
        if (numbers >> k & 1) state = times(power(k), state);
        if (k == 63) break;
    }
    for (int k = 0; subsequences >> k; k++) {
        if (subsequences >> k & 1) state = times(power(FIRST_OF_SUBSEQUENCE + k), state);
        if (k == 63) break;
    }
    memcpy(v, state.word, sizeof state.word);
}

}  // namespace emu
