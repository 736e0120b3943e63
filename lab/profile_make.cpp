// [given] profile_make.cpp: from operations to a profile.
#include "profile_make.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "utils.h"

static const char *const counted_passes[] = {"forward_pass", "back_prop", "gradients", "update"};

double pass_flops(const trained_t *t, const std::string &pass)
{
    const shape_t *s = &t->shape;
    double w = 0, first = (double)s->n[0] * s->n[1];
    for (int l = 1; l <= s->L; l++) w += (double)s->n[l - 1] * s->n[l];
    if (pass == "forward_pass" || pass == "gradients") return 2 * w * t->rows;
    if (pass == "back_prop") return 2 * (w - first) * t->rows;
    if (pass == "update") return 2 * (double)s->n_params * t->steps;
    return NAN;
}

// Launches whose bytes were not looked at get the mean of those with the same kernel and grid.
static void fill_in_bytes(std::vector<asked_t> *all)
{
    std::map<std::pair<std::string, double>, std::pair<double, double>> sums;
    for (const asked_t &a : *all)
        if (a.op == "kernel" && std::isfinite(a.bytes)) {
            auto &sum = sums[{a.name, a.blocks}];
            sum.first += a.bytes, sum.second++;
        }
    for (asked_t &a : *all) {
        auto found = sums.find({a.name, a.blocks});
        if (a.op == "kernel" && !std::isfinite(a.bytes) && found != sums.end())
            a.bytes = found->second.first / found->second.second;
    }
}

// The passes' FLOPs among their launches, in proportion to their bytes. Passes in which nothing was launched were done
// by kernels outside of the passes: a fused step.
static void share_flops(std::vector<asked_t> *all, const trained_t *t)
{
    std::map<std::string, double> bytes, flops;
    for (const asked_t &a : *all)
        if (a.op == "kernel") bytes[a.pass] += a.bytes;  // NAN if one is not known, a library's
    for (const char *pass : counted_passes) {
        bool done = bytes.count(pass) != 0;
        flops[done ? pass : ""] += pass_flops(t, pass);
    }
    for (asked_t &a : *all)
        if (a.op == "kernel" && flops.count(a.pass) && bytes[a.pass] > 0)
            a.flops = flops[a.pass] * a.bytes / bytes[a.pass];
}

static kernel_t *kernel_named(std::vector<kernel_t> *kernels, const std::string &name, const asked_t *a)
{
    for (kernel_t &k : *kernels)
        if (k.name == name) return &k;
    kernels->push_back({name, a->at, 0, NAN, NAN, 0, NAN, NAN, NAN, a->pass});
    return &kernels->back();
}

// A launch goes to its kernel, which may have counters already, and to its pass. seen: launches in the trace.
static void add_launch(profile_t *p, const asked_t *a, double seconds, double *seen)
{
    kernel_t *k = kernel_named(&p->kernels, a->name, a);
    if (*seen == 0) k->seconds = 0, k->pass = a->pass;
    if (k->pass != a->pass) k->pass = "several";
    k->seconds += seconds;
    (*seen)++;
    kernel_t *pass = kernel_named(&p->passes, a->pass, a);
    if (pass->launches++ == 0) pass->bytes = pass->flops = 0;
    pass->bytes += a->bytes, pass->flops += a->flops, pass->seconds += seconds;  // NAN if one is not known
}

// "forward_pass (the names of its kernels)"
static void name_passes(profile_t *p, const std::vector<asked_t> *all)
{
    std::map<std::string, std::vector<std::string>> names;
    for (const asked_t &a : *all) {
        std::vector<std::string> *n = &names[a.pass];
        if (a.op == "kernel" && std::find(n->begin(), n->end(), a.name) == n->end()) n->push_back(a.name);
    }
    for (kernel_t &pass : p->passes) {
        std::string text;
        for (const std::string &name : names[pass.pass]) text += (text.empty() ? "" : ", ") + name;
        pass.name = (pass.pass.empty() ? "outside of the passes" : pass.pass) + " (" + text + ")";
    }
}

