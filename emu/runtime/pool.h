// [given] pool.h: an allocator for tables that are changed while a kernel runs.
//
// There malloc and new take device memory (heap.cpp), so the tables that describe device memory cannot use them.
#pragma once
#include <cstddef>
#include <new>
#include <sys/mman.h>

namespace emu
{
// Single objects only, which is all that std::map asks for. Whoever owns the table locks it.
template <class T> struct pool_allocator_t {
    typedef T value_type;
    union cell_t {
        cell_t *next;
        alignas(T) char object[sizeof(T)];
    };
    static inline cell_t *unused;

    pool_allocator_t() = default;
    template <class U> pool_allocator_t(const pool_allocator_t<U> &) {}
    T *allocate(size_t n)
    {
        if (n != 1) throw std::bad_alloc();
        if (!unused) refill();
        cell_t *c = unused;
        unused = c->next;
        return reinterpret_cast<T *>(c->object);
    }
    void deallocate(T *p, size_t)
    {
        cell_t *c = reinterpret_cast<cell_t *>(p);
        c->next = unused;
        unused = c;
    }
    static void refill(void)
    {
        constexpr size_t SIZE = 1 << 16;
        void *p = mmap(nullptr, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (p == MAP_FAILED) throw std::bad_alloc();
        cell_t *c = static_cast<cell_t *>(p);
        for (size_t i = 0; i < SIZE / sizeof(cell_t); i++) c[i].next = unused, unused = &c[i];
    }
    template <class U> bool operator==(const pool_allocator_t<U> &) const { return true; }
    template <class U> bool operator!=(const pool_allocator_t<U> &) const { return false; }
};
}  // namespace emu
