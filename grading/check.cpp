// [given] check.cpp: `make check`: checks a student's functions against the CPU's and predicts the points.
#include <cstdio>
#include <cstring>

#include <CLI/CLI.hpp>
#include <unistd.h>

#include "counters.h"
#include "show.h"
#include "tools.h"

struct check_options_t {
    std::string worker, tool = "emu/bin/compute-sanitizer", json, only;
    int part = 0;
    uint64_t seed = VISIBLE_SEED;
    double limit = 20;
    bool verbose = false, fast = false, debug = false;
    std::string ncu;
};

static bool parse(int argc, char **argv, check_options_t *o, int *status)
{
    CLI::App app{"Checks the functions of nn.cu, train.cu and test.cu, part by part, against the CPU's."};
    app.add_option("--worker", o->worker, "the program that holds the functions (built by `make check`)")
        ->required()
        ->check(CLI::ExistingFile);
    app.add_option("--part", o->part, "this part only")->check(CLI::IsMember({1, 2, 3, 4, 5, 6, 8}));
    app.add_option("--case", o->only, "cases with this in their names only");
    app.add_option("--seed", o->seed, "other inputs");
    app.add_option("--json", o->json, "the record of all results goes to this file");
    app.add_option("--sanitizer", o->tool, "the emulator's compute-sanitizer");
    app.add_option("--limit", o->limit, "seconds for one case")->check(CLI::Range(0.1, 3600.0));
    app.add_flag("--debug", o->debug, "no points: the sanitizer's four tools over a few cases");
    app.add_option("--profile", o->ncu, "no points: the counters of this ncu over one case of each pass");
    app.add_flag("--fast", o->fast, "without the sanitizer");
    app.add_flag("--verbose", o->verbose, "every failing case in detail");
    try {
        app.parse(argc, argv);
        return true;
    } catch (const CLI::ParseError &e) {
        *status = app.exit(e) ? 2 : 0;
        return false;
    }
}

static void show_progress(const case_t *c)
{
    if (isatty(STDERR_FILENO)) fprintf(stderr, "\r\033[Kpart %d: %s ", case_part(c), c->name.c_str());
}

int main(int argc, char **argv)
{
    check_options_t o;
    int status = 0;
    if (!parse(argc, argv, &o, &status)) return status;
    try {
        check_t check = {};
        check.worker = {o.worker, o.limit, false, o.tool, {}};
        check.only = o.only;
        check.seed = o.seed;
        check.sanitize = !o.fast && access(o.tool.c_str(), X_OK) == 0;
        if (o.part) check.parts = {o.part};
        if (o.debug) return debug_all(&check);
        if (!o.ncu.empty()) return profile_all(&check, o.ncu);
        report_t report = check_all(&check, show_progress);
        if (isatty(STDERR_FILENO)) fprintf(stderr, "\r\033[K");
        if (report.results.empty()) die_usage("--case %s: there is no such case", o.only.c_str());
        printf("device: %s; numbers: %s; seed %llu\n", report.device.c_str(), REAL_NAME, (unsigned long long)o.seed);
        show_table(&report, o.verbose, o.only.empty());
        std::string ncu = o.tool.substr(0, o.tool.rfind('/') + 1) + "ncu";
        bool whole = o.part == 0 && o.only.empty() && !o.fast;
        if (whole && report.emulated && group_points(&report, GROUP_BATCH) > 0 && access(ncu.c_str(), X_OK) == 0)
            show_traffic(count_traffic(&check, ncu));
        if (!o.json.empty()) file_write(o.json, report_json(&report));
        for (const result_t &r : report.results) status |= is_to_do(&r);
        return status;
    } catch (const nn_error_t &e) {
        fprintf(stderr, "error: %s\n", e.what());
        return e.status;
    } catch (const std::exception &e) {
        fprintf(stderr, "error: %s\n", e.what());
        return 1;
    }
}
