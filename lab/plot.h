// [given] plot.h: plots by gnuplot, as SVG that goes into a page.
#ifndef NN_LAB_PLOT_H
#define NN_LAB_PLOT_H

#include <string>
#include <vector>

bool plot_is_there(void);  // gnuplot is installed

// The SVG of a gnuplot script, to which terminal, size [px], font, colours (`set linetype`) and grid of all plots of the kit are
// prepended; it has no fixed width in the page: it is as wide as its column. "" where gnuplot is not installed; dies with gnuplot's
// own words of a mistake in the script.
std::string plot_svg(const std::string &script, int width = 640, int height = 380);

// For a script: `$name << EOD ... EOD`, rows of numbers, "" cells as NaN; and a string in quotes with its special characters made harmless.
std::string plot_data(const std::string &name, const std::vector<std::vector<double>> &rows);
std::string plot_text(const std::string &text);

#endif
