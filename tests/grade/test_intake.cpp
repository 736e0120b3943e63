// tests/grade/test_intake.cpp: submissions as students hand them in, and as attackers do.
#include <clocale>
#include <cstdlib>
#include <filesystem>

#include <sys/stat.h>
#include <unistd.h>

#include "../../grading/class/intake.h"
#include "../helpers.h"

static const std::vector<student_file_t> MANIFEST = {
    {"src/nn.cu", true}, {"src/train.cu", true}, {"src/test.cu", true}, {"src/student.cuh", false}};

static intake_t taken(const std::string &path) { return intake_read(path, &MANIFEST); }

static std::string text_of(const intake_t *in, const std::string &name)
{
    for (const intake_file_t &f : in->files)
        if (f.name == name) return f.text;
    return "(none)";
}

static std::string lines(const std::vector<std::string> &v)
{
    std::string text;
    for (const std::string &s : v) text += s + "\n";
    return text;
}

static void put(const folder_t *f, const std::string &name, const std::string &text)
{
    std::filesystem::create_directories(std::filesystem::path(f->file(name)).parent_path());
    f->write(name, text);
}

static void put_three(const folder_t *f, const std::string &at)
{
    for (const char *name : {"nn.cu", "train.cu", "test.cu"}) put(f, at + name, std::string("// ") + name + "\n");
}

static void check_three(const intake_t *in)
{
    CHECK(lines(in->refused) == "");
    CHECK(lines(in->missing) == "");
    CHECK(text_of(in, "src/nn.cu") == "// nn.cu\n");
    CHECK(text_of(in, "src/train.cu") == "// train.cu\n");
    CHECK(text_of(in, "src/test.cu") == "// test.cu\n");
}

TEST_CASE("intake: the manifest")
{
    folder_t f;
    std::vector<student_file_t> m = manifest_read(f.write("m", "# comment\nsrc/nn.cu\n\n  ? src/gpus.cu # two\n"));
    REQUIRE(m.size() == 2);
    CHECK(m[0].name == "src/nn.cu");
    CHECK(m[0].required);
    CHECK(m[1].name == "src/gpus.cu");
    CHECK(!m[1].required);
    CHECK(manifest_read("grading/student_files").size() == 5);
    for (const char *bad : {"", "?\n", "a b\n", "? a b\n", "../x\n", "/x\n", "src/a\nlib/A\n"}) {
        CAPTURE(bad);
        CHECK(death_of([&] { manifest_read(f.write("m", bad)); }) != "");
    }
}

TEST_CASE("intake: folders")
{
    for (const char *at : {"", "src/", "my project/final (2)/src/", "Práctica ñandú 日本/"}) {
        CAPTURE(at);
        folder_t f;
        put_three(&f, at);
        put(&f, std::string(at) + "train.cpp", "not mine\n");
        put(&f, "build/Makefile", "all:\n");
        put(&f, ".git/objects/nn.cu", "x");
        put(&f, "__MACOSX/src/._nn.cu", "x");
        put(&f, ".DS_Store", "x");
        intake_t in = taken(f.path);
        check_three(&in);
        CHECK(in.files.size() == 3);
        CHECK(in.notes.empty());
        CHECK(in.ignored.size() == 2);
        CHECK(contains(lines(in.ignored), "build/Makefile"));
        folder_t tree;
        put(&tree, "src/nn.cu", "the stub\n");
        put(&tree, "src/main.cpp", "given\n");
        intake_write(&in, tree.path);
        CHECK(bytes(&tree, "src/nn.cu") == "// nn.cu\n");
        CHECK(bytes(&tree, "src/train.cu") == "// train.cu\n");
        CHECK(bytes(&tree, "src/main.cpp") == "given\n");
        CHECK(!exists(tree.file("src/train.cpp")));
    }
}

TEST_CASE("intake: of several copies the one beside the most others counts")
{
    folder_t f;
    put(&f, "train.cu", "// old\n");
    put(&f, "backup/train.cu", "// older\n");
    put_three(&f, "work/src/");
    put(&f, "student.cuh", "// helper\n");
    intake_t in = taken(f.path);
    check_three(&in);
    CHECK(text_of(&in, "src/student.cuh") == "// helper\n");
    CHECK(contains(lines(in.notes), "src/train.cu: work/src/train.cu counts, and train.cu does not\n"));
    CHECK(contains(lines(in.notes), "and backup/train.cu does not"));
    CHECK(contains(lines(in.ignored), "backup/train.cu"));
    folder_t g;  // the same company: where the manifest wants it
    put_three(&g, "a/src/");
    for (const char *name : {"a/nn.cu", "a/train.cu", "a/test.cu"}) put(&g, name, "// other\n");
    in = taken(g.path);
    check_three(&in);
}

