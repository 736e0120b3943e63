// [given] show.cpp: the table of cases, the points, and failing cases in detail; readable without colour.
#include "show.h"

#include <algorithm>
#include <cmath>
#include <cstring>

constexpr int SMALL_ROWS = 8, SMALL_COLS = 8, MOST_LINES = 6;

std::string page_of(int group) { return std::string("docs/en/") + groups[group].page + ".md"; }

static std::string used_text(double used)
{
    if (used < 0) return "";
    if (used <= 1) return format("%.0f %%", std::ceil(100 * used));
    if (used < 100) return format("%.0f %%", 100 * used);
    return used < FAR_OFF ? format("%.0e times", used) : "far off";
}

static std::string part_text(int part) { return part ? std::to_string(part) : "all"; }

// ---- wrong numbers --------------------------------------------------------------------------------------------------

static std::string number(double x) { return x != x ? "nan" : format("%.7g", x); }  // without the sign of a nan

static bool not_written(const judged_t *j, size_t i) { return i < j->before.size() && j->before[i] == j->got[i]; }

// Right: the number. Slightly wrong (less than 1 % off): ~number. Very wrong: !number!.
static std::string cell(const judged_t *j, size_t i)
{
    double part = allowed_part(j->want[i], j->got[i], j->allowed[i]);
    if (part <= 1) return format("%.5g ", j->got[i]);
    if (not_written(j, i)) return "!as before!";
    bool slightly = bits_finite(j->got[i]) && std::fabs(j->got[i] - j->want[i]) < 0.01 * std::fabs(j->want[i]);
    return slightly ? format("~%.5g ", j->got[i]) : format("!%.5g!", j->got[i]);
}

static void show_matrix(const judged_t *j)
{
    for (int pass = 0; pass < 2; pass++) {
        printf("      %s\n", pass == 0 ? "expected:" : "got (~ slightly wrong, ! very wrong):");
        for (int i = 0; i < j->rows; i++) {
            printf("       ");
            for (int k = 0; k < j->cols; k++) {
                size_t at = (size_t)i * j->cols + k;
                printf("%12s", (pass == 0 ? format("%.5g ", j->want[at]) : cell(j, at)).c_str());
            }
            printf("\n");
        }
    }
}

static void show_mismatches(const judged_t *j)
{
    int shown = 0;
    printf("      %-18s %14s %14s\n", "", "expected", "got");
    for (size_t i = 0; i < j->want.size() && shown < MOST_LINES; i++) {
        if (allowed_part(j->want[i], j->got[i], j->allowed[i]) <= 1) continue;
        std::string got = not_written(j, i) ? "as before" : number(j->got[i]);
        printf("      %-18s %14.7g %14s\n", place_text(j, i).c_str(), j->want[i], got.c_str());
        shown++;
    }
    if (j->wrong > (size_t)shown) printf("      ... and %zu more\n", j->wrong - shown);
}

// Where the wrong numbers lie, when that says something: only in the last column, only from row 32 on, ...
static void show_pattern(const judged_t *j)
{
    if (j->rows < 2 || j->cols < 2 || j->wrong == j->want.size()) return;
    int row_from = j->rows, row_to = -1, col_from = j->cols, col_to = -1;
    size_t unwritten = 0;
    for (size_t i = 0; i < j->want.size(); i++) {
        if (allowed_part(j->want[i], j->got[i], j->allowed[i]) <= 1) continue;
        int row = (int)(i / j->cols), col = (int)(i % j->cols);
        row_from = std::min(row_from, row), row_to = std::max(row_to, row);
        col_from = std::min(col_from, col), col_to = std::max(col_to, col);
        unwritten += not_written(j, i);
    }
    printf("      wrong are rows %d to %d, columns %d to %d of (%d, %d)%s\n", row_from, row_to, col_from, col_to,
           j->rows, j->cols, unwritten == j->wrong ? "; nobody has written there" : "");
}

static void show_judged(const judged_t *j)
{
    printf("    %s (%d, %d): %zu of %zu wrong\n", j->name.c_str(), j->rows, j->cols, j->wrong, j->want.size());
    if (j->rows > 1 && j->rows <= SMALL_ROWS && j->cols <= SMALL_COLS) return show_matrix(j);
    show_mismatches(j);
    show_pattern(j);
}

// ---- one failing case -----------------------------------------------------------------------------------------------

static void indent(const std::string &text, const char *before)
{
    size_t from = 0;
    int lines = 0;
    while (from < text.size()) {
        if (lines++ == 12) {
            printf("%s... and more\n", before);
            return;
        }
        size_t to = text.find('\n', from);
        if (to == std::string::npos) to = text.size();
        printf("%s%s\n", before, text.substr(from, to - from).c_str());
        from = to + 1;
    }
}

