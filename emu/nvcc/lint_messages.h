// [given] lint_messages.h: what the lint says, where, and with which hint.
#pragma once
#include "lint.h"
#include <string>
#include <vector>

namespace emu
{

struct message_t {
    std::string file, text;
    int line;
    bool error;
    bool library = false;  // it is about a function of the system's
};
bool contains(const std::string &s, const char *part);
bool starts(const std::string &s, const char *part);
std::string real(const std::string &path);   // without links; "" if it is not there
std::string plain(const std::string &file);  // "./a.cu" is "a.cu"
// A place in a header of the system or of the emulator is not one the student can mend.
bool students(const lint_job_t &job, const std::string &file);
std::string quoted(const std::string &text);  // what stands in the first quotation marks, without parameters
int print(std::vector<message_t> messages);   // the number of errors
// What both compilers let pass: a kernel's parameter that is a reference, or a pointer to a function.
void find_parameters(const lint_job_t &job, std::vector<message_t> *messages);

}  // namespace emu
