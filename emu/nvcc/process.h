// [given] process.h: child processes, and temporary files that never stay behind.
#pragma once
#include <string>
#include <vector>

namespace emu
{

struct command_t {
    std::vector<std::string> words;
    bool keep_output = false;      // standard output goes to `output` instead of the terminal
    std::string output, messages;  // what it wrote: standard output, standard error
    int status = 0;                // as a shell would say: 128 + signal if it was killed
};

struct tools_t {  // how commands are run
    bool verbose = false, dry = false;
};
extern tools_t tools;

bool run(std::vector<command_t *> commands);  // side by side; true if all ended with status 0
bool run(command_t *command);
void print_messages(const command_t &c);  // standard error, without the names of temporary folders

std::string temporary(const std::string &name);  // a file in this process's own folder
void remove_temporaries(void);
bool write_file(const std::string &path, std::string_view text);
bool read_file(const std::string &path, std::string *text);
bool exists(const std::string &path);
void remove_ordinary(const std::string &path);      // not /dev/null, to which root may well do that
[[noreturn]] void die(const std::string &message);  // nvcc fatal   : message

}  // namespace emu
