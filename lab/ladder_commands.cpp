// ladder_commands.cpp: the options of bin/lab ladder and bin/lab operations.
#include <CLI/CLI.hpp>

#include "lab.h"
#include "ladder.h"

static ladder_options_t ladder = {{}, {}, 5, "emu/bin/ncu", "runs/ladder", "", ""};
static operations_options_t operations = {{}, 5, 1, ""};

static void ladder_arguments(CLI::App *app)
{
    ladder_options_t *o = &ladder;
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

static int ladder_run(void) { return lab_ladder(&ladder) ? 0 : 1; }

const command_t ladder_command = {"ladder", "every rung of solutions/ladder on the same small workloads",
                                  ladder_arguments, ladder_run};

static void operations_arguments(CLI::App *app)
{
    operations_options_t *o = &operations;
    app->add_option("--sizes", o->sizes, "n, of matrices (n, n); default 50 ... 8000, on the emulator up to 500")
        ->delimiter(',')
        ->check(CLI::Range(1, 30000));
    app->add_option("--repeats", o->repeats, "of each time")->check(CLI::Range(1, 1000))->capture_default_str();
    app->add_option("--threads", o->threads, "of the CPU")->check(CLI::Range(1, 1024))->capture_default_str();
    app->add_option("--csv", o->csv, "the table as CSV");
}

static int operations_run(void)
{
    lab_operations(&operations);
    return 0;
}

const command_t operations_command = {"operations", "product and sum of matrices, CPU against device",
                                      operations_arguments, operations_run};
