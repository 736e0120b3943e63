// [given] report_html.cpp: the page: one file, no script, nothing from the network; for screens of any width and for paper.
#include "report.h"

#include <algorithm>
#include <cctype>

std::string escaped(const std::string &text)
{
    std::string out;
    for (size_t i = 0; i < text.size(); i++) switch (text[i]) {
        case '&': out += "&amp;"; break;
        case '<': out += "&lt;"; break;
        case '>': out += "&gt;"; break;
        case '"': out += "&quot;"; break;
        case ' ': out += i + 1 < text.size() && text[i + 1] == '%' ? "&#160;" : " "; break;  // "95 %" stays together
        case CODE[0]: out += "<code>"; break;
        case END[0]: out += "</code>"; break;
        default: out += text[i];
        }
    return out;
}

// ---- figures -----------------------------------------------------------------------------------------

std::vector<std::string> figure_files(const block_t *figure)
{
    if (figure->panels.size() == 1) return {figure->name + ".svg"};
    std::vector<std::string> files;
    for (size_t i = 1; i <= figure->panels.size(); i++) files.push_back(figure->name + format("-%zu.svg", i));
    return files;
}

// ---- the page ----------------------------------------------------------------------------------------

static const char *const style =
    ":root{color-scheme:light}"
    "*{box-sizing:border-box}"
    "body{margin:0;background:#fff;color:#1a1a1a;font:16px/1.55 system-ui,-apple-system,'Segoe UI',Roboto,'Liberation "
    "Sans',sans-serif;-webkit-text-size-adjust:100%}"
    "main{max-width:64rem;margin:0 auto;padding:1.5rem 1rem 4rem}"
    "h1{font-size:1.9rem;line-height:1.2;margin:.5rem 0}"
    "h2{font-size:1.35rem;line-height:1.25;margin:2.6rem 0 .8rem;padding-bottom:.25rem;border-bottom:2px solid #0072b2}"
    "p{margin:.7rem 0;max-width:46rem}"
    ".by{color:#555;margin:0 0 1.5rem}"
    "nav{margin:1rem 0;font-size:.95rem}nav a{margin-right:1.1rem;white-space:nowrap}"
    "a{color:#005a8f}"
    "code{font:.88em/1.4 ui-monospace,'Liberation Mono',Menlo,monospace;background:#f1f3f5;padding:.08em .3em;"
    "border-radius:3px;overflow-wrap:anywhere}"
    ".summary{background:#eef5fa;border-left:4px solid #0072b2;padding:.6rem 1.1rem;margin:1.2rem 0}"
    ".summary p{margin:.2rem 0}.summary ul{padding-left:1.1rem;margin:.4rem 0}.summary li{margin:.4rem 0}"
    ".finding{border-left:4px solid #0072b2;padding:.1rem 0 .1rem .9rem}"
    ".missing{border-left:4px solid #e69f00;background:#fdf6e7;padding:.4rem .9rem}"
    "figure{margin:1.5rem 0 2rem}"
    ".panels{display:grid;gap:.6rem 1rem;grid-template-columns:repeat(auto-fit,minmax(min(100%,19rem),1fr))}"
    ".panels.one{max-width:37rem}.panels svg{width:100%;height:auto;display:block}"
    ".wide{overflow-x:auto}.wide svg{width:100%;min-width:34rem;max-width:46rem;height:auto;display:block}"
    "figcaption{font-size:.9rem;line-height:1.45;color:#444;margin-top:.5rem;max-width:46rem}"
    "b.n{color:#1a1a1a}"
    // Where a table goes on beyond the edge there is a shadow.
    ".scroll{overflow-x:auto;background:linear-gradient(90deg,#fff 40%,transparent) 0 0/2.5rem 100% no-repeat local,"
    "linear-gradient(270deg,#fff 40%,transparent) 100% 0/2.5rem 100% no-repeat local,"
    "linear-gradient(90deg,rgba(0,0,0,.2),transparent) 0 0/.6rem 100% no-repeat scroll,"
    "linear-gradient(270deg,rgba(0,0,0,.2),transparent) 100% 0/.6rem 100% no-repeat scroll}"
    "table{border-collapse:collapse;font-size:.87rem;font-variant-numeric:tabular-nums}"
    "th,td{padding:.3rem .6rem .3rem 0;text-align:left;vertical-align:top;border-bottom:1px solid #e2e2e2}"
    "thead th{border-bottom:2px solid #666;font-weight:600;vertical-align:bottom}"
    ".num{text-align:right;white-space:nowrap}.short{white-space:nowrap}.no{text-align:right;color:#555}"
    "thead .num{white-space:normal}"
    "tbody th{font-weight:500}"
    "footer{margin-top:3rem;color:#555;font-size:.85rem}"
    "@media(max-width:40rem){body{font-size:15px}main{padding:1rem .8rem "
    "3rem}h1{font-size:1.5rem}table{font-size:.82rem}}"
    "@page{size:A4;margin:16mm 15mm 18mm;@bottom-center{content:counter(page) ' / ' counter(pages);font:8pt "
    "sans-serif;color:#555}}"
    "@media print{html{font-size:10pt}body{font-size:1rem;line-height:1.45}main{max-width:none;padding:0}nav{display:"
    "none}h2{break-after:avoid}figure,figcaption,tr,.summary,.finding{break-inside:avoid}figure.long{break-inside:auto}"
    "thead th{font-size:7.6pt}.panels{grid-template-columns:1fr "
    "1fr}.panels.one{max-width:86mm;grid-template-columns:1fr}"
    ".scroll,.wide{overflow:visible;background:none}.wide{max-width:120mm}.wide svg{min-width:0}"
    "th,td{padding-right:.45rem}table{font-size:7.8pt}"
    "a{color:inherit;text-decoration:none}code{background:none;padding:0}"
    "*{-webkit-print-color-adjust:exact;print-color-adjust:exact}}";

