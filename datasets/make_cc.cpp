// [given] make_cc.cpp: writes CC_train.csv and CC_test.csv, made up, or split from the real file.
#include <algorithm>
#include <cstring>
#include <filesystem>
#include <vector>

#include "csv_out.h"

enum { V_COUNT = 28, LAST_SECOND = 172792 };
enum { REAL_ROWS = 284807, REAL_POSITIVES = 492, REAL_COLUMNS = V_COUNT + 3 };
enum { CLASS_MIN = 2 };  // rows of each class that each of the two files must have
static const char *REAL_HEADER = "Time, V1 .. V28, Amount, Class";

struct options_t {
    std::string out = "datasets", rows = "284807", positives, seed = "1", test = "0.3", from;
};
static options_t options;

struct table_t {
    std::string header, text;    // all rows one after another, each ends with '\n'
    std::vector<size_t> start;   // row i is text[start[i]] up to text[start[i + 1]]
    std::vector<char> positive;  // class of row i
};

static int row_count(const table_t &table) { return (int)table.positive.size(); }

static int class_count(const table_t &table, int cls)
{
    int n = 0;
    for (char c : table.positive) n += c == cls;
    return n;
}

// ---- data made up ----------------------------------------------------------------------------
// A fraud shows habit A or habit B; an honest customer who shows both at once is merely travelling.
// So a fraud is "A or B, but not both": no weighted sum of the features tells that, a hidden layer
// does. A few frauds look like anybody, a few honest customers look like frauds: no model is perfect.

struct mark_t {
    int v;         // feature V<v>
    double shift;  // of a habit of strength 1, in standard deviations of the feature
};
static const mark_t HABIT_A[] = {{3, -6}, {4, 6}, {10, -7.5}, {12, -7.5}, {14, -9}, {17, -9}};
static const mark_t HABIT_B[] = {{2, 6}, {7, -7.5}, {9, -7.5}, {11, 7.5}, {16, -7.5}, {18, -6}};

struct kind_t {
    double a, b;  // how strongly the row shows each habit
};

static kind_t draw_kind(rng_t *rng, bool positive, double rate)
{
    double u = rng_uniform(rng), strength = 0.5 + rng_uniform(rng);
    if (positive) {
        if (u < 0.58) return {strength, 0};
        if (u < 0.85) return {0, strength};
        return {0, 0};
    }
    if (u < 0.08 * rate) return {strength, 0};
    if (u < 0.12 * rate) return {0, strength};
    if (u < 0.42 * rate) return {0.7 * strength, 0.7 * strength};
    return {0, 0};
}

static void append_row(std::string *text, rng_t *rng, long long second, bool positive, double rate)
{
    kind_t kind = draw_kind(rng, positive, rate);
    double spread = rng_uniform(rng) < 0.01 ? 2.5 : 1;  // one row in a hundred is unusual all over
    double shift[V_COUNT + 1] = {0};
    for (const mark_t &mark : HABIT_A) shift[mark.v] += kind.a * mark.shift;
    for (const mark_t &mark : HABIT_B) shift[mark.v] += kind.b * mark.shift;

    append_integer(text, second);
    for (int v = 1; v <= V_COUNT; v++) {
        double deviation = 1.96 / (1 + 0.17 * (v - 1));  // falls from V1 to V28, as in principal components
        text->push_back(',');
        append_fixed(text, deviation * (spread * rng_normal(rng) + shift[v]), 6);
    }
    double z = rng_normal(rng), root = 0.3 + z * z;
    text->push_back(',');
    append_fixed(text, 22 * root * root, 2);  // many small amounts, few large ones
    text->append(positive ? ",1\n" : ",0\n");
}

static table_t generate(int rows, int positives, uint64_t seed)
{
    rng_t rng = rng_make(seed, RNG_DATA);
    table_t table;
    table.header = "Time";
    for (int j = 1; j <= V_COUNT; j++) table.header += format(",V%d", j);
    table.header += ",Amount,Class\n";

    std::vector<int> order(rows);
    for (int i = 0; i < rows; i++) order[i] = i;
    rng_shuffle(&rng, order.data(), rows);
    table.positive.assign(rows, 0);
    for (int i = 0; i < positives; i++) table.positive[order[i]] = 1;

    table.text.reserve((size_t)rows * 280);
    table.start.push_back(0);
    for (int i = 0; i < rows; i++) {
        long long second = (long long)i * LAST_SECOND / (rows - 1);
        append_row(&table.text, &rng, second, table.positive[i], (double)positives / rows);
        table.start.push_back(table.text.size());
    }
    return table;
}

// ---- the real file: rows stay as they are, to the byte ---------------------------------------

static int column_count(const char *line, const char *end)
{
    int n = 1;
    for (; line < end; line++) n += *line == ',';
    return n;
}

// Class of a row: 0, 1, or -1 where the last field is neither. The real file writes it "0", "1".
static int row_class(const char *line, const char *end)
{
    while (end > line && (end[-1] == '\n' || end[-1] == '\r')) end--;
    const char *field = end;
    while (field > line && field[-1] != ',') field--;
    if (end - field == 3 && field[0] == '"' && field[2] == '"') field++, end--;
    if (field == line || end - field != 1) return -1;
    return *field == '0' ? 0 : *field == '1' ? 1 : -1;
}

static void add_real_row(table_t *table, const std::string &path, size_t line, const char *p, const char *end)
{
    int expected = column_count(table->header.data(), table->header.data() + table->header.size());
    int columns = column_count(p, end), cls = row_class(p, end);
    if (columns != expected)
        die("%s: line %zu: %d columns, expected %d as in the header", path.c_str(), line, columns, expected);
    if (cls < 0) die("%s: line %zu: last column: expected class 0 or 1", path.c_str(), line);
    table->text.append(p, end);
    if (end[-1] != '\n') table->text.push_back('\n');
    table->start.push_back(table->text.size());
    table->positive.push_back(cls);
}

