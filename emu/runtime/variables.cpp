// [given] variables.cpp: __device__, __constant__ and __managed__ variables, and the API that knows them as symbols.
#include "memory.h"
#include "queue.h"
#include <cstring>

namespace emu
{

static variable_t *variables;  // in the order of their construction, last first

// What a small variable was at the start of the program, for cudaDeviceReset.
struct image_t {
    const variable_t *v;
    char *bytes;  // null: zeros
    image_t *next;
};
static image_t *images;
constexpr size_t LARGEST_IMAGE = 1 << 20;

static bool all_zero(const char *p, size_t n) { return !n || (!*p && !memcmp(p, p + 1, n - 1)); }

variable_t::variable_t(const void *address, size_t size, const char *name, const char *file, int line, char kind)
    : address((void *)address), size(size), name(name), file(file), line(line), kind(kind), next(variables)
{
    variables = this;
    if (size > LARGEST_IMAGE) return;
    image_t *i = new image_t{this, nullptr, images};
    if (!all_zero((const char *)address, size)) i->bytes = (char *)memcpy(new char[size], address, size);
    images = i;
}

const variable_t *first_variable(void) { return variables; }

const variable_t *find_variable(const void *p)
{
    for (const variable_t *v = variables; v; v = v->next)
        if ((size_t)((const char *)p - (const char *)v->address) < v->size) return v;
    return nullptr;
}

void reset_variables(void)
{
    for (const image_t *i = images; i; i = i->next) {
        char *const p = (char *)i->v->address;
        const size_t n = i->v->size;
        // Only what has changed: a constant may lie in memory that cannot be written.
        if (i->bytes ? memcmp(p, i->bytes, n) != 0 : !all_zero(p, n))
            i->bytes ? memcpy(p, i->bytes, n) : memset(p, 0, n);
    }
}

static const variable_t *symbol_at(const void *symbol, const char *function, site_t site)
{
    const variable_t *v = find_variable(symbol);
    if (v && v->address == symbol) return v;
    if (hooks) report_bad_symbol(symbol, function, site);
    return nullptr;
}

static cudaError_t copy_symbol(bool to, const void *symbol, const void *other, size_t count, size_t offset,
                               cudaMemcpyKind kind, bool async, cudaStream_t stream, const char *function, site_t site)
{
    const variable_t *v = symbol_at(symbol, function, site);
    if (!v) return cudaErrorInvalidSymbol;
    if (offset > v->size || count > v->size - offset) {
        if (hooks) report_symbol_size(v, offset, count, function, site);
        return cudaErrorInvalidValue;
    }
    const cudaMemcpyKind host = to ? cudaMemcpyHostToDevice : cudaMemcpyDeviceToHost;
    if (kind != host && kind != cudaMemcpyDeviceToDevice && kind != cudaMemcpyDefault)
        return cudaErrorInvalidMemcpyDirection;
    char *const p = (char *)v->address + offset;
    const copy_t c = {to ? p : (char *)other,
                      to ? (const char *)other : p,
                      count,
                      count,
                      count,
                      count,
                      count,
                      1,
                      1,
                      -1,
                      kind,
                      function,
                      site};
    return submit_copy(c, async, stream);
}
}  // namespace emu

using namespace emu;

extern "C" {

cudaError_t cudaMemcpyToSymbol(const void *symbol, const void *src, size_t count, size_t offset, cudaMemcpyKind kind)
{
    EMU_ENTER("cudaMemcpyToSymbol");
    return result(copy_symbol(true, symbol, src, count, offset, kind, false, nullptr, "cudaMemcpyToSymbol", EMU_SITE),
                  "cudaMemcpyToSymbol", EMU_SITE);
}

cudaError_t cudaMemcpyFromSymbol(void *dst, const void *symbol, size_t count, size_t offset, cudaMemcpyKind kind)
{
    EMU_ENTER("cudaMemcpyFromSymbol");
    return result(
        copy_symbol(false, symbol, dst, count, offset, kind, false, nullptr, "cudaMemcpyFromSymbol", EMU_SITE),
        "cudaMemcpyFromSymbol", EMU_SITE);
}

cudaError_t cudaMemcpyToSymbolAsync(const void *symbol, const void *src, size_t count, size_t offset,
                                    cudaMemcpyKind kind, cudaStream_t stream)
{
    EMU_ENTER("cudaMemcpyToSymbolAsync");
    return result(
        copy_symbol(true, symbol, src, count, offset, kind, true, stream, "cudaMemcpyToSymbolAsync", EMU_SITE),
        "cudaMemcpyToSymbolAsync", EMU_SITE);
}

cudaError_t cudaMemcpyFromSymbolAsync(void *dst, const void *symbol, size_t count, size_t offset, cudaMemcpyKind kind,
                                      cudaStream_t stream)
{
    EMU_ENTER("cudaMemcpyFromSymbolAsync");
    return result(
        copy_symbol(false, symbol, dst, count, offset, kind, true, stream, "cudaMemcpyFromSymbolAsync", EMU_SITE),
        "cudaMemcpyFromSymbolAsync", EMU_SITE);
}

cudaError_t cudaGetSymbolAddress(void **p, const void *symbol)
{
    EMU_ENTER("cudaGetSymbolAddress");
    if (!p) return result(cudaErrorInvalidValue, "cudaGetSymbolAddress", EMU_SITE);
    const variable_t *v = symbol_at(symbol, "cudaGetSymbolAddress", EMU_SITE);
    if (v) *p = v->address;
    return result(v ? cudaSuccess : cudaErrorInvalidSymbol, "cudaGetSymbolAddress", EMU_SITE);
}

cudaError_t cudaGetSymbolSize(size_t *size, const void *symbol)
{
    EMU_ENTER("cudaGetSymbolSize");
    if (!size) return result(cudaErrorInvalidValue, "cudaGetSymbolSize", EMU_SITE);
    const variable_t *v = symbol_at(symbol, "cudaGetSymbolSize", EMU_SITE);
    if (v) *size = v->size;
    return result(v ? cudaSuccess : cudaErrorInvalidSymbol, "cudaGetSymbolSize", EMU_SITE);
}
}
