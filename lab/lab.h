// [given] lab.h: the subcommands of bin/lab: each looks at what the kit's programs made, or measures them on this machine.
#ifndef NN_LAB_H
#define NN_LAB_H

#include <string>
#include <vector>

namespace CLI
{
class App;
}

struct command_t {
    const char *name, *text;
    void (*arguments)(CLI::App *app);  // adds the options; they are kept by the file that defines the command
    int (*run)(void);                  // after they were read; the exit status
};

extern const command_t compare_command;  // compare.cpp
extern const command_t picture_command;  // picture.cpp
extern const command_t speedup_command;  // speedup.cpp
extern const command_t profile_command;  // profile.cpp
extern const command_t sweep_command;    // sweep.cpp
extern const command_t report_command;   // report.cpp
extern const command_t naive_command;    // naive_command.cpp
// Not in the students' tree: ladder_commands.cpp
extern const command_t ladder_command, operations_command;

double median(std::vector<double> v);  // NAN of none

// shell.cpp
std::string shell_quoted(const std::string &text);  // one word of a command line, whatever is in it
bool program_is_there(const std::string &program);  // in PATH

#endif
