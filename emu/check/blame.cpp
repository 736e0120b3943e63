// [given] blame.cpp: who wrote an element last: kept for the whole run, in little memory.
//
// The shadow of each word holds the segment and program counter of its last writer; what is kept here turns a segment of
// an earlier launch into kernel, block and thread. Copies and sets are intervals of addresses with the segment number
// that was next when they happened.
#include "check.h"
#include "queue.h"
#include "emu/blame.h"
#include <algorithm>
#include <cstdio>
#include <cstring>
#include <map>
#include <set>

namespace emu::check
{

struct past_launch_t {
    uint32_t first, end;  // segments
    kernel_t *kernel;
    unsigned long number;
    site_t site;
    dim3 grid, block;
    uint32_t per_block;           // segments of a block, where all blocks have the same and come in order; else 0
    std::vector<chunk_t> chunks;  // else all of them, as long as there is room
};
static std::vector<past_launch_t> past OUTLIVES;
static size_t kept, dropped_up_to;
constexpr size_t ROOM = 2000000;  // chunks

void blame_launch(const launch_t *l, const std::vector<chunk_t> &chunks)
{
    if (chunks.empty()) return;
    past_launch_t p = {chunks[0].base, next_segment(), l->kernel, l->id, l->site, l->grid, l->block, 0, {}};
    const uint32_t threads = l->block.x * l->block.y * l->block.z;
    const uint64_t blocks = uint64_t(l->grid.x) * l->grid.y * l->grid.z;
    bool regular = chunks.size() % blocks == 0;
    const size_t per_block = regular ? chunks.size() / blocks : 1;
    for (size_t i = 0; i < chunks.size() && regular; i++)
        regular = chunks[i].base == p.first + i * threads && chunks[i].first == 0 && chunks[i].block == i / per_block;
    if (regular) {
        p.per_block = per_block * threads;
    } else {
        p.chunks = chunks;
        kept += chunks.size();
    }
    past.push_back(std::move(p));
    for (; kept > ROOM && dropped_up_to + 1 < past.size(); dropped_up_to++) {
        kept -= past[dropped_up_to].chunks.size();
        std::vector<chunk_t>().swap(past[dropped_up_to].chunks);
    }
}

struct event_t {
    uintptr_t end;
    uint32_t segment;
    char kind;  // 'n'ew, 'c'opied, 's'et
    const char *function;
    site_t site;
};
static std::map<uintptr_t, event_t> events OUTLIVES;  // disjoint ranges

void blame_event(char kind, uintptr_t low, size_t size, const char *function, site_t site)
{
    const uintptr_t end = low + size;
    auto i = events.lower_bound(low);
    if (i != events.begin()) {
        auto before = std::prev(i);
        if (before->second.end > low) {
            event_t rest = before->second;
            before->second.end = low;
            if (rest.end > end) events[end] = rest;
        }
    }
    i = events.lower_bound(low);
    while (i != events.end() && i->first < end) {
        event_t rest = i->second;
        i = events.erase(i);
        if (rest.end > end) i = events.insert({end, rest}).first;
    }
    events[low] = {end, next_segment(), kind, function, site};
}

void blame_forget(void)
{
    past.clear();
    kept = dropped_up_to = 0;
    for (auto &e : events) e.second.segment = 0;
}

static const char *lasting(const std::string &s)
{
    static std::set<std::string> &all = *new std::set<std::string>;
    return all.insert(s).first->c_str();
}

static const past_launch_t *launch_of(uint32_t segment)
{
    auto p = std::upper_bound(past.begin(), past.end(), segment,
                              [](uint32_t s, const past_launch_t &x) { return s < x.first; });
    return p == past.begin() || segment >= (--p)->end ? nullptr : &*p;
}

uint32_t first_segment_of(uint32_t launch, uint32_t otherwise)
{
    auto p = std::lower_bound(past.begin(), past.end(), launch,
                              [](const past_launch_t &x, uint32_t id) { return x.number < id; });
    return p == past.end() ? otherwise : p->first;
}

// Asked for one word after another, mostly about the same launch.
bool beside(uint32_t segment)
{
    static struct {
        uint32_t first, end, launch;
        bool answer;
    } last;
    if (last.launch == running_launch->id && segment >= last.first && segment < last.end) return last.answer;
    const past_launch_t *p = launch_of(segment);
    if (!p) return false;  // of the host
    last = {p->first, p->end, running_launch->id, !ordered(p->number, running_launch->id)};
    return last.answer;
}

site_t launch_site(uint32_t segment)
{
    const past_launch_t *p = launch_of(segment);
    return p ? p->site : nullptr;
}

void writer_of(uint32_t segment, uint32_t pc, emu_writer_t *out)
{
    out->kind = EMU_WRITER_KERNEL;
    out->atomic = (pc & PC_ATOMIC) != 0;
    const where_t w = where(site_of(pc));
    out->file = lasting(w.file), out->line = w.line;
    const past_launch_t *p = launch_of(segment);
    if (!p) return;
    out->kernel = lasting(kernel_name(p->kernel));
    out->launch = p->number;
    const uint64_t threads = uint64_t(p->block.x) * p->block.y * p->block.z;
    uint64_t block, thread;
    if (p->per_block) {
        block = (segment - p->first) / p->per_block;
        thread = (segment - p->first) % threads;
    } else {
        auto c = std::upper_bound(p->chunks.begin(), p->chunks.end(), segment,
                                  [](uint32_t s, const chunk_t &x) { return s < x.base; });
        if (c == p->chunks.begin()) return;
        --c;
        block = c->block, thread = c->first + (segment - c->base);
    }
    out->thread_known = 1;
    const dim3 &g = p->grid, &b = p->block;
    out->block[0] = block % g.x, out->block[1] = block / g.x % g.y, out->block[2] = block / (uint64_t(g.x) * g.y);
    out->thread[0] = thread % b.x, out->thread[1] = thread / b.x % b.y, out->thread[2] = thread / (uint64_t(b.x) * b.y);
}

static int last_writer(uintptr_t a, emu_writer_t *out)
{
    word_t w;
    places_t p;
    const bool recorded = record_of(a, &w, &p) && w.w != 0;
    auto i = events.upper_bound(a);
    const event_t *e = nullptr;
    if (i != events.begin() && (--i)->second.end > a) e = &i->second;
    if (recorded && (!e || w.w >= e->segment)) {
        writer_of(w.w, p.w, out);
    } else if (e) {
        out->kind = e->kind == 'c' ? EMU_WRITER_COPY : e->kind == 's' ? EMU_WRITER_SET : EMU_WRITER_NEVER;
        const where_t at = where(e->site);
        out->function = e->function;
        out->file = lasting(at.file), out->line = at.line;
    }
    return out->kind;
}
}  // namespace emu::check

