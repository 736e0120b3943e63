// [given] intake_text.cpp: a student's file as plain text: byte order marks, line ends, and what is no text at all.
#include <cstring>

#include "intake_parts.h"
#include "utils.h"

static void put_utf8(std::string *to, uint32_t c)
{
    if (c < 0x80) *to += (char)c;
    else if (c < 0x800) *to += {(char)(0xc0 | c >> 6), (char)(0x80 | (c & 63))};
    else if (c < 0x10000) *to += {(char)(0xe0 | c >> 12), (char)(0x80 | (c >> 6 & 63)), (char)(0x80 | (c & 63))};
    else
        *to += {(char)(0xf0 | c >> 18), (char)(0x80 | (c >> 12 & 63)), (char)(0x80 | (c >> 6 & 63)),
                (char)(0x80 | (c & 63))};
}

// Returns false if it is not UTF-16.
static bool utf16_convert(std::string *bytes, bool little)
{
    std::string text;
    uint32_t high = 0;
    if (bytes->size() % 2) return false;
    for (size_t k = 2; k + 1 < bytes->size(); k += 2) {
        uint32_t a = (unsigned char)(*bytes)[k], b = (unsigned char)(*bytes)[k + 1],
                 c = little ? b << 8 | a : a << 8 | b;
        bool is_low = c >= 0xdc00 && c < 0xe000;
        if (is_low != (high != 0)) return false;
        if (c >= 0xd800 && c < 0xdc00) high = c;
        else put_utf8(&text, is_low ? 0x10000 + ((high - 0xd800) << 10) + (c - 0xdc00) : c);
        if (is_low) high = 0;
    }
    *bytes = text;
    return high == 0;
}

static bool is_utf8(const std::string &s)
{
    for (size_t k = 0; k < s.size();) {
        unsigned char c = (unsigned char)s[k];
        int more = c < 0x80 ? 0 : c >= 0xc2 && c < 0xe0 ? 1 : (c & 0xf0) == 0xe0 ? 2 : c >= 0xf0 && c < 0xf5 ? 3 : -1;
        if (more < 0 || k + more >= s.size()) return false;
        uint32_t code = more == 0 ? c : c & (0x3f >> more);
        for (int j = 1; j <= more; j++) {
            if (((unsigned char)s[k + j] & 0xc0) != 0x80) return false;
            code = code << 6 | ((unsigned char)s[k + j] & 0x3f);
        }
        if ((more == 2 && (code < 0x800 || (code >= 0xd800 && code < 0xe000))) ||
            (more == 3 && (code < 0x10000 || code > 0x10ffff)))
            return false;
        k += more + 1;
    }
    return true;
}

// "\r\n", and "\r" alone, become "\n". Returns whether there were any.
static bool line_ends_convert(std::string *text)
{
    size_t to = 0;
    bool found = false;
    for (size_t k = 0; k < text->size(); k++) {
        char c = (*text)[k];
        if (c == '\r') {
            found = true;
            if (k + 1 < text->size() && (*text)[k + 1] == '\n') continue;
            c = '\n';
        }
        (*text)[to++] = c;
    }
    text->resize(to);
    return found;
}

std::string text_clean(const std::string &name, std::string *bytes, std::vector<std::string> *notes)
{
    std::string *s = bytes;
    bool utf32 = s->compare(0, 4, std::string("\xff\xfe\0\0", 4)) == 0 ||
                 s->compare(0, 4, std::string("\0\0\xfe\xff", 4)) == 0;
    bool little = s->compare(0, 2, "\xff\xfe") == 0, big = s->compare(0, 2, "\xfe\xff") == 0;
    const std::string hint = "\nhint: save it as UTF-8 text";
    if (utf32 || ((little || big) && !utf16_convert(s, little)))
        return name + " is not accepted: it is in an encoding that compilers do not read" + hint;
    if (little || big) notes->push_back(name + ": converted from UTF-16 to UTF-8");
    if (s->compare(0, 3, "\xef\xbb\xbf") == 0) {
        s->erase(0, 3);
        notes->push_back(name + ": byte order mark removed");
    }
    size_t lines = 1, odd = 0;
    for (unsigned char c : *s) {
        if (c == 0) return name + format(" is not accepted: it is not text (a zero byte in line %zu)", lines) + hint;
        lines += c == '\n';
        odd += (c < 32 && !strchr("\t\n\v\f\r\x1a", c)) || c == 127;
    }
    if (odd > 3 && odd > s->size() / 100) return name + " is not accepted: it is not text" + hint;
    if (line_ends_convert(s)) notes->push_back(name + ": line ends converted to LF");
    if (!is_utf8(*s)) notes->push_back(name + ": not UTF-8; taken as it is");
    if (s->find_first_not_of(" \t\n\v\f") == std::string::npos) notes->push_back(name + ": empty");
    return "";
}
