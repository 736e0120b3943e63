// [given] cooperative_groups.h: thread_block, tiles, coalesced threads, the grid: groups that synchronise and exchange.
//
// cooperative_groups/reduce.h, scan.h and memcpy_async.h hold the collective functions. Not here: clusters and
// multi-device grids.
#pragma once
#include "emu/launch.h"
#include "emu/warp.h"

namespace emu
{
bool grid_is_cooperative(void);
}

namespace cooperative_groups
{
namespace details
{
EMU_DEVICE unsigned thread_number() { return (threadIdx.z * blockDim.y + threadIdx.y) * blockDim.x + threadIdx.x; }
EMU_DEVICE unsigned block_size() { return blockDim.x * blockDim.y * blockDim.z; }
EMU_DEVICE unsigned lane() { return thread_number() & 31; }
EMU_DEVICE unsigned bits(unsigned n) { return n >= 32 ? 0xffffffffu : (1u << n) - 1; }
// The lanes of this warp that exist: a block's last warp may be a part of one.
EMU_DEVICE unsigned existing_lanes() { return bits(block_size() - (thread_number() & ~31u)); }
inline unsigned nth_lane(unsigned mask, unsigned n)
{
    while (n--) mask &= mask - 1;
    return mask ? (unsigned)__builtin_ctz(mask) : 32;
}
// From lanes of the warp to ranks of the group.
inline unsigned packed(unsigned votes, unsigned mask)
{
    unsigned r = 0;
    for (unsigned i = 0; mask; mask &= mask - 1, i++) r |= (votes >> __builtin_ctz(mask) & 1) << i;
    return r;
}
template <class T> EMU_DEVICE T shuffle(unsigned mask, T v, unsigned lane, const char *name)
{
    char *bytes = reinterpret_cast<char *>(&v);
    for (size_t i = 0; i < sizeof(T); i += 8) {
        unsigned long long part = 0;
        const size_t n = sizeof(T) - i < 8 ? sizeof(T) - i : 8;
        __builtin_memcpy(&part, bytes + i, n);
        part = emu::shuffle(mask, part, (int)lane, 32, 'i', name);
        __builtin_memcpy(bytes + i, &part, n);
    }
    return v;
}
}  // namespace details

// Any group. The groups below are of this kind, so that a function can take whichever it is given.
class thread_group
{
  protected:
    char kind;      // 'b'lock, 'g'rid, 't'ile, 'c'oalesced
    unsigned mask;  // of a tile or coalesced group: its lanes
    unsigned nth, count;
    friend thread_group tiled_partition(const thread_group &parent, unsigned size);

  public:
    thread_group(char kind = 'b', unsigned mask = 0, unsigned rank = 0, unsigned count = 1)
        : kind(kind), mask(mask), nth(rank), count(count)
    {
    }
    EMU_DEVICE void sync() const
    {
        if (kind == 'b') __syncthreads();
        else if (kind == 'g') emu::grid_sync();
        else __syncwarp(mask);
    }
    unsigned long long size() const { return count; }
    unsigned long long num_threads() const { return count; }
    unsigned long long thread_rank() const { return nth; }
    bool is_valid() const { return true; }
};

// ---- block and grid -----------------------------------------------------------------------------------------

class thread_block : public thread_group
{
  public:
    typedef int arrival_token;
    thread_block() : thread_group('b', 0, details::thread_number(), details::block_size()) {}
    EMU_DEVICE static void sync() { __syncthreads(); }
    // Arriving waits for nobody; all the waiting is done here.
    static arrival_token barrier_arrive() { return 0; }
    EMU_DEVICE static void barrier_wait(arrival_token) { __syncthreads(); }
    static unsigned thread_rank() { return details::thread_number(); }
    static unsigned size() { return details::block_size(); }
    static unsigned num_threads() { return details::block_size(); }
    static dim3 group_index() { return blockIdx; }
    static dim3 thread_index() { return threadIdx; }
    static dim3 dim_threads() { return blockDim; }
    static dim3 group_dim() { return blockDim; }
};
inline thread_block this_thread_block() { return thread_block(); }

class grid_group : public thread_group
{
    grid_group() : thread_group('g') {}
    friend grid_group this_grid();

