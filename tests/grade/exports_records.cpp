// tests/grade/exports_records.cpp: see exports_records.h.
#include "exports_records.h"

static const std::string &hostile(void)
{
    static const std::string text = std::string(
                                        "]]>\"}]}<script>alert('x')</script>&amp;\x1b[31m\r\n\t\b:a:1:\x7f\n:b\\:") +
                                    std::string("\0NUL", 4) + "\xff\xfe\xc0\xaf\xed\xa0\x80" + "\xe2\x80\xae" +
                                    "\xef\xbf\xbf" + "\xf0\x9f\x98\x80 \xc3\xb1: 12:30 x:" + "\xe6\x97";
    return text;
}

static item_t item(int part, const char *group, const char *name, const char *outcome, double points, double of)
{
    item_t x = {};
    x.part = part, x.group = group, x.name = name, x.outcome = outcome, x.points = points, x.of = of;
    x.used = -1;
    x.seconds = 0.25;
    x.what = "4-3 sigmoid";
    if (x.outcome != "passed") x.why = "A[1]: 6 of 6 elements are wrong";
    return x;
}

static item_t hidden(int part, const char *group, const char *outcome, double points, double of)
{
    item_t x = item(part, group, SECRET, outcome, points, of);
    x.hidden = true;
    x.what = "odd sizes";
    x.why = x.mistake = x.mistake_text = x.note = x.printed = SECRET;
    x.sentences = x.blame = {SECRET};
    x.findings = {{"memcheck", SECRET, SECRET, SECRET, 3, {SECRET}}};
    x.arrays = {{SECRET, 1, 1, 1, 2.5, {0}, {1}, {2}, {3}}};
    return x;
}

rubric_t export_rubric(void)
{
    rubric_t r = {};
    r.sha256 = "abc";
    auto part = [](int number, const char *title, double points, std::vector<rubric_group_t> groups) {
        rubric_part_t p = {};
        p.number = number, p.title = title, p.points = points, p.groups = groups;
        return p;
    };
    r.parts.push_back(part(2, "update", 10, {{GROUP_UPDATE, 10, 1, VISIBLE}}));
    r.parts.push_back(
        part(3, "batch: and forward pass", 20, {{GROUP_BATCH, 5, 1, VISIBLE}, {GROUP_FORWARD, 15, 1, VISIBLE}}));
    r.parts.push_back(part(7, "make it fast", 10, {}));
    r.parts.push_back(part(8, "two GPUs", 10, {}));
    r.parts.back().by_hand = r.parts.back().bonus = true;
    r.parts.push_back(part(9, "report", 5, {}));
    r.parts.back().by_hand = true;
    r.speed.part = 7;
    return r;
}

record_t export_record(void)
{
    record_t r = record_make();
    r.id = "s12", r.student = "s12", r.name = "Ada", r.email = "a@b.c", r.verdict = GRADED;
    r.parts = {{2, "update", 10, 10, "", false, ""},
               {3, "batch: and forward pass", 5 + 10, 20, "", false, ""},
               {7, "make it fast", 0, 0, "there is no GPU here", false, ""},
               {8, "two GPUs", 0, 0, "a person has to mark it", true, ""},
               {9, "report", 4.5, 5, "", true, "good; the second figure lacks units"}};
    for (int k = 0; k < 3; k++)
        r.items.push_back(item(2, "update", k ? "momentum" : "plain", "passed", 10.0 / 3, 10.0 / 3));
    r.items.push_back(item(3, "batch", "first rows", "passed", 5, 5));
    r.items.push_back(item(3, "forward pass", "one layer", "passed", 5, 5));
    r.items.push_back(item(3, "forward pass", "one output", "failed", 0, 5));
    r.items.push_back(hidden(3, "forward pass", "passed", 5, 5));
    r.items.push_back(item(0, "all parts together", "a whole training", "skipped", 0, 0));
    r.speeds = {{"forward pass", true, 120, 100, 1.2, 1.2, 1.2, "sectors", {}, {}, 0, 0, ""}};
    r.points = 29.5, r.of = 35;
    r.date = "2026-02-28T13:05:07", r.machine = "node1", r.device = "emulator", r.kit = "abc1234";
    r.build_s = 3, r.run_s = 12;
    r.emulated = true;
    return r;
}

static void make_hostile(record_t *r)
{
    const std::string &h = hostile(), formula = "=cmd|'/c calc'!A1," + h;
    r->id = r->student = r->name = formula;
    r->email = "@SUM(A1)";
    r->source = r->note = r->why = r->device = r->machine = r->kit = r->compiler = r->rubric = h;
    r->remarks = {h, h};
    r->build_log = h + std::string(3 << 20, 'x') + h;
    r->lint = {{h, h, h, h, 3, {h, h}}};
    r->signals = {{h, h, h, 1}};
    for (part_t &p : r->parts) p.title += h, p.comment = h, p.left_out += p.left_out.empty() ? "" : h;
    for (speed_t &s : r->speeds) s.name = s.unit = s.note = h;
    for (item_t &x : r->items) {
        if (x.hidden) continue;
        x.name += h;
        x.what = x.why = x.mistake = x.mistake_text = x.note = x.page = h;
        x.printed = std::string(5 << 20, '\n') + h + std::string(1 << 20, ':');
        x.sentences = x.blame = std::vector<std::string>(5000, h);
        x.findings = std::vector<found_t>(20, {h, h, h, h, 3, {h, h}});
    }
}

std::vector<record_t> export_records(void)
{
    std::vector<record_t> all;
    for (int verdict : {GRADED, NOT_HANDED_IN, REFUSED, NOT_BUILT, UNGRADED})
        for (int kind = 0; kind < 3; kind++) {
            record_t r = export_record();
            r.verdict = (verdict_t)verdict;
            if (verdict != GRADED) {
                r.points = 0, r.items.clear(), r.speeds.clear();
                for (part_t &p : r.parts) p.points = 0;
                r.why = "the reason";
                r.build_log = "src/nn.cu:12:3: error: expected ';'\n";
            }
            r.no_sandbox = kind == 1;
            if (kind == 2) make_hostile(&r);
            all.push_back(r);
        }
    return all;
}

bool has_control(const std::string &text)
{
    for (char c : text)
        if (((unsigned char)c < 32 && c != '\n' && c != '\t') || c == 127) return true;
    return contains(text, "\xe2\x80\xae") || contains(text, "\xef\xbf\xbf");
}
