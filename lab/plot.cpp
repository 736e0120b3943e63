// [given] plot.cpp: plots by gnuplot, as SVG that goes into a page.
#include "plot.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>

#include <unistd.h>

#include "lab.h"
#include "utils.h"

bool plot_is_there(void)
{
    static const bool there = program_is_there("gnuplot");
    return there;
}

// Colours that those who do not see red and green alike tell apart (Okabe and Ito 2008).
static const char
    *const style = "set encoding utf8\n"
                   "set grid lc rgb '#dddddd' lw 0.7\n"
                   "set border 3 lc rgb '#444444'\n"
                   "set tics nomirror\n"
                   "set key outside top center horizontal samplen 2\n"
                   "set linetype 1 lc rgb '#0072b2' lw 2 pt 7\nset linetype 2 lc rgb '#d55e00' lw 2 pt 5\n"
                   "set linetype 3 lc rgb '#009e73' lw 2 pt 9\nset linetype 4 lc rgb '#cc79a7' lw 2 pt 11\n"
                   "set linetype 5 lc rgb '#e69f00' lw 2 pt 13\nset linetype 6 lc rgb '#56b4e9' lw 2 pt 15\n"
                   "set linetype 7 lc rgb '#333333' lw 2 pt 4\nset linetype cycle 7\n";

std::string plot_svg(const std::string &script, int width, int height)
{
    if (!plot_is_there()) return "";
    char folder[] = "/tmp/nn-plot-XXXXXX";
    if (!mkdtemp(folder)) die("/tmp: no folder can be made there");
    std::string base = folder, text;
    try {
        file_write(base + "/plot.gp",
                   format("set terminal svg size %d,%d dynamic font 'Helvetica,13' background 'white'\n"
                          "set output '%s/plot.svg'\n",
                          width, height, folder) +
                       style + script + "\nunset output\n");
        if (system(("gnuplot " + base + "/plot.gp >" + base + "/said 2>&1").c_str()) != 0)
            die("gnuplot: %s", file_read(base + "/said").c_str());
        text = file_read(base + "/plot.svg");
    } catch (...) {
        std::filesystem::remove_all(base);
        throw;
    }
    std::filesystem::remove_all(base);
    return text.substr(std::min(text.size(), text.find("<svg")));
}

std::string plot_data(const std::string &name, const std::vector<std::vector<double>> &rows)
{
    std::string text = "$" + name + " << EOD\n";
    for (const std::vector<double> &row : rows) {
        for (double x : row) text += std::isfinite(x) ? format("%.9g ", x) : "NaN ";
        text += "\n";
    }
    return text + "EOD\n";
}

std::string plot_text(const std::string &text)
{
    std::string quoted = "\"";
    for (char c : text) {
        if (c == '"' || c == '\\') quoted += '\\';
        if (c == '`') continue;
        quoted += c == '\n' ? ' ' : c;
    }
    return quoted + "\"";
}
