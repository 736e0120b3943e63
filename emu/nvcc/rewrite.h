// [given] rewrite.h: CUDA C++ tokens in, C++ for g++ out. The forms of the output are explained in emu/launch.h.
#pragma once
#include "tokens.h"
#include <map>
#include <set>

namespace emu
{

typedef std::vector<token_t> tokens_t;

struct rewrite_options_t {
    std::string own_include;
    bool checked = false;  // for the checked image
    bool plain = false;    // checked, but every function is instrumented
    bool rdc = false;      // separate compilation: __device__ names are visible to other files
};

enum place_t : char { HOST, DEVICE, BOTH, KERNEL };  // where a function body runs

struct decl_t {      // a declaration, as far as its tokens tell; indices of tokens, -1: none
    int first = -1;  // after template<...>
    int last = -1;   // the ';' or the body's '}'
    bool is_template = false, is_special = false;                                  // template<class T>; template<>
    bool in_class = false, is_operator = false, is_enum = false, is_bare = false;  // bare: no type before the name
    int name = -1;                                                                 // of a function
    int params = -1;                                                               // '(' of a function
    int body = -1;                                                                 // '{' of a function
    int class_open = -1;                                                           // '{' of a class defined here
    std::vector<int> words;  // specifiers: words before the name, not in brackets
    struct var_t {
        int name = -1, array = -1, end = -1;           // array: first '['; end: the ',' or ';' after the initialiser
        bool initialised = false, pointer_to = false;  // pointer_to: (*f)(int)
    };
    std::vector<var_t> vars;
};

struct function_t {    // with a body
    std::string name;  // without scopes
    std::string path;  // scopes around it: "a::b::"
    int name_token, params, body;
    place_t place;
    bool in_class, is_operator, is_template;
    int leaf = -1;  // -1 not known yet, 2 being looked at
};

struct shared_proxy_t {  // extern __shared__ at namespace scope
    std::string name, path;
    int at;
};

struct unit_t {
    source_t *s;  // its tokens are not used: they are in t
    tokens_t t;
    rewrite_options_t o;
    std::vector<function_t> functions;
    std::vector<place_t> place;                            // of every token
    std::multimap<std::string, int> by_name;               // functions
    std::map<std::string, std::set<std::string>> kernels;  // path + name -> types of parameters; "template"
    std::set<std::string> kernel_names;                    // without paths
    std::vector<decl_t> kernel_definitions;
    std::vector<std::string> kernel_paths;
    std::vector<shared_proxy_t> proxies;
    std::set<std::string> extern_names;   // extern __device__ ...
    std::map<std::string, int> promised;  // __device__ names declared without being defined: the declaration
    std::vector<int> spin_bodies;
    bool has_device_code = false;  // else no checked image is needed
    int serial = 0;
    std::string errors;
    int error_count = 0;

    bool library(int token) const { return s->files[t[token].file].library; }
};

// scope.cpp
decl_t read_declaration(const tokens_t &t, int first, int end, bool in_class, const std::string &class_name);
int skip_angles(const tokens_t &t, int i, int end);  // i at '<': after the '>'; i + 1 where it is none
int angles_back(const tokens_t &t, int i);           // i at '>': the '<'; -1 where it is none
bool has_word(const unit_t &u, const decl_t &d, std::string_view word);
void read_scope(unit_t *u, int first, int end, bool in_class, const std::string &path, const std::string &class_name);
std::string flat(const tokens_t &t, int first, int end);  // the text of tokens on one line

// kernels.cpp
void rewrite_kernel(unit_t *u, const decl_t &d, const std::string &path);
void finish_kernels(unit_t *u);  // when all functions are known
bool is_leaf(unit_t *u, int params, int body);

// storage.cpp
void rewrite_variables(unit_t *u, const decl_t &d, const std::string &path);  // at namespace scope
void rewrite_shared(unit_t *u, const decl_t &d, bool in_function, const std::string &path);
void insert_proxies(unit_t *u);

// functions.cpp
void rewrite_functions(unit_t *u, const decl_t &d);
void leave_library_alone(unit_t *u, const decl_t &d);
void leave_lambdas_alone(unit_t *u);
void find_missing(unit_t *u);

// calls.cpp
void find_device_lambdas(unit_t *u);
void find_spins(unit_t *u);
void rewrite_bodies(unit_t *u);

// arch.cpp
bool wants_arch(source_t *s, std::string *warnings);

// emit.cpp
void insert_before(unit_t *u, int token, const std::string &text, bool quiet = false);
void insert_after(unit_t *u, int token, const std::string &text);
void drop(unit_t *u, int first, int last);
void complain(unit_t *u, int token, const std::string &message, const std::string &hint = "");
void complain_at(unit_t *u, int file, int line, const std::string &message);
std::string emit(const unit_t &u);

// rewrite.cpp: the whole. Returns the text for g++; errors (in g++'s form) in `errors`.
std::string rewrite(source_t *s, const rewrite_options_t &o, std::string *errors, bool *has_device_code);

}  // namespace emu
