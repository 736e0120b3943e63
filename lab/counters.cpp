// counters.cpp: reads the emulator's counters of a run; all figures as JSON and CSV.
#include <cmath>

#include <nlohmann/json.hpp>

#include "ladder.h"

using nlohmann::json;

// Sums over all kernels of a run.
struct sums_t {
    double launches, barriers, requests, sectors, ideal_sectors, passes, ideal_passes, copied;
};

static sums_t sum_up(const std::string &file)
{
    sums_t sum = {};
    json all = json::parse(file_read(file));
    for (const json &k : all.at("kernels")) {
        double launches = k.at("launches");
        sum.launches += launches;
        sum.barriers += launches * k.at("barriers_per_thread").get<double>();
        for (const char *kind : {"global_load", "global_store"}) {
            const json &g = k.at(kind);
            double requests = g.at("requests");
            sum.requests += requests;
            sum.sectors += g.at("sectors").get<double>();
            sum.ideal_sectors += requests * g.at("ideal_sectors_per_request").get<double>();
        }
        for (const char *kind : {"shared_load", "shared_store"}) {
            const json &s = k.at(kind);
            double requests = s.at("requests");
            sum.passes += s.at("passes").get<double>();
            sum.ideal_passes += requests * s.at("ideal_passes_per_request").get<double>();
        }
    }
    for (const json &c : all.at("copies"))
        if (c.at("direction") == "host to device" || c.at("direction") == "device to host")
            sum.copied += c.at("bytes").get<double>();
    return sum;
}

void counters_read(figures_t *f, const std::string &one_epoch, const std::string &two_epochs, int steps)
{
    sums_t one = sum_up(one_epoch), two = sum_up(two_epochs);
    f->kernels = (two.launches - one.launches) / steps;
    f->barriers = (two.barriers - one.barriers) / steps;
    f->sectors = (two.sectors - one.sectors) / steps;
    f->copied = two.copied - one.copied;
    f->sectors_per_request = two.sectors / two.requests;
    f->wasted = two.sectors / two.ideal_sectors;
    f->shared_passes = two.ideal_passes > 0 ? two.passes / two.ideal_passes : NAN;
}

static json number(double x) { return std::isnan(x) ? json() : json(x); }

std::string figures_json(const std::vector<figures_t> &all, const std::string &device)
{
    nlohmann::ordered_json j;
    j["device"] = device;
    for (const figures_t &f : all)
        j["figures"].push_back({{"rung", f.rung},
                                {"workload", f.workload},
                                {"failed", f.failed},
                                {"difference", number(f.difference)},
                                {"step_us", number(f.step_us)},
                                {"kernels", number(f.kernels)},
                                {"sectors", number(f.sectors)},
                                {"sectors_per_request", number(f.sectors_per_request)},
                                {"sectors_over_least", number(f.wasted)},
                                {"shared_passes_over_least", number(f.shared_passes)},
                                {"barriers", number(f.barriers)},
                                {"copied", number(f.copied)}});
    return j.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

static std::string cell(double x) { return std::isnan(x) ? "" : number_text(x); }

std::string figures_csv(const std::vector<figures_t> &all)
{
    std::string text = "rung,workload,difference,step_us,kernels,sectors,sectors_per_request,sectors_over_least,shared_"
                       "passes_over_least,barriers,copied\n";
    for (const figures_t &f : all)
        text += f.rung + "," + f.workload + "," + cell(f.difference) + "," + cell(f.step_us) + "," + cell(f.kernels) +
                "," + cell(f.sectors) + "," + cell(f.sectors_per_request) + "," + cell(f.wasted) + "," +
                cell(f.shared_passes) + "," + cell(f.barriers) + "," + cell(f.copied) + "\n";
    return text;
}
