// [given] profile_trace.cpp: reads what the emulator's ncu writes.
#include "profile_trace.h"

#include <cmath>
#include <sstream>

#include <nlohmann/json.hpp>

#include "utils.h"

using nlohmann::json;

std::string short_name(const std::string &kernel)
{
    int depth = 0;
    size_t begin = 0, end = kernel.size();
    for (size_t i = 0; i < kernel.size(); i++) {
        char c = kernel[i];
        if (kernel.compare(i, 21, "(anonymous namespace)") == 0) i += 20;
        else if (c == '<') depth++, end = std::min(end, i);
        else if (c == '>') depth--;
        else if (c == '(' && depth == 0) return kernel.substr(begin, std::min(end, i) - begin);
        else if ((c == ' ' || c == ':') && depth == 0) begin = i + 1, end = kernel.size();
    }
    return kernel.substr(begin, end - begin);
}

// The pass of a step, of the functions that were being called; they have their names from train.h.
static std::string pass_of(const json &callers)
{
    for (const json &c : callers) {
        std::string name = short_name(c.get<std::string>());
        for (const char *pass : {"load_batch", "forward_pass", "loss", "back_prop", "gradients", "update"})
            if (name == std::string(pass) + "_cuda") return pass;
    }
    return "";
}

static double number_of(const json &j, const char *key)
{
    return j.contains(key) && j[key].is_number() ? j[key].get<double>() : NAN;
}

static asked_t asked_of(const json &j)
{
    asked_t a = {};
    a.op = j.at("op"), a.at = j.at("at"), a.name = j.at("name");
    if (a.op == "kernel") a.name = short_name(a.name);
    a.pass = pass_of(j.at("callers"));
    a.device = j.at("device"), a.stream = j.value("stream", -1), a.blocking = j.value("blocking", true);
    a.direction = j.value("direction", "");
    a.pageable = j.value("memory", "") == "pageable";
    a.waits = j.value("host_waits", false);
    a.bytes = number_of(j, "bytes"), a.flops = a.blocks = NAN;
    if (j.contains("grid")) {
        a.blocks = 1;
        for (double n : j["grid"]) a.blocks *= n;
    }
    a.wait_for = j.value("for", -1L), a.graph = j.value("graph", -1L);
    if (j.contains("after")) a.after = j["after"].get<std::vector<long>>();
    return a;
}

std::vector<asked_t> trace_read(const std::string &path, double *left_out)
{
    std::vector<asked_t> all;
    std::istringstream text(file_read(path));
    std::string line;
    long n = 0;
    try {
        for (; std::getline(text, line); n++) {
            json j = json::parse(line);
            if (n == 0) {
                if (j.value("format", "") != "emu-trace 1") break;
                *left_out = j.at("left_out");
                continue;
            }
            if (j.at("id") != n - 1) die("%s:%ld: expected the operation with id %ld", path.c_str(), n + 1, n - 1);
            all.push_back(asked_of(j));
        }
    } catch (const json::exception &e) {
        die("%s:%ld: is damaged: %s\nhint: make it again: emu/bin/ncu --trace FILE PROGRAM", path.c_str(), n + 1,
            e.what());
    }
    if (n == 0 || !text.eof())
        die("%s: is no trace of the emulator\nhint: build the program again, then emu/bin/ncu --trace FILE PROGRAM "
            "writes one",
            path.c_str());
    return all;
}

struct kernel_counts_t {  // of one kernel, loads and stores
    kernel_t kernel;
    double requests, sectors, least, passes, fewest;
};

// Instances of one template are one kernel.
static void add_kernel(std::vector<kernel_counts_t> *all, const json &j)
{
    kernel_t k = {};
    k.name = short_name(j.at("name").get<std::string>());
    k.file = j.at("file").get<std::string>() + ":" + std::to_string(j.at("line").get<int>());
    size_t i = 0;
    while (i < all->size() && (*all)[i].kernel.name != k.name) i++;
    if (i == all->size()) all->push_back({k, 0, 0, 0, 0, 0});
    kernel_counts_t *c = &(*all)[i];
    c->kernel.launches += j.at("launches").get<double>();
    for (const char *kind : {"global_load", "global_store"}) {
        const json &g = j.at(kind);
        double requests = g.at("requests");
        c->requests += requests, c->sectors += g.at("sectors").get<double>();
        c->kernel.bytes += g.at("bytes_moved").get<double>();
        c->least += requests * g.at("ideal_sectors_per_request").get<double>();
    }
    for (const char *kind : {"shared_load", "shared_store"}) {
        const json &s = j.at(kind);
        c->passes += s.at("passes").get<double>();
        c->fewest += s.at("requests").get<double>() * s.at("ideal_passes_per_request").get<double>();
    }
}

static kernel_t kernel_of(const kernel_counts_t *c)
{
    kernel_t k = c->kernel;
    k.sectors_per_request = c->requests > 0 ? c->sectors / c->requests : NAN;
    k.efficiency = c->sectors > 0 ? c->least / c->sectors : NAN;
    k.conflicts = c->fewest > 0 ? c->passes / c->fewest : NAN;
    k.flops = k.seconds = NAN;
    return k;
}

void counters_into(profile_t *p, const std::string &path)
{
    try {
        json j = json::parse(file_read(path));
        std::vector<kernel_counts_t> counts;
        for (const json &k : j.at("kernels")) add_kernel(&counts, k);
        for (const kernel_counts_t &c : counts) p->kernels.push_back(kernel_of(&c));
        p->to_device = p->to_host = p->copies_to_device = p->copies_to_host = 0;
        for (const json &c : j.at("copies")) {
            double bytes = c.at("bytes"), calls = c.at("calls");
            if (c.at("direction") == "host to device") p->to_device += bytes, p->copies_to_device += calls;
            if (c.at("direction") == "device to host") p->to_host += bytes, p->copies_to_host += calls;
        }
    } catch (const json::exception &e) {
        die("%s: are no counters of the emulator: %s\nhint: emu/bin/ncu --json FILE PROGRAM writes them", path.c_str(),
            e.what());
    }
}
