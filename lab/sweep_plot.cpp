// [given] sweep_plot.cpp: a sweep as a heat map of two options, or a scatter plot where they were drawn at random.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <set>

#include "svg.h"
#include "sweep.h"

// An option along an axis: numbers, or values side by side.
struct axis_t {
    std::string name;
    bool is_range, logarithmic;
    double low, high;                 // of a range
    std::vector<std::string> values;  // else
    size_t at;                        // index among the varied options
};

constexpr size_t NO_AXIS = (size_t)-1;
constexpr double LEFT = 130, TOP = 50;

static axis_t axis_of(const choice_t *c, size_t at)
{
    axis_t a = {c->name, c->is_range, c->logarithmic, c->low, c->high, c->values, at};
    bool numbers = true;
    for (const std::string &v : a.values) {
        char *end;
        strtod(v.c_str(), &end);
        numbers &= *end == 0;
    }
    if (numbers)
        std::sort(a.values.begin(), a.values.end(),
                  [](const std::string &x, const std::string &y) { return atof(x.c_str()) < atof(y.c_str()); });
    return a;
}

// 0 .. 1 along a range; the index of one of its values.
static double place_on(const axis_t *a, const std::string &value)
{
    if (!a->is_range) return (double)(std::find(a->values.begin(), a->values.end(), value) - a->values.begin());
    double x = strtod(value.c_str(), NULL);
    return a->logarithmic ? std::log(x / a->low) / std::log(a->high / a->low) : (x - a->low) / (a->high - a->low);
}

// ---- scores as colours: the best is the darkest -------------------------------------------------------------------

struct scores_t {
    double best, worst;
    bool logarithmic;
};

static scores_t scores_of(const sweep_t *s, const std::vector<sweep_setting_t> *rank)
{
    scores_t c = {NAN, NAN, false};
    for (const sweep_setting_t &t : *rank) {
        if (std::isnan(t.score)) continue;
        if (std::isnan(c.best)) c.best = t.score;
        c.worst = t.score;
    }
    c.logarithmic = !s->by_metric && c.best > 0 && c.worst > 4 * c.best;
    return c;
}

static std::string colour_of(const scores_t *c, double score)
{
    if (std::isnan(score)) return "#e4e4e4";
    if (c->best == c->worst) return colour_sequential(0.9);
    double x = c->logarithmic ? std::log(score / c->worst) / std::log(c->best / c->worst)
                              : (score - c->worst) / (c->best - c->worst);
    return colour_sequential(0.05 + 0.95 * x);
}

static std::string legend(const scores_t *c, const std::string &criterion, double x, double y, bool dots)
{
    std::string svg;
    if (std::isnan(c->best)) return svg_label(x, y + 10, "no run has a result");
    for (int k = 0; k < 24; k++) {
        double t = k / 23.0;
        double score = c->logarithmic ? c->worst * std::pow(c->best / c->worst, t)
                                      : c->worst + t * (c->best - c->worst);
        svg += svg_box(x + k * 7, y, 7.3, 12, colour_of(c, score));
    }
    svg += svg_label(x, y + 27, svg_number(c->worst), "start", 11) +
           svg_label(x + 168, y + 27, svg_number(c->best), "end", 11);
    svg += svg_label(x + 182, y + 11, criterion + (c->logarithmic ? ", logarithmic; " : "; ") + "darker is better");
    return svg +
           svg_label(x + 182, y + 27,
                     dots ? "orange ring: the best; crosses: no result" : "orange frame: the best; grey: no result",
                     "start", 11);
}

static const char *const BEST = "stroke=\"#d55e00\" stroke-width=\"3\"";

// ---- heat map -------------------------------------------------------------------------------------------------------

static size_t cell_of(const axis_t *x, const axis_t *y, const sweep_setting_t *t)
{
    size_t i = (size_t)place_on(x, t->values[x->at]), j = y ? (size_t)place_on(y, t->values[y->at]) : 0;
    return j * x->values.size() + i;
}

