// [given] page_origin.cpp: why it does not compile; where the marks come from and how to get them again.
#include "../cases.h"
#include "page_parts.h"
#include "text.h"
#include "utils.h"

constexpr size_t MOST_CONTEXT = 6, MOST_LOG = 200;

// ---- the compiler's first error ---------------------------------------------------------------------------------

static bool has(const std::string &text, const char *part) { return text.find(part) != std::string::npos; }

static const struct {
    const char *part, *meaning;
} meanings[] = {
    {"undefined reference",
     "The linker looks for this function and does not find it: is it missing, or are its name or "
     "its parameters not quite those of the header?"},
    {"multiple definition", "It is defined twice: a function in a header needs <code>inline</code>, one that only its "
                            "own file uses <code>static</code>."},
    {"No such file", "Only the files of the assignment are built. What they include must be one of them, or come with "
                     "the kit."},
    {"cannot open source file", "Only the files of the assignment are built. What they include must be one of them, or "
                                "come with the kit."},
    {"not declared", "This name is not known here: is it spelled as where it is defined, and defined above this line?"},
    {"is undefined", "This name is not known here: is it spelled as where it is defined, and defined above this line?"},
    {"expected \xe2\x80\x98;", "A semicolon is missing, often at the end of the line before."},
    {"expected ';", "A semicolon is missing, often at the end of the line before."},
    {"expected a \";", "A semicolon is missing, often at the end of the line before."},
    {"at end of input", "A brace that was opened is not closed."},
    {"redefinition", "The same name is defined twice."},
    {"too few arguments", "The call and the function do not have the same parameters."},
    {"too many arguments", "The call and the function do not have the same parameters."},
    {"cannot convert", "The type that is given is not the type that is asked for: often a pointer for what it points "
                       "to, or the other way round."},
};

static bool is_error(const std::string &line)
{
    return has(line, "error: ") || has(line, "undefined reference") || has(line, "multiple definition") ||
           has(line, "fatal   :");
}

// The lines after an error that belong to it are indented.
static std::string context(const std::vector<std::string> &lines, size_t at)
{
    std::string out;
    for (size_t i = at + 1; i < lines.size() && i <= at + MOST_CONTEXT && !lines[i].empty() && lines[i][0] == ' '; i++)
        out += i == at + 1 ? "<span class=\"here\">" + html(lines[i], 240) + "</span>" : html(lines[i], 240) + "\n";
    return out.empty() ? "" : "<pre><code>" + out + "</code></pre>\n";
}

std::string build_failure(const std::string &log)
{
    std::vector<std::string> lines = lines_of(log);
    size_t at = 0;
    while (at < lines.size() && !is_error(lines[at])) at++;
    std::string out;
    if (at < lines.size()) {
        size_t mark = lines[at].find("error: ");
        std::string message = mark == std::string::npos ? lines[at] : lines[at].substr(mark + 7);
        std::string where = mark == std::string::npos ? "" : lines[at].substr(0, mark);
        while (!where.empty() && (where.back() == ' ' || where.back() == ':')) where.pop_back();
        out += "<p>The first error" + (where.empty() ? ":" : " is at <code>" + html(where, 200) + "</code>:") +
               "</p>\n<p class=\"say\">" + html(message, 500) + "</p>\n" + context(lines, at);
        for (const auto &m : meanings)
            if (has(lines[at], m.part)) {
                out += std::string("<p>") + m.meaning + "</p>\n";
                break;
            }
        out += "<p>Mend this one first: those after it are often its echo. Then <code>make check</code> at home.</p>\n";
    }
    if (log.empty()) return out;
    return out +
           format("<details><summary>All that the compiler said (%s)</summary>\n<pre class=\"printed\" tabindex=\"0\">",
                  counted(lines.size(), "line", "lines").c_str()) +
           html_block(log, MOST_LOG) + "</pre></details>\n";
}

// ---- at home ---------------------------------------------------------------------------------------------------------

// Names come from the rubric: one that a shell would take apart is left out.
std::string check_command(int part, const std::string &name, uint64_t seed)
{
    std::string options, command = "make check";
    bool plain = !name.empty() && name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                                         "0123456789 ,.;_-") == std::string::npos;
    if (plain) options += "--case '" + name + "'";
    if (seed != VISIBLE_SEED) options += (options.empty() ? "" : " ") + format("--seed %llu", (unsigned long long)seed);
    if (part > 0) command += format(" PART=%d", part);
    if (!options.empty()) command += " CHECK=\"" + options + "\"";
    return "<code>" + html(command) + "</code>";
}

// ---- where the marks come from -----------------------------------------------------------------------------------------

static std::string fact(const char *name, const std::string &value)
{
    return value.empty() ? "" : std::string("<dt>") + name + "</dt><dd>" + value + "</dd>\n";
}

static std::string files_fact(const record_t *r)
{
    std::string text;
    for (const hash_t &f : r->files)
        text += (text.empty() ? "" : "<br />") + html(f.name, 200) + ", " + counted(f.lines, "line", "lines") +
                ", SHA-256 <code>" + html(f.sha256.substr(0, 16), 16) + "...</code>";
    return text;
}

std::string origin_section(const record_t *r)
{
    std::string commands;
    for (const std::string &c : r->commands) commands += html(c, 1000) + "\n";
    std::string device = html(r->device, 200) +
                         (r->emulated ? " (counts what kernels do; its times mean nothing)" : "");
    std::string out =
        "<section id=\"origin\">\n<h2>Where these marks come from</h2>\n"
        "<p>The same checks run at home: " +
        check_command(0, "", r->seed_public) +
        " gives the points of the public cases. The hidden ones have other numbers, the same for the whole "
        "class; this page names only what kind of case they are.</p>\n"
        "<p>If you think that a mark is wrong, write to your instructor: give the part, the case and what "
        "you expect. Your files as they were graded, all seeds and results are kept, so that the mark can be made "
        "again.</p>\n<details><summary>Seeds, versions, files</summary>\n<dl class=\"facts\">\n";
    out += fact("handed in", html(r->source, 300)) + fact("remark", html(r->note, 300)) +
           fact("graded", html(r->date, 40)) +
           fact("seed of the public cases", format("%llu", (unsigned long long)r->seed_public)) +
           fact("seed of the hidden cases", "kept by the instructor until all marks are final") +
           fact("rubric",
                html(r->rubric, 200) + (r->rubric_sha256.empty()
                                            ? ""
                                            : " <code>" + html(r->rubric_sha256.substr(0, 16), 16) + "...</code>")) +
           fact("kit", html(r->kit, 200)) + fact("compiler", html(r->compiler, 300)) + fact("device", device) +
           fact("numbers", html(r->real, 20)) + fact("machine", html(r->machine, 200)) +
           fact("time and memory",
                format("building %.1f s, running %.1f s, at most %.0f MB", r->build_s, r->run_s, r->memory / 1e6)) +
           fact("files", files_fact(r)) + "</dl>\n";
    if (!commands.empty()) out += "<pre class=\"printed\" tabindex=\"0\">" + commands + "</pre>\n";
    return out + "</details>\n</section>\n";
}
