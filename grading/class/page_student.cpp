// [given] page_student.cpp: what one student reads: points, where to start, each failing case in full.
#include <algorithm>

#include "page_parts.h"
#include "utils.h"

int part_order(int part) { return part > 0 ? part : 1 << 20; }

// How much there is to be shown of a failing case.
static int tells(const item_t *x)
{
    if (x->hidden) return 0;
    return x->outcome != "failed" || !x->arrays.empty() || !x->findings.empty() ? 2 : 1;
}

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
        if (is_bad(&x) && (!g->full || tells(&x) > tells(g->full))) g->full = &x;
    }
    std::stable_sort(v.groups.begin(), v.groups.end(), [](const group_view_t &a, const group_view_t &b) {
        return part_order(a.part) < part_order(b.part);
    });
    return v;
}

size_t count_items(const group_view_t *g, bool (*is)(const item_t *))
{
    return std::count_if(g->items.begin(), g->items.end(), is);
}

const item_t *first_skipped(const group_view_t *g)
{
    for (const item_t *x : g->items)
        if (is_skipped(x)) return x;
    return NULL;
}

std::string points_of(double points, double of) { return points_text(points) + " of " + points_text(of); }

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
    return format("%zu of %s complete.", full, counted(counting, "part", "parts").c_str());
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
                   "<figcaption>The parts, as wide as their points; filled: what you have.</figcaption></figure>\n";
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

static std::string in_short(const item_t *x)
{
    if (x->hidden) return "hidden cases fail: " + html(x->what, 100);
    if (!x->mistake_text.empty()) return html(x->mistake_text, 400);
    return html(x->why.empty() ? x->outcome : x->why, 400);
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

static std::string all_pass(const record_t *r)
{
    std::string left;
    for (const part_t &p : r->parts)
        if (p.left_out.empty() && p.of > 0 && !is_full(&p))
            left += (left.empty() ? "" : ", ") + format("<a href=\"#part-%d\">part %d</a>", p.number, p.number);
    return box("good", "All checked cases pass",
               left.empty() ? "<p>There is nothing to mend.</p>\n" : "<p>Points are left in " + left + ".</p>\n");
}

static std::string start_here(const student_view_t *v)
{
    std::vector<const group_view_t *> list = to_do(v);
    if (list.empty()) return all_pass(v->r);
    const group_view_t *g = list[0];
    const item_t *x = g->full ? g->full : first_skipped(g);
    std::string body = "<p class=\"say\">" + in_short(x) + "</p>\n<p>";
    if (!x->hidden && !x->findings.empty()) {
        const found_t *f = &x->findings[0];
        body += html(f->tool, 60) + ": " + html(f->title, 300);
        if (!f->file.empty())
            body += ", at <code>" + html(f->file, 100) + (f->line > 0 ? format(":%d", f->line) : "") + "</code>";
        body += "</p>\n<p>";
    }
    if (!x->page.empty()) body += "Read <code>" + html(x->page, 200) + "</code>, then try ";
    else body += "Try ";
    body += check_command(g->part, "", v->r->seed_public) + ".";
    if (g->full) body += format(" <a href=\"#part-%d\">The case in full</a>", g->part);
    body += "</p>\n";
    std::string then;
    for (size_t i = 1; i < list.size() && i < 4; i++) {
        const item_t *y = list[i]->full ? list[i]->full : first_skipped(list[i]);
        then += format("<li><a href=\"#part-%d\">", list[i]->part) +
                (list[i]->part ? format("part %d, ", list[i]->part) : "") + html(list[i]->name, 60) +
                "</a>: " + in_short(y) + "</li>\n";
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
        bad += count_items(&g, is_bad), skipped += count_items(&g, is_skipped), all += g.items.size();
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
        "<section>\n<h2>Points by part</h2>\n<div class=\"scroll\" tabindex=\"0\"><table>\n<thead><tr><th "
        "scope=\"col\">part</th>"
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
           "</td><td></td></tr></tfoot>\n</table></div>\n</section>\n";
}

std::string feedback_page(const record_t *r, const rubric_t *rubric)
{
    student_view_t v = view_of(r, rubric);
    std::string title = (r->name.empty() ? r->id : r->name) + ": " + rubric->title;
    std::string out = page_begin(title, "student") + head(&v);
    if (r->verdict == GRADED) out += start_here(&v) + parts_table(&v) + part_sections(&v) + lint_section(r);
    else out += not_graded(r);
    return out + remarks(r) + origin_section(r) + page_end();
}
