// [given] page_student.cpp: what one student reads: points, where to start, each failing case in full.
#include <algorithm>

#include "page_parts.h"
#include "utils.h"

struct group_view_t {
    int part;
    std::string name;
    std::vector<const item_t *> items;
    double points, of;
    const item_t *full;  // the failing case that is shown; NULL: none fails
};
struct student_view_t {
    const record_t *r;
    const rubric_t *rubric;
    std::vector<group_view_t> groups;  // by part; all parts together last
};

static int part_order(int part) { return part > 0 ? part : 1 << 20; }

static student_view_t view_of(const record_t *r, const rubric_t *rubric)
{
    student_view_t v = {r, rubric, {}};
    for (const item_t &x : r->items) {
        auto same = [&](const group_view_t &g) { return g.part == x.part && g.name == x.group; };
        auto g = std::find_if(v.groups.begin(), v.groups.end(), same);
        if (g == v.groups.end()) g = v.groups.insert(g, {x.part, x.group, {}, 0, 0, NULL});
        g->items.push_back(&x);
        g->points += x.points;
        g->of += x.of;
        if (is_bad(&x) && (!g->full || (g->full->hidden && !x.hidden))) g->full = &x;
    }
    std::stable_sort(v.groups.begin(), v.groups.end(), [](const group_view_t &a, const group_view_t &b) {
        return part_order(a.part) < part_order(b.part);
    });
    return v;
}

static size_t count(const group_view_t *g, bool (*is)(const item_t *))
{
    return std::count_if(g->items.begin(), g->items.end(), is);
}

static const part_t *part_of(const record_t *r, int number)
{
    for (const part_t &p : r->parts)
        if (p.number == number) return &p;
    return NULL;
}

static std::string part_name(const student_view_t *v, int number)
{
    const part_t *p = part_of(v->r, number);
    if (number == 0) return "All parts together";
    return format("Part %d", number) + (p && !p->title.empty() ? ": " + html(p->title, 100) : "");
}

static std::string points_of(double points, double of) { return points_text(points) + " of " + points_text(of); }

static bool is_full(const part_t *p) { return p->of > 0 && p->points > p->of - 1e-9; }

// ---- head ----------------------------------------------------------------------------------------------------------

static std::string in_words(const record_t *r)
{
    size_t counting = 0, full = 0;
    for (const part_t &p : r->parts) {
        counting += p.left_out.empty() && p.of > 0;
        full += p.left_out.empty() && is_full(&p);
    }
    if (counting > 0 && full == counting) return "All that was checked is right.";
    return format("%zu of %s complete.", full, counted(counting, "part is", "parts are").c_str());
}

static std::string head(const student_view_t *v)
{
    const record_t *r = v->r;
    std::string out = "<header>\n<p class=\"eyebrow\">" + html(v->rubric->title, 200) + "</p>\n<h1><bdi>" +
                      html(r->name.empty() ? r->id : r->name, 120) + "</bdi></h1>\n";
    out += "<p class=\"dim wrap\">" + html(r->student.empty() ? r->id : r->student, 80) +
           (r->date.empty() ? "" : ", graded " + html(r->date.substr(0, 10), 20)) + "</p>\n";
    if (r->verdict == GRADED || r->of > 0) {
        if (r->verdict != UNGRADED)
            out += "<p class=\"score\"><b>" + points_text(r->points) + "</b> <span>of " + points_text(r->of) +
                   " points. " + (r->verdict == GRADED ? in_words(r) : "") + "</span></p>\n";
        if (r->verdict == GRADED)
            out += "<figure>" + plot_points(&r->parts) +
                   "<figcaption>The parts, as wide as their points; filled: what "
                   "you have.</figcaption></figure>\n";
    }
    if (r->no_sandbox)
        out +=
            "<div class=\"box near\"><p><b>Graded without a sandbox.</b> These marks are for a trial only.</p></div>\n";
    return out + "</header>\n";
}

// ---- nothing was run -------------------------------------------------------------------------------------------------

static std::string paragraphs(const std::string &text)
{
    std::string out;
    for (size_t from = 0, to; from < text.size(); from = to + 1) {
        to = std::min(text.find('\n', from), text.size());
        if (to > from) out += "<p class=\"wrap\">" + html(text.substr(from, to - from), 800) + "</p>\n";
    }
    return out;
}

static std::string box(const char *kind, const char *title, const std::string &body)
{
    return format("<section class=\"box %s\">\n<h2>%s</h2>\n", kind, title) + body + "</section>\n";
}

