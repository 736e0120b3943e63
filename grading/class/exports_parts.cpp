// [given] exports_parts.cpp: see exports_parts.h.
#include "exports_parts.h"

#include <cmath>
#include <cstdint>

#include "text.h"
#include "utf8.h"
#include "utils.h"

static const size_t MOST_WHY = 500, MOST_PRINTED = 1000, MOST_LINES = 12;

// ---- text ------------------------------------------------------------------------------------------------

static bool is_harmless(uint32_t x)
{
    if (x < 0x20) return x == '\n' || x == '\t';
    if (x >= 0x7F && x < 0xA0) return false;
    if ((x >= 0x200E && x <= 0x200F) || (x >= 0x2028 && x <= 0x202E) || (x >= 0x2066 && x <= 0x2069)) return false;
    return x <= 0x10FFFF && x != 0xFEFF && (x & 0xFFFE) != 0xFFFE;
}

std::string text_shown(const std::string &text, size_t most)
{
    std::string cut = cut_middle(text, most), shown;
    shown.reserve(cut.size());
    for (size_t at = 0, n; at < cut.size(); at += n) {
        uint32_t x = 0;
        if ((n = utf8_next(cut, at, &x)) == 0) n = 1, x = 0;
        if (x == '\r' && at + 1 < cut.size() && cut[at + 1] == '\n') continue;
        if (is_harmless(x)) shown.append(cut, at, n);
        else shown += '?';
    }
    return shown;
}

std::string line_shown(const std::string &text, size_t most)
{
    std::string line;
    for (char c : text_shown(text, most)) {
        bool blank = c == ' ' || c == '\n' || c == '\t';
        if (!blank) line += c;
        else if (!line.empty() && line.back() != ' ') line += ' ';
    }
    while (!line.empty() && line.back() == ' ') line.pop_back();
    return line;
}

std::string lines_text(const std::vector<std::string> &lines)
{
    std::string text;
    for (const std::string &line : lines) text += line + "\n";
    return text;
}

double rounded(double points)
{
    if (!std::isfinite(points)) die("points: found %f, expected a number", points);
    return std::round(points * 1e4) / 1e4 + 0.0;
}

// ---- what a student may read --------------------------------------------------------------------------

std::string item_name(const item_t *item)
{
    return item->hidden ? "hidden case (" + line_shown(item->what, 100) + ")" : line_shown(item->name, 100);
}

std::string found_text(const found_t *f)
{
    std::string text = line_shown(f->tool + ": " + f->title, MOST_WHY) + "\n";
    if (!f->file.empty()) text += "  " + line_shown(f->file, 200) + (f->line > 0 ? format(":%d", f->line) : "") + "\n";
    for (size_t k = 0; k < f->source.size() && k < MOST_LINES; k++) text += "  " + text_shown(f->source[k], 200) + "\n";
    if (!f->hint.empty()) text += "  " + line_shown(f->hint, MOST_WHY) + "\n";
    return text;
}

static void add_lines(std::string *text, const std::string &label, const std::vector<std::string> &lines)
{
    for (size_t k = 0; k < lines.size() && k < MOST_LINES; k++)
        *text += "    " + label + line_shown(lines[k], MOST_WHY) + "\n";
    if (lines.size() > MOST_LINES) *text += format("    ... and %zu more\n", lines.size() - MOST_LINES);
}

static std::string indented(const std::string &text)
{
    std::string all = "    ";
    for (size_t k = 0; k < text.size(); k++) {
        all += text[k];
        if (text[k] == '\n' && k + 1 < text.size()) all += "    ";
    }
    return all + (text.empty() || text.back() != '\n' ? "\n" : "");
}

std::string item_text(const item_t *item)
{
    std::string text = line_shown(item->outcome, 40) + ": " + item_name(item);
    if (item->hidden) return text + "\n";
    if (!item->what.empty()) text += " (" + line_shown(item->what, 200) + ")";
    text += "\n";
    if (item->outcome == "passed") return text + (item->note.empty() ? "" : indented(line_shown(item->note, MOST_WHY)));
    add_lines(&text, "", {item->why});
    add_lines(&text, "", item->sentences);
    if (!item->mistake_text.empty()) add_lines(&text, "", {item->mistake_text});
    add_lines(&text, "", item->blame);
    for (size_t k = 0; k < item->findings.size() && k < 3; k++) text += indented(found_text(&item->findings[k]));
    if (!item->note.empty()) add_lines(&text, "", {item->note});
    if (!item->page.empty()) add_lines(&text, "read: ", {item->page});
    if (!item->printed.empty()) text += "    printed:\n" + indented(text_shown(item->printed, MOST_PRINTED));
    return text;
}

std::string speed_text(const speed_t *s)
{
    std::string unit = s->unit.empty() ? "" : " " + line_shown(s->unit, 40);
    std::string text = format("yours %.6g%s, the reference's %.6g%s: %.2f times", s->yours, unit.c_str(), s->reference,
                              unit.c_str(), s->ratio);
    if (s->low < s->ratio || s->high > s->ratio) text += format(" (%.2f to %.2f)", s->low, s->high);
    return text + "\n" + (s->note.empty() ? "" : line_shown(s->note, MOST_WHY) + "\n");
}

std::string verdict_sentence(const record_t *r)
{
    std::string why = r->why.empty() ? "" : text_shown(r->why, 4000) + "\n";
    switch (r->verdict) {
    case GRADED: return why;
    case NOT_HANDED_IN: return "Nothing was handed in.\n" + why;
    case REFUSED: return "What was handed in is not accepted.\n" + why;
    case NOT_BUILT: return "It does not compile.\n" + why;
    case UNGRADED: break;
    }
    return "It could not be graded, and that is not the fault of what was handed in: it will be graded again.\n";
}

std::string circumstances(const record_t *r)
{
    std::string text;
    if (r->emulated && r->verdict == GRADED) text += "Run on the emulator, without a GPU.\n";
    if (r->no_sandbox) text += "WITHOUT SANDBOX: limits alone stood between this program and the grader.\n";
    return text;
}

// ---- parts and groups -----------------------------------------------------------------------------------

std::vector<group_items_t> items_by_group(const record_t *r)
{
    std::vector<group_items_t> all;
    for (const item_t &item : r->items) {
        group_items_t *g = NULL;
        for (group_items_t &x : all)
            if (x.part == item.part && x.group == item.group) g = &x;
        if (!g) {
            all.push_back({item.part, item.group, {}, 0, 0, true});
            g = &all.back();
        }
        g->items.push_back(&item);
        g->points += item.points;
        g->of += item.of;
        g->passed = g->passed && item.outcome == "passed";
    }
    return all;
}

const part_t *part_find(const record_t *r, int number)
{
    for (const part_t &part : r->parts)
        if (part.number == number) return &part;
    return NULL;
}

visibility_t group_visibility(const rubric_t *rubric, const std::string &title)
{
    for (const rubric_part_t &part : rubric->parts)
        for (const rubric_group_t &g : part.groups)
            if (groups[g.group].title == title) return g.visibility;
    return VISIBLE;
}
