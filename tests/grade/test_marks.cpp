// tests/grade/test_marks.cpp: points entered by a person, and what a person should look at.
#include <algorithm>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <set>

#include "../../grading/class/marks.h"
#include "../helpers.h"

static rubric_t kit_rubric(void)
{
    rubric_t r = rubric_read("grading/class/rubric.toml");
    for (rubric_part_t &p : r.parts) {
        if (p.number == 9) p.points = 20;
        if (p.number == 8) p.by_hand = true, p.groups.clear();
    }
    return r;
}

// ---- marks -------------------------------------------------------------------------------------------------------

static std::vector<mark_t> marks_of(const std::string &csv)
{
    folder_t f;
    rubric_t r = kit_rubric();
    return marks_read(f.write("marks.csv", csv), &r);
}

static std::string refused(const std::string &csv)
{
    folder_t f;
    rubric_t r = kit_rubric();
    std::string path = f.write("marks.csv", csv), death = death_of([&] { marks_read(path, &r); });
    size_t at = death.find(f.path + "/");
    return at == std::string::npos ? death : death.erase(at, f.path.size() + 1);
}

TEST_CASE("marks: a table of points and comments, as spreadsheets write it")
{
    std::vector<mark_t> m = marks_of("\xef\xbb\xbfpart,ID,comment,points\r\n"
                                     "9,ana,\"Good.\nSays \"\"why\"\", too.\",17.5\r\n"
                                     "\r\n"
                                     "8, ben ,,10\r\n"
                                     "9,ben,caf\xc3\xa9,0");
    REQUIRE(m.size() == 3);
    CHECK(m[0].id == "ana");
    CHECK(m[0].part == 9);
    CHECK(m[0].points == 17.5);
    CHECK(m[0].comment == "Good.\nSays \"why\", too.");
    CHECK(m[1].id == "ben");
    CHECK(m[1].part == 8);
    CHECK(m[2].points == 0);
    CHECK(marks_of("id;part;points\nana;9;3\n").size() == 1);
    CHECK(marks_of("id\tpart\tpoints\tcomment\nana\t9\t3\ta, b\n")[0].comment == "a, b");
    CHECK(marks_of("id,part,points\n").empty());
}

TEST_CASE("marks: what cannot be meant is refused with its line")
{
    const std::string head = "id,part,points,comment\n";
    CHECK(contains(refused(""), "1: marks.csv: is empty"));
    CHECK(
        contains(refused("id,part,points,mark\nana,9,3,4\n"), "marks.csv:1: column 'mark' is not known, expected id,"));
    CHECK(contains(refused("ana,9,3\n"), "marks.csv:1: column 'ana' is not known"));
    CHECK(contains(refused("id,points\nana,3\n"), "marks.csv:1: no column part"));
    CHECK(contains(refused("id,part,points,id\n"), "marks.csv:1: a second column id"));
    CHECK(contains(refused(head + "ana,9,21,\n"), "marks.csv:2: points '21', expected 0 to 20"));
    CHECK(contains(refused(head + "ana,9,-1,\n"), "marks.csv:2: points '-1', expected 0 to 20"));
    for (const char *bad : {"", "x", "nan", "inf", "0x1", "3 ", "\"7,5\"", "1e1", "--1", "3p"})
        if (std::string(bad) != "3 ")
            CHECK(
                contains(refused(head + "ana,9," + bad + ",\n"), "expected 0 to 20\nhint: a decimal point, no comma"));
    CHECK(contains(refused(head + "ana,3,1,\n"),
                   "marks.csv:2: part '3', expected one that is marked by hand: 8 (two GPUs), 9 (report)"));
    CHECK(contains(refused(head + "ana,nine,1,\n"), "marks.csv:2: part 'nine', expected one"));
    CHECK(contains(refused(head + "ana,42,1,\n"), "marks.csv:2: part '42', expected one"));
    CHECK(contains(refused(head + ",9,1,\n"), "marks.csv:2: no id"));
    CHECK(contains(refused(head + "ana,9,1,\nben,9,1,\nana,9,2,\n"), "marks.csv:4: a second mark of ana for part 9"));
    CHECK(contains(refused(head + "ana,9,1,good, but short\n"), "marks.csv:2: 5 fields\nhint: a comment with commas"));
    CHECK(contains(refused(head + "ana,9,1,\"good\nben,9,2,\n"), "marks.csv:2: a quote is opened and never closed"));
    CHECK(contains(refused(head + "ana,9,1,caf\xe9\n"), "marks.csv:2: the comment is not UTF-8"));
    CHECK(contains(refused(head + "\"a\nb\",9,1,\nana,9,x,\n"), "marks.csv:4: points 'x'"));
}

