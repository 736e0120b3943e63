// [given] counters.cpp: which launches and blocks are looked at; copies; what is written at the end.
#include "counters_now.h"
#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <regex>
#include <unistd.h>

namespace emu
{
bool counting, counters_detail;
}

namespace emu::counters
{
now_t *now;
static block_t no_block;
static unsigned char own_flags[1024];

std::vector<std::unique_ptr<kernel_stats_t>> &all_kernels(void)
{
    static auto *k = new std::vector<std::unique_ptr<kernel_stats_t>>;  // outlives the exit handlers
    return *k;
}

std::map<std::pair<site_t, char>, copies_t> &all_copies(void)
{
    static auto *c = new std::map<std::pair<site_t, char>, copies_t>;
    return *c;
}

// ---- launches and blocks -----------------------------------------------------------------------------

static bool wanted(const std::string &name)
{
    static const char *filter = getenv("EMU_COUNTERS_KERNEL");
    if (!filter || !*filter) return true;
    if (strncmp(filter, "regex:", 6) != 0) return name.find(filter) != std::string::npos;
    try {
        return std::regex_search(name, std::regex(filter + 6));
    } catch (const std::regex_error &) {
        return false;
    }
}

static bool within_count(void)
{
    static const char *skip = getenv("EMU_COUNTERS_SKIP"), *most = getenv("EMU_COUNTERS_LAUNCHES");
    const unsigned long i = now->wanted++, first = skip ? strtoul(skip, nullptr, 10) : 0;
    return i >= first && (!most || !*most || i - first < strtoul(most, nullptr, 10));
}

static kernel_stats_t *stats_of(kernel_t *kernel)
{
    static auto &known = *new std::map<kernel_t *, kernel_stats_t *>;
    kernel_stats_t *&k = known[kernel];
    if (k) return k;
    all_kernels().emplace_back(new kernel_stats_t());
    k = all_kernels().back().get();
    k->kernel = kernel;
    k->name = kernel_name(kernel);
    k->file = kernel->file ? kernel->file : "";
    return k;
}

// A number below n that has no rhythm: layers and columns repeat themselves with powers of two.
static uint64_t scattered(uint64_t i, uint64_t n) { return ((i + 1) * 0x9e3779b97f4a7c15u >> 33) % n; }

// What block i of n stands for: 0 for nothing (it is not looked at). The first four, the last one, and one of each of 59
// equal parts of the others.
static double block_weight(uint64_t i, uint64_t n)
{
    constexpr uint64_t FIRST = 4, PARTS = 59;
    if (n <= FIRST + PARTS + 9 || i < FIRST || i == n - 1) return 1;
    const uint64_t middle = n - FIRST - 1, size = (middle + PARTS - 1) / PARTS, part = (i - FIRST) / size;
    const uint64_t here = std::min(size, middle - part * size);
    return (i - FIRST) % size == scattered(part, here) ? double(here) : 0;
}

static void enter_block(const block_t *b)
{
    now->block = b;
    now->block_number = b->index.x + uint64_t(b->grid.x) * (b->index.y + uint64_t(b->grid.y) * b->index.z);
    now->flags = now->all_flags.empty() ? own_flags : &now->all_flags[now->block_number * b->count];
    now->weight = now->detailed ? block_weight(now->block_number, now->blocks) * now->launch_weight : 0;
    counters_detail = now->weight > 0;
}

static void leave_block(void)
{
    if (counters_detail) end_interval();
    counters_detail = false;
}

// ---- the end of the program --------------------------------------------------------------------------

const std::string &start_folder(void)
{
    static const auto &folder = *new std::string([] {
        char here[4096];
        return getcwd(here, sizeof here) ? std::string(here) + "/" : std::string();
    }());
    return folder;
}

static void write_file(const char *variable, const std::string &text)
{
    const char *name = getenv(variable);
    if (!name || !*name || strcmp(name, "none") == 0) return;
    FILE *f = strcmp(name, "-") == 0 ? stdout : fopen(name, "w");
    const bool good = f && fwrite(text.data(), 1, text.size(), f) == text.size();
    if ((f && f != stdout && fclose(f) != 0) || !good)
        fprintf(stderr, "ncu: cannot write %s: %s\n", name, strerror(errno));
}

static pid_t started_as;

static void finish(void)
{
    if (getpid() != started_as) return;  // a child of fork
    const report_t r = make_report();
    write_file("EMU_COUNTERS", json_report(r));
    write_file("EMU_COUNTERS_HTML", html_report(r));
    write_file("EMU_COUNTERS_CSV", csv_report(r));
    write_file("EMU_COUNTERS_TEXT", text_report(r));
}
}  // namespace emu::counters

