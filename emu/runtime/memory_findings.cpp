// [given] memory_findings.cpp: what is said about pointers that do not fit a call of the memory API.
#include "memory.h"
#include <cstdio>

namespace emu
{

std::string plural(size_t n, const char *word) { return std::to_string(n) + " " + word + (n == 1 ? "" : "s"); }

static std::string hex(const void *p)
{
    char s[32];
    snprintf(s, sizeof s, "%p", p);
    return s;
}

std::string describe(const alloc_t &a) { return plural(a.size, "byte") + ", " + a.function + " at " + at(a.site); }

std::string describe(const place_t &p)
{
    switch (p.kind) {
    case IS_HOST: return "host memory";
    case IS_PINNED: return "pinned host memory (" + describe(*p.a) + ")";
    case IS_MANAGED:
    case IS_VARIABLE:
        if (p.v)
            return std::string(p.v->kind == 'c'   ? "the __constant__"
                               : p.v->kind == 'm' ? "the __managed__"
                                                  : "the __device__") +
                   " variable " + p.v->name + " (" + plural(p.v->size, "byte") + ", " + p.v->file + ":" +
                   std::to_string(p.v->line) + ")";
        return "managed memory (" + describe(*p.a) + ")";
    case IS_DEVICE: return "device memory (" + describe(*p.a) + ")";
    case IS_FREED: return "device memory that was freed at " + at(p.a->freed_site) + " (" + describe(*p.a) + ")";
    default: return "an address of the device at which nothing is allocated";
    }
}

static std::string triple(uint3 v)
{
    return "(" + std::to_string(v.x) + "," + std::to_string(v.y) + "," + std::to_string(v.z) + ")";
}

static finding_t make(const char *kind, const std::string &title, const char *function, site_t site)
{
    finding_t f = {"memcheck", kind, title, {}, ""};
    const where_t w = where(site);
    f.lines.push_back("at " + at(site) + (w.function.empty() ? "" : " in " + w.function) + ": " + function);
    f.file = w.file;
    f.line = w.line;
    if (in_kernel() && current_block() && current_launch()) {
        const block_t *b = current_block();
        f.kernel = kernel_name(current_launch()->kernel);
        f.block = b->index;
        f.thread = thread_of(b, b->current);
        f.lines.push_back("by block " + triple(f.block) + " thread " + triple(f.thread) + " of " + f.kernel);
    }
    return f;
}

static void send(const finding_t &f)
{
    explained();
    report(f);
}

static std::string beside(const void *p, const alloc_t &a)
{
    const char *q = (const char *)p;
    if (q < a.p) return plural((size_t)(a.p - q), "byte") + " before the allocation of " + describe(a);
    return plural((size_t)(q - a.p - a.size), "byte") + " after the end of the allocation of " + describe(a);
}

// ---- frees -------------------------------------------------------------------------------------------------------
static const char *maker(const std::string &function)  // what allocates memory that this function frees
{
    if (function == "cudaFreeHost") return "cudaMallocHost or cudaHostAlloc";
    if (function == "free") return "malloc in a kernel";
    return function == "delete" ? "new in a kernel" : "cudaMalloc";
}

static std::string right_free(const alloc_t &a)
{
    const std::string f = a.function;
    if (f == "malloc" || f == "new") return "with " + std::string(f == "new" ? "delete" : "free") + ", in a kernel";
    return "with " + std::string(a.kind != PINNED          ? "cudaFree"
                                 : f == "cudaHostRegister" ? "cudaHostUnregister"
                                                           : "cudaFreeHost");
}

static void explain_bad_free(finding_t *f, const void *p, const std::string &name)
{
    const place_t place = place_of(p);
    f->title = "Invalid " + name + ": this memory was not allocated by " + maker(name);
    if (place.kind == IS_FREED && !place.offset) {
        f->kind = "double-free";
        f->title = "Double free of device memory";
        f->lines.push_back(hex(p) + ": " + describe(*place.a));
        f->lines.push_back("freed first at " + at(place.a->freed_site));
        f->hint = "free an allocation once; a pointer set to nullptr after that can be freed again without harm";
    } else if (place.kind == IS_HOST) {
        f->lines.push_back(hex(p) + " is host memory that no CUDA function allocated (or that was freed already)");
        f->hint = "on the host, memory from malloc goes back with free, from new with delete, from cudaMallocHost with "
                  "cudaFreeHost";
    } else if (place.kind == IS_NOTHING) {
        f->lines.push_back(hex(p) + " is an address of the device at which nothing is allocated");
        if (place.a) f->lines.push_back("it lies " + beside(p, *place.a));
        f->hint =
            "free the very pointer that the allocation returned, before it was changed by ++ or +=, and only once";
    } else if (place.offset) {
        f->lines.push_back(hex(p) + " points " + plural(place.offset, "byte") + " into " + describe(place));
        f->hint = "free the very pointer that the allocation returned, before it was changed by ++ or +=";
    } else {
        f->lines.push_back(hex(p) + " is " + describe(place));
        f->hint = place.a ? "this memory goes back " + right_free(*place.a) : "variables are not freed";
    }
}

void report_bad_free(const void *p, const char *function, site_t site)
{
    finding_t f = make("bad-free", "", function, site);
    explain_bad_free(&f, p, function);
    send(f);
}

// ---- copies and sets ---------------------------------------------------------------------------------------------
static const char *side(const copy_t &c, bool destination)
{
    return !c.src && c.value >= 0 ? "the memory to set" : destination ? "the destination" : "the source";
}

void report_bad_pointer(const copy_t &c, bool destination, const place_t &p)
{
    const void *q = destination ? c.dst : c.src;
    const std::string name = c.function, who = side(c, destination);
    finding_t f = make("copy-pointer", "Invalid pointer given to " + name, c.function, c.site);
    if (!q) {
        f.kind = "copy-null";
        f.lines.push_back(who + " is a null pointer");
        f.hint = "did the allocation fail, or was the pointer allocated in another function than the one that uses it?";
    } else if (p.kind == IS_FREED) {
        f.kind = "copy-freed";
        f.title = name + " uses memory after it was freed";
        f.lines.push_back(who + " is " + describe(p));
        f.hint = "free memory after its last use";
    } else if (p.kind == IS_NOTHING) {
        f.lines.push_back(who + ", " + hex(q) + ", is an address of the device at which nothing is allocated");
        if (p.a) f.lines.push_back("it lies " + beside(q, *p.a));
        f.hint = "was the pointer moved past the end of its allocation, or kept after cudaFree?";
    } else {
        f.lines.push_back(who + " is " + describe(p) + ": " + name + " sets device memory only");
        f.hint = "give it the pointer that cudaMalloc returned; host memory is set with memset";
    }
    send(f);
}

static std::string size_hint(size_t count, const place_t &p)
{
    const size_t left = p.size - p.offset;
    if (p.size == sizeof(void *) && p.a)
        return "it was made with the size of a pointer: sizeof(p) of a pointer p is 8, whatever it points to";
    if (count == 4 * left || count == 8 * left)
        return p.a ? "cudaMalloc counts bytes, not elements: n * sizeof(element)" : "sizes are in bytes, not elements";
    if (p.offset && count == p.size) return "the copy begins inside the allocation and goes on for its full length";
    return "compare the size given to the copy with the size given to the allocation";
}

void report_bad_size(const copy_t &c, bool destination, const place_t &p, size_t bytes)
{
    const std::string name = c.function;
    finding_t f = make("copy-size", name + " goes past the end of " + (destination ? "its destination" : "its source"),
                       c.function, c.site);
    std::string line = std::string(side(c, destination)) + " is " + describe(p);
    if (p.offset) line += ", from byte " + std::to_string(p.offset) + " on";
    f.lines.push_back(line);
    const size_t left = p.size - p.offset;
    std::string what = plural(bytes, "byte");
    if (c.height > 1 || c.depth > 1) what += " from the first byte of the first row to the last byte of the last row";
    f.lines.push_back("the call touches " + what + ": " + std::to_string(bytes - left) + " too many");
    f.hint = size_hint(bytes, p);
    send(f);
}

static const char *kind_name(cudaMemcpyKind k)
{
    static const char *const names[] = {"cudaMemcpyHostToHost", "cudaMemcpyHostToDevice", "cudaMemcpyDeviceToHost",
                                        "cudaMemcpyDeviceToDevice"};
    return names[k & 3];
}

void report_bad_direction(const copy_t &c, const place_t &dst, const place_t &src)
{
    const std::string said = kind_name(c.kind);
    finding_t f = make("copy-direction", std::string(c.function) + " in the wrong direction: " + said, c.function,
                       c.site);
    f.lines.push_back("the destination is " + describe(dst));
    f.lines.push_back("the source is " + describe(src));
    const bool to_device = dst.kind == IS_DEVICE || dst.kind == IS_VARIABLE;
    const bool from_device = src.kind == IS_DEVICE || src.kind == IS_VARIABLE;
    const cudaMemcpyKind right = (cudaMemcpyKind)(2 * from_device + to_device);
    f.lines.push_back("it means: nothing was copied");
    const bool swapped = (c.kind == cudaMemcpyHostToDevice && right == cudaMemcpyDeviceToHost) ||
                         (c.kind == cudaMemcpyDeviceToHost && right == cudaMemcpyHostToDevice);
    f.hint = "this is a copy " + std::string(kind_name(right));
    if (swapped) f.hint += "; or were the pointers swapped? The destination comes first, the source second";
    send(f);
}

// ---- variables -----------------------------------------------------------------------------------------------------
void report_bad_symbol(const void *symbol, const char *function, site_t site)
{
    finding_t f = make("bad-symbol", std::string("Invalid device symbol given to ") + function, function, site);
    const place_t p = place_of(symbol);
    f.lines.push_back(hex(symbol) + " is " +
                      (p.kind == IS_HOST ? "no __device__ or __constant__ variable" : describe(p)));
    f.hint = "give the name of the variable itself, without & and without quotes";
    send(f);
}

void report_symbol_size(const variable_t *v, size_t offset, size_t count, const char *function, site_t site)
{
    finding_t f = make("copy-size", std::string(function) + " goes past the end of the variable " + v->name, function,
                       site);
    place_t p = {IS_VARIABLE, nullptr, v, 0, v->size};
    f.lines.push_back("it is " + describe(p));
    f.lines.push_back("the call touches " + plural(count, "byte") + " from byte " + std::to_string(offset) +
                      " on: " + std::to_string(offset + count - v->size) + " too many");
    f.hint = count == 4 * v->size || count == 8 * v->size
                 ? "sizes are in bytes: sizeof(variable) is right for all of it"
                 : "sizeof(variable) is the size of all of it";
    send(f);
}
}  // namespace emu
