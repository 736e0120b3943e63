// [given] profile_draw.cpp: pictures of a profile: roofline, kernels' shares of the time, timeline of the streams.
#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "profile.h"
#include "svg.h"
#include "utils.h"

static std::string how(const profile_t *p)
{
    return (p->model.empty() ? "measured: " : "modelled, not measured: ") + clean_text(p->device, 36);
}

// ---- shares ----------------------------------------------------------------------------------------------

std::string profile_shares(const profile_t *p)
{
    std::vector<kernel_t> kernels;
    double all = 0;
    for (const kernel_t &k : p->kernels)
        if (k.seconds > 0 && std::isfinite(k.seconds)) kernels.push_back(k), all += k.seconds;
    if (kernels.empty()) return "";
    std::stable_sort(kernels.begin(), kernels.end(),
                     [](const kernel_t &a, const kernel_t &b) { return a.seconds > b.seconds; });
    if (kernels.size() > 12) {
        kernel_t rest = kernels[11];
        rest.name = format("%zu others", kernels.size() - 11), rest.pass = "", rest.seconds = rest.launches = 0;
        for (size_t i = 11; i < kernels.size(); i++)
            rest.seconds += kernels[i].seconds, rest.launches += kernels[i].launches;
        kernels.resize(11), kernels.push_back(rest);
    }
    const double row = 24, left = 172, right = 180, top = 34;  // right: "100.0 %, 12.3 us x 1000000"
    std::string s = svg_label(8, 20, "share of the kernels' time, " + how(p), "start", 12);
    double y = top;
    for (const kernel_t &k : kernels) {
        double w = std::max(1.0, (SVG_WIDTH - left - right) * k.seconds / kernels[0].seconds);
        s += svg_label(left - 8, y + 15, clean_text(k.name, 23), "end", 12);
        s += svg_titled_box(left, y + 3, w, row - 7, p->model.empty() ? "#0072b2" : "#56b4e9",
                            k.name + (k.pass.empty() ? "" : ", " + k.pass) + (k.file.empty() ? "" : ", " + k.file));
        s += svg_label(left + w + 6, y + 15,
                       format("%.1f %%, ", 100 * k.seconds / all) + time_text(k.seconds / k.launches) +
                           format(" x %.0f", k.launches),
                       "start", 12);
        y += row;
    }
    return svg_begin(SVG_WIDTH, y + 8, "shares of the kernels' time") + s + svg_end();
}

// ---- timeline --------------------------------------------------------------------------------------------

static const char *fill_of(const std::string &kind)
{
    return kind == "kernel"      ? "#56b4e9"
           : kind == "to device" ? "#e69f00"
           : kind == "to host"   ? "#009e73"
           : kind == "set"       ? "#cc79a7"
                                 : "#999999";
}

static const char *words_of_kind(const std::string &kind)
{
    return kind == "kernel"      ? "kernel"
           : kind == "to device" ? "copy to the device"
           : kind == "to host"   ? "copy to the host"
           : kind == "set"       ? "set"
                                 : "copy on the device";
}

// "a", ..., "z", "A", ..., then numbers.
static std::string letter(size_t i)
{
    return i < 52 ? std::string(1, (char)(i < 26 ? 'a' + i : 'A' + i - 26)) : format("%zu", i + 1);
}

// Words with a coloured box or a letter before each; wraps. *y: where the next line begins.
static std::string key(const profile_t *p, const std::vector<std::string> &kernels, double *y)
{
    std::string s;
    double x = 12;
    auto put = [&](double width) {
        if (x + width > SVG_WIDTH - 8) x = 12, *y += 19;
        double at = x;
        x += width;
        return at;
    };
    for (const char *kind : {"kernel", "to device", "to host", "on device", "set"}) {
        if (std::none_of(p->spans.begin(), p->spans.end(), [&](const span_t &a) { return a.kind == kind; })) continue;
        std::string words = words_of_kind(kind);
        double at = put(30 + 7.0 * (double)words.size());
        s += svg_titled_box(at, *y - 10, 14, 11, fill_of(kind), words) + svg_label(at + 19, *y, words, "start", 13);
    }
    x = 12, *y += 19;
    for (size_t i = 0; i < kernels.size(); i++) {
        std::string words = letter(i) + " " + clean_text(kernels[i], 40);
        double at = put(14 + 7.0 * (double)words.size());
        s += svg_label(at, *y, words, "start", 13);
    }
    return s;
}

static std::string time_axis(double end, double left, double top, double bottom, double scale)
{
    std::string s;
    const char *unit = end < 1e-3 ? "us" : end < 1 ? "ms" : "s";
    double factor = end < 1e-3 ? 1e6 : end < 1 ? 1e3 : 1, step = svg_step(end * factor, 8);
    for (int i = 0; i * step <= end * factor * 1.0001; i++) {
        double x = left + i * step / factor * scale;
        s += svg_line(x, top, x, bottom, "#dddddd");
        s += svg_label(x, bottom + 15, format("%g", i * step), "middle", 13);
    }
    return s + svg_label(SVG_WIDTH - 8, bottom + 32, format("time [%s]", unit), "end", 13);
}

std::string profile_timeline(const profile_t *p)
{
    if (p->spans.empty()) return "";
    std::set<std::pair<int, int>> rows;
    std::set<int> devices;
    std::vector<std::string> kernels;
    double end = 0;
    for (const span_t &a : p->spans) {
        rows.insert({a.device, a.stream}), devices.insert(a.device);
        end = std::max(end, a.end);
        if (a.kind == "kernel" && std::find(kernels.begin(), kernels.end(), a.name) == kernels.end())
            kernels.push_back(a.name);
    }
    if (!(end > 0)) return "";
    const double left = devices.size() > 1 ? 138 : 82, row = 30, top = 34, scale = (SVG_WIDTH - left - 16) / end;
    const double bottom = top + row * (double)rows.size();
    std::string s = svg_label(8, 20, "timeline of the streams, " + how(p), "start", 12) +
                    time_axis(end, left, top, bottom, scale);
    std::map<std::pair<int, int>, double> place;
    for (const auto &r : rows) {
        double y = top + row * (double)place.size();
        place[r] = y;
        s += svg_label(left - 8, y + 19,
                       (devices.size() > 1 ? format("device %d, ", r.first) : "") + format("stream %d", r.second),
                       "end", 13);
    }
    for (const span_t &a : p->spans) {
        double x = left + a.start * scale, w = std::max(0.7, (a.end - a.start) * scale),
               y = place[{a.device, a.stream}];
        std::string bytes = std::isfinite(a.bytes) ? ", " + bytes_text(a.bytes) : "";
        s += svg_titled_box(x, y + 4, w, row - 8, fill_of(a.kind),
                            a.name + ": " + time_text(a.end - a.start) + " from " + time_text(a.start) + bytes);
        if (a.kind != "kernel") continue;
        std::string code = letter((size_t)(std::find(kernels.begin(), kernels.end(), a.name) - kernels.begin()));
        bool whole = w > 8.0 + 7.2 * (double)a.name.size();
        if (whole || w > 7.0 * (double)code.size() + 1)
            s += svg_label(x + w / 2, y + 19, whole ? a.name : code, "middle", 12);
    }
    double y = bottom + 52;
    s += key(p, kernels, &y);
    return svg_begin(SVG_WIDTH, y + 12, "timeline of the streams") + s + svg_end();
}
