// [given] text.h: small things about text.
#ifndef NN_GRADING_TEXT_H
#define NN_GRADING_TEXT_H

#include <cstddef>
#include <string>
#include <vector>

std::vector<std::string> split(const std::string &text, char at);  // "a,,b" at ',': "a", "", "b"; never none
std::vector<std::string> lines_of(const std::string &text);        // without their ends
std::string first_line(const std::string &text);
bool ends_with(const std::string &text, const std::string &end);
bool is_word(char c);                               // of a name: letter, digit or _
std::string shell_quoted(const std::string &text);  // one word of a command line, whatever is in it
// Keeps beginning and end of a text that is too long.
std::string cut_middle(const std::string &text, size_t most);
std::string printable(std::string text);  // control characters but the ends of lines and tabs become '?'

#endif
