// [given] profile_json.cpp: the JSON file of bin/lab profile.
#include <cmath>

#include <nlohmann/json.hpp>

#include "profile.h"
#include "utils.h"

using nlohmann::ordered_json;

static const char *const format_name = "nn-profile 1";

static ordered_json number(double x) { return std::isfinite(x) ? ordered_json(x) : ordered_json(); }

static double value(const ordered_json &j, const char *key)
{
    return j.at(key).is_null() ? NAN : j.at(key).get<double>();
}

static ordered_json kernels_json(const std::vector<kernel_t> &kernels)
{
    ordered_json all = ordered_json::array();
    for (const kernel_t &k : kernels)
        all.push_back({{"name", k.name},
                       {"file", k.file},
                       {"pass", k.pass},
                       {"launches", number(k.launches)},
                       {"bytes", number(k.bytes)},
                       {"flops", number(k.flops)},
                       {"seconds", number(k.seconds)},
                       {"sectors_per_request", number(k.sectors_per_request)},
                       {"efficiency", number(k.efficiency)},
                       {"conflicts", number(k.conflicts)}});
    return all;
}

static std::vector<kernel_t> kernels_read(const ordered_json &all)
{
    std::vector<kernel_t> kernels;
    for (const ordered_json &j : all)
        kernels.push_back({j.at("name"), j.at("file"), value(j, "launches"), value(j, "bytes"), value(j, "flops"),
                           value(j, "seconds"), value(j, "sectors_per_request"), value(j, "efficiency"),
                           value(j, "conflicts"), j.at("pass")});
    return kernels;
}

std::string profile_json(const profile_t *p)
{
    ordered_json j = {{"format", format_name},
                      {"program", p->program},
                      {"options", p->options},
                      {"device", p->device},
                      {"model", p->model},
                      {"peak_flops", number(p->peak_flops)},
                      {"peak_bytes", number(p->peak_bytes)},
                      {"peak_from", p->peak_from},
                      {"to_device", number(p->to_device)},
                      {"to_host", number(p->to_host)},
                      {"copies_to_device", number(p->copies_to_device)},
                      {"copies_to_host", number(p->copies_to_host)},
                      {"seconds", number(p->seconds)},
                      {"copying", number(p->copying)},
                      {"copying_aside", number(p->copying_aside)},
                      {"kernels", kernels_json(p->kernels)},
                      {"passes", kernels_json(p->passes)},
                      {"spans", ordered_json::array()}};
    for (const span_t &s : p->spans)
        j["spans"].push_back({{"kind", s.kind},
                              {"name", s.name},
                              {"device", s.device},
                              {"stream", s.stream},
                              {"start", number(s.start)},
                              {"end", number(s.end)},
                              {"bytes", number(s.bytes)}});
    return j.dump(1, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

profile_t profile_read(const std::string &path)
{
    profile_t p = {};
    try {
        ordered_json j = ordered_json::parse(file_read(path));
        if (!j.is_object() || j.value("format", "") != format_name)
            die("%s: is no profile: expected JSON with \"format\": \"%s\"\nhint: bin/lab profile writes such a file",
                path.c_str(), format_name);
        p.program = j.at("program"), p.options = j.at("options"), p.device = j.at("device"), p.model = j.at("model");
        p.peak_flops = value(j, "peak_flops"), p.peak_bytes = value(j, "peak_bytes"), p.peak_from = j.at("peak_from");
        p.to_device = value(j, "to_device"), p.to_host = value(j, "to_host");
        p.copies_to_device = value(j, "copies_to_device"), p.copies_to_host = value(j, "copies_to_host");
        p.seconds = value(j, "seconds"), p.copying = value(j, "copying"), p.copying_aside = value(j, "copying_aside");
        p.kernels = kernels_read(j.at("kernels"));
        p.passes = kernels_read(j.at("passes"));
        for (const ordered_json &s : j.at("spans"))
            p.spans.push_back({s.at("kind"), s.at("name"), s.at("device"), s.at("stream"), value(s, "start"),
                               value(s, "end"), value(s, "bytes")});
    } catch (const ordered_json::exception &e) {
        die("%s: is no profile, or a damaged one: %s\nhint: make it again with bin/lab profile", path.c_str(),
            e.what());
    }
    for (const span_t &s : p.spans)
        if (!(s.start >= 0 && s.end >= s.start))
            die("%s: %s begins at %g s and ends at %g s: expected 0 <= begin <= end\nhint: make it again with bin/lab "
                "profile",
                path.c_str(), s.name.c_str(), s.start, s.end);
    return p;
}

std::string profile_origin(const profile_t *p)
{
    return p->model.empty() ? "measured on " + p->device : "modelled, not measured: " + p->model;
}