static record_t record_of(const std::string &student, const std::string &id)
{
    record_t r = record_make();
    r.id = id;
    r.student = student;
    r.parts.push_back({2, "update", 8, 10, "", false, "", false});
    r.parts.push_back({8, "two GPUs", 0, 10, "", true, "", true});
    r.parts.push_back({9, "report", 0, 20, "", true, "", false});
    return r;
}

TEST_CASE("marks: they fill the parts by hand; what has no mark does not count, and says so")
{
    std::vector<mark_t> m = marks_of(
        "id,part,points,comment\ns 1,9,15,fine\ns 1,8,4,\ns2,9,0,nothing handed in\ngone,9,3,\n");
    std::vector<record_t> all = {record_of("s 1", "s_1"), record_of("S2", "s2"), record_of("s3", "s3")};
    for (int twice = 0; twice < 2; twice++)  // the second time nothing changes
        for (record_t &r : all) marks_apply(&m, &r);
    CHECK(all[0].points == 27);
    CHECK(all[0].of == 30);
    CHECK(all[0].parts[2].comment == "fine");
    CHECK(all[0].parts[2].left_out == "");
    CHECK(all[1].points == 8);
    CHECK(all[1].of == 30);
    CHECK(all[1].parts[1].left_out == "not marked yet");
    CHECK(all[2].points == 8);
    CHECK(all[2].of == 10);
    CHECK(all[2].parts[2].left_out == "not marked yet");
    CHECK(marks_unknown(&m, &all) == std::vector<std::string>{"gone"});
    marks_apply(&m, &(all[0] = record_of("s3", "s3")));
    std::vector<mark_t> none;
    record_t r = record_of("s 1", "s_1");
    marks_apply(&m, &r);
    marks_apply(&none, &r);
    CHECK(r.points == 8);
    CHECK(r.parts[2].comment == "");
}

// ---- code without comments and texts in quotes ---------------------------------------------------------------------

static std::string lines_of(const std::string &text)
{
    std::string all;
    for (const std::string &s : code_of(text).lines) all += s + "|";
    return all;
}

static std::string strings_of(const std::string &text)
{
    std::string all;
    for (const std::string &s : code_of(text).strings) all += s + "|";
    return all;
}

TEST_CASE("review: comments and texts in quotes are taken out, and lines keep their numbers")
{
    CHECK(lines_of("a // b\nc /* d\ne */ f\ng") == "a  |c  | f|g|");
    CHECK(lines_of("x = \"// no\"; // yes\ny") == "x = \"\";  |y|");
    CHECK(lines_of("'\"' + '\\'' + \"\\\"\" // z") == "'' + '' + \"\"  |");
    CHECK(lines_of("1'000'000 + 0x1'f; 'a'; u8'b'") == "1000000 + 0x1f; ''; u8''|");
    CHECK(lines_of("R\"(a\n// \" b)\" c\nd") == "R\"\"| c|d|");
    CHECK(lines_of("u8R\"x()\")x\" + LR\"()\" e") == "u8R\"\" + LR\"\" e|");
    CHECK(lines_of("FOUR\"(\" f") == "FOUR\"\" f|");
    CHECK(lines_of("#include \"/etc/passwd\"\n# include <a//b.h> // c\nx < \"a\"") ==
          "#include \"/etc/passwd\"|# include <a//b.h>  |x < \"\"|");
    CHECK(lines_of("/") == "/|");
    CHECK(lines_of("") == "|");
    CHECK(lines_of("/* never closed\n\nmore") == " |||");
    CHECK(lines_of("\"cut\nx") == "\"\"|x|");
    CHECK(lines_of("R\"(never\nclosed") == "R\"\"||");
    CHECK(lines_of("R\"") == "R\"\"|");
    CHECK(lines_of("R\"much too long for a name(\" x") == "R\"\" x|");
    CHECK(lines_of("#include \"cut\n#include <cut") == "#include \"cut|#include <cut|");
    CHECK(lines_of("\"a\\") == "\"\"|");
}

