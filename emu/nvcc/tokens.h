// [given] tokens.h: the tokens of a preprocessed file, each with its place in the student's source.
#pragma once
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace emu
{

enum kind_t : char { WORD, NUMBER, STRING, SIGN, END };

struct token_t {
    std::string_view text;
    kind_t kind = END;
    bool space = false;                // a blank or a new line comes before it
    bool dropped = false;              // not in the output
    int file = 0, line = 0;            // of the source
    int column = 0;                    // in the source, from 1; 0: comes out of a macro
    int mate = -1;                     // of a bracket ( [ { } ] ): the other one
    int lead_from = 0, lead_to = 0;    // what must be copied before it: unit_t::leads
    std::string before, after;         // inserted by the rewriter
    bool quiet = false;                // `before` is none of the student's business: no warnings about it
    int moved_from = 0, moved_to = 0;  // tokens that come between `before` and this one

    bool is(std::string_view s) const { return text == s; }
};

struct lead_t {  // text between tokens that is copied as it is: line markers, pragmas, whole system headers
    std::string_view text;
    int file, line;                     // where the text after it is
    bool flag;                          // the marker's 3: a system header
    bool enters;                        // the marker's 1: an included file begins; the #include stands in
    int from_file, from_line, entered;  // entered: the included file
};

struct file_t {
    std::string name;      // as in line markers, without quotes
    std::string quoted;    // as in line markers
    bool library = false;  // a container of the standard library: tokens, though a system header
    bool loaded = false;
    std::string content;
    std::vector<std::string_view> lines;
};

struct source_t {
    std::string text;  // output of g++ -E
    std::vector<file_t> files;
    std::vector<lead_t> leads;
    std::vector<token_t> t;  // the last one is END

    std::string_view line(int file, int number);  // of the source; "" where it cannot be read
};

// `own_include`: our include directory; it and /usr/ are copied, not looked into. False where brackets do not match.
void read_tokens(source_t *s, const std::string &own_include);
void find_columns(source_t *s);
bool same_word(const token_t &t, std::initializer_list<std::string_view> words);

}  // namespace emu
