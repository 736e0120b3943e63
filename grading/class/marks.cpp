// [given] marks.cpp: points and comments that a person has entered in a table.
#include "marks.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "intake_parts.h"
#include "utf8.h"
#include "utils.h"

static const char *const NOT_MARKED = "not marked yet";

// ---- CSV, as spreadsheets write it: comma, semicolon or tab; a quoted field may hold ends of lines ---------------

struct row_t {
    std::vector<std::string> fields;
    int line;  // where it begins
};

static std::string trimmed(const std::string &text)
{
    size_t first = text.find_first_not_of(" \t"), last = text.find_last_not_of(" \t");
    return first == std::string::npos ? "" : text.substr(first, last - first + 1);
}

static char separator_of(const std::string &text)
{
    std::string head = text.substr(0, text.find('\n'));
    for (char c : {',', ';', '\t'})
        if (head.find(c) != std::string::npos) return c;
    return ',';
}

static std::vector<row_t> csv_rows(const std::string &path, const std::string &text)
{
    std::vector<row_t> rows;
    char separator = separator_of(text);
    int line = 1, opened = 0;
    bool quoted = false;
    row_t row = {{""}, 1};
    for (size_t k = 0; k <= text.size(); k++) {
        char c = k < text.size() ? text[k] : '\n';
        if (c == '"' && quoted && k + 1 < text.size() && text[k + 1] == '"') row.fields.back() += text[++k];
        else if (c == '"') quoted = !quoted, opened = line;
        else if (c == '\r') continue;
        else if (quoted && k < text.size()) row.fields.back() += c;
        else if (c == separator) row.fields.emplace_back();
        else if (c != '\n') row.fields.back() += c;
        else {
            for (std::string &f : row.fields) f = trimmed(f);
            if (row.fields.size() > 1 || !row.fields[0].empty()) rows.push_back(row);
            row = {{""}, line + 1};
        }
        line += c == '\n';
    }
    if (quoted) die("%s:%d: a quote is opened and never closed", path.c_str(), opened);
    return rows;
}

// ---- marks -------------------------------------------------------------------------------------------------------

enum { COLUMN_ID, COLUMN_PART, COLUMN_POINTS, COLUMN_COMMENT, N_COLUMNS };
static const char *const columns[N_COLUMNS] = {"id", "part", "points", "comment"};

// Which field of a row each column is; -1: there is none.
static std::vector<int> read_header(const std::string &path, const row_t *row)
{
    std::vector<int> place(N_COLUMNS, -1);
    for (size_t k = 0; k < row->fields.size(); k++) {
        int column = 0;
        while (column < N_COLUMNS && ascii_lower(row->fields[k]) != columns[column]) column++;
        if (column == N_COLUMNS)
            die("%s:%d: column '%s' is not known, expected id, part, points, comment\n"
                "hint: the first line names the columns",
                path.c_str(), row->line, path_shown(row->fields[k]).c_str());
        if (place[column] >= 0) die("%s:%d: a second column %s", path.c_str(), row->line, columns[column]);
        place[column] = (int)k;
    }
    for (int column = 0; column < COLUMN_COMMENT; column++)
        if (place[column] < 0)
            die("%s:%d: no column %s, expected id, part, points, comment", path.c_str(), row->line, columns[column]);
    return place;
}

static double number_of(const std::string &text)
{
    char *end = NULL;
    double x = strtod(text.c_str(), &end);
    return text.empty() || *end || text.find_first_not_of("0123456789.+-") != std::string::npos ? NAN : x;
}

static const rubric_part_t *part_of(const rubric_t *rubric, double number)
{
    for (const rubric_part_t &p : rubric->parts)
        if (p.number == number) return &p;
    return NULL;
}

static std::string parts_by_hand(const rubric_t *rubric)
{
    std::string list;
    for (const rubric_part_t &p : rubric->parts)
        if (p.by_hand) list += format("%s%d (%s)", list.empty() ? "" : ", ", p.number, p.title.c_str());
    return list.empty() ? "none" : list;
}

static mark_t read_mark(const std::string &path, const row_t *row, const std::vector<int> *place,
                        const rubric_t *rubric)
{
    std::string value[N_COLUMNS];
    for (int column = 0; column < N_COLUMNS; column++)
        if ((*place)[column] >= 0 && (*place)[column] < (int)row->fields.size())
            value[column] = row->fields[(*place)[column]];
    const char *where = path.c_str();
    if (row->fields.size() > place->size() && row->fields.size() > N_COLUMNS)
        die("%s:%d: %zu fields\nhint: a comment with commas stands in quotes", where, row->line, row->fields.size());
    if (value[COLUMN_ID].empty()) die("%s:%d: no id", where, row->line);
    const rubric_part_t *part = part_of(rubric, number_of(value[COLUMN_PART]));
    if (!part || !part->by_hand)
        die("%s:%d: part '%s', expected one that is marked by hand: %s", where, row->line,
            path_shown(value[COLUMN_PART]).c_str(), parts_by_hand(rubric).c_str());
    double points = number_of(value[COLUMN_POINTS]);
    if (!(points >= 0 && points <= part->points))
        die("%s:%d: points '%s', expected 0 to %s\nhint: a decimal point, no comma: 7.5", where, row->line,
            path_shown(value[COLUMN_POINTS]).c_str(), number_text(part->points).c_str());
    if (!utf8_valid(value[COLUMN_COMMENT]))
        die("%s:%d: the comment is not UTF-8\nhint: save the table as CSV UTF-8", where, row->line);
    return {value[COLUMN_ID], part->number, points, value[COLUMN_COMMENT]};
}

std::vector<mark_t> marks_read(const std::string &path, const rubric_t *rubric)
{
    std::string text = file_read(path);
    if (text.compare(0, 3, "\xef\xbb\xbf") == 0) text.erase(0, 3);
    std::vector<row_t> rows = csv_rows(path, text);
    if (rows.empty()) die("%s: is empty, expected a first line id,part,points,comment", path.c_str());
    std::vector<int> place = read_header(path, &rows[0]);
    std::vector<mark_t> marks;
    std::set<std::pair<std::string, int>> seen;
    for (size_t k = 1; k < rows.size(); k++) {
        marks.push_back(read_mark(path, &rows[k], &place, rubric));
        const mark_t *m = &marks.back();
        if (!seen.insert({m->id, m->part}).second)
            die("%s:%d: a second mark of %s for part %d", path.c_str(), rows[k].line, path_shown(m->id).c_str(),
                m->part);
    }
    return marks;
}

static bool is_of(const mark_t *m, const record_t *r) { return m->id == r->student || m->id == r->id; }

void marks_apply(const std::vector<mark_t> *marks, record_t *r)
{
    for (part_t &p : r->parts) {
        if (!p.by_hand) continue;
        p.points = 0;
        p.comment = "";
        p.left_out = NOT_MARKED;
        for (const mark_t &m : *marks)
            if (m.part == p.number && is_of(&m, r)) {
                p.points = m.points;
                p.comment = m.comment;
                p.left_out = "";
            }
    }
    record_sum(r);
}

std::vector<std::string> marks_unknown(const std::vector<mark_t> *marks, const std::vector<record_t> *all)
{
    std::set<std::string> known, unknown;
    for (const record_t &r : *all) known.insert({r.student, r.id});
    for (const mark_t &m : *marks)
        if (!known.count(m.id)) unknown.insert(m.id);
    return {unknown.begin(), unknown.end()};
}
