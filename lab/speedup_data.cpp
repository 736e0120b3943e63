// [given] speedup_data.cpp: the rows that bin/lab speedup trains on, and files of some of them.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <map>
#include <sstream>

#include "lab.h"
#include "speedup_measure.h"
#include "text.h"
#include "utils.h"

// A tenth is positive, not one row in 579 as in the real data: few epochs shall learn something. Times are the same.
static void generate(const speedup_options_t *o, int most, std::string *train, std::string *heldout)
{
    std::filesystem::create_directories(o->folder + "/made");
    *train = o->folder + "/made/CC_train.csv", *heldout = o->folder + "/made/CC_test.csv";
    int rows = (int)(most / 0.95) + 20;
    std::string said = o->folder + "/made/make_cc.txt";
    std::string line = shell_quoted(o->make_cc) +
                       format(" --rows %d --positives %d --test 0.05 --out ", rows, rows / 10) +
                       shell_quoted(o->folder + "/made") + " >" + shell_quoted(said) + " 2>&1";
    if (system(line.c_str()) != 0)
        die("%s: no data were made: %s\nhint: `make bin/make_cc` builds it; or --dataset FILE", o->make_cc.c_str(),
            file_read(said).c_str());
}

static std::string last_field(const std::string &line)
{
    std::string field = line.substr(line.find_last_of(",;\t") + 1);
    return field.substr(0, field.find_last_not_of("\r \"") + 1);
}

// As ds_load has it: a first line without one number in its feature columns.
static bool is_header(const std::string &line)
{
    size_t at = std::min(line.find_first_of(",;\t"), line.size() - 1);
    std::vector<std::string> fields = split(line, line[at]);
    fields.pop_back();
    return std::none_of(fields.begin(), fields.end(), [](const std::string &field) {
        size_t begin = std::min(field.find_first_not_of(" \""), field.size());
        char *end;
        strtod(&field[begin], &end);
        return end != &field[begin] && strspn(end, " \"\r") == strlen(end);
    });
}

static void split_lines(speedup_data_t *d, const std::string &text, const std::string &path)
{
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);)
        if (line.find_first_not_of(" \r") != std::string::npos) d->lines.push_back(line + "\n");
    if (d->lines.empty()) die("%s: no rows, expected a CSV file: features, then the class", path.c_str());
    if (d->lines.size() > 1 && is_header(d->lines[0])) {
        d->header = d->lines[0];
        d->lines.erase(d->lines.begin());
    }
    const std::string &first = d->lines[0];
    d->columns = (int)std::count_if(first.begin(), first.end(),
                                    [](char c) { return c == ',' || c == ';' || c == '\t'; });
    if (d->columns < 1)
        die("%s: \"%.40s\": one column, expected a CSV file: features, then the class", path.c_str(), first.c_str());
}

speedup_data_t speedup_data(const speedup_options_t *o, int most)
{
    speedup_data_t d = {};
    std::string path = o->dataset;
    d.heldout = o->heldout;
    if (path.empty()) {
        generate(o, most, &path, &d.heldout);
        d.text = "generated, the shape of the credit-card data, a tenth positive";
    } else d.text = path;
    split_lines(&d, file_read(path), path);
    std::map<std::string, std::vector<int>> classes;
    for (size_t i = 0; i < d.lines.size(); i++) classes[last_field(d.lines[i])].push_back((int)i);
    if (classes.size() != 2)
        die("%s: %zu different values in the last column, expected the names or numbers of two classes\nhint: other "
            "data "
            "can be timed by `bin/nn --train --log FILE`",
            path.c_str(), classes.size());
    for (const auto &c : classes) d.classes.push_back(c.second);
    std::sort(d.classes.begin(), d.classes.end(), [](const auto &a, const auto &b) { return a.size() < b.size(); });
    if (d.classes[0].size() < 2) die("%s: one row of a class, expected two or more", path.c_str());
    return d;
}

// n of the rows of a class, at even distances.
static void choose(std::vector<int> *chosen, const std::vector<int> &rows, int n)
{
    for (int i = 0; i < n; i++) chosen->push_back(rows[(size_t)i * rows.size() / n]);
}

std::string speedup_cut(const speedup_options_t *o, const speedup_data_t *d, int rows)
{
    std::string path = o->folder + format("/%d.csv", rows);
    const std::vector<int> &few = d->classes[0], &many = d->classes[1];
    int of_few = (int)std::lround((double)rows * few.size() / d->lines.size());
    of_few = std::max(of_few, std::max(2, rows - (int)many.size()));
    std::vector<int> chosen;
    choose(&chosen, few, std::min(of_few, (int)few.size()));
    choose(&chosen, many, rows - (int)chosen.size());
    std::sort(chosen.begin(), chosen.end());
    std::string text = d->header;
    for (int i : chosen) text += d->lines[i];
    file_write(path, text);
    return path;
}
