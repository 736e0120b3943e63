// [given] report_sweeps.cpp: the figures of the speed-up: time against size, speed-up against threads and batch, time and score.
#include "report.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "plot.h"

static std::vector<double> with_bar(double x, const ratio_t &y)
{
    bool has_bar = std::isfinite(y.low) && std::isfinite(y.high);
    return {x, y.value, has_bar ? y.low : y.value, has_bar ? y.high : y.value};
}

// A curve of each way: x, y, lowest and highest y.
struct curves_t {
    std::vector<std::string> ways;  // in the order in which they were measured
    std::map<std::string, std::string> titles;
    std::map<std::string, int> colours;  // the same in every figure
    std::map<std::string, std::vector<std::vector<double>>> points;
};

static int colour_of(const timing_t *t)
{
    if (t->device == "cpu") return t->way == "plain" ? 1 : t->way == "cpu" ? 2 : 3;
    return (t->way.rfind("reference", 0) == 0 ? 5 : 4) + (t->gpus > 1 ? 2 : 0);
}

static void add_point(curves_t *c, const timing_t *t, const std::vector<double> &point)
{
    std::string way = t->device == "cpu" && t->way != "plain" ? format("cpu %d", t->threads) : t->way;
    if (!c->titles.count(way)) c->ways.push_back(way);
    c->titles[way] = way_title(t);
    c->colours[way] = colour_of(t);
    c->points[way].push_back(point);
}

// `before`: axes; `more`: curves that are no measurement. "" of nothing.
static std::string curves_plot(curves_t *c, const std::string &before, const std::string &more, int columns = 2)
{
    if (c->ways.empty()) return "";
    std::string script = before + format("set key outside top center horizontal maxcols %d width -3\n", columns), plot;
    int n = 0;
    for (const std::string &way : c->ways) {
        std::vector<std::vector<double>> &rows = c->points[way];
        std::sort(rows.begin(), rows.end());
        std::string name = format("way%d", ++n);
        script += plot_data(name, rows);
        bool has_bars = rows[0].size() == 4;
        plot += (n > 1 ? ", " : "") + std::string("$") + name +
                (has_bars ? " using 1:2:3:4 with yerrorlines" : " using 1:2 with linespoints") +
                format(" lt %d ps 0.6 title ", c->colours[way]) + plot_text(c->titles[way]) + " noenhanced";
    }
    return plot_svg(script + "plot " + plot + more, 460, 330 + 17 * (int)c->ways.size());
}

static double parameters_of(const std::string &layers)
{
    double before = 0, sum = 0;
    for (size_t at = 0; at <= layers.size();) {
        size_t end = std::min(layers.find(',', at), layers.size());
        double n = strtod(layers.substr(at, end - at).c_str(), NULL);
        if (at > 0) sum += n * (before + 1);
        before = n;
        at = end + 1;
    }
    return sum;
}

static double size_of(const timing_t *t, const std::string &sweep)
{
    return sweep == "batch" ? t->batch : sweep == "hidden" ? parameters_of(t->layers) : t->rows;
}

static const char *size_label(const std::string &sweep)
{
    return sweep == "batch"    ? "batch size [rows]"
           : sweep == "hidden" ? "parameters of the network"
                               : "rows of the data";
}

// Of one batch size, 0: of all.
static std::string time_plot(const speedup_t *s, const std::string &sweep, int batch)
{
    curves_t c;
    for (const timing_t &t : s->timings)
        if (t.sweep == sweep && is_timed(&t) && (batch == 0 || t.batch == batch))
            add_point(&c, &t, with_bar(size_of(&t, sweep), {t.median, t.low, t.high}));
    return curves_plot(&c,
                       format("set logscale xy\nset format y '10^{%%L}'\nset xlabel '%s%s'\nset ylabel 'time of an "
                              "epoch [s]'\n",
                              size_label(sweep), batch ? format(", batch %d", batch).c_str() : ""),
                       "");
}

// A panel for each batch size of a sweep.
static std::vector<std::string> time_plots(const speedup_t *s, const std::string &sweep)
{
    std::set<int> batches;
    for (const timing_t &t : s->timings)
        if (t.sweep == sweep) batches.insert(t.batch);
    std::vector<std::string> panels;
    for (int batch : batches) panels.push_back(time_plot(s, sweep, batch));
    return panels;
}

