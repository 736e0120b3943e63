// [given] rewrite.cpp: the passes of the rewriter, in order.
#include "rewrite.h"
#include "process.h"
#include <cstring>

namespace emu
{

// NVIDIA's own headers mean nothing to g++: say which one it is, rather than a thousand errors inside of it.
static void find_foreign_headers(unit_t *u)
{
    std::set<std::string> named;
    for (const lead_t &l : u->s->leads) {
        if (!l.enters) continue;
        const std::string &name = u->s->files[l.entered].name;
        const std::string folder = name.substr(0, name.rfind('/') + 1);
        if (folder.empty() || folder == u->o.own_include + "/" || !named.insert(name).second) continue;
        if (!exists(folder + "cuda_runtime_api.h") || !exists(folder + "crt/host_defines.h")) continue;
        complain_at(u, l.from_file, l.from_line,
                    "'" + name.substr(folder.size()) +
                        "' is a header of NVIDIA's toolkit that the emulator does not have");
    }
}

// After the preprocessor every bracket has its partner, or g++ would stop there, too; the passes below rely on it.
static void find_lone_brackets(unit_t *u)
{
    for (size_t i = 0; i < u->t.size() && u->error_count < 10; i++) {
        const token_t &t = u->t[i];
        if (t.mate >= 0 || t.text.size() != 1 || !strchr("(){}[]", t.text[0])) continue;
        complain(u, i, "'" + std::string(t.text) + "' without its partner");
    }
}

std::string rewrite(source_t *s, const rewrite_options_t &o, std::string *errors, bool *has_device_code)
{
    unit_t u;
    u.s = s, u.t = s->t, u.o = o;
    u.place.assign(u.t.size(), HOST);
    find_foreign_headers(&u);
    find_lone_brackets(&u);
    if (u.error_count) return *errors = u.errors, "";
    read_scope(&u, 0, (int)u.t.size() - 1, false, "", "");
    find_device_lambdas(&u);
    leave_lambdas_alone(&u);
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
