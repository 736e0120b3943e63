// ladder_commands.cpp: the options of bin/lab ladder and bin/lab operations.
#include "lab.h"
#include "ladder.h"

static ladder_options_t ladder = {{}, {}, 5, "emu/bin/ncu", "runs/ladder", "", ""};
static operations_options_t operations = {{}, 5, 1, ""};

static int ladder_run(void) { return lab_ladder(&ladder) ? 0 : 1; }

const command_t ladder_command = {
    "ladder",
    "every rung of solutions/ladder on the same small workloads",
    {
        {"rungs", &ladder.rungs, "NAME=PROGRAM[=TOLERANCE] of each rung, in order (`make ladder` gives them)",
         required()},
        {"--workload", &ladder.workloads, "these only: \"W1 B=10\", \"W1 B=100\", \"W1 B=1000\", W3, \"W2 B=100\""},
        {"--repeats", &ladder.repeats, "of each time", between(1, 1000)},
        {"--ncu", &ladder.ncu, "the emulator's counters"},
        {"--folder", &ladder.folder, "for data, models and logs"},
        {"--json", &ladder.json, "all figures as JSON"},
        {"--csv", &ladder.csv, "all figures as CSV"},
    },
    ladder_run};

static int operations_run(void)
{
    lab_operations(&operations);
    return 0;
}

const command_t operations_command = {
    "operations",
    "product and sum of matrices, CPU against device",
    {
        {"--sizes", &operations.sizes, "n, of matrices (n, n); default 50 ... 8000, on the emulator up to 500",
         between(1, 30000)},
        {"--repeats", &operations.repeats, "of each time", between(1, 1000)},
        {"--threads", &operations.threads, "of the CPU", between(1, 1024)},
        {"--csv", &operations.csv, "the table as CSV"},
    },
    operations_run};
