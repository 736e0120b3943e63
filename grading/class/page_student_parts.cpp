// [given] page_student_parts.cpp: part by part: groups, their cases, the speed beside the reference's.
#include <algorithm>

#include "page_parts.h"
#include "utils.h"

static const part_t *part_of(const record_t *r, int number)
{
    for (const part_t &p : r->parts)
        if (p.number == number) return &p;
    return NULL;
}

static std::string part_name(const student_view_t *v, int number)
{
    const part_t *p = part_of(v->r, number);
    if (number == 0) return "The whole program";
    return format("Part %d", number) + (p && !p->title.empty() ? ": " + html(p->title, 100) : "");
}

static std::string used_text(double used)
{
    if (used < 0) return "";
    if (used <= 1) return format("%.0f %%", 100 * used);
    return used < 1e9 ? format(used < 1000 ? "%.0f\xc3\x97" : "%.0e\xc3\x97", used) : "far off";
}

static std::string case_rows(const group_view_t *g)
{
    std::string rows;
    for (const item_t *x : g->items) {
        std::string name = x->hidden ? "hidden: " + html(x->what, 100) : html(x->name, 100);
        std::string note = x->hidden ? "" : !x->why.empty() ? html(x->why, 200) : html(x->note, 200);
        rows += "<tr><th scope=\"row\">" + name + "</th><td>" + outcome_html(x) + "</td><td class=\"n\">" +
                (x->hidden ? "" : used_text(x->used)) + "</td><td class=\"wrap wide-only\">" + note + "</td></tr>\n";
    }
    return rows;
}

static std::string case_table(const group_view_t *g)
{
    return "<div class=\"scroll\" tabindex=\"0\"><table>\n<thead><tr><th scope=\"col\">case</th>"
           "<th scope=\"col\">result</th><th scope=\"col\" class=\"n\">of the allowed error</th><th scope=\"col\" "
           "class=\"wide-only\">what</th></tr></thead>\n<tbody>\n" +
           case_rows(g) + "</tbody></table></div>\n";
}

static std::string in_numbers(const group_view_t *g)
{
    size_t passed = count_items(g, is_passed), bad = count_items(g, is_bad), skipped = count_items(g, is_skipped);
    size_t all = g->items.size(), machine = all - passed - bad - skipped;
    std::string says = format("%zu of %s", passed, counted(all, "case passes", "cases pass").c_str());
    if (passed == all) says = all == 1 ? "its case passes" : format("all %zu cases pass", all);
    if (bad > 0) says += format(", %zu %s", bad, bad == 1 ? "fails" : "fail");
    if (skipped > 0) says += format(", %zu not tried", skipped);
    if (machine > 0) says += format(", %zu lost to the machine", machine);
    return says;
}

// A group in which nothing fails is one line.
static std::string group_section(const student_view_t *v, const group_view_t *g, bool alone)
{
    std::string points = g->of > 0 ? points_of(g->points, g->of) : "", name = html(g->name, 100);
    if (!g->full && count_items(g, is_passed) > 0)
        return "<details class=\"group\">\n<summary><span class=\"good\" aria-hidden=\"true\">\xe2\x9c\x93</span> <b>" +
               name + "</b> <span>" + points + (points.empty() ? "" : ", ") + in_numbers(g) + "</span></summary>\n" +
               case_table(g) + "</details>\n";
    std::string out = alone ? "" : "<h3>" + name + " <small>" + points + "</small></h3>\n";
    if (g->full)
        return out + case_full(g->full, v->r->seed_public) + "<details>\n<summary>" + in_numbers(g) + "</summary>\n" +
               case_table(g) + "</details>\n";
    const item_t *skipped = first_skipped(g);
    return out + "<p class=\"wrap dim\">" + in_numbers(g) + (skipped ? ": " + html(skipped->why, 300) : "") + "</p>\n";
}

// ---- speed -----------------------------------------------------------------------------------------------------------

static std::string speeds(const student_view_t *v)
{
    std::vector<const speed_t *> times, counts;
    for (const speed_t &x : v->r->speeds) (x.emulated ? counts : times).push_back(&x);
    std::string out;
    if (!times.empty())
        out +=
            "<h3>Time, as a multiple of the reference's</h3>\n<p class=\"dim\">Medians of runs by turns, on the same "
            "GPU; shorter is better. The bracket is the 95&#160;% interval, below it every run of yours.</p>\n" +
            plot_ratios(times, &v->rubric->speed);
    if (!counts.empty())
        out += "<h3>Counted on the emulator, as a multiple of the reference's</h3>\n<p class=\"dim\">These are counts, "
               "not times: no GPU was here. Less is usually faster, but only a GPU can tell.</p>\n" +
               plot_ratios(counts, &v->rubric->speed);
    return out;
}

static std::string part_section(const student_view_t *v, int number, bool with_speeds)
{
    const part_t *p = part_of(v->r, number);
    std::string body;
    if (p && !p->left_out.empty()) body += "<p>Left out of the total: " + html(p->left_out, 300) + "</p>\n";
    if (p && p->by_hand && p->left_out.empty()) body += "<p>Marked by a person.</p>\n";
    if (p && !p->comment.empty()) body += "<blockquote><p>" + html(p->comment, 8000) + "</p></blockquote>\n";
    auto here = [&](const group_view_t &g) { return g.part == number; };
    bool alone = std::count_if(v->groups.begin(), v->groups.end(), here) == 1;
    for (const group_view_t &g : v->groups)
        if (g.part == number) body += group_section(v, &g, alone);
    if (with_speeds) body += speeds(v);
    if (body.empty() && !p) return "";
    std::string points = p && p->left_out.empty() ? " <small>" + points_of(p->points, p->of) + " points</small>" : "";
    return format("<section id=\"part-%d\">\n<h2>", number) + part_name(v, number) + points + "</h2>\n" + body +
           "</section>\n";
}

std::string part_sections(const student_view_t *v)
{
    std::vector<int> numbers;
    for (const part_t &p : v->r->parts) numbers.push_back(p.number);
    for (const group_view_t &g : v->groups)
        if (std::count(numbers.begin(), numbers.end(), g.part) == 0) numbers.push_back(g.part);
    std::stable_sort(numbers.begin(), numbers.end(), [](int a, int b) { return part_order(a) < part_order(b); });
    int speed_part = v->rubric->speed.part;
    bool placed = v->r->speeds.empty();
    std::string out;
    for (int number : numbers) {
        out += part_section(v, number, !placed && number == speed_part);
        placed = placed || number == speed_part;
    }
    return placed ? out : out + "<section>\n<h2>Beside the reference</h2>\n" + speeds(v) + "</section>\n";
}

std::string lint_section(const record_t *r)
{
    if (r->lint.empty()) return "";
    std::string out =
        "<section class=\"lint\">\n<h2>What a GPU's compiler would object to</h2>\n<p>This costs no points here; the "
        "emulator accepts more than a real compiler does.</p>\n";
    for (size_t i = 0; i < r->lint.size() && i < 12; i++) out += finding_full(&r->lint[i]);
    if (r->lint.size() > 12) out += format("<p class=\"dim\">... and %zu more</p>\n", r->lint.size() - 12);
    return out + "</section>\n";
}
