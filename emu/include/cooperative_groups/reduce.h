// [given] cooperative_groups/reduce.h: reduce(group, value, plus<T>()) over a tile or coalesced group.
#pragma once
#include "../cooperative_groups.h"

namespace cooperative_groups
{
#define EMU_OPERATION(name, expression)                                                                                \
    template <class T = void> struct name {                                                                            \
        T operator()(const T &a, const T &b) const { return expression; }                                              \
    };                                                                                                                 \
    template <> struct name<void> {                                                                                    \
        template <class T> T operator()(const T &a, const T &b) const { return expression; }                           \
    };
EMU_OPERATION(plus, a + b)
EMU_OPERATION(less, b < a ? b : a)
EMU_OPERATION(greater, a < b ? b : a)
EMU_OPERATION(bit_and, a &b)
EMU_OPERATION(bit_or, a | b)
EMU_OPERATION(bit_xor, a ^ b)
#undef EMU_OPERATION

// In the order of the ranks, so the same for all threads. A GPU adds in another order: a sum of floats may differ in
// its last digit.
template <class GROUP, class T, class OP> EMU_DEVICE auto reduce(const GROUP &g, T value, OP &&op)
    -> decltype(op(value, value))
{
    decltype(op(value, value)) result = value;
    bool first = true;
    for (unsigned m = g.lanes(); m; m &= m - 1) {
        T other = details::shuffle(g.lanes(), value, (unsigned)__builtin_ctz(m), "reduce");
        result = first ? other : op(result, other);
        first = false;
    }
    return result;
}
}  // namespace cooperative_groups