static table_t read_real(const std::string &path)
{
    std::string text = file_read(path);
    table_t table;
    table.text.reserve(text.size() + 1);
    table.start.push_back(0);
    size_t line = 0;
    for (const char *p = text.data(), *stop = p + text.size(), *end; p < stop; p = end) {
        const char *newline = (const char *)memchr(p, '\n', stop - p);
        end = newline ? newline + 1 : stop;
        line++;
        if (*p == '\n' || *p == '\r') continue;  // an empty line
        if (!table.header.empty()) add_real_row(&table, path, line, p, end);
        else table.header.assign(p, end);
    }
    const std::string &h = table.header;
    if (row_class(h.data(), h.data() + h.size()) >= 0)
        die("%s: line 1: is a row of data, expected the header %s", path.c_str(), REAL_HEADER);
    return table;
}

static void compare_with_real(const std::string &path, const table_t &table)
{
    int columns = column_count(table.header.data(), table.header.data() + table.header.size());
    int rows = row_count(table), positives = class_count(table, 1);
    if (columns != REAL_COLUMNS || rows != REAL_ROWS || positives != REAL_POSITIVES)
        warn("%s: %d rows, %d columns, %d positives; creditcard.csv has %d, %d, %d: this is another file", path.c_str(),
             rows, columns, positives, REAL_ROWS, REAL_COLUMNS, REAL_POSITIVES);
    for (int cls = 0; cls <= 1; cls++)
        if (class_count(table, cls) < 2 * CLASS_MIN)
            die("%s: %d rows of class %d, expected at least %d", path.c_str(), class_count(table, cls), cls,
                2 * CLASS_MIN);
}

// ---- split -----------------------------------------------------------------------------------

// Stratified: each class gives the same share of its rows to the test file.
static std::vector<char> choose_test(const table_t &table, double share, uint64_t seed)
{
    rng_t rng = rng_make(seed, RNG_SPLIT);
    std::vector<char> in_test(row_count(table), 0);
    for (int cls = 0; cls <= 1; cls++) {
        std::vector<int> members;
        for (int i = 0; i < row_count(table); i++)
            if (table.positive[i] == cls) members.push_back(i);
        int n = (int)members.size(), wanted = (int)(share * n + 0.5);
        wanted = std::max<int>(CLASS_MIN, std::min<int>(wanted, n - CLASS_MIN));
        rng_shuffle(&rng, members.data(), n);
        for (int i = 0; i < wanted; i++) in_test[members[i]] = 1;
    }
    return in_test;
}

static void write_part(const std::string &path, const table_t &table, const std::vector<char> &in_test, int part)
{
    std::string text = table.header;
    text.reserve(table.text.size());
    int rows = 0, positives = 0;
    for (int i = 0; i < row_count(table); i++) {
        if (in_test[i] != part) continue;
        text.append(table.text, table.start[i], table.start[i + 1] - table.start[i]);
        rows++;
        positives += table.positive[i];
    }
    file_write(path, text);
    printf("%s: %d rows, %d positives\n", path.c_str(), rows, positives);
}

// ---- program ---------------------------------------------------------------------------------

static table_t generate_as_asked(uint64_t seed)
{
    int rows = (int)option_integer("--rows", options.rows, 20, 5000000);
    int positives = (int)((double)rows * REAL_POSITIVES / REAL_ROWS + 0.5);
    positives = std::max<int>(positives, 2 * CLASS_MIN);
    if (!options.positives.empty())
        positives = (int)option_integer("--positives", options.positives, 2 * CLASS_MIN, rows - 2 * CLASS_MIN);
    return generate(rows, positives, seed);
}

static table_t read_as_asked(const std::string &train, const std::string &test)
{
    for (const std::string &path : {train, test}) {
        std::error_code ignored;  // a file that does not exist yet is not the same file
        if (std::filesystem::equivalent(options.from, path, ignored))
            die_usage("--from %s: is the file that would be written, expected another file", options.from.c_str());
    }
    table_t table = read_real(options.from);
    compare_with_real(options.from, table);
    return table;
}

static void work(void)
{
    std::string folder = option_folder("--out", options.out);
    std::string train = folder + "CC_train.csv", test = folder + "CC_test.csv";
    uint64_t seed = option_integer("--seed", options.seed, 0, INT64_MAX);
    double share = option_real("--test", options.test, 0.05, 0.95);
    file_check_writable(train);
    file_check_writable(test);

    table_t table = options.from.empty() ? generate_as_asked(seed) : read_as_asked(train, test);
    std::vector<char> in_test = choose_test(table, share, seed);
    write_part(train, table, in_test, 0);
    write_part(test, table, in_test, 1);
}

int main(int argc, char **argv)
{
    CLI::App app("Writes CC_train.csv and CC_test.csv: made-up data of the shape of the credit-card fraud "
                 "set,\nor, with --from, the real file split in two. Stratified by class.");
    app.option_defaults()->always_capture_default();
    app.add_option("--out", options.out, "folder of the two files");
    CLI::Option *rows = app.add_option("--rows", options.rows, "rows to make up, 20 to 5000000");
    CLI::Option *positives = app.add_option("--positives", options.positives,
                                            "frauds among them, 4 to rows - 4 [rows * 492/284807]");
    app.add_option("--seed", options.seed, "of the data and of the split, from 0");
    app.add_option("--test", options.test, "share of the rows that goes to CC_test.csv, 0.05 to 0.95");
    app.add_option("--from", options.from, "real file creditcard.csv: split it, make nothing up")
        ->excludes(rows)
        ->excludes(positives);
    return program(&app, argc, argv, work);
}
