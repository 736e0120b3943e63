// [given] emit.cpp: the rewritten tokens as text, every token in its line and column; error messages.
#include "rewrite.h"
#include <algorithm>

namespace emu
{

void insert_before(unit_t *u, int token, const std::string &text, bool quiet)
{
    if (token < 0 || token >= (int)u->t.size()) return;  // unbalanced brackets: g++ will complain
    u->t[token].before += text;
    u->t[token].quiet |= quiet;
}

void insert_after(unit_t *u, int token, const std::string &text)
{
    if (token >= 0 && token < (int)u->t.size()) u->t[token].after += text;
}

void drop(unit_t *u, int first, int last)
{
    for (int i = std::max(first, 0); i <= last && i < (int)u->t.size(); i++) u->t[i].dropped = true;
}

void complain(unit_t *u, int token, const std::string &message, const std::string &hint)
{
    const token_t &t = u->t[token];
    const int column = t.column > 0 ? t.column : 1;
    const std::string place = u->s->files[t.file].name + ":" + std::to_string(t.line) + ":" + std::to_string(column) +
                              ": ";
    u->errors += place + "error: " + message + "\n";
    const std::string_view line = u->s->line(t.file, t.line);
    if (!line.empty()) {
        std::string number = std::to_string(t.line), blank;
        if (number.size() < 5) number.insert(0, 5 - number.size(), ' ');
        for (int i = 0; i < column - 1 && i < (int)line.size(); i++) blank += line[i] == '\t' ? '\t' : ' ';
        u->errors += number + " | " + std::string(line) + "\n" + std::string(number.size(), ' ') + " | " + blank + "^";
        if (t.column > 0 && t.text.size() > 1) u->errors += std::string(t.text.size() - 1, '~');
        u->errors += "\n";
    }
    if (!hint.empty()) u->errors += place + "note: " + hint + "\n";
    u->error_count++;
}

void complain_at(unit_t *u, int file, int line, const std::string &message)
{
    u->errors += u->s->files[file].name + ":" + std::to_string(line) + ":1: error: " + message + "\n";
    u->error_count++;
}

namespace
{

struct out_t {
    const source_t *s;
    std::string text;
    int file = -1, line = 0, column = 1;  // where the next character will be, as g++ sees it
    bool flag = false;

    void marker(int to_file, int to_line, bool to_flag)
    {
        if (column > 1 || (!text.empty() && text.back() != '\n')) text += '\n';
        text += "# " + std::to_string(to_line) + " " + s->files[to_file].quoted + (to_flag ? " 3\n" : "\n");
        file = to_file, line = to_line, flag = to_flag, column = 1;
    }
    void go(int to_file, int to_line, bool to_flag)
    {
        if (to_file != file || to_flag != flag || to_line < line || to_line > line + 8) {
            marker(to_file, to_line, to_flag);
        } else if (to_line > line) {
            text.append(to_line - line, '\n');
            line = to_line, column = 1;
        }
    }
    void put(std::string_view s)
    {
        text += s;
        const size_t end = s.rfind('\n');
        if (end == std::string_view::npos) {
            column += (int)s.size();
        } else {
            for (char c : s) line += c == '\n';
            column = (int)(s.size() - end);
        }
    }
    void lead(const lead_t &l)
    {
        if (l.text.empty()) return;
        const bool is_marker = l.text.size() > 2 && l.text[0] == '#' && l.text[1] == ' ';
        if (l.enters) go(l.from_file, l.from_line, flag);  // "In file included from" takes its line from here
        if (!is_marker) {
            go(l.file, l.line - 1, l.flag);
            if (column > 1) marker(l.file, l.line - 1, l.flag);
        } else if (column > 1) {
            text += '\n';
        }
        text += l.text;
        file = l.file, line = l.line, flag = l.flag, column = 1;
    }
};

bool would_join(char a, std::string_view b)
{
    const auto word = [](char c) { return isalnum((unsigned char)c) || c == '_' || c == '"' || c == '\''; };
    if (word(a) && word(b[0])) return true;
    return !word(a) && a != ' ' && a != '\n' && a != '\t' && ispunct((unsigned char)a) && ispunct((unsigned char)b[0]);
}

void put_text(out_t *o, const token_t &t, bool flag, bool glued)
{
    o->go(t.file, t.line, flag);
    if (glued) return o->put(t.text);
    if (t.column > 0 && o->column > t.column) o->marker(t.file, t.line, flag);
    if (t.column > o->column) {
        o->put(std::string(t.column - o->column, ' '));
    } else if (o->column > 1 && would_join(o->text.back(), t.text)) {
        if (t.column > 0) o->marker(t.file, t.line, flag), o->put(std::string(t.column - 1, ' '));
        else o->put(" ");
    }
    o->put(t.text);
}

// Signs that were written together stay together: << is two tokens here.
bool belong(const token_t &a, const token_t &b)
{
    return !b.space && ((a.kind == SIGN && b.kind == SIGN) || a.kind == STRING);
}

void put_token(out_t *o, const tokens_t &all, int i, bool flag)
{
    const token_t &t = all[i];
    if (!t.before.empty()) {
        o->go(t.file, t.line, flag || t.quiet);
        if (o->column > 1 && t.space && would_join(o->text.back(), t.before)) o->put(" ");
        o->put(t.before);
    }
    for (int j = t.moved_from; j < t.moved_to; j++)
        put_text(o, all[j], flag, j > t.moved_from && belong(all[j - 1], all[j]));
    const bool glued = i > 0 && !all[i - 1].dropped && all[i - 1].after.empty() && t.before.empty() &&
                       belong(all[i - 1], t);
    if (!t.dropped) put_text(o, t, flag, glued);
    if (!t.after.empty()) {
        if (t.after.size() > 2) o->go(o->file, o->line, true);
        o->put(t.after);
    }
}

}  // namespace

std::string emit(const unit_t &u)
{
    out_t o{u.s, "", -1, 0, 1, false};
    o.text.reserve(u.s->text.size() * 5 / 4);
    bool flag = false;
    for (size_t i = 0; i < u.t.size(); i++) {
        const token_t &t = u.t[i];
        for (int j = t.lead_from; j < t.lead_to; j++) {
            o.lead(u.s->leads[j]);
            flag = u.s->leads[j].flag;
        }
        if (t.kind != END) put_token(&o, u.t, (int)i, flag);
    }
    o.text += '\n';
    return std::move(o.text);
}

}  // namespace emu
