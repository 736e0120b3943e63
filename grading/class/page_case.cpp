// [given] page_case.cpp: one failing case in full: numbers side by side, findings with their lines, what was printed.
#include <algorithm>
#include <cmath>

#include "../compare.h"
#include "page_parts.h"
#include "utils.h"

constexpr int MOST_COLUMNS = 12;  // of a matrix that is shown whole
constexpr size_t MOST_MISMATCHES = 10, MOST_FINDINGS = 4;

// ---- wrong numbers -----------------------------------------------------------------------------------------------

struct level_t {
    const char *kind, *sign, *word;
};
static const level_t RIGHT = {"good", "\xe2\x9c\x93", "right"};
static const level_t NEAR = {"near", "\xe2\x89\x88", "less than 1 % off"};
static const level_t FAR = {"bad", "\xe2\x9c\x97", "wrong"};

static const level_t *level_of(const shown_t *a, size_t i)
{
    if (allowed_part(a->want[i], a->got[i], a->allowed[i]) <= 1) return &RIGHT;
    bool near = bits_finite(a->got[i]) && std::fabs(a->got[i] - a->want[i]) < 0.01 * std::fabs(a->want[i]);
    return near ? &NEAR : &FAR;
}

static size_t size_of(const shown_t *a)  // of a record from elsewhere, too
{
    return std::min({a->at.size(), a->want.size(), a->got.size(), a->allowed.size()});
}

// Before a call the passes' results hold -1000 to -1096 (poison of cases.h).
static bool stood_before(const shown_t *a)
{
    for (size_t i = 0; i < size_of(a); i++)
        if (a->got[i] < -990 && a->got[i] > -1110 && a->want[i] > -900) return true;
    return false;
}

static std::string cell(const shown_t *a, size_t i)
{
    const level_t *level = level_of(a, i);
    std::string text = format("<td class=\"%s\"><b aria-hidden=\"true\">%s</b><span class=\"hidden\">%s: </span> ",
                              level->kind, level->sign, level->word);
    return text + number_cell(a->got[i], 5) + "<small><span class=\"hidden\">expected </span>" +
           number_cell(a->want[i], 5) + "</small></td>";
}

static std::string matrix(const shown_t *a)
{
    std::string out = "<div class=\"scroll\" tabindex=\"0\"><table>\n<thead><tr><td></td>";
    for (int k = 0; k < a->cols; k++) out += format("<th scope=\"col\">%d</th>", k);
    out += "</tr></thead>\n<tbody>\n";
    for (int i = 0; i < a->rows; i++) {
        out += format("<tr><th scope=\"row\">%d</th>", i);
        for (int k = 0; k < a->cols; k++) out += cell(a, (size_t)i * a->cols + k);
        out += "</tr>\n";
    }
    return out + "</tbody></table></div>\n";
}

static std::string place(const shown_t *a, size_t at)
{
    std::string name = html(a->name, 60);
    if (a->rows * (double)a->cols <= 1 || a->cols < 1) return name;
    if (a->rows == 1) return name + format("(%zu)", at);
    return name + format("(%zu,%zu)", at / a->cols, at % a->cols);
}

static std::string times_allowed(const shown_t *a, size_t i)
{
    double part = allowed_part(a->want[i], a->got[i], a->allowed[i]);
    return part >= FAR_OFF ? "far off" : format(part < 1e5 ? "%.0f\xc3\x97" : "%.0e\xc3\x97", part);
}

static std::string mismatches(const shown_t *a)
{
    std::string rows;
    size_t shown = 0;
    for (size_t i = 0; i < size_of(a) && shown < MOST_MISMATCHES; i++) {
        const level_t *level = level_of(a, i);
        if (level == &RIGHT) continue;
        shown++;
        rows += "<tr><th scope=\"row\">" + place(a, a->at[i]) + "</th><td>" + number_cell(a->want[i], 7) + "</td>" +
                format("<td class=\"%s\"><b aria-hidden=\"true\">%s</b><span class=\"hidden\">%s: </span> ",
                       level->kind, level->sign, level->word) +
                number_cell(a->got[i], 7) + "</td><td class=\"dim\">" + times_allowed(a, i) + "</td></tr>\n";
    }
    std::string more = a->wrong > shown ? format("<p class=\"dim\">... and %zu more</p>\n", a->wrong - shown) : "";
    return "<div class=\"scroll\" tabindex=\"0\"><table>\n<thead><tr><td></td><th scope=\"col\">expected</th>"
           "<th scope=\"col\">yours</th><th scope=\"col\">error / allowed</th></tr></thead>\n<tbody>\n" +
           rows + "</tbody></table></div>\n" + more;
}

