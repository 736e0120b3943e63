// [given] arch.cpp: should __CUDA_ARCH__ be defined for a file? A GPU's compiler reads each file twice, once without.
#include "process.h"
#include "rewrite.h"

namespace emu
{

namespace
{

struct group_t {  // #if ... #endif that asks for __CUDA_ARCH__
    int first, last = 0;
    bool without = false;  // for the host: #ifndef __CUDA_ARCH__
    bool device = false;   // has __device__ or __global__ between
};

std::vector<group_t> read_groups(source_t *s, int file)
{
    std::vector<group_t> groups;
    std::vector<int> open;  // index in groups, -1: another condition
    s->line(file, 1);
    const int lines = (int)s->files[file].lines.size();
    for (int n = 1; n <= lines; n++) {
        std::string_view text = s->line(file, n);
        const size_t at = text.find_first_not_of(" \t");
        if (at != std::string_view::npos && text[at] == '#') {
            text.remove_prefix(at + 1);
            text.remove_prefix(std::min(text.size(), text.find_first_not_of(" \t")));
            const bool asks = text.find("__CUDA_ARCH__") != std::string_view::npos;
            if (text.substr(0, 2) == "if") {
                open.push_back(asks ? (int)groups.size() : -1);
                if (asks) groups.push_back({n});
            } else if (text.substr(0, 4) == "elif" && asks && !open.empty() && open.back() < 0) {
                open.back() = (int)groups.size();
                groups.push_back({n});
            } else if (text.substr(0, 5) == "endif" && !open.empty()) {
                if (open.back() >= 0) groups[open.back()].last = n;
                open.pop_back();
            }
            const bool compares = text.find('<') != std::string_view::npos || text.find('>') != std::string_view::npos;
            if (asks && !compares && !groups.empty() &&
                (text.substr(0, 6) == "ifndef" || text.find("!defined") != std::string_view::npos))
                groups.back().without = true;
        } else if (text.find("__device__") != std::string_view::npos ||
                   text.find("__global__") != std::string_view::npos) {
            for (int g : open)
                if (g >= 0) groups[g].device = true;
        }
    }
    return groups;
}

// The function around a line; null: none.
const function_t *function_at(const unit_t &u, int file, int line)
{
    for (const function_t &f : u.functions) {
        const token_t &a = u.t[f.body], &b = u.t[u.t[f.body].mate >= 0 ? u.t[f.body].mate : f.body];
        if (a.file == file && b.file == file && a.line <= line && line <= b.line) return &f;
    }
    return nullptr;
}

}  // namespace

// Kernels with parts for certain GPUs only get them: then it is defined, unless the host's parts would be lost by that.
// What is left out of a kernel is said in *warnings.
bool wants_arch(source_t *s, std::string *warnings)
{
    bool wanted = false, unwanted = false;
    unit_t u;
    std::string left_out;
    std::vector<bool> used(s->files.size());
    for (const token_t &t : s->t) used[t.file] = true;
    for (int file = 0; file < (int)s->files.size(); file++) {
        const file_t &f = s->files[file];
        if (!used[file] || f.library || f.name.empty() || f.name[0] == '<') continue;
        s->line(file, 1);
        if (f.content.find("__CUDA_ARCH__") == std::string::npos) continue;
        if (u.t.empty()) {
            u.s = s, u.t = s->t;
            u.place.assign(u.t.size(), HOST);
            read_scope(&u, 0, (int)u.t.size() - 1, false, "", "");
        }
        for (const group_t &g : read_groups(s, file)) {
            const function_t *in = function_at(u, file, g.first);
            const bool device = in && (in->place == KERNEL || in->place == DEVICE);
            wanted |= device || (!in && g.device);
            unwanted |= (in && in->place == BOTH) || (!in && g.without);
            if (device && !g.without)
                left_out += f.name + ":" + std::to_string(g.first) +
                            ":1: warning: __CUDA_ARCH__ is not defined here, because other parts of this file must be "
                            "for the host: what this condition guards may be missing in the kernel\n";
        }
    }
    if (wanted && unwanted) *warnings = left_out;
    return wanted && !unwanted;
}

}  // namespace emu
