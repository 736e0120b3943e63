// [given] rewrite.cpp: damaged sources through bin/nvcc's lexer and rewriter: no crash, no endless loop, no line lost.
//
// rewrite_fuzz COUNT SEED FILE...   build it with -fsanitize=address,undefined
#include "rewrite.h"
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <unistd.h>

static uint64_t state;
static size_t random_below(size_t n)
{
    state += 0x9e3779b97f4a7c15u;  // SplitMix64
    uint64_t z = state;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return n ? (z ^ (z >> 31)) % n : 0;
}

static const char *const words[] = {"<<<",
                                    ">>>",
                                    "__global__ ",
                                    "__shared__ ",
                                    "extern ",
                                    "__device__ ",
                                    "__constant__ ",
                                    "(",
                                    ")",
                                    "{",
                                    "}",
                                    "[",
                                    "]",
                                    "<",
                                    ">",
                                    ",",
                                    ";",
                                    "::",
                                    "template ",
                                    "operator ",
                                    "\"",
                                    "'",
                                    "R\"x(",
                                    "/*",
                                    "//",
                                    "\\\n",
                                    "while ",
                                    "asm ",
                                    "0x1p",
                                    "#",
                                    "\n# 1 \"a.cu\" 3\n",
                                    "typename ",
                                    "= default",
                                    "__launch_bounds__(1)",
                                    "[=] ",
                                    "-> ",
                                    "...",
                                    "\xff",
                                    "alignas(16) "};

static std::string damaged(std::string s)
{
    for (size_t changes = 1 + random_below(6); changes > 0; changes--) {
        const size_t at = random_below(s.size() + 1), length = std::min(random_below(60), s.size() - at);
        switch (random_below(5)) {
        case 0: s.erase(at, length); break;
        case 1: s.insert(random_below(s.size() + 1), s.substr(at, length)); break;
        case 2: s.insert(at, words[random_below(sizeof words / sizeof *words)]); break;
        case 3: s.resize(at); break;
        default:
            if (at < s.size()) s[at] = char(random_below(256));
        }
    }
    s.erase(std::remove(s.begin(), s.end(), '\0'), s.end());
    return s;
}

int main(int argc, char **argv)
{
    const long count = argc > 1 ? atol(argv[1]) : 100;
    std::vector<std::string> sources;
    for (int i = 3; i < argc; i++) {
        std::stringstream s;
        s << "# 1 \"" << argv[i] << "\"\n" << std::ifstream(argv[i]).rdbuf();
        sources.push_back(s.str());
    }
    if (sources.empty()) return puts("rewrite_fuzz COUNT SEED FILE..."), 2;
    for (long i = 0; i < count; i++) {
        state = (argc > 2 ? strtoull(argv[2], nullptr, 10) : 1) * 1000003 + i;
        const std::string text = damaged(sources[random_below(sources.size())]);
        alarm(20);
        for (bool checked : {false, true}) {
            emu::source_t s;
            s.text = text;
            emu::rewrite_options_t o;
            o.checked = checked;
            std::string errors;
            bool device;
            emu::read_tokens(&s, "/nowhere");
            emu::find_columns(&s);
            const std::string out = emu::rewrite(&s, o, &errors, &device);
            const auto lines = [](const std::string &x) { return std::count(x.begin(), x.end(), '\n'); };
            if (errors.empty() && lines(out) < lines(text) - 1) {
                printf("lines were lost: %ld of %ld; number %ld\n%s\n", long(lines(out)), long(lines(text)), i,
                       text.c_str());
                return 1;
            }
        }
    }
    puts("ok");
}
