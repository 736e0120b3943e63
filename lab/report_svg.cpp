// [given] report_svg.cpp: drawings made fit for a page: names of their own, without what a plot program leaves behind.
#include <algorithm>

#include "report.h"

// Every id and every reference to one gets `id` in front, so that many drawings may stand in one page.
static std::string ids_in_front(const std::string &svg, const std::string &id)
{
    std::string out;
    for (size_t at = 0; at < svg.size();) {
        bool named = svg.compare(at, 5, " id='") == 0 || svg.compare(at, 5, " id=\"") == 0;
        bool refers = svg.compare(at, 7, "href='#") == 0 || svg.compare(at, 7, "href=\"#") == 0;
        bool painted = svg.compare(at, 5, "url(#") == 0;
        size_t n = named || painted ? 5 : refers ? 7 : 0;
        out += n ? svg.substr(at, n) + id + "-" : std::string(1, svg[at]);
        at += n ? n : 1;
    }
    return out;
}

static std::string without_marks(std::string text)
{
    text.erase(std::remove_if(text.begin(), text.end(), [](char c) { return c == CODE[0] || c == END[0]; }),
               text.end());
    return text;
}

static void remove_all(std::string *svg, const std::string &part)
{
    for (size_t at = 0; (at = svg->find(part, at)) != std::string::npos;) svg->erase(at, part.size());
}

// Groups of nothing: "<g ...>\n</g>\n".
static void remove_empty_groups(std::string *svg)
{
    std::string out;
    for (size_t at = 0; at < svg->size();) {
        size_t close = svg->compare(at, 3, "<g ") == 0 ? svg->find('>', at) : std::string::npos;
        if (close != std::string::npos && svg->compare(close, 7, ">\n</g>\n") == 0) at = close + 7;
        else out += (*svg)[at++];
    }
    *svg = out;
}

// Of the shapes that gnuplot defines for points, one a line, those that nothing refers to.
static void remove_unused_shapes(std::string *svg)
{
    for (bool removed = true; removed;) {
        removed = false;
        for (size_t at = 0; (at = svg->find(" id='gp", at)) != std::string::npos; at++) {
            size_t begin = at + 5, end = svg->find('\'', begin);
            size_t line = svg->rfind('\n', at) + 1, next = svg->find('\n', at);
            if (end == std::string::npos || next == std::string::npos) return;
            if (svg->find("#" + svg->substr(begin, end - begin) + "'") != std::string::npos) continue;
            svg->erase(line, next + 1 - line);
            at = line > 0 ? line - 1 : 0;
            removed = true;
        }
    }
}

static void remove_unused_filters(std::string *svg)
{
    for (const char *name : {"textbox", "greybox"}) {
        size_t from = svg->find(std::string("<filter id='") + name), to = svg->find("</filter>", from);
        if (from == std::string::npos || to == std::string::npos) continue;
        if (svg->find(std::string("url(#") + name) == std::string::npos) svg->erase(from, to + 9 - from);
    }
}

static void slim(std::string *svg)
{
    remove_unused_shapes(svg);
    remove_unused_filters(svg);
    remove_all(svg, "\t");
    for (size_t before = 0; before != svg->size();) {
        before = svg->size();
        remove_empty_groups(svg);
    }
    // What is so anyway.
    for (const char *said :
         {" stroke-linecap=\"butt\" stroke-linejoin=\"miter\"", " stroke-width=\"1.00\"", " class=\"gridline\""})
        remove_all(svg, said);
    for (size_t at = 0; (at = svg->find("<tspan font-family=\"Helvetica\" >", at)) != std::string::npos; at++)
        svg->replace(at, 32, "<tspan>");
    for (size_t at = 0; (at = svg->find("\n\n", at)) != std::string::npos;) svg->erase(at, 1);
}

std::string figure_svg(const std::string &svg, const std::string &id, const std::string &label)
{
    std::string out = svg;
    static const std::string drawn_by = "<title>Gnuplot</title>";  // would be shown under the mouse
    size_t title = out.find(drawn_by);
    if (title != std::string::npos) {
        out.erase(title, drawn_by.size());
        slim(&out);
    }
    out = ids_in_front(out, id);
    size_t head = out.find("<svg");
    if (head == std::string::npos) return "";
    out.erase(0, head);
    static const std::string role = " role=\"img\"";  // some have one already
    size_t has_role = out.find(role);
    if (has_role < out.find('>')) out.erase(has_role, role.size());
    out.insert(4, " role=\"img\" aria-label=\"" + escaped(without_marks(label)) + "\"");
    for (size_t at = 0; (at = out.find("<image ", at)) != std::string::npos; at += 7)
        out.insert(at + 7, "style='image-rendering:pixelated' ");
    return out;
}
