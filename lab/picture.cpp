// [given] picture.cpp: bin/lab picture: the network of a model drawn, its weights as colour and width.
#include "picture.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>

#include "lab.h"
#include "nn.h"
#include "picture_parts.h"
#include "svg.h"

constexpr int MOST_NEURONS = 64;         // of a layer, drawn all; of a larger one some
constexpr int FIRST = 20, LAST = 4;      // of a larger one
constexpr size_t MOST_EDGES = 20000;     // of a picture
constexpr int LEVELS = 24;               // of width and darkness
constexpr double PANEL = 370, GAP = 26;  // [px]

// ---- names ---------------------------------------------------------------------------------------------------

std::string picture_name(const std::string &path)
{
    std::string name = std::filesystem::path(path).filename().string();
    size_t at = name.rfind(".model");
    return clean_text(at != std::string::npos && at > 0 && at + 6 == name.size() ? name.substr(0, at) : name, 44);
}

static bool is_number(const std::string &text)
{
    char *end;
    strtod(text.c_str(), &end);
    return end != text.c_str() && *end == 0;
}

std::vector<std::string> feature_names(const std::string &dataset, int n)
{
    if (dataset.empty()) return {};
    std::string text = file_read(dataset), cell;
    if (ds_is_idx(text)) return {};
    std::string line = text.substr(0, text.find_first_of("\r\n"));
    char border = line.find('\t') != std::string::npos ? '\t' : line.find(';') != std::string::npos ? ';' : ',';
    std::vector<std::string> names;
    bool quoted = false;
    for (char c : line + border) {
        if (c == '"') quoted = !quoted;
        else if (c == border && !quoted) names.push_back(cell), cell.clear();
        else cell += c;
    }
    if (std::any_of(names.begin(), names.end(), is_number)) return {};
    if ((int)names.size() != n + 1)
        die("%s: its header names %zu columns, expected %d: the network's %d inputs and the class or number\nhint: the "
            "data that the model was trained on",
            dataset.c_str(), names.size(), n + 1, n);
    names.pop_back();
    return names;
}

// ---- one network ------------------------------------------------------------------------------------------------

struct drawn_layer_t {        // a layer
    std::vector<int> neuron;  // drawn, from top to bottom; -1: the gap
    double x, first, step;    // of its circles [px]
};

struct edge_t {
    double x1, y1, x2, y2, w;
};

static std::vector<drawn_layer_t> columns_of(const shape_t *s, double left, double top, double height)
{
    std::vector<drawn_layer_t> all(s->L + 1);
    for (int l = 0; l <= s->L; l++) {
        drawn_layer_t *c = &all[l];
        for (int j = 0; j < s->n[l]; j++) {
            if (s->n[l] <= MOST_NEURONS || j < FIRST || j >= s->n[l] - LAST) c->neuron.push_back(j);
            else if (j == FIRST) c->neuron.push_back(-1);
        }
        double n = (double)c->neuron.size();
        c->step = std::min(height / n, 44.0);
        c->first = top + (height - c->step * (n - 1)) / 2;
        c->x = left + 10 + (PANEL - 20) * l / s->L;
    }
    return all;
}

static void add_edges(const nn_t *nn, const std::vector<drawn_layer_t> *columns, std::vector<edge_t> *edges)
{
    for (int l = 1; l <= nn->s.L; l++) {
        const drawn_layer_t *from = &(*columns)[l - 1], *to = &(*columns)[l];
        for (size_t j = 0; j < to->neuron.size(); j++)
            for (size_t i = 0; i < from->neuron.size(); i++) {
                if (to->neuron[j] < 0 || from->neuron[i] < 0) continue;
                double w = nn->params[nn->s.w_at[l] + (size_t)to->neuron[j] * nn->s.n[l - 1] + from->neuron[i]];
                edges->push_back({from->x, from->first + i * from->step, to->x, to->first + j * to->step, w});
            }
    }
}

static std::string width_of(double r) { return format("%.2f", 0.25 + 3.5 * r); }
static const char *sign_colour(double w) { return w < 0 ? "#0072b2" : "#d55e00"; }

// From the weakest on, so that strong ones lie over them; a path for all of one width. Those below `least` are left out.
static std::string draw_edges(const std::vector<edge_t> *edges, double largest, double least)
{
    std::vector<std::string> path(2 * (LEVELS + 1));
    for (const edge_t &e : *edges) {
        if (largest == 0 || std::fabs(e.w) < least) continue;
        int level = (int)std::lround(LEVELS * std::fabs(e.w) / largest);
        if (level == 0) continue;
        path[2 * level + (e.w > 0)] += format("M%.0f %.1fL%.0f %.1f", e.x1, e.y1, e.x2, e.y2);
    }
    std::string svg = "<g fill=\"none\">\n";
    for (size_t k = 0; k < path.size(); k++) {
        double r = (double)(k / 2) / LEVELS;
        if (!path[k].empty())
            svg += format("<path stroke=\"%s\" stroke-width=\"%s\" stroke-opacity=\"%.2f\" d=\"",
                          sign_colour(k % 2 ? 1 : -1), width_of(r).c_str(), 0.15 + 0.8 * r) +
                   path[k] + "\"/>\n";
    }
    return svg + "</g>\n";
}

