// [given] export_junit.cpp: JUnit XML of the strict flavour, which every reader takes: a suite for each part.
#include <algorithm>
#include <cmath>

#include "exports.h"
#include "exports_parts.h"
#include "utils.h"

static const size_t MOST_TEXT = 16 << 10;  // of one failure, of one system-out [bytes]

struct case_xml_t {
    std::string classname, name, kind, type, text;  // kind: "" passed, "failure" or "error"
    double seconds;
};

static std::string escaped(const std::string &text)
{
    std::string xml;
    for (char c : text) {
        if (c == '&') xml += "&amp;";
        else if (c == '<') xml += "&lt;";
        else if (c == '>') xml += "&gt;";
        else if (c == '"') xml += "&quot;";
        else xml += c;
    }
    return xml;
}

static std::string attribute(const std::string &name, const std::string &value, const char *if_empty)
{
    std::string line = line_shown(value, 200);
    return " " + name + "=\"" + escaped(line.empty() ? if_empty : line) + "\"";
}

static std::string seconds_text(double seconds)
{
    return format("%.3f", std::isfinite(seconds) && seconds > 0 && seconds < 1e9 ? seconds : 0.0);
}

static std::string case_xml(const case_xml_t *c)
{
    std::string xml = "    <testcase" + attribute("classname", c->classname, "nn") +
                      attribute("name", c->name, "case") + " time=\"" + seconds_text(c->seconds) + "\"";
    if (c->kind.empty()) return xml + "/>\n";
    size_t end = c->text.find('\n');
    return xml + ">\n      <" + c->kind + attribute("message", c->text.substr(0, end), "failed") +
           attribute("type", c->type, "failed") + ">" + escaped(text_shown(c->text, MOST_TEXT)) + "</" + c->kind +
           ">\n    </testcase>\n";
}

static bool is_date(const std::string &date)
{
    const char *form = "dddd-dd-ddTdd:dd:dd";
    if (date.size() != 19) return false;
    for (size_t k = 0; k < date.size(); k++)
        if (form[k] == 'd' ? date[k] < '0' || date[k] > '9' : date[k] != form[k]) return false;
    return true;
}

static std::string property(const char *name, const std::string &value)
{
    return std::string("      <property name=\"") + name + "\" value=\"" + escaped(line_shown(value, 300)) + "\"/>\n";
}

static std::string suite_xml(const record_t *r, int id, const std::string &name, const std::vector<case_xml_t> *cases,
                             const std::string &out)
{
    int failures = 0, errors = 0;
    double seconds = 0;
    std::string body;
    for (const case_xml_t &c : *cases) {
        failures += c.kind == "failure";
        errors += c.kind == "error";
        seconds += std::stod(seconds_text(c.seconds));
        body += case_xml(&c);
    }
    std::string xml = format("  <testsuite id=\"%d\" package=\"nn\"", id) + attribute("name", name, "part") +
                      attribute("timestamp", is_date(r->date) ? r->date : "1970-01-01T00:00:00", "") +
                      attribute("hostname", r->machine, "localhost") +
                      format(" tests=\"%zu\" failures=\"%d\" errors=\"%d\" time=\"", cases->size(), failures, errors) +
                      seconds_text(seconds) + "\">\n    <properties>\n";
    xml += property("student", r->id) + property("verdict", verdict_text(r->verdict));
    if (r->verdict != UNGRADED)
        xml += property("points", format("%.4f", rounded(r->points))) + property("of", format("%.4f", rounded(r->of)));
    xml += property("device", r->device) + property("emulated", r->emulated ? "yes" : "no") +
           property("sandbox", r->no_sandbox ? "NONE" : "yes") + property("kit", r->kit) +
           property("rubric", r->rubric_sha256);
    return xml + "    </properties>\n" + body + "    <system-out>" + escaped(text_shown(out, MOST_TEXT)) +
           "</system-out>\n    <system-err></system-err>\n  </testsuite>\n";
}

static case_xml_t case_of(const item_t *item, int k)
{
    case_xml_t c = {format("part%d.", item->part) + item->group, item_name(item), "", item->outcome, "", item->seconds};
    std::replace(c.classname.begin(), c.classname.end(), ' ', '_');
    if (item->hidden) c.name += format(" %d", k);
    if (item->outcome == "passed") return c;
    c.kind = item->outcome == "machine error" ? "error" : "failure";
    c.text = item_text(item);
    return c;
}

// What was not graded at all: one suite with one case.
static std::string whole_xml(const record_t *r)
{
    case_xml_t c = {"submission", "it can be graded", "failure", verdict_text(r->verdict), verdict_sentence(r), 0};
    if (r->verdict == UNGRADED) c.kind = "error", c.type = "infrastructure";
    if (r->verdict == NOT_BUILT) c.name = "it compiles", c.text += r->build_log;
    std::vector<case_xml_t> cases = {c};
    return suite_xml(r, 0, "submission", &cases, circumstances(r) + lines_text(r->remarks));
}

std::string junit_xml(const record_t *r)
{
    std::string suites;
    std::vector<group_items_t> all = items_by_group(r);
    int id = 0;
    for (size_t k = 0; r->verdict == GRADED && k < all.size(); k++) {
        int number = all[k].part, hidden = 0;
        bool seen = false;
        for (size_t j = 0; j < k; j++) seen = seen || all[j].part == number;
        if (seen) continue;
        std::vector<case_xml_t> cases;
        for (const group_items_t &g : all)
            for (size_t j = 0; g.part == number && j < g.items.size(); j++)
                cases.push_back(case_of(g.items[j], hidden += g.items[j]->hidden));
        const part_t *part = part_find(r, number);
        suites += suite_xml(r, id++, format("part %d: ", number) + (part ? part->title : "all together"), &cases,
                            circumstances(r));
    }
    if (r->verdict != GRADED) suites = whole_xml(r);
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n" + suites + "</testsuites>\n";
}
