// [given] speedup_file.cpp: what was measured, as JSON and CSV, and read again.
#include <cmath>

#include <nlohmann/json.hpp>

#include "speedup.h"
#include "utils.h"

using nlohmann::ordered_json;

static const char *const FORMAT = "nn speedup 1";

// ---- JSON ----------------------------------------------------------------------------------------------

static ordered_json number(double x) { return std::isfinite(x) ? ordered_json(x) : ordered_json(); }

static ordered_json ratio_json(const ratio_t &r)
{
    return {{"value", number(r.value)}, {"low", number(r.low)}, {"high", number(r.high)}};
}

static ordered_json timing_json(const speedup_t *s, const timing_t *t)
{
    ordered_json j = {{"way", t->way},       {"sweep", t->sweep},       {"device", t->device}, {"threads", t->threads},
                      {"gpus", t->gpus},     {"emulated", t->emulated}, {"rows", t->rows},     {"batch", t->batch},
                      {"layers", t->layers}, {"failed", t->failed}};
    j["seconds"] = {{"epoch_median", number(t->median)}, {"epoch_low", number(t->low)},
                    {"epoch_high", number(t->high)},     {"loading", number(t->loading)},
                    {"transfer", number(t->transfer)},   {"kernels", number(t->kernels)},
                    {"total", number(t->total)}};
    j["runs"] = t->runs;
    j["epochs"] = t->epochs;
    j["run_epochs"] = t->run_epochs;
    j["stopped"] = t->stopped;
    j["cost"] = number(t->cost);
    j["metric"] = t->metric;
    j["value"] = number(t->value);
    j["counters"] = {{"kernels_per_step", number(t->kernels_per_step)},
                     {"sectors_per_step", number(t->sectors_per_step)},
                     {"copied_per_epoch", number(t->copied_per_epoch)}};
    if (!t->emulated && t->way != "plain") {  // for other programs; speedup_read makes them anew of the runs
        j["over_plain"] = ratio_json(timing_ratio(timing_find(&s->timings, t, "plain"), t));
        if (t->device == "cuda") j["over_best_cpu"] = ratio_json(timing_ratio(timing_best_cpu(&s->timings, t), t));
    }
    return j;
}

std::string speedup_json(const speedup_t *s)
{
    ordered_json j = {{"format", FORMAT}, {"machine", s->machine},   {"real", s->real},
                      {"data", s->data},  {"emulated", s->emulated}, {"notes", s->notes}};
    j["timings"] = ordered_json::array();
    for (const timing_t &t : s->timings) j["timings"].push_back(timing_json(s, &t));
    return j.dump(1, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

static double number_of(const ordered_json &j, const char *key)
{
    return j.at(key).is_null() ? NAN : j.at(key).get<double>();
}

static timing_t timing_of(const ordered_json &j)
{
    timing_t t;
    t.way = j.at("way"), t.sweep = j.at("sweep"), t.device = j.at("device");
    t.threads = j.at("threads"), t.gpus = j.at("gpus"), t.emulated = j.at("emulated");
    t.rows = j.at("rows"), t.batch = j.at("batch"), t.layers = j.at("layers"), t.failed = j.at("failed");
    const ordered_json &seconds = j.at("seconds"), &counters = j.at("counters");
    t.median = number_of(seconds, "epoch_median");
    t.low = number_of(seconds, "epoch_low"), t.high = number_of(seconds, "epoch_high");
    t.loading = number_of(seconds, "loading"), t.transfer = number_of(seconds, "transfer");
    t.kernels = number_of(seconds, "kernels"), t.total = number_of(seconds, "total");
    t.runs = j.at("runs").get<std::vector<double>>(), t.epochs = j.at("epochs").get<std::vector<double>>();
    t.run_epochs = j.at("run_epochs"), t.stopped = j.at("stopped");
    t.cost = number_of(j, "cost"), t.metric = j.at("metric"), t.value = number_of(j, "value");
    t.kernels_per_step = number_of(counters, "kernels_per_step");
    t.sectors_per_step = number_of(counters, "sectors_per_step");
    t.copied_per_epoch = number_of(counters, "copied_per_epoch");
    return t;
}

speedup_t speedup_read(const std::string &path)
{
    std::string text = file_read(path);
    speedup_t s;
    try {
        ordered_json j = ordered_json::parse(text);
        if (j.at("format") != FORMAT) die("it says %s", j.at("format").dump().c_str());
        s.machine = j.at("machine").get<std::vector<std::string>>();
        s.real = j.at("real"), s.data = j.at("data"), s.emulated = j.at("emulated");
        s.notes = j.at("notes").get<std::vector<std::string>>();
        for (const ordered_json &t : j.at("timings")) s.timings.push_back(timing_of(t));
    } catch (const std::exception &e) {
        die("%s: not what bin/lab speedup writes: %s, expected \"format\": \"%s\" and its timings\nhint: `make "
            "speedup` "
            "writes runs/speedup.json anew",
            path.c_str(), e.what(), FORMAT);
    }
    return s;
}

// ---- CSV -----------------------------------------------------------------------------------------------

static std::string cell(double x) { return std::isfinite(x) ? number_text(x) : ""; }

static std::string quoted(const std::string &text)
{
    if (text.find_first_of(",\"\n") == std::string::npos) return text;
    std::string q = "\"";
    for (char c : text) q += c == '"' ? std::string("\"\"") : std::string(1, c);
    return q + "\"";
}

static std::string ratio_cells(const ratio_t &r)
{
    return "," + cell(r.value) + "," + cell(r.low) + "," + cell(r.high);
}

std::string speedup_csv(const speedup_t *s)
{
    std::string text;
    for (const std::string &line : s->machine) text += "# " + line + "\n";
    text += "# numbers: " + s->real + "\n# data: " + s->data + "\n";
    for (const std::string &line : s->notes) text += "# note: " + line + "\n";
    text += "sweep,rows,batch,layers,way,device,threads,gpus,emulated,turns,epoch_median_s,epoch_low_s,epoch_high_s,"
            "over_plain,over_plain_low,over_plain_high,over_best_cpu,over_best_cpu_low,over_best_cpu_high,"
            "run_epochs,loading_s,transfer_s,kernels_s,total_s,cost,metric,value,kernels_per_step,sectors_per_step,"
            "copied_per_epoch_bytes,stopped,failed\n";
    for (const timing_t &t : s->timings) {
        bool gpu = t.device == "cuda";
        text += t.sweep + format(",%d,%d,", t.rows, t.batch) + quoted(t.layers) + "," + t.way + "," + t.device +
                format(",%d,%d,%d,%zu,", t.threads, t.gpus, t.emulated, t.runs.size()) + cell(t.median) + "," +
                cell(t.low) + "," + cell(t.high) +
                ratio_cells(timing_ratio(t.way == "plain" ? NULL : timing_find(&s->timings, &t, "plain"), &t)) +
                ratio_cells(timing_ratio(gpu ? timing_best_cpu(&s->timings, &t) : NULL, &t)) +
                format(",%d,", t.run_epochs) + cell(t.loading) + "," + cell(t.transfer) + "," + cell(t.kernels) + "," +
                cell(t.total) + "," + cell(t.cost) + "," + t.metric + "," + cell(t.value) + "," +
                cell(t.kernels_per_step) + "," + cell(t.sectors_per_step) + "," + cell(t.copied_per_epoch) + "," +
                t.stopped + "," + quoted(t.failed) + "\n";
    }
    return text;
}
