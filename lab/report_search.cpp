// [given] report_search.cpp: what searches for the best options have found, from the folders of bin/lab sweep.
#include <filesystem>

#include "report.h"
#include "text.h"

static const size_t MOST_SETTINGS = 10;

// "| 1   | 0.3 |": "1", "0.3".
static std::vector<std::string> cells_of(const std::string &line)
{
    std::vector<std::string> cells = split(line, '|');
    if (cells.size() < 3) return {};
    cells.erase(cells.begin());
    cells.pop_back();
    for (std::string &cell : cells) {
        size_t begin = std::min(cell.find_first_not_of(' '), cell.size());
        cell = clean_text(cell.substr(begin, cell.find_last_not_of(' ') + 1 - begin), 80);
    }
    return cells;
}

search_t search_read(const std::string &folder)
{
    search_t s = {folder, {}, ""};
    for (const std::string &line : lines_of(file_read(folder + "/table.md"))) {
        std::vector<std::string> cells = cells_of(line);
        bool border = cells.empty() || (!cells[0].empty() && cells[0].find_first_not_of('-') == std::string::npos);
        if (!border && (s.cells.empty() || cells.size() == s.cells[0].size())) s.cells.push_back(cells);
    }
    if (s.cells.size() < 2 || s.cells[0].size() < 5)
        die("%s/table.md: no table of settings\nhint: bin/lab sweep writes it", folder.c_str());
    s.cells[0][0] = "rank";
    if (std::filesystem::exists(folder + "/sweep.svg")) s.picture = file_read(folder + "/sweep.svg");
    return s;
}

// "learning_rate 3, batch_size 10", and what it came to.
static std::string best_text(const search_t *s)
{
    const std::vector<std::string> &head = s->cells[0], &best = s->cells[1];
    std::string setting, score;
    for (size_t c = 1; c < head.size(); c++) {
        std::string *to = head[c].rfind("validation ", 0) == 0 ? &score : score.empty() ? &setting : NULL;
        if (to) *to += (to->empty() ? "" : ", ") + split(head[c], ',')[0] + " " + best[c];
    }
    return setting + " did best: " + score;
}

void report_searches(lab_report_t *r, const std::vector<search_t> *all)
{
    if (all->empty()) return;
    section_t *section = report_section(r, "search", "Search for options");
    for (size_t i = 0; i < all->size(); i++) {
        const search_t *s = &(*all)[i];
        std::string name = clean_text(file_of(s->folder), 80);
        size_t settings = s->cells.size() - 1, shown = std::min(settings, MOST_SETTINGS);
        bool has_best = !s->cells[1][s->cells[0].size() - 2].empty();  // an epoch was kept
        if (has_best && settings > 1)
            add_finding(r, section,
                        name + format(": of %zu settings ", settings) + best_text(s) +
                            ". It was chosen for that: rows that no run has seen tell how good it is.");
        add_table(
            section,
            (shown < settings ? format("The best %zu of %zu settings", shown, settings) : std::string("All settings")) +
                " of " + name + ". From table.md of " + clean_text(s->folder, 80) + ".",
            {s->cells.begin(), s->cells.begin() + 1 + (long)shown});
        add_figure(section, format("search%zu", i + 1),
                   name +
                       ": what each setting came to on the validation rows; over options that are no axis, the best.",
                   {s->picture});
    }
    add_question(section,
                 "Which options did you search over which range, and why? Does the best lie at an edge of it?");
    add_question(section, "Is the best better than the next by more than the seeds differ?");
}
