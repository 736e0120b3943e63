// [given] order.cpp: which launches a GPU must run one after the other, because of streams, events and waits of the host.
//
// Vector clocks: for each stream, the last operation of every other stream that has surely ended when the next
// operation of this one begins. The serial numbers of the operations, which only grow, are the clocks.
#include "stream.h"

namespace emu
{

struct launch_order_t {
    uint64_t serial;
    uint32_t track;
    std::shared_ptr<const clock_t_> known;
    std::shared_ptr<exec_t> graph;  // nodes of one graph launch have one serial number
    unsigned node;
};

static clock_t_ host;  // what the host has waited for; any thread: they may have told each other
static std::vector<launch_order_t> launches;
static uint32_t waited;            // the host has waited for all launches up to this one
static bool several;               // since then launches came from more than one stream, or from a graph
constexpr uint32_t WINDOW = 4096;  // launches that are looked at
static std::shared_ptr<exec_t> next_graph;
static unsigned next_node;

static bool join(clock_t_ *to, const clock_t_ &from)
{  // true: it grew
    bool grew = false;
    if (to->size() < from.size()) to->resize(from.size());
    for (size_t i = 0; i < from.size(); i++)
        if (from[i] > (*to)[i]) {
            (*to)[i] = from[i];
            grew = true;
        }
    return grew;
}

static bool set(clock_t_ *to, uint32_t track, uint64_t serial)
{
    if (to->size() <= track) to->resize(track + 1);
    if ((*to)[track] >= serial) return false;
    (*to)[track] = serial;
    return true;
}

// An operation of the legacy stream waits for all blocking streams, and they wait for it.
static bool join_legacy(stream_t *s)
{
    bool grew = false;
    if (s->flags & cudaStreamNonBlocking) return false;
    for_each_stream([&](stream_t *other) {
        if (other == s || other->device != s->device || !other->last || other->flags & cudaStreamNonBlocking) return;
        if (!s->legacy && !other->legacy) return;
        grew |= join(&s->clock, other->clock);
        grew |= set(&s->clock, other->track, other->last);
    });
    return grew;
}

void order_operation(stream_t *s, operation_t *op)
{
    bool grew = join(&s->clock, host);
    grew |= join_legacy(s);
    if (grew || !s->snapshot) s->snapshot = std::make_shared<clock_t_>(s->clock);
    op->known = s->snapshot;
}

void order_record(stream_t *s, event_t *e)
{
    e->clock = s->clock;
    set(&e->clock, s->track, s->last);
}

void order_wait(stream_t *s, const event_t *e)
{
    if (join(&s->clock, e->clock)) s->snapshot = nullptr;
}

void order_host(const clock_t_ &known) { join(&host, known); }

void order_host(const stream_t *s)
{
    for_each_stream([&](stream_t *other) {
        bool waited = !s || other == s ||
                      (s->legacy && other->device == s->device && !(other->flags & cudaStreamNonBlocking));
        if (!waited || !other->last) return;
        join(&host, other->clock);
        set(&host, other->track, other->last);
    });
    if (s) return;
    waited = launches.empty() ? 0 : launches.size() - 1;
    several = false;
    for (uint32_t track = 0; track < queue.tracks; track++) set(&host, track, queue.serial);  // destroyed ones, too
}

void order_launch(uint32_t id, const operation_t &op)
{
    std::lock_guard<std::mutex> l(queue.lock);
    launches.resize(id + 1);
    if (next_graph || (id - 1 > waited && launches[id - 1].track != op.track)) several = true;
    launches[id] = {op.serial, op.track, op.known, next_graph, next_node};
    next_graph = nullptr;
}

void order_node(const std::shared_ptr<exec_t> &g, unsigned node)
{
    next_graph = g;
    next_node = node;
}

static bool comes_after(const exec_t &g, unsigned later, unsigned earlier)
{
    std::vector<unsigned> open = {later};
    std::vector<char> seen(g.ops.size());
    while (!open.empty()) {
        unsigned i = open.back();
        open.pop_back();
        if (i == earlier) return true;
        for (unsigned k : g.after[i])
            if (!seen[k]++) open.push_back(k);
    }
    return false;
}

static bool is_ordered(uint32_t earlier, uint32_t later)
{
    if (earlier >= launches.size() || later >= launches.size()) return true;
    const launch_order_t &a = launches[earlier], &b = launches[later];
    if (a.serial == b.serial && a.graph && a.graph == b.graph) return comes_after(*b.graph, b.node, a.node);
    if (a.track == b.track || !b.known) return true;
    return a.track < b.known->size() && (*b.known)[a.track] >= a.serial;
}

bool ordered(uint32_t earlier, uint32_t later)
{
    std::lock_guard<std::mutex> l(queue.lock);
    return is_ordered(earlier, later);
}

uint32_t first_unordered(uint32_t later)
{
    std::lock_guard<std::mutex> l(queue.lock);
    if (!several) return later;
    const uint32_t oldest = later > waited + WINDOW ? later - WINDOW : waited + 1;
    for (uint32_t i = oldest; i < later; i++)
        if (!is_ordered(i, later)) return i;
    return later;
}
}  // namespace emu
