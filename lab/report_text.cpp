// [given] report_text.cpp: the same as Markdown, with open questions: what a student's own report starts from.
#include "report.h"

#include <cstring>

#include <zlib.h>

static std::string marked(const std::string &text)
{
    std::string out;
    bool in_code = false;
    for (char c : text) {
        if (c == CODE[0] || c == END[0]) in_code = c == CODE[0], out += '`';
        else if (in_code) out += c == '`' ? '\'' : c;
        else if (strchr("\\`*_[]<>|#", c)) out += std::string("\\") + c;
        else out += c == '\n' ? ' ' : c;
    }
    return out;
}

static std::string cell_text(const std::string &text)
{
    std::string cell = marked(text), out;
    for (size_t i = 0; i < cell.size(); i++)  // code may have bars, and a table splits there all the same
        out += cell[i] == '|' && (i == 0 || cell[i - 1] != '\\') ? std::string("\\|") : std::string(1, cell[i]);
    return out;
}

static std::string table_text(const block_t *t, int number)
{
    std::string out = format("**Table %d.** ", number) + marked(t->text) + "\n\n";
    for (size_t row = 0; row < t->cells.size(); row++) {
        out += "|";
        for (const std::string &cell : t->cells[row]) out += " " + cell_text(cell) + " |";
        out += "\n";
        if (row > 0) continue;
        out += "|";
        for (size_t c = 0; c < t->cells[0].size(); c++) out += "---|";
        out += "\n";
    }
    return out + "\n";
}

static std::string figure_text(const block_t *f, int number)
{
    std::string out;
    for (const std::string &file : figure_files(f)) out += format("![Figure %d](figures/", number) + file + ")\n";
    return out + "\n" + format("**Figure %d.** ", number) + marked(f->text) + "\n\n";
}

static std::string block_text(const block_t *b, int *tables, int *figures)
{
    switch (b->kind) {
    case BLOCK_TEXT: return marked(b->text) + "\n\n";
    case BLOCK_FINDING: return "**Measured.** " + marked(b->text) + "\n\n";
    case BLOCK_MISSING: return "**To do.** " + marked(b->text) + "\n\n";
    case BLOCK_QUESTION: return "> **Question.** " + marked(b->text) + "\n\n…\n\n";
    case BLOCK_TABLE: return table_text(b, ++*tables);
    default: return figure_text(b, ++*figures);
    }
}

// ---- has somebody written into it? ---------------------------------------------------------------------

static const char *const seal_form = "<!-- bin/lab report made this text; it keeps what is changed here. %08lx -->\n";

static std::string sealed(const std::string &body)
{
    return format(seal_form, (unsigned long)crc32(0, (const Bytef *)body.data(), (uInt)body.size())) + body;
}

bool is_untouched(const std::string &markdown)
{
    size_t end = markdown.find('\n');
    return end != std::string::npos && sealed(markdown.substr(end + 1)) == markdown;
}

std::string report_markdown(const lab_report_t *r)
{
    std::string out = "# " + marked(r->title) + "\n\n" + (r->author.empty() ? "" : marked(r->author) + ", ") +
                      marked(r->date) + "\n\n";
    out +=
        "## Summary\n\n> **Question.** Which three of the sentences that begin with \"Measured\" matter most, and why? "
        "What was not expected?\n\n…\n\n";
    int tables = 0, figures = 0;
    for (const section_t &s : r->sections) {
        out += "## " + marked(s.title) + "\n\n";
        for (const block_t &b : s.blocks) out += block_text(&b, &tables, &figures);
    }
    return sealed(out);
}
