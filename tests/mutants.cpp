// tests/mutants.cpp: see mutants.h.
#include "mutants.h"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <sstream>

#include "utils.h"

std::vector<std::string> mutant_names(const std::string &folder)
{
    std::vector<std::string> names;
    for (const auto &entry : std::filesystem::directory_iterator(folder))
        if (entry.path().extension() == ".mutant") names.push_back(entry.path().stem().string());
    std::sort(names.begin(), names.end());
    return names;
}

// A place of a file: the lines there now, and those that are to be there.
struct spot_t {
    std::string old_lines, new_lines;
};

static void change(const std::string &name, const std::string &file, std::string *text, spot_t *place)
{
    if (place->old_lines == place->new_lines) die("%s: nothing changes in %s", name.c_str(), file.c_str());
    std::string lines = "\n" + place->old_lines, whole = "\n" + *text;  // so that only whole lines are found
    size_t at = whole.find(lines);
    if (at == std::string::npos || whole.find(lines, at + 1) != std::string::npos)
        die("%s: these lines are at %s place of %s, expected exactly one:\n%s"
            "hint: has the solution changed? Change the mutant too",
            name.c_str(), at == std::string::npos ? "no" : "more than one", file.c_str(), place->old_lines.c_str());
    text->replace(at, place->old_lines.size(), place->new_lines);
    *place = {};
}

void edit_text(const std::string &name, const std::string &file, const std::string &edits, std::string *text)
{
    std::istringstream in(edits);
    spot_t place;
    for (std::string line; std::getline(in, line);)
        if (line == "@@") {
            change(name, file, text, &place);
        } else if (!line.empty() && strchr(" -+", line[0])) {
            if (line[0] != '+') place.old_lines += line.substr(1) + "\n";
            if (line[0] != '-') place.new_lines += line.substr(1) + "\n";
        } else {
            die("%s: not a line of a mutant: %s", name.c_str(), line.c_str());
        }
    change(name, file, text, &place);
}

static void take_field(mutant_t *m, const std::string &key, const std::string &value)
{
    size_t comma = value.find(", ");
    if (key == "mistake") m->mistake = value;
    else if (key == "part") m->part = value == "all" ? 0 : atoi(value.c_str());
    else if (key == "diagnosis") m->diagnosis = value;
    else if (key == "caught" && comma != std::string::npos) {
        m->caught = value.substr(0, comma);
        m->phrase = value.substr(comma + 2);
    } else die("%s: unknown line: %s: %s", m->name.c_str(), key.c_str(), value.c_str());
}

mutant_t mutant_parse(const std::string &name, const std::string &text, const std::string &solutions)
{
    mutant_t m = {};
    m.name = name;
    m.part = -1;
    std::istringstream in(text);
    std::string line, file, edits;
    while (std::getline(in, line)) {
        size_t colon = line.find(": ");
        if (line.compare(0, 6, "file: ") == 0) {
            if (!file.empty()) edit_text(name, file, edits, &m.files[file]);
            file = line.substr(6);
            edits.clear();
            m.files[file] = file_read(solutions + "/" + file);
        } else if (!file.empty()) {
            edits += line + "\n";
        } else if (colon != std::string::npos) {
            take_field(&m, line.substr(0, colon), line.substr(colon + 2));
        } else {
            die("%s: not a line of a mutant: %s", name.c_str(), line.c_str());
        }
    }
    if (file.empty() || m.mistake.empty() || m.caught.empty() || m.part < 0)
        die("%s: mistake, part, caught or file is missing", name.c_str());
    edit_text(name, file, edits, &m.files[file]);
    return m;
}
