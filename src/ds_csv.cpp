// [given] ds_csv.cpp: reads CSV files, 300 MB a second and more, and finds out what the last column means.
#include "ds.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <set>
#include <string_view>

typedef std::string_view view_t;

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

static view_t trim(view_t s)
{
    while (!s.empty() && is_blank(s.front())) s.remove_prefix(1);
    while (!s.empty() && is_blank(s.back())) s.remove_suffix(1);
    return s;
}

static view_t unquote(view_t s)
{
    s = trim(s);
    if (s.size() >= 2 && s.front() == '"' && s.back() == '"') s = trim(s.substr(1, s.size() - 2));
    return s;
}

// True if the whole of s is one number: nan and inf too, which the caller refuses with a better message. -0 is 0.
static bool to_number(view_t s, double *x)
{
    *x = 0;
    s = unquote(s);
    if (s.size() > 1 && s[0] == '+' && s[1] != '-') s.remove_prefix(1);
    std::from_chars_result r = std::from_chars(s.data(), s.data() + s.size(), *x);
    if (r.ec == std::errc::result_out_of_range) *x = strtod(std::string(s).c_str(), NULL);  // 0 or infinite
    *x += 0.0;
    return !s.empty() && r.ec != std::errc::invalid_argument && r.ptr == s.data() + s.size();
}

// ---- the table -----------------------------------------------------------------------------------

struct csv_t {
    const char *name;
    const char *at, *end;  // what is left to read
    int line;              // number of the line read last
    char separator;
    bool has_header;
    std::vector<view_t> targets;  // last column, by row
    std::vector<int> lines;       // line of each row
};

// The next line that is not blank, without its end; false at the end of the file.
static bool next_line(csv_t *csv, view_t *line)
{
    while (csv->at < csv->end) {
        const char *eol = (const char *)memchr(csv->at, '\n', csv->end - csv->at);
        if (!eol) eol = csv->end;
        *line = view_t(csv->at, eol - csv->at);
        csv->at = eol < csv->end ? eol + 1 : eol;
        csv->line++;
        if (!line->empty() && line->back() == '\r') line->remove_suffix(1);
        if (!trim(*line).empty()) return true;
    }
    return false;
}

// Takes the field at the front of *rest, which loses it and the separator behind it; *last says that none followed.
static view_t next_field(csv_t *csv, view_t *rest, bool *last)
{
    size_t n = 0, size = rest->size();
    size_t start = 0;
    while (start < size && (*rest)[start] == ' ') start++;
    if (start < size && (*rest)[start] == '"') {  // separators between quotes do not count
        bool open = false;
        for (; n < size && (open || (*rest)[n] != csv->separator); n++)
            if ((*rest)[n] == '"') open = !open;
        if (open) die("%s:%d: a quote is not closed on its line", csv->name, csv->line);
    } else {
        const void *hit = memchr(rest->data(), csv->separator, size);
        n = hit ? (const char *)hit - rest->data() : size;
    }
    view_t field = rest->substr(0, n);
    *last = n == size;
    rest->remove_prefix(*last ? n : n + 1);
    return field;
}

static std::vector<view_t> split(csv_t *csv, view_t line)
{
    std::vector<view_t> fields;
    for (bool last = false; !last;) fields.push_back(next_field(csv, &line, &last));
    return fields;
}

// The one that gives the number of columns that is wanted (the comma last: it may stand in numbers); else one that
// occurs at all, for a good message.
static char find_separator(csv_t *csv, view_t line, long columns)
{
    char found = 0;
    for (char c : {'\t', ';', ','}) {
        csv->separator = c;
        long n = (long)split(csv, line).size();
        if (n == columns) return c;
        if (n > 1 && !found) found = c;
    }
    return found ? found : ',';
}

// A header is a first line without one number in its feature columns.
static bool is_header(csv_t *csv, view_t line)
{
    std::vector<view_t> fields = split(csv, line);
    if (fields.size() > 1) fields.pop_back();
    double x;
    return std::none_of(fields.begin(), fields.end(), [&](view_t f) { return to_number(f, &x); });
}

static void check_columns(csv_t *csv, view_t line, const ds_want_t *want)
{
    long found = (long)split(csv, line).size(), expected = want->n_in + 1L;
    if (found == expected) return;
    std::string hint;
    if (found == 1) hint = "columns are separated by , ; or tab";
    else if (found == want->n_in) hint = "is the class column missing? it comes last";
    else if (want->testing) hint = format("the network was trained on %d features", want->n_in);
    else hint = format("--layers begins with the number of features: %ld for a line of %ld columns", found - 1, found);
    die("%s:%d: %ld column%s, expected %ld: %d features and the class or number to predict\nhint: %s", csv->name,
        csv->line, found, found == 1 ? "" : "s", expected, want->n_in, hint.c_str());
}