TEST_CASE("review: a line that goes on behind a backslash is one, where it begins")
{
    CHECK(lines_of("sys\\\ntem(\\  \n1);\nnext") == "system(1);|||next|");
    CHECK(lines_of("// a \\\nsystem\nb") == " ||b|");
    CHECK(lines_of("/\\\n/ c\nd") == " ||d|");
    CHECK(lines_of("\\\n\\\n") == "|||");
    CHECK(lines_of("a\\") == "a\\|");
}

TEST_CASE("review: texts in quotes can be looked at by themselves")
{
    CHECK(strings_of("f(\"/proc/self\", \"x\")\n'c' R\"(raw\ntext)\" // \"no\"") == "/proc/self x |c raw|text|");
}

// ---- rules -------------------------------------------------------------------------------------------------------------

static std::vector<signal_t> signals_of(const std::string &text)
{
    static const rubric_t rubric = kit_rubric();
    std::vector<intake_file_t> files = {{"src/train.cu", text}};
    return review_files(&files, &rubric);
}

TEST_CASE("review: every rule of the kit finds what it is made for")
{
    struct {
        const char *code, *text;
    } list[] = {
        {"system(\"ls\");", "starts another program"},
        {"x = popen (c, m);", "starts another program"},
        {"if (!fork()) execvp(a, b);", "starts another program"},
        {"void *p = dlsym(RTLD_NEXT, s);", "reaches into libraries"},
        {"ptrace(0, 1, 2, 3);", "reaches into libraries"},
        {"asm volatile(\"nop\");", "assembler"},
        {"__asm__(\".incbin\");", "assembler"},
        {"__attribute__((constructor)) void f() {}", "runs before or after main"},
        {"atexit(f);", "runs before or after main"},
        {"_exit(0);", "ends the program past its end"},
        {"getenv(\"HOME\")", "asks for its surroundings"},
        {"read(\"/proc/self/maps\");", "a path of the machine"},
        {"FILE *f = fopen(name, m);", "opens a file"},
        {"std::ifstream in{name};", "opens a file"},
        {"#include <thread>", "threads, files or the system"},
        {"#  include <sys/mman.h>", "threads, files or the system"},
        {"std::thread t(f);", "threads, files or the system"},
        {"#pragma omp parallel for", "threads, files or the system"},
        {"#include \"/home/ana/solutions/train.cu\"", "includes a file from elsewhere"},
        {"#include \"../../solutions/train.cu\"", "includes a file from elsewhere"},
        {"cudaError_t cudaEventElapsedTime(float *ms, cudaEvent_t a, cudaEvent_t b) { *ms = 0; }", "changes or reads"},
        {"#define cudaMemcpy(a, b, c, d) 0", "changes or reads clocks"},
        {"#define __syncthreads()", "changes or reads clocks"},
        {"forward_pass_cpu(t, b);", "calls the CPU's version"},
        {"cublasSgemm(h, a);", "a library"},
        {"thrust::reduce(a, b);", "a library"},
        {"cudaMallocManaged(&p, n);", "memory that host and GPU share"},
        {"int a = emu_launches();", "asks whether it runs on the emulator"}};
    std::set<std::string> used;
    for (auto &one : list) {
        CAPTURE(one.code);
        std::vector<signal_t> s = signals_of(std::string("int a;\n") + one.code + "\n");
        bool found = false;
        for (const signal_t &x : s)
            if (x.text.compare(0, strlen(one.text), one.text) == 0) {
                found = true;
                used.insert(x.text.substr(0, x.text.find(": ")));
                CHECK(x.kind == "forbidden call");
                CHECK(x.file == "src/train.cu");
                CHECK(x.line == 2);
                CHECK(contains(x.text, one.code));
            }
        CHECK(found);
        CHECK(signals_of(std::string("// ") + one.code).empty());
    }
    CHECK(used.size() == kit_rubric().rules.size());
}

