// [given] report_rank.cpp: how well the outputs order the rows: ROC curve and precision against recall.
#include "report.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "plot.h"

rank_t rank_curve(const std::vector<double> &outputs, const std::vector<int> &is_positive)
{
    rank_t c = {};
    std::vector<size_t> order(outputs.size());
    std::iota(order.begin(), order.end(), 0);
    for (size_t i = 0; i < outputs.size(); i++) {
        if (!std::isfinite(outputs[i])) return {};  // no order among them
        (is_positive[i] ? c.positive : c.negative)++;
    }
    if (c.positive == 0 || c.negative == 0) return c;
    std::sort(order.begin(), order.end(), [&](size_t i, size_t j) { return outputs[i] > outputs[j]; });
    c.threshold = {INFINITY};
    c.false_rate = {0};
    c.recall = {0};
    c.precision = {1};
    double TP = 0, FP = 0;
    for (size_t i = 0; i < order.size();) {
        double value = outputs[order[i]];
        for (; i < order.size() && outputs[order[i]] == value; i++) (is_positive[order[i]] ? TP : FP)++;
        c.threshold.push_back(value);
        c.false_rate.push_back(FP / c.negative);
        c.recall.push_back(TP / c.positive);
        c.precision.push_back(TP / (TP + FP));
    }
    return c;
}

double rank_area(const rank_t *c)
{
    if (c->recall.empty()) return NAN;
    double area = 0;
    for (size_t i = 1; i < c->recall.size(); i++)
        area += (c->false_rate[i] - c->false_rate[i - 1]) * (c->recall[i] + c->recall[i - 1]) / 2;
    return area;
}

// Points that can be told apart in a drawing: x and y in steps of 1/500, corners kept.
static std::string curve_points(const std::vector<double> &x, const std::vector<double> &y)
{
    std::vector<std::vector<double>> rows;
    auto apart = [](double a, double b) { return std::fabs(a - b) >= 0.002; };
    for (size_t i = 0; i < x.size(); i++) {
        bool turns = i > 0 && i + 1 < x.size() && (x[i] == x[i - 1]) != (x[i] == x[i + 1]);
        bool near = !rows.empty() && !apart(rows.back()[0], x[i]) && !apart(rows.back()[1], y[i]);
        bool straight = i > 0 && i + 1 < x.size() && x[i - 1] == x[i] && x[i] == x[i + 1];
        if (i == 0 || i + 1 == x.size() || (!near && (turns || !straight))) rows.push_back({x[i], y[i]});
    }
    return plot_data("curve", rows);
}

static std::string point_of_threshold(double x, double y, double threshold)
{
    return plot_data("at", {{x, y}}) + format("at_title = 'threshold %.3g'\n", threshold);
}

std::vector<std::string> rank_plots(const tested_t *t)
{
    if (t->counts_only || t->m.n_out != 1 || t->m.classes.size() != 2) return {};
    std::vector<int> positive;
    for (int i = 0; i < t->ds.N; i++) positive.push_back(ds_class(&t->ds, i));
    rank_t c = rank_curve(std::vector<double>(t->outputs.begin(), t->outputs.end()), positive);
    if (c.recall.empty()) return {};
    const class_metrics_t *m = &t->m.classes[1];
    double false_rate = (double)m->FP / (m->FP + m->TN), share = c.positive / (c.positive + c.negative);
    std::string common = "set xrange [0:1]\nset yrange [0:1.02]\nset xtics 0.2\nset ytics 0.2\nset size square\n";
    std::string roc = common + curve_points(c.false_rate, c.recall) +
                      point_of_threshold(false_rate, m->recall, t->m.threshold) +
                      "set xlabel 'false positive rate FP / (FP + TN)'\nset ylabel 'recall TP / (TP + FN)'\n"
                      "plot $curve with lines lt 1 title " +
                      plot_text(format("ROC, area %.4f", rank_area(&c))) +
                      ", x with lines lc rgb '#888888' dt 2 title 'chance', $at with points lt 2 ps 1 title at_title\n";
    std::string pr = common + curve_points(c.recall, c.precision) +
                     point_of_threshold(m->recall, m->precision, t->m.threshold) +
                     "set xlabel 'recall TP / (TP + FN)'\nset ylabel 'precision TP / (TP + FP)'\n"
                     "plot $curve with lines lt 1 title " +
                     plot_text(format("average precision %.4f", t->m.average_precision)) +
                     format(", %.9g with lines lc rgb '#888888' dt 2 title 'chance', ", share) +
                     (m->precision_undefined ? "1/0 notitle\n" : "$at with points lt 2 ps 1 title at_title\n");
    return {plot_svg(roc, 460, 400), plot_svg(pr, 460, 400)};
}
