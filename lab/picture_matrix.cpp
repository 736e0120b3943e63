// [given] picture_matrix.cpp: weights and differences of weights as heat maps.
#include <algorithm>
#include <cmath>

#include "compare.h"
#include "nn.h"
#include "picture.h"
#include "picture_parts.h"
#include "svg.h"

constexpr int MOST_DOWN = 96, MOST_ACROSS = 200;  // cells; a larger matrix is pooled or cut
constexpr int SHADES = 40;                        // of a sign

// W of a layer, and its bias in a column of its own.
struct heat_t {
    std::string title;
    int rows, columns;               // neurons, inputs
    std::vector<double> w, bias;     // (rows, columns), (rows)
    bool is_difference;              // pooled by the largest, so that none is lost
    double largest;                  // magnitude; the end of the colour scale
    std::vector<std::string> names;  // of the columns, or none
    std::string cell;                // what a cell is, in words; "": a weight
};

static double larger(double a, double b) { return std::fabs(b) > std::fabs(a) ? b : a; }

// Blocks of down x across: the value that is largest in magnitude, or the mean.
static std::vector<double> pooled(const std::vector<double> *v, int rows, int columns, int down, int across,
                                  bool take_largest)
{
    int R = (rows + down - 1) / down, C = (columns + across - 1) / across;
    std::vector<double> small((size_t)R * C, 0.0), n(small.size(), 0.0);
    for (int i = 0; i < rows; i++)
        for (int j = 0; j < columns; j++) {
            size_t k = (size_t)(i / down) * C + j / across;
            double x = (*v)[(size_t)i * columns + j];
            small[k] = take_largest ? larger(small[k], x) : small[k] + x;
            n[k]++;
        }
    for (size_t k = 0; !take_largest && k < small.size(); k++) small[k] /= n[k];
    return small;
}

// To what can be drawn. Weights: neighbouring inputs (pixels) are averaged, neurons, which have no order, cut off.
// Differences: the largest of a block.
static void shrink(heat_t *h)
{
    int across = (h->columns + MOST_ACROSS - 1) / MOST_ACROSS, down = (h->rows + MOST_DOWN - 1) / MOST_DOWN;
    if (!h->is_difference && down > 1) {
        h->cell = format("neurons 1 to %d of %d", MOST_DOWN, h->rows);
        h->rows = MOST_DOWN;
        h->w.resize((size_t)h->rows * h->columns);
        h->bias.resize(h->rows);
        down = 1;
    }
    if (across * down == 1) return;
    h->w = pooled(&h->w, h->rows, h->columns, down, across, h->is_difference);
    h->bias = pooled(&h->bias, h->rows, 1, down, 1, h->is_difference);
    if (h->is_difference) h->cell = format("a cell: the largest of %d neurons x %d inputs", down, across);
    else h->cell += (h->cell.empty() ? "" : "; ") + format("a cell: the mean of %d inputs", across);
    h->rows = (h->rows + down - 1) / down;
    h->columns = (h->columns + across - 1) / across;
    h->names.clear();
}

// In units of a cell; all cells of one colour are one path.
static std::string draw_cells(const std::vector<double> *v, int columns, double left, double top, double side,
                              double largest)
{
    std::vector<std::string> path(2 * SHADES + 1);
    for (size_t k = 0; k < v->size(); k++) {
        int shade = largest > 0 ? (int)std::lround(SHADES * (*v)[k] / largest) : 0;
        path[shade + SHADES] += format("M%zu %zuh1v1h-1z", k % columns, k / columns);
    }
    std::string svg = format("<g shape-rendering=\"crispEdges\" transform=\"translate(%.1f %.1f) scale(%g)\">\n", left,
                             top, side);
    for (int s = 0; s <= 2 * SHADES; s++)
        if (!path[s].empty())
            svg += "<path fill=\"" + colour_diverging((double)(s - SHADES) / SHADES) + "\" d=\"" + path[s] + "\"/>\n";
    return svg + "</g>\n";
}

static std::string colour_bar(double x, double y, double width, double largest)
{
    std::string svg;
    for (int s = -10; s <= 10; s++)
        svg += svg_box(x + (s + 10) * width / 21, y, width / 21 + 0.3, 10, colour_diverging(s / 10.0));
    svg += svg_label(x, y + 24, svg_number(-largest), "start", 11);
    svg += svg_label(x + width / 2, y + 24, "0", "middle", 11);
    return svg + svg_label(x + width, y + 24, svg_number(largest), "end", 11);
}

struct place_t {
    double side, left, top, width, height;  // of a cell; of the matrix within its panel; of the panel [px]
};

static place_t place_of(const heat_t *h)
{
    place_t p = {};
    p.side = std::min(
        {18.0, std::max(4.0, std::floor(420.0 / h->columns)), std::max(4.0, std::floor(480.0 / h->rows))});
    size_t name = 0;
    for (const std::string &n : h->names) name = std::max(name, n.size());
    bool named = name > 0 && p.side >= 8;
    p.left = 46;
    p.top = named ? 50 + std::min(6.0 * name, 170.0) : 62;
    p.width = std::max({300.0, 28 + 7.0 * (double)h->title.size(), p.left + p.side * h->columns + p.side + 44});
    p.height = p.top + p.side * h->rows + 62 + (h->cell.empty() ? 0 : 16);
    return p;
}