  public:
    EMU_DEVICE static void sync() { emu::grid_sync(); }
    bool is_valid() const { return emu::grid_is_cooperative(); }
    static unsigned long long thread_rank() { return block_rank() * details::block_size() + details::thread_number(); }
    static unsigned long long size() { return num_blocks() * details::block_size(); }
    static unsigned long long num_threads() { return size(); }
    static unsigned long long block_rank()
    {
        return ((unsigned long long)blockIdx.z * gridDim.y + blockIdx.y) * gridDim.x + blockIdx.x;
    }
    static unsigned long long num_blocks() { return (unsigned long long)gridDim.x * gridDim.y * gridDim.z; }
    static dim3 dim_blocks() { return gridDim; }
    static dim3 group_dim() { return gridDim; }
    static dim3 block_index() { return blockIdx; }
    static dim3 thread_index()
    {
        return dim3(blockIdx.x * blockDim.x + threadIdx.x, blockIdx.y * blockDim.y + threadIdx.y,
                    blockIdx.z * blockDim.z + threadIdx.z);
    }
    static dim3 dim_threads() { return dim3(gridDim.x * blockDim.x, gridDim.y * blockDim.y, gridDim.z * blockDim.z); }
};
inline grid_group this_grid() { return grid_group(); }

// ---- groups of lanes: what coalesced groups and tiles have alike; src, delta: ranks in the group ------------

class lane_group : public thread_group
{
  protected:
    unsigned part = 0, parts = 1;
    using thread_group::thread_group;

  public:
    unsigned size() const { return count; }
    unsigned num_threads() const { return count; }
    unsigned thread_rank() const { return nth; }
    unsigned meta_group_rank() const { return part; }
    unsigned meta_group_size() const { return parts; }
    unsigned lanes() const { return mask; }  // not CUDA's: the group's lanes in its warp
    EMU_DEVICE void sync() const { __syncwarp(mask); }