static std::string legend(const shown_t *a, bool whole)
{
    bool seen[3] = {};
    const level_t *const levels[] = {&RIGHT, &NEAR, &FAR};
    for (size_t i = 0; i < size_of(a); i++)
        for (int k = 0; k < 3; k++) seen[k] = seen[k] || level_of(a, i) == levels[k];
    std::string text = whole ? "Above yours, below what was expected." : "";
    for (int k = whole ? 0 : 1; k < 3; k++)
        if (seen[k])
            text += format(" <span class=\"nowrap\"><b class=\"%s\">%s</b> %s</span>", levels[k]->kind, levels[k]->sign,
                           levels[k]->word);
    return text;
}

static std::string scalar(const shown_t *a)
{
    return "<p><span class=\"scalar\"><b>" + html(a->name, 60) +
           "</b> is <b><span class=\"bad\" aria-hidden=\"true\">" + FAR.sign + "</span> " + number_cell(a->got[0], 7) +
           "</b>, expected " + number_cell(a->want[0], 7) + "</span></p>\n";
}

static std::string array_full(const shown_t *a)
{
    double all = (double)a->rows * a->cols;
    if (all <= 1 && size_of(a) == 1) return scalar(a);
    bool whole = all > 1 && a->cols <= MOST_COLUMNS && all == (double)size_of(a);
    std::string out = format("<figure class=\"array%s\">\n<figcaption><b>", whole ? " matrix" : "") +
                      html(a->name, 60) + "</b>";
    if (all > 1) out += format(" (%d \xc3\x97 %d): %zu of %.0f wrong. ", a->rows, a->cols, a->wrong, all);
    out += legend(a, whole) + "</figcaption>\n" + (whole ? matrix(a) : mismatches(a)) + "</figure>\n";
    if (stood_before(a))
        out += "<p class=\"dim\">Before the call these elements held numbers from -1000 to -1096. Yours near them were "
               "not "
               "written, or were added to instead of being set.</p>\n";
    return out;
}

// The first wrong array in full: later ones are often made from it.
static std::string arrays_full(const item_t *item)
{
    std::string out, others;
    for (const shown_t &a : item->arrays) {
        if (a.wrong == 0) continue;
        if (out.empty()) out = array_full(&a);
        else others += (others.empty() ? "" : ", ") + html(a.name, 60) + format(" (%zu)", a.wrong);
    }
    return others.empty() ? out : out + "<p class=\"dim\">Wrong numbers also in " + others + ".</p>\n";
}

// ---- findings ------------------------------------------------------------------------------------------------------

static std::string source_line(const std::string &line)
{
    size_t from = line.find_first_not_of("> ");
    bool here = line.substr(0, from).find('>') != std::string::npos;
    size_t colon = line.find(": ", from == std::string::npos ? 0 : from);
    std::string number = colon == std::string::npos ? "" : line.substr(from, colon - from);
    std::string code = colon == std::string::npos ? line : line.substr(colon + 2);
    if (number.empty() || number.find_first_not_of("0123456789") != std::string::npos) number = "", code = line;
    std::string text = format("%s%4s  ", here ? "\xe2\x96\xb6" : " ", html(number, 8).c_str()) + html(code, 240);
    return here ? "<span class=\"here\">" + text + "</span>" : text + "\n";
}

