// [given] export_csv.cpp: gradebook.csv: a row for each student, which a spreadsheet opens without running anything.
#include "exports.h"
#include "exports_parts.h"
#include "utils.h"

// A spreadsheet takes what begins like this for a formula; the apostrophe makes it text.
static std::string cell(const std::string &text)
{
    std::string line = line_shown(text, 300), quoted = "\"";
    if (!line.empty() && std::string("=+-@'").find(line[0]) != std::string::npos) line = "'" + line;
    if (line.find_first_of("\",;") == std::string::npos) return line;
    for (char c : line) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
    return quoted + "\"";
}

static std::string number(double x) { return number_text(rounded(x)); }

static std::string row(const std::vector<std::string> &cells)
{
    std::string text;
    for (size_t k = 0; k < cells.size(); k++) text += (k ? "," : "") + cells[k];
    return text + "\n";
}

static std::string part_points_text(const record_t *r, int part)
{
    const part_t *p = part_find(r, part);
    return !p || !p->left_out.empty() || r->verdict == UNGRADED ? "" : number(p->points);
}

static std::string notes(const record_t *r)
{
    std::string text = r->note;
    if (r->no_sandbox) text += std::string(text.empty() ? "" : "; ") + "WITHOUT SANDBOX";
    return text;
}

std::string gradebook_csv(const std::vector<record_t> *all, const rubric_t *rubric)
{
    std::vector<std::string> names = {"id", "student", "name", "email", "status", "total", "of"};
    double most = 0;
    for (const rubric_part_t &p : rubric->parts) most += p.bonus ? 0 : p.points;
    std::vector<std::string> possible = {"points possible", "", "", "", "", number(most), number(most)};
    for (const rubric_part_t &p : rubric->parts) {
        names.push_back(cell(format("%d ", p.number) + p.title));
        possible.push_back(number(p.points));
    }
    for (const char *name : {"to review", "graded", "notes"}) names.push_back(name), possible.push_back("");
    std::string csv = row(names) + row(possible);
    for (const record_t &r : *all) {
        bool none = r.verdict == UNGRADED;
        std::vector<std::string> cells = {cell(r.id),
                                          cell(r.student),
                                          cell(r.name),
                                          cell(r.email),
                                          cell(verdict_text(r.verdict)),
                                          none ? "" : number(r.points),
                                          none ? "" : number(r.of)};
        for (const rubric_part_t &p : rubric->parts) cells.push_back(part_points_text(&r, p.number));
        cells.push_back(r.signals.empty() ? "" : std::to_string(r.signals.size()));
        cells.push_back(cell(r.date));
        cells.push_back(cell(notes(&r)));
        csv += row(cells);
    }
    return csv;
}
