// tests/mutants.cpp: see mutants.h.
#include "mutants.h"

#include <algorithm>
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
struct place_t {
    std::string old_lines, new_lines;
};

static void change(const mutant_t *m, const std::string &file, std::string *text, place_t *place)
{
    if (place->old_lines == place->new_lines) die("%s: nothing changes in %s", m->name.c_str(), file.c_str());
    std::string lines = "\n" + place->old_lines, whole = "\n" + *text;  // so that only whole lines are found
    size_t at = whole.find(lines);
    if (at == std::string::npos || whole.find(lines, at + 1) != std::string::npos)
        die("%s: these lines are at %s place of %s, expected exactly one:\n%s"
            "hint: has the solution changed? Change the mutant too",
            m->name.c_str(), at == std::string::npos ? "no" : "more than one", file.c_str(), place->old_lines.c_str());
    text->replace(at, place->old_lines.size(), place->new_lines);
    *place = {};
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
    std::string line, file;
    place_t place;
    while (std::getline(in, line)) {
        size_t colon = line.find(": ");
        if (!file.empty() && !line.empty() && (line[0] == ' ' || line[0] == '-' || line[0] == '+')) {
            if (line[0] != '+') place.old_lines += line.substr(1) + "\n";
            if (line[0] != '-') place.new_lines += line.substr(1) + "\n";
        } else if (line == "@@" && !file.empty()) {
            change(&m, file, &m.files[file], &place);
        } else if (line.compare(0, 6, "file: ") == 0) {
            if (!file.empty()) change(&m, file, &m.files[file], &place);
            file = line.substr(6);
            m.files[file] = file_read(solutions + "/" + file);
        } else if (file.empty() && colon != std::string::npos) {
            take_field(&m, line.substr(0, colon), line.substr(colon + 2));
        } else {
            die("%s: not a line of a mutant: %s", name.c_str(), line.c_str());
        }
    }
    if (file.empty() || m.mistake.empty() || m.caught.empty() || m.part < 0)
        die("%s: mistake, part, caught or file is missing", name.c_str());
    change(&m, file, &m.files[file], &place);
    return m;
}