static std::string not_graded(const record_t *r)
{
    switch (r->verdict) {
    case NOT_HANDED_IN:
        return box("near", "Nothing has been handed in",
                   paragraphs(r->why) + "<p>There was no submission under this name when the class was graded. If you "
                                        "have handed in, write to your instructor.</p>\n");
    case REFUSED:
        return box("bad", "This could not be accepted",
                   paragraphs(r->why) + "<p>Nothing of it was built or run. Hand it in again as described.</p>\n");
    case NOT_BUILT:
        return box("bad", "Start here: it does not compile", paragraphs(r->why) + build_failure(r->build_log));
    case UNGRADED:
        return box("near", "Not graded yet",
                   "<p>Something went wrong on the grading machine. It is not your fault and costs no points: your "
                   "submission will be graded again.</p>\n" +
                       paragraphs(r->why));
    default: return "";
    }
}

static std::string remarks(const record_t *r)
{
    if (r->remarks.empty()) return "";
    std::string out = "<section>\n<h2>Your files</h2>\n<ul>\n";
    for (const std::string &text : r->remarks) out += "<li class=\"wrap\">" + html(text, 400) + "</li>\n";
    return out + "</ul>\n</section>\n";
}

// ---- where to start ------------------------------------------------------------------------------------------------

static const item_t *first_skipped(const group_view_t *g)
{
    for (const item_t *x : g->items)
        if (is_skipped(x)) return x;
    return NULL;
}

static std::string in_short(const item_t *x)
{
    if (x->hidden) return "hidden cases fail: " + html(x->what, 100);
    if (!x->mistake_text.empty()) return html(x->mistake_text, 400);
    return html(x->why.empty() ? x->outcome : x->why, 400);
}

static std::string hidden_advice(const group_view_t *g, uint64_t seed)
{
    return "<p>The public cases of this group pass. Look for what the code takes for granted: a size that is a "
           "multiple "
           "of the block, more threads than rows, a batch that is full. Other numbers at home: " +
           check_command(g->part, "", seed + 1) + "</p>\n";
}

// What was tried and fails comes before what is not written yet.
static std::vector<const group_view_t *> to_do(const student_view_t *v)
{
    std::vector<const group_view_t *> list;
    for (const group_view_t &g : v->groups)
        if (g.full) list.push_back(&g);
    for (const group_view_t &g : v->groups)
        if (!g.full && g.part > 0 && first_skipped(&g)) list.push_back(&g);
    return list;
}

static std::string start_here(const student_view_t *v)
{
    std::vector<const group_view_t *> list = to_do(v);
    if (list.empty())
        return box("good", "All checked cases pass",
                   "<p>Nothing has to be mended. What is left to win is speed: see the last part and its page.</p>\n");
    const group_view_t *g = list[0];
    const item_t *x = g->full ? g->full : first_skipped(g);
    std::string body = "<p class=\"say\">" + in_short(x) + "</p>\n<p>";
    if (g->of > 0) body += "This group has " + points_of(g->points, g->of) + " points. ";
    if (!x->page.empty()) body += "Read " + handout_page(x->page) + ", then try ";
    else body += "Try ";
    body += check_command(g->part, "", v->r->seed_public) + ".</p>\n";
    if (x->hidden) body += hidden_advice(g, v->r->seed_public);
    std::string then;
    for (size_t i = 1; i < list.size() && i < 4; i++) {
        const item_t *y = list[i]->full ? list[i]->full : first_skipped(list[i]);
        then += "<li>" + (list[i]->part ? format("part %d, ", list[i]->part) : "") + html(list[i]->name, 60) + ": " +
                in_short(y) + "</li>\n";
    }
    if (!then.empty()) body += "<p><b>After that</b></p>\n<ul>\n" + then + "</ul>\n";
    std::string title = "Start here: " + (g->part ? format("part %d, ", g->part) : "") + html(g->name, 60);
    return box(g->full ? "bad" : "near", title.c_str(), body);
}

// ---- parts -----------------------------------------------------------------------------------------------------------

static std::string state_of(const student_view_t *v, const part_t *p)
{
    if (!p->left_out.empty()) return "<span class=\"dim\">left out: " + html(p->left_out, 200) + "</span>";
    if (p->by_hand) return "marked by a person";
    size_t bad = 0, skipped = 0, all = 0;
    const item_t *first = NULL;
    for (const group_view_t &g : v->groups) {
        if (g.part != p->number) continue;
        bad += count(&g, is_bad), skipped += count(&g, is_skipped), all += g.items.size();
        if (!first) first = first_skipped(&g);
    }
    if (bad > 0)
        return format("<span class=\"bad\"><span aria-hidden=\"true\">\xe2\x9c\x97</span> %zu of %s</span>", bad,
                      counted(all, "case fails", "cases fail").c_str());
    if (skipped > 0 && first) return "<span class=\"dim\">\xe2\x80\x93 " + html(first->why, 120) + "</span>";
    if (is_full(p)) return "<span class=\"good\"><span aria-hidden=\"true\">\xe2\x9c\x93</span> complete</span>";
    return "";
}

