// [given] warp.cpp: functions of a warp: shuffles, votes, matches, reductions, syncwarp, activemask.
//
// A lane deposits what it brings and waits; the last lane of the mask to come computes everybody's result. Lanes that
// have returned are not waited for.
#include "worker.h"
#include "emu/warp.h"

namespace emu
{

static unsigned lanes_of_block(const worker_t *w, unsigned warp)
{  // those that exist
    unsigned n = w->block.count - warp * 32;
    return n >= 32 ? 0xffffffffu : (1u << n) - 1;
}

// kind: '.' syncwarp; 's' shuffles; 'b' 'a' 'n' votes; 'm' 'M' matches; '+' '<' '>' '&' '|' '^' reductions
static unsigned combine(char kind, unsigned r, unsigned v)
{
    switch (kind) {
    case '+': return r + v;
    case '<': return v < r ? v : r;
    case '>': return v > r ? v : r;
    case '&': return r & v;
    case '|': return r | v;
    default: return r ^ v;
    }
}

#define EACH(i, set) for (unsigned g_ = (set), i; g_ && (i = __builtin_ctz(g_), true); g_ &= g_ - 1)

static void complete(worker_t *w, unsigned warp, unsigned group)
{
    lane_t *lanes = &w->lanes[warp * 32];
    const lane_t &first = lanes[__builtin_ctz(group)];
    unsigned long long result[32];
    unsigned votes = 0, stray = 0;  // stray: lanes read from that do not take part
    switch (first.kind) {
    case '.': break;
    case 's':
        EACH(i, group)
        {
            unsigned from = lanes[i].from;
            if (!(group >> from & 1)) stray |= 1u << from, from = i;
            result[i] = lanes[from].value;
        }
        break;
    case 'b':
    case 'a':
    case 'n':
        EACH(i, group) votes |= unsigned(lanes[i].value != 0) << i;
        EACH(i, group) result[i] = first.kind == 'b' ? votes : first.kind == 'a' ? votes == group : votes != 0;
        break;
    case 'm':
    case 'M':
        EACH(i, group)
        {
            unsigned same = 0;
            EACH(j, group) same |= unsigned(lanes[j].value == lanes[i].value) << j;
            result[i] = first.kind == 'm' || same == group ? same : 0;
        }
        break;
    default: {
        unsigned r = first.value;
        EACH(i, group & (group - 1)) r = combine(first.kind, r, lanes[i].value);
        EACH(i, group) result[i] = r;
    }
    }
    if (stray && hooks && hooks->warp_mismatch) hooks->warp_mismatch(first.what, first.mask, stray, first.site);
    if (first.kind != '.') EACH(i, group) lanes[i].value = result[i];
    if (hooks && hooks->warp_sync) hooks->warp_sync(warp, group);
}

// Lane `event` of the warp has come or has returned: is a group complete now? Others than the running thread are released.
void warp_try(worker_t *w, unsigned warp, unsigned event)
{
    lane_t *lanes = &w->lanes[warp * 32];
    unsigned exist = lanes_of_block(w, warp);
    for (unsigned waiting = w->warp_waiting[warp]; waiting; waiting &= waiting - 1) {
        lane_t &lane = lanes[__builtin_ctz(waiting)];
        unsigned mask = lane.mask & exist;
        if (!(mask & event)) continue;
        unsigned group = 0, missing = 0;
        for (unsigned g = mask; g; g &= g - 1) {
            int i = __builtin_ctz(g);
            bool here = w->warp_waiting[warp] >> i & 1;
            if (here && lanes[i].kind == lane.kind && lanes[i].mask == lane.mask) group |= 1u << i;
            else if (here || !thread_done(w, warp * 32 + i)) missing |= 1u << i;
        }
        if (missing) continue;
        complete(w, warp, group);
        w->warp_waiting[warp] &= ~group;
        for (unsigned g = group; g; g &= g - 1) {
            lane_t *l = &lanes[__builtin_ctz(g)];
            if (l->state == AT_WARP) release(w, l);  // the running thread is not waiting: it goes on by itself
        }
        return;
    }
}

static unsigned long long meet(char kind, unsigned mask, unsigned long long value, int from, const char *what,
                               site_t site)
{
    worker_t *w = worker;
    unsigned current = w->block.current, warp = current / 32;
    lane_t *me = &w->lanes[current];
    unsigned bit = 1u << current % 32;
    if (!(mask & bit)) {
        if (hooks && hooks->warp_mismatch) hooks->warp_mismatch(what, mask, bit, site);
        mask |= bit;
    }
    me->kind = kind;
    me->mask = mask;
    me->value = value;
    me->from = from;
    me->what = what;
    me->site = site;
    me->state = RUNNING;
    something_happens(w);
    w->warp_waiting[warp] |= bit;
    unsigned needed = mask & lanes_of_block(w, warp) & ~w->warp_waiting[warp];
    if (needed == 0 || w->block.ended) warp_try(w, warp, bit);
    if (w->warp_waiting[warp] & bit) wait_here(AT_WARP, what, site);
    return me->value;
}

unsigned long long shuffle(unsigned mask, unsigned long long bits, int argument, int width, char kind, const char *what)
{
    if (!in_kernel()) return bits;
    int i = worker->block.current % 32, low = i & ~(width - 1), from = i;
    switch (kind) {
    case 'i': from = low | (argument & (width - 1)); break;
    case 'u': from = i - argument < low ? i : i - argument; break;
    case 'd': from = (i & (width - 1)) + argument >= width ? i : i + argument; break;
    case 'x': from = (i ^ argument) >= low + width ? i : i ^ argument; break;
    }
    return meet('s', mask, bits, from & 31, what, EMU_SITE);
}

unsigned vote(unsigned mask, int predicate, char kind, const char *what)
{
    if (!in_kernel()) return predicate != 0;
    return meet(kind, mask, predicate != 0, 0, what, EMU_SITE);
}

unsigned match(unsigned mask, unsigned long long value, int, bool all, int *predicate, const char *what)
{
    unsigned r = in_kernel() ? meet(all ? 'M' : 'm', mask, value, 0, what, EMU_SITE) : 1;
    if (predicate) *predicate = r != 0;
    return r;
}

unsigned reduce(unsigned mask, unsigned value, char kind, const char *what)
{
    if (!in_kernel()) return value;
    return meet(kind, mask, value, 0, what, EMU_SITE);
}

// Nobody else can run: the lanes of a warp that have come to the same __activemask are the active ones.
bool resolve_activemask(worker_t *w)
{
    for (unsigned warp = 0; warp * 32 < w->block.count; warp++) {
        lane_t *lanes = &w->lanes[warp * 32];
        unsigned group = 0;
        site_t site = nullptr;
        for (unsigned i = 0; i < 32 && warp * 32 + i < w->block.count; i++)
            if (lanes[i].state == AT_ACTIVEMASK && (!site || lanes[i].site == site))
                site = lanes[i].site, group |= 1u << i;
        if (!group) continue;
        for (unsigned g = group; g; g &= g - 1) {
            lanes[__builtin_ctz(g)].value = group;
            w->soft--;
            release(w, &lanes[__builtin_ctz(g)]);
        }
        return true;
    }
    return false;
}
}  // namespace emu

void __syncwarp(unsigned mask)
{
    if (emu::in_kernel()) emu::meet('.', mask, 0, 0, "__syncwarp", EMU_SITE);
}

unsigned __activemask(void)
{
    if (!emu::in_kernel()) return 1;
    emu::something_happens(emu::worker);
    emu::worker->soft++;
    return emu::wait_here(emu::AT_ACTIVEMASK, "__activemask", EMU_SITE)->value;
}