static std::string draw_labels(const heat_t *h, const place_t *p, double left, double top)
{
    int R = h->rows, C = h->columns;
    double side = p->side;
    bool whole = h->cell.empty();
    std::string svg = svg_label(left + side * C + 6, top - 5, "bias", "start", 10);
    if (p->top > 62)
        for (int j = 0; j < C; j++)
            svg += svg_label(left + side * (j + 0.5) + 3, top - 5, clean_text(h->names[j], 30), "start",
                             std::min(10.0, side), -70);
    else {
        if (whole) svg += svg_label(left, top - 5, "1", "start", 10);
        if (whole && C > 1) svg += svg_label(left + side * C, top - 5, std::to_string(C), "end", 10);
        if (side * C > 90) svg += svg_label(left + side * C / 2, top - 5, "inputs", "middle", 11);
    }
    if (whole) svg += svg_label(left - 5, top + std::min(side, 9.0), "1", "end", 10);
    if (whole && R > 1) svg += svg_label(left - 5, top + side * R, std::to_string(R), "end", 10);
    if (side * R > 60) svg += svg_label(left - 8, top + side * R / 2, "neurons", "middle", 11, -90);
    return svg;
}

static std::string draw_panel(const heat_t *h, const place_t *p, double x, double y)
{
    double left = x + p->left, top = y + p->top, side = p->side, bias = left + side * h->columns + 8;
    std::string svg = svg_label(x + 14, y + 22, h->title, "start", 14);
    svg += draw_cells(&h->w, h->columns, left, top, side, h->largest);
    svg += draw_cells(&h->bias, 1, bias, top, side, h->largest);
    std::string frame = "stroke=\"#888\" stroke-width=\"0.7\"";
    svg += svg_box(left, top, side * h->columns, side * h->rows, "none", frame);
    svg += svg_box(bias, top, side, side * h->rows, "none", frame);
    svg += draw_labels(h, p, left, top);
    y = top + side * h->rows + 14;
    if (!h->cell.empty()) svg += svg_label(left, y + 2, h->cell, "start", 11), y += 16;
    return svg + colour_bar(left, y, std::max(180.0, side * h->columns), h->largest);
}

static std::string draw_heats(const std::vector<heat_t> *all, const std::string &title)
{
    double x = 0, y = 0, width = 0, height = 0;
    std::string body;
    for (const heat_t &h : *all) {
        place_t p = place_of(&h);
        if (x > 0 && x + p.width > 1240) x = 0, y += height, height = 0;
        body += draw_panel(&h, &p, x, y);
        x += p.width;
        width = std::max(width, x);
        height = std::max(height, p.height);
    }
    return svg_begin(width, y + height, title) + body + svg_end();
}

static heat_t heat_of(const nn_t *nn, int l, const std::vector<std::string> *features)
{
    heat_t h = {};
    h.rows = nn->s.n[l], h.columns = nn->s.n[l - 1];
    const real_t *w = &nn->params[nn->s.w_at[l]], *b = &nn->params[nn->s.b_at[l]];
    h.w.assign(w, w + (size_t)h.rows * h.columns);
    h.bias.assign(b, b + h.rows);
    if (l == 1) h.names = *features;
    return h;
}

static double largest_of(const heat_t *h)
{
    double x = 0;
    for (double w : h->w) x = larger(x, w);
    for (double b : h->bias) x = larger(x, b);
    return std::fabs(x);
}

std::string picture_matrix(const std::vector<std::string> *models, int layer, const std::string &dataset)
{
    std::vector<heat_t> all;
    double largest = 0;
    for (const std::string &path : *models) {
        nn_t nn = nn_load(path);
        if (layer < 1 || layer > nn.s.L)
            die("%s: has no layer %d, expected 1 to %d\nhint: layer 1 takes the inputs, layer %d gives the outputs",
                path.c_str(), layer, nn.s.L, nn.s.L);
        std::vector<std::string> features = feature_names(dataset, nn.s.n[0]);
        all.push_back(heat_of(&nn, layer, &features));
        shrink(&all.back());
        all.back().title = picture_name(path) + format(": layer %d", layer);
        largest = std::max(largest, largest_of(&all.back()));
    }
    for (heat_t &h : all) h.largest = largest;
    return draw_heats(&all, format("Weights and biases of layer %d", layer));
}

std::string picture_differences(const std::string &a, const std::string &b, const std::string &dataset)
{
    nn_t x = nn_load(a), y = nn_load(b);
    check_shapes(&x.s, &y.s);
    std::vector<std::string> features = feature_names(dataset, x.s.n[0]);
    std::vector<heat_t> all;
    for (int l = 1; l <= x.s.L; l++) {
        heat_t h = heat_of(&y, l, &features), other = heat_of(&x, l, &features);
        for (size_t i = 0; i < h.w.size(); i++) h.w[i] -= other.w[i];
        for (size_t i = 0; i < h.bias.size(); i++) h.bias[i] -= other.bias[i];
        h.is_difference = true;
        shrink(&h);
        h.largest = largest_of(&h);
        h.title = format("layer %d: ", l) + picture_name(b) + " - " + picture_name(a);
        all.push_back(h);
    }
    return draw_heats(&all, "Differences of weights and biases, layer by layer");
}