static void show_findings(const result_t *r)
{
    size_t shown = std::min<size_t>(r->findings.size(), 3);
    for (size_t i = 0; i < shown; i++) {
        const finding_t *f = &r->findings[i];
        printf("    %s: %s\n", f->tool.c_str(), f->title.c_str());
        for (const std::string &line : f->lines) printf("      %s\n", line.c_str());
        if (!f->hint.empty()) printf("      hint: %s\n", f->hint.c_str());
    }
    if (r->findings.size() > shown) printf("    ... and %zu findings more: `make debug`\n", r->findings.size() - shown);
}

static void show_failure(const result_t *r)
{
    const group_t *g = &groups[r->group];
    printf("\nPart %s, %s, case \"%s\": %s\n", part_text(g->part).c_str(), g->title, r->c->name.c_str(),
           r->why.c_str());
    printf("    network %s\n", case_text(r->c).c_str());
    for (const std::string &s : r->sentences)  // what stands in the heading is not said twice
        indent(s.compare(0, r->why.size(), r->why) == 0 ? s.substr(std::min(s.size(), r->why.size() + 1)) : s, "    ");
    for (const judged_t &j : r->judged)
        if (j.wrong) {
            show_judged(&j);
            break;
        }
    if (!r->mistake.empty()) printf("    It looks like this: %s\n", r->mistake_text.c_str());
    for (const std::string &line : r->blame) printf("    %s\n", line.c_str());
    show_findings(r);
    if (!r->printed.empty() && !(r->printed.compare(0, 9, "=========") == 0 && !r->findings.empty())) {
        printf("    the program printed:\n");
        indent(r->printed, "    | ");
    }
    printf("    read: %s\n", page_of(r->group).c_str());
}

static bool is_bad(const result_t *r) { return r->outcome != PASSED && r->outcome != SKIPPED; }

static void show_failures(const report_t *r, bool all)
{
    bool told[N_GROUPS] = {};
    for (const result_t &x : r->results) {
        if (!is_bad(&x) || (told[x.group] && !all)) continue;
        told[x.group] = true;
        show_failure(&x);
    }
}

// ---- table and points -----------------------------------------------------------------------------------------------

// Groups in which no case could be checked take one line.
static bool all_skipped(const report_t *r, int group)
{
    for (const result_t &x : r->results)
        if (x.group == group && x.outcome != SKIPPED) return false;
    return true;
}

static void show_cases(const report_t *r)
{
    printf("%-4s  %-18s %-40s %-10s %s\n", "part", "", "case", "result", "used of the allowed error");
    for (int g = 0; g < N_GROUPS; g++) {
        if (!group_was_run(r, g)) continue;
        bool whole = all_skipped(r, g);
        for (const result_t &x : r->results) {
            if (x.group != g) continue;
            std::string note = x.outcome == PASSED ? used_text(x.used) + (x.note.empty() ? "" : "   " + x.note) : x.why;
            printf("%-4s  %-18s %-40s %-10s %s\n", part_text(groups[g].part).c_str(), groups[g].title,
                   whole ? "" : x.c->name.c_str(), outcome_text(x.outcome), note.c_str());
            if (whole) break;
        }
    }
}

static std::string why_skipped(const report_t *r, int part)
{
    for (const result_t &x : r->results)
        if (groups[x.group].part == part) return x.why;
    return "not run";
}

static void show_points(const report_t *r)
{
    double points = 0, of = 0;
    printf("\npoints\n");
    for (int part = 1; part <= 6; part++) {
        if (is_left_out(r, part)) continue;
        printf("  part %d  %5.1f of %2.0f\n", part, part_points(r, part), PART_POINTS[part]);
        points += part_points(r, part);
        of += PART_POINTS[part];
    }
    if (of == 90)
        printf("  part 7  left out of the total: %s\n",
               r->emulated ? "there is no GPU here" : "it is measured on the course's machine");
    if (of > 0) printf("  total  %5.1f of %2.0f\n", points, of);
    if (!is_left_out(r, BONUS_PART))
        printf("  part %d  %5.1f of %2.0f  bonus, beside the total\n", BONUS_PART, part_points(r, BONUS_PART),
               PART_POINTS[BONUS_PART]);
    else if (group_was_run(r, GROUP_GPUS))
        printf("  part %d  left out: %s\n", BONUS_PART, why_skipped(r, BONUS_PART).c_str());
}

// The first part that is not complete.
static void show_next(const report_t *r)
{
    for (int g = 0; g < N_GROUPS; g++) {
        if (!group_was_run(r, g) || groups[g].part == 0 || group_points(r, g) > groups[g].points - 1e-9) continue;
        printf("next: part %d%s, %s: %s\n", groups[g].part, is_bonus(g) ? " (bonus)" : "", groups[g].title,
               page_of(g).c_str());
        return;
    }
}

void show_table(const report_t *r, bool all_details, bool points)
{
    show_cases(r);
    show_failures(r, all_details);
    if (!points) return;
    show_points(r);
    show_next(r);
}