TEST_CASE("review: the solution, its variants without libraries, and the stubs give no signal")
{
    rubric_t rubric = kit_rubric();
    int looked = 0;
    for (const char *folder : {"src", "solutions", "solutions/ladder/naive", "solutions/ladder/tiled",
                               "solutions/ladder/graph", "solutions/ladder/fused"}) {
        for (const std::filesystem::directory_entry &file : std::filesystem::directory_iterator(folder)) {
            std::string name = file.path().filename();
            if (file.path().extension() != ".cu" || name == "cuda_utils.cu") continue;
            std::vector<intake_file_t> files = {{file.path().string(), file_read(file.path().string())}};
            for (const signal_t &s : review_files(&files, &rubric))
                if (s.text.compare(0, 30, "includes a file from elsewhere") != 0)
                    FAIL_CHECK(s.file, ":", s.line, ": ", s.text);
            looked++;
        }
    }
    CHECK(looked > 8);
    std::string cublas = file_read("solutions/ladder/cublas/train.cu");
    std::vector<intake_file_t> files = {{"cublas", cublas}};
    CHECK(review_files(&files, &rubric).size() > 0);
}

TEST_CASE("review: many lines of one kind are a few signals, and lines that nobody writes by hand are one")
{
    std::string many;
    for (int k = 0; k < 1000; k++) many += "system(c);\n";
    std::vector<signal_t> s = signals_of(many);
    REQUIRE(s.size() == 4);
    CHECK(s[3].line == 4);
    CHECK(contains(s[3].text, "(and 996 lines more)"));
    s = signals_of("int a;\n" + std::string(1 << 20, 'x') + " system(c);\n");
    REQUIRE(s.size() == 1);
    CHECK(s[0].kind == "unusual text");
    CHECK(s[0].line == 2);
    s = signals_of("\tsystem(\"" + std::string(500, 'y') + "\x1b[2J\");");
    REQUIRE(s.size() == 1);
    CHECK(s[0].text.size() < 200);
    CHECK(contains(s[0].text, ": system(\"yyy"));
}

static double cpu_now(void) { return (double)clock() / CLOCKS_PER_SEC; }  // [s]; others may use the machine, too

// ---- submissions that are alike ----------------------------------------------------------------------------------------

typedef std::vector<intake_file_t> texts_t;

// A program that nobody else has written: functions of statements drawn at random.
static std::string random_code(uint64_t seed, int functions)
{
    rng_t rng = rng_make(seed, 77);
    const char *const names[] = {"i", "row", "sum", "k", "value", "tile", "p", "n", "at", "left"};
    const char *const signs[] = {"+", "-", "*", "/", "%", "<", "&&", "==", ">>"};
    auto name = [&] { return std::string(names[rng_below(&rng, 10)]); };
    auto sign = [&] { return std::string(signs[rng_below(&rng, 9)]); };
    std::string text;
    for (int f = 0; f < functions; f++) {
        text += format("__global__ void kernel_%d(real_t *a, const real_t *b, int n)\n{\n", f);
        for (int s = 0; s < 14; s++) {
            switch (rng_below(&rng, 7)) {
            case 0: text += "    int " + name() + " = " + name() + " " + sign() + " blockDim.x;\n"; break;
            case 1: text += "    if (" + name() + " " + sign() + " " + name() + ") return;\n"; break;
            case 2:
                text += "    for (int p = 0; p < n; p++) " + name() + " += b[" + name() + sign() + name() + "];\n";
                break;
            case 3: text += "    a[" + name() + " " + sign() + " threadIdx.x] = " + name() + " * 2.5f;\n"; break;
            case 4: text += "    __syncthreads();\n    " + name() + "[" + name() + "]++;\n"; break;
            case 5: text += "    while (" + name() + "-- " + sign() + " 7) b++;\n"; break;
            default:
                text += "    " + name() + " = " + name() + " ? " + name() + " " + sign() + " 1 : " + name() + ";\n";
            }
        }
        text += "}\n";
    }
    return text;
}

static std::vector<record_t> records(size_t n)
{
    std::vector<record_t> all(n, record_make());
    for (size_t k = 0; k < n; k++) all[k].id = format("s%zu", k);
    return all;
}

static std::string kinds(const record_t *r)
{
    std::string all;
    for (const signal_t &s : r->signals) all += s.kind + ";";
    return all;
}

