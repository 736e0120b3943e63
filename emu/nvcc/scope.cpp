// [given] scope.cpp: finds declarations, function bodies and classes among tokens; no types are looked up.
#include "rewrite.h"

namespace emu
{

std::string flat(const tokens_t &t, int first, int end)
{
    std::string s;
    for (int i = first; i < end; i++) {
        if (!s.empty() && t[i].space) s += ' ';
        s += t[i].text;
    }
    return s;
}

int skip_angles(const tokens_t &t, int i, int end)
{
    int depth = 0;
    for (int j = i; j < end; j++) {
        if (t[j].kind == END || t[j].is(";") || t[j].is("}") || t[j].is(")")) break;
        if (t[j].mate > j) {
            j = t[j].mate;
        } else if (t[j].is("<")) {
            depth++;
        } else if (t[j].is(">") && --depth == 0) {
            return j + 1;
        }
    }
    return i + 1;
}

int angles_back(const tokens_t &t, int i)
{
    int depth = 0;
    for (int j = i; j >= 0; j--) {
        if (t[j].is(";") || t[j].is("{") || t[j].is("(")) break;
        if (t[j].mate >= 0 && t[j].mate < j) {
            j = t[j].mate;
        } else if (t[j].is(">")) {
            depth++;
        } else if (t[j].is("<") && --depth == 0) {
            return j > 0 && t[j - 1].kind == WORD ? j : -1;
        }
    }
    return -1;
}

bool has_word(const unit_t &u, const decl_t &d, std::string_view word)
{
    for (int i : d.words)
        if (u.t[i].text == word) return true;
    return false;
}

namespace
{

bool takes_brackets(const token_t &t)  // words whose parentheses are no parameter list
{
    return same_word(t, {"__attribute__",
                         "__attribute",
                         "alignas",
                         "_Alignas",
                         "decltype",
                         "noexcept",
                         "throw",
                         "explicit",
                         "__launch_bounds__",
                         "__maxnreg__",
                         "__cluster_dims__",
                         "__declspec",
                         "__typeof__",
                         "typeof",
                         "__typeof",
                         "requires",
                         "asm",
                         "__asm__",
                         "__decltype",
                         "__align__",
                         "__block_size__"});
}

// The first words of a declaration that are no part of its type.
bool is_specifier(const token_t &t)
{
    return same_word(t, {"static",       "inline",     "explicit",   "constexpr",     "consteval",  "virtual",
                         "friend",       "extern",     "__device__", "__host__",      "__global__", "__forceinline__",
                         "__noinline__", "__inline__", "__inline",   "__attribute__", "alignas",    "__launch_bounds__",
                         "typename",     "template"});
}

// Words of the type before a function's name? None: a constructor or the like.
bool no_type(const tokens_t &t, const decl_t &d)
{
    int from = d.name;
    while (from - 2 >= d.first && t[from - 1].is("::")) {
        from -= 2;
        if (t[from].is(">")) {
            int open = angles_back(t, from);
            if (open <= 0) break;
            from = open - 1;
        }
    }
    for (int i = d.first; i < from; i++) {
        if (t[i].mate > i) {
            i = t[i].mate;
        } else if (t[i].is("::")) {
            continue;
        } else if (t[i].kind == WORD && !is_specifier(t[i])) {
            return false;
        }
    }
    return true;
}

// A '(' at j outside of any initialiser: parameters of a function, a pointer's declarator, or an initialiser?
// Returns the token to go on with.
int read_parenthesis(const tokens_t &t, decl_t *d, decl_t::var_t *v, int j, int last_word)
{
    const int close = t[j].mate;
    if (close < 0) return j + 1;
    const token_t &in = t[j + 1];
    const bool declarator = (in.is("*") || in.is("&") || in.is("^") || in.is("&&") || in.is("(") ||
                             (in.kind == WORD && t[j + 2].is("::") && t[j + 3].is("*"))) &&
                            (t[close + 1].is("(") || t[close + 1].is("["));
    if (declarator) {
        for (int i = j + 1; i < close; i++) {
            if (t[i].kind == WORD && !t[i].is("const") && !t[i].is("volatile") && !t[i].is("__restrict__")) v->name = i;
            if (t[i].is("(") && v->name >= 0 && !t[i + 1].is("*")) {  // a function that returns such a pointer
                d->name = v->name, d->params = i;
                break;
            }
            if (t[i].is("[")) v->array = i, i = t[i].mate > i ? t[i].mate : i;
        }
        v->pointer_to = true;
        int next = close + 1;
        while (t[next].is("[") && t[next].mate > next) next = t[next].mate + 1;
        if (t[next].is("(") && t[next].mate > next) next = t[next].mate + 1;
        return next;
    }
    if (last_word < 0) return close + 1;
    const bool value = in.kind == NUMBER || in.kind == STRING || in.is("{") || in.is("-");
    if (value) {
        v->name = last_word, v->initialised = true;
        return close + 1;
    }
    d->name = last_word, d->params = j;
    return close + 1;
}

int skip_initialiser(const tokens_t &t, int j, int end)  // to the ',' or ';'
{
    while (j < end && !t[j].is(",") && !t[j].is(";") && t[j].kind != END) {
        if (t[j].mate > j) {
            j = t[j].mate + 1;
        } else if (t[j].is("<") && t[j - 1].kind == WORD) {
            const int next = skip_angles(t, j, end);
            const bool is_list = next > j + 1 && (t[next].is("(") || t[next].is("::") || t[next].is("{") ||
                                                  t[next].is(";") || t[next].is(","));
            j = is_list ? next : j + 1;
        } else {
            j++;
        }
    }
    return j;
}

int skip_constructor_list(const tokens_t &t, int j, int end)  // j after the ':'; to the body's '{'
{
    while (j < end) {
        while (j < end && (t[j].kind == WORD || t[j].is("::") || t[j].is("<")))
            j = t[j].is("<") ? skip_angles(t, j, end) : j + 1;
        if ((t[j].is("(") || t[j].is("{")) && t[j].mate > j) j = t[j].mate + 1;
        if (t[j].is("...")) j++;
        if (!t[j].is(",")) break;
        j++;
    }
    return j;
}

int skip_operator(const tokens_t &t, decl_t *d, int j, int end)  // j at `operator`; to the '(' of the parameters
{
    d->is_operator = true;
    if (t[j + 1].is("(") && t[j + 2].is(")")) return j + 3;
    for (j++; j < end && !t[j].is("(") && !t[j].is(";") && !t[j].is("{"); j++) {}
    return j;
}

}  // namespace

decl_t read_declaration(const tokens_t &t, int first, int end, bool in_class, const std::string &class_name)
{
    decl_t d;
    d.first = first, d.in_class = in_class;
    decl_t::var_t v;
    int last_word = -1, key = -1, j = first;
    bool specifiers = true;  // before the first name is complete
    while (j < end) {
        const token_t &k = t[j];
        if (k.kind == END || k.is("}") || k.is(")")) {
            d.last = j - 1;
            return d;
        }
        if (k.is(";") || k.is(",")) {
            if (v.name < 0) v.name = last_word;
            v.end = j;
            if (d.params < 0 || v.pointer_to) d.vars.push_back(v);
            v = {};
            specifiers = false;
            last_word = -1;
            if (k.is(";")) {
                d.last = j;
                return d;
            }
            j++;
        } else if (k.is("{")) {
            const int close = k.mate < 0 ? end - 1 : k.mate;
            const int before = t[j - 1].is(")") && t[j - 1].mate > 0 ? t[j - 1].mate - 1 : j - 1;
            if (j > first && t[before].is("requires")) {  // requires (T x) { x + x; }
                j = close + 1;
                continue;
            }
            if (key >= 0 && d.params < 0) {
                if (!d.is_enum) d.class_open = j;
                key = -1, last_word = -1;
            } else if (d.params >= 0) {
                d.body = j, d.last = close;
                d.is_bare = no_type(t, d) || (in_class && t[d.name].text == class_name);
                return d;
            } else {
                if (v.name < 0) v.name = last_word;
                v.initialised = true;
            }
            j = close + 1;
        } else if (k.is("=")) {
            if (v.name < 0) v.name = last_word;
            v.initialised = true, specifiers = false, key = -1;
            j = skip_initialiser(t, j + 1, end);
        } else if (k.is("[")) {
            const bool attribute = t[j + 1].is("[");
            if (!attribute && v.name < 0) v.name = last_word;
            if (!attribute && v.array < 0) v.array = j;
            j = k.mate > j ? k.mate + 1 : j + 1;
        } else if (k.is("(")) {
            const bool own = j > first && takes_brackets(t[j - 1]);
            if (own || d.params >= 0 || v.pointer_to) {
                j = k.mate > j ? k.mate + 1 : j + 1;
            } else {
                key = -1;
                j = read_parenthesis(t, &d, &v, j, last_word);
                if (d.params >= 0) specifiers = false;
            }
        } else if (k.is("<") && j > first && t[j - 1].kind == WORD) {
            j = skip_angles(t, j, end);
        } else if (k.is(":") && d.params >= 0) {
            j = skip_constructor_list(t, j + 1, end);
        } else if (k.is("operator")) {
            last_word = j;
            j = skip_operator(t, &d, j, end);
            if (t[j].is("(")) {
                d.name = last_word, d.params = j;
                j = t[j].mate > j ? t[j].mate + 1 : j + 1;
            }
        } else {
            if (k.kind == WORD) {
                if (same_word(k, {"class", "struct", "union", "enum"}))
                    key = j, d.is_enum = k.is("enum") || (d.is_enum && t[j - 1].is("enum"));
                if (specifiers) d.words.push_back(j);
                if (!takes_brackets(k) && !same_word(k, {"final", "override", "const", "volatile"})) last_word = j;
            }
            j++;
        }
    }
    d.last = end - 1;
    return d;
}

namespace
{

void add_function(unit_t *u, const decl_t &d, const std::string &path)
{
    function_t f;
    f.name = d.is_operator ? "operator" : std::string(u->t[d.name].text);
    f.path = path;
    f.name_token = d.name, f.params = d.params, f.body = d.body;
    const bool device = has_word(*u, d, "__device__"), host = has_word(*u, d, "__host__");
    f.place = has_word(*u, d, "__global__") ? KERNEL : device && host ? BOTH : device ? DEVICE : HOST;
    f.in_class = d.in_class, f.is_operator = d.is_operator, f.is_template = d.is_template;
    for (int i = d.params; i <= d.last; i++) u->place[i] = f.place;
    u->by_name.emplace(f.name, (int)u->functions.size());
    u->functions.push_back(f);
}

std::string class_name_of(const tokens_t &t, int open)  // open: '{'
{
    int key = open;
    while (key > 0 && !same_word(t[key], {"class", "struct", "union"})) key--;
    for (int i = key + 1; i < open; i++) {
        if (t[i].mate > i) {
            i = t[i].mate;
        } else if (t[i].kind == WORD && !same_word(t[i], {"__attribute__", "alignas"})) {
            return std::string(t[i].text);
        }
    }
    return "";
}

// Classes inside of a function's body: their methods have bodies too.
void read_local_classes(unit_t *u, int open, int close, const std::string &path)
{
    const tokens_t &t = u->t;
    for (int i = open + 1; i < close; i++) {
        if (!same_word(t[i], {"struct", "class", "union"}) || t[i - 1].is("<") || t[i - 1].is(",") ||
            t[i - 1].is("enum"))
            continue;
        int j = i + 1;
        while (j < close && (t[j].kind == WORD || t[j].is(":") || t[j].is(",") || t[j].is("::") || t[j].is("<"))) {
            if (takes_brackets(t[j]) && t[j + 1].is("(") && t[j + 1].mate > j) {
                j = t[j + 1].mate + 1;
            } else {
                j = t[j].is("<") ? skip_angles(t, j, close) : j + 1;
            }
        }
        if (!t[j].is("{") || t[j].mate < 0) continue;
        const std::string name = class_name_of(t, j);
        const int end = t[j].mate;
        read_scope(u, j + 1, end, true, path + name + "::", name);
        i = end;
    }
}

void read_one(unit_t *u, const decl_t &d, bool in_class, const std::string &path)
{
    if (d.class_open >= 0 && u->t[d.class_open].mate > 0) {
        const std::string name = class_name_of(u->t, d.class_open);
        read_scope(u, d.class_open + 1, u->t[d.class_open].mate, true, path + name + "::", name);
    }
    if (u->library(d.first)) {
        if (d.params >= 0) leave_library_alone(u, d);
        return;
    }
    if (d.params >= 0 && d.body >= 0) {
        add_function(u, d, path);
        read_local_classes(u, d.body, d.last, path);
    }
    if (has_word(*u, d, "__global__") && d.params >= 0) {
        rewrite_kernel(u, d, path);
    } else if (d.params < 0) {
        const bool shared = has_word(*u, d, "__shared__");
        if (shared) rewrite_shared(u, d, false, path);
        else if (!in_class) rewrite_variables(u, d, path);
    } else {
        rewrite_functions(u, d);
    }
}

}  // namespace

void read_scope(unit_t *u, int first, int end, bool in_class, const std::string &path, const std::string &class_name)
{
    const tokens_t &t = u->t;
    int i = first;
    bool is_template = false, is_special = false;
    while (i < end && t[i].kind != END) {
        if (t[i].is(";") || t[i].is("}")) {
            i++;
        } else if (in_class && same_word(t[i], {"public", "private", "protected"})) {
            i++;
            if (t[i].is(":")) i++;
        } else if (t[i].is("template") && t[i + 1].is("<")) {
            is_special = t[i + 2].is(">");
            is_template = is_template || !is_special;
            i = skip_angles(t, i + 1, end);
            continue;
        } else if (t[i].is("namespace") || (t[i].is("inline") && t[i + 1].is("namespace"))) {
            std::string inner = path;
            int j = i;
            while (j < end && !t[j].is("{") && !t[j].is(";") && !t[j].is("=")) {
                if (t[j].mate > j) j = t[j].mate;
                else if (t[j].kind == WORD && !t[j].is("namespace") && !t[j].is("inline"))
                    inner += std::string(t[j].text) + "::";
                j++;
            }
            if (t[j].is("{") && t[j].mate > j) {
                if (inner == path) inner += "{}::";  // unnamed
                read_scope(u, j + 1, t[j].mate, false, inner, "");
                i = t[j].mate + 1;
            } else {
                while (j < end && !t[j].is(";")) j++;
                i = j + 1;
            }
        } else if (t[i].is("extern") && t[i + 1].kind == STRING && t[i + 2].is("{") && t[i + 2].mate > i) {
            read_scope(u, i + 3, t[i + 2].mate, in_class, path, class_name);
            i = t[i + 2].mate + 1;
        } else {
            decl_t d = read_declaration(t, i, end, in_class, class_name);
            d.is_template = is_template, d.is_special = is_special;
            if (!same_word(t[i], {"using", "typedef", "static_assert", "asm", "template"}))
                read_one(u, d, in_class, path);
            else if (t[i].is("typedef") && d.class_open >= 0) read_one(u, d, true, path);
            i = d.last >= i ? d.last + 1 : i + 1;
        }
        is_template = is_special = false;
    }
}

}  // namespace emu
