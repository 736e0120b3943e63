// [given] lab/main.cpp: bin/lab: looks at what the kit's programs made, and measures them. The work is in the files named like the subcommands.
#include "lab.h"

static const std::vector<const command_t *> commands = {
    &compare_command, &picture_command,    &speedup_command, &profile_command,
    &sweep_command,   &report_command,     &naive_command,
#if __has_include("ladder.h")  // not in the students' tree
    &ladder_command,  &operations_command,
#endif
};

int main(int argc, char **argv)
{
    return command_main(argc, argv, "Looks at what the kit's programs made, and measures them on this machine.",
                        commands);
}
