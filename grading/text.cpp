// [given] text.cpp: small things about text.
#include "text.h"

#include <cctype>

#include "utils.h"

std::vector<std::string> split(const std::string &text, char at)
{
    std::vector<std::string> parts(1);
    for (char c : text)
        if (c == at) parts.emplace_back();
        else parts.back() += c;
    return parts;
}

std::vector<std::string> lines_of(const std::string &text)
{
    std::vector<std::string> lines = split(text, '\n');
    if (lines.back().empty()) lines.pop_back();  // behind the last end
    return lines;
}

std::string first_line(const std::string &text) { return text.substr(0, text.find('\n')); }

bool ends_with(const std::string &text, const std::string &end)
{
    return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

std::string shell_quoted(const std::string &text)
{
    std::string q = "'";
    for (char c : text) q += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return q + "'";
}

bool is_word(char c) { return isalnum((unsigned char)c) || c == '_'; }

std::string cut_middle(const std::string &text, size_t most)
{
    if (text.size() <= most) return text;
    return text.substr(0, most / 2) + format("\n... %zu characters left out ...\n", text.size() - most) +
           text.substr(text.size() - most / 2);
}

std::string printable(std::string text)
{
    for (char &c : text)
        if (((unsigned char)c < 32 && c != '\n' && c != '\t') || c == 127) c = '?';
    return text;
}