// The whole run's time of a kernel, of the launches in the trace; so its FLOPs, where its pass has no other kernel.
static void complete_kernel(const profile_t *p, kernel_t *k, double seen)
{
    if (!(k->launches >= seen)) k->launches = seen;  // a library's have no counters
    if (seen == 0) return;
    k->seconds *= k->launches / seen;
    int others = 0;
    for (const kernel_t &x : p->kernels) others += x.name != k->name && (x.pass == k->pass || x.pass == "several");
    for (const kernel_t &pass : p->passes)
        if (others == 0 && pass.pass == k->pass) k->flops = pass.flops * k->launches / seen;
}

void profile_model(profile_t *p, const gpu_t *g, std::vector<asked_t> *all, const trained_t *t)
{
    fill_in_bytes(all);
    share_flops(all, t);
    p->device = g->name, p->model = gpu_words(g);
    p->peak_flops = g->flops, p->peak_bytes = g->bandwidth, p->peak_from = g->source;
    std::map<std::string, double> seen;
    std::vector<lapse_t> lapses = model_run(g, all);
    double first = INFINITY;
    for (size_t i = 0; i < all->size(); i++) {
        const asked_t *a = &(*all)[i];
        double seconds = asked_seconds(g, a);
        if (seconds <= 0) continue;
        first = std::min(first, lapses[i].start);
        std::string kind = a->op == "copy" ? a->direction : a->op;
        p->spans.push_back({kind, a->name, a->device, a->stream, lapses[i].start, lapses[i].end, a->bytes});
        if (a->op == "kernel") add_launch(p, a, seconds, &seen[a->name]);
    }
    for (span_t &s : p->spans) s.start -= first, s.end -= first;
    for (kernel_t &k : p->kernels) complete_kernel(p, &k, seen[k.name]);
    name_passes(p, all);
    profile_overlap(p);
}

// ---- spans -----------------------------------------------------------------------------------------------

// How long at least one of these spans was under way; `and_with`: and one of those, too.
static double under_way(std::vector<std::pair<double, double>> spans)
{
    std::sort(spans.begin(), spans.end());
    double sum = 0, until = -1;
    for (const auto &s : spans) {
        sum += std::max(0.0, s.second - std::max(until, s.first));
        until = std::max(until, s.second);
    }
    return sum;
}

void profile_overlap(profile_t *p)
{
    p->seconds = p->copying = p->copying_aside = 0;
    std::map<int, std::vector<std::pair<double, double>>> kernels, copies, both;  // by device
    for (const span_t &s : p->spans) {
        p->seconds = std::max(p->seconds, s.end);
        bool is_copy = s.kind == "to device" || s.kind == "to host";
        if (is_copy) copies[s.device].push_back({s.start, s.end});
        if (s.kind == "kernel") kernels[s.device].push_back({s.start, s.end});
        if (is_copy || s.kind == "kernel") both[s.device].push_back({s.start, s.end});
    }
    for (auto &d : copies) {
        double copying = under_way(d.second);
        p->copying += copying;
        p->copying_aside += std::max(0.0, copying + under_way(kernels[d.first]) - under_way(both[d.first]));
    }
}

void profile_few_steps(profile_t *p, int most)
{
    if ((int)p->spans.size() <= most) return;
    std::stable_sort(p->spans.begin(), p->spans.end(),
                     [](const span_t &a, const span_t &b) { return a.start < b.start; });
    std::map<std::string, std::string> pass_of_kernel;
    for (const kernel_t &k : p->kernels) pass_of_kernel[k.name] = k.pass;
    auto is_update = [&](const span_t &s) { return s.kind == "kernel" && pass_of_kernel[s.name] == "update"; };
    size_t begin = p->spans.size() / 4 * 3;  // the second time through the rows
    if (begin + (size_t)most > p->spans.size()) begin = p->spans.size() - (size_t)most;
    for (size_t i = begin; i-- > 0 && i + (size_t)most > begin;)
        if (is_update(p->spans[i])) {
            begin = i + 1;
            break;
        }
    size_t end = std::min(begin + (size_t)most, p->spans.size());
    for (size_t i = end; i-- > begin + 1;)
        if (is_update(p->spans[i])) {
            end = i + 1;
            break;
        }
    p->spans = std::vector<span_t>(p->spans.begin() + (long)begin, p->spans.begin() + (long)end);
    double first = p->spans[0].start;
    for (span_t &s : p->spans) s.start -= first, s.end -= first;
}
