// [given] counters_html.cpp: the counters as one page that needs nothing else: no network, no scripts.
#include "counters_data.h"
#include <algorithm>

namespace emu::counters
{
static double ratio(double a, double b) { return b > 0 ? a / b : 0; }

std::string html_escape(const std::string &s)
{
    std::string h;
    for (char c : s) {
        if (c == '<') h += "&lt;";
        else if (c == '>') h += "&gt;";
        else if (c == '&') h += "&amp;";
        else if (c == '\'') h += "&#39;";
        else if (c == '"') h += "&quot;";
        else h += c;
    }
    return h;
}

static const char style[] = R"(<style>
:root { color-scheme: light }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 0 auto; padding: 1rem; color: #1d2630; background: #fff }
h1 { font-size: 1.5rem; line-height: 1.25 }
h2 { font-size: 1.2rem; margin: 2.5rem 0 .3rem; padding-top: .8rem; border-top: 2px solid #1d2630; overflow-wrap: anywhere }
h3 { font-size: 1rem; margin: 1.6rem 0 .3rem }
p { margin: .4rem 0 }
small, .dim { color: #5a6672 }
table { border-collapse: collapse; width: 100%; font-size: .93rem }
th, td { text-align: right; padding: .3rem .5rem; border-bottom: 1px solid #d5dbe1; white-space: nowrap }
th { color: #5a6672; font-weight: 600; vertical-align: bottom; white-space: normal }
th:first-child, td:first-child { text-align: left; white-space: normal; overflow-wrap: anywhere; min-width: 10rem }
td.good { background: #e2f2e8 } td.fair { background: #fdf1cf } td.bad { background: #fadcd8 }
.scroll { overflow-x: auto }
.remark { border-left: 5px solid #d9a514; background: #fdf6e0; padding: .4rem .7rem; margin: .5rem 0 }
.remark.bad { border-color: #c7372b; background: #fdeeec } .remark.fine { border-color: #3d8b5f; background: #eef7f1 }
pre { background: #f4f6f8; padding: .5rem .6rem; overflow-x: auto; font: .86rem/1.45 ui-monospace, monospace; margin: .4rem 0 }
pre b { display: inline-block; min-width: 100%; background: #fbe3a8; font-weight: 600 }
figure { margin: .8rem 0 1.2rem; break-inside: avoid }
figcaption { font-size: .9rem; color: #3b4652 }
svg { display: block; width: 100%; height: auto; max-height: 32rem }
svg text { font: 17px system-ui, sans-serif; fill: #3b4652 }
svg path { fill: none !important; stroke-width: 1.3; stroke-opacity: .75 }
svg path.g { stroke: #fff; stroke-opacity: .6; stroke-width: 1 }
.off { fill: #fff; stroke: #98a2ae } .o { fill: none; stroke: #333 }
.w { fill: #f6c9c4 } .u { fill: #3d8b5f } .b { fill: #d5483b }
details { margin: .6rem 0 }
summary { cursor: pointer; color: #1b5fa8 }
.key span { display: inline-block; width: .9em; height: .9em; vertical-align: -.1em; margin: 0 .25em 0 .8em; border: 1px solid #777 }
@media (min-width: 44rem) {
    svg text { font-size: 10px }
    table.wide { font-size: .86rem }
    table.wide small { display: block }
    table.wide th, table.wide td { padding: .25rem .4rem }
}
@media (max-width: 44rem) { /* a row becomes a card */
    table.wide thead, table.wide td:first-child::before, table.wide td.none { display: none }
    table.wide tr { display: block; border-bottom: 2px solid #98a2ae; padding: .4rem 0 }
    table.wide td { display: flex; justify-content: space-between; gap: 1rem; border: 0; padding: .12rem .4rem }
    table.wide td:first-child { font-weight: 600; display: block }
    table.wide td::before { content: attr(data-name); color: #5a6672; text-align: left }
}
@media print {
    body { max-width: none; font-size: 11pt; padding: 0 }
    h2, h3 { break-after: avoid }
    .remark, pre { break-inside: avoid }
    pre { white-space: pre-wrap }
    table.wide { font-size: 8pt }
    table.wide th, table.wide td { padding: .15rem .25rem }
    * { print-color-adjust: exact; -webkit-print-color-adjust: exact }
}
)";

// ---- tables ------------------------------------------------------------------------------------------

struct cell_t {
    std::string text;
    const char *level;  // a class of the style sheet
};

static std::string number(const char *format, double v)  // format: of one double
{
    char s[64];
    snprintf(s, sizeof s, format, v);
    return s;
}

// "8.00 of 4.00", coloured by how many times more than needed
static cell_t cost_cell(double requests, double is, double ideal)
{
    if (requests <= 0) return {"", "none"};
    std::string text = number("%.2f", is / requests);
    if (is >= 1.005 * ideal) text += number(" <small>ideal %.2f</small>", ideal / requests);
    return {text, is < 1.2 * ideal ? "good" : is < 1.5 * ideal ? "fair" : "bad"};
}

static std::string short_name(const std::string &name)  // without the parameters
{
    int depth = 0;
    size_t i = 0;
    for (; i < name.size() && !(name[i] == '(' && depth == 0 && i > 0); i++)
        depth += (name[i] == '<') - (name[i] == '>');
    return name.substr(0, i);
}

static std::vector<cell_t> summary_row(const kernel_report_t &k)
{
    const kernel_stats_t &s = *k.stats;
    sums_t shared = k.shared_load, atomic = k.atomic_global;
    shared.add(k.shared_store);
    atomic.add(k.atomic_shared);
    const double idle = ratio(s.idle(), s.threads), same = ratio(atomic.same, atomic.requests);
    const double active = ratio(k.warps.lanes, k.warps.possible);
    return {{count_text(double(s.launches)), ""},
            {count_text(s.threads), ""},
            {number("%.0f %%", 100 * idle), idle < 0.25  ? "good"
                                            : idle < 0.5 ? "fair"
                                                         : "bad"},
            cost_cell(k.load.requests, k.load.sectors, k.load.ideal),
            cost_cell(k.store.requests, k.store.sectors, k.store.ideal),
            cost_cell(shared.requests, shared.passes, shared.fewest),
            cost_cell(k.constant.requests, k.constant.passes, k.constant.fewest),
            {atomic.requests > 0 ? number("%.1f", same) : "", same < 2   ? "good"
                                                              : same < 4 ? "fair"
                                                                         : "bad"},
            {k.warps.requests > 0 ? number("%.1f", 32 * active) : "", active >= 0.6    ? "good"
                                                                      : active >= 0.35 ? "fair"
                                                                                       : "bad"}};
}

static void summary(std::string *out, const report_t &r)
{
    if (r.kernels.empty()) return;
    static const char *names[] = {"launches",        "threads",        "idle threads",    "sectors a load",
                                  "sectors a store", "passes, shared", "words, constant", "atomics at one address",
                                  "active threads"};
    std::vector<std::vector<cell_t>> rows;
    for (const kernel_report_t &k : r.kernels) rows.push_back(summary_row(k));
    std::vector<bool> shown;
    for (size_t c = 0; c < rows[0].size(); c++)
        shown.push_back(std::any_of(rows.begin(), rows.end(), [&](auto &row) { return !row[c].text.empty(); }));
    *out += "<div class='scroll'><table class='wide'><thead><tr><th>kernel";
    for (size_t c = 0; c < shown.size(); c++)
        if (shown[c]) *out += std::string("<th>") + names[c];
    *out += "</tr></thead>\n";
    for (size_t i = 0; i < rows.size(); i++) {
        put(out, "<tr><td><a href='#k%zu'>", i);
        *out += html_escape(short_name(r.kernels[i].stats->name)) + "</a></td>";
        for (size_t c = 0; c < shown.size(); c++)
            if (shown[c])
                *out += std::string("<td data-name='") + names[c] + "' class='" +
                        (rows[i][c].text.empty() ? "none" : rows[i][c].level) + "'><span>" + rows[i][c].text +
                        "</span></td>";
        *out += "</tr>\n";
    }
    *out += "</table></div>\n";
}

static void copies(std::string *out, const report_t &r)
{
    if (r.copies.empty()) return;
    *out += "<h2>Copies</h2>\n<table><tr><th>where<th>direction<th>calls<th>bytes<th>calls a launch</tr>\n";
    for (const copies_t *c : r.copies) {
        put(out, "<tr><td>%s, %s</td><td>%s</td><td>%s</td><td>%s</td><td>%.3g</td></tr>\n",
            html_escape(c->function).c_str(), html_escape(at(c->site)).c_str(),
            c->direction == 'u'   ? "to the device"
            : c->direction == 'd' ? "to the host"
                                  : "on the device",
            count_text(double(c->calls)).c_str(), count_text(c->bytes).c_str(),
            ratio(double(c->calls), double(r.launches)));
    }
    *out += "</table>\n";
}

static void remarks(std::string *out, const std::vector<remark_t> &list)
{
    for (const remark_t &m : list)
        *out += std::string("<p class='remark") + (m.level == 'b' ? " bad" : "") + "'>" + html_escape(m.text) +
                "</p>\n";
}

// ---- lines -------------------------------------------------------------------------------------------

static void source(std::string *out, const source_line_t &w)
{
    if (source_text(w.file, w.line).empty()) return;
    size_t indent = 1000;
    for (int i = w.line - 2; i <= w.line + 2; i++) {
        const std::string s = source_text(w.file, i, false);
        if (!s.empty()) indent = std::min(indent, s.find_first_not_of(' '));
    }
    *out += "<pre>";
    for (int i = std::max(1, w.line - 2); i <= w.line + 2; i++) {
        std::string s = source_text(w.file, i, false);
        s = s.size() > indent ? s.substr(indent) : "";
        if (i > w.line && s.empty()) break;
        char number[16];
        snprintf(number, sizeof number, "%4d  ", i);
        *out += (i == w.line ? "<b>" : "") + (number + html_escape(s)) + (i == w.line ? "</b>" : "") + "\n";
    }
    *out += "</pre>\n";
}

static void figure(std::string *out, const line_t &l, const sample_t &s, size_t i)
{
    const measured_t &m = s.measured;
    *out += "<figure>" + draw_request(s, l.space, l.array.begin) + "<figcaption>";
    put(out, "Request %zu, warp %u: %u threads, ", i + 1, s.warp, m.lanes);
    if (l.space == SPACE_SHARED) {
        put(out, "%u %s through the banks", m.passes, m.passes == 1 ? "pass" : "passes");
        if (m.passes > m.fewest) put(out, " (%u would do)", m.fewest);
    } else {
        put(out, "%u %s of 32 bytes, of which %u of %u bytes are used", m.sectors,
            m.sectors == 1 ? "sector" : "sectors", m.used, 32 * m.sectors);
    }
    if (l.operation == ATOMIC && m.same > 1) put(out, "; %u threads at one address", m.same);
    *out += "</figcaption></figure>\n";
}

static const char *operation_name(const line_t &l)
{
    if (l.operation == ATOMIC)
        return l.space == SPACE_SHARED ? "atomic operation on shared memory" : "atomic operation";
    if (l.space == SPACE_SHARED) return l.operation == LOAD ? "load from shared memory" : "store to shared memory";
    if (l.space == SPACE_CONSTANT) return "load from constant memory";
    return l.operation == LOAD ? "load" : "store";
}

static void line(std::string *out, const line_t &l, size_t directly)
{
    *out += "<h3>" + html_escape(line_name(l.line)) + ": " + operation_name(l);
    put(out, ", %u byte%s each", l.bytes, l.bytes == 1 ? "" : "s");
    if (!l.array.what.empty()) *out += "<br><small>" + html_escape(array_text(l.array)) + "</small>";
    *out += "</h3>\n";
    source(out, source_line(l.line));
    *out += std::string("<p class='remark") +
            (l.level == 'b' ? " bad"
             : l.level      ? ""
                            : " fine") +
            "'>" + count_text(l.sums.requests);
    put(out, " requests of %.3g threads; ", 32 * ratio(l.sums.lanes, l.sums.possible));
    *out += html_escape(l.pattern) + "." + (l.advice.empty() ? "" : " <b>" + html_escape(l.advice) + "</b>") + "</p>\n";
    const auto &samples = l.place->samples;
    for (size_t i = 0; i < samples.size(); i++) {
        if (i == directly) put(out, "<details><summary>%zu more of the first block</summary>\n", samples.size() - i);
        figure(out, l, samples[i], i);
    }
    if (samples.size() > directly) *out += "</details>\n";
}

static void kernel(std::string *out, const kernel_report_t &r, size_t index)
{
    const kernel_stats_t &k = *r.stats;
    const std::vector<unsigned> &usual = usual_shape(k);
    put(out, "<h2 id='k%zu'>", index);
    *out += html_escape(k.name) + "</h2>\n<p class='dim'>" + html_escape(k.file);
    put(out, ":%d; %s launch%s, grid %s, block %s", k.kernel->line, count_text(double(k.launches)).c_str(),
        k.launches == 1 ? "" : "es", shape_text(usual, 0).c_str(), shape_text(usual, 3).c_str());
    if (k.shapes.size() > 1) put(out, " (and %zu other sizes)", k.shapes.size() - 1);
    const double barriers = ratio(k.barriers, k.weighted_blocks);
    if (barriers > 0) put(out, "; %.4g barrier%s a thread", barriers, barriers == 1 ? "" : "s");
    if (k.counted_blocks < k.blocks)
        put(out, "; estimated from %s of %s blocks", count_text(k.counted_blocks).c_str(),
            count_text(k.blocks).c_str());
    *out += ".</p>\n";
    remarks(out, r.remarks);
    size_t fine = 0;
    for (const line_t &l : r.lines) {
        if (l.level) line(out, l, 2);
        fine += !l.level;
    }
    if (!fine) return;
    put(out, "<details%s><summary>%zu access%s without remarks</summary>\n", fine == r.lines.size() ? " open" : "",
        fine, fine == 1 ? "" : "es");
    for (const line_t &l : r.lines)
        if (!l.level) line(out, l, 1);
    *out += "</details>\n";
}

std::string html_report(const report_t &r)
{
    const std::string name = r.program.substr(r.program.rfind('/') + 1);
    std::string out = "<!DOCTYPE html>\n<html lang='en'><head><meta charset='utf-8'><meta name='viewport' "
                      "content='width=device-width, initial-scale=1'>\n";
    out += "<title>Memory accesses of " + html_escape(name) + "</title>\n" + style + lane_styles() +
           "</style></head><body>\n";
    out += "<svg style='display:none'><g id='lanes'>" + lane_boxes(0xffffffffu) + "</g></svg>\n";
    out += "<h1>Memory accesses of " + html_escape(name) + "</h1>\n";
    out += "<p>Counted in an emulated run on the CPU. A request is one instruction of one warp; the fewer sectors of "
           "32 bytes it needs, and "
           "the fewer passes through the banks of shared memory, the better. Caches, occupancy and time are not "
           "modelled: how long the "
           "emulator takes says nothing about a GPU.</p>\n";
    summary(&out, r);
    out +=
        "<p class='key dim'>In the drawings, strokes lead from the threads of a warp to what they touch. Sectors: "
        "<span style='background:#3d8b5f'></span>used <span style='background:#f6c9c4'></span>moved in vain. Banks: "
        "<span style='background:#3d8b5f'></span>first pass <span style='background:#d5483b'></span>has to wait</p>\n";
    remarks(&out, r.remarks);
    for (size_t i = 0; i < r.kernels.size(); i++) kernel(&out, r.kernels[i], i);
    copies(&out, r);
    return out + "</body></html>\n";
}
}  // namespace emu::counters