static std::string batch_plot(const speedup_t *s, bool over_best)
{
    curves_t c;
    for (const timing_t &t : s->timings) {
        if (t.sweep != "batch" || !is_timed(&t)) continue;
        const timing_t *base = over_best ? timing_best_cpu(&s->timings, &t) : timing_find(&s->timings, &t, "plain");
        if (!base || !is_timed(base) || (over_best ? t.device == "cpu" : base == &t)) continue;
        ratio_t over = timing_ratio(base, &t);
        add_point(&c, &t, with_bar(t.batch, over));
    }
    return curves_plot(&c,
                       format("set logscale xy\nset format y '%%g'\nset xlabel 'batch size [rows]'\nset ylabel "
                              "'speed-up over the %s CPU'\n",
                              over_best ? "best" : "plain"),
                       ", 1 with lines lc rgb '#888888' dt 2 title 'equally fast'");
}

// A curve for each setting.
static std::string threads_plot(const speedup_t *s)
{
    curves_t c;
    double most = 1;
    for (const timing_t &t : s->timings) {
        const timing_t *one = timing_find(&s->timings, &t, "cpu");
        if (t.sweep != "threads" || t.device != "cpu" || t.way == "plain" || !is_timed(&t) || !one || !is_timed(one))
            continue;
        std::string setting = "layers " + clean_text(t.layers, 24) + format(", batch %d", t.batch);
        if (!c.titles.count(setting)) {
            c.ways.push_back(setting);
            c.colours[setting] = (int)c.ways.size();
        }
        c.titles[setting] = setting;
        c.points[setting].push_back(with_bar(t.threads, one == &t ? ratio_t{1, 1, 1} : timing_ratio(one, &t)));
        most = std::max(most, (double)t.threads);
    }
    return curves_plot(&c,
                       format("set xrange [0:%g]\nset yrange [0:*]\nset xtics %d\nset xlabel 'threads'\n"
                              "set ylabel 'speed-up over one thread'\n",
                              most + 1, std::max(1, (int)most / 8)),
                       ", x with lines lc rgb '#888888' dt 2 title 'ideal: as many times'", 1);
}

static std::string score_plot(const speedup_t *s, std::string *metric)
{
    curves_t c;
    for (const timing_t &t : s->timings)
        if (t.sweep == "batch" && t.failed.empty() && std::isfinite(t.value)) {
            add_point(&c, &t, {(double)t.batch, t.value});
            *metric = metric_title(t.metric);
        }
    return curves_plot(&c,
                       "set logscale x\nset xlabel 'batch size [rows]'\nset ylabel " +
                           plot_text(*metric + " of held-out rows") + "\n",
                       "");
}

void report_sweeps(section_t *section, const speedup_t *s)
{
    const std::string bars = " Points: medians; bars: their 95 % intervals.";
    const std::string none = s->emulated ? " The emulated CUDA programs have no time and so no curve." : "";
    add_figure(section, "rows",
               "Time of an epoch against the rows of the data, for each batch size; both axes are logarithmic." + bars +
                   none,
               time_plots(s, "rows"));
    add_figure(
        section, "width",
        "Time of an epoch against the number of parameters (wider hidden layers), for each batch size; both axes are "
        "logarithmic." +
            bars + none,
        time_plots(s, "hidden"));
    add_figure(section, "threads",
               "Speed-up on the CPU against the number of threads, over the same program with one thread." + bars,
               {threads_plot(s)});
    std::string over_best = batch_plot(s, true);
    add_figure(section, "batch-speedup",
               "Speed-up over the plain CPU program" +
                   std::string(over_best.empty() ? "" : ", and of CUDA over the best CPU program,") +
                   " against the batch size; both axes are logarithmic." + bars + none,
               {batch_plot(s, false), over_best});
    std::string metric = "metric";
    std::string score = score_plot(s, &metric), time = time_plot(s, "batch", 0);
    add_figure(section, "batch",
               "What a batch size costs and what it gives: time of an epoch, and " + metric +
                   " of held-out rows after as many epochs. A larger batch makes fewer steps an epoch: shorter, and "
                   "learning less in it." +
                   bars + none + (s->emulated ? " What they learnt is real." : ""),
               {time, score});
}