TEST_CASE("intake: missing files, and folders, links and doors in their place")
{
    folder_t f;
    intake_t in = taken(f.path);
    CHECK(lines(in.missing) == "src/nn.cu\nsrc/train.cu\nsrc/test.cu\n");
    CHECK(in.files.empty());
    put(&f, "src/train.cu/inner.txt", "x");
    REQUIRE(symlink("/etc/passwd", f.file("src/nn.cu").c_str()) == 0);
    REQUIRE(mkfifo(f.file("src/test.cu").c_str(), 0600) == 0);
    put(&f, "x", "// helper\n");
    REQUIRE(link(f.file("x").c_str(), f.file("src/student.cuh").c_str()) == 0);
    REQUIRE(symlink("/etc", f.file("elsewhere").c_str()) == 0);
    in = taken(f.path);
    CHECK(in.files.empty());
    CHECK(lines(in.missing) == "src/nn.cu\nsrc/train.cu\nsrc/test.cu\n");
    CHECK(lines(in.refused) ==
          "src/nn.cu is not accepted: src/nn.cu is a link\nhint: hand in the file itself\n"
          "src/train.cu is not accepted: src/train.cu is a folder, expected a file\n"
          "src/test.cu is not accepted: src/test.cu is not an ordinary file\n"
          "src/student.cuh is not accepted: src/student.cuh is a link\nhint: hand in the file itself\n");
    CHECK(contains(lines(in.ignored), "elsewhere (a link)"));
    CHECK(!contains(lines(in.ignored), "passwd"));
    CHECK(contains(lines(taken(f.file("nothing")).refused), "nothing: No such file"));
    CHECK(contains(lines(taken(f.file("src/nn.cu")).refused), "a link"));
    CHECK(contains(lines(taken(f.file("src/test.cu")).refused), "neither a folder nor an archive"));
    put(&f, "b/src/train.cu", "// a file\n");  // found elsewhere
    in = taken(f.path);
    CHECK(text_of(&in, "src/train.cu") == "// a file\n");
}

TEST_CASE("intake: names in another case")
{
    folder_t f;
    put_three(&f, "src/");
    std::filesystem::rename(f.file("src/nn.cu"), f.file("src/NN.CU"));
    intake_t in = taken(f.path);
    check_three(&in);
    CHECK(lines(in.notes) == "src/nn.cu: taken from src/NN.CU\n");
    put(&f, "src/nn.cu", "// which?\n");
    in = taken(f.path);
    CHECK(contains(lines(in.refused), "there are two of that name"));
    CHECK(lines(in.missing) == "src/nn.cu\n");
}

TEST_CASE("intake: text")
{
    struct {
        std::string bytes, text, says;
    } cases[] = {
        {"a\r\nb\r\n", "a\nb\n", "line ends converted"},
        {"a\rb\r\r\n", "a\nb\n\n", "line ends converted"},
        {"\xef\xbb\xbfint x;\n", "int x;\n", "byte order mark removed"},
        {std::string("\xff\xfei\0\xf1\0\n\0", 8), "i\xc3\xb1\n", "converted from UTF-16"},
        {std::string("\xfe\xff\0i\xd8\x3d\xde\0\0\r\0\n", 12), "i\xf0\x9f\x98\x80\n", "converted from UTF-16"},
        {"// ma\xf1"
         "ana\n",
         "// ma\xf1"
         "ana\n",
         "not UTF-8"},
        {"// mañana\n", "// mañana\n", ""},
        {"x\n\x1a", "x\n\x1a", ""},
        {"", "", "empty"},
        {std::string("a\nb\0c", 5), "(none)", "it is not text (a zero byte in line 2)"},
        {std::string("\xff\xfe\0\0a\0\0\0", 8), "(none)", "encoding that compilers do not read"},
        {std::string("\xff\xfe\0\xdc", 4), "(none)", "encoding that compilers do not read"},
        {std::string("\xff\xfe\0\xd8", 4), "(none)", "encoding that compilers do not read"},
        {std::string("\xff\xfe\0", 3), "(none)", "encoding that compilers do not read"},
        {std::string("\xff\xfe\0\0", 4), "(none)", "encoding that compilers do not read"},
        {std::string(100, '\x01'), "(none)", "it is not text"},
        {"\x7f"
         "ELF\2\1\1" +
             std::string(9, '\0'),
         "(none)", "a zero byte"},
        {std::string(1 << 20, 'x'), std::string(1 << 20, 'x'), ""},
        {std::string((1 << 20) + 1, 'x'), "(none)", "it has 1048577 bytes, and 1048576 are the most"},
    };
    for (auto &c : cases) {
        CAPTURE(c.says);
        folder_t f;
        put(&f, "nn.cu", c.bytes);
        intake_t in = taken(f.path);
        CHECK((text_of(&in, "src/nn.cu") == c.text));
        CHECK(contains(lines(in.notes) + lines(in.refused), c.says));
        CHECK(in.refused.empty() == (c.text != "(none)"));
        if (c.says.empty()) CHECK(in.notes.empty());
    }
}