std::string finding_full(const found_t *f)
{
    std::string where = f->file.empty() ? "" : f->line > 0 ? format("%s:%d", f->file.c_str(), f->line) : f->file;
    std::string out = "<div class=\"finding\">\n<p class=\"wrap\">";
    if (!f->tool.empty()) out += "<b>" + html(f->tool, 60) + "</b>: ";
    out += html(f->title, 500);
    if (!where.empty() && f->title.find(where) == std::string::npos)
        out += ", at <code>" + html(where, 200) + "</code>";
    out += "</p>\n";
    if (!f->source.empty()) {
        out += "<pre><code>";
        for (size_t i = 0; i < f->source.size() && i < 20; i++) out += source_line(f->source[i]);
        out += "</code></pre>\n";
    }
    if (!f->hint.empty()) out += "<p><b>What to do:</b> " + html(f->hint, 500) + "</p>\n";
    return out + "</div>\n";
}

static std::string findings_full(const item_t *item)
{
    std::string out;
    size_t shown = std::min(item->findings.size(), MOST_FINDINGS);
    for (size_t i = 0; i < shown; i++) out += finding_full(&item->findings[i]);
    if (item->findings.size() > shown)
        out += "<p class=\"dim\">... and " + counted(item->findings.size() - shown, "finding", "findings") +
               format(" more: <code>make debug PART=%d</code></p>\n", item->part);
    return out;
}

// ---- the case --------------------------------------------------------------------------------------------------------

// What stands in the heading is not said twice.
static std::string sentences(const item_t *item)
{
    std::string rows;
    for (const std::string &s : item->sentences) {
        std::string rest = s.compare(0, item->why.size(), item->why) == 0 ? s.substr(item->why.size()) : s;
        size_t from = rest.find_first_not_of("\n: ");
        if (from != std::string::npos) rows += "<li>" + html(rest.substr(from), 600) + "</li>\n";
    }
    return rows.empty() ? "" : "<ul>\n" + rows + "</ul>\n";
}

static std::string blame(const item_t *item)
{
    std::string rows;
    for (const std::string &line : item->blame) rows += "<li><code>" + html(line, 300) + "</code></li>\n";
    return rows.empty() ? "" : "<p><b>Who wrote the wrong numbers:</b></p>\n<ul>\n" + rows + "</ul>\n";
}

static std::string foot(const item_t *item, uint64_t seed)
{
    std::string page = item->page.empty() ? "" : ". Read: <code>" + html(item->page, 200) + "</code>";
    return "<p class=\"foot\">Try it: " + check_command(item->part, item->hidden ? "" : item->name, seed) + page +
           "</p>\n";
}

static std::string hidden(const item_t *item, uint64_t seed)
{
    return "<h4><span class=\"bad\" aria-hidden=\"true\">\xe2\x9c\x97</span> A hidden case: " + html(item->what, 100) +
           " (" + html(item->outcome, 40) +
           ")</h4>\n<p>The public cases of this group pass. Look for what the code takes for granted: a size that is a "
           "multiple of the block, more threads than rows, a batch that is full. Another seed gives other "
           "numbers.</p>\n" +
           foot(item, seed + 1);
}

std::string case_full(const item_t *item, uint64_t seed)
{
    std::string out = "<article class=\"case\">\n";
    if (item->hidden) return out + hidden(item, seed) + "</article>\n";
    out += "<h4><span class=\"bad\" aria-hidden=\"true\">\xe2\x9c\x97</span> Case \xe2\x80\x9c" +
           html(item->name, 100) + "\xe2\x80\x9d: " + html(item->why.empty() ? item->outcome : item->why, 400) +
           "</h4>\n";
    if (!item->what.empty()) out += "<p class=\"what\">" + html(item->what, 300) + "</p>\n";
    if (!item->mistake_text.empty())
        out += "<p class=\"likely\"><b>It looks like this:</b> " + html(item->mistake_text, 500) + "</p>\n";
    out += sentences(item) + arrays_full(item) + blame(item) + findings_full(item);
    if (!item->note.empty()) out += "<p>" + html(item->note, 400) + "</p>\n";
    if (!item->printed.empty())
        out += "<p>The program printed:</p>\n<pre class=\"printed\" tabindex=\"0\">" + html_block(item->printed, 30) +
               "</pre>\n";
    return out + foot(item, seed) + "</article>\n";
}
