// [given] cooperative_groups/memcpy_async.h: memcpy_async copies at once; wait is a barrier.
// The threads of the group share the work.
#pragma once
#include "../cooperative_groups.h"

namespace cooperative_groups
{
namespace details
{
// Plain loads and stores, word by word where possible: the checks see them.
template <class GROUP> EMU_DEVICE void copy(const GROUP &g, void *to, const void *from, size_t bytes)
{
    typedef unsigned __attribute__((may_alias)) word_t;
    const size_t threads = g.size(), rank = g.thread_rank();
    if (((size_t)to | (size_t)from | bytes) % sizeof(word_t) == 0) {
        for (size_t i = rank; i < bytes / sizeof(word_t); i += threads) ((word_t *)to)[i] = ((const word_t *)from)[i];
    } else {
        for (size_t i = rank; i < bytes; i += threads) ((char *)to)[i] = ((const char *)from)[i];
    }
}
}  // namespace details

template <class GROUP, class T, class U>
EMU_DEVICE void memcpy_async(const GROUP &g, T *to, const U *from, size_t bytes)
{
    details::copy(g, (void *)to, (const void *)from, bytes);
}
// With sizes in elements: as many as both have room for.
template <class GROUP, class T, class U>
EMU_DEVICE void memcpy_async(const GROUP &g, T *to, size_t to_count, const U *from, size_t from_count)
{
    details::copy(g, (void *)to, (const void *)from, (to_count < from_count ? to_count : from_count) * sizeof(T));
}
template <class GROUP> EMU_DEVICE void wait(const GROUP &g) { g.sync(); }
template <unsigned STAGES, class GROUP> EMU_DEVICE void wait_prior(const GROUP &g) { g.sync(); }
}  // namespace cooperative_groups