TEST_CASE("intake: safe names and what platforms make of a student's name")
{
    CHECK(safe_name("Garcia Marquez, Gabriel") == "Garcia Marquez, Gabriel");
    CHECK(safe_name("Núñez 李") == "Núñez 李");
    CHECK(safe_name("../../etc/passwd") == "_.._etc_passwd");
    CHECK(safe_name("a\nb\x1b[31m\xe2\x80\xae"
                    "c") == "a_b_[31m_c");
    CHECK(safe_name("-rf") == "rf");
    CHECK(safe_name("..") == "unnamed");
    CHECK(safe_name("") == "unnamed");
    CHECK(safe_name("\xff\xc3") == "__");
    CHECK(safe_name("$(reboot)`x`;") == "_(reboot)_x__");
    CHECK(safe_name(std::string(99, 'a') + "ñ") == std::string(99, 'a'));
    auto told = [](const char *name) {
        student_t s = student_of(name);
        return s.id + "|" + s.name;
    };
    CHECK(told("Garcia Marquez, Gabriel_12345_assignsubmission_file_") == "12345|Garcia Marquez, Gabriel");
    CHECK(told("Ana_Maria Ruiz_77_assignsubmission_file_nn.zip") == "77|Ana_Maria Ruiz");
    CHECK(told("garciagabriel_4711_998877_nn.zip") == "4711|garciagabriel");
    CHECK(told("garciagabriel_LATE_4711_998877_nn-1.tar.gz") == "4711|garciagabriel");
    CHECK(told("ana.tar.gz") == "ana|ana");
    CHECK(told("team_7") == "team_7|team_7");
    CHECK(told("_assignsubmission_") == "_assignsubmission_|_assignsubmission_");
}

TEST_CASE("intake: roster and a folder of submissions")
{
    folder_t f;
    std::vector<student_t> roster = roster_read(
        f.write("r.csv", "\xef\xbb\xbfname,id,email\r\n\"Ruiz, Ana \"\"A\"\"\",7,ana@x.es\r\n\r\n"
                         "Gabriel Garcia,G1,gg@x.es\nNobody Here,9,\nPedro Paz,P4,\n"));
    REQUIRE(roster.size() == 4);
    CHECK(roster[0].name == "Ruiz, Ana \"A\"");
    CHECK(roster[0].id == "7");
    CHECK(roster[0].email == "ana@x.es");
    CHECK(roster_read(f.write("r2", "1,A,a@x,https://x/y.git\n"))[0].git == "https://x/y.git");
    CHECK(contains(death_of([&] { roster_read(f.write("r2", "1,A\n1,B\n")); }), ":2: a second row of id 1"));
    CHECK(contains(death_of([&] { roster_read(f.write("r2", "id,name\n,B\n")); }), ":2: no id"));
    CHECK(contains(death_of([&] { roster_read(f.write("r2", "id,name\n")); }), "holds no student"));

    folder_t in;
    for (const char *name : {"ana", "Garcia, Gabriel_55_assignsubmission_file_", "pazpedro_88_99_nn", "stranger", "7"})
        put_three(&in, std::string(name) + "/src/");
    put(&in, "__MACOSX/x", "");
    put(&in, "grades.xlsx", "x");
    put(&in, "late.zip", "x");
    intake_list_t list = intake_list(in.path, &roster);
    std::string all;
    for (const submission_t &s : list.submissions)
        all += s.id + "|" + s.student.name + "|" + (s.path.empty() ? "" : s.path.substr(in.path.size() + 1)) + "|" +
               s.note + "\n";
    CHECK(all == "7|Ruiz, Ana \"A\"|7|\n"
                 "7-2|Ruiz, Ana \"A\"|ana|another submission has the same id\n"
                 "9|Nobody Here||nothing handed in\n"
                 "G1|Gabriel Garcia|Garcia, Gabriel_55_assignsubmission_file_|\n"
                 "P4|Pedro Paz|pazpedro_88_99_nn|\n"
                 "late|late|late.zip|not in the roster\n"
                 "stranger|stranger|stranger|not in the roster\n");
    CHECK(lines(list.ignored) == "grades.xlsx\n");
    CHECK(intake_list(in.path, NULL).submissions.size() == 6);
    CHECK(death_of([&] { intake_list(in.file("none"), NULL); }) != "");
}

