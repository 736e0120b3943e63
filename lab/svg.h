// [given] svg.h: pieces of pictures that are written as SVG directly, without gnuplot.
#ifndef NN_LAB_SVG_H
#define NN_LAB_SVG_H

#include <string>

// A picture of width x height [px]; in a page or window that is narrower it shrinks. `title` is what a screen reader says.
std::string svg_begin(double width, double height, const std::string &title);
std::string svg_end(void);
// Of a file: one line, valid UTF-8, not too long [bytes]; what is cut off ends with "…".
std::string clean_text(const std::string &text, size_t most = 300);
std::string svg_escape(const std::string &text);  // for text between tags, or in quotes; cleaned
// anchor: "start", "middle", "end" of the text is at (x, y); turned: degrees about that point, clockwise.
std::string svg_label(double x, double y, const std::string &text, const char *anchor = "start", double size = 12,
                      double turned = 0);
std::string svg_box(double x, double y, double width, double height, const std::string &fill,
                    const std::string &more = "");
// With a narrow white edge; `title` is what a browser shows under the mouse.
std::string svg_titled_box(double x, double y, double width, double height, const std::string &fill,
                           const std::string &title);
std::string svg_line(double x1, double y1, double x2, double y2, const char *colour, double width = 1);

constexpr double SVG_WIDTH = 640;         // of a picture that fills its column [px]
double svg_step(double range, int most);  // 1, 2 or 5 times a power of ten: at most so many of them fit

// Colours as "#rrggbb" that those who do not see red and green alike tell apart, and a black-and-white printer too.
std::string colour_diverging(double x);          // -1 dark blue, 0 nearly white, 1 dark orange
std::string colour_sequential(double x);         // 0 nearly white, 1 dark blue
bool colour_is_dark(const std::string &colour);  // white text is readable on it

std::string svg_number(double x);  // three digits: "0.0123", "12.3", "1.2e-07"
// "12.3 us", "4.5 MB"; "?" of NAN
std::string time_text(double seconds);
std::string bytes_text(double bytes);

#endif
