// [given] process.h: runs a command and keeps what it wrote; small tools for texts.
#pragma once
#include <map>
#include <string>
#include <vector>

struct outcome_t {
    int status;  // exit status; 128 + signal; 124: it took too long
    std::string output;
};
typedef std::map<std::string, std::string> environment_t;

// In `folder`, with standard output and standard error together, for at most `seconds`.
outcome_t run(const std::vector<std::string> &command, const std::string &folder, const environment_t &environment = {},
              int seconds = 120);

std::string shown(const std::vector<std::string> &command);  // as one would type it
std::string trimmed(const std::string &s);
std::vector<std::string> words_of(const std::string &s);
std::vector<std::string> lines_of(const std::string &s);
std::string without_addresses(std::string s);  // 0x7f12 becomes 0x*
std::string shortened(const std::string &s, size_t lines);
bool contains(const std::string &s, const std::string &part);
std::string read_file(const std::string &path);
