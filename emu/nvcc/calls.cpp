// [given] calls.cpp: launches, waiting loops, casts of kernels, and words that g++ does not know.
#include "rewrite.h"

namespace emu
{

static bool in_device_code(const unit_t *u, int i) { return u->place[i] == KERNEL || u->place[i] == DEVICE; }

// ---- lambdas with __device__ -----------------------------------------------------------------------------------

void find_device_lambdas(unit_t *u)
{
    const tokens_t &t = u->t;
    for (int i = 1; i + 1 < (int)t.size(); i++) {
        if (!same_word(t[i], {"__device__", "__host__"}) || !t[i - 1].is("]")) continue;
        int j = i;
        bool device = false, host = false;
        for (; t[j].kind == WORD; j++) device |= t[j].is("__device__"), host |= t[j].is("__host__");
        if (t[j].is("(") && t[j].mate > j) j = t[j].mate + 1;
        while (t[j].kind != END && !t[j].is("{") && !t[j].is(";")) j++;
        if (!t[j].is("{") || t[j].mate < 0 || !device) continue;
        u->has_device_code = true;
        for (int k = j; k < t[j].mate; k++) u->place[k] = host ? BOTH : DEVICE;
    }
}

// ---- while (flag == 0); -----------------------------------------------------------------------------------------

static void spin_here(unit_t *u, int body)  // body: ';' or '{'
{
    const tokens_t &t = u->t;
    if (t[body].is(";")) insert_before(u, body, " ::emu::spin()", true);
    else if (t[body].is("{") && t[body].mate == body + 1) insert_before(u, body + 1, "::emu::spin();", true);
    else return;
    u->spin_bodies.push_back(body);
}

void find_spins(unit_t *u)
{
    const tokens_t &t = u->t;
    std::set<int> tails;  // the `while` of do ... while
    for (int i = 0; i + 2 < (int)t.size(); i++) {
        if (t[i].kind != WORD || u->place[i] == HOST) continue;
        if (t[i].is("do")) {
            spin_here(u, i + 1);
            int tail = t[i + 1].is("{") && t[i + 1].mate > i ? t[i + 1].mate + 1 : i + 1;
            while (t[tail].kind != END && !t[tail].is("while"))
                tail = t[tail].mate > tail ? t[tail].mate + 1 : tail + 1;
            tails.insert(tail);
        } else if ((t[i].is("while") || t[i].is("for")) && t[i + 1].is("(") && t[i + 1].mate > i && !tails.count(i)) {
            spin_here(u, t[i + 1].mate + 1);
        }
    }
}

// ---- callee<<<grid, block, shared, stream>>>(arguments) ------------------------------------------------------------

static bool three(const tokens_t &t, int i, const char *sign)
{
    return t[i].is(sign) && t[i + 1].is(sign) && t[i + 2].is(sign) && !t[i + 1].space;
}

static int callee_start(const tokens_t &t, int end)  // end: first token of <<<; -1: there is none
{
    int p = end - 1;
    while (p >= 0) {
        if (t[p].is(">")) {
            const int open = angles_back(t, p);
            if (open <= 0) return -1;
            p = open - 1;
            continue;
        }
        if (t[p].is("]") && t[p].mate >= 0) {
            p = t[p].mate - 1;
            continue;
        }
        if (t[p].is(")")) {
            if (t[p].mate < 0) return -1;
            p = t[p].mate;
            const token_t &before = t[p > 0 ? p - 1 : 0];
            const bool call = before.kind == WORD &&
                              !same_word(before, {"if", "while", "for", "switch", "return", "else", "do"});
            if (call || before.is(")") || before.is("]") || before.is(">")) {
                if (before.is(")") && t[before.mate > 0 ? before.mate - 1 : 0].is("if")) return p;
                if (before.is(")")) return p;  // ambiguous: if (...) (*f)<<<>>>
                p--;
                continue;
            }
            return p;
        }
        if (t[p].kind != WORD) return -1;
        if (p > 0 && (t[p - 1].is(".") || t[p - 1].is("->"))) {
            p -= 2;
            continue;
        }
        if (p > 0 && t[p - 1].is("template") && p > 1) {
            p -= 3;
            continue;
        }
        if (p > 0 && t[p - 1].is("::")) {
            const token_t &scope = t[p > 1 ? p - 2 : 0];
            const bool named = p > 1 && ((scope.kind == WORD && !same_word(scope, {"return", "else", "do", "case"})) ||
                                         scope.is(">"));
            if (!named) return p - 1;
            p -= 2;
            continue;
        }
        return p;
    }
    return -1;
}

// Is the '<' at i the start of template arguments that end before a '(' or '::' or '{'? Returns the '>' or -1.
static int template_end(const tokens_t &t, int i)
{
    int depth = 0;
    for (int j = i; t[j].kind != END; j++) {
        const token_t &k = t[j];
        if (k.is("<")) {
            depth++;
        } else if (k.is(">")) {
            if (--depth > 0) continue;
            const token_t &next = t[j + 1];
            return next.is("(") || next.is("::") || next.is("{") ? j : -1;
        } else if (k.mate > j && (k.is("(") || k.is("["))) {
            j = k.mate;
        } else if (k.kind == SIGN && !k.is(",") && !k.is("::") && !k.is("*") && !k.is("&") && !k.is("+") &&
                   !k.is("-") && !k.is("...")) {
            return -1;
        }
    }
    return -1;
}

static int config_end(const tokens_t &t, int i)  // i after <<<; the first token of >>>
{
    for (; t[i].kind != END && !t[i].is(";") && !t[i].is("}") && !t[i].is(")"); i++) {
        if (t[i].mate > i) {
            i = t[i].mate;
        } else if (three(t, i, ">") && t[i + 3].is("(")) {
            return i;
        } else if (t[i].is("<") && t[i - 1].kind == WORD) {
            const int end = template_end(t, i);
            if (end > 0) i = end;
        }
    }
    return -1;
}

// No variable of that name: a pointer to a kernel could hide the function.
static bool is_only_function(const unit_t *u, int callee)
{
    const tokens_t &t = u->t;
    for (int i = 1; i < (int)t.size(); i++) {
        if (t[i].kind != WORD || t[i].text != t[callee].text || t[i + 1].is("(") || t[i + 1].is("<")) continue;
        return false;
    }
    return true;
}

// k(a, n); as a statement of its own
static void find_plain_call(unit_t *u, int i)
{
    const tokens_t &t = u->t;
    if (i == 0 || !same_word(t[i - 1], {";", "{", "}", "else", "do"}) || !u->kernel_names.count(std::string(t[i].text)))
        return;
    for (auto range = u->by_name.equal_range(std::string(t[i].text)); range.first != range.second; ++range.first)
        if (u->functions[range.first->second].place != KERNEL) return;
    if (three(t, i + 1, "<")) return;
    const int open = t[i + 1].is("<") ? skip_angles(t, i + 1, (int)t.size()) : i + 1;
    if (!t[open].is("(") || t[open].mate < 0 || !t[t[open].mate + 1].is(";")) return;
    complain(u, i, "the kernel '" + std::string(t[i].text) + "' is called without <<<blocks, threads per block>>>");
}

static void rewrite_launch(unit_t *u, int open)
{
    const tokens_t &t = u->t;
    u->has_device_code = true;
    if (in_device_code(u, open))
        return complain(u, open,
                        "a kernel launched from a kernel (dynamic parallelism) is not supported by the emulator");
    const int start = callee_start(t, open), close = config_end(t, open + 3);
    const std::string name(t[open - 1].text);
    if (start == open - 1 && t[start].kind == WORD && u->by_name.count(name) && !u->kernel_names.count(name) &&
        is_only_function(u, start))
        return complain(u, start, "'" + name + "' is launched with <<<...>>>, but it is not a __global__ function");
    if (start < 0) return complain(u, open, "'<<<' without a kernel's name before it");
    if (close < 0 || t[close + 3].mate < 0)
        return complain(u, open, "'<<<' without '>>>(arguments)' after it",
                        "a launch is kernel<<<blocks, threads per block>>>(arguments)");
    if (close == open + 3) return complain(u, open, "'<<<>>>' needs at least two values: blocks, threads per block");
    drop(u, start, open + 2);
    drop(u, close, close + 2);
    insert_before(u, start, "(::emu::push(");
    token_t &arguments = u->t[close + 3];
    insert_before(u, close + 3, "), ");
    arguments.moved_from = start, arguments.moved_to = open;
    insert_after(u, arguments.mate, ")");
}

// ---- cudaLaunchKernel((void *)k, ...): the kernel's type is needed --------------------------------------------------

static bool is_void_pointer(const tokens_t &t, int from, int to)
{
    bool is_void = false;
    for (int i = from; i < to; i++) {
        if (t[i].is("void")) is_void = true;
        else if (!t[i].is("const") && !t[i].is("*")) return false;
    }
    return is_void && t[to - 1].is("*");
}

static void rewrite_kernel_argument(unit_t *u, int open)
{
    const tokens_t &t = u->t;
    const int i = open + 1;
    if (t[i].is("(") && t[i].mate > i && is_void_pointer(t, i + 1, t[i].mate)) {
        drop(u, i, t[i].mate);
    } else if (same_word(t[i], {"reinterpret_cast", "static_cast"}) && t[i + 1].is("<")) {
        const int end = skip_angles(t, i + 1, (int)t.size());
        if (t[end].is("(") && is_void_pointer(t, i + 2, end - 1)) drop(u, i, end - 1);
    }
}

// ---- all the rest ---------------------------------------------------------------------------------------------------

static int statement_start(const tokens_t &t, int i)
{
    while (i > 0) {
        const token_t &p = t[i - 1];
        if (p.kind == WORD && !same_word(p, {"else", "do", "return"})) {
            i--;
        } else if (p.is("::")) {
            i--;
        } else if (p.is(">")) {
            const int open = angles_back(t, i - 1);
            if (open < 0) break;
            i = open;
        } else if (p.is(")") && p.mate > 0 && same_word(t[p.mate - 1], {"__attribute__", "alignas"})) {
            i = p.mate - 1;
        } else if (p.is("]") && p.mate > 0 && t[p.mate + 1].is("[")) {
            i = p.mate;
        } else {
            break;
        }
    }
    return i;
}

static bool in_attribute(const tokens_t &t, int i)
{
    return i > 2 && (t[i - 1].is("(") || t[i - 1].is(",")) && t[i + 1].kind != WORD;
}

// The preprocessor drops comments: "// fall through" before a case becomes an attribute again.
static void keep_fallthrough(unit_t *u, int i)
{
    const token_t &a = u->t[i - 1], &b = u->t[i];
    if (a.file != b.file || b.line - a.line > 3) return;
    for (int n = a.line; n <= b.line; n++) {
        std::string_view text = u->s->line(a.file, n);
        size_t at = text.find("/*");
        if (at == std::string_view::npos) at = text.find("//");
        if (at == std::string_view::npos) continue;
        text.remove_prefix(at);
        for (const char *word : {"fall", "FALL", "Fall"}) {
            if (text.find(word) == std::string_view::npos) continue;
            insert_before(u, i, "[[fallthrough]]; ", true);
            return;
        }
    }
}

static void rewrite_word(unit_t *u, int i)
{
    const tokens_t &t = u->t;
    const token_t &k = t[i];
    if ((k.is("case") || k.is("default")) && !same_word(t[i - 1], {":", "{", "=", "break"})) {
        keep_fallthrough(u, i);
    } else if (same_word(
                   k, {"__device__", "__host__", "__global__", "__constant__", "__managed__", "__grid_constant__"})) {
        if (!in_attribute(t, i) || k.is("__grid_constant__") || t[i + 1].kind == WORD) u->t[i].dropped = true;
        if (k.is("__global__")) u->has_device_code = true;
    } else if (same_word(k, {"__forceinline__", "__noinline__"})) {
        if (!in_attribute(t, i)) u->t[i].dropped = true;
    } else if (same_word(k, {"__launch_bounds__", "__maxnreg__", "__block_size__"}) && t[i + 1].is("(") &&
               t[i + 1].mate > i) {
        drop(u, i, t[i + 1].mate);
    } else if (k.is("__cluster_dims__")) {
        complain(u, i, "__cluster_dims__ (thread block clusters) is not supported by the emulator");
    } else if ((k.is("texture") || k.is("surface")) && t[i + 1].is("<") && !t[i - 1].is("::") && !t[i - 1].is(".")) {
        complain(u, i, std::string(k.text) + " references are not supported by the emulator");
    } else if (same_word(k, {"asm", "__asm__", "__asm"}) && in_device_code(u, i)) {
        complain(u, i, "inline PTX (asm) is not supported by the emulator");
    } else if (k.is("__shared__")) {
        const int first = statement_start(t, i);
        rewrite_shared(u, read_declaration(t, first, (int)t.size() - 1, false, ""), true, "");
    } else if (t[i + 1].is("(") && !t[i - 1].is("::") &&
               (same_word(k, {"cudaLaunchKernel", "cudaLaunchCooperativeKernel", "cudaFuncSetAttribute",
                              "cudaFuncGetAttributes", "cudaFuncSetCacheConfig", "cudaFuncSetSharedMemConfig"}))) {
        rewrite_kernel_argument(u, i + 1);
    } else if (t[i + 1].is("(") && k.text.substr(0, 13) == "cudaOccupancy") {
        // The kernel is the second or third argument.
        for (int j = i + 2; j < t[i + 1].mate; j++) {
            if (t[j].is(",")) rewrite_kernel_argument(u, j);
            else if (t[j].mate > j) j = t[j].mate;
        }
    }
}

void rewrite_bodies(unit_t *u)
{
    const tokens_t &t = u->t;
    for (int i = 0; i + 3 < (int)t.size(); i++) {
        if (u->library(i)) continue;
        if (t[i].is("<") && three(t, i, "<") && i > 0 && !t[i - 1].is("operator") && t[i - 1].kind != NUMBER) {
            rewrite_launch(u, i);
            i += 2;
        } else if (t[i].kind == WORD && !t[i].dropped) {
            find_plain_call(u, i);
            rewrite_word(u, i);
        }
    }
}

}  // namespace emu
