// [given] report_parts.cpp: the parts that a report is put together from; numbers and names in its texts.
#include "report.h"

#include <cmath>

// ---- parts -------------------------------------------------------------------------------------------

section_t *report_section(lab_report_t *r, const std::string &id, const std::string &title)
{
    for (section_t &s : r->sections)
        if (s.id == id) return &s;
    r->sections.push_back({id, title, {}});
    return &r->sections.back();
}

void add_text(section_t *s, const std::string &text) { s->blocks.push_back({BLOCK_TEXT, text, {}, "", {}}); }

void add_missing(section_t *s, const std::string &what, const std::string &command)
{
    s->blocks.push_back({BLOCK_MISSING, what + ": " CODE + command + END, {}, "", {}});
}

void add_question(section_t *s, const std::string &text) { s->blocks.push_back({BLOCK_QUESTION, text, {}, "", {}}); }

void add_table(section_t *s, const std::string &caption, const std::vector<std::vector<std::string>> &cells)
{
    s->blocks.push_back({BLOCK_TABLE, caption, cells, "", {}});
}

void drop_empty_columns(std::vector<std::vector<std::string>> *cells)
{
    for (size_t c = (*cells)[0].size(); c-- > 0;) {
        bool empty = cells->size() > 1;
        for (size_t row = 1; row < cells->size(); row++) empty &= (*cells)[row][c] == "–";
        for (auto &row : *cells)
            if (empty) row.erase(row.begin() + (long)c);
    }
}

void add_figure(section_t *s, const std::string &name, const std::string &caption,
                const std::vector<std::string> &panels)
{
    block_t figure = {BLOCK_FIGURE, caption, {}, name, {}};
    for (const std::string &svg : panels)
        if (!svg.empty()) figure.panels.push_back(svg);
    if (!figure.panels.empty()) s->blocks.push_back(figure);
}

void add_finding(lab_report_t *r, section_t *s, const std::string &text)
{
    s->blocks.push_back({BLOCK_FINDING, text, {}, "", {}, true});
    r->findings.push_back(text);
}

// ---- numbers -----------------------------------------------------------------------------------------

static std::string with_commas(std::string digits)
{
    for (int at = (int)digits.size() - 3; at > (digits[0] == '-'); at -= 3) digits.insert(at, ",");
    return digits;
}

std::string number3(double x)
{
    if (std::isnan(x)) return "–";
    if (!std::isfinite(x)) return x > 0 ? "infinite" : "-infinite";
    if (std::fabs(x) >= 1e15) return format("%.3g", x);  // of a training that is about to diverge
    if (std::fabs(x) >= 999.5) return with_commas(format("%.0f", x));
    if (x == std::floor(x) || (std::fabs(x) < 0.001 && x != 0)) return format("%.3g", x);
    int before = (int)std::floor(std::log10(std::fabs(x))) + 1;
    return format("%.*f", std::max(0, 3 - before), x);
}

std::string seconds_text(double s)
{
    if (std::isnan(s)) return "–";
    if (s == 0) return "0 s";
    if (s < 0.9995e-3) return number3(s * 1e6) + " µs";
    return s < 0.9995 ? number3(s * 1e3) + " ms" : number3(s) + " s";
}

std::string percent_text(double part, double of) { return of > 0 ? format("%.1f %%", 100 * part / of) : "–"; }

std::string counted_text(double n, const char *one, const char *many)
{
    return with_commas(format("%.0f", n)) + " " + (n == 1 ? one : many);
}

// ---- names -------------------------------------------------------------------------------------------

std::string file_of(const std::string &path) { return clean_text(path.substr(path.rfind('/') + 1), 80); }
