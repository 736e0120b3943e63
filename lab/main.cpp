// lab: measures: bin/lab ladder | operations. The work is in the files named like the subcommands.
#include <algorithm>
#include <cmath>
#include <cstdio>

#include <CLI/CLI.hpp>

#include "cuda_utils.h"
#include "lab.h"

double median(std::vector<double> v)
{
    if (v.empty()) return NAN;
    std::sort(v.begin(), v.end());
    size_t half = v.size() / 2;
    return v.size() % 2 ? v[half] : (v[half - 1] + v[half]) / 2;
}

static void ladder_arguments(CLI::App *app, ladder_options_t *o)
{
    app->add_option("rungs", o->rungs, "NAME=PROGRAM[=TOLERANCE] of each rung, in order (`make ladder` gives them)")
        ->required();
    app->add_option("--workload", o->workloads,
                    "these only: \"W1 B=10\", \"W1 B=100\", \"W1 B=1000\", W3, \"W2 B=100\"");
    app->add_option("--repeats", o->repeats, "of each time")->check(CLI::Range(1, 1000))->capture_default_str();
    app->add_option("--ncu", o->ncu, "the emulator's counters")->capture_default_str();
    app->add_option("--folder", o->folder, "for data, models and logs")->capture_default_str();
    app->add_option("--json", o->json, "all figures as JSON");
    app->add_option("--csv", o->csv, "all figures as CSV");
}

static void operations_arguments(CLI::App *app, operations_options_t *o)
{
    app->add_option("--sizes", o->sizes, "n, of matrices (n, n); default 50 ... 8000, on the emulator up to 500")
        ->delimiter(',')
        ->check(CLI::Range(1, 30000));
    app->add_option("--repeats", o->repeats, "of each time")->check(CLI::Range(1, 1000))->capture_default_str();
    app->add_option("--threads", o->threads, "of the CPU")->check(CLI::Range(1, 1024))->capture_default_str();
    app->add_option("--csv", o->csv, "the table as CSV");
}

int main(int argc, char **argv)
{
    ladder_options_t ladder = {{}, {}, 5, "emu/bin/ncu", "runs/ladder", "", ""};
    operations_options_t operations = {{}, 5, 1, ""};
    CLI::App app("Measures the kit's programs on this machine.", "lab");
    app.require_subcommand(1);
    CLI::App *do_ladder = app.add_subcommand("ladder", "every rung of solutions/ladder on the same small workloads");
    CLI::App *do_operations = app.add_subcommand("operations", "product and sum of matrices, CPU against device");
    ladder_arguments(do_ladder, &ladder);
    operations_arguments(do_operations, &operations);
    try {
        app.parse(argc, argv);
        if (do_ladder->parsed()) return lab_ladder(&ladder) ? 0 : 1;
        lab_operations(&operations);
        return 0;
    } catch (const CLI::ParseError &e) {
        return app.exit(e) == 0 ? 0 : 2;
    } catch (const nn_error_t &e) {
        fprintf(stderr, "error: %s\n", e.what());
        return e.status;
    } catch (const std::exception &e) {
        fprintf(stderr, "error: %s\n", e.what());
        return 1;
    }
}