static std::string draw_circles(const nn_t *nn, const std::vector<drawn_layer_t> *columns, double largest_bias)
{
    std::string svg = "<g stroke=\"#444\" stroke-width=\"0.8\">\n";
    for (int l = 0; l <= nn->s.L; l++) {
        const drawn_layer_t *c = &(*columns)[l];
        double r = std::min(6.5, std::max(1.8, 0.4 * c->step));
        for (size_t i = 0; i < c->neuron.size(); i++) {
            double y = c->first + i * c->step;
            if (c->neuron[i] < 0) {
                for (double d : {-0.3, 0.0, 0.3})
                    svg += format("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"1.2\" fill=\"#444\" stroke=\"none\"/>\n", c->x,
                                  y + d * c->step);
                continue;
            }
            double b = l > 0 && largest_bias > 0 ? nn->params[nn->s.b_at[l] + c->neuron[i]] / largest_bias : 0;
            svg += format("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\" fill=\"%s\"/>\n", c->x, y, r,
                          l == 0 ? "#ffffff" : colour_diverging(b).c_str());
        }
    }
    return svg + "</g>\n";
}

static std::string draw_names(const nn_t *nn, const std::vector<drawn_layer_t> *columns,
                              const std::vector<std::string> *features, double bottom)
{
    std::string svg;
    const drawn_layer_t *in = &columns->front(), *out = &columns->back();
    for (size_t i = 0; i < in->neuron.size() && !features->empty(); i++)
        if (in->neuron[i] >= 0)
            svg += svg_label(in->x - 11, in->first + i * in->step + 3, clean_text((*features)[in->neuron[i]], 30),
                             "end", std::min(11.0, std::max(7.0, 0.85 * in->step)));
    if (nn->s.n[nn->s.L] > 1 && nn->labels.size() == (size_t)nn->s.n[nn->s.L])
        for (size_t i = 0; i < out->neuron.size(); i++)
            if (out->neuron[i] >= 0)
                svg += svg_label(out->x + 11, out->first + i * out->step + 4,
                                 clean_text(nn->labels[out->neuron[i]], 12), "start", 11);
    for (int l = 0; l <= nn->s.L; l++) {
        const char *anchor = l == 0 ? "start" : l == nn->s.L ? "end" : "middle";
        double x = (*columns)[l].x + (l == 0 ? -10 : l == nn->s.L ? 10 : 0);
        svg += svg_label(x, bottom, std::to_string(nn->s.n[l]), anchor);
        if (nn->s.L <= 4) svg += svg_label(x, bottom + 15, l ? act_text(nn->s.f[l]) : "inputs", anchor, 11);
    }
    return svg;
}

// ---- all of them ---------------------------------------------------------------------------------------------------

struct drawing_t {
    std::vector<nn_t> nets;
    std::vector<std::vector<drawn_layer_t>> columns;
    std::vector<std::vector<edge_t>> edges;
    double weight, bias;  // the largest magnitudes
    double least;         // weaker edges are left out
};

static void find_largest(drawing_t *d)
{
    for (const nn_t &nn : d->nets)
        for (int l = 1; l <= nn.s.L; l++) {
            const real_t *w = &nn.params[nn.s.w_at[l]], *b = &nn.params[nn.s.b_at[l]];
            for (size_t i = 0; i < (size_t)nn.s.n[l] * nn.s.n[l - 1]; i++)
                d->weight = std::max(d->weight, std::fabs((double)w[i]));
            for (int i = 0; i < nn.s.n[l]; i++) d->bias = std::max(d->bias, std::fabs((double)b[i]));
        }
}

static std::string what_is_missing(drawing_t *d)
{
    std::vector<double> all;
    for (const std::vector<edge_t> &edges : d->edges)
        for (const edge_t &e : edges) all.push_back(std::fabs(e.w));
    d->least = 0.5 * d->weight / LEVELS;
    std::string words = format("Weights below %s are not drawn.", svg_number(d->least).c_str());
    if (all.size() > MOST_EDGES) {
        std::nth_element(all.begin(), all.begin() + MOST_EDGES, all.end(), std::greater<double>());
        if (all[MOST_EDGES] > d->least) {
            d->least = all[MOST_EDGES];
            words = format("Drawn: the %zu strongest weights, from %s up.", MOST_EDGES, svg_number(d->least).c_str());
        }
    }
    for (const nn_t &nn : d->nets)
        if (*std::max_element(nn.s.n, nn.s.n + nn.s.L + 1) > MOST_NEURONS)
            return words + format("\nOf layers of more than %d neurons: the first %d and the last %d.", MOST_NEURONS,
                                  FIRST, LAST);
    return words;
}

