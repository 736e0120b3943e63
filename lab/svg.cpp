// [given] svg.cpp: pictures drawn as SVG text.
#include "svg.h"

#include <cmath>

#include "utils.h"

static std::string escaped(const std::string &text)
{
    std::string s;
    for (char c : text) {
        if (c == '&') s += "&amp;";
        else if (c == '<') s += "&lt;";
        else if (c == '>') s += "&gt;";
        else if (c == '"') s += "&quot;";
        else if ((unsigned char)c >= ' ') s += c;
    }
    return s;
}

std::string svg_label(double x, double y, const char *anchor, const std::string &text, const char *more)
{
    return format("<text x='%.1f' y='%.1f' text-anchor='%s' %s>", x, y, anchor, more) + escaped(text) + "</text>\n";
}

std::string svg_box(double x, double y, double w, double h, const char *fill, const std::string &title)
{
    return format("<rect x='%.2f' y='%.1f' width='%.2f' height='%.1f' fill='%s' stroke='white' stroke-width='0.5'>", x,
                  y, w, h, fill) +
           "<title>" + escaped(title) + "</title></rect>\n";
}

std::string svg_line(double x1, double y1, double x2, double y2, const char *colour, double width)
{
    return format("<line x1='%.1f' y1='%.1f' x2='%.1f' y2='%.1f' stroke='%s' stroke-width='%g'/>\n", x1, y1, x2, y2,
                  colour, width);
}

std::string svg_picture(double height, const std::string &inside)
{
    return format("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %g %g' font-family='Helvetica,Arial,sans-serif'"
                  " font-size='13' fill='#222222'>\n<rect width='100%%' height='100%%' fill='white'/>\n",
                  SVG_WIDTH, height) +
           inside + "</svg>\n";
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
    return s < 1e-3 ? format("%.3g us", s * 1e6) : s < 1 ? format("%.3g ms", s * 1e3) : format("%.3g s", s);
}

std::string bytes_text(double b)
{
    if (!std::isfinite(b)) return "?";
    static const char *const units[] = {"B", "kB", "MB", "GB", "TB"};
    int u = 0;
    for (; u < 4 && b >= 999.5; u++) b /= 1000;
    return format(u ? "%.3g %s" : "%.0f %s", b, units[u]);
}