// The first setting of each cell is the best there.
static std::vector<sweep_setting_t> best_of_cells(const axis_t *x, const axis_t *y,
                                                  const std::vector<sweep_setting_t> *rank)
{
    std::set<size_t> filled;
    std::vector<sweep_setting_t> best;
    for (const sweep_setting_t &t : *rank)
        if (filled.insert(cell_of(x, y, &t)).second) best.push_back(t);
    return best;
}

static std::string heat_map(const axis_t *x, const axis_t *y, const std::vector<sweep_setting_t> *cells,
                            const scores_t *c, double width, double height)
{
    size_t columns = x->values.size(), rows = y ? y->values.size() : 1;
    double w = width / columns, h = height / rows;
    std::string svg, frame;
    for (const sweep_setting_t &t : *cells) {
        size_t cell = cell_of(x, y, &t);
        std::string colour = colour_of(c, t.score);
        double left = LEFT + cell % columns * w, top = TOP + (rows - 1 - cell / columns) * h;
        svg += svg_box(left + 1, top + 1, w - 2, h - 2, colour);
        if (frame.empty() && !std::isnan(t.score)) frame = svg_box(left + 1, top + 1, w - 2, h - 2, "none", BEST);
        if (w < 34 || h < 14) continue;
        std::string text = std::isnan(t.score) ? "–" : svg_number(t.score);
        std::string label = svg_label(left + w / 2, top + h / 2 + 4, text, "middle", w < 48 ? 10 : 12);
        if (colour_is_dark(colour)) label.replace(label.find("#222"), 4, "#fff");
        svg += label;
    }
    return svg + frame;
}

// ---- scatter plot -----------------------------------------------------------------------------------------------------

// The score, where no second option takes the axis.
static axis_t score_axis(const scores_t *c, const std::string &criterion)
{
    return {criterion, true, c->logarithmic, std::min(c->best, c->worst), std::max(c->best, c->worst), {}, NO_AXIS};
}

static double fraction_on(const axis_t *a, const std::string &value)
{
    double p = place_on(a, value);
    return a->is_range ? p : (p + 0.5) / (double)a->values.size();
}

static std::string scatter(const axis_t *x, const axis_t *y, const std::vector<sweep_setting_t> *rank,
                           const scores_t *c, double width, double height)
{
    std::string svg = svg_box(LEFT, TOP, width, height, "#fcfcfc", "stroke=\"#888\"");
    axis_t score = score_axis(c, "");
    for (size_t k = rank->size(); k-- > 0;) {  // the best on top
        const sweep_setting_t *t = &(*rank)[k];
        double fx = fraction_on(x, t->values[x->at]), fy = 0;
        if (y) fy = fraction_on(y, t->values[y->at]);
        else if (std::isnan(t->score)) fy = c->best < c->worst;
        else if (c->best != c->worst) fy = place_on(&score, format("%.17g", t->score));
        double px = LEFT + 10 + fx * (width - 20), py = TOP + height - 10 - fy * (height - 20);
        if (std::isnan(t->score))
            svg += format("<path d=\"M%.1f %.1fl8 8m-8 0l8 -8\" stroke=\"#888\" stroke-width=\"1.5\"/>\n", px - 4,
                          py - 4);
        else
            svg += format("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"7\" fill=\"%s\" %s/>\n", px, py,
                          colour_of(c, t->score).c_str(), k == 0 ? BEST : "stroke=\"#555\" stroke-width=\"0.8\"");
    }
    return svg;
}

// ---- axes ---------------------------------------------------------------------------------------------------------------

static std::vector<std::pair<double, std::string>> ticks_of(const axis_t *a)
{
    std::vector<std::pair<double, std::string>> ticks;
    if (!a->is_range) {
        for (size_t k = 0; k < a->values.size(); k++) ticks.push_back({(k + 0.5) / a->values.size(), a->values[k]});
        return ticks;
    }
    std::vector<double> numbers;
    if (a->logarithmic) {
        for (int e = (int)std::floor(std::log10(a->low)); e <= (int)std::ceil(std::log10(a->high)); e++)
            numbers.push_back(std::pow(10.0, e));
        if (a->high / a->low < 100) numbers = {a->low, std::sqrt(a->low * a->high), a->high};
    } else
        for (int k = 0; k <= 4; k++) numbers.push_back(a->low + k * (a->high - a->low) / 4);
    for (double x : numbers) {
        double at = place_on(a, format("%.17g", x));
        if (at > -1e-9 && at < 1 + 1e-9) ticks.push_back({at, svg_number(x)});
    }
    return ticks;
}