#if __has_include(<archive.h>)
#include <archive.h>
#include <archive_entry.h>

struct packed_t {
    std::string path, bytes;
    unsigned type = AE_IFREG;
    std::string link = "";
};

static std::vector<packed_t> three(const std::string &at)
{
    return {{at + "nn.cu", "// nn.cu\n"}, {at + "train.cu", "// train.cu\n"}, {at + "test.cu", "// test.cu\n"}};
}

// An archive in memory, by any means, honest or not. `kind`: zip, tar or tar.gz.
static std::string pack(const std::string &kind, const std::vector<packed_t> &entries, const char *options = NULL)
{
    setlocale(LC_CTYPE, "C.UTF-8");  // as on the student's machine; reading must do without
    std::string out(16 << 20, '\0');
    size_t used = 0;
    struct archive *a = archive_write_new();
    if (kind == "zip") archive_write_set_format_zip(a);
    else archive_write_set_format_pax_restricted(a);
    if (kind == "tar.gz") archive_write_add_filter_gzip(a);
    if (options && archive_write_set_options(a, options) != ARCHIVE_OK) {
        archive_write_free(a);
        return "";
    }
    if (options) archive_write_set_passphrase(a, "secret");
    archive_write_set_bytes_in_last_block(a, 1);
    archive_write_open_memory(a, &out[0], out.size(), &used);
    for (const packed_t &p : entries) {
        struct archive_entry *e = archive_entry_new();
        archive_entry_set_pathname_utf8(e, p.path.c_str());
        archive_entry_set_filetype(e, p.type);
        archive_entry_set_perm(e, 0644);
        archive_entry_set_size(e, p.type == AE_IFREG && p.link.empty() ? p.bytes.size() : 0);
        if (p.type == AE_IFLNK) archive_entry_set_symlink(e, p.link.c_str());
        else if (!p.link.empty()) archive_entry_set_hardlink(e, p.link.c_str());
        archive_write_header(a, e);
        if (p.type == AE_IFREG && p.link.empty()) archive_write_data(a, p.bytes.data(), p.bytes.size());
        archive_entry_free(e);
    }
    archive_write_close(a);
    archive_write_free(a);
    setlocale(LC_CTYPE, "C");
    out.resize(used);
    return out;
}

static intake_t taken_from(const std::string &kind, const std::string &archive)
{
    folder_t f;
    return taken(f.write("nn." + kind, archive));
}

static const char *const KINDS[] = {"zip", "tar", "tar.gz"};

