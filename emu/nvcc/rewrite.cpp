// [given] rewrite.cpp: the passes of the rewriter, in order.
#include "rewrite.h"

namespace emu
{

std::string rewrite(source_t *s, const rewrite_options_t &o, std::string *errors, bool *has_device_code)
{
    unit_t u;
    u.s = s, u.t = s->t, u.o = o;
    u.place.assign(u.t.size(), HOST);
    read_scope(&u, 0, (int)u.t.size() - 1, false, "", "");
    find_device_lambdas(&u);
    find_spins(&u);
    find_missing(&u);
    finish_kernels(&u);
    rewrite_bodies(&u);
    insert_proxies(&u);
    *errors = u.errors;
    *has_device_code = u.has_device_code;
    return emit(u);
}

}  // namespace emu
