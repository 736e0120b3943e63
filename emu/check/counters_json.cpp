// [given] counters_json.cpp: the counters for other programs.
#include "counters_data.h"

namespace emu::counters
{
static double ratio(double a, double b) { return b > 0 ? a / b : 0; }

static std::string quoted(const std::string &s)
{
    std::string q = "\"";
    for (unsigned char c : s) {
        if (c == '"' || c == '\\') q += '\\', q += char(c);
        else if (c < 32) put(&q, "\\u%04x", c);
        else q += char(c);
    }
    return q + "\"";
}

static void global_json(std::string *out, const char *name, const sums_t &s)
{
    put(out,
        ", \"%s\": {\"requests\": %.0f, \"sectors\": %.0f, \"sectors_per_request\": %.4f, "
        "\"ideal_sectors_per_request\": %.4f, "
        "\"bytes_used\": %.0f, \"bytes_moved\": %.0f, \"efficiency\": %.4f}",
        name, s.requests, s.sectors, ratio(s.sectors, s.requests), ratio(s.ideal, s.requests), s.used, s.moved,
        ratio(s.ideal, s.sectors));
}

static void shared_json(std::string *out, const char *name, const sums_t &s)
{
    put(out,
        ", \"%s\": {\"requests\": %.0f, \"passes\": %.0f, \"passes_per_request\": %.4f, \"ideal_passes_per_request\": "
        "%.4f, \"most_passes\": %u}",
        name, s.requests, s.passes, ratio(s.passes, s.requests), ratio(s.fewest, s.requests), s.most_passes);
}

static void atomic_json(std::string *out, const char *name, const sums_t &s)
{
    put(out,
        ", \"%s\": {\"requests\": %.0f, \"operations\": %.0f, \"same_address_per_request\": %.4f, "
        "\"most_same_address\": %u}",
        name, s.requests, s.lanes, ratio(s.same, s.requests), s.most_same);
}

static void remarks_json(std::string *out, const std::vector<remark_t> &remarks)
{
    *out += "\"findings\": [";
    for (size_t i = 0; i < remarks.size(); i++)
        *out += std::string(i ? ", " : "") + "{\"level\": \"" + (remarks[i].level == 'b' ? "bad" : "note") +
                "\", \"text\": " + quoted(remarks[i].text) + "}";
    *out += "]";
}

static void line_json(std::string *out, const line_t &l)
{
    const source_line_t &w = source_line(l.line);
    const sums_t &s = l.sums;
    put(out, "{\"file\": %s, \"line\": %d, ", quoted(w.file).c_str(), w.line);
    *out += "\"source\": " + quoted(source_text(w.file, w.line)) +
            ", \"array\": " + quoted(l.array.name.empty() ? l.array.what : l.array.name);
    put(out,
        ", \"operation\": \"%s\", \"space\": \"%s\", \"bytes\": %u, \"requests\": %.0f, \"sectors_per_request\": %.4f, "
        "\"ideal_sectors_per_request\": %.4f, \"passes_per_request\": %.4f, \"ideal_passes_per_request\": %.4f, "
        "\"same_address_per_request\": %.4f, \"active_threads\": %.4f, \"regular\": %s, \"stride\": %ld, \"level\": "
        "\"%s\"",
        l.operation == LOAD    ? "load"
        : l.operation == STORE ? "store"
                               : "atomic",
        l.space == SPACE_GLOBAL   ? "global"
        : l.space == SPACE_SHARED ? "shared"
                                  : "constant",
        l.bytes, s.requests, ratio(s.sectors, s.requests), ratio(s.ideal, s.requests), ratio(s.passes, s.requests),
        ratio(s.fewest, s.requests), ratio(s.same, s.requests), 32 * ratio(s.lanes, s.possible),
        l.regular ? "true" : "false", long(l.stride),
        l.level == 'b' ? "bad"
        : l.level      ? "note"
                       : "good");
    *out += ", \"pattern\": " + quoted(l.pattern) + ", \"advice\": " + quoted(l.advice) + "}";
}

static void kernel_json(std::string *out, const kernel_report_t &r)
{
    const kernel_stats_t &k = *r.stats;
    const std::vector<unsigned> &v = usual_shape(k);
    *out += "{\"name\": " + quoted(k.name) + ", \"file\": " + quoted(k.file);
    put(out,
        ", \"line\": %d, \"launches\": %lu, \"grid\": [%u, %u, %u], \"block\": [%u, %u, %u], \"other_shapes\": %zu",
        k.kernel->line, k.launches, v[0], v[1], v[2], v[3], v[4], v[5], k.shapes.size() - 1);
    put(out,
        ", \"threads\": %.0f, \"idle_threads\": %.0f, \"blocks\": %.0f, \"blocks_counted\": %.0f, "
        "\"launches_counted\": %lu, \"dynamic_shared_bytes\": %zu, \"barriers_per_thread\": %.4f, "
        "\"warp_functions_per_block\": %.4f, "
        "\"active_threads\": %.4f",
        k.threads, k.idle(), k.blocks, k.counted_blocks, k.detailed, k.dynamic_shared,
        ratio(k.barriers, k.weighted_blocks), ratio(k.warp_functions, k.weighted_blocks),
        32 * ratio(r.all.lanes, r.all.possible));
    global_json(out, "global_load", r.load);
    global_json(out, "global_store", r.store);
    shared_json(out, "shared_load", r.shared_load);
    shared_json(out, "shared_store", r.shared_store);
    shared_json(out, "constant_load", r.constant);
    atomic_json(out, "atomic", r.atomic_global);
    atomic_json(out, "shared_atomic", r.atomic_shared);
    *out += ", \"hottest_address\": " + quoted(k.hot_text) + ",\n   ";
    remarks_json(out, r.remarks);
    *out += ",\n   \"lines\": [";
    for (size_t i = 0; i < r.lines.size(); i++) {
        *out += i ? ",\n    " : "\n    ";
        line_json(out, r.lines[i]);
    }
    *out += "]}";
}

std::string json_report(const report_t &r)
{
    std::string out = "{\"format\": \"emu-counters 1\", \"program\": " + quoted(r.program);
    put(&out, ", \"launches\": %lu,\n ", r.launches);
    remarks_json(&out, r.remarks);
    out += ",\n \"copies\": [";
    for (size_t i = 0; i < r.copies.size(); i++) {
        const copies_t &c = *r.copies[i];
        const where_t w = where(c.site);
        out += i ? ",\n  " : "\n  ";
        out += "{\"function\": " + quoted(c.function) + ", \"file\": " + quoted(w.file);
        put(&out,
            ", \"line\": %d, \"direction\": \"%s\", \"calls\": %lu, \"bytes\": %.0f, \"calls_after_a_launch\": %lu}",
            w.line,
            c.direction == 'u'   ? "host to device"
            : c.direction == 'd' ? "device to host"
                                 : "device to device",
            c.calls, c.bytes, c.after_launch);
    }
    out += "],\n \"kernels\": [";
    for (size_t i = 0; i < r.kernels.size(); i++) {
        out += i ? ",\n  " : "\n  ";
        kernel_json(&out, r.kernels[i]);
    }
    return out + "]}\n";
}
}  // namespace emu::counters