TEST_CASE("intake: archives")
{
    for (std::string kind : KINDS)
        for (std::string at : {"", "src/", "./src/", "My Práctica 日本/src/"}) {
            CAPTURE(kind);
            CAPTURE(at);
            std::vector<packed_t> p = three(at);
            p.push_back({"__MACOSX/src/._nn.cu", std::string(200, '\0')});
            p.push_back({at + "notes.txt", "x"});
            p.push_back({"runs/latest", "", AE_IFLNK, "/etc/passwd"});
            intake_t in = taken_from(kind, pack(kind, p));
            check_three(&in);
            CHECK(in.notes.empty());
            CHECK(in.ignored.size() == 2);
            CHECK(contains(lines(in.ignored), "runs/latest (a link)"));
        }
    folder_t f;  // as learning platforms hand it over
    put(&f, "Ruiz, Ana_7_assignsubmission_file_/nn final.zip", pack("zip", three("nn/src/")));
    intake_t in = taken(f.file("Ruiz, Ana_7_assignsubmission_file_"));
    check_three(&in);
    CHECK(lines(in.notes) == "taken from the archive nn final.zip\n");
    in = taken_from("zip", pack("zip", {{"src\\nn.cu", "// nn.cu\n"},
                                        {"src\\train.cu", "// train.cu\n"},
                                        {"src\\test.cu", "// test.cu\n"}}));
    check_three(&in);
}

TEST_CASE("intake: thousands of copies")
{
    std::vector<packed_t> p = three("src/");
    for (int k = 0; k < 4990; k++) p.push_back({"copy" + std::to_string(k) + "/nn.cu", "x"});
    double started = clock_now();
    intake_t in = taken_from("zip", pack("zip", p));
    check_three(&in);
    CHECK(in.notes.size() == 3);
    CHECK(in.ignored.size() == 31);
    CHECK(in.ignored.back() == "and 4960 more");
    CHECK(clock_now() - started < 5);
}

TEST_CASE("intake: archives that are not accepted")
{
    std::vector<packed_t> many;
    for (int k = 0; k < 10000; k++) many.push_back({"f" + std::to_string(k), ""});
    many.push_back({"nn.cu", "x"});
    struct {
        std::vector<packed_t> entries;
        const char *says;
    } cases[] = {
        {{{"../../../../tmp/nn.cu", "x"}}, "\"../../../../tmp/nn.cu\" in it leads out of the archive"},
        {{{"src/nn.cu", "x"}, {"src/../../nn.cu", "x"}}, "leads out of the archive"},
        {{{"/tmp/nn.cu", "x"}}, "is absolute"},
        {{{"C:/nn.cu", "x"}}, "is absolute"},
        {{{"..\\nn.cu", "x"}}, "leads out of the archive"},
        {{{std::string(1500, 'a') + "/nn.cu", "x"}}, "is longer than"},
        {many, "holds more than 5000 files"},
        {{{"nn.cu", "x"}, {"zeros", std::string(10 << 20, '\0')}}, "unpacks to more than 100 times its size"},
        {{}, ""},
    };
    for (std::string kind : {"zip", "tar.gz"})
        for (auto &c : cases) {
            CAPTURE(kind);
            CAPTURE(c.says);
            intake_t in = taken_from(kind, pack(kind, c.entries));
            CHECK(in.files.empty());
            CHECK(in.missing.size() == 3);
            CHECK(in.refused.size() == 1);
            CHECK(contains(lines(in.refused), "the archive nn." + kind + " is not accepted: "));
            CHECK(contains(lines(in.refused), c.says));
            CHECK(contains(lines(in.refused), "\nhint: "));
        }
    CHECK(contains(lines(taken_from("zip", "").refused), "it is empty"));
    CHECK(contains(lines(taken_from("zip", "Rar!\x1a\7\1\0aaaaaaaaaaaaa").refused), "RAR"));
    CHECK(contains(lines(taken_from("zip", "hello, this is no archive at all").refused), "damaged"));
    std::string locked = pack("zip", three(""), "zip:encryption=zipcrypt");
    if (locked.empty()) MESSAGE("skipped: this libarchive cannot encrypt");
    else CHECK(contains(lines(taken_from("zip", locked).refused), "it is encrypted"));
}