static std::string parts_table(const student_view_t *v)
{
    if (v->r->parts.empty() || v->r->verdict != GRADED) return "";
    std::string out =
        "<section>\n<h2>Points by part</h2>\n<table>\n<thead><tr><th scope=\"col\">part</th>"
        "<th scope=\"col\" class=\"share wide-only\"><span class=\"hidden\">share of the points</span></th>"
        "<th scope=\"col\" class=\"n\">points</th><th scope=\"col\">result</th></tr></thead>\n<tbody>\n";
    for (const part_t &p : v->r->parts) {
        out += format("<tr><th scope=\"row\"><a href=\"#part-%d\">%d</a>&#160; ", p.number, p.number) +
               html(p.title, 100) + "</th><td class=\"wide-only\">" +
               (p.left_out.empty() ? plot_share(p.points, p.of) : "") + "</td><td class=\"n\">" +
               (p.left_out.empty() ? points_of(p.points, p.of) : "\xe2\x80\x93") + "</td><td>" + state_of(v, &p) +
               "</td></tr>\n";
    }
    return out + "</tbody>\n<tfoot><tr><th scope=\"row\">total</th><td class=\"wide-only\">" +
           plot_share(v->r->points, v->r->of) + "</td><td class=\"n\">" + points_of(v->r->points, v->r->of) +
           "</td><td></td></tr></tfoot>\n</table>\n</section>\n";
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

static std::string case_list(const group_view_t *g)
{
    size_t passed = count(g, is_passed), bad = count(g, is_bad), skipped = count(g, is_skipped);
    std::string says = format("%zu of %s", passed, counted(g->items.size(), "case passes", "cases pass").c_str());
    if (bad > 0) says += format(", %zu %s", bad, bad == 1 ? "fails" : "fail");
    if (skipped > 0) says += format(", %zu not tried", skipped);
    size_t machine = g->items.size() - passed - bad - skipped;
    if (machine > 0) says += format(", %zu lost to the machine", machine);
    return "<details>\n<summary>" + says +
           "</summary>\n<div class=\"scroll\" tabindex=\"0\"><table>\n<thead><tr><th scope=\"col\">case</th>"
           "<th scope=\"col\">result</th><th scope=\"col\" class=\"n\">of the allowed error</th><th scope=\"col\" "
           "class=\"wide-only\">what</th></tr></thead>\n<tbody>\n" +
           case_rows(g) + "</tbody></table></div>\n</details>\n";
}

static std::string group_section(const student_view_t *v, const group_view_t *g)
{
    std::string out = "<h3>" + html(g->name, 100);
    if (g->of > 0) out += " <small>" + points_of(g->points, g->of) + "</small>";
    out += "</h3>\n";
    const item_t *skipped = first_skipped(g);
    if (!g->full && skipped) out += "<p class=\"dim wrap\">Not tried: " + html(skipped->why, 300) + "</p>\n";
    if (g->full) {
        out += case_full(g->full);
        if (g->full->hidden) out += hidden_advice(g, v->r->seed_public);
        else out += "<p>Try it: " + check_command(g->part, g->full->name, v->r->seed_public) + "</p>\n";
        if (!g->full->page.empty()) out += "<p>Read: " + handout_page(g->full->page) + "</p>\n";
    }
    return out + case_list(g);
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
    for (const group_view_t &g : v->groups)
        if (g.part == number) body += group_section(v, &g);
    if (with_speeds) body += speeds(v);
    if (body.empty() && !p) return "";
    std::string points = p && p->left_out.empty() ? " <small>" + points_of(p->points, p->of) + " points</small>" : "";
    return format("<section id=\"part-%d\">\n<h2>", number) + part_name(v, number) + points + "</h2>\n" + body +
           "</section>\n";
}

static std::string all_parts(const student_view_t *v)
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

static std::string lint(const record_t *r)
{
    if (r->lint.empty()) return "";
    std::string out = "<section>\n<h2>What a GPU's compiler would object to</h2>\n<p>This costs no points here; the "
                      "emulator accepts more than a real compiler does.</p>\n";
    for (size_t i = 0; i < r->lint.size() && i < 12; i++) out += finding_full(&r->lint[i]);
    if (r->lint.size() > 12) out += format("<p class=\"dim\">... and %zu more</p>\n", r->lint.size() - 12);
    return out + "</section>\n";
}

std::string feedback_page(const record_t *r, const rubric_t *rubric)
{
    student_view_t v = view_of(r, rubric);
    std::string title = (r->name.empty() ? r->id : r->name) + ": " + rubric->title;
    std::string out = page_begin(title, "student") + head(&v) + not_graded(r);
    if (r->verdict == GRADED) out += start_here(&v) + parts_table(&v);
    out += remarks(r);
    if (r->verdict == GRADED) out += all_parts(&v) + lint(r);
    return out + origin_section(r) + page_end();
}
