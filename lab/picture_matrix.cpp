// [given] picture_matrix.cpp: weights and differences of weights as heat maps.
#include <algorithm>
#include <cmath>

#include "compare.h"
#include "nn.h"
#include "picture.h"
#include "picture_parts.h"
#include "svg.h"

constexpr int MOST_CELLS = 96;  // across and down; what has more is pooled
constexpr int SHADES = 40;      // of a sign

// W of a layer, and its bias in a column of its own.
struct heat_t {
    std::string title;
    int rows, columns;               // neurons, inputs
    std::vector<double> w, bias;     // (rows, columns), (rows)
    double largest;                  // magnitude; the end of the colour scale
    std::vector<std::string> names;  // of the columns, or none
};

static int pool_of(int n) { return (n + MOST_CELLS - 1) / MOST_CELLS; }

static double larger(double a, double b) { return std::fabs(b) > std::fabs(a) ? b : a; }

// The value that is largest in magnitude of each block of pool x pool.
static std::vector<double> pooled(const std::vector<double> *v, int rows, int columns, int down, int across)
{
    int R = (rows + down - 1) / down, C = (columns + across - 1) / across;
    std::vector<double> small((size_t)R * C, 0.0);
    for (int i = 0; i < rows; i++)
        for (int j = 0; j < columns; j++) {
            double *x = &small[(size_t)(i / down) * C + j / across];
            *x = larger(*x, (*v)[(size_t)i * columns + j]);
        }
    return small;
}

// All cells of one colour are one path.
static std::string draw_cells(const std::vector<double> *v, int columns, double left, double top, double side,
                              double largest)
{
    std::vector<std::string> path(2 * SHADES + 1);
    for (size_t k = 0; k < v->size(); k++) {
        double r = largest > 0 ? (*v)[k] / largest : 0;
        int shade = (int)std::lround(SHADES * r);
        path[shade + SHADES] += format("M%.1f %.1fh%.1fv%.1fh-%.1fz", left + (int)(k % columns) * side,
                                       top + (int)(k / columns) * side, side, side, side);
    }
    std::string svg = "<g shape-rendering=\"crispEdges\">\n";
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
    int across = pool_of(h->columns), down = pool_of(h->rows);
    int C = (h->columns + across - 1) / across, R = (h->rows + down - 1) / down;
    place_t p = {};
    p.side = std::floor(std::min({18.0, std::max(4.0, 420.0 / C), std::max(4.0, 480.0 / R)}));
    size_t name = 0;
    for (const std::string &n : h->names) name = std::max(name, n.size());
    bool named = name > 0 && p.side >= 8 && across == 1;
    p.left = 46;
    p.top = named ? 50 + std::min(6.0 * name, 170.0) : 62;
    p.width = std::max(300.0, p.left + p.side * (C + 2.5) + 24);
    p.height = p.top + p.side * R + 62 + (across * down > 1 ? 16 : 0);
    return p;
}

static std::string draw_panel(const heat_t *h, const place_t *p, double x, double y)
{
    int across = pool_of(h->columns), down = pool_of(h->rows);
    int C = (h->columns + across - 1) / across, R = (h->rows + down - 1) / down;
    double left = x + p->left, top = y + p->top, side = p->side;
    std::vector<double> w = pooled(&h->w, h->rows, h->columns, down, across), b = pooled(&h->bias, h->rows, 1, down, 1);
    std::string svg = svg_label(x + 14, y + 22, h->title, "start", 14);
    svg += draw_cells(&w, C, left, top, side, h->largest) +
           draw_cells(&b, 1, left + side * (C + 1), top, side, h->largest);
    std::string frame = "stroke=\"#888\" stroke-width=\"0.7\"";
    svg += svg_box(left, top, side * C, side * R, "none", frame);
    svg += svg_box(left + side * (C + 1), top, side, side * R, "none", frame);
    svg += svg_label(left + side * (C + 1), top - 5, "bias", "start", 10);
    if (p->top > 62)
        for (int j = 0; j < C; j++)
            svg += svg_label(left + side * (j + 0.5) + 3, top - 5, h->names[j].substr(0, 30), "start",
                             std::min(10.0, side), -70);
    else {
        svg += svg_label(left, top - 5, "1", "start", 10) +
               svg_label(left + side * C, top - 5, std::to_string(h->columns), "end", 10);
        svg += svg_label(left + side * C / 2, top - 5, "inputs", "middle", 11);
    }
    svg += svg_label(left - 5, top + 9, "1", "end", 10);
    if (h->rows > 1) svg += svg_label(left - 5, top + side * R, std::to_string(h->rows), "end", 10);
    if (side * R > 60) svg += svg_label(left - 8, top + side * R / 2, "neurons", "middle", 11, -90);
    y = top + side * R + 14;
    if (across * down > 1) {
        svg += svg_label(x + 14, y + 2, format("a cell: the largest in magnitude of %d x %d", down, across), "start",
                         11);
        y += 16;
    }
    return svg + colour_bar(left, y, std::max(180.0, side * C), h->largest);
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
        h.largest = largest_of(&h);
        h.title = format("layer %d: ", l) + picture_name(b) + " - " + picture_name(a);
        all.push_back(h);
    }
    return draw_heats(&all, "Differences of weights and biases, layer by layer");
}
