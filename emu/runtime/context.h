// [given] context.h: switching between stacks.
//
// Boost.Context, except on x86-64: its switch saves the floating-point control words too, which kernels never change,
// and these two instructions cost as much as all the rest of a barrier.
#pragma once
#include <cstddef>

#if defined(__x86_64__)
#include <cstdint>
namespace emu
{
typedef void *context_t;
struct transfer_t {
    context_t from;  // whoever switched to us, where it goes on
    void *data;      // what it handed over
};
typedef void (*entry_t)(transfer_t);

// Saves the registers that a call preserves, goes on at `to`; returns when somebody switches back.
extern "C" transfer_t emu_switch(context_t to, void *data);

inline context_t make_context(void *top, entry_t entry)
{
    uintptr_t *sp = reinterpret_cast<uintptr_t *>(reinterpret_cast<uintptr_t>(top) & ~uintptr_t(63));
    *--sp = 0;  // where a return address would be: unwinding ends here
    *--sp = reinterpret_cast<uintptr_t>(entry);
    for (int i = 0; i < 6; i++) *--sp = 0;
    return sp;
}
inline transfer_t switch_to(context_t to, void *data) { return emu_switch(to, data); }
}  // namespace emu
#else
#include <boost/context/detail/fcontext.hpp>
namespace emu
{
typedef boost::context::detail::fcontext_t context_t;
typedef boost::context::detail::transfer_t transfer_t_;
struct transfer_t {
    context_t from;
    void *data;
};
typedef void (*entry_t)(transfer_t);
// Boost's transfer_t has the same two members in the same order.
inline context_t make_context(void *top, entry_t entry)
{
    return boost::context::detail::make_fcontext(top, 64 * 1024, reinterpret_cast<void (*)(transfer_t_)>(entry));
}
inline transfer_t switch_to(context_t to, void *data)
{
    transfer_t_ t = boost::context::detail::jump_fcontext(to, data);
    return {t.fctx, t.data};
}
}  // namespace emu
#endif