static std::string shown(view_t s)
{
    std::string out;
    for (char c : s.substr(0, 30)) out += (unsigned char)c < 32 || c == 127 ? '?' : c;
    return "'" + out + (s.size() > 30 ? "...'" : "'");
}

static double feature(csv_t *csv, view_t field, int column)
{
    double x;
    if (!to_number(field, &x)) {
        if (trim(field).empty()) die("%s:%d: column %d is empty, expected a number", csv->name, csv->line, column);
        const char *comma = field.find(',') != view_t::npos ? "\nhint: write decimals with a point" : "";
        die("%s:%d: column %d: %s is not a number%s", csv->name, csv->line, column, shown(field).c_str(), comma);
    }
    if (!std::isfinite((real_t)x))
        die("%s:%d: column %d: %s is not a finite number of type " REAL_NAME, csv->name, csv->line, column,
            shown(field).c_str());
    return x;
}

// The usual case, a plain number and a separator behind it, without looking for either's end first.
static bool take_plain_number(csv_t *csv, view_t *rest, real_t *x)
{
    double value;
    const char *end = rest->data() + rest->size();
    std::from_chars_result r = std::from_chars(rest->data(), end, value);
    if (r.ec != std::errc() || r.ptr == end || *r.ptr != csv->separator) return false;
    *x = (real_t)value;
    if (!std::isfinite(*x)) return false;
    rest->remove_prefix(r.ptr + 1 - rest->data());
    return true;
}

static void read_rows(csv_t *csv, ds_t *ds, const ds_want_t *want)
{
    size_t rows_at_most = std::count(csv->at, csv->end, '\n') + 1;
    size_t features_at_most = std::min(rows_at_most * want->n_in, (size_t)(csv->end - csv->at) / 2 + 1);
    ds->X.reserve(features_at_most);
    view_t line;
    for (bool first = true; next_line(csv, &line); first = false) {
        if (first) csv->separator = find_separator(csv, line, want->n_in + 1L);
        if (first && (csv->has_header = is_header(csv, line))) continue;
        if (ds->N == 0) check_columns(csv, line, want);
        view_t rest = line;
        bool last = false;
        int column = 1;
        for (; column <= want->n_in && !last; column++) {
            real_t x;
            if (!take_plain_number(csv, &rest, &x)) x = (real_t)feature(csv, next_field(csv, &rest, &last), column);
            ds->X.push_back(x);
        }
        if (last) check_columns(csv, line, want);
        csv->targets.push_back(trim(next_field(csv, &rest, &last)));
        if (!last) check_columns(csv, line, want);
        csv->lines.push_back(csv->line);
        ds->N++;
    }
}

// ---- what the last column means --------------------------------------------------------------------

// Classes are compared by this text: 1, 1.0 and "1" are one class.
static std::string label_text(view_t s)
{
    double x;
    if (to_number(s, &x)) return number_text(x);
    std::string out(unquote(s));
    if (s.front() == '"')  // two quotes within quotes are one
        for (size_t i = 0; (i = out.find("\"\"", i)) != std::string::npos; i++) out.erase(i, 1);
    return out;
}

struct column_t {
    std::vector<double> values;  // by row; only if all are numbers
    int first_text;              // row of the first that is not a number, or -1
    bool all_integers;
    std::set<double> distinct;    // of the numbers; stops growing above 64
    std::set<std::string> names;  // of all; stops growing above 64
};

static column_t look_at_column(const csv_t *csv)
{
    column_t c = {{}, -1, true, {}, {}};
    for (size_t i = 0; i < csv->targets.size(); i++) {
        double x = 0;
        view_t s = csv->targets[i];
        if (unquote(s).empty())
            die("%s:%d: the last column is empty, expected a class or a number", csv->name, csv->lines[i]);
        bool number = to_number(s, &x);
        if (number && !std::isfinite((real_t)x))
            die("%s:%d: last column: %s is not a finite number of type " REAL_NAME, csv->name, csv->lines[i],
                shown(s).c_str());
        if (!number && c.first_text < 0) c.first_text = (int)i;
        c.values.push_back(x);
        if (x != std::floor(x)) c.all_integers = false;
        if (number && c.distinct.size() <= 64) c.distinct.insert(x);
    }
    if (c.first_text >= 0)
        for (view_t s : csv->targets)
            if (c.names.size() <= 64) c.names.insert(label_text(s));
    return c;
}