static std::vector<record_t> reviewed(const std::vector<texts_t> &files, const common_t *common)
{
    std::vector<record_t> all = records(files.size());
    review_class(&files, common, &all);
    return all;
}

static std::string renamed(const std::string &text)  // names, blanks, comments and numbers changed
{
    std::string other = "// my own work\n";
    for (size_t at = 0; at < text.size();) {
        size_t end = at;
        while (end < text.size() && (isalnum((unsigned char)text[end]) || text[end] == '_')) end++;
        std::string word = text.substr(at, end - at);
        static const std::set<std::string> names = {"i", "row", "sum", "k",    "value", "tile",
                                                    "p", "n",   "at",  "left", "a",     "b"};
        if (names.count(word)) other += "my_" + word;
        else if (word.compare(0, 7, "kernel_") == 0) other += "func" + word.substr(7);
        else other += word == "7" ? "8" : word;
        if (end < text.size()) other += text[end] == ';' ? "  ;  /* x */\n\n" : text.substr(end, 1);
        at = end + 1;
    }
    return other;
}

TEST_CASE("review: a copy is found behind other names, blanks, comments, numbers and another order of functions")
{
    common_t none;
    std::string code = random_code(1, 12), half = code.substr(0, code.find("__global__ void kernel_6"));
    std::string turned = code.substr(half.size()) + half, junk;
    int line = 0;
    for (char c : code) {
        junk += c;
        if (c == '\n' && ++line % 14 == 0) junk += "// \nint unused_here = 3 * 4;\n";
    }
    std::vector<record_t> all = reviewed({{{"train.cu", code}},
                                          {{"train.cu", renamed(code)}},
                                          {{"nn.cu", turned}},
                                          {{"train.cu", random_code(2, 12)}},
                                          {{"train.cu", junk}},
                                          {{"train.cu", half + random_code(3, 8)}}},
                                         &none);
    CHECK(contains(kinds(&all[0]), "identical to s1;"));
    CHECK(contains(kinds(&all[0]), "like s2;"));
    CHECK(contains(kinds(&all[0]), "like s4;"));
    CHECK(contains(kinds(&all[1]), "identical to s0;"));
    CHECK(contains(kinds(&all[2]), "like s0;"));
    CHECK(contains(kinds(&all[4]), "like s0;"));
    CHECK(kinds(&all[3]) == "");
    CHECK(kinds(&all[5]) == "");  // less than half: for a person's eyes, if any
    CHECK(all[0].signals[0].file == "train.cu");
    CHECK(all[0].signals[0].line < 5);
    CHECK(contains(all[0].signals[0].text, "; first there: train.cu, line "));
}

TEST_CASE("review: what all were given is nobody's copy, and looking twice changes nothing")
{
    std::string given = random_code(9, 20);
    common_t common = {{given}, {}};
    std::vector<texts_t> files = {{{"a", given + random_code(1, 6)}},
                                  {{"a", given + random_code(2, 6)}},
                                  {{"a", given}},
                                  {{"a", given}},
                                  {},
                                  {{"a", ""}}};
    std::vector<record_t> all = reviewed(files, &common);
    for (const record_t &r : all) CHECK(kinds(&r) == "");
    common.given.clear();
    all = reviewed(files, &common);
    CHECK(contains(kinds(&all[0]), "like s"));
    CHECK(contains(kinds(&all[2]), "identical to s3"));
    CHECK(kinds(&all[4]) == "");
    all[0].signals.push_back({"forbidden call", "t", "a", 1});
    std::string once = kinds(&all[1]);
    review_class(&files, &common, &all);
    CHECK(kinds(&all[1]) == once);
    CHECK(contains(kinds(&all[0]), "forbidden call;"));
}

TEST_CASE("review: the solution is known again; what is the solution's is no sign that two students copied each other")
{
    common_t common = common_read(".");
    CHECK(common.given.size() > 20);
    CHECK(common.solution.size() > 20);
    std::string solution = file_read("solutions/train.cu"), stub = file_read("src/train.cu");
    std::vector<record_t> all = reviewed({{{"src/train.cu", solution}},
                                          {{"src/train.cu", solution + "int more;\n"}},
                                          {{"src/train.cu", stub}},
                                          {{"src/train.cu", stub + random_code(4, 9)}},
                                          {{"src/train.cu", stub}}},
                                         &common);
    CHECK(kinds(&all[0]) == "like the solution;");
    CHECK(kinds(&all[1]) == "like the solution;");
    for (int k : {2, 3, 4}) CHECK(kinds(&all[k]) == "");
}

