// [given] profile_roofline.cpp: the roofline of Williams, Waterman and Patterson (Communications of the ACM 52/4, 2009).
#include <algorithm>
#include <cmath>

#include "profile.h"
#include "svg.h"
#include "utils.h"

static const double LEFT = 70, RIGHT = 20, TOP = 16, BOTTOM = 330;
static const size_t LINE = 84;  // characters of the list below that fit into the picture

struct mark_t {              // a point of the roofline
    std::string text;        // of the list, with its number
    double intensity, rate;  // [FLOP/byte], [FLOP/s]
    bool measured;
    const char *colour;
};

struct axes_t {  // the logarithms of the ends
    double low_x, high_x, low_y, high_y;
};

static double x_of(const axes_t *a, double intensity)
{
    return LEFT + (std::log10(intensity) - a->low_x) / (a->high_x - a->low_x) * (SVG_WIDTH - LEFT - RIGHT);
}

static double y_of(const axes_t *a, double rate)
{
    return BOTTOM - (std::log10(rate) - a->low_y) / (a->high_y - a->low_y) * (BOTTOM - TOP);
}

static std::string rate_text(double x, const char *of)
{
    static const char *const prefixes[] = {"", "k", "M", "G", "T", "P"};
    int i = 0;
    for (; i < 5 && x >= 999.5; i++) x /= 1000;
    return format("%.3g %s%s", x, prefixes[i], of);
}

// A line of the list; what of `name` is too long for it is cut.
static std::string line_text(const std::string &before, const std::string &name, const std::string &behind)
{
    return before + clean_text(name, LINE - 1 - std::min(LINE - 8, before.size() + behind.size())) + behind;
}

static bool has_roof(const profile_t *p)
{
    return std::isfinite(p->peak_flops) && std::isfinite(p->peak_bytes) && p->peak_flops > 0 && p->peak_bytes > 0;
}

static const char *colour_of(size_t i)
{
    static const char *const colours[] = {"#0072b2", "#d55e00", "#009e73", "#cc79a7", "#333333"};
    return colours[i % 5];
}

static std::vector<mark_t> marks_of(const std::vector<profile_t> *all)
{
    std::vector<mark_t> marks;
    for (size_t i = 0; i < all->size(); i++) {
        const profile_t *p = &(*all)[i];
        for (const kernel_t &k : p->passes.empty() ? p->kernels : p->passes) {
            double x = k.flops / k.bytes, y = k.flops / k.seconds;
            if (!(x > 0 && y > 0 && std::isfinite(x) && std::isfinite(y))) continue;
            std::string kind = p->model.empty() ? "measured" : "modelled";
            marks.push_back({line_text(format("%zu  ", marks.size() + 1), k.name,
                                       format(": %.3g FLOP/byte, ", x) + rate_text(y, "FLOP/s") + " " + kind),
                             x, y, p->model.empty(), colour_of(i)});
        }
    }
    return marks;
}

static axes_t axes_of(const std::vector<profile_t> *all, const std::vector<mark_t> *marks)
{
    double low_x = 0.1, high_x = 10, low_y = INFINITY, high_y = 0;
    for (const mark_t &m : *marks) {
        low_x = std::min(low_x, m.intensity), high_x = std::max(high_x, m.intensity);
        low_y = std::min(low_y, m.rate), high_y = std::max(high_y, m.rate);
    }
    for (const profile_t &p : *all)
        if (has_roof(&p)) {
            high_x = std::max(high_x, 2 * p.peak_flops / p.peak_bytes), high_y = std::max(high_y, p.peak_flops);
            low_y = std::min(low_y, p.peak_flops / 100);
        }
    return {std::floor(std::log10(low_x / 1.5)), std::log10(high_x * 1.5), std::floor(std::log10(low_y / 1.5)),
            std::log10(high_y * 2)};
}

