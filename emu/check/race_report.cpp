// [given] race_report.cpp: a race in words.
#include "race.h"
#include "emu/blame.h"
#include <algorithm>

namespace emu::check
{

static std::string access_name(uint32_t pc_flags, bool write)
{
    return std::string(pc_flags & PC_ATOMIC ? "Atomic " : "") + (pc_flags & PC_ATOMIC ? "access"
                                                                 : write              ? "Write access"
                                                                                      : "Read access");
}

static void report_race_of_launches(const hazard_t &h, finding_t f)
{
    const bool writes = h.flags & WRITE, other_writes = h.name[2] == 'W';
    emu_writer_t other = {};
    other.kernel = "?";
    writer_of(h.other, h.other_pc, &other);
    const uint3 block = {unsigned(other.block[0]), unsigned(other.block[1]), unsigned(other.block[2])};
    const uint3 thread = {unsigned(other.thread[0]), unsigned(other.thread[1]), unsigned(other.thread[2])};
    const segment_t me = resolve(h.segment);
    f.lines.push_back(std::string(h.name) + " hazard on " + describe(h.a, h.size));
    f.lines.push_back(std::string(other_writes ? "write" : "read") + " at " + at(site_of(h.other_pc)) + " by thread " +
                      triple(thread) + " in block " + triple(block) + " of kernel " + other.kernel + " launched at " +
                      at(launch_site(h.other)));
    f.lines.push_back(std::string(writes ? "write" : "read") + " at " + at(site_of(h.pc)) + " by thread " +
                      triple(me.thread) + " in block " + triple(me.block) + " of kernel " + f.kernel + " launched at " +
                      at(running_launch->site));
    f.lines.push_back(
        "it means: the two launches are in different streams and nothing makes one wait for the other, so on a GPU "
        "the result depends on which comes first");
    f.hint =
        "launch both in one stream, or put cudaEventRecord after the first and cudaStreamWaitEvent before the second";
    take_finding(f);
}

void report_race(const hazard_t &h)
{
    if (!(tools & RACECHECK) || !first_time("race", std::min(line_of(h.pc & PC), line_of(h.other_pc & PC)),
                                            std::max(line_of(h.pc & PC), line_of(h.other_pc & PC))))
        return;
    const bool writes = h.flags & WRITE, other_writes = h.name[2] == 'W';  // "WAR": after a read
    const segment_t me = resolve(h.segment), other = resolve(h.other);
    const region_t *r = region_of(h.a);
    const bool shared = r && (r->kind == 's' || r->kind == 'd');
    const std::string here = at(site_of(h.pc)), there = at(site_of(h.other_pc));
    finding_t f = kernel_finding("racecheck", "race",
                                 "Race reported between " + access_name(h.other_pc, other_writes) + " at " + there +
                                     " and " + access_name(h.pc, writes) + " at " + here,
                                 h.pc);
    f.thread = me.thread, f.block = me.block;
    f.lines.clear();
    if (h.other < own_first) {
        const where_t mine_at = where(site_of(h.pc)), other_at = where(site_of(h.other_pc));
        f.file = mine_at.file, f.line = mine_at.line, f.other_file = other_at.file, f.other_line = other_at.line;
        return report_race_of_launches(h, f);
    }
    f.lines.push_back("in kernel " + f.kernel);
    f.lines.push_back(std::string(h.name) + " hazard on " + describe(h.a, h.size));
    const bool same_block = h.other != SPLIT && other.block_number == me.block_number;
    std::string who = h.other == SPLIT ? "another thread" : "thread " + triple(other.thread);
    who += same_block ? " of the same block" : h.other == SPLIT ? "" : " in block " + triple(other.block);
    const where_t mine_at = where(site_of(h.pc)), other_at = where(site_of(h.other_pc));
    f.lines.push_back("earlier " + std::string(other_writes ? "write" : "read") + " at " + there + " by " + who);
    f.lines.push_back("then " + std::string(writes ? "write" : "read") + " at " + here + " by thread " +
                      triple(me.thread) + " in block " + triple(me.block));
    f.file = mine_at.file, f.line = mine_at.line, f.other_file = other_at.file, f.other_line = other_at.line;
    if (same_block || shared) {
        const bool warp = h.other != SPLIT && other.linear / 32 == me.linear / 32;
        f.lines.push_back(std::string("it means: no __syncthreads() ") + (warp ? "or __syncwarp() " : "") +
                          "is between the two, so on a GPU the result depends on which comes first");
        f.hint = mine_at.line == other_at.line && writes && other_writes
                     ? "two threads write the same element: is the index right? If they shall add up, use atomicAdd"
                     : std::string("put a __syncthreads() ") + (warp ? "(or, for one warp, a __syncwarp()) " : "") +
                           "between the two lines, where all threads of the block pass";
        if (mine_at.line == other_at.line && !(writes && other_writes))
            f.hint = "read into a local variable, __syncthreads(), write, __syncthreads(); or give each thread "
                     "elements of its own";
    } else {
        f.lines.push_back("it means: blocks run in any order and at the same time, so on a GPU the result depends on "
                          "which comes first");
        f.hint = atomics
                     ? "if an atomic operation is meant to order the two, a __threadfence() is needed between the "
                       "first and it"
                     : "use atomicAdd to add up, write to a second array, or launch two kernels one after the other";
    }
    take_finding(f);
}
}  // namespace emu::check
