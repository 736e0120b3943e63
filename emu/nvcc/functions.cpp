// [given] functions.cpp: words before functions that are no kernels.
#include "rewrite.h"

namespace emu
{

static bool calls_itself(const tokens_t &t, const decl_t &d)
{
    for (int i = d.body; i < d.last; i++)
        if (t[i].kind == WORD && t[i].text == t[d.name].text) return true;
    return false;
}

// __device__ functions exist once a file unless separate compilation is asked for, whatever g++ thinks.
static void make_local(unit_t *u, const decl_t &d)
{
    const tokens_t &t = u->t;
    const std::string name(t[d.name].text);
    if (u->o.rdc || d.in_class || d.is_template || has_word(*u, d, "__host__")) return;
    if (d.body < 0 && !d.is_special && !d.is_operator && !t[d.name - 1].is("::")) u->promised.emplace(name, d.name);
    for (const char *word : {"static", "inline", "__inline__", "constexpr", "friend", "__forceinline__"})
        if (has_word(*u, d, word)) return;
    if (has_word(*u, d, "extern")) {
        u->extern_names.insert(name);
        return;
    }
    if (u->extern_names.count(name)) return;
    for (int i : d.words) {
        if (!t[i].is("__device__")) continue;
        if (d.is_special || t[d.name - 1].is("::") || d.params != d.name + 1) {
            if (d.body >= 0) insert_before(u, i, "inline ");
        } else {
            insert_before(u, i, "static __attribute__((unused)) ", true);
        }
        break;
    }
}

static void inline_words(unit_t *u, const decl_t &d)
{
    const bool is_inline = has_word(*u, d, "inline") || has_word(*u, d, "__inline__") || has_word(*u, d, "__inline") ||
                           has_word(*u, d, "constexpr");
    bool done = false;
    for (int i : d.words) {
        if (u->t[i].is("__forceinline__") && !done) {
            done = true;
            u->t[i].dropped = true;
            std::string text = is_inline ? "" : "inline ";
            if (d.body >= 0 && !calls_itself(u->t, d)) text += "__attribute__((always_inline)) ";
            if (!text.empty()) insert_before(u, i, text, true);
        } else if (u->t[i].is("__noinline__")) {
            u->t[i].dropped = true;
            insert_before(u, i, "__attribute__((noinline)) ", true);
        }
    }
}

static void mark(unit_t *u, const decl_t &d)
{
    if (!u->o.checked || u->o.plain || d.body < 0) return;
    for (const char *word : {"__device__", "__global__", "friend", "consteval", "requires"})
        if (has_word(*u, d, word)) return;
    int at = d.first;
    while (u->t[at].is("[") && u->t[at].mate > at) at = u->t[at].mate + 1;
    if (u->t[at].is("extern") && u->t[at + 1].kind == STRING) at += 2;
    insert_before(u, at, "__attribute__((no_sanitize(\"thread\"))) ", true);
}

// Plain host functions of the checked image are not instrumented: their loops would be slow for nothing.
static void leave_alone(unit_t *u, const decl_t &d)
{
    if (d.is_bare || d.is_operator || d.is_special || u->t[d.name - 1].is("~") || has_word(*u, d, "constexpr")) return;
    mark(u, d);
}

// The same for the containers it uses, or they would not be inlined;
// constexpr ones are, but for std::min and its kin, which kernels may call.
void leave_library_alone(unit_t *u, const decl_t &d)
{
    const std::string &file = u->s->files[u->t[d.first].file].name;
    const bool common = file.find("stl_algobase.h") != std::string::npos;
    if (!common || !has_word(*u, d, "constexpr")) mark(u, d);
}

void leave_lambdas_alone(unit_t *u)
{
    const tokens_t &t = u->t;
    for (int i = 1; u->o.checked && !u->o.plain && i < (int)t.size(); i++) {
        if (!t[i].is("[") || t[i].mate < 0 || u->place[i] != HOST || u->library(i) || t[i + 1].is("[")) continue;
        if (!same_word(t[i - 1], {"(", ",", "=", "{", ";", "return", "&&", "||", "?", ":"})) continue;
        const int open = t[i].mate + 1;
        if (!t[open].is("(") || t[open].mate < 0) continue;
        const int next = t[open].mate + 1;
        if (t[next].is("{") || t[next].is("->"))
            insert_before(u, next, " __attribute__((no_sanitize(\"thread\"))) ", true);
    }
}

void rewrite_functions(unit_t *u, const decl_t &d)
{
    if (has_word(*u, d, "__device__")) {
        u->has_device_code = true;
        make_local(u, d);
    } else {
        leave_alone(u, d);
    }
    inline_words(u, d);
}

// What is declared and used but not defined here lies in another file: that needs separate compilation.
void find_missing(unit_t *u)
{
    for (const auto &[name, at] : u->promised) {
        if (u->by_name.count(name)) continue;
        bool variable = u->extern_names.count(name) && !u->t[at + 1].is("(");
        for (int i = 0; i < (int)u->t.size(); i++) {
            const token_t &t = u->t[i];
            if (i == at || t.kind != WORD || t.text != name || u->place[i] == HOST) continue;
            if ((!variable && !u->t[i + 1].is("(")) || u->t[i - 1].is(".") || u->t[i - 1].is("->")) continue;
            complain(
                u, i,
                "the __device__ " + std::string(variable ? "variable" : "function") + " '" + name +
                    "' is declared but not defined in this file",
                "one that another file defines needs separate compilation: nvcc -rdc=true (or -dc), for every file");
            break;
        }
    }
}

}  // namespace emu