TEST_CASE("intake: entries of archives that are not accepted")
{
    for (std::string kind : {"zip", "tar", "tar.gz"}) {
        CAPTURE(kind);
        std::vector<packed_t> p = three("src/");
        p[0] = {"src/nn.cu", "", AE_IFLNK, "/etc/passwd"};
        intake_t in = taken_from(kind, pack(kind, p));
        CHECK(contains(lines(in.refused), "src/nn.cu is not accepted: src/nn.cu is a link"));
        CHECK(in.files.size() == 2);
        if (kind != "zip") {
            p[0] = {"src/nn.cu", "", AE_IFREG, "/etc/passwd"};
            CHECK(contains(lines(taken_from(kind, pack(kind, p)).refused), "is a link"));
            for (unsigned type : {AE_IFCHR, AE_IFBLK, AE_IFIFO}) {
                p[0] = {"src/nn.cu", "", type};
                CHECK(contains(lines(taken_from(kind, pack(kind, p)).refused), "is not an ordinary file"));
            }
        }
        p[0] = {"src/nn.cu/", "", AE_IFDIR};
        CHECK(contains(lines(taken_from(kind, pack(kind, p)).refused), "is a folder"));
        p = three("src/");
        p.push_back({"src/Train.cu", "// which?\n"});
        in = taken_from(kind, pack(kind, p));
        CHECK(contains(lines(in.refused), "there are two of that name"));
        CHECK(in.files.size() == 2);
        p[3] = p[1];  // the very same name twice
        CHECK(contains(lines(taken_from(kind, pack(kind, p)).refused), "there are two of that name"));
        p[3] = {"train.cu/../nn.cu", ""};
        CHECK(taken_from(kind, pack(kind, p)).files.empty());
        p = three("");
        p[1].bytes = std::string((1 << 20) + 1, 'x');
        CHECK(contains(lines(taken_from(kind, pack(kind, p)).refused), "it has 1048577 bytes"));
    }
}

// Cut anywhere, an archive is refused, or what is taken of it is whole.
TEST_CASE("intake: archives cut off")
{
    rng_t rng = rng_make(5, 0);
    std::vector<packed_t> p = three("src/");
    for (int k = 0; k < 3000; k++) p[1].bytes += (char)('a' + rng_below(&rng, 26));
    for (std::string kind : KINDS) {
        std::string whole = pack(kind, p);
        int refused = 0, n = 0;
        for (size_t at = 0; at < whole.size(); at += 1 + whole.size() / 200) {
            intake_t in = taken_from(kind, whole.substr(0, at));
            n++;
            refused += !in.refused.empty();
            CAPTURE(kind);
            CAPTURE(at);
            for (const intake_file_t &f : in.files)
                for (const packed_t &original : p)
                    if (original.path == f.name) REQUIRE((f.text == original.bytes));
            CHECK(in.files.size() + in.missing.size() == 3);
        }
        CHECK(refused > n / 2);
    }
}

static void fuzz(int times)
{
    rng_t rng = rng_make(17, 0);
    std::vector<packed_t> p = three("my folder/src/");
    for (int k = 0; k < 500; k++) p[1].bytes += (char)('a' + rng_below(&rng, 26));
    p.push_back({"ñ/link", "", AE_IFLNK, "../../x"});
    p.push_back({std::string(150, 'd') + "/student.cuh", "// h\n"});
    folder_t f;
    for (std::string kind : KINDS) {
        std::string good = pack(kind, p);
        int whole = 0;
        for (int k = 0; k < times; k++) {
            std::string bad = good;
            for (int n = 1 + rng_below(&rng, 8); n > 0; n--) {
                size_t at = rng_below(&rng, (uint32_t)bad.size()), length = 1 + rng_below(&rng, 60);
                switch (rng_below(&rng, 4)) {
                case 0: bad[at] = (char)rng_next(&rng); break;
                case 1: bad[at] ^= (char)(1 << rng_below(&rng, 8)); break;
                case 2: bad.erase(at, length); break;
                default: bad.insert(at, bad.substr(rng_below(&rng, (uint32_t)bad.size()), length));
                }
                if (bad.empty()) break;
            }
            intake_t in = taken(f.write("nn." + kind, bad));
            CAPTURE(kind);
            CAPTURE(k);
            for (const intake_file_t &file : in.files) {
                REQUIRE(file.text.size() <= 1 << 20);
                REQUIRE(file.text.find('\0') == std::string::npos);
            }
            REQUIRE(in.files.size() + in.missing.size() >= 3);
            whole += in.missing.empty();
            int names = 0;
            for (const auto &e : std::filesystem::recursive_directory_iterator(f.path)) names += !e.path().empty();
            REQUIRE(names == 1);
            std::filesystem::remove(f.file("nn." + kind));
        }
        CHECK(whole < times);
    }
}

TEST_CASE("intake: damaged archives") { fuzz(100); }
TEST_CASE("intake: damaged archives, many times" * doctest::skip()) { fuzz(2000); }
#else
TEST_CASE("intake: archives") { MESSAGE("skipped: built without libarchive (make deps)"); }
#endif
