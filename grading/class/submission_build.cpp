// [given] submission_build.cpp: a student's files over the given headers, compiled and linked in the sandbox.
#include <cstring>
#include <filesystem>
#include <regex>
#include <sstream>

#include <sys/stat.h>
#include <unistd.h>

#include "submission_parts.h"

namespace fs = std::filesystem;

constexpr size_t MOST_WORKER = 128 << 20, MOST_LOG = 200000, KEPT_LOG = 20000, BUILD_DISK = 512 << 20;

// All files at a time; then the worker of their objects and of "$@". What only a GPU's compiler refuses makes the
// compile with the lint fail, and the plain one may still succeed.
static const char SCRIPT[] = R"(cd "$TREE" || exit 99
compile() {
    o=$OUT/$(basename "$1" .cu)
    "$NVCC" $COMPILE $LINT -c "$1" -o "$o.o" >"$o.all" 2>&1 || {
        [ -z "$LINT" ] || { head -c 200000 "$o.all" >"$o.lint"; "$NVCC" $COMPILE -c "$1" -o "$o.o" >"$o.all" 2>&1; }
    } || rm -f "$o.o"
    head -c 200000 "$o.all" >"$o.log"
}
for f in $FILES; do compile "$f" & done
wait
cd "$OUT"
for f in $FILES; do o=$(basename "$f" .cu).o; [ -e "$o" ] || exit 1; objects="$objects $o"; done
"$NVCC" $LINK "$@" $objects $LIBS -o worker >link.all 2>&1; status=$?
head -c 200000 link.all >link.log
exit $status
)";

// ---- the tree -------------------------------------------------------------------------------------------------------

// Readable by everybody: the sandbox runs under a user number of its own.
static std::string tree_make(const session_t *s, const intake_t *intake)
{
    std::string tree = s->folder + "/tree";
    for (const intake_file_t &h : s->kit->headers) {
        fs::create_directories(fs::path(tree + "/" + h.name).parent_path());
        bytes_write(tree + "/" + h.name, h.text, 0644);
    }
    intake_write(intake, tree);
    for (const auto &entry : fs::recursive_directory_iterator(tree))
        chmod(entry.path().c_str(), entry.is_directory() ? 0755 : 0644);
    chmod(tree.c_str(), 0755);
    return tree;
}

static std::string base_of(const std::string &name) { return fs::path(name).stem().string(); }

static std::vector<std::string> sources_of(const intake_t *intake)
{
    std::vector<std::string> names;
    for (const intake_file_t &f : intake->files)
        if (fs::path(f.name).extension() == ".cu") names.push_back(f.name);
    return names;
}

static bool has(const std::vector<std::string> &names, const std::string &name)
{
    return std::find(names.begin(), names.end(), name) != names.end();
}

// Given objects, and those of the stubs whose files were not handed in.
static std::vector<std::string> objects_of(const kit_t *kit, const std::vector<std::string> &sources)
{
    std::vector<std::string> objects = kit->objects;
    for (const stub_t &s : kit->stubs)
        if (!has(sources, s.name)) objects.push_back(s.object);
    return objects;
}

// ---- the run ----------------------------------------------------------------------------------------------------------

// What the compiler sees: the tree, given objects, and the compiler. Nothing else of this tree, nothing of others.
static sandbox_t sandbox_of(const session_t *s, const std::string &tree, const std::vector<std::string> &sources,
                            const std::vector<std::string> &objects)
{
    const kit_t *kit = s->kit;
    sandbox_t sandbox = kit->sandbox;
    sandbox.binds = {{tree, "/tree"}};
    std::string nvcc = kit->nvcc, files;
    if (kit->emulated) {
        for (const char *part : {"bin", "include", "lib"})
            sandbox.binds.push_back({kit->root + "/emu/" + part, std::string("/emu/") + part});
        nvcc = "/emu/bin/nvcc";
    } else {
        nvcc = fs::canonical(nvcc);
        std::string toolkit = fs::path(nvcc).parent_path().parent_path();
        if (toolkit.compare(0, 5, "/usr/") != 0) sandbox.binds.push_back({toolkit, toolkit});
    }
    for (size_t k = 0; k < objects.size(); k++)
        sandbox.binds.push_back({objects[k], "/given/" + std::to_string(k) + ".o"});
    for (const std::string &name : sources) {
        files += " " + name;
        for (const char *ending : {".log", ".lint"}) sandbox.results.push_back({base_of(name) + ending, MOST_LOG});
    }
    sandbox.results.push_back({"link.log", MOST_LOG});
    sandbox.results.push_back({"worker", MOST_WORKER});
    sandbox.env = {"TREE=/tree",
                   "OUT=/out",
                   "NVCC=" + nvcc,
                   "FILES=" + files,
                   "COMPILE=" + kit->compile_flags,
                   "LINK=" + kit->link_flags,
                   "LIBS=" + kit->libraries,
                   std::string("LINT=") + (kit->emulated ? "--lint" : ""),
                   "CCACHE_DISABLE=1"};
    sandbox.gpu = false;
    sandbox.wall_s = s->rubric->build_s;
    sandbox.cpu_s = 4 * s->rubric->build_s;
    sandbox.memory = s->rubric->build_memory;
    sandbox.disk = BUILD_DISK;
    sandbox.file = MOST_WORKER;
    sandbox.processes = std::max(sandbox.processes, 64);
    return sandbox;
}