    template <class T> EMU_DEVICE T shfl(T v, unsigned src) const
    {
        return details::shuffle(mask, v, details::nth_lane(mask, src % count), "shfl");
    }
    template <class T> EMU_DEVICE T shfl_up(T v, unsigned delta) const
    {
        const unsigned src = nth >= delta ? nth - delta : nth;
        return details::shuffle(mask, v, details::nth_lane(mask, src), "shfl_up");
    }
    template <class T> EMU_DEVICE T shfl_down(T v, unsigned delta) const
    {
        const unsigned src = delta < count - nth ? nth + delta : nth;
        return details::shuffle(mask, v, details::nth_lane(mask, src), "shfl_down");
    }
    EMU_DEVICE int any(int predicate) const { return (int)emu::vote(mask, predicate, 'n', "any"); }
    EMU_DEVICE int all(int predicate) const { return (int)emu::vote(mask, predicate, 'a', "all"); }
    EMU_DEVICE unsigned ballot(int predicate) const
    {
        return details::packed(emu::vote(mask, predicate, 'b', "ballot"), mask);
    }
    template <class T> EMU_DEVICE unsigned match_any(T v) const
    {
        return details::packed(emu::match_value(mask, v, false, nullptr, "match_any"), mask);
    }
    template <class T> EMU_DEVICE unsigned match_all(T v, int &pred) const
    {
        return details::packed(emu::match_value(mask, v, true, &pred, "match_all"), mask);
    }
};

class coalesced_group : public lane_group
{
  public:
    explicit coalesced_group(unsigned mask)
        : lane_group('c', mask, (unsigned)__builtin_popcount(mask & details::bits(details::lane())),
                     (unsigned)__builtin_popcount(mask))
    {
    }
    coalesced_group(unsigned mask, unsigned part, unsigned parts) : coalesced_group(mask)
    {
        this->part = part;
        this->parts = parts;
    }
};
EMU_DEVICE coalesced_group coalesced_threads() { return coalesced_group(__activemask()); }

template <unsigned SIZE, class PARENT = void> class thread_block_tile;

// Tiles count the lanes that a block's last, partial warp lacks, as CUDA's do; no collective waits for those.
template <unsigned SIZE> class thread_block_tile<SIZE, void> : public lane_group
{
    static_assert(SIZE == 1 || SIZE == 2 || SIZE == 4 || SIZE == 8 || SIZE == 16 || SIZE == 32,
                  "tiles have 1, 2, 4, 8, 16 or 32 threads; the emulator has no larger ones");
    static unsigned base() { return details::lane() & ~(SIZE - 1); }

  public:
    thread_block_tile()
        : lane_group('t', details::bits(SIZE) << base() & details::existing_lanes(), details::lane() & (SIZE - 1), SIZE)
    {
        part = details::thread_number() / SIZE;
        parts = (details::block_size() + SIZE - 1) / SIZE;
    }
    template <unsigned PARENT_SIZE> static thread_block_tile inside()
    {
        thread_block_tile t;
        t.part = (details::lane() & (PARENT_SIZE - 1)) / SIZE;
        t.parts = PARENT_SIZE / SIZE;
        return t;
    }
    static constexpr unsigned size() { return SIZE; }
    static constexpr unsigned num_threads() { return SIZE; }
    template <class T> EMU_DEVICE T shfl(T v, unsigned src) const
    {
        return details::shuffle(mask, v, base() + (src & (SIZE - 1)), "shfl");
    }
    template <class T> EMU_DEVICE T shfl_up(T v, unsigned delta) const
    {
        return details::shuffle(mask, v, nth >= delta ? base() + nth - delta : base() + nth, "shfl_up");
    }
    template <class T> EMU_DEVICE T shfl_down(T v, unsigned delta) const
    {
        return details::shuffle(mask, v, delta < SIZE - nth ? base() + nth + delta : base() + nth, "shfl_down");
    }
    template <class T> EMU_DEVICE T shfl_xor(T v, unsigned lane_mask) const
    {
        return details::shuffle(mask, v, base() + ((nth ^ lane_mask) & (SIZE - 1)), "shfl_xor");
    }
};
template <unsigned SIZE, class PARENT> class thread_block_tile : public thread_block_tile<SIZE>
{
  public:
    thread_block_tile() = default;
    thread_block_tile(const thread_block_tile<SIZE> &t) : thread_block_tile<SIZE>(t) {}
};

inline thread_block_tile<1> this_thread() { return {}; }

// ---- making groups of groups --------------------------------------------------------------------------------

template <unsigned SIZE> inline thread_block_tile<SIZE, thread_block> tiled_partition(const thread_block &)
{
    return {};
}
template <unsigned SIZE, unsigned PARENT_SIZE, class PARENT>
inline thread_block_tile<SIZE, thread_block_tile<PARENT_SIZE, PARENT>>
tiled_partition(const thread_block_tile<PARENT_SIZE, PARENT> &)
{
    static_assert(SIZE <= PARENT_SIZE, "a tile cannot be larger than the tile it is a part of");
    return thread_block_tile<SIZE>::template inside<PARENT_SIZE>();
}
inline coalesced_group tiled_partition(const coalesced_group &parent, unsigned size)
{
    unsigned mask = 0, first = parent.thread_rank() / size * size;
    for (unsigned i = first; i < first + size && i < parent.size(); i++)
        mask |= 1u << details::nth_lane(parent.lanes(), i);
    return coalesced_group(mask, first / size, (parent.size() + size - 1) / size);
}
inline thread_group tiled_partition(const thread_group &parent, unsigned size)
{
    if (parent.kind == 'c') return tiled_partition(coalesced_group(parent.mask), size);
    const unsigned base = details::lane() & ~(size - 1);
    return thread_group('t', details::bits(size) << base & details::existing_lanes(), details::lane() & (size - 1),
                        size);
}
EMU_DEVICE coalesced_group binary_partition(const lane_group &g, bool predicate)
{
    const unsigned votes = emu::vote(g.lanes(), predicate, 'b', "binary_partition");
    return coalesced_group((predicate ? votes : ~votes) & g.lanes(), predicate, 2);
}
template <class T> EMU_DEVICE coalesced_group labeled_partition(const lane_group &g, T label)
{
    return coalesced_group(emu::match_value(g.lanes(), label, false, nullptr, "labeled_partition"));
}

// ---- functions for every group ------------------------------------------------------------------------------

template <class GROUP> EMU_DEVICE void sync(const GROUP &g) { g.sync(); }
template <class GROUP> inline auto thread_rank(const GROUP &g) { return g.thread_rank(); }
template <class GROUP> inline auto group_size(const GROUP &g) { return g.size(); }
template <class GROUP> inline bool is_valid(const GROUP &g) { return g.is_valid(); }
template <class GROUP, class F, class... ARGS> EMU_DEVICE void invoke_one(const GROUP &g, F &&f, ARGS &&...args)
{
    if (g.thread_rank() == 0) f(static_cast<ARGS &&>(args)...);
}

// ---- not supported ------------------------------------------------------------------------------------------

template <unsigned THREADS> struct block_tile_memory {
    static_assert(THREADS == 0, "tiles larger than a warp (block_tile_memory) are not supported by the emulator");
};
class cluster_group : public thread_group
{
};
class multi_grid_group : public thread_group
{
};
__attribute__((error("cooperative_groups::this_cluster() is not supported by the emulator: it has no clusters")))
cluster_group
this_cluster();
__attribute__((error("cooperative_groups::this_multi_grid() was removed from CUDA"))) multi_grid_group
this_multi_grid();
}  // namespace cooperative_groups
