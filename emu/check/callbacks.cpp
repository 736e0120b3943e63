// [given] callbacks.cpp: what the compiler calls at each load and store of the checked image (-fsanitize=thread,alignment).
//
// The image is linked without the sanitizers' own runtimes; these functions stand in for them.
#include "access.h"
#include <cstring>

#define PLACE __builtin_return_address(0)
#define PC32 static_cast<uint32_t>(reinterpret_cast<uintptr_t>(PLACE))

namespace emu::check
{
unsigned atomic_announced;  // the hook has told of the atomic operation that follows

static inline void slow_path(const void *p, size_t size, unsigned flags, uint32_t pc)
{
    if (__builtin_expect(!on, 1)) return;
    const uintptr_t a = reinterpret_cast<uintptr_t>(p);
    if (a - hot.stack_low < hot.stack_size || a - hot.arguments_low < hot.arguments_size) return;
    if (on & 2) count_access(a, size, flags, pc);
    if (!(on & 1)) return;
    slow_access(a, size, flags, pc);
}

static inline void atomic_path(const volatile void *p, size_t size, unsigned flags, uint32_t pc)
{
    if (__builtin_expect(!on, 1)) return;
    if (atomic_announced) {
        atomic_announced = 0;
        return;
    }
    slow_path(const_cast<const void *>(p), size, flags | ATOMIC, pc);
}
}  // namespace emu::check
using namespace emu;
using namespace emu::check;

