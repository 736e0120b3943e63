// [given] lab.h: the subcommands of bin/lab: each looks at what the kit's programs made, or measures them on this machine.
#ifndef NN_LAB_H
#define NN_LAB_H

#include <cmath>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

// What an option's value may be. Of a list: each of its values.
struct argument_rule_t {
    bool required = false;
    double least = -INFINITY, most = INFINITY;  // of numbers, ends included
    bool positive = false;                      // of numbers: above 0
    std::vector<std::string> names = {};        // of words: one of these; none: any
};
argument_rule_t required(void);
argument_rule_t at_least(double least);
argument_rule_t between(double least, double most);
argument_rule_t above_zero(void);
argument_rule_t one_of(const std::vector<std::string> &names);

// One option of a subcommand, or with a name without a dash what stands without a name. The variable's first value is the
// default, and is shown if it is not 0, NAN or empty. Given twice, the last counts. Lists are written 10,100,1000, words
// without a rule "one two" as well.
struct argument_t {
    const char *name;
    std::variant<bool *, int *, long *, uint64_t *, double *, std::string *, std::vector<int> *,
                 std::vector<std::string> *>
        to;
    const char *text;
    argument_rule_t rule = {};
};

struct command_t {
    const char *name, *text;
    std::vector<argument_t> arguments;
    int (*run)(void);  // after they were read; the exit status
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

// arguments.cpp: reads the command line into the variables of one command, and runs it. Exit status 2: a wrong option.
int command_main(int argc, char **argv, const char *about, const std::vector<const command_t *> &commands);

double median(std::vector<double> v);  // NAN of none

bool program_is_there(const std::string &program);  // shell.cpp: in PATH

#endif
