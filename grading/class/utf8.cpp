// [given] utf8.cpp: see utf8.h.
#include "utf8.h"

size_t utf8_next(const std::string &text, size_t at, uint32_t *code)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};  // that needs so many bytes
    unsigned char c = (unsigned char)text[at];
    size_t n = c < 0x80 ? 1 : c >= 0xc2 && c < 0xe0 ? 2 : (c & 0xf0) == 0xe0 ? 3 : c >= 0xf0 && c < 0xf5 ? 4 : 0;
    if (n == 0 || at + n > text.size()) return 0;
    *code = n == 1 ? c : c & (0xff >> (n + 1));
    for (size_t k = 1; k < n; k++) {
        unsigned char next = (unsigned char)text[at + k];
        if ((next & 0xc0) != 0x80) return 0;
        *code = *code << 6 | (next & 0x3f);
    }
    bool surrogate = *code >= 0xd800 && *code < 0xe000;
    return *code < least[n] || *code > 0x10ffff || surrogate ? 0 : n;
}

bool utf8_valid(const std::string &text)
{
    uint32_t code;
    for (size_t at = 0, n; at < text.size(); at += n)
        if ((n = utf8_next(text, at, &code)) == 0) return false;
    return true;
}

std::string utf8_text(uint32_t code)
{
    if (code < 0x80) return std::string(1, (char)code);
    return {(char)(0xc0 | code >> 6), (char)(0x80 | (code & 0x3f))};
}
