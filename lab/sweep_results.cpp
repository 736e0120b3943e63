// [given] sweep_results.cpp: what came of a run of a sweep, as its files say.
#include <cmath>
#include <cstdio>

#include <nlohmann/json.hpp>
#include <unistd.h>

#include "sweep.h"

std::string sweep_path(const sweep_t *s, int number, const char *ending)
{
    return s->folder + "/" + std::to_string(number) + ending;
}

std::string sweep_read_or_nothing(const std::string &path)
{
    if (access(path.c_str(), R_OK) != 0) return "";
    try {
        return file_read(path);
    } catch (const nn_error_t &) {  // removed meanwhile
        return "";
    }
}

static double number_or_nan(const nlohmann::json &j) { return j.is_number() ? j.get<double>() : NAN; }

// Written by bin/nn as its last act, whole or not at all; "interrupted": a checkpoint is there too, and the run goes on.
static bool read_json(const std::string &text, sweep_result_t *r)
{
    nlohmann::json j = nlohmann::json::parse(text, NULL, false);
    if (!j.is_object() || j.value("stop", "interrupted") == "interrupted" || !j.contains("validation")) return false;
    const nlohmann::json &v = j["validation"];
    if (!v.is_object() || !v.contains("cost") || !v.contains("value") || !v.contains("metric")) return false;
    r->cost = number_or_nan(v["cost"]);
    r->value = number_or_nan(v["value"]);
    r->metric = v["metric"].is_string() ? v["metric"].get<std::string>() : "metric";
    r->epochs = j.value("epochs", 0L);
    r->kept = j.value("best_epoch", 0L);
    if (r->kept == 0) r->kept = r->epochs;
    return std::isfinite(r->cost);
}

static std::string last_error(const std::string &said)
{
    size_t at = said.rfind("error: ");
    if (at == std::string::npos) return "";
    return said.substr(at + 7, said.find('\n', at) - at - 7);
}

sweep_result_t sweep_result(const sweep_t *s, int number)
{
    sweep_result_t r = {SWEEP_MISSING, NAN, NAN, "", 0, 0, ""};
    if (number == 0) return r;
    std::string json = sweep_read_or_nothing(sweep_path(s, number, ".json"));
    try {
        if (access(sweep_path(s, number, ".model").c_str(), R_OK) == 0 && read_json(json, &r)) {
            r.state = SWEEP_DONE;
            return r;
        }
    } catch (const nlohmann::json::exception &) {  // of other types than ours
    }
    r = {SWEEP_MISSING, NAN, NAN, "", 0, 0, last_error(sweep_read_or_nothing(sweep_path(s, number, ".txt")))};
    if (r.said.find("training diverged") == 0) r.state = SWEEP_DIVERGED;
    return r;
}

void sweep_forget(const sweep_t *s, int number)
{
    for (const char *ending : {".json", ".txt", ".log.csv", ".model", ".model.checkpoint"})
        unlink(sweep_path(s, number, ending).c_str());
}

std::string sweep_values(const sweep_t *s, const sweep_run_t *run)
{
    std::string text;
    for (size_t i = 0; i < s->varied.size(); i++) text += (i ? ", " : "") + s->varied[i].name + " " + run->values[i];
    return text;
}

std::string sweep_metric_name(const std::string &metric)
{
    return metric == "f1" ? "F1" : metric == "r2" ? "R2" : metric;
}

std::string sweep_said(const sweep_result_t *r)
{
    if (r->state == SWEEP_DONE)
        return format("cost %.5g, %s %.4f (epoch %ld of %ld)", r->cost, sweep_metric_name(r->metric).c_str(), r->value,
                      r->kept, r->epochs);
    return r->said.empty() ? "no result" : r->said;
}
