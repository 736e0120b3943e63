// [given] describe.cpp: what lies at an address, in words; the variables of the program from its symbol table.
#include "check.h"
#include "worker.h"
#include <algorithm>
#include <cstring>
#include <cxxabi.h>
#include <set>
#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

extern "C" void emu_delete(void *p);  // host_heap.cpp

namespace emu::check
{

// ---- the executable -----------------------------------------------------------------------------------------

static size_t tls_size, tls_align = 1;

const image_t &image(void)
{
    static image_t i;
    if (i.high) return i;
    dl_iterate_phdr(
        [](dl_phdr_info *info, size_t, void *result) {
            image_t *i = static_cast<image_t *>(result);
            i->low = i->data_low = UINTPTR_MAX;
            uintptr_t relro_low = 0, relro_high = 0;
            for (int k = 0; k < info->dlpi_phnum; k++) {
                const ElfW(Phdr) &h = info->dlpi_phdr[k];
                const uintptr_t low = info->dlpi_addr + h.p_vaddr, high = low + h.p_memsz;
                if (h.p_type == PT_TLS) tls_size = h.p_memsz, tls_align = h.p_align ? h.p_align : 1;
                if (h.p_type == PT_GNU_RELRO) relro_low = low, relro_high = high;
                if (h.p_type != PT_LOAD) continue;
                i->low = std::min(i->low, low), i->high = std::max(i->high, high);
                if (h.p_flags & PF_W)
                    i->data_low = std::min(i->data_low, low), i->data_high = std::max(i->data_high, high);
            }
            if (relro_low == i->data_low) i->data_low = relro_high;  // vtables
            return 1;                                                // the executable comes first
        },
        &i);
    return i;
}

uintptr_t tls_block(size_t *size)
{
    if (size) image(), *size = tls_size;
    const uintptr_t pointer = reinterpret_cast<uintptr_t>(__builtin_thread_pointer());
#if defined(__aarch64__)
    return pointer + (16 + tls_align - 1) / tls_align * tls_align;
#else
    return pointer - (tls_size + tls_align - 1) / tls_align * tls_align;
#endif
}

// bin/nvcc puts a variable emu_gap_NAME behind each __shared__ variable NAME: _ZZ1kvE12emu_gap_tile is of _ZZ1kvE4tile.
static std::string without_gap(const char *name)
{
    const char *gap = strstr(name, "emu_gap_");
    if (!gap) return "";
    const char *digits = gap;
    while (digits > name && isdigit(static_cast<unsigned char>(digits[-1]))) digits--;
    if (digits == gap) return std::string(name, gap) + (gap + 8);  // not mangled
    return std::string(name, digits) + std::to_string(atoi(digits) - 8) + (gap + 8);
}

static void find_shared(std::vector<symbol_t> *list)
{
    std::set<std::string> names;
    for (const symbol_t &s : *list)
        if (s.tls) names.insert(without_gap(s.name));
    names.erase("");
    for (symbol_t &s : *list) s.shared = s.tls && names.count(s.name);
}

static void read_symbols(std::vector<symbol_t> *list)
{
    int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    struct stat s;
    if (fd < 0 || fstat(fd, &s) != 0) return;
    const char *p = static_cast<const char *>(
        mmap(nullptr, s.st_size, PROT_READ, MAP_PRIVATE, fd, 0));  // stays: names point into it
    close(fd);
    if (p == MAP_FAILED) return;
    const ElfW(Ehdr) *h = reinterpret_cast<const ElfW(Ehdr) *>(p);
    const ElfW(Shdr) *sections = reinterpret_cast<const ElfW(Shdr) *>(p + h->e_shoff);
    for (unsigned i = 0; i < h->e_shnum; i++) {
        if (sections[i].sh_type != SHT_SYMTAB) continue;
        const ElfW(Sym) *first = reinterpret_cast<const ElfW(Sym) *>(p + sections[i].sh_offset);
        const char *names = p + sections[sections[i].sh_link].sh_offset;
        for (size_t k = 0; k < sections[i].sh_size / sizeof *first; k++) {
            const int type = ELF64_ST_TYPE(first[k].st_info);
            if ((type != STT_OBJECT && type != STT_TLS) || first[k].st_shndx == SHN_UNDEF || !first[k].st_size)
                continue;
            const char *name = names + first[k].st_name;
            list->push_back({first[k].st_value, first[k].st_size, name, type == STT_TLS, false});
        }
    }
    std::sort(list->begin(), list->end(),
              [](const symbol_t &a, const symbol_t &b) { return a.tls != b.tls ? b.tls : a.address < b.address; });
}

const std::vector<symbol_t> &symbols(void)
{
    static std::vector<symbol_t> &list = *new std::vector<symbol_t>;
    static bool done;
    if (!done) {
        done = true;
        read_symbols(&list);
        find_shared(&list);
    }
    return list;
}

std::string variable_name(const symbol_t &s)
{  // the last part: "k(float*)::{lambda...}::tile" is tile
    int status;
    char *d = abi::__cxa_demangle(s.name, nullptr, nullptr, &status);
    std::string name = d ? d : s.name;
    emu_delete(d);  // free itself would be a kernel's
    const size_t colon = name.rfind("::");
    if (s.tls && colon != std::string::npos) name = name.substr(colon + 2);
    return name;
}

// ---- words -----------------------------------------------------------------------------------------------------

std::string triple(uint3 v)
{
    return "(" + std::to_string(v.x) + "," + std::to_string(v.y) + "," + std::to_string(v.z) + ")";
}

std::string bytes_text(size_t n) { return std::to_string(n) + (n == 1 ? " byte" : " bytes"); }

std::string hex(uintptr_t a)
{
    char s[32];
    snprintf(s, sizeof s, "0x%lx", static_cast<unsigned long>(a));
    return s;
}

site_t site_of(uint32_t pc) { return reinterpret_cast<site_t>(uintptr_t(pc & PC)); }

// "byte 508 of 1024", and the element where it is one
static std::string position(uintptr_t a, size_t size, uintptr_t low, size_t whole)
{
    const size_t byte = a - low;
    if (size >= 4 && byte % size == 0 && whole % size == 0)
        return "element " + std::to_string(byte / size) + " of " + std::to_string(whole / size) + " (" +
               bytes_text(size) + " each)";
    return "byte " + std::to_string(byte) + " of " + std::to_string(whole);
}

static std::string beside(uintptr_t a, size_t size, uintptr_t low, size_t whole, const std::string &what)
{
    std::string s;
    if (a < low) s = bytes_text(low - a) + " before " + what;
    else if (a >= low + whole) s = bytes_text(a - low - whole) + " after the end of " + what;
    else s = "partly behind the end of " + what;
    if (size >= 4 && a >= low && (a - low) % size == 0 && whole % size == 0)
        s += ": element " + std::to_string((a - low) / size) + " of an array of " + std::to_string(whole / size);
    return s;
}

static std::string with_place(const variable_t *v)
{
    const char *word = v->kind == 'c' ? "__constant__" : v->kind == 'm' ? "__managed__" : "__device__";
    return std::string(word) + " variable " + v->name + " (" + bytes_text(v->size) + ", " + v->file + ":" +
           std::to_string(v->line) + ")";
}

static std::string describe_shared(uintptr_t a, size_t size)
{
    const uintptr_t tls = tls_block(nullptr), offset = a - tls;
    const symbol_t *near = nullptr;
    for (const symbol_t &s : symbols()) {
        if (!s.tls || !s.shared) continue;
        const std::string what = "the shared variable " + variable_name(s) + " (" + bytes_text(s.size) + ")";
        if (offset >= s.address && offset + size <= s.address + s.size)
            return position(a, size, tls + s.address, s.size) + " of the shared variable " + variable_name(s);
        if (s.address <= offset) near = &s;  // the last one that begins before it
        if (!near) near = &s;
    }
    if (!near) return "shared memory";
    return beside(a, size, tls + near->address, near->size,
                  "the shared variable " + variable_name(*near) + " (" + bytes_text(near->size) + ")");
}

std::string describe(uintptr_t a, size_t size)
{
    const region_t *r = region_of(a);
    if (r && r->kind == 's') return describe_shared(a, size);
    const uintptr_t dynamic_end = worker ? reinterpret_cast<uintptr_t>(worker->shared_low) + MAX_SHARED : 0;
    if ((r && r->kind == 'd') || (running_launch && running_launch->shared && a - dynamic_end < 1u << 20)) {
        const uintptr_t low = reinterpret_cast<uintptr_t>(worker->shared);
        if (a >= low && a + size <= low + running_launch->shared)
            return position(a, size, low, running_launch->shared) + " of the dynamic shared memory";
        return beside(a, size, low, running_launch->shared,
                      "the " + bytes_text(running_launch->shared) + " of dynamic shared memory of this launch");
    }
    if (const variable_t *v = find_variable(reinterpret_cast<void *>(a))) {
        const uintptr_t low = reinterpret_cast<uintptr_t>(v->address);
        if (a + size > low + v->size) return beside(a, size, low, v->size, "the " + with_place(v));
        return position(a, size, low, v->size) + " of the " + with_place(v);
    }
    for (const variable_t *v = r && r->kind == 'v' ? first_variable() : nullptr; v; v = v->next)
        if (const uintptr_t low = reinterpret_cast<uintptr_t>(v->address); a - low < v->size + 64)
            return beside(a, size, low, v->size, "the " + with_place(v));
    const alloc_t *x = find_alloc(reinterpret_cast<void *>(a), true);
    if (!x) return "memory without any allocation";
    const uintptr_t low = reinterpret_cast<uintptr_t>(x->p);
    const std::string what = "the allocation of " + bytes_text(x->size) + " made by " + x->function + " at " +
                             at(x->site);
    if (a >= low && a + size <= low + x->size) return position(a, size, low, x->size) + " of " + what;
    return beside(a, size, low, x->size, what);
}

finding_t kernel_finding(const char *tool, const char *kind, const std::string &title, uint32_t pc)
{
    finding_t f = {tool, kind, title, {}, "", false};
    const where_t w = where(site_of(pc));
    f.file = w.file, f.line = w.line;
    if (running_launch) f.kernel = kernel_name(running_launch->kernel);
    if (running_block) f.block = running_block->index, f.thread = thread_of(running_block, running_block->current);
    const bool called = !w.function.empty() &&
                        w.function.substr(0, w.function.find('(')) != f.kernel.substr(0, f.kernel.find('('));
    f.lines.push_back("at " + at(site_of(pc)) + (called ? " in " + w.function + ", called in kernel " : " in kernel ") +
                      f.kernel);
    f.lines.push_back("by thread " + triple(f.thread) + " in block " + triple(f.block));
    return f;
}
}  // namespace emu::check
