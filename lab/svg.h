// [given] svg.h: pictures drawn as SVG text, where a plot is not what is wanted.
#ifndef NN_LAB_SVG_H
#define NN_LAB_SVG_H

#include <string>

// All lengths in px of a picture SVG_WIDTH wide, which is as wide as its column.
constexpr double SVG_WIDTH = 640;
std::string svg_picture(double height, const std::string &inside);
// anchor: "start", "middle", "end"; more: attributes
std::string svg_label(double x, double y, const char *anchor, const std::string &text, const char *more = "");
std::string svg_box(double x, double y, double w, double h, const char *fill, const std::string &title);
std::string svg_line(double x1, double y1, double x2, double y2, const char *colour, double width = 1);

double svg_step(double range, int most);  // 1, 2 or 5 times a power of ten: at most so many of them fit

// "12.3 us", "4.5 MB"; "?" of NAN
std::string time_text(double seconds);
std::string bytes_text(double bytes);

#endif