static std::string grid(const axes_t *a)
{
    std::string s;
    for (double e = a->low_x; e <= a->high_x; e++) {
        double x = x_of(a, std::pow(10, e));
        s += svg_line(x, TOP, x, BOTTOM, "#dddddd");
        s += svg_label(x, BOTTOM + 17, format("%g", std::pow(10, e)), "middle", 13);
    }
    for (double e = a->low_y; e <= a->high_y; e++) {
        double y = y_of(a, std::pow(10, e));
        s += svg_line(LEFT, y, SVG_WIDTH - RIGHT, y, "#dddddd");
        s += svg_label(LEFT - 6, y + 4, rate_text(std::pow(10, e), ""), "end", 13);
    }
    s += svg_line(LEFT, BOTTOM, SVG_WIDTH - RIGHT, BOTTOM, "#444444");
    s += svg_line(LEFT, TOP, LEFT, BOTTOM, "#444444");
    s += svg_label(SVG_WIDTH - RIGHT, BOTTOM + 36, "arithmetic intensity [FLOP/byte]", "end", 13);
    return s + svg_label(14, (TOP + BOTTOM) / 2, "FLOP/s", "middle", 13, -90);
}

static std::string roof(const axes_t *a, const profile_t *p, const char *colour)
{
    double ridge = p->peak_flops / p->peak_bytes, left = std::pow(10, a->low_x), right = std::pow(10, a->high_x);
    double bottom = std::pow(10, a->low_y);
    left = std::max(left, bottom / p->peak_bytes);  // where the slope comes into the picture
    double middle = std::max(left, ridge);
    return svg_line(x_of(a, left), y_of(a, std::min(left * p->peak_bytes, p->peak_flops)), x_of(a, middle),
                    y_of(a, p->peak_flops), colour, 2) +
           svg_line(x_of(a, middle), y_of(a, p->peak_flops), x_of(a, right), y_of(a, p->peak_flops), colour, 2);
}

// Points with their numbers, each number where no other one is.
static std::string points(const axes_t *a, const std::vector<mark_t> *marks)
{
    std::string s;
    std::vector<std::pair<double, double>> taken;
    for (const mark_t &m : *marks) taken.push_back({x_of(a, m.intensity), y_of(a, m.rate)});
    for (size_t i = 0; i < marks->size(); i++) {
        const mark_t *m = &(*marks)[i];
        double x = taken[i].first, y = taken[i].second;
        s += format("<circle cx='%.1f' cy='%.1f' r='4.5' fill='%s' stroke='%s' stroke-width='2'/>\n", x, y,
                    m->measured ? m->colour : "white", m->colour);
        static const double places[][2] = {{12, 0},  {-12, 0},  {0, -13}, {0, 13},  {12, -12}, {-12, -12},
                                           {12, 12}, {-12, 12}, {24, 0},  {-24, 0}, {0, -26},  {0, 26}};
        const double *best = places[0];
        double far = -1;
        for (const double *at : places) {
            double nearest = 15;
            for (size_t k = 0; k < taken.size(); k++)
                if (k != i)
                    nearest = std::min(nearest, std::hypot(taken[k].first - x - at[0], taken[k].second - y - at[1]));
            if (y + at[1] > BOTTOM - 6) nearest = 0;
            if (nearest > far) far = nearest, best = at;
        }
        taken.push_back({x + best[0], y + best[1]});
        s += svg_label(x + best[0], y + best[1] + 4, format("%zu", i + 1), "middle", 12);
    }
    return s;
}

std::string profile_roofline(const std::vector<profile_t> *all)
{
    std::vector<mark_t> marks = marks_of(all);
    if (marks.empty()) return "";
    axes_t a = axes_of(all, &marks);
    std::string s = grid(&a);
    double y = BOTTOM + 60;
    for (size_t i = 0; i < all->size(); i++) {
        const profile_t *p = &(*all)[i];
        if (!has_roof(p)) continue;
        s += roof(&a, p, colour_of(i)) + svg_line(14, y - 4, 40, y - 4, colour_of(i), 2);
        s += svg_label(48, y,
                       line_text("roof: ", p->device,
                                 ", " + rate_text(p->peak_flops, "FLOP/s") + ", " + rate_text(p->peak_bytes, "B/s") +
                                     " (" + p->peak_from + ")"),
                       "start", 12);
        y += 20;
    }
    s += points(&a, &marks);
    for (size_t i = 0; i < marks.size(); i++, y += 20) {
        s += format("<circle cx='27' cy='%.1f' r='4.5' fill='%s' stroke='%s' stroke-width='2'/>\n", y - 4,
                    marks[i].measured ? marks[i].colour : "white", marks[i].colour);
        s += svg_label(48, y, marks[i].text, "start", 12);
    }
    return svg_begin(SVG_WIDTH, y, "roofline") + s + svg_end();
}