static std::string draw_axis(const axis_t *a, bool across, double width, double height, bool inset, double *bottom)
{
    std::string svg;
    double length = across ? width : height, margin = inset ? 10 : 0;
    std::vector<std::pair<double, std::string>> ticks = ticks_of(a);
    size_t longest = 0;
    for (const auto &t : ticks) longest = std::max(longest, t.second.size());
    bool turned = across && longest * 7.0 > length / ticks.size();
    for (const auto &t : ticks) {
        double at = margin + t.first * (length - 2 * margin);
        std::string text = t.second.size() > 16 ? t.second.substr(0, 15) + "~" : t.second;
        if (!across) svg += svg_label(LEFT - 8, TOP + height - at + 4, text, "end");
        else if (turned) svg += svg_label(LEFT + at + 4, TOP + height + 14, text, "end", 11, -40);
        else svg += svg_label(LEFT + at, TOP + height + 17, text, "middle");
    }
    if (across) *bottom += turned ? 100 : 46;
    if (across) return svg + svg_label(LEFT + width / 2, TOP + height + (turned ? 92 : 38), a->name, "middle", 13);
    return svg + svg_label(24, TOP + height / 2, a->name, "middle", 13, -90);
}

static std::string note_of(const sweep_t *s, bool dots)
{
    std::string others, note;
    for (size_t i = 0, axes = 0; i < s->varied.size(); i++)
        if (s->varied[i].name != "seed" && axes++ >= 2) others += (others.empty() ? "" : ", ") + s->varied[i].name;
    if (!others.empty()) note = (dots ? "also drawn: " : "the best over ") + others;
    if (s->varied.back().name == "seed") note += (note.empty() ? "" : "; ") + std::string("mean over the seeds");
    return note;
}

std::string sweep_picture(const sweep_t *s, const std::vector<sweep_setting_t> *rank, const std::string &criterion)
{
    std::vector<axis_t> axes;
    for (size_t i = 0; i < s->varied.size() && axes.size() < 2; i++)
        if (s->varied[i].name != "seed") axes.push_back(axis_of(&s->varied[i], i));
    if (axes.empty()) return "";  // only the seed varies
    bool two = axes.size() > 1, dots = axes[0].is_range || (two && axes[1].is_range);
    axis_t *x = &axes[two && !dots], *y = two ? &axes[dots] : NULL;  // heat map: the first option goes up
    std::vector<sweep_setting_t> shown = dots ? *rank : best_of_cells(x, y, rank);
    scores_t c = scores_of(s, &shown);
    axis_t score = score_axis(&c, criterion);
    double width = dots ? 460 : std::min(560.0, std::max(260.0, 64.0 * x->values.size()));
    double height = dots ? 340 : two ? std::min(480.0, std::max(90.0, 34.0 * y->values.size())) : 46;
    std::string body = svg_label(16, 28, s->file.substr(s->file.rfind('/') + 1) + ": " + criterion, "start", 15);
    body += dots ? scatter(x, y, &shown, &c, width, height) : heat_map(x, y, &shown, &c, width, height);
    double bottom = TOP + height + 18;
    body += draw_axis(x, true, width, height, dots, &bottom);
    if (dots && !two && c.best != c.worst && !std::isnan(c.best)) y = &score;
    if (y) body += draw_axis(y, false, width, height, dots, &bottom);
    body += legend(&c, criterion, 16, bottom, dots);
    std::string note = note_of(s, dots);
    if (!note.empty()) body += svg_label(16, bottom + 48, note, "start", 11);
    return svg_begin(std::max(LEFT + width + 30, 520.0), bottom + (note.empty() ? 42 : 60), "Result of a sweep") +
           body + svg_end();
}