extern "C" int emu_last_writer(const void *device_pointer, emu_writer_t *out)
{
    *out = {};
    out->kernel = out->function = out->file = "";
    emu::check::settle();
    return emu::check::last_writer(reinterpret_cast<uintptr_t>(device_pointer), out);
}

extern "C" int emu_last_writer_text(const void *device_pointer, char *text, size_t size)
{
    emu_writer_t w;
    const int kind = emu_last_writer(device_pointer, &w);
    char place[512];
    if (*w.file) snprintf(place, sizeof place, "%s:%d", w.file, w.line);
    else snprintf(place, sizeof place, "?");
    switch (kind) {
    case EMU_WRITER_KERNEL:
        if (!w.thread_known)
            snprintf(text, size, "last written at %s%s%s", place, *w.kernel ? " in kernel " : "", w.kernel);
        else
            snprintf(text, size, "last written at %s by %sblock (%u,%u,%u) thread (%u,%u,%u) of kernel %s, launch %lu",
                     place, w.atomic ? "atomic operations, among others of " : "", w.block[0], w.block[1], w.block[2],
                     w.thread[0], w.thread[1], w.thread[2], w.kernel, w.launch);
        break;
    case EMU_WRITER_COPY: snprintf(text, size, "last written by %s at %s", w.function, place); break;
    case EMU_WRITER_SET: snprintf(text, size, "last set by %s at %s", w.function, place); break;
    case EMU_WRITER_NEVER: snprintf(text, size, "never written since %s at %s", w.function, place); break;
    default:
        if (size) *text = 0;
    }
    return kind;
}
