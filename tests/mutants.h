// tests/mutants.h: tests/mutants/NAME.mutant: the solution with one mistake, and what must be said of it.
//
//     mistake: there is no `if (i < n)`             a sentence
//     part: 2                                       whose check must fail; all: that of all parts together
//     caught: check, grads                          how, and what the message must contain; see below
//     diagnosis: missing-guard                      optional: the mistake that the check must name
//     file: train.cu                                of solutions/
//      if (last) return;                            lines that stay,
//     -    if (i < n) params[i] -= ...              go,
//     +    params[i] -= ...                         come; together they are at exactly one place of the file
//     @@                                            another place of this file follows
//
// Caught by: compile (nvcc or its lint), check (a wrong result), or a tool: memcheck, racecheck, initcheck, synccheck.
#ifndef NN_TESTS_MUTANTS_H
#define NN_TESTS_MUTANTS_H

#include <map>
#include <string>
#include <vector>

struct mutant_t {
    std::string name, mistake, caught, phrase, diagnosis;
    int part;                                  // 0: all parts together
    std::map<std::string, std::string> files;  // name: the whole text, changed
};

// Dies of: an unknown line, a field that is missing, lines that are not at exactly one place of the file.
mutant_t mutant_parse(const std::string &name, const std::string &text, const std::string &solutions);
std::vector<std::string> mutant_names(const std::string &folder);  // sorted

// Changes the text of `file`: lines that stay, go and come, and @@, as above. `name` is for messages.
void edit_text(const std::string &name, const std::string &file, const std::string &edits, std::string *text);

#endif
