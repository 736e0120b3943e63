// [given] page_parts.cpp: text that is safe on a page, and what begins and ends one.
#include "page_parts.h"

#include <cmath>

#include "utils.h"

// ---- characters ---------------------------------------------------------------------------------------------------

constexpr long INVALID = -1;
constexpr size_t MOST_LINE = 300;  // bytes of a line that are shown
constexpr int MOST_MARKS = 4;      // on one letter: a tower of them covers other lines

static long next_character(const std::string &s, size_t *at)
{
    static const long least[] = {0, 0x80, 0x800, 0x10000};
    unsigned char first = (unsigned char)s[(*at)++];
    if (first < 0x80) return first;
    size_t more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : 1;
    if (first < 0xc2 || first > 0xf4 || s.size() - *at < more) return INVALID;
    long c = first & (0x3f >> more);
    for (size_t k = 0; k < more; k++) {
        unsigned char next = (unsigned char)s[*at + k];
        if ((next & 0xc0) != 0x80) return INVALID;
        c = c << 6 | (next & 0x3f);
    }
    if (c < least[more] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000) || (c & 0xfffe) == 0xfffe) return INVALID;
    *at += more;
    return c;
}

// Those that show nothing, or turn the text after them. Joiners (U+200C, U+200D) belong to some languages.
static bool is_invisible(long c)
{
    return (c >= 0x80 && c < 0xa0) || c == 0xad || c == 0x61c || c == 0x180e || c == 0x200b || c == 0x200e ||
           c == 0x200f || (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff ||
           (c >= 0xfff9 && c <= 0xfffb) || (c >= 0xe0000 && c <= 0xe0fff);
}

static bool is_mark(long c)
{
    return (c >= 0x300 && c < 0x370) || (c >= 0x483 && c < 0x48a) || (c >= 0x1ab0 && c < 0x1b00) ||
           (c >= 0x1dc0 && c < 0x1e00) || (c >= 0x20d0 && c < 0x2100) || (c >= 0xfe20 && c < 0xfe30);
}

static void put_character(std::string *to, long c, const char *bytes, size_t size)
{
    if (c == '<') *to += "&lt;";
    else if (c == '>') *to += "&gt;";
    else if (c == '&') *to += "&amp;";
    else if (c == '"') *to += "&quot;";
    else if (c == '\'') *to += "&#39;";
    else if (c == INVALID) *to += "\xef\xbf\xbd";
    else if (c < 32 && c != '\n' && c != '\t') *to += format("\xe2\x90%c", (char)(0x80 + c));  // its picture, U+2400
    else if (c == 127) *to += "\xe2\x90\xa1";
    else if (is_invisible(c)) *to += format("[U+%04lX]", c);
    else to->append(bytes, size);
}

static std::string escape(const std::string &text)
{
    std::string safe;
    int marks = 0;
    for (size_t at = 0; at < text.size();) {
        size_t from = at;
        long c = next_character(text, &at);
        marks = is_mark(c) ? marks + 1 : 0;
        if (marks <= MOST_MARKS) put_character(&safe, c, &text[from], at - from);
    }
    return safe;
}

static bool is_continuation(const std::string &s, size_t at) { return at < s.size() && (s[at] & 0xc0) == 0x80; }

// Between characters, so that no letter becomes two broken ones.
static std::string cut(const std::string &text, size_t most)
{
    if (text.size() <= most) return text;
    size_t head = most * 2 / 3, tail = text.size() - (most - head);
    for (int k = 0; k < 3 && is_continuation(text, head); k++) head--;
    for (int k = 0; k < 3 && is_continuation(text, tail); k++) tail++;
    return text.substr(0, head) + format(" [... %zu bytes left out ...] ", tail - head) + text.substr(tail);
}

std::string html(const std::string &text, size_t most) { return escape(cut(text, most)); }

std::string html_block(const std::string &text, size_t most_lines)
{
    std::vector<std::string> lines;
    for (size_t from = 0, to; from < text.size(); from = to + 1) {
        to = std::min(text.find('\n', from), text.size());
        size_t end = to > from && text[to - 1] == '\r' ? to - 1 : to;
        lines.push_back(text.substr(from, end - from));
    }
    size_t head = lines.size() <= most_lines ? lines.size() : most_lines * 2 / 3;
    size_t tail = lines.size() <= most_lines ? lines.size() : lines.size() - (most_lines - head);
    std::string out;
    for (size_t i = 0; i < head; i++) out += html(lines[i], MOST_LINE) + "\n";
    if (tail > head) out += format("[... %zu lines left out ...]\n", tail - head);
    for (size_t i = tail; i < lines.size(); i++) out += html(lines[i], MOST_LINE) + "\n";
    return out;
}

std::string url_path(const std::string &path)
{
    std::string url;
    for (char c : path) {
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (plain || c == '-' || c == '_' || c == '.' || c == '/') url += c;
        else url += format("%%%02X", (unsigned char)c);
    }
    return url;
}

std::string percent(double part, double of) { return of > 0 ? format("%.0f&#160;%%", 100 * part / of) : ""; }

std::string points_text(double points)
{
    double tenths = std::round(10 * points);
    return std::fmod(tenths, 10) == 0 ? format("%.0f", std::fabs(tenths) / 10) : format("%.1f", tenths / 10);
}

std::string number_cell(double x, int digits) { return x != x ? "nan" : format("%.*g", digits, x); }

std::string counted(size_t n, const char *one, const char *many) { return format("%zu %s", n, n == 1 ? one : many); }

// ---- the page ------------------------------------------------------------------------------------------------------

// The policy is the second lock: were anything not escaped, it could not run or be loaded.
std::string page_begin(const std::string &title, const char *kind)
{
    return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\" />\n"
           "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
           "base-uri 'none'; form-action 'none'\" />\n"
           "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\" />\n"
           "<meta name=\"referrer\" content=\"no-referrer\" />\n<meta name=\"robots\" content=\"noindex\" />\n<title>" +
           html(title, 200) + "</title>\n<style>\n" + page_style + "</style>\n</head>\n<body class=\"" + kind +
           "\">\n<main>\n";
}

std::string page_end(void) { return "</main>\n</body>\n</html>\n"; }

// ---- outcomes ------------------------------------------------------------------------------------------------------

bool is_passed(const item_t *item) { return item->outcome == "passed"; }
bool is_skipped(const item_t *item) { return item->outcome == "skipped"; }
bool is_bad(const item_t *item)
{
    return item->outcome == "failed" || item->outcome == "crashed" || item->outcome == "timed out";
}

std::string outcome_html(const item_t *item)
{
    const char *sign = is_passed(item)    ? "\xe2\x9c\x93"
                       : is_bad(item)     ? "\xe2\x9c\x97"
                       : is_skipped(item) ? "\xe2\x80\x93"
                                          : "!";
    const char *kind = is_passed(item) ? "good" : is_bad(item) ? "bad" : is_skipped(item) ? "dim" : "near";
    return format("<span class=\"%s nowrap\"><span aria-hidden=\"true\">%s</span> ", kind, sign) +
           html(item->outcome, 40) + "</span>";
}