static std::string scale_bar(const drawing_t *d, double x, double y)
{
    std::string svg = svg_label(x, y + 4, "weight", "start", 12);
    x += 52;
    for (double part : {-1.0, -0.3, 0.3, 1.0}) {
        double r = std::fabs(part);
        svg += format("<line x1=\"%.0f\" y1=\"%.0f\" x2=\"%.0f\" y2=\"%.0f\" stroke=\"%s\" stroke-width=\"%s\" "
                      "stroke-opacity=\"%.2f\"/>\n",
                      x, y, x + 24, y, sign_colour(part), width_of(r).c_str(), 0.15 + 0.8 * r) +
               svg_label(x + 29, y + 4, svg_number(part * d->weight), "start", 11);
        x += 78;
    }
    return svg;
}

static std::string bias_bar(const drawing_t *d, double x, double y)
{
    std::string svg = svg_label(x, y + 4, "bias", "start", 12);
    x += 44;
    for (double part : {-1.0, 0.0, 1.0}) {
        svg += format("<circle cx=\"%.0f\" cy=\"%.0f\" r=\"6\" fill=\"%s\" stroke=\"#444\" stroke-width=\"0.8\"/>\n", x,
                      y, colour_diverging(part).c_str()) +
               svg_label(x + 11, y + 4, svg_number(part * d->bias), "start", 11);
        x += 66;
    }
    return svg;
}

std::string picture_network(const std::vector<std::string> *models, const std::string &dataset, int across)
{
    drawing_t d = {};
    for (const std::string &path : *models) d.nets.push_back(nn_load(path));
    std::vector<std::string> features = feature_names(dataset, d.nets[0].s.n[0]);
    if (d.nets[0].s.n[0] > MOST_NEURONS) features.clear();
    size_t most = 0, name = 0;
    for (const nn_t &nn : d.nets)
        for (const drawn_layer_t &c : columns_of(&nn.s, 0, 0, 100)) most = std::max(most, c.neuron.size());
    for (const std::string &f : features) name = std::max(name, f.size());
    double height = std::min(640.0, std::max(260.0, most * (features.empty() ? 9.0 : 10.0)));
    double margin = features.empty() ? 16 : 20 + std::min(190.0, 6.0 * name);
    across = std::min<int>(across, models->size());
    int down = ((int)models->size() + across - 1) / across;
    double cell = height + 78, width = std::max(440.0, margin + across * (PANEL + GAP) + 60);
    find_largest(&d);
    std::string body;
    for (size_t k = 0; k < models->size(); k++) {
        double left = margin + k % across * (PANEL + GAP), top = k / across * cell + 34;
        d.columns.push_back(columns_of(&d.nets[k].s, left, top, height));
        d.edges.emplace_back();
        add_edges(&d.nets[k], &d.columns[k], &d.edges[k]);
    }
    std::string missing = what_is_missing(&d);
    const std::vector<std::string> none;
    for (size_t k = 0; k < models->size(); k++) {
        bool named = k % across == 0 && d.nets[k].s.n[0] == (int)features.size();
        double left = margin + k % across * (PANEL + GAP), top = k / across * cell + 34;
        body += svg_label(left + PANEL / 2, top - 14, picture_name((*models)[k]), "middle", 14) +
                draw_edges(&d.edges[k], d.weight, d.least) + draw_circles(&d.nets[k], &d.columns[k], d.bias) +
                draw_names(&d.nets[k], &d.columns[k], named ? &features : &none, top + height + 20);
    }
    double y = down * cell + 16;
    body += scale_bar(&d, 16, y) + (width > 700 ? bias_bar(&d, 440, y) : bias_bar(&d, 16, y + 24));
    y += width > 700 ? 28 : 52;
    for (size_t at = 0, end; at < missing.size(); at = end + 1, y += 15) {
        end = std::min(missing.find('\n', at), missing.size());
        body += svg_label(16, y, missing.substr(at, end - at), "start", 11);
    }
    return svg_begin(width, y, format("The weights of %zu network%s", models->size(), models->size() == 1 ? "" : "s")) +
           body + svg_end();
}

// ---- the command ---------------------------------------------------------------------------------------------------

static std::vector<std::string> picture_models;
static std::string picture_data, picture_out;
static int picture_layer = 0, picture_across = 3;

static int picture_run(void)
{
    if (picture_models.size() > 12) die_usage("%zu models, expected at most 12 in a picture", picture_models.size());
    file_write(picture_out, picture_layer > 0 ? picture_matrix(&picture_models, picture_layer, picture_data)
                                              : picture_network(&picture_models, picture_data, picture_across));
    printf("%s\n", picture_out.c_str());
    return 0;
}

const command_t picture_command = {
    "picture",
    "the network of a model with its weights as colour and width",
    {
        {"MODEL", &picture_models, "one or several, drawn beside each other with one scale", required()},
        {"--out", &picture_out, "the picture, SVG", required()},
        {"--matrix", &picture_layer, "instead of the network: heat map of W of layer N (1: the first)", at_least(1)},
        {"--across", &picture_across, "networks beside each other", between(1, 12)},
        {"--dataset", &picture_data, "CSV whose header names the inputs"},
    },
    picture_run};