// "30.4 [30.2, 30.5] ms"; no words: "2 cores" is text.
static bool is_number(const std::string &cell)
{
    int letters = 0;
    for (char c : cell) {
        letters = isalpha((unsigned char)c) ? letters + 1 : 0;
        if (letters == 3) return false;
    }
    return isdigit((unsigned char)cell[0]) || cell[0] == '-' || cell.compare(0, 3, "–") == 0;
}

// Of a column: most of its cells are numbers.
static bool is_number_column(const block_t *t, size_t column)
{
    int numbers = 0, others = 0;
    for (size_t row = 1; row < t->cells.size(); row++)
        if (column < t->cells[row].size()) (is_number(t->cells[row][column]) ? numbers : others)++;
    return column == 0 ? others == 0 : numbers > others;
}

static std::string cell_class(const block_t *t, size_t row, size_t column)
{
    const std::string &cell = t->cells[row][column];
    bool is_short = row > 0 && cell.size() <= 20;
    if (is_number_column(t, column))
        return row == 0 || is_number(cell) ? " class=\"num\"" : is_short ? " class=\"no short\"" : " class=\"no\"";
    return is_short ? " class=\"short\"" : "";
}

static std::string table_html(const block_t *t, int number)
{
    bool is_long = t->cells.size() > 16;  // may go on on the next page
    std::string out = std::string("<figure class=\"table") + (is_long ? " long" : "") +
                      "\">\n<div class=\"scroll\" tabindex=\"0\"><table>\n";
    for (size_t row = 0; row < t->cells.size(); row++) {
        out += row == 0 ? "<thead><tr>" : row == 1 ? "<tbody><tr>" : "<tr>";
        for (size_t c = 0; c < t->cells[row].size(); c++) {
            const char *tag = row == 0 || c == 0 ? "th" : "td";
            const char *scope = row == 0 ? " scope=\"col\"" : c == 0 ? " scope=\"row\"" : "";
            out += format("<%s%s%s>", tag, scope, cell_class(t, row, c).c_str()) + escaped(t->cells[row][c]) +
                   format("</%s>", tag);
        }
        out += row == 0 ? "</tr></thead>\n" : "</tr>\n";
    }
    return out + (t->cells.size() > 1 ? "</tbody>" : "") + "</table></div>\n<figcaption>" +
           format("<b class=\"n\">Table %d.</b> ", number) + escaped(t->text) + "</figcaption>\n</figure>\n";
}