namespace emu
{
using namespace counters;

// Between kernel and global memory so far [bytes].
static double moved_by(const kernel_stats_t *k)
{
    double sum = 0;
    for (auto &entry : k->places)
        if (entry.second->space == SPACE_GLOBAL) sum += entry.second->sums.moved;
    return sum;
}

void counters_launch_begin(const launch_t *l)
{
    now->launches++;
    now->kernel = nullptr;
    now->detailed = false;
    kernel_stats_t *k = stats_of(l->kernel);
    if (!wanted(k->name) || !within_count()) return;
    now->kernel = k;
    now->blocks = uint64_t(l->grid.x) * l->grid.y * l->grid.z;
    const double threads = double(now->blocks) * (l->block.x * l->block.y * l->block.z);
    k->shape = &k->shapes[{l->grid.x, l->grid.y, l->grid.z, l->block.x, l->block.y, l->block.z}];
    k->shape->launches++;
    k->shape->threads += threads;
    k->threads += threads;
    k->blocks += double(now->blocks);
    k->dynamic_shared = std::max(k->dynamic_shared, l->shared);
    // All of the first launches; then one of every 2, 4, 8, ..., so that a training run of thousands stays fast.
    const unsigned long i = k->launches++;
    unsigned long step = 1;
    while (i >= 16 * step) step *= 2;
    now->detailed = i % step == scattered(i / step, step);
    now->trace = i == 0;
    now->launch_weight = double(step);
    if (now->detailed) {
        k->detailed++;
        k->weighted_threads += threads * now->launch_weight;
        k->weighted_blocks += double(now->blocks) * now->launch_weight;
    }
    now->moved = moved_by(k);
    forget_places();
    now->all_flags.assign(l->cooperative ? size_t(threads) : 0, 0);
}

void counters_block_begin(const block_t *b)
{
    leave_block();  // another block of a cooperative launch waits at a grid barrier
    enter_block(b);
    memset(now->flags, 0, b->count);
    if (counters_detail) now->kernel->counted_blocks++;
}

void counters_block_resume(const block_t *b)
{
    leave_block();
    enter_block(b);
}

void counters_block_end(const block_t *b)
{
    if (counters_detail) {
        shape_t *s = now->kernel->shape;
        bool later = false;  // a thread that comes later in the block has worked
        for (unsigned i = b->count; i-- > 0;) {
            later = later || (now->flags[i] & 1);
            if (!(now->flags[i] & 1)) s->seen_idle += now->weight, s->seen_between += later ? now->weight : 0;
            if (now->flags[i] == 0) s->seen_unread += now->weight;
        }
        s->seen += now->weight * b->count;
        end_interval();
        now->trace = false;  // one block
    }
    leave_block();
    now->flags = own_flags;
    now->block = &no_block;
}

void counters_barrier(const block_t *)
{
    if (!counters_detail) return;
    end_interval();
    now->kernel->barriers += now->weight;
}

void counters_warp_sync(unsigned warp, unsigned mask)
{
    if (!counters_detail) return;
    for (; mask; mask &= mask - 1) now->flags[(warp * 32 + unsigned(__builtin_ctz(mask))) % 1024] |= 1;
    now->kernel->warp_functions += now->weight;
}

void counters_launch_end(const launch_t *, cudaError_t)
{
    kernel_stats_t *k = now->kernel;
    now->kernel = nullptr;
    if (!k || !now->detailed) return;
    if (tracing) trace_moved((moved_by(k) - now->moved) / now->launch_weight);
    for (auto &entry : k->places) {  // while the arrays still exist
        place_t *p = entry.second.get();
        if (p->address && p->array.what.empty()) p->array = array_at(p->address, p->space);
    }
    // An address means something until memory is freed only: the hottest one of this launch, if it beats earlier ones.
    for (const hot_t &h : k->hottest)
        if (h.count > k->hot_count) {
            k->hot_count = h.count;
            k->hot_text = element_of(array_at(h.address, h.place->space), h.address, h.bytes);
        }
}

void counters_copy(void *dst, const void *src, size_t bytes, const char *function, site_t site)
{
    char direction = on_device(src) ? (on_device(dst) ? 'i' : 'd') : on_device(dst) ? 'u' : 'h';
    if (strstr(function, "ToSymbol")) direction = on_device(src) ? 'i' : 'u';
    if (strstr(function, "FromSymbol")) direction = on_device(dst) ? 'i' : 'd';
    if (direction == 'h') return;
    copies_t *c = &all_copies()[{site, direction}];
    c->site = site;
    c->function = function;
    c->direction = direction;
    if (c->calls++ > 0 && now->launches > c->last_launch) c->after_launch++;
    c->last_launch = now->launches;
    c->bytes += double(bytes);
}

void counters_start(void)
{
    const char *file = getenv("EMU_COUNTERS");
    if (!file || !*file) return;
    counting = true;
    now = new now_t();
    now->block = &no_block;
    now->flags = own_flags;
    started_as = getpid();
    start_folder();  // the program may change it
    atexit(finish);
}
}  // namespace emu
