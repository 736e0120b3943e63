// tests/test_handout.cpp: the pages of docs/en: links, files and functions that they name exist; so do the pages that others
// name; the students' files are made of the solutions.
#include <algorithm>
#include <cctype>
#include <filesystem>
#include <map>
#include <regex>
#include <set>
#include <sstream>

#include "helpers.h"

static const std::string PAGES = "docs/en/";

static std::vector<std::string> parts_of(const std::string &text, char border)
{
    std::vector<std::string> parts;
    std::istringstream in(text);
    for (std::string part; std::getline(in, part, border);) parts.push_back(part);
    return parts;
}

// ---- links and names -----------------------------------------------------------------------------

// Files of the tree with one of these endings, as "src/nn.cpp"; what is built or fetched is left out.
static std::vector<std::string> files_of_tree(const std::set<std::string> &endings)
{
    std::vector<std::string> found;
    for (const char *folder : {"docs", "src", "solutions", "grading", "lab", "scripts", "tests", "emu", "datasets"}) {
        if (!exists(folder)) continue;
        for (const auto &entry : std::filesystem::recursive_directory_iterator(folder))
            if (entry.is_regular_file() && endings.count(entry.path().extension().string()))
                found.push_back(entry.path().string());
    }
    for (const char *name : {"README.md", "Makefile", "slurm.sbatch"})
        if (exists(name)) found.push_back(name);
    return found;
}

static std::vector<std::smatch> matches(const std::string &text, const std::regex &form)
{
    return {std::sregex_iterator(text.begin(), text.end(), form), std::sregex_iterator()};
}

static bool is_page(const std::string &path) { return path.rfind(PAGES, 0) == 0; }

TEST_CASE("every page of the handout that is named anywhere exists")
{
    int named = 0;
    static const std::regex form("docs/en/[A-Za-z0-9_/.-]*\\.md");
    for (const std::string &path :
         files_of_tree({".h", ".cpp", ".cu", ".cuh", ".md", ".toml", ".json", ".sh", ".awk", ""})) {
        if (path.rfind("tests/", 0) == 0) continue;
        std::string text = file_read(path);
        for (const std::smatch &m : matches(text, form)) {
            named++;
            CHECK_MESSAGE(exists(m.str()), path << " names " << m.str());
        }
    }
    CHECK(named >= 8);  // the stubs alone
}

TEST_CASE("every todo() names a page that exists")
{
    std::set<int> parts;
    static const std::regex call("todo\\(([0-9]+)\\)");
    for (const std::string &path : files_of_tree({".cu", ".cuh"})) {
        std::string text = file_read(path);
        for (const std::smatch &m : matches(text, call)) parts.insert(std::stoi(m[1]));
    }
    if (exists("solutions")) CHECK(parts.size() >= 6);
    for (int part : parts) {
        std::string message = death_of([part] { todo(part); });
        std::smatch page;
        REQUIRE_MESSAGE(std::regex_search(message, page, std::regex(format("docs/en/%d_[a-z_]+\\.md", part))), message);
        CHECK_MESSAGE(exists(page.str()), page.str());
    }
}

TEST_CASE("every link between the pages leads somewhere")
{
    int links = 0;
    static const std::regex form("\\]\\(([^)#]+)(#[^)]*)?\\)");
    for (const std::string &path : files_of_tree({".md"})) {
        if (!is_page(path)) continue;
        std::string text = file_read(path);
        for (const std::smatch &m : matches(text, form)) {
            std::string to = m[1];
            if (to.rfind("http", 0) == 0) continue;
            links++;
            CHECK_MESSAGE(exists(PAGES + to), path << " links to " << to);
        }
    }
    CHECK(links >= 20);
}

static bool has_word(const std::string &text, const std::string &word)
{
    auto inside = [&](size_t i) { return i < text.size() && (isalnum((unsigned char)text[i]) || text[i] == '_'); };
    for (size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1))
        if (!(at > 0 && inside(at - 1)) && !inside(at + word.size())) return true;
    return false;
}

// A page may say `train.cpp`, `src/train.cpp`, `train.cpp`/`update_cpu`, or a name with an underscore: `update_cuda`, `n_params`.
TEST_CASE("files and functions that the pages name are in the tree")
{
    std::map<std::string, std::string> tree;  // path: text
    for (const std::string &path :
         files_of_tree({".h", ".cpp", ".cu", ".cuh", ".md", ".awk", ".sh", ".csv", ".txt", ".gp"}))
        tree[path] = path.rfind("src/", 0) == 0 ? file_read(path) : "";
    static const std::set<std::string> yours = {"src/student.cuh", "student.cuh"};  // may be added
    static const std::regex file_form("`([A-Za-z0-9_/-]+\\.(h|cpp|cu|cuh|md|awk|sh|csv|gp))`(/`([A-Za-z_0-9]+)`)?");
    static const std::regex name_form("`([a-z]+[0-9]*(_[a-z0-9]+)+)`");
    int files = 0;
    for (const auto &page : tree) {
        if (!is_page(page.first)) continue;
        std::string text = file_read(page.first);
        for (const std::smatch &m : matches(text, file_form)) {
            std::string name = m[1], end = "/" + name;
            auto found = std::find_if(tree.begin(), tree.end(), [&](const auto &f) {
                const std::string &path = f.first;
                return path == name ||
                       (path.size() > end.size() && path.compare(path.size() - end.size(), end.size(), end) == 0 &&
                        path.rfind("solutions/", 0) != 0);
            });
            files++;
            if (yours.count(name)) continue;
            CHECK_MESSAGE(found != tree.end(), page.first << " names the file " << name);
            if (found != tree.end() && m[4].matched)
                CHECK_MESSAGE(has_word(file_read(found->first), m[4]), page.first << " names " << m.str());
        }
        for (const std::smatch &m : matches(text, name_form)) {
            bool found = std::any_of(tree.begin(), tree.end(), [&](const auto &f) { return has_word(f.second, m[1]); });
            CHECK_MESSAGE(found, page.first << " names " << m.str());
        }
    }
    CHECK(files >= 20);
}

// ---- stubs ---------------------------------------------------------------------------------------

TEST_CASE("the students' files are made of the solutions")
{
    if (!exists("solutions")) return;
    for (const auto &entry : std::filesystem::directory_iterator("solutions")) {
        std::string file = entry.path().filename().string();
        if (entry.path().extension() != ".cu") continue;
        std::string made = shell("awk -f scripts/stub.awk solutions/" + file).out;
        CHECK_MESSAGE(made == file_read("src/" + file), "src/" << file << ": `make stubs` writes it anew");
        CHECK(contains(made, "todo("));
        CHECK_FALSE(contains(made, "<<<"));
        for (const std::string &hole : parts_of(made, '}'))  // each says how large it is
            if (contains(hole, "todo(")) CHECK_MESSAGE(contains(hole, "About "), file << hole);
    }
}