// Drawings of profile.cpp may be wide: they scroll on a phone, ours become narrow.
static bool is_wide(const block_t *f)
{
    size_t at = f->panels[0].find("viewBox=");
    int x, y, width;
    return at != std::string::npos && sscanf(f->panels[0].c_str() + at + 9, "%d %d %d", &x, &y, &width) == 3 &&
           width > 560;
}

static std::string figure_html(const block_t *f, int number)
{
    const char *kind = is_wide(f) ? "wide" : f->panels.size() == 1 ? "panels one" : "panels";
    std::string out = "<figure id=\"" + escaped(f->name) + "\">\n<div class=\"" + kind + "\">\n";
    for (size_t i = 0; i < f->panels.size(); i++)
        out += figure_svg(f->panels[i], format("f%d%c", number, (char)('a' + i % 26)), format("Figure %d", number)) +
               "\n";
    return out + "</div>\n<figcaption>" + format("<b class=\"n\">Figure %d.</b> ", number) + escaped(f->text) +
           "</figcaption>\n</figure>\n";
}

static std::string block_html(const block_t *b, int *tables, int *figures)
{
    switch (b->kind) {
    case BLOCK_TEXT: return "<p>" + escaped(b->text) + "</p>\n";
    case BLOCK_FINDING: return b->in_summary ? "" : "<p class=\"finding\">" + escaped(b->text) + "</p>\n";
    case BLOCK_MISSING: return "<p class=\"missing\">" + escaped(b->text) + "</p>\n";
    case BLOCK_TABLE: return table_html(b, ++*tables);
    case BLOCK_FIGURE: return figure_html(b, ++*figures);
    default: return "";  // a question: for the text, not for the page
    }
}

static std::string summary_html(const lab_report_t *r)
{
    if (r->findings.empty()) return "";
    std::string out = "<section class=\"summary\" aria-label=\"Summary\">\n<p><b>In short</b></p>\n<ul>\n";
    for (const std::string &f : r->findings) out += "<li>" + escaped(f) + "</li>\n";
    return out + "</ul>\n</section>\n";
}

// Not of questions alone.
static bool is_shown(const section_t *s)
{
    return std::any_of(s->blocks.begin(), s->blocks.end(), [](const block_t &b) { return b.kind != BLOCK_QUESTION; });
}

std::string report_html(const lab_report_t *r)
{
    std::string out =
        "<!DOCTYPE html>\n<html lang=\"en\" xmlns=\"http://www.w3.org/1999/xhtml\">\n<head>\n<meta charset=\"utf-8\" "
        "/>\n"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src "
        "data:; base-uri 'none'; form-action 'none'\" />\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\" />\n<title>" +
        escaped(r->title) + "</title>\n<style>" + style + "</style>\n</head>\n<body>\n<main>\n<h1>" +
        escaped(r->title) + "</h1>\n<p class=\"by\">" + escaped(r->author.empty() ? "" : r->author + " · ") +
        escaped(r->date) + "</p>\n" + summary_html(r) + "<nav aria-label=\"Sections\">";
    for (const section_t &s : r->sections)
        if (is_shown(&s)) out += "<a href=\"#" + escaped(s.id) + "\">" + escaped(s.title) + "</a> ";
    out += "</nav>\n";
    int tables = 0, figures = 0;
    for (const section_t &s : r->sections) {
        if (!is_shown(&s)) continue;
        out += "<section>\n<h2 id=\"" + escaped(s.id) + "\">" + escaped(s.title) + "</h2>\n";
        for (const block_t &b : s.blocks) out += block_html(&b, &tables, &figures);
        out += "</section>\n";
    }
    return out +
           "<footer>Made by bin/lab report from the files that the captions name. Every sentence with a number was "
           "computed from them.</footer>\n</main>\n</body>\n</html>\n";
}