extern "C" {
void __tsan_init(void) {}
void __tsan_func_entry(void *) {}
void __tsan_func_exit(void) {}

#define SIZED(n)                                                                                                       \
    void __tsan_read##n(void *p) { access<n, false>(p, PLACE); }                                                       \
    void __tsan_write##n(void *p) { access<n, true>(p, PLACE); }                                                       \
    void __tsan_unaligned_read##n(void *p) { slow_path(p, n, READ, PC32); }                                            \
    void __tsan_unaligned_write##n(void *p) { slow_path(p, n, WRITE, PC32); }                                          \
    void __tsan_volatile_read##n(void *p) { slow_path(p, n, READ | VOLATILE, PC32); }                                  \
    void __tsan_volatile_write##n(void *p) { slow_path(p, n, WRITE | VOLATILE, PC32); }                                \
    void __tsan_unaligned_volatile_read##n(void *p) { slow_path(p, n, READ | VOLATILE, PC32); }                        \
    void __tsan_unaligned_volatile_write##n(void *p) { slow_path(p, n, WRITE | VOLATILE, PC32); }
SIZED(1)
SIZED(2)
SIZED(4)
SIZED(8)
SIZED(16)
#undef SIZED

void __tsan_read_range(void *p, size_t n) { slow_path(p, n, READ | RANGE, PC32); }
void __tsan_write_range(void *p, size_t n) { slow_path(p, n, WRITE | RANGE, PC32); }
void __tsan_vptr_read(void **p) { slow_path(p, sizeof *p, READ, PC32); }
void __tsan_vptr_update(void **p, void *) { slow_path(p, sizeof *p, WRITE, PC32); }

// std::atomic and shared_ptr of host code end here as well as __atomic_... in kernels.
#define ATOMICS(bits, T)                                                                                               \
    T __tsan_atomic##bits##_load(const volatile T *p, int)                                                             \
    {                                                                                                                  \
        atomic_path(p, sizeof(T), READ, PC32);                                                                         \
        return __atomic_load_n(p, __ATOMIC_SEQ_CST);                                                                   \
    }                                                                                                                  \
    void __tsan_atomic##bits##_store(volatile T *p, T v, int)                                                          \
    {                                                                                                                  \
        atomic_path(p, sizeof(T), WRITE, PC32);                                                                        \
        __atomic_store_n(p, v, __ATOMIC_SEQ_CST);                                                                      \
    }                                                                                                                  \
    T __tsan_atomic##bits##_exchange(volatile T *p, T v, int)                                                          \
    {                                                                                                                  \
        atomic_path(p, sizeof(T), WRITE, PC32);                                                                        \
        return __atomic_exchange_n(p, v, __ATOMIC_SEQ_CST);                                                            \
    }                                                                                                                  \
    ATOMIC_FETCH(bits, T, add)                                                                                         \
    ATOMIC_FETCH(bits, T, sub)                                                                                         \
    ATOMIC_FETCH(bits, T, and)                                                                                         \
    ATOMIC_FETCH(bits, T, or)                                                                                          \
    ATOMIC_FETCH(bits, T, xor)                                                                                         \
    ATOMIC_FETCH(bits, T, nand)                                                                                        \
    int __tsan_atomic##bits##_compare_exchange_strong(volatile T *p, T *c, T v, int, int)                              \
    {                                                                                                                  \
        atomic_path(p, sizeof(T), WRITE, PC32);                                                                        \
        return __atomic_compare_exchange_n(p, c, v, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);                        \
    }                                                                                                                  \
    int __tsan_atomic##bits##_compare_exchange_weak(volatile T *p, T *c, T v, int, int)                                \
    {                                                                                                                  \
        atomic_path(p, sizeof(T), WRITE, PC32);                                                                        \
        return __atomic_compare_exchange_n(p, c, v, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);                        \
    }                                                                                                                  \
    T __tsan_atomic##bits##_compare_exchange_val(volatile T *p, T c, T v, int, int)                                    \
    {                                                                                                                  \
        atomic_path(p, sizeof(T), WRITE, PC32);                                                                        \
        __atomic_compare_exchange_n(p, &c, v, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);                              \
        return c;                                                                                                      \
    }
#define ATOMIC_FETCH(bits, T, operation)                                                                               \
    T __tsan_atomic##bits##_fetch_##operation(volatile T *p, T v, int)                                                 \
    {                                                                                                                  \
        atomic_path(p, sizeof(T), WRITE, PC32);                                                                        \
        return __atomic_fetch_##operation(p, v, __ATOMIC_SEQ_CST);                                                     \
    }
ATOMICS(8, uint8_t)
ATOMICS(16, uint16_t)
ATOMICS(32, uint32_t)
ATOMICS(64, uint64_t)
#undef ATOMICS
#undef ATOMIC_FETCH

// 16 bytes: a lock, so that no further library is needed.
typedef unsigned __int128 wide_t;
static char wide_lock;
static wide_t wide(volatile wide_t *p, char operation, wide_t v, wide_t *expected = nullptr)
{
    while (__atomic_test_and_set(&wide_lock, __ATOMIC_ACQUIRE)) {}
    wide_t old = *p;
    switch (operation) {
    case '=': *p = v; break;
    case '+': *p = old + v; break;
    case '-': *p = old - v; break;
    case '&': *p = old & v; break;
    case '|': *p = old | v; break;
    case '^': *p = old ^ v; break;
    case '~': *p = ~(old & v); break;
    case '?':
        if (old == *expected) *p = v;
        break;
    }
    __atomic_clear(&wide_lock, __ATOMIC_RELEASE);
    return old;
}
wide_t __tsan_atomic128_load(const volatile wide_t *p, int)
{
    atomic_path(p, 16, READ, PC32);
    return wide(const_cast<wide_t *>(p), 'r', 0);
}
void __tsan_atomic128_store(volatile wide_t *p, wide_t v, int)
{
    atomic_path(p, 16, WRITE, PC32);
    wide(p, '=', v);
}
#define WIDE(name, operation)                                                                                          \
    wide_t __tsan_atomic128_##name(volatile wide_t *p, wide_t v, int)                                                  \
    {                                                                                                                  \
        atomic_path(p, 16, WRITE, PC32);                                                                               \
        return wide(p, operation, v);                                                                                  \
    }
WIDE(exchange, '=')
WIDE(fetch_add, '+')
WIDE(fetch_sub, '-')
WIDE(fetch_and, '&')
WIDE(fetch_or, '|')
WIDE(fetch_xor, '^')
WIDE(fetch_nand, '~')
#undef WIDE
wide_t __tsan_atomic128_compare_exchange_val(volatile wide_t *p, wide_t c, wide_t v, int, int)
{
    atomic_path(p, 16, WRITE, PC32);
    return wide(p, '?', v, &c);
}
int __tsan_atomic128_compare_exchange_strong(volatile wide_t *p, wide_t *c, wide_t v, int, int)
{
    atomic_path(p, 16, WRITE, PC32);
    wide_t old = wide(p, '?', v, c);
    if (old == *c) return 1;
    *c = old;
    return 0;
}
int __tsan_atomic128_compare_exchange_weak(volatile wide_t *p, wide_t *c, wide_t v, int m, int n)
{
    return __tsan_atomic128_compare_exchange_strong(p, c, v, m, n);
}

void __tsan_atomic_thread_fence(int)
{
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    if (on) race_fence();
}
void __tsan_atomic_signal_fence(int) { __atomic_signal_fence(__ATOMIC_SEQ_CST); }

// The checked image is linked with --wrap for these. The runtime's own calls come here too: only memory that has shadow
// is looked at.
void *__real_memcpy(void *d, const void *s, size_t n) __attribute__((weak));
void *__real_memmove(void *d, const void *s, size_t n) __attribute__((weak));
void *__real_memset(void *d, int c, size_t n) __attribute__((weak));

static void block_access(const void *p, size_t n, unsigned flags, uint32_t pc)
{
    const region_t *r = n ? region_of(reinterpret_cast<uintptr_t>(p)) : nullptr;
    if (r && (r->kind != 'v' || find_variable(p))) slow_path(p, n, flags | RANGE, pc);
}
void *__wrap_memcpy(void *d, const void *s, size_t n)
{
    if (__builtin_expect(on, 0)) block_access(s, n, READ, PC32), block_access(d, n, WRITE, PC32);
    return __real_memcpy(d, s, n);
}
void *__wrap_memmove(void *d, const void *s, size_t n)
{
    if (__builtin_expect(on, 0)) block_access(s, n, READ, PC32), block_access(d, n, WRITE, PC32);
    return __real_memmove(d, s, n);
}
void *__wrap_memset(void *d, int c, size_t n)
{
    if (__builtin_expect(on, 0)) block_access(d, n, WRITE, PC32);
    return __real_memset(d, c, n);
}

struct ubsan_place_t {
    const char *file;
    uint32_t line, column;
};
struct ubsan_type_t {
    uint16_t kind, info;
    char name[1];  // 'float *'
};
struct ubsan_mismatch_t {
    ubsan_place_t place;
    const ubsan_type_t *type;
    unsigned char log_alignment, kind;  // kind: load, store, reference, member access, ...
};
struct ubsan_index_t {
    ubsan_place_t place;
    const ubsan_type_t *array, *index;
};

static void misaligned(const ubsan_mismatch_t *d, uintptr_t p, uint32_t pc)
{
    if (!on || !(tools & MEMCHECK) || (p - hot.stack_low < hot.stack_size)) return;
    const size_t alignment = size_t(1) << d->log_alignment;
    if (p < 65536 || !(p & (alignment - 1))) return;  // null: the access itself is reported
    host_side_t side;
    settle();
    if (!first_time("misaligned", line_of(pc), 0)) return;
    std::string type = d->type->name;  // 'const struct float4'
    for (const char *word : {"const ", "struct ", "'"})
        for (size_t i; (i = type.find(word)) != std::string::npos;) type.erase(i, strlen(word));
    finding_t f = kernel_finding("memcheck", "misaligned", "Misaligned access through a pointer to " + type, pc);
    f.lines.push_back("Address " + hex(p) + " is not a multiple of " + std::to_string(alignment));
    f.lines.push_back("it is " + describe(p, 1));
    f.lines.push_back("it means: a GPU reads and writes " + type +
                      " only at such addresses; it would stop here with cudaErrorMisalignedAddress");
    f.hint = "is the offset a multiple of the vector's length? Rows of float4 need a length that 4 divides";
    take_finding(f);
}
void __ubsan_handle_type_mismatch_v1(ubsan_mismatch_t *d, uintptr_t p) { misaligned(d, p, PC32); }
void __ubsan_handle_type_mismatch_v1_abort(ubsan_mismatch_t *d, uintptr_t p) { misaligned(d, p, PC32); }

static void outside(const ubsan_index_t *d, uintptr_t index, uint32_t pc)
{
    if (!on || !(tools & MEMCHECK)) return;
    host_side_t side;
    settle();
    if (!first_time("array-index", line_of(pc), 0)) return;
    const long i = d->index->info & 1 ? static_cast<long>(index) : static_cast<long>(static_cast<unsigned long>(index));
    finding_t f = kernel_finding("memcheck", "array-index", "Array index " + std::to_string(i) + " is out of bounds",
                                 pc);
    f.lines.push_back("it is used in an array of type " + std::string(d->array->name) + ", column " +
                      std::to_string(d->place.column) + " of the line");
    f.lines.push_back("it means: the access lands in a neighbouring row, another variable, or nowhere");
    f.hint = "compare the index with the size the array was declared with";
    take_finding(f);
}
void __ubsan_handle_out_of_bounds(ubsan_index_t *d, uintptr_t i) { outside(d, i, PC32); }
void __ubsan_handle_out_of_bounds_abort(ubsan_index_t *d, uintptr_t i) { outside(d, i, PC32); }
}
