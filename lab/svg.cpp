// [given] svg.cpp: pieces of pictures that are written as SVG directly, without gnuplot.
#include "svg.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "utils.h"

// Bytes of the UTF-8 character at `at`; 0: there is none.
static size_t character_size(const std::string &s, size_t at)
{
    unsigned char c = s[at];
    size_t n = c < 0x80 ? 1 : c >= 0xc2 && c < 0xe0 ? 2 : c >= 0xe0 && c < 0xf0 ? 3 : c >= 0xf0 && c < 0xf5 ? 4 : 0;
    if (n == 0 || at + n > s.size()) return 0;
    for (size_t i = 1; i < n; i++)
        if ((s[at + i] & 0xc0) != 0x80) return 0;
    unsigned char next = n > 1 ? s[at + 1] : 0;
    bool not_shortest = (c == 0xe0 && next < 0xa0) || (c == 0xf0 && next < 0x90);
    bool no_character = (c == 0xed && next >= 0xa0) || (c == 0xf4 && next >= 0x90);
    bool turns_text = c == 0xe2 &&
                      ((next == 0x80 && (unsigned char)s[at + 2] >= 0xaa && (unsigned char)s[at + 2] <= 0xae) ||
                       (next == 0x81 && (unsigned char)s[at + 2] >= 0xa6));
    return not_shortest || no_character || turns_text ? 0 : n;
}

std::string clean_text(const std::string &text, size_t most)
{
    std::string clean;
    for (size_t at = 0; at < text.size();) {
        size_t n = character_size(text, at);
        if (clean.size() + n > most) return clean + "…";
        bool control = n == 1 && ((unsigned char)text[at] < 0x20 || text[at] == 0x7f);
        if (control) clean += ' ';
        else clean += n == 0 ? "\xef\xbf\xbd" : text.substr(at, n);
        at += n == 0 ? 1 : n;
    }
    return clean;
}

std::string svg_escape(const std::string &text)
{
    std::string out;
    for (char c : clean_text(text, SIZE_MAX)) {
        if (c == '&') out += "&amp;";
        else if (c == '<') out += "&lt;";
        else if (c == '>') out += "&gt;";
        else if (c == '"') out += "&quot;";
        else out += c;
    }
    return out;
}

std::string svg_begin(double width, double height, const std::string &title)
{
    return format("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %.0f %.0f\" role=\"img\" "
                  "style=\"width:100%%;max-width:%.0fpx;height:auto;background:#fff\" "
                  "font-family=\"Helvetica,Arial,sans-serif\">\n<title>",
                  width, height, width) +
           svg_escape(title) + "</title>\n" + svg_box(0, 0, width, height, "#ffffff");
}

std::string svg_end(void) { return "</svg>\n"; }

std::string svg_label(double x, double y, const std::string &text, const char *anchor, double size, double turned)
{
    std::string place = turned == 0 ? format("x=\"%.1f\" y=\"%.1f\"", x, y)
                                    : format("transform=\"translate(%.1f %.1f) rotate(%.0f)\"", x, y, turned);
    return "<text " + place + format(" text-anchor=\"%s\" font-size=\"%g\" fill=\"#222\">", anchor, size) +
           svg_escape(text) + "</text>\n";
}

std::string svg_box(double x, double y, double width, double height, const std::string &fill, const std::string &more)
{
    return format("<rect x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" height=\"%.2f\" fill=\"%s\"%s%s/>\n", x, y, width, height,
                  fill.c_str(), more.empty() ? "" : " ", more.c_str());
}

// Between colours that are given at 0 .. 1 at equal distances.
static std::string between(const int (*stops)[3], int n, double x)
{
    double at = std::min(std::max(x, 0.0), 1.0) * (n - 1);
    int i = std::min((int)at, n - 2);
    int c[3];
    for (int k = 0; k < 3; k++) c[k] = (int)std::lround(stops[i][k] + (at - i) * (stops[i + 1][k] - stops[i][k]));
    return format("#%02x%02x%02x", c[0], c[1], c[2]);
}

// The blue and the orange are those of plot.cpp, in the middle of their halves.
std::string colour_diverging(double x)
{
    static const int negative[][3] = {{247, 247, 247}, {120, 178, 214}, {0, 114, 178}, {0, 48, 84}};
    static const int positive[][3] = {{247, 247, 247}, {238, 166, 112}, {213, 94, 0}, {112, 44, 0}};
    return x < 0 ? between(negative, 4, -x) : between(positive, 4, x);
}

std::string colour_sequential(double x)
{
    static const int stops[][3] = {{247, 251, 255}, {189, 215, 231}, {86, 160, 206}, {0, 114, 178}, {0, 48, 84}};
    return between(stops, 5, x);
}

bool colour_is_dark(const std::string &colour)
{
    long rgb = strtol(colour.c_str() + 1, NULL, 16);
    return 0.299 * (rgb >> 16) + 0.587 * (rgb >> 8 & 255) + 0.114 * (rgb & 255) < 140;
}

std::string svg_number(double x)
{
    bool large = std::fabs(x) >= 999.5 && std::fabs(x) < 1e6;
    return format(large ? "%.0f" : "%.3g", x);
}

std::string svg_titled_box(double x, double y, double width, double height, const std::string &fill,
                           const std::string &title)
{
    return format("<rect x=\"%.2f\" y=\"%.1f\" width=\"%.2f\" height=\"%.1f\" fill=\"%s\" stroke=\"white\" "
                  "stroke-width=\"0.5\"><title>",
                  x, y, width, height, fill.c_str()) +
           svg_escape(title) + "</title></rect>\n";
}

std::string svg_line(double x1, double y1, double x2, double y2, const char *colour, double width)
{
    return format("<line x1='%.1f' y1='%.1f' x2='%.1f' y2='%.1f' stroke='%s' stroke-width='%g'/>\n", x1, y1, x2, y2,
                  colour, width);
}

double svg_step(double range, int most)
{
    double step = std::pow(10, std::floor(std::log10(range / most)));
    for (double f : {1.0, 2.0, 5.0})
        if (range / (step * f) <= most) return step * f;
    return step * 10;
}

std::string time_text(double s)
{
    if (!std::isfinite(s)) return "?";
    return s < 0.9995e-3 ? format("%.3g us", s * 1e6)
           : s < 0.9995  ? format("%.3g ms", s * 1e3)
                         : format(s < 999.5 ? "%.3g s" : "%.0f s", s);
}

std::string bytes_text(double b)
{
    if (!std::isfinite(b)) return "?";
    static const char *const units[] = {"B", "kB", "MB", "GB", "TB"};
    int u = 0;
    for (; u < 4 && b >= 999.5; u++) b /= 1000;
    return format(u ? "%.3g %s" : "%.0f %s", b, units[u]);
}
