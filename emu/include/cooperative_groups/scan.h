// [given] cooperative_groups/scan.h: inclusive_scan and exclusive_scan over a tile or coalesced group.
#pragma once
#include "reduce.h"

namespace cooperative_groups
{
template <class GROUP, class T, class OP> EMU_DEVICE T inclusive_scan(const GROUP &g, T value, OP &&op)
{
    for (unsigned step = 1; step < g.size(); step *= 2) {
        T other = g.shfl_up(value, step);
        if (g.thread_rank() >= step) value = op(other, value);
    }
    return value;
}
template <class GROUP, class T> EMU_DEVICE T inclusive_scan(const GROUP &g, T value)
{
    return inclusive_scan(g, value, plus<T>());
}
// The first thread gets T(): the neutral element of plus. For other operations CUDA leaves its result open.
template <class GROUP, class T, class OP> EMU_DEVICE T exclusive_scan(const GROUP &g, T value, OP &&op)
{
    T sum = inclusive_scan(g, value, op);
    sum = g.shfl_up(sum, 1);
    return g.thread_rank() ? sum : T();
}
template <class GROUP, class T> EMU_DEVICE T exclusive_scan(const GROUP &g, T value)
{
    return exclusive_scan(g, value, plus<T>());
}
}  // namespace cooperative_groups
