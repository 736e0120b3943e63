// [given] kernels.cpp: __global__ functions become their own launchers; which of them cannot block.
#include "rewrite.h"
#include <sstream>

namespace emu
{

// ---- does a body call anything that could block, or that needs to know which thread runs? ------------------

static bool is_control(const token_t &t)
{
    return same_word(t, {"if",
                         "for",
                         "while",
                         "switch",
                         "return",
                         "sizeof",
                         "alignof",
                         "decltype",
                         "static_assert",
                         "__attribute__",
                         "alignas",
                         "catch",
                         "noexcept",
                         "else",
                         "do",
                         "case",
                         "goto",
                         "const",
                         "constexpr",
                         "__builtin_expect",
                         "__builtin_assume_aligned"});
}

static bool is_type_word(const token_t &t)
{
    return same_word(t, {"float",   "double",   "int",      "unsigned", "long",      "short",   "char",     "bool",
                         "signed",  "void",     "auto",     "size_t",   "int8_t",    "int16_t", "int32_t",  "int64_t",
                         "uint8_t", "uint16_t", "uint32_t", "uint64_t", "ptrdiff_t", "const",   "volatile", "uint",
                         "uchar",   "ushort",   "ulong",    "char2",    "char4",     "uchar2",  "uchar4",   "short2",
                         "short4",  "int2",     "int3",     "int4",     "uint2",     "uint3",   "uint4",    "float1",
                         "float2",  "float3",   "float4",   "double2",  "double3",   "double4", "dim3"});
}

// Functions that return without waiting for anybody: of the mathematical ones there is a second, NAMEf.
static const char math_names[] =
    "acos acosh asin asinh atan atan2 atanh cbrt ceil copysign cos cosh cospi erf erfc erfcinv erfcx erfinv "
    "exp exp10 exp2 expm1 fabs fdim fdivide floor fma fmax fmin fmod hypot ilogb j0 j1 ldexp lgamma llrint "
    "llround log log10 log1p log2 logb lrint lround modf nearbyint nextafter norm3d norm4d normcdf "
    "normcdfinv pow rcbrt remainder rhypot rint rnorm3d round rsqrt scalbln scalbn sin sincos sincospi sinh "
    "sinpi sqrt tan tanh tgamma trunc ";
static const char other_names[] =
    "abs labs llabs min max umin umax llmin llmax ullmin ullmax isnan isinf isfinite signbit __expf __exp10f "
    "__logf __log2f __log10f __sinf __cosf __tanf __powf __sincosf __fdividef __saturatef __frcp_rn "
    "__fsqrt_rn __frsqrt_rn __fadd_rn __fsub_rn __fmul_rn __fmaf_rn __fdiv_rn __dadd_rn __dmul_rn __fma_rn "
    "__ddiv_rn __dsqrt_rn __drcp_rn __mul24 __umul24 __mulhi __umulhi __mul64hi __umul64hi __popc __popcll "
    "__clz __clzll __ffs __ffsll __brev __brevll __byte_perm __funnelshift_l __funnelshift_r __sad __usad "
    "__hadd __rhadd __uhadd __ldg __ldcg __ldca __ldcs __stcg __stcs __int_as_float __float_as_int "
    "__uint_as_float __float_as_uint __longlong_as_double __double_as_longlong __float2int_rn __float2int_rz "
    "__float2int_rd __float2int_ru __float2uint_rn __float2uint_rz __int2float_rn __uint2float_rn "
    "__int2float_rz __double2int_rn __double2float_rn __double2int_rz __half2float __float2half make_char2 "
    "make_char4 make_uchar2 make_uchar3 make_uchar4 make_int2 make_int3 make_int4 make_uint2 make_uint3 "
    "make_uint4 make_float1 make_float2 make_float3 make_float4 make_double2 make_double3 make_double4 "
    "make_short2 make_short4 printf __assert_fail ";

static const std::set<std::string> &pure_functions()
{
    static std::set<std::string> names;
    if (!names.empty()) return names;
    std::istringstream math(math_names), others(other_names);
    for (std::string name; math >> name;) names.insert(name), names.insert(name + "f");
    for (std::string name; others >> name;) names.insert(name);
    return names;
}

static bool uses_thread(const tokens_t &t, int from, int to)
{
    for (int i = from; i < to; i++)
        if (t[i].kind == WORD && same_word(t[i], {"threadIdx", "blockIdx", "blockDim", "gridDim"})) return true;
    return false;
}

static bool is_leaf_function(unit_t *u, function_t &f)
{
    if (f.leaf == 2) return false;  // recursion: not known
    if (f.leaf < 0) {
        f.leaf = 2;
        f.leaf = !uses_thread(u->t, f.params, u->t[f.body].mate) && is_leaf(u, f.params, f.body);
    }
    return f.leaf == 1;
}

// The '(' at i: does what is called there surely return without waiting for another thread?
static bool is_leaf_call(unit_t *u, int i, int from)
{
    const tokens_t &t = u->t;
    const token_t &p = t[i - 1];
    if (p.is(")") || p.is("]") || p.is("}")) {
        if (!p.is(")") || p.mate < 0) return false;
        bool cast = t[p.mate - 1].kind != WORD || is_control(t[p.mate - 1]);  // (float)(x), if (..) (..), not f(x)(y)
        if (is_control(t[p.mate - 1]) && !t[p.mate - 1].is("return")) return true;
        for (int j = p.mate + 1; j < i - 1; j++)
            if (!is_type_word(t[j]) && !t[j].is("*") && !t[j].is("&") && !(t[j].is("(") || t[j].is(")"))) cast = false;
        return cast;
    }
    if (p.is(">")) {
        const int open = angles_back(t, i - 1);
        if (open < from) return true;  // a > (b)
        return same_word(t[open - 1], {"static_cast", "reinterpret_cast", "const_cast", "min", "max"}) &&
               !t[open - 2].is("::");
    }
    if (p.kind == STRING) return false;
    if (p.kind != WORD) return true;  // an operator before: a parenthesised expression
    if (is_control(p) || is_type_word(p)) return true;
    const token_t &q = t[i - 2];
    if (q.is(".") || q.is("->")) return false;
    if (q.is("::") && !(t[i - 3].is("std") || t[i - 3].kind != WORD)) return false;
    auto range = u->by_name.equal_range(std::string(p.text));
    if (range.first != range.second) {
        for (auto it = range.first; it != range.second; ++it)
            if (!is_leaf_function(u, u->functions[it->second])) return false;
        return true;
    }
    return pure_functions().count(std::string(p.text)) > 0;
}

bool is_leaf(unit_t *u, int params, int body)
{
    const tokens_t &t = u->t;
    const int end = t[body].mate;
    if (end < 0) return false;
    for (int b : u->spin_bodies)
        if (b > body && b < end) return false;
    for (int i = body; i < end; i++) {
        if (t[i].is("(") && !is_leaf_call(u, i, body)) return false;
        for (int p = params; t[i].is("(") && p < t[params].mate; p++)  // a functor
            if (t[p].kind == WORD && t[p].text == t[i - 1].text && !is_type_word(t[p]) && !is_control(t[p]))
                return false;
        if (t[i].is("{") && i > body && (t[i - 1].kind == WORD || t[i - 1].is(">")) &&
            !same_word(t[i - 1], {"else", "do"}) && !is_type_word(t[i - 1]) && !t[i - 1].is("return"))
            return false;  // Type{...}: a constructor
        if (t[i].is("[") && (t[i + 1].is("=") || t[i + 1].is("&") || t[i + 1].is("]"))) return false;  // a lambda
        if (t[i].kind == WORD && same_word(t[i], {"new", "delete", "throw", "volatile", "operator"})) return false;
    }
    return params >= 0;
}

// Methods and operators are called without a visible '(' or name: one that blocks makes every kernel suspect.
static bool hidden_may_block(unit_t *u)
{
    for (function_t &f : u->functions)
        if ((f.in_class || f.is_operator) && f.place != KERNEL && !is_leaf_function(u, f)) {
            if (f.place != HOST) return true;
        }
    return false;
}

// ---- kernels ------------------------------------------------------------------------------------------------

// The types of parameters, without names and default arguments, to tell overloads from prototypes.
static std::string types_of(const tokens_t &t, int open)
{
    std::string all;
    const int close = t[open].mate;
    for (int i = open + 1; i < close;) {
        int j = i, equal = -1, depth = 0;
        for (; j < close; j++) {
            if (t[j].mate > j && !t[j].is("<")) j = t[j].mate;
            else if (t[j].is("<")) depth++;
            else if (t[j].is(">")) depth--;
            else if (t[j].is("=") && equal < 0) equal = j;
            else if (t[j].is(",") && depth <= 0) break;
        }
        const int end = equal >= 0 ? equal : j;
        int name = end - 1;
        while (name > i && t[name].is("]")) name = t[name].mate - 1;
        const bool named = name > i && t[name].kind == WORD && !is_type_word(t[name]) && !t[name - 1].is("::");
        for (int k = i; k < end; k++)
            if (!(named && k == name)) all += std::string(t[k].text) + " ";
        all += ",";
        i = j + 1;
    }
    return all;
}

void rewrite_kernel(unit_t *u, const decl_t &d, const std::string &path)
{
    const tokens_t &t = u->t;
    const std::string name(t[d.name].text);
    // Named otherwise than by its own name: ns::k in another namespace, k<float>.
    const bool plain = d.params == d.name + 1 && !t[d.name - 1].is("::");
    u->kernels[path + name].insert(d.is_template || d.is_special || !plain || d.in_class ? "template"
                                                                                         : types_of(t, d.params));
    u->kernel_names.insert(name);
    if (!has_word(*u, d, "void") && !has_word(*u, d, "auto"))
        complain(u, d.name, "the kernel '" + name + "' must return void",
                 "a kernel gives its results to memory that it gets a pointer to");
    if (d.body < 0) return;
    for (int i = t[d.params].mate + 1; i < d.body; i++)  // attributes may not follow the parameters of a definition
        if (t[i].is("__attribute__")) drop(u, i, t[i + 1].mate), i = t[i + 1].mate;
    u->kernel_definitions.push_back(d);
    u->kernel_paths.push_back(path + name);
}

// The end of a lambda's body that cannot see the kernel's parameters, its captures being none or named; -1: none is at i.
static int closed_lambda(const tokens_t &t, int i)
{
    if (!t[i].is("[") || t[i].mate < 0 || t[i - 1].kind == WORD || t[i - 1].is(")") || t[i - 1].is("]")) return -1;
    if (t[i + 1].is("[") || t[i + 1].is("=") || (t[i + 1].is("&") && t[i + 2].kind != WORD)) return -1;
    int j = t[i].mate + 1;
    while (t[j].kind == WORD) j++;
    if (t[j].is("(") && t[j].mate > j) j = t[j].mate + 1;
    while (t[j].kind == WORD || t[j].is("->") || t[j].is("::") || t[j].is("*") || t[j].is("&")) j++;
    return t[j].is("{") ? t[j].mate : -1;
}

// There, and in classes inside of a kernel, the built-in variables are the global ones.
static void find_hidden_built_ins(unit_t *u, int body)
{
    const tokens_t &t = u->t;
    int closed = -1;
    for (int i = body + 1; i < t[body].mate; i++) {
        closed = std::max(closed, closed_lambda(t, i));
        if (t[i].kind != WORD || !same_word(t[i], {"threadIdx", "blockIdx", "blockDim", "gridDim"})) continue;
        if ((i < closed || u->place[i] != KERNEL) && !same_word(t[i - 1], {".", "->", "::"})) insert_before(u, i, "::");
    }
}

// After all functions are known.
void finish_kernels(unit_t *u)
{
    const tokens_t &t = u->t;
    const bool suspect = !u->o.checked && hidden_may_block(u);
    for (size_t i = 0; i < u->kernel_definitions.size(); i++) {
        const decl_t &d = u->kernel_definitions[i];
        find_hidden_built_ins(u, d.body);
        const token_t &name = t[d.name];
        const int mode = u->o.checked ? 2 : !suspect && is_leaf(u, d.params, d.body) ? 1 : 0;
        const std::string place = u->s->files[name.file].quoted + ", " + std::to_string(name.line);
        insert_before(u, d.body,
                      "{ static ::emu::kernel_t emu_kernel = {\"" + std::string(name.text) + "\", " + place +
                          ", __PRETTY_FUNCTION__, 0}; ::emu::launch<" + std::to_string(mode) +
                          ">(&emu_kernel, [=]([[maybe_unused]] const ::uint3 threadIdx, [[maybe_unused]] const ::uint3 "
                          "blockIdx, [[maybe_unused]] const ::dim3 blockDim, [[maybe_unused]] const ::dim3 gridDim) "
                          "mutable __attribute__((always_inline)) -> void ",
                      true);
        insert_after(u, t[d.body].mate, "); }");
        const std::set<std::string> &seen = u->kernels[u->kernel_paths[i]];
        if (seen.size() == 1 && !seen.count("template"))
            insert_after(u, t[d.body].mate,
                         " static ::emu::kernel_address_t emu_address_" + std::to_string(u->serial++) + "_(" +
                             std::string(name.text) + ");");
    }
}

}  // namespace emu