static std::vector<std::string> commands_of(const kit_t *kit, const std::vector<std::string> &sources,
                                            const std::vector<std::string> &objects)
{
    auto short_name = [&](const std::string &path) {
        return path.compare(0, kit->root.size() + 1, kit->root + "/") == 0 ? path.substr(kit->root.size() + 1) : path;
    };
    std::string nvcc = short_name(kit->nvcc), link = nvcc + kit->link_flags;
    std::vector<std::string> commands;
    for (const std::string &name : sources)
        commands.push_back(nvcc + kit->compile_flags + " -c " + name + " -o " + base_of(name) + ".o");
    for (const std::string &o : objects) link += " " + short_name(o);
    for (const std::string &name : sources) link += " " + base_of(name) + ".o";
    commands.push_back(link + kit->libraries + " -o worker");
    return commands;
}

// ---- what the compiler said ---------------------------------------------------------------------------------------------

// "src/train.cu:12: error: text [lint]", and perhaps "    hint: text" after it.
static void read_lint(const std::string &text, const std::vector<intake_file_t> *files, std::vector<found_t> *lint)
{
    static const std::regex form("^([^:]+):(\\d+): (?:error|warning): (.*) \\[lint\\]$");
    std::istringstream in(text);
    bool after = false;
    for (std::string line; std::getline(in, line);) {
        std::smatch m;
        if (line.size() < 1000 && std::regex_match(line, m, form)) {
            found_t f = {"lint", m[3], m[1], "", atoi(m[2].str().c_str()), {}};
            source_add(files, &f);
            lint->push_back(f);
            after = true;
        } else if (after && line.compare(0, 10, "    hint: ") == 0) {
            lint->back().hint = line.substr(10);
        } else {
            after = false;
        }
    }
}

// The log without the lint's messages; they are told apart.
static std::string without_lint(const std::string &text)
{
    std::string rest;
    bool lint = false;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) {
        lint = line.find(" [lint]") != std::string::npos || line.find(": note: no lint: ") != std::string::npos ||
               (lint && line.compare(0, 10, "    hint: ") == 0);
        if (!lint) rest += line + "\n";
    }
    return rest;
}

// The line that says what is wrong: "src/train.cu:12:5: error: ...".
static std::string first_error(const std::string &log)
{
    std::istringstream in(log);
    std::string line;
    while (std::getline(in, line))
        for (const char *sign : {" error: ", " Error: ", "undefined reference to", "multiple definition of",
                                 "relocation truncated", "nvcc fatal"})
            if (line.find(sign) != std::string::npos) return cut_middle(line, 400);
    return cut_middle(log.substr(0, log.find('\n')), 400);
}

static void replace_all(std::string *text, const std::string &from, const std::string &to)
{
    for (size_t at = 0; (at = text->find(from, at)) != std::string::npos; at += to.size())
        text->replace(at, from.size(), to);
}

// Paths as the student knows them.
static std::string shortened(const session_t *s, std::string log)
{
    replace_all(&log, s->folder + "/tree/", "");
    replace_all(&log, s->kit->root + "/", "");
    for (const char *place : {"/tree/", "/out/"}) replace_all(&log, place, "");
    for (size_t at = 0, end; (at = log.find("/tmp/cc", at)) != std::string::npos; at++) {  // the assembler's input
        end = log.find_first_of(" \n", at);
        if (end != std::string::npos && end - at < 20) log.replace(at, end - at, "assembler:");
    }
    return printable(log);
}

built_t submission_build(session_t *s, const intake_t *intake)
{
    built_t b = {};
    std::vector<std::string> sources = sources_of(intake), objects = objects_of(s->kit, sources);
    sandbox_t sandbox = sandbox_of(s, tree_make(s, intake), sources, objects);
    std::vector<std::string> command = {"/bin/sh", "-c", SCRIPT, "build"};
    for (size_t k = 0; k < objects.size(); k++) command.push_back("/given/" + std::to_string(k) + ".o");
    ran_t ran = sandbox_run(&sandbox, command);
    if (!ran.infrastructure.empty()) die("the build could not be run: %s", ran.infrastructure.c_str());
    b.commands = commands_of(s->kit, sources, objects);
    b.seconds = ran.wall_s;
    b.memory = ran.memory;
    for (size_t k = 0; k < 2 * sources.size() + 1; k++) {
        std::string text = shortened(s, ran.results[k].bytes);
        read_lint(text, &intake->files, &b.lint);
        bool lint = k < 2 * sources.size() && k % 2 == 1;
        if (!lint) b.log += without_lint(text);
    }
    b.log = cut_middle(b.log + shortened(s, ran.err), KEPT_LOG);
    b.ok = ran.status == 0 && ran.ended == LIMIT_NONE && ran.results.back().ok;
    b.worker.swap(ran.results.back().bytes);
    if (b.ok) return b;
    if (ran.ended != LIMIT_NONE) b.why = "building it was " + ran_text(&sandbox, &ran);
    else if (ran.disk_full) b.why = format("building it wrote more than %zu MB of files", BUILD_DISK >> 20);
    else b.why = first_error(b.log);
    if (b.why.empty()) b.why = "the compiler " + ran_text(&sandbox, &ran);
    return b;
}
