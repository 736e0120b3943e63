// [given] utf8.h: is a text UTF-8?
#ifndef NN_UTF8_H
#define NN_UTF8_H

#include <cstdint>
#include <string>

// Length of the character that begins at `at`, and its number; 0: there is none (RFC 3629).
size_t utf8_next(const std::string &text, size_t at, uint32_t *code);
bool utf8_valid(const std::string &text);
std::string utf8_text(uint32_t code);  // a character below 0x800

#endif
