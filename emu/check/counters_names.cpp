// [given] counters_names.cpp: which variable of the program lies at an address.
#include "check.h"
#include "memory.h"

namespace emu::counters
{
// "" if there is none; begin and size are set where there is one.
std::string variable_at(uintptr_t a, char space, uintptr_t *begin, size_t *size)
{
    if (space == 's') {
        using namespace check;
        const uintptr_t block = tls_block(nullptr);
        for (const symbol_t &s : symbols())
            if (s.tls && a - block - s.address < s.size) {
                *begin = block + s.address;
                *size = s.size;
                return check::variable_name(s);
            }
        return "";
    }
    const variable_t *v = find_variable(reinterpret_cast<const void *>(a));
    if (!v) return "";
    *begin = reinterpret_cast<uintptr_t>(v->address);
    *size = v->size;
    return v->name;
}
}  // namespace emu::counters
