// [given] storage.cpp: __shared__, __device__, __constant__ and __managed__ variables.
#include "rewrite.h"

namespace emu
{

static int word_token(const unit_t *u, const decl_t &d, std::string_view word)
{
    for (int i : d.words)
        if (u->t[i].text == word) return i;
    return -1;
}

// Alignment words between other specifiers: g++ wants alignas() in front. Returns them as text, for the front.
static std::string take_alignas(unit_t *u, const decl_t &d, bool attributes_too)
{
    std::string text;
    for (int i = d.first; i < d.last; i++) {
        const token_t &t = u->t[i];
        const bool attribute = attributes_too && t.is("__attribute__");
        if ((t.is("alignas") || attribute) && u->t[i + 1].mate > i) {
            if (!attribute) text += flat(u->t, i, u->t[i + 1].mate + 1) + " ";
            drop(u, i, u->t[i + 1].mate);
            i = u->t[i + 1].mate;
        } else if (t.mate > i) {
            i = t.mate;
        }
    }
    return text;
}

// extern __shared__ T name[][M]; in a function: T (*name)[M] = ...
static void pointer_to_dynamic(unit_t *u, const decl_t &d)
{
    take_alignas(u, d, true);
    insert_before(u, d.first, "[[maybe_unused]] ", true);
    for (const decl_t::var_t &v : d.vars) {
        if (v.array < 0) {
            complain(u, v.name, "'extern __shared__' needs an array without a size: extern __shared__ float name[];");
            continue;
        }
        const int close = u->t[v.array].mate;
        drop(u, v.array, close);
        const bool rows = u->t[close + 1].is("[");
        insert_before(u, v.name, rows ? "(*" : "*");
        if (rows) insert_after(u, v.name, ")");
        insert_before(u, v.end, " = (decltype(" + std::string(u->t[v.name].text) + "))::emu::dynamic_shared()", true);
    }
}

static void proxy_of_dynamic(unit_t *u, const decl_t &d, const std::string &path)
{
    if (d.vars.size() != 1 || d.vars[0].array < 0)
        return complain(u, d.first,
                        "'extern __shared__' needs one array without a size: extern __shared__ float name[];");
    take_alignas(u, d, true);
    const decl_t::var_t &v = d.vars[0];
    const int close = u->t[v.array].mate;
    insert_before(u, d.first, "[[maybe_unused]] static const ::emu::dynamic_shared_t<", true);
    insert_before(u, v.name, flat(u->t, close + 1, v.end) + "> ");
    drop(u, v.array, v.end - 1);
    insert_before(u, v.end, " = {}");
    u->proxies.push_back({std::string(u->t[v.name].text), path, d.last});
}

void rewrite_shared(unit_t *u, const decl_t &d, bool in_function, const std::string &path)
{
    const int shared = word_token(u, d, "__shared__"), is_extern = word_token(u, d, "extern");
    const int is_static = word_token(u, d, "static");
    if (shared < 0 || u->t[shared].dropped) return;
    u->has_device_code = true;
    u->t[shared].dropped = true;
    if (is_extern >= 0) {
        u->t[is_extern].dropped = true;
        if (is_static >= 0) u->t[is_static].dropped = true;
        if (in_function) pointer_to_dynamic(u, d);
        else proxy_of_dynamic(u, d, path);
        return;
    }
    const std::string align = take_alignas(u, d, false);
    if (!align.empty()) insert_before(u, d.first, align);
    insert_before(u, shared, std::string(is_static < 0 ? "static " : "") + "thread_local __attribute__((aligned(16))) ",
                  true);
    for (const decl_t::var_t &v : d.vars) {
        if (v.name < 0) continue;
        const std::string name(u->t[v.name].text);
        if (v.initialised)
            complain(u, v.name, "a __shared__ variable cannot have an initializer ('" + name + "')",
                     "let one thread assign it, then call __syncthreads()");
        insert_after(u, d.last,
                     " static_assert(sizeof(" + name + ") <= 49152, \"the __shared__ variable '" + name +
                         "' is larger than 48 KiB (49152 bytes), the most that a block can have without dynamic shared "
                         "memory; hint: make it smaller, or use extern __shared__\");");
        if (u->o.checked)  // so that one element too many does not land in the next variable
            insert_after(u, d.last,
                         " static thread_local char emu_gap_" + name + "[64] __attribute__((used, aligned(16)));");
    }
}

void rewrite_variables(unit_t *u, const decl_t &d, const std::string &)
{
    const bool device = has_word(*u, d, "__device__"), constant = has_word(*u, d, "__constant__");
    const bool managed = has_word(*u, d, "__managed__");
    if ((!device && !constant && !managed) || d.vars.empty()) return;
    u->has_device_code = true;
    if (d.is_template || d.is_special) return;
    const bool is_extern = has_word(*u, d, "extern");
    for (const decl_t::var_t &v : d.vars) {
        if (v.name < 0) continue;
        const std::string name(u->t[v.name].text);
        if (is_extern && !v.initialised) {
            u->extern_names.insert(name);
            if (!u->o.rdc) u->promised.emplace(name, v.name);
            continue;
        }
        if (u->t[v.name - 1].is("::")) continue;  // a static member
        u->promised.erase(name);
        const token_t &t = u->t[v.name];
        insert_after(u, d.last,
                     " static ::emu::variable_t emu_variable_" + std::to_string(u->serial++) + "_((const void *)&" +
                         name + ", sizeof " + name + ", \"" + name + "\", " + u->s->files[t.file].quoted + ", " +
                         std::to_string(t.line) + ", '" +
                         (managed    ? "m"
                          : constant ? "c"
                                     : "d") +
                         "');");
    }
    // Without separate compilation every file has its own.
    const std::string first(d.vars[0].name >= 0 ? u->t[d.vars[0].name].text : "");
    const bool qualified = d.vars[0].name > 0 && u->t[d.vars[0].name - 1].is("::");
    if (u->o.rdc || is_extern || qualified || has_word(*u, d, "static") || has_word(*u, d, "inline") ||
        u->extern_names.count(first))
        return;
    int at = word_token(u, d, "__device__");
    if (at < 0) at = word_token(u, d, constant ? "__constant__" : "__managed__");
    insert_before(u, at, "static ");
}

// A student's function that uses `name` of extern __shared__ at namespace scope gets a local pointer of that name:
// the object at namespace scope cannot be cast as an array can.
void insert_proxies(unit_t *u)
{
    for (const shared_proxy_t &p : u->proxies) {
        for (const function_t &f : u->functions) {
            const int close = u->t[f.body].mate;
            if (f.in_class || f.body < p.at || close < 0 || f.path.compare(0, p.path.size(), p.path) != 0) continue;
            bool used = false, parameter = false;
            for (int i = f.params; i < close; i++) {
                if (u->t[i].kind != WORD || u->t[i].text != p.name) continue;
                (i < f.body ? parameter : used) = true;
            }
            if (!used || parameter) continue;
            insert_after(u, f.body,
                         " auto emu_" + p.name + "_ = +" + p.name + "; [[maybe_unused]] auto " + p.name + " = emu_" +
                             p.name + "_; {");
            insert_before(u, close, "}");
        }
    }
}

}  // namespace emu
