// [given] counters_now.h: what the counters know about the block that runs.
#pragma once
#include "counters_data.h"

namespace emu::counters
{
struct now_t {
    kernel_stats_t *kernel;                             // of the running launch; null: not wanted
    uint64_t blocks;                                    // of the launch
    double moved;                                       // by this kernel, before this launch [bytes]
    double launch_weight, weight;                       // what the launch and the block stand for
    bool detailed;                                      // this launch is looked at
    bool trace;                                         // keep samples for the drawings
    const block_t *block;                               // never null
    unsigned char *flags;                               // of its threads: 1 has written or taken part, 2 has read
    std::vector<unsigned char> all_flags;               // of all blocks of a cooperative launch
    std::vector<std::pair<place_t *, unsigned>> dirty;  // (place, warp) with requests
    size_t bytes;                                       // of all requests in memory
    unsigned long launches, wanted;
    uint32_t interval;
    uint64_t block_number;
};
extern now_t *now;

// counters_warps.cpp
void end_interval(void);   // the requests since the last barrier are complete
void forget_places(void);  // another launch begins
}  // namespace emu::counters
