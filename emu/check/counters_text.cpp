// [given] counters_text.cpp: the counters as a report to read, and as CSV.
#include "counters_data.h"
#include <algorithm>

namespace emu::counters
{
static double ratio(double a, double b) { return b > 0 ? a / b : 0; }

static std::string bytes_text(double n)
{
    char s[64];
    if (n < 10240) snprintf(s, sizeof s, "%.0f bytes", n);
    else if (n < 10485760) snprintf(s, sizeof s, "%.1f KiB", n / 1024);
    else snprintf(s, sizeof s, "%.1f MiB", n / 1048576);
    return s;
}

static void wrap(std::string *out, const std::string &text, const char *first, const char *rest)
{
    size_t begin = 0;
    const char *indent = first;
    while (begin < text.size()) {
        size_t width = 112 - std::string(indent).size(), end = text.size() - begin;
        if (end > width) {
            end = text.rfind(' ', begin + width);
            end = end == std::string::npos || end <= begin ? width : end - begin;
        }
        put(out, "%s%s\n", indent, text.substr(begin, end).c_str());
        begin += end;
        while (begin < text.size() && text[begin] == ' ') begin++;
        indent = rest;
    }
}

static void global_text(std::string *out, const char *name, const sums_t &s)
{
    if (s.requests <= 0) return;
    put(out, "    %-14s %15s requests   %6.2f sectors each (%.2f would do)   %3.0f %% of %s moved are used\n", name,
        count_text(s.requests).c_str(), ratio(s.sectors, s.requests), ratio(s.ideal, s.requests),
        100 * ratio(s.used, s.moved), bytes_text(s.moved).c_str());
}

static void shared_text(std::string *out, const char *name, const sums_t &s)
{
    if (s.requests <= 0) return;
    put(out, "    %-14s %15s requests   %6.2f passes each (%.2f would do)\n", name, count_text(s.requests).c_str(),
        ratio(s.passes, s.requests), ratio(s.fewest, s.requests));
}

static void atomic_text(std::string *out, const char *name, const sums_t &s)
{
    if (s.requests <= 0) return;
    put(out, "    %-14s %15s requests   %6.2f threads of a warp at one address on average, at most %u\n", name,
        count_text(s.requests).c_str(), ratio(s.same, s.requests), s.most_same);
}

static const char *operation_name(const line_t &l)
{
    if (l.operation == ATOMIC) return l.space == SPACE_SHARED ? "shared atomic" : "atomic";
    if (l.space == SPACE_SHARED) return l.operation == LOAD ? "shared load" : "shared store";
    if (l.space == SPACE_CONSTANT) return "constant load";
    return l.operation == LOAD ? "load" : "store";
}

static void line_text(std::string *out, const line_t &l)
{
    const source_line_t &where = source_line(l.line);
    std::string head = line_name(l.line) + "  " + operation_name(l) + " of " + std::to_string(l.bytes) + " bytes";
    if (!l.array.what.empty())
        head += (l.operation == STORE ? " to " : l.operation == LOAD ? " from " : " on ") + array_text(l.array);
    put(out, "  %c %s\n", l.level == 'b' ? '!' : l.level ? '-' : ' ', head.c_str());
    const std::string source = source_text(where.file, where.line);
    if (!source.empty()) put(out, "        | %.100s%s\n", source.c_str(), source.size() > 100 ? " ..." : "");
    const double active = 32 * ratio(l.sums.lanes, l.sums.possible);
    std::string text = count_text(l.sums.requests) + " requests";
    char s[64];
    snprintf(s, sizeof s, " of %.3g threads; ", active);
    wrap(out, text + s + l.pattern, "        ", "        ");
    if (!l.advice.empty()) wrap(out, l.advice, "        hint: ", "              ");
}

static void kernel_head(std::string *out, const kernel_stats_t &k)
{
    const std::vector<unsigned> &usual = usual_shape(k);
    put(out, "\n%s   %s:%d\n", k.name.c_str(), k.file.c_str(), k.kernel->line);
    put(out, "    launches %s   grid %s   block %s", count_text(double(k.launches)).c_str(),
        shape_text(usual, 0).c_str(), shape_text(usual, 3).c_str());
    if (k.shapes.size() > 1) put(out, " (most often; %zu other sizes)", k.shapes.size() - 1);
    put(out, "   threads %s, of which %s%s did nothing\n", count_text(k.threads).c_str(),
        k.counted_blocks < k.blocks && k.idle() > 0 ? "about " : "", count_text(k.idle()).c_str());
    if (k.counted_blocks < k.blocks)
        put(out, "    estimated from %s of %s blocks\n", count_text(k.counted_blocks).c_str(),
            count_text(k.blocks).c_str());
}

static void kernel_text(std::string *out, const kernel_report_t &r)
{
    const kernel_stats_t &k = *r.stats;
    kernel_head(out, k);
    global_text(out, "global load", r.load);
    global_text(out, "global store", r.store);
    shared_text(out, "shared load", r.shared_load);
    shared_text(out, "shared store", r.shared_store);
    shared_text(out, "constant load", r.constant);
    atomic_text(out, "atomic", r.atomic_global);
    atomic_text(out, "shared atomic", r.atomic_shared);
    const double barriers = ratio(k.barriers, k.weighted_blocks);
    if (barriers > 0) put(out, "    %-14s %15.4g a thread\n", "barriers", barriers);
    if (r.all.requests > 0)
        put(out, "    %-14s %15.1f of 32 in a request\n", "active threads", 32 * ratio(r.all.lanes, r.all.possible));
    const double operations = r.atomic_global.lanes + r.atomic_shared.lanes;
    if (!k.hot_text.empty() && operations > 0)
        put(out, "    %-14s %15s operations, %.0f %% of them on %s\n", "", count_text(operations).c_str(),
            100 * std::min(1.0, k.hot_count * k.scale() / operations), k.hot_text.c_str());
    for (const remark_t &m : r.remarks) wrap(out, m.text, m.level == 'b' ? "  ! " : "  - ", "    ");
    size_t shown = 0, silent = 0;
    for (const line_t &l : r.lines) {
        if (l.level && shown++ < 8) line_text(out, l);
        silent += !l.level;
    }
    if (shown > 8) put(out, "    (%zu more lines with remarks; --json has them all)\n", shown - 8);
    if (silent && !shown) put(out, "    nothing to remark on its %zu accesses to memory\n", silent);
}

std::string text_report(const report_t &r)
{
    std::string out;
    put(&out, "==EMU== memory accesses of %s, counted in an emulated run on the CPU.\n", r.program.c_str());
    out += "        Caches, occupancy and time are not modelled: emulator time says nothing about a GPU, and none is "
           "shown.\n";
    for (const kernel_report_t &k : r.kernels) kernel_text(&out, k);
    double total[2] = {}, calls[2] = {};
    for (const copies_t *c : r.copies)
        if (c->direction != 'i') total[c->direction == 'd'] += c->bytes, calls[c->direction == 'd'] += double(c->calls);
    put(&out, "\ncopies, for %s launches\n", count_text(double(r.launches)).c_str());
    for (int i = 0; i < 2; i++)
        put(&out, "    %-18s %10s calls   %12s   %.3g calls a launch\n", i ? "device to host" : "host to device",
            count_text(calls[i]).c_str(), bytes_text(total[i]).c_str(), ratio(calls[i], double(r.launches)));
    for (const remark_t &m : r.remarks) wrap(&out, m.text, m.level == 'b' ? "  ! " : "  - ", "    ");
    return out;
}

// ---- CSV ---------------------------------------------------------------------------------------------

static std::string quoted(const std::string &s)
{
    std::string q = "\"";
    for (char c : s) q += c == '"' ? std::string("\"\"") : std::string(1, c);
    return q + "\"";
}

std::string csv_report(const report_t &r)
{
    std::string out =
        "kernel,file,line,launches,grid,block,threads,idle_threads,blocks,blocks_counted,load_requests,"
        "load_sectors_per_request,load_ideal,store_requests,store_sectors_per_request,store_ideal,bytes_used,"
        "bytes_moved,shared_load_requests,shared_load_passes,shared_store_requests,shared_store_passes,"
        "barriers_per_thread,atomic_requests,atomic_same_address,active_threads_per_request\n";
    for (const kernel_report_t &k : r.kernels) {
        const kernel_stats_t &s = *k.stats;
        const std::vector<unsigned> &usual = usual_shape(s);
        put(&out, "%s,%s,%d,%lu,\"%s\",\"%s\",%.0f,%.0f,%.0f,%.0f", quoted(s.name).c_str(), quoted(s.file).c_str(),
            s.kernel->line, s.launches, shape_text(usual, 0).c_str(), shape_text(usual, 3).c_str(), s.threads, s.idle(),
            s.blocks, s.counted_blocks);
        for (const sums_t *m : {&k.load, &k.store})
            put(&out, ",%.0f,%.4f,%.4f", m->requests, ratio(m->sectors, m->requests), ratio(m->ideal, m->requests));
        put(&out, ",%.0f,%.0f", k.load.used + k.store.used, k.load.moved + k.store.moved);
        for (const sums_t *m : {&k.shared_load, &k.shared_store})
            put(&out, ",%.0f,%.4f", m->requests, ratio(m->passes, m->requests));
        sums_t a = k.atomic_global;
        a.add(k.atomic_shared);
        put(&out, ",%.4f,%.0f,%.4f,%.4f\n", ratio(s.barriers, s.weighted_blocks), a.requests, ratio(a.same, a.requests),
            32 * ratio(k.all.lanes, k.all.possible));
    }
    return out;
}
}  // namespace emu::counters
