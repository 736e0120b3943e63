// [given] page_plots.cpp: small plots as inline SVG. Places are in per cent, so they fit any width; texts keep their size.
#include <algorithm>
#include <cmath>

#include "page_parts.h"
#include "utils.h"

static double between(double x, double low, double high) { return x > low ? std::min(x, high) : low; }  // nan: low

static std::string rect(const char *kind, double x, double width, double y, double height)
{
    return format("<rect class=\"%s\" x=\"%.2f%%\" width=\"%.2f%%\" y=\"%.0f\" height=\"%.0f\"/>", kind, x,
                  std::max(0.0, width), y, height);
}

static std::string upright(const char *kind, double x, double y0, double y1)
{
    return format("<line class=\"%s\" x1=\"%.2f%%\" x2=\"%.2f%%\" y1=\"%.0f\" y2=\"%.0f\"/>", kind, x, x, y0, y1);
}

// Near an edge it ends or begins there.
static std::string text_at(double x, double y, const std::string &text, const char *kind = "")
{
    const char *anchor = x > 82 ? "end" : x < 8 ? "start" : "middle";
    return format("<text class=\"%s\" x=\"%.2f%%\" y=\"%.0f\" text-anchor=\"%s\">", kind, x, y, anchor) + html(text) +
           "</text>";
}

static std::string begin(double height, const std::string &label)
{
    return format("<svg height=\"%.0f\" role=\"img\" aria-label=\"", height) + html(label) + "\">";
}

// ---- points ------------------------------------------------------------------------------------------------------

// The number stands beside it: nothing to be read aloud.
std::string plot_share(double part, double of)
{
    double share = of > 0 ? between(100 * part / of, 0, 100) : 0;
    return "<svg class=\"share\" aria-hidden=\"true\"><rect class=\"track\" width=\"100%\" height=\"100%\" rx=\"3\"/>" +
           format("<rect class=\"%s\" width=\"%.1f%%\" height=\"100%%\" rx=\"3\"/></svg>",
                  share >= 99.95 ? "done" : "fill", share);
}

std::string plot_points(const std::vector<part_t> *parts)
{
    double all = 0, at = 0;
    std::string label = "Points by part:", drawn;
    for (const part_t &p : *parts)
        if (p.left_out.empty()) all += std::max(0.0, p.of);
    for (const part_t &p : *parts) {
        if (!p.left_out.empty() || !(p.of > 0)) continue;
        double width = 100 * p.of / all, share = between(p.points / p.of, 0, 1);
        drawn += rect("track", at + 0.3, width - 0.6, 0, 22) +
                 rect(share > 0.9995 ? "done" : "fill", at + 0.3, (width - 0.6) * share, 0, 22) +
                 format("<text x=\"%.2f%%\" y=\"38\" text-anchor=\"middle\">%d</text>", at + width / 2, p.number);
        label += format(" part %d, %s of %s;", p.number, points_text(p.points).c_str(), points_text(p.of).c_str());
        at += width;
    }
    return all > 0 ? begin(44, label) + drawn + "</svg>" : "";
}

// ---- ratios to the reference ---------------------------------------------------------------------------------------

constexpr double MARGIN = 1.5;  // on the right, for the arrow of a bar that goes on

struct axis_t {
    double to;  // ratio at the right edge
    const rubric_speed_t *rule;
    bool anchors;
};

static double place(const axis_t *s, double ratio) { return between((100 - MARGIN) * ratio / s->to, 0, 100 - MARGIN); }

static axis_t axis_of(const std::vector<const speed_t *> &speeds, const rubric_speed_t *rule, bool anchors)
{
    axis_t s = {1.5, rule, anchors};
    if (anchors) s.to = 1.15 * rule->zero_at;
    double cap = anchors ? 2 * rule->zero_at : 8;
    for (const speed_t *x : speeds) s.to = std::max(s.to, std::min(cap, 1.08 * std::max(x->high, x->ratio)));
    return s;
}

static std::string zones(const axis_t *s, double height)
{
    if (!s->anchors) return "";
    double full = place(s, s->rule->full_at), zero = place(s, s->rule->zero_at);
    return rect("zone-full", 0, full, 0, height) + rect("zone-some", full, zero - full, 0, height) +
           rect("zone-none", zero, 100 - zero, 0, height);
}

static std::string samples(const axis_t *s, const speed_t *x)
{
    std::string out;
    for (size_t i = 0; i < x->samples_yours.size() && i < 100 && x->reference > 0; i++)
        if (x->samples_yours[i] <= s->to * x->reference)
            out += upright("sample", place(s, x->samples_yours[i] / x->reference), 24, 30);
    return out;
}

static std::string ratio_bar(const axis_t *s, const speed_t *x)
{
    std::string label = format("%.2f times the reference", x->ratio);
    if (!x->emulated) label += format(", between %.2f and %.2f", x->low, x->high);
    double end = place(s, x->ratio);
    std::string out = begin(34, label) + zones(s, 34) + rect("fill", 0, end, 9, 12) +
                      upright("one", place(s, 1), 0, 34);
    if (x->ratio > s->to)
        out += format("<text class=\"strong\" x=\"100%%\" y=\"20\" text-anchor=\"end\">%s</text>", "\xe2\x80\xba");
    if (!x->emulated) {
        double low = place(s, x->low), high = place(s, x->high);
        out += format("<line class=\"ink\" x1=\"%.2f%%\" x2=\"%.2f%%\" y1=\"15\" y2=\"15\"/>", low, high) +
               upright("ink", low, 10, 20) + upright("ink", high, 10, 20) + samples(s, x);
    }
    return out + "</svg>";
}

