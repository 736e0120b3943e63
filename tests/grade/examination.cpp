// tests/grade/examination.cpp: see examination.h.
#include "examination.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <sstream>

#include "../mutants.h"
#include "utils.h"

namespace fs = std::filesystem;

// ---- the files to begin with ------------------------------------------------------------------------------------------

// A solution with the stub's text where it stands for a part that is not among `parts` (NULL: all are).
static std::string with_stubs(const std::string &text, const std::vector<int> *parts)
{
    std::istringstream in(text);
    std::string out, stub, solution, *to = &out;
    for (std::string line; std::getline(in, line);) {
        if (line == "//[stub") {
            to = &stub;
        } else if (line == "//]" && to == &stub) {
            to = &solution;
        } else if (line == "//[end]" && to == &solution) {
            size_t at = stub.find("todo(");
            int part = at == std::string::npos ? 0 : atoi(&stub[at + 5]);
            out += part == 0 || !parts || std::count(parts->begin(), parts->end(), part) ? solution : stub;
            stub.clear();
            solution.clear();
            to = &out;
        } else {
            *to += (to == &stub ? line.substr(2) : line) + "\n";
        }
    }
    return out;
}

// Students hand in no folders: what lies beside a rung takes the place of the line that includes it.
static std::string with_includes(const fs::path &path)
{
    std::istringstream in(file_read(path.string()));
    std::string out;
    for (std::string line; std::getline(in, line);) {
        fs::path other = path.parent_path() / (line.compare(0, 10, "#include \"") == 0
                                                   ? line.substr(10, line.find('"', 10) - 10)
                                                   : std::string("nothing"));
        out += fs::exists(other) && line[0] == '#' ? with_includes(other) : line + "\n";
    }
    return out;
}

static std::map<std::string, std::string> base_files(const std::string &base, const std::vector<int> *parts)
{
    std::map<std::string, std::string> files;
    if (base == "nothing") return files;
    for (const char *name : {"nn.cu", "train.cu", "test.cu"}) {
        fs::path own = fs::path("solutions") / base / name;
        if (fs::exists(own)) files[name] = with_stubs(with_includes(own), parts);
        else files[name] = with_stubs(file_read(std::string("solutions/") + name), parts);
    }
    return files;
}

// ---- reading --------------------------------------------------------------------------------------------------------------

struct head_t {  // lines before the first file
    std::string base;
    std::vector<int> parts;
    bool all_parts;
    std::vector<std::string> copies;
};

static std::vector<int> numbers_in(const std::string &value)
{
    std::istringstream in(value);
    std::vector<int> numbers;
    for (int n; in >> n;) numbers.push_back(n);
    return numbers;
}

static void take_field(exam_t *e, head_t *head, const std::string &key, const std::string &value)
{
    static const char *const required[] = {"verdict", "points", "outcome", "signal", "says", "hides", "seconds"};
    if (key == "what") e->what = value;
    else if (key == "kind") e->kind = value;
    else if (key == "sample") e->sample = value == "yes";
    else if (key == "base") head->base = value;
    else if (key == "parts") head->parts = numbers_in(value), head->all_parts = false;
    else if (key == "checked") e->checked = numbers_in(value);
    else if (key == "libraries") e->libraries.push_back(value);
    else if (key == "pack") e->pack = value;
    else if (key == "under") e->under = value;
    else if (key == "copy") head->copies.push_back(value);
    else if (key == "with") e->with.push_back(value);
    else if (std::count(std::begin(required), std::end(required), key) || key.compare(0, 5, "part ") == 0 ||
             key.compare(0, 8, "outcome ") == 0)
        e->expects.push_back({key, value});
    else die("%s: unknown line: %s: %s", e->name.c_str(), key.c_str(), value.c_str());
}

static void take_file(exam_t *e, const std::string &how, const std::string &file, const std::string &lines)
{
    if (how == "remove") {
        if (!e->files.erase(file)) die("%s: there is no %s to be removed", e->name.c_str(), file.c_str());
    } else if (how == "file") {
        if (!e->files.count(file)) die("%s: there is no %s to be changed", e->name.c_str(), file.c_str());
        edit_text(e->name, file, lines, &e->files[file]);
    } else {
        std::istringstream in(lines);
        std::string text;
        for (std::string line; std::getline(in, line);) {
            if (line.empty() || line[0] != '+') die("%s: not a line of a new file: %s", e->name.c_str(), line.c_str());
            text += line.substr(1) + "\n";
        }
        e->files[file] = text;
    }
}

static bool begins_file(const std::string &line)
{
    return line.compare(0, 6, "file: ") == 0 || line.compare(0, 5, "new: ") == 0 || line.compare(0, 8, "remove: ") == 0;
}