TEST_CASE("review: programs that do the same in another way are not alike")
{
    common_t common = common_read(".");
    common.solution.clear();
    std::vector<texts_t> files;
    for (const char *rung : {"ladder/naive", "ladder/coalesced", "ladder/tiled", "ladder/host_transpose", "."})
        files.push_back({{"src/train.cu", file_read(std::string("solutions/") + rung + "/train.cu")}});
    files.push_back({{"src/train.cu", renamed(files[0][0].text)}});
    std::vector<record_t> all = reviewed(files, &common);
    for (int k = 1; k < 5; k++) CHECK_MESSAGE(kinds(&all[k]) == "", kinds(&all[k]));
    CHECK(contains(kinds(&all[0]), " s5;"));
    CHECK(contains(kinds(&all[5]), " s0;"));
}

TEST_CASE("review: a whole class of copies names a few of them to each, and a large class takes no time")
{
    common_t common = common_read(".");
    std::vector<texts_t> files;
    for (int k = 0; k < 200; k++) files.push_back({{"train.cu", random_code(k % 4 == 0 ? 5000 : (uint64_t)k, 25)}});
    files[7][0].text = std::string(1 << 20, '(');
    files[8][0].text = files[9][0].text = random_code(8, 4000);  // 1 MB, two alike
    double start = cpu_now();
    std::vector<record_t> all = reviewed(files, &common);
    double seconds = cpu_now() - start;
    MESSAGE("200 submissions: ", seconds, " s");
    CHECK(seconds < 10);  // some tenths of a second without sanitizers
    CHECK(all[0].signals.size() == 3);
    CHECK(contains(all[0].signals[2].text, "; and 45 more"));
    CHECK(kinds(&all[1]) == "");
    CHECK(contains(kinds(&all[8]), "identical to s9"));
}

TEST_CASE("review: texts made to be slow to read are not")
{
    rubric_t rubric = kit_rubric();
    const size_t size = 1 << 20;
    double start = cpu_now();
    for (const char *piece :
         {"x<", "1'",   "'",    "R\"\" ",  "R\"",      "#include <\n", "#include \"", "\\ ",   "\\\n",
          "/",  "/*/",  "\"\\", "a",       "aaa_cpu ", "cuda",         "#include",    "std::", "s y s t e m ",
          "(",  "_asm", "\n",   "include_"}) {
        std::string text;
        while (text.size() < size) text += piece;
        std::vector<intake_file_t> files = {{"a", text}};
        double before = cpu_now();
        review_files(&files, &rubric);
        CHECK_MESSAGE(cpu_now() - before < 5, piece);  // less than 0.2 s without sanitizers
    }
    MESSAGE("22 files of 1 MB: ", cpu_now() - start, " s");
}

TEST_CASE("review: texts damaged at random are looked through like others")
{
    rng_t rng = rng_make(8, 1);
    std::string whole = file_read("solutions/train.cu");
    const char *const pieces[] = {"\"",   "'",  "R\"(", ")\"",         "/*",         "*/", "//",
                                  "\\\n", "\n", "\\",   "#include \"", "#include <", "1'", "\xff"};
    common_t none;
    rubric_t rubric = kit_rubric();
    std::vector<texts_t> files;
    for (int k = 0; k < 500; k++) {
        size_t first = rng_below(&rng, (uint32_t)whole.size());
        std::string text = whole.substr(first, rng_below(&rng, 600));
        for (uint32_t n = rng_below(&rng, 8); n > 0; n--)
            text.insert(rng_below(&rng, (uint32_t)text.size() + 1), pieces[rng_below(&rng, std::size(pieces))]);
        size_t ends = 1 + (size_t)std::count(text.begin(), text.end(), '\n');
        CHECK(code_of(text).lines.size() == ends);
        files.push_back({{"a", text}});
        for (const signal_t &s : review_files(&files.back(), &rubric)) CHECK((s.line >= 1 && s.line <= (int)ends));
    }
    CHECK(reviewed(files, &none).size() == 500);
}
