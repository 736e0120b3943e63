// [given] emu/atomics.h: atomicAdd and its kin for the types CUDA has them for, also as _block and _system forms.
//
// They are templates, so that a program's own atomicAdd(double *, double) is chosen before ours. The value's type
// follows from the pointer alone, so that atomicAdd(&sum, 1) works for a float or an unsigned sum, as in CUDA.
#pragma once
#include "../vector_types.h"
#include <cstddef>
#include <cstdint>
#include <cstring>

extern "C++" {
void __threadfence(void);
void __threadfence_block(void);
void __threadfence_system(void);

namespace emu
{
// Before each atomic operation: tells the checker, and counts, so that threads that wait in a loop let others go on.
void atomic_access(void *p, size_t bytes);
}  // namespace emu
}

namespace emu
{

template <bool> struct enable_t;
template <> struct enable_t<true> {
    typedef int type;
};

template <class P> P atomic_pointer(P);
template <class P> struct pointee_t {
    typedef decltype(*atomic_pointer(*(P *)nullptr)) reference;
};
template <class T> struct no_reference_t {
    typedef T type;
};
template <class T> struct no_reference_t<T &> {
    typedef T type;
};
// What a pointer (or something that converts to one) points to.
template <class P> using pointee = typename no_reference_t<typename pointee_t<P>::reference>::type;

// Which types an operation has: 'i'nt, 'u'nsigned, 'l'ong long, unsigned long lon'g', 'f'loat, 'd'ouble, unsigned
// 's'hort, 'v'ector of float, 'h'alf (made known in cuda_fp16.h and cuda_bf16.h).
template <class T> struct atomic_letter {
    static constexpr char value = '?';
};
template <> struct atomic_letter<int> {
    static constexpr char value = 'i';
};
template <> struct atomic_letter<unsigned> {
    static constexpr char value = 'u';
};
template <> struct atomic_letter<long long> {
    static constexpr char value = 'l';
};
template <> struct atomic_letter<unsigned long long> {
    static constexpr char value = 'g';
};
template <> struct atomic_letter<float> {
    static constexpr char value = 'f';
};
template <> struct atomic_letter<double> {
    static constexpr char value = 'd';
};
template <> struct atomic_letter<unsigned short> {
    static constexpr char value = 's';
};
template <> struct atomic_letter<float2> {
    static constexpr char value = 'v';
};
template <> struct atomic_letter<float4> {
    static constexpr char value = 'v';
};

constexpr bool one_of(char c, const char *letters) { return *letters && (*letters == c || one_of(c, letters + 1)); }

template <int SIZE> struct bits_of_size;
template <> struct bits_of_size<2> {
    typedef uint16_t type;
};
template <> struct bits_of_size<4> {
    typedef uint32_t type;
};
template <> struct bits_of_size<8> {
    typedef uint64_t type;
};

// The operations are not instrumented in the checked image: atomic_access() has reported them. They are not
// always_inline: then the compiler would instrument the copies. Plain inline is inlined in the fast image only.
#define EMU_ATOMIC_CORE inline __attribute__((no_sanitize("thread", "undefined")))

template <char OP, class T> EMU_ATOMIC_CORE T atomic_result(T old, T v)
{
    if constexpr (OP == '+') return old + v;
    if constexpr (OP == '-') return old - v;
    if constexpr (OP == '<') return v < old ? v : old;
    if constexpr (OP == '>') return old < v ? v : old;
    if constexpr (OP == 'i') return old >= v ? 0 : old + 1;
    if constexpr (OP == 'd') return old == 0 || old > v ? v : old - 1;
}

// Stronger than a GPU's relaxed order: a lock taken with atomicCAS works here even where its fence is missing.
template <char OP, class T> EMU_ATOMIC_CORE T atomic_operation(T *p, T v)
{
    if constexpr (OP == '&') {
        return __atomic_fetch_and(p, v, __ATOMIC_SEQ_CST);
    } else if constexpr (OP == '|') {
        return __atomic_fetch_or(p, v, __ATOMIC_SEQ_CST);
    } else if constexpr (OP == '^') {
        return __atomic_fetch_xor(p, v, __ATOMIC_SEQ_CST);
    } else if constexpr (OP == '+' && one_of(atomic_letter<T>::value, "iulg")) {
        return __atomic_fetch_add(p, v, __ATOMIC_SEQ_CST);
    } else if constexpr (OP == '-' && one_of(atomic_letter<T>::value, "iulg")) {
        return __atomic_fetch_sub(p, v, __ATOMIC_SEQ_CST);
    } else {
        typedef typename bits_of_size<sizeof(T)>::type bits_t;
        bits_t *at = reinterpret_cast<bits_t *>(p), old_bits = __atomic_load_n(at, __ATOMIC_RELAXED), new_bits;
        T old;
        do {
            memcpy(static_cast<void *>(&old), &old_bits, sizeof old);
            T result = OP == '=' ? v : atomic_result < OP == '=' ? '+' : OP > (old, v);
            memcpy(&new_bits, static_cast<const void *>(&result), sizeof new_bits);
        } while (!__atomic_compare_exchange_n(at, &old_bits, new_bits, false, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED));
        return old;
    }
}

template <class T> EMU_ATOMIC_CORE T atomic_compare_exchange(T *p, T compare, T v)
{
    __atomic_compare_exchange_n(p, &compare, v, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
    return compare;
}

template <char OP> EMU_ATOMIC_CORE float2 atomic_operation(float2 *p, float2 v)  // each component atomically
{
    return {atomic_operation<OP>(&p->x, v.x), atomic_operation<OP>(&p->y, v.y)};
}
template <char OP> EMU_ATOMIC_CORE float4 atomic_operation(float4 *p, float4 v)
{
    return {atomic_operation<OP>(&p->x, v.x), atomic_operation<OP>(&p->y, v.y), atomic_operation<OP>(&p->z, v.z),
            atomic_operation<OP>(&p->w, v.w)};
}
#undef EMU_ATOMIC_CORE

}  // namespace emu

#define EMU_ATOMIC_IF(test, letters)                                                                                   \
    typename emu::enable_t<test emu::one_of(emu::atomic_letter<emu::pointee<P>>::value, letters)>::type = 0
#define EMU_ATOMIC_ERROR(name, types)                                                                                  \
    __attribute__((error(#name " exists for " types " only (a size_t * can be cast to unsigned long long *)")))

// One function: op as above, letters: the types it has, types: the same in words.
#define EMU_ATOMIC_FORM(name, op, letters, types)                                                                      \
    template <class P, EMU_ATOMIC_IF(, letters)>                                                                       \
    __attribute__((always_inline)) inline emu::pointee<P> name(P p, emu::pointee<P> v)                                 \
    {                                                                                                                  \
        emu::pointee<P> *at = p;                                                                                       \
        emu::atomic_access(at, sizeof *at);                                                                            \
        return emu::atomic_operation<op>(at, v);                                                                       \
    }                                                                                                                  \
    template <class P, EMU_ATOMIC_IF(!, letters)> EMU_ATOMIC_ERROR(name, types)                                        \
    emu::pointee<P> name(P p, emu::pointee<P> v);

#define EMU_ATOMIC_CAS_FORM(name)                                                                                      \
    template <class P, EMU_ATOMIC_IF(, "iugs")>                                                                        \
    __attribute__((always_inline)) inline emu::pointee<P> name(P p, emu::pointee<P> compare, emu::pointee<P> v)        \
    {                                                                                                                  \
        emu::pointee<P> *at = p;                                                                                       \
        emu::atomic_access(at, sizeof *at);                                                                            \
        return emu::atomic_compare_exchange(at, compare, v);                                                           \
    }                                                                                                                  \
    template <class P, EMU_ATOMIC_IF(!, "iugs")>                                                                       \
    EMU_ATOMIC_ERROR(name, "int, unsigned int, unsigned long long and unsigned short")                                 \
    emu::pointee<P> name(P p, emu::pointee<P> compare, emu::pointee<P> v);

#define EMU_ATOMIC(name, op, letters, types)                                                                           \
    EMU_ATOMIC_FORM(name, op, letters, types)                                                                          \
    EMU_ATOMIC_FORM(name##_block, op, letters, types)                                                                  \
    EMU_ATOMIC_FORM(name##_system, op, letters, types)

EMU_ATOMIC(atomicAdd, '+', "iugfdvh",
           "int, unsigned int, unsigned long long, float, double, float2, float4, __half and __nv_bfloat16")
EMU_ATOMIC(atomicSub, '-', "iu", "int and unsigned int")
EMU_ATOMIC(atomicExch, '=', "iugf", "int, unsigned int, unsigned long long and float")
EMU_ATOMIC(atomicMin, '<', "iulg", "int, unsigned int, long long and unsigned long long")
EMU_ATOMIC(atomicMax, '>', "iulg", "int, unsigned int, long long and unsigned long long")
EMU_ATOMIC(atomicInc, 'i', "u", "unsigned int")
EMU_ATOMIC(atomicDec, 'd', "u", "unsigned int")
EMU_ATOMIC(atomicAnd, '&', "iulg", "int, unsigned int, long long and unsigned long long")
EMU_ATOMIC(atomicOr, '|', "iulg", "int, unsigned int, long long and unsigned long long")
EMU_ATOMIC(atomicXor, '^', "iulg", "int, unsigned int, long long and unsigned long long")
EMU_ATOMIC_CAS_FORM(atomicCAS)
EMU_ATOMIC_CAS_FORM(atomicCAS_block)
EMU_ATOMIC_CAS_FORM(atomicCAS_system)
#undef EMU_ATOMIC
#undef EMU_ATOMIC_FORM
#undef EMU_ATOMIC_CAS_FORM
#undef EMU_ATOMIC_IF
#undef EMU_ATOMIC_ERROR