static bool has(const exam_t *e, const std::string &key)
{
    for (const expect_t &x : e->expects)
        if (x.key == key) return true;
    return false;
}

exam_t exam_parse(const std::string &name, const std::string &text)
{
    exam_t e = {};
    head_t head = {"", {}, true, {}};
    e.name = name;
    e.pack = "folder";
    std::istringstream in(text);
    std::string line;
    bool more = false;
    while ((more = (bool)std::getline(in, line)) && !begins_file(line)) {
        size_t colon = line.find(": ");
        if (colon == std::string::npos) die("%s: not a line of a submission: %s", name.c_str(), line.c_str());
        take_field(&e, &head, line.substr(0, colon), line.substr(colon + 2));
    }
    if (e.what.empty() || e.kind.empty()) die("%s: what or kind is missing", name.c_str());
    e.files = base_files(head.base, head.all_parts ? NULL : &head.parts);
    for (const std::string &c : head.copies) e.files[c.substr(c.find(' ') + 1)] = file_read(c.substr(0, c.find(' ')));
    while (more) {
        std::string how = line.substr(0, line.find(':')), file = line.substr(how.size() + 2), lines;
        while ((more = (bool)std::getline(in, line)) && !begins_file(line)) lines += line + "\n";
        take_file(&e, how, file, lines);
    }
    if (!has(&e, "verdict")) e.expects.insert(e.expects.begin(), {"verdict", "graded"});
    if (e.kind == "correct" && !has(&e, "points")) e.expects.push_back({"points", "90"});
    return e;
}

std::vector<exam_t> exams_read(const std::string &folder)
{
    std::vector<exam_t> exams;
    for (const auto &entry : fs::directory_iterator(folder))
        if (entry.path().extension() == ".submission")
            exams.push_back(exam_parse(entry.path().stem().string(), file_read(entry.path().string())));
    std::sort(exams.begin(), exams.end(), [](const exam_t &a, const exam_t &b) { return a.name < b.name; });
    return exams;
}

// ---- judging ----------------------------------------------------------------------------------------------------------------

double exam_points(const record_t *r)
{
    double sum = 0;
    for (const part_t &p : r->parts)
        if (p.number >= 1 && p.number <= 6) sum += p.points;
    return sum;
}

static double part_points_of(const record_t *r, int part)
{
    double sum = 0;
    for (const part_t &p : r->parts)
        if (p.number == part) sum += p.points;
    return sum;
}

static bool points_meet(double points, const std::string &value)
{
    if (value.compare(0, 8, "at most ") == 0) return points <= atof(&value[8]) + 1e-9;
    if (value.compare(0, 9, "at least ") == 0) return points >= atof(&value[9]) - 1e-9;
    return std::fabs(points - atof(value.c_str())) < 1e-9;
}

static bool meets(const expect_t *x, const record_t *r, const std::string &json, double seconds)
{
    if (x->key == "verdict") return x->value == verdict_text(r->verdict);
    if (x->key == "points") return points_meet(exam_points(r), x->value);
    if (x->key == "seconds") return seconds <= atof(x->value.c_str());
    if (x->key == "says") return json.find(x->value) != std::string::npos;
    if (x->key == "hides") return json.find(x->value) == std::string::npos;
    if (x->key == "signal") {
        if (x->value == "none") return r->signals.empty();
        for (const signal_t &s : r->signals)
            if ((s.kind + ": " + s.text).find(x->value) != std::string::npos) return true;
        return false;
    }
    if (x->key.compare(0, 7, "outcome") == 0) {
        for (const item_t &i : r->items)
            if (i.outcome == x->value && (x->key.size() == 7 || i.part == atoi(&x->key[8]))) return true;
        return false;
    }
    return points_meet(part_points_of(r, atoi(&x->key[5])), x->value);
}

std::vector<std::string> exam_unmet(const exam_t *exam, const record_t *r, double seconds)
{
    std::vector<std::string> unmet;
    std::string json = record_write(r);
    for (const expect_t &x : exam->expects)
        if (!meets(&x, r, json, seconds)) unmet.push_back("required: " + x.key + ": " + x.value);
    return unmet;
}

std::string exam_expects_text(const exam_t *exam)
{
    std::string text;
    for (const expect_t &x : exam->expects) {
        if (!text.empty()) text += ", ";
        if (x.key == "verdict") text += x.value;
        else if (x.key == "points") text += x.value + " points";
        else if (x.key == "outcome") text += "a case " + x.value;
        else text += x.key + ": " + x.value;
    }
    return text;
}
