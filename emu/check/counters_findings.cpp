// [given] counters_findings.cpp: sums become sentences.
#include "counters_data.h"
#include <algorithm>
#include <cmath>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>

namespace emu::counters
{
void put(std::string *s, const char *format, ...)
{
    char text[2048];
    va_list a;
    va_start(a, format);
    const int n = vsnprintf(text, sizeof text, format, a);
    va_end(a);
    if (n > 0) s->append(text, std::min(size_t(n), sizeof text - 1));
}

static std::string say(const char *format, ...) __attribute__((format(printf, 1, 2)));
static std::string say(const char *format, ...)
{
    char text[1024];
    va_list a;
    va_start(a, format);
    vsnprintf(text, sizeof text, format, a);
    va_end(a);
    return text;
}

std::string count_text(double n)
{
    std::string s = say("%.0f", n);
    for (size_t i = s.size(); i > 3; i -= 3) s.insert(i - 3, ",");
    return s;
}

std::string shape_text(const std::vector<unsigned> &v, unsigned first)
{
    return say("(%u,%u,%u)", v[first], v[first + 1], v[first + 2]);
}

const std::vector<unsigned> &usual_shape(const kernel_stats_t &k)
{
    return std::max_element(k.shapes.begin(), k.shapes.end(),
                            [](auto &a, auto &b) { return a.second.launches < b.second.launches; })
        ->first;
}

static double ratio(double a, double b) { return b > 0 ? a / b : 0; }

// ---- one line ----------------------------------------------------------------------------------------

static void global_line(line_t *l, unsigned block_x)
{
    const sums_t &s = l->sums;
    const double sectors = ratio(s.sectors, s.requests), ideal = ratio(s.ideal, s.requests), bytes = l->bytes;
    const double stride = double(l->stride);
    const bool sparse = ratio(s.lanes, s.possible) < 0.6;
    l->cost = s.sectors - s.ideal;
    if (l->regular && l->stride == 0) {
        l->pattern = sectors < 1.05 ? "all threads of a warp use the same address: one sector serves them all"
                                    : say("%.3g groups of threads of a warp share an address each", sectors);
        return;
    }
    if (l->regular && std::fabs(stride) == bytes && sectors < 1.05 * ideal)
        l->pattern = "neighbouring threads use neighbouring elements: coalesced";
    else if (l->regular && std::fabs(stride) == bytes && sparse)
        l->pattern = "neighbouring elements for neighbouring threads, but many threads do not take part";
    else if (l->regular && std::fabs(stride) == bytes)
        l->pattern =
            block_x % 8 == 0
                ? "neighbouring threads use neighbouring elements, but the row does not begin at a multiple of 32 bytes"
                : say("neighbouring threads use neighbouring elements, but in rows of %u only", block_x);
    else if (l->regular && std::fabs(stride) < bytes)
        l->pattern = say("neighbouring threads overlap: they are %.0f bytes apart and use %.0f each", std::fabs(stride),
                         bytes);
    else if (l->regular && std::fabs(stride) < 128)
        l->pattern = say("stride of %.0f bytes between neighbouring threads, of which %.0f are used", std::fabs(stride),
                         bytes);
    else if (l->regular)
        l->pattern = say("stride of %.0f bytes between neighbouring threads: column access", std::fabs(stride));
    else l->pattern = "neighbouring threads use addresses with no regular distance";
    if (sectors < 1.2 * ideal || s.requests < 1) return;
    l->level = sectors >= 1.5 * ideal ? 'b' : 'n';
    l->pattern += say("; %.3g sectors where %.3g would do", sectors, ideal);
    if (l->regular && std::fabs(stride) == bytes && sparse)
        l->advice = "Let consecutive threads do this work, so that each sector is used in full.";
    else if (l->regular && std::fabs(stride) == bytes)
        l->advice = block_x % 8 != 0 ? "Rows of threads that are no multiple of 8 long use parts of sectors: choose "
                                       "blockDim.x as a multiple of 32."
                                     : "Let each warp begin at a multiple of 32 bytes: pad rows to a multiple of 8 "
                                       "floats, or shift the index.";
    else if (l->regular && std::fabs(stride) < 128)
        l->advice =
            "Most of what is moved is thrown away. Let neighbouring threads use neighbouring elements: a structure of "
            "arrays instead of an array of structures, or a loop in which each thread advances by the number of "
            "threads.";
    else if (l->regular)
        l->advice =
            "Let threadIdx.x run along the last index of the array, so that neighbouring threads read neighbouring "
            "elements; or bring a tile into shared memory row by row and read its columns there.";
    else if (ratio(s.lanes, s.possible) < 0.5)
        l->advice = "Few threads of each warp come here together, and each needs a sector of its own.";
    else
        l->advice = "The indices come from data. Sort or group them if you can, or bring the part that is used into "
                    "shared memory.";
}

static void shared_line(line_t *l)
{
    const sums_t &s = l->sums;
    const double passes = ratio(s.passes, s.requests), fewest = ratio(s.fewest, s.requests);
    const double words = std::fabs(double(l->stride)) / 4;
    l->cost = 4 * (s.passes - s.fewest);  // compares with sectors
    if (passes < 1.05 * fewest || s.requests < 1) {
        l->pattern = l->regular && l->stride == 0 ? "all threads read the same word: a broadcast" : "no bank conflicts";
        return;
    }
    const bool varies = l->regular && l->greatest_stride > 2 * l->least_stride;
    if (varies)
        l->pattern = say("strides from %g to %g words between neighbouring threads", double(l->least_stride) / 4,
                         double(l->greatest_stride) / 4);
    else if (l->regular) l->pattern = say("stride of %g words between neighbouring threads", words);
    else l->pattern = "threads of a warp meet in the same banks at irregular addresses";
    l->pattern += say("; %.3g passes through the banks where %.3g would do (worst %u)", passes, fewest, s.most_passes);
    if (passes < 1.25 * fewest) return;
    l->level = passes >= 2 * fewest ? 'b' : 'n';
    if (l->regular && !varies && words >= 32 && std::fmod(words, 32) == 0)
        l->advice = say(
            "All threads of a warp hit one bank. Make the row one element longer, for example [%.0f][%.0f] instead of "
            "[%.0f][%.0f]: then the columns lie in different banks.",
            words, words + 1, words, words);
    else if (l->regular)
        l->advice =
            "Several threads hit one bank, one after another. Use neighbouring words in neighbouring threads: in a "
            "reduction, halve the stride from blockDim.x / 2 down instead of doubling it.";
    else
        l->advice = "Several threads of a warp hit one bank, one after another. Another layout, or padding by one "
                    "element, may help.";
}

static void constant_line(line_t *l)
{
    const double words = ratio(l->sums.passes, l->sums.requests);
    l->cost = l->sums.passes - l->sums.requests;
    l->pattern = words < 1.05 ? "all threads read the same word: what constant memory is made for"
                              : say("%.3g different words of constant memory in one request", words);
    if (words < 1.5) return;
    l->level = words >= 4 ? 'b' : 'n';
    l->advice = "Constant memory serves one word at a time. Where threads need different elements, an array in global "
                "memory is better.";
}

static void atomic_line(line_t *l)
{
    const sums_t &s = l->sums;
    const double same = ratio(s.same, s.requests);
    l->cost = 4 * (s.same - s.requests);
    if (same < 1.05) {
        l->pattern = "each thread of a warp has an address of its own";
        return;
    }
    l->pattern = say("on average %.3g threads of a warp (at most %u) want the same address at once", same, s.most_same);
    if (same < 2) return;
    l->level = same >= 4 ? 'b' : 'n';
    l->advice = std::string("They are served one after another. ") +
                (l->space == SPACE_SHARED ? "Add up in registers or with warp shuffles first, and let one thread of "
                                            "the warp do the atomic operation."
                                          : "Add up within the block first (in shared memory or with warp shuffles), "
                                            "then let one thread add the block's sum.");
}

static line_t line_from(const place_t &p, double scale)
{
    line_t l = {};
    l.line = p.line, l.space = p.space, l.operation = p.operation, l.bytes = p.bytes;
    l.sums = p.sums;
    for (double *v :
         {&l.sums.requests, &l.sums.lanes, &l.sums.possible, &l.sums.sectors, &l.sums.ideal, &l.sums.used,
          &l.sums.moved, &l.sums.passes, &l.sums.fewest, &l.sums.same, &l.sums.loop_most, &l.sums.loop_mean})
        *v *= scale;
    l.regular = p.regular > 0;
    l.stride = l.regular ? p.stride : 0;
    l.least_stride = p.least_stride, l.greatest_stride = p.greatest_stride;
    l.place = &p;
    l.array = p.array;
    return l;
}

// The compiler may have made several instructions of one place in the source.
static bool alike(const line_t &a, const line_t &b)
{
    return a.line == b.line && a.space == b.space && a.operation == b.operation && a.bytes == b.bytes &&
           a.regular == b.regular && a.stride == b.stride && a.array.begin == b.array.begin;
}

static void judge(line_t *l, unsigned block_x)
{
    if (l->operation == ATOMIC) atomic_line(l);
    else if (l->space == SPACE_SHARED) shared_line(l);
    else if (l->space == SPACE_CONSTANT) constant_line(l);
    else global_line(l, block_x);
}

// ---- one kernel --------------------------------------------------------------------------------------

static void remark(std::vector<remark_t> *v, char level, const std::string &text) { v->push_back({level, text}); }

// About the launches of one shape: a kernel that is launched well elsewhere does not hide one that is not.
static void idle_remark(kernel_report_t *r)
{
    const std::vector<unsigned> *shape = nullptr;
    const shape_t *s = nullptr;
    for (auto &entry : r->stats->shapes)
        if (!s || entry.second.idle() > s->idle()) shape = &entry.first, s = &entry.second;
    const double block = double((*shape)[3]) * (*shape)[4] * (*shape)[5], share = ratio(s->idle(), s->threads);
    if (share < 0.25 || s->idle() < block / 2) return;
    const bool estimated = r->stats->counted_blocks < r->stats->blocks;
    std::string t = say("%s%s of %s threads did nothing (no store, no atomic operation%s)", estimated ? "about " : "",
                        count_text(s->idle()).c_str(), count_text(s->threads).c_str(),
                        s->seen_unread == s->seen_idle ? ", not even a load" : "");
    if (r->stats->shapes.size() > 1)
        t += " in the launches with grid " + shape_text(*shape, 0) + " and block " + shape_text(*shape, 3);
    const double blocks = s->threads / block / double(s->launches);
    const double enough = std::ceil((s->threads - s->idle()) / double(s->launches) / block);
    if (s->seen_idle == s->seen) t += ". The kernel had no effect at all; is its condition ever true?";
    else if (s->seen_between > 0.5 * s->seen_idle)
        t += ". They lie between threads that work. Let consecutive threads do the work: whole warps without any cost "
             "nothing.";
    else if (blocks >= 2 * enough)
        t += say(". %s %s of %.0f threads would do instead of %s; was the grid computed from the number of elements, "
                 "divided by the block size?",
                 count_text(enough).c_str(), enough == 1 ? "block" : "blocks", block, count_text(blocks).c_str());
    else t += ". A block or grid that fits the number of elements better wastes fewer of them.";
    remark(&r->remarks, share >= 0.5 ? 'b' : 'n', t);
}

// `if (threadIdx.x % 32 == 0) atomicAdd(...)` is good style.
static bool elected(const line_t &l) { return l.sums.lanes < 1.01 * l.sums.requests; }

static const line_t *worst_divergence(const kernel_report_t &r)
{
    const line_t *worst = nullptr;
    for (const line_t &l : r.lines)
        if (!elected(l) && (!worst || l.sums.possible - l.sums.lanes > worst->sums.possible - worst->sums.lanes))
            worst = &l;
    return worst;
}

static void kernel_remarks(kernel_report_t *r, const std::vector<unsigned> &shape)
{
    const kernel_stats_t &k = *r->stats;
    const unsigned block = shape[3] * shape[4] * shape[5];
    const uint64_t grid = uint64_t(shape[0]) * shape[1] * shape[2];
    idle_remark(r);
    if (block % 32 != 0)
        remark(&r->remarks, block < 32 || block % 32 < 16 ? 'b' : 'n',
               say("A block has %u threads: its last warp has only %u of 32. A GPU runs whole warps; choose a multiple "
                   "of 32.",
                   block, block % 32));
    if (block <= 32 && grid > 1)
        remark(&r->remarks, 'n',
               say("Blocks of %u threads: one warp a block leaves most of a multiprocessor empty; 128 to 256 threads "
                   "are usual.",
                   block));
    if (grid == 1 && k.threads / double(k.launches) >= 256)
        remark(&r->remarks, 'n', "One block only: it runs on one multiprocessor, and a GPU has dozens.");
    if (k.launches >= 100 && k.threads / double(k.launches) < 1024)
        remark(&r->remarks, 'n',
               say("%s launches of %.0f threads on average: starting a kernel costs a GPU more than so little work. "
                   "Larger batches, or several steps in one kernel, help.",
                   count_text(double(k.launches)).c_str(), k.threads / double(k.launches)));
    const line_t *d = worst_divergence(*r);
    const double active = ratio(r->warps.lanes, r->warps.possible);
    if (d && active < 0.6) {
        std::string t = say(
            "On average %.1f of 32 threads of a warp take part in a memory access; most are lost at %s (%.1f).",
            32 * active, line_name(d->line).c_str(), 32 * ratio(d->sums.lanes, d->sums.possible));
        if (d->sums.loop_mean > 0 && d->sums.loop_most > 1.3 * d->sums.loop_mean)
            t += say(" There, the busiest thread of a warp goes %.3g times as often through its loop as the mean; the "
                     "others wait for it.",
                     d->sums.loop_most / d->sums.loop_mean);
        else t += " Threads of a warp that take the other branch wait; let whole warps decide alike.";
        remark(&r->remarks, active < 0.35 ? 'b' : 'n', t);
    }
}

static void add_up(kernel_report_t *r, const line_t &l)
{
    r->all.add(l.sums);
    if (!elected(l)) r->warps.add(l.sums);
    if (l.operation == ATOMIC) (l.space == SPACE_SHARED ? r->atomic_shared : r->atomic_global).add(l.sums);
    else if (l.space == SPACE_CONSTANT) r->constant.add(l.sums);
    else if (l.space == SPACE_SHARED) (l.operation == LOAD ? r->shared_load : r->shared_store).add(l.sums);
    else (l.operation == LOAD ? r->load : r->store).add(l.sums);
}

static kernel_report_t kernel_report(const kernel_stats_t &k)
{
    kernel_report_t r = {};
    r.stats = &k;
    for (auto &entry : k.places) {
        if (entry.second->sums.requests <= 0) continue;
        const line_t l = line_from(*entry.second, k.scale());
        add_up(&r, l);
        auto same = std::find_if(r.lines.begin(), r.lines.end(), [&](const line_t &o) { return alike(o, l); });
        if (same != r.lines.end()) same->sums.add(l.sums);
        else r.lines.push_back(l);
    }
    const std::vector<unsigned> &shape = usual_shape(k);
    for (line_t &l : r.lines) judge(&l, shape[3]);
    std::sort(r.lines.begin(), r.lines.end(), [](const line_t &a, const line_t &b) {
        if ((a.level == 'b') != (b.level == 'b')) return a.level == 'b';
        if ((a.level != 0) != (b.level != 0)) return a.level != 0;
        return a.cost != b.cost ? a.cost > b.cost : a.line < b.line;
    });
    kernel_remarks(&r, shape);
    return r;
}

// ---- the program -------------------------------------------------------------------------------------

static void copy_remarks(report_t *r)
{
    for (const copies_t *c : r->copies) {
        if (c->direction == 'i' || c->after_launch < 8) continue;
        const std::string place = at(c->site), way = c->direction == 'u' ? "to the device" : "to the host";
        remark(
            &r->remarks, 'b',
            say("%s at %s was called %s times, %s bytes each, with launches in between: a copy %s in a loop. On a GPU "
                "the "
                "program waits for each of them; keep the data on the device, or copy once before or after the loop%s.",
                c->function.c_str(), place.c_str(), count_text(double(c->calls)).c_str(),
                count_text(c->bytes / double(c->calls)).c_str(), way.c_str(),
                c->bytes / double(c->calls) <= 64
                    ? " (a number that is only printed can be fetched every hundredth time)"
                    : ""));
    }
}

report_t make_report(void)
{
    report_t r = {};
    char name[4096] = "";
    if (const char *given = getenv("EMU_COUNTERS_PROGRAM")) r.program = given;
    if (FILE *f = r.program.empty() ? fopen("/proc/self/comm", "r") : nullptr) {
        if (fgets(name, sizeof name, f)) r.program = std::string(name, std::string(name).find('\n'));
        fclose(f);
    }
    for (auto &k : all_kernels()) {
        if (k->launches) r.kernels.push_back(kernel_report(*k));
        r.launches += k->launches;
    }
    std::sort(r.kernels.begin(), r.kernels.end(), [](const kernel_report_t &a, const kernel_report_t &b) {
        if (a.stats->file != b.stats->file) return a.stats->file < b.stats->file;
        if (a.stats->kernel->line != b.stats->kernel->line) return a.stats->kernel->line < b.stats->kernel->line;
        return a.stats->name < b.stats->name;
    });
    for (auto &c : all_copies()) r.copies.push_back(&c.second);
    std::sort(r.copies.begin(), r.copies.end(), [](auto *a, auto *b) { return a->bytes > b->bytes; });
    copy_remarks(&r);
    if (r.kernels.empty()) remark(&r.remarks, 'n', "No kernel ran.");
    return r;
}
}  // namespace emu::counters