static std::string ratio_row(const axis_t *s, const speed_t *x)
{
    const char *digits = x->yours < 100 && !x->emulated ? "%.1f" : "%.0f";
    std::string yours = format(digits, x->yours), reference = format(digits, x->reference);
    std::string out = "<div class=\"ratio\"><span class=\"wrap\">" + html(x->name, 80) + "</span>";
    if (!(x->ratio > 0)) return out + "<span class=\"dim\">" + html(x->note, 300) + "</span><span></span></div>\n";
    std::string value = format("<b>%.2f\xc3\x97</b>", x->ratio);
    if (!x->emulated) value += format(" (%.2f\xe2\x80\x93%.2f)", x->low, x->high);
    value += "<small>yours " + yours + " " + html(x->unit == "us" ? "\xc2\xb5s" : x->unit, 20) +
             "</small><small>reference " + reference + "</small>";
    if (x->of > 0) value += "<small>" + points_text(x->points) + " of " + points_text(x->of) + " points</small>";
    if (!x->note.empty()) value += "<small class=\"wrap\">" + html(x->note, 300) + "</small>";
    return out + ratio_bar(s, x) + "<span>" + value + "</span></div>\n";
}

static std::string tick(double x, double ratio)
{
    return upright("axis", x, 0, 5) + text_at(x, 18, format("%.3g\xc3\x97", ratio));
}

static std::string ratio_axis(const axis_t *s)
{
    double one = place(s, 1), full = place(s, s->rule->full_at);
    std::string ticks = s->anchors && std::fabs(full - one) < 10 ? "" : tick(one, 1), says = "Dashed: the reference.";
    if (s->anchors) {
        ticks += tick(full, s->rule->full_at) + tick(place(s, s->rule->zero_at), s->rule->zero_at);
        says += format(" Up to %.3g\xc3\x97: full points; from %.3g\xc3\x97: none.", s->rule->full_at,
                       s->rule->zero_at);
    }
    return "<div class=\"ratio axis\"><span></span><svg height=\"22\" aria-hidden=\"true\">" + ticks +
           "</svg><span></span></div>\n<figcaption>" + says + "</figcaption>\n";
}

std::string plot_ratios(const std::vector<const speed_t *> &speeds, const rubric_speed_t *rule)
{
    double of = 0;
    for (const speed_t *x : speeds) of += x->of;
    axis_t s = axis_of(speeds, rule, of > 0 && rule->full_at > 0 && rule->zero_at > rule->full_at);
    std::string out = "<figure>";
    for (const speed_t *x : speeds) out += ratio_row(&s, x);
    return out + ratio_axis(&s) + "</figure>\n";
}

// ---- distribution of points -----------------------------------------------------------------------------------------

double quantile(const std::vector<double> &sorted, double q)
{
    if (sorted.empty()) return 0;
    double at = q * (sorted.size() - 1);
    size_t below = (size_t)at, above = std::min(below + 1, sorted.size() - 1);
    return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
}

// Steps of 1, 2, 5, 10, 20, ... so that at most `most` labels stand on the axis.
static double step_for(double to, int most)
{
    double step = std::pow(10, std::floor(std::log10(to / most)));
    for (double factor : {1.0, 2.0, 5.0, 10.0})
        if (to / (step * factor) <= most) return step * factor;
    return step * 10;
}

std::string plot_histogram(const std::vector<double> &sorted, double of)
{
    constexpr double LEFT = 1, WIDTH = 98, TOP = 40, BOTTOM = 200;
    if (sorted.empty() || !(of > 0)) return "";
    size_t n_bins = sorted.size() >= 40 ? 20 : 10, most = 1;
    std::vector<size_t> bins(n_bins, 0);
    for (double x : sorted) bins[(size_t)between(x / of * n_bins, 0, n_bins - 1)]++;
    for (size_t n : bins) most = std::max(most, n);
    double low = quantile(sorted, 0.25), middle = quantile(sorted, 0.5), high = quantile(sorted, 0.75);
    auto x_of = [&](double points) { return LEFT + WIDTH * between(points / of, 0, 1); };
    std::string out = begin(242,
                            format("Distribution of points: half of all between %s and %s, median %s",
                                   points_text(low).c_str(), points_text(high).c_str(), points_text(middle).c_str()));
    out += rect("band", x_of(low), x_of(high) - x_of(low), 18, BOTTOM - 18);
    for (size_t i = 0; i < n_bins; i++) {
        if (bins[i] == 0) continue;
        double height = std::max(2.0, (BOTTOM - TOP) * bins[i] / most), x = LEFT + WIDTH * i / n_bins;
        out += rect("fill", x + 0.3, WIDTH / n_bins - 0.6, BOTTOM - height, height) +
               format("<text class=\"count\" x=\"%.2f%%\" y=\"%.0f\" text-anchor=\"middle\">%zu</text>",
                      x + WIDTH / n_bins / 2, BOTTOM - height - 4, bins[i]);
    }
    out += format("<line class=\"axis\" x1=\"%.0f%%\" x2=\"%.0f%%\" y1=\"%.0f\" y2=\"%.0f\"/>", LEFT, LEFT + WIDTH,
                  BOTTOM, BOTTOM);
    double step = step_for(of, 6);
    for (double x = 0; x <= of * 1.0001; x += step)
        out += upright("axis", x_of(x), BOTTOM, BOTTOM + 5) + text_at(x_of(x), BOTTOM + 19, points_text(x));
    out += upright("one", x_of(middle), 18, BOTTOM) +
           text_at(x_of(middle), 12, "median " + points_text(middle), "strong");
    return out + text_at(50, BOTTOM + 38, "points") + "</svg>\n";
}
