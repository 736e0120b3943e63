// [given] sync.cpp: barriers that not all threads reach, warp functions with a wrong mask, API errors, leaks.
#include "check.h"
#include "worker.h"
#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <map>
#include <mutex>

namespace emu::check
{

// "(0,0,0) to (31,0,0)" for runs of neighbours
static std::string thread_list(const block_t *b, const std::vector<unsigned> &threads)
{
    std::string s;
    unsigned parts = 0;
    for (size_t i = 0; i < threads.size();) {
        size_t k = i;
        while (k + 1 < threads.size() && threads[k + 1] == threads[k] + 1) k++;
        if (++parts > 4) return s + ", ...";
        s += (s.empty() ? "" : ", ") + triple(thread_of(b, threads[i]));
        if (k > i) s += (k == i + 1 ? ", " : " to ") + triple(thread_of(b, threads[k]));
        i = k + 1;
    }
    return s;
}

static std::string threads_text(size_t n) { return std::to_string(n) + (n == 1 ? " thread" : " threads"); }

struct group_t {
    std::string what;
    site_t site;
    unsigned mask;
    bool one_mask;
    std::vector<unsigned> threads;
};

static std::vector<group_t> groups_of(const wait_t *waiting, unsigned n)
{
    std::vector<group_t> groups;
    for (unsigned i = 0; i < n; i++) {
        auto g = std::find_if(groups.begin(), groups.end(),
                              [&](const group_t &x) { return x.site == waiting[i].site && x.what == waiting[i].what; });
        if (g == groups.end())
            g = groups.insert(groups.end(), {waiting[i].what, waiting[i].site, waiting[i].mask, true, {}});
        g->one_mask &= g->mask == waiting[i].mask;
        g->threads.push_back(waiting[i].thread);
    }
    for (group_t &g : groups) std::sort(g.threads.begin(), g.threads.end());
    return groups;
}

static finding_t sync_finding(const char *kind, const std::string &title, const block_t *b, site_t site)
{
    finding_t f = {"synccheck", kind, title, {}, "", false};
    const where_t w = where(site);
    f.file = w.file, f.line = w.line, f.block = b->index;
    if (running_launch) f.kernel = kernel_name(running_launch->kernel);
    f.lines.push_back("at " + at(site) + " in kernel " + f.kernel);
    f.lines.push_back("in block " + triple(b->index));
    return f;
}

void sync_deadlock(const block_t *b, const wait_t *waiting, unsigned n)
{
    if (n == 0) return;
    std::vector<group_t> groups = groups_of(waiting, n);
    if (!first_time("deadlock", reinterpret_cast<uintptr_t>(groups[0].site), 0)) return;
    bool warp = false;
    std::vector<bool> waits(b->count);
    for (const group_t &g : groups) {
        warp |= g.mask != 0;
        for (unsigned t : g.threads) waits[t] = true;
    }
    finding_t f = sync_finding("deadlock",
                               warp ? "Barrier error detected. Divergent thread(s) in warp."
                                    : "Barrier error detected. Divergent thread(s) in block.",
                               b, groups[0].site);
    for (const group_t &g : groups) {
        char mask[40] = "";
        if (g.mask && g.one_mask) snprintf(mask, sizeof mask, " with mask 0x%08x", g.mask);
        f.lines.push_back(threads_text(g.threads.size()) + (g.threads.size() == 1 ? " waits" : " wait") + " in " +
                          g.what + mask + " at " + at(g.site) + ": " + thread_list(b, g.threads));
        f.thread = thread_of(b, groups[0].threads[0]);
    }
    std::vector<unsigned> returned;
    for (unsigned i = 0; i < b->count; i++)
        if (!waits[i]) returned.push_back(i);
    if (!returned.empty())
        f.lines.push_back(threads_text(returned.size()) +
                          (returned.size() == 1 ? " has returned: " : " have returned: ") + thread_list(b, returned));
    f.lines.push_back("it means: none of them can go on; on a GPU the kernel hangs or its result is undefined");
    f.hint = warp ? "every lane named in the mask has to call the function, together: call it outside of the if, or "
                    "give the mask of those that do"
                  : "every thread of the block has to reach the same barrier: is it inside an if or a loop that not "
                    "all threads enter?";
    take_finding(f);
}

void sync_early_exit(const block_t *b, const wait_t *waiting, unsigned n)
{
    if (n == 0 || !(tools & SYNCCHECK) || b->ended == 0) return;
    host_side_t side;
    if (!first_time("early-exit", reinterpret_cast<uintptr_t>(waiting[0].site), 0)) return;
    finding_t f = sync_finding("early-exit", "Barrier reached after some threads of the block have returned", b,
                               waiting[0].site);
    f.warning = true;
    std::vector<unsigned> returned;
    for (unsigned i = 0; i < b->count; i++)
        if (worker->lanes[i].state == DONE) returned.push_back(i);
    if (returned.empty()) return;
    f.lines.push_back(threads_text(returned.size()) + " of " + std::to_string(b->count) +
                      (returned.size() == 1 ? " has" : " have") + " returned: " + thread_list(b, returned));
    f.lines.push_back("it means: CUDA wants all threads at " + std::string(waiting[0].what) +
                      "; GPUs since Volta count returned threads as arrived, older ones may hang");
    f.hint = "instead of `if (i >= n) return;` before a barrier, let all threads stay and put the work into `if (i < "
             "n) { ... }`";
    take_finding(f);
}

void sync_warp_mismatch(const char *what, unsigned mask, unsigned missing, site_t site)
{
    if (!(tools & SYNCCHECK) || !running_block) return;
    const bool self = !(mask & missing) && missing == 1u << running_block->current % 32;
    // Reading across the end of the mask is how sums go, and the lanes there drop what they get.
    if (!self && (!strcmp(what, "__shfl_down_sync") || !strcmp(what, "__shfl_up_sync"))) return;
    host_side_t side;
    if (!first_time("warp-mask", reinterpret_cast<uintptr_t>(site), 0)) return;
    finding_t f = sync_finding("warp-mask", "Barrier error detected. Invalid arguments", running_block, site);
    f.thread = thread_of(running_block, running_block->current);
    f.lines[1] = "by thread " + triple(f.thread) + " in block " + triple(f.block);
    char text[160];
    if (self)
        snprintf(text, sizeof text, "%s was called with mask 0x%08x, which does not name the calling lane %u", what,
                 mask, running_block->current % 32);
    else
        snprintf(text, sizeof text, "%s with mask 0x%08x reads from lanes 0x%08x, which do not take part", what, mask,
                 missing);
    f.lines.push_back(text);
    f.lines.push_back(self ? "it means: what happens then is undefined"
                           : "it means: the value that arrives is undefined");
    f.hint = "0xffffffff where the whole warp calls it; else __ballot_sync(0xffffffff, condition) before the if";
    take_finding(f);
}

// ---- API errors ------------------------------------------------------------------------------------------------------

struct failed_call_t {
    cudaError_t e;
    std::string function;
    site_t site;
    bool seen;
};
static std::vector<failed_call_t> failed OUTLIVES;
static std::mutex failed_lock OUTLIVES;

void api_error(cudaError_t e, const char *function, site_t site)
{
    if (e == cudaErrorNotReady || e == cudaErrorCudartUnloading) return;
    host_side_t side;
    const bool is_sticky = e == sticky();
    if (!first_time(is_sticky ? "sticky" : "api-error", is_sticky ? uintptr_t(e) : reinterpret_cast<uintptr_t>(site),
                    is_sticky ? 0 : uintptr_t(e)))
        return;
    {
        std::lock_guard<std::mutex> guard(failed_lock);
        failed.push_back({e, function, site, false});
    }
    if (!(tools & MEMCHECK)) return;
    if (explained_launch(site)) return;
    finding_t f = {"memcheck", "api-error", "", {}, "", false};
    f.title = std::string("Program hit ") + error_name(e) + " (error " + std::to_string(e) + ") due to \"" +
              (error_text(e) ? error_text(e) : "unknown error") + "\" on CUDA API call to " + function + ".";
    const where_t w = where(site);
    f.file = w.file, f.line = w.line;
    f.lines.push_back("at " + at(site));
    if (is_sticky) {
        f.lines.push_back("it means: a kernel has failed before; this is the first call that shows it, and every later "
                          "call returns it, too");
        f.hint = "look at the finding before this one; cudaDeviceSynchronize() after each launch shows at once which "
                 "one fails";
    }
    take_finding(f);
}

void api_error_seen(cudaError_t e)
{
    std::lock_guard<std::mutex> guard(failed_lock);
    for (failed_call_t &c : failed)
        if (c.e == e || e == cudaSuccess) c.seen = true;
}

static void unseen_errors(void)
{
    for (const failed_call_t &c : failed) {
        if (c.seen || !(tools & MEMCHECK)) continue;
        const bool is_launch = c.function == "cudaLaunchKernel";
        finding_t f = {"memcheck", "ignored-error", "", {}, "", true};
        f.title = std::string("Nobody asked for the error ") + error_name(c.e) + " of " +
                  (is_launch ? "the kernel launch" : c.function) + " at " + at(c.site);
        const where_t w = where(c.site);
        f.file = w.file, f.line = w.line;
        f.lines.push_back(
            is_launch
                ? "a launch returns nothing: only cudaGetLastError() or the next synchronisation shows that it failed"
                : "neither cudaGetLastError() nor cudaGetErrorString() was called afterwards (if the returned value "
                  "was compared, all is well)");
        f.hint = is_launch ? "call cudaGetLastError() after each <<<>>>" : "check what every CUDA function returns";
        take_finding(f);
    }
}

// ---- at the end ---------------------------------------------------------------------------------------------------------

static void leaks(void)
{
    const char *asked = getenv("EMU_LEAK");
    if (!asked || strcmp(asked, "1") || !(tools & MEMCHECK) || sticky())
        return;  // after such an error nothing can be freed
    struct leak_t {
        size_t bytes, blocks;
        const char *function;
        site_t site;
    };
    std::map<std::string, leak_t> places;
    for_each_alloc([&](const alloc_t &a) {
        leak_t &l = places[at(a.site) + a.function];
        l.bytes += a.size, l.blocks++, l.function = a.function, l.site = a.site;
    });
    for (const auto &[place, l] : places) {
        finding_t f = {"memcheck", "leak", "Leaked " + bytes_text(l.bytes), {}, "", false};
        const where_t w = where(l.site);
        f.file = w.file, f.line = w.line;
        f.lines.push_back("at " + at(l.site) + " by " + l.function +
                          (l.blocks > 1 ? ", in " + std::to_string(l.blocks) + " allocations" : ""));
        f.lines.push_back("it means: nothing freed this memory before the program ended");
        f.hint = std::string("call ") +
                 (!strcmp(l.function, "cudaMallocHost") || !strcmp(l.function, "cudaHostAlloc") ? "cudaFreeHost"
                  : !strcmp(l.function, "malloc")                                               ? "free in a kernel"
                                                                                                : "cudaFree") +
                 " when it is no longer used";
        take_finding(f);
    }
}

void at_exit_checks(bool stopped)
{
    unseen_errors();
    if (!stopped) leaks();
}
}  // namespace emu::check

void emu::check_leaks(void) { check::leaks(); }  // cudaDeviceReset: what is lost there was forgotten, too
