// [given] driver.h: the steps of bin/nvcc.
#pragma once
#include "options.h"
#include "process.h"

namespace emu
{

struct home_t {  // where the emulator lies
    std::string include, lib;
};
extern home_t home;

// compile.cpp: false after an error, which was printed
bool preprocess(const options_t &o, const input_t &in, std::string *text, const std::string &object);
bool compile(const options_t &o, const input_t &in, const std::string &object);
bool rewrite_only(const options_t &o, const input_t &in, const std::string &output);
bool list_dependencies(const options_t &o, const input_t &in);

// link.cpp; objects[i] belongs to inputs[i]
bool link_program(const options_t &o, const std::vector<std::string> &objects, const std::string &output);
bool make_archive(const options_t &o, const std::vector<std::string> &objects, const std::string &output);
bool link_nothing(const options_t &o, const std::string &output);  // -dlink

}  // namespace emu