static task_t decide_task(const csv_t *csv, const column_t *c, const ds_want_t *want)
{
    if (want->task == TASK_REGRESSION) {
        if (c->first_text >= 0)
            die("%s:%d: last column: %s is not a number, expected one (regression)", csv->name,
                csv->lines[c->first_text], shown(csv->targets[c->first_text]).c_str());
        if (want->n_out != 1)
            die("%s: regression has one number a row, but --layers ends in %d", csv->name, want->n_out);
        return TASK_REGRESSION;
    }
    bool numbers = c->first_text < 0, few = c->all_integers && c->distinct.size() <= 32;
    if (want->task == TASK_CLASSIFICATION || want->n_out > 1 || !numbers || c->distinct.size() <= 2)
        return TASK_CLASSIFICATION;
    if (!few) return TASK_REGRESSION;
    double least = *c->distinct.begin(), greatest = *c->distinct.rbegin();
    std::string hint = format("to predict the number say --task regression; for classes ");
    if (least < 0)
        hint += format("number them 0 to %zu and let --layers end in %zu", c->distinct.size() - 1, c->distinct.size());
    else hint += format("let --layers end in %.0f", greatest + 1);
    die("%s: the last column holds %zu different whole numbers (%g .. %g), but --layers ends in 1 output, which tells "
        "two classes apart\nhint: %s",
        csv->name, c->distinct.size(), least, greatest, hint.c_str());
}

// The classes of a training file, in the order of the outputs.
static std::vector<std::string> find_labels(const csv_t *csv, const column_t *c, const ds_want_t *want)
{
    std::vector<std::string> labels;
    size_t K = want->n_out == 1 ? 2 : want->n_out, found = c->first_text < 0 ? c->distinct.size() : c->names.size();
    if (c->first_text < 0 && K > 2) {  // numbered classes: some may have no row here
        for (size_t k = 0; k < K; k++) labels.push_back(number_text((double)k));
        return labels;
    }
    if (found > K && c->first_text >= 0)
        die("%s: %s%zu different class names (the first at line %d: %s), "
            "but --layers ends in %d output%s: room for %zu",
            csv->name, found > 64 ? "more than " : "", found > 64 ? 64 : found, csv->lines[c->first_text],
            shown(csv->targets[c->first_text]).c_str(), want->n_out, want->n_out == 1 ? "" : "s", K);
    if (found > K)
        die("%s: %zu different classes, but --layers ends in %d output%s: room for %zu", csv->name, found, want->n_out,
            want->n_out == 1 ? "" : "s", K);
    if (c->first_text < 0)
        for (double x : c->distinct) labels.push_back(number_text(x));
    else labels.assign(c->names.begin(), c->names.end());
    while (want->n_out > 1 && labels.size() < K) labels.push_back(format("unused%zu", labels.size()));
    return labels;
}

static void set_classes(const csv_t *csv, ds_t *ds, const ds_want_t *want, const column_t *c)
{
    ds->labels = want->labels.empty() ? find_labels(csv, c, want) : want->labels;
    std::vector<int> count(ds->labels.size(), 0);
    ds->Y.assign((size_t)ds->N * ds->n_out, 0);
    for (int i = 0; i < ds->N; i++) {
        std::string text = label_text(csv->targets[i]);
        size_t k = std::find(ds->labels.begin(), ds->labels.end(), text) - ds->labels.begin();
        if (k == ds->labels.size())
            die("%s:%d: class %s is none of the %zu that the outputs stand for: %s .. %s", csv->name, csv->lines[i],
                shown(csv->targets[i]).c_str(), k, ds->labels.front().c_str(), ds->labels.back().c_str());
        count[k]++;
        if (ds->n_out > 1) ds->Y[(size_t)i * ds->n_out + k] = 1;
        else ds->Y[i] = (real_t)k;
    }
    if (!want->labels.empty()) return;
    size_t present = std::count_if(count.begin(), count.end(), [](int n) { return n > 0; });
    if (present < 2) die("%s: one class only (%s): nothing to learn", csv->name, label_text(csv->targets[0]).c_str());
}

void ds_read_csv(ds_t *ds, const std::string &text, const ds_want_t *want)
{
    csv_t csv = {ds->name.c_str(), text.data(), text.data() + text.size(), 0, ',', false, {}, {}};
    if (text.compare(0, 3, "\xef\xbb\xbf") == 0) csv.at += 3;  // byte order mark
    const char *zero = (const char *)memchr(text.data(), 0, text.size());
    if (zero)
        die("%s:%d: a zero byte: this is a binary file, expected CSV text or IDX", csv.name,
            1 + (int)std::count(text.data(), zero, '\n'));
    read_rows(&csv, ds, want);
    if (ds->N == 0) die("%s: no rows of data%s", csv.name, csv.has_header ? " after the header" : ": only blank lines");

    column_t c = look_at_column(&csv);
    ds->task = want->labels.empty() ? decide_task(&csv, &c, want) : TASK_CLASSIFICATION;
    if (ds->task == TASK_CLASSIFICATION) set_classes(&csv, ds, want, &c);
    else ds->Y.assign(c.values.begin(), c.values.end());
}
