// tests/test_ds.cpp: data sets: every way to write a good file, every way to write a bad one, splits, scaling.
#include "helpers.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <numeric>

#include <zlib.h>

static const ds_want_t TWO_IN = {2, 1, TASK_AUTO, {}};

static ds_t load(const std::string &text, const ds_want_t &want = TWO_IN)
{
    folder_t f;
    return ds_load(f.write("a.csv", text), &want);
}

static std::string refusal_of(const folder_t *f, const std::string &name, const ds_want_t &want)
{
    std::string message = death_of([&] { ds_load(f->file(name), &want); });
    for (size_t at; (at = message.find(f->path + "/")) != std::string::npos;) message.erase(at, f->path.size() + 1);
    return message;
}

// The message for a file a.csv of this text, without its folder.
static std::string refusal(const std::string &text, const ds_want_t &want = TWO_IN)
{
    folder_t f;
    f.write("a.csv", text);
    return refusal_of(&f, "a.csv", want);
}

static std::string packed(const std::string &text)
{
    folder_t f;
    gzFile file = gzopen(f.file("a").c_str(), "wb9");
    gzwrite(file, text.data(), (unsigned)text.size());
    gzclose(file);
    std::string bytes;
    FILE *in = fopen(f.file("a").c_str(), "rb");
    for (int c; (c = fgetc(in)) != EOF;) bytes += (char)c;
    fclose(in);
    return bytes;
}

static std::vector<real_t> reals(const std::vector<double> &v) { return {v.begin(), v.end()}; }

// ---- CSV that is understood ------------------------------------------------------------------------

TEST_CASE("csv: header, quotes, line ends, separators and blanks do not change what is read")
{
    const char *const texts[] = {
        "1,2,0\n3,4.5,1\n",
        "1,2,0\n3,4.5,1",                                   // no newline at the end
        "x,y,class\n1,2,0\n3,4.5,1\n",                      // header
        "\"x\",\"y\",\"class\"\n1,2,\"0\"\n3,4.5,\"1\"\n",  // as the real credit-card file
        "\"x, or z\",\"y;z\",\"c\"\n1,2,0\n3,4.5,1\n",      // separators between quotes
        "1,2,0\r\n3,4.5,1\r\n",                             // lines of DOS
        "x,y,class\r\n1,2,0\r\n3,4.5,1",
        "\n\nx,y,class\n\n1,2,0\n  \n\r\n3,4.5,1\n\n\n",  // blank lines
        "\xef\xbb\xbf"
        "1,2,0\n3,4.5,1\n",  // byte order mark
        "\xef\xbb\xbf"
        "x,y,class\n1,2,0\n3,4.5,1\n",
        "1;2;0\n3;4.5;1\n",
        "x;y, or z;class\n1;2;0\n3;4.5;1\n",
        "1\t2\t0\n3\t4.5\t1\n",
        "x\ty; or z\tclass\n1\t2\t0\n3\t4.5\t1\n",
        " 1 , 2 ,0 \n3,  4.5,  1\n",  // blanks around fields
        "\"1\",\" 2 \",\"0\"\n \"3\" ,\"4.5\",\"1\"\n",
        "+1,+2.0,0\n3.,+45e-1,1\n",  // ways to write a number
        "1e0,2E+0,0\n0.3e1,0.45E+01,1\n",
        "01,2.000000000000000000000000000000,0\n3,4.5,1\n",
        "1,2,0.0\n3,4.5,1.0\n",  // the class as a number with a point
        "1,2,0\n3,4.5,1e0\n",
        "1,2,-0\n3,4.5,+1\n",
        "x y z,1st,c\n1,2,0\n3,4.5,1\n",
        "x,y\n1,2,0\n3,4.5,1\n",  // a header that is too short is only a header
    };
    for (const std::string text : texts) {
        CAPTURE(text);
        for (bool pack : {false, true}) {
            CAPTURE(pack);
            ds_t ds = load(pack ? packed(text) : text);
            CHECK(ds.N == 2);
            CHECK(ds.n_in == 2);
            CHECK(ds.n_out == 1);
            CHECK(ds.X == reals({1, 2, 3, 4.5}));
            CHECK(ds.Y == reals({0, 1}));
            CHECK(ds.task == TASK_CLASSIFICATION);
            CHECK(ds.labels == std::vector<std::string>{"0", "1"});
            CHECK_FALSE(ds.is_image);
        }
    }
}

TEST_CASE("csv: numbers are read to the last digit")
{
    ds_t ds = load("0.1,-1e-30,0\n16777217,3.4028234e38,1\n1.17549435e-38,-2.5,0\n");
    CHECK(ds.X == reals({0.1, -1e-30, 16777217, 3.4028234e38, 1.17549435e-38, -2.5}));
}

TEST_CASE("csv: a number too small for the type is 0, not infinite")
{
    CHECK(refusal("1e-400,2,0\n3,4,1\n") == "");
    CHECK(refusal("1e-60,2,0\n3,4,1\n") == "");
}

TEST_CASE("csv: class names are sorted, and the second is the positive one")
{
    ds_t ds = load("x,y,class\n1,2,spam\n3,4,\"good mail\"\n5,6,spam\n");
    CHECK(ds.labels == std::vector<std::string>{"good mail", "spam"});
    CHECK(ds.Y == reals({1, 0, 1}));
    CHECK(ds_n_classes(&ds) == 2);
    CHECK(ds_class(&ds, 0) == 1);
    CHECK(ds_class_counts(&ds) == std::vector<int>{1, 2});

    ds = load("1,2,\"say \"\"no\"\"\"\n3,4,yes\n");
    CHECK(ds.labels == std::vector<std::string>{"say \"no\"", "yes"});
}

TEST_CASE("csv: the classes of the training file hold for the test file")
{
    ds_t train = load("1,2,b\n3,4,a\n");
    ds_want_t want = {2, 1, train.task, train.labels};
    SUBCASE("in another order") { CHECK(load("1,2,a\n3,4,b\n5,6,a\n", want).Y == reals({0, 1, 0})); }
    SUBCASE("one of them only")
    {
        ds_t test = load("1,2,b\n3,4,b\n", want);
        CHECK(test.Y == reals({1, 1}));
        CHECK(test.labels == train.labels);
        CHECK(ds_class_counts(&test) == std::vector<int>{0, 2});
        CHECK(load("1,2,a\n", want).Y == reals({0}));
    }
    SUBCASE("none of them")
    {
        std::string message = refusal("x,y,c\n1,2,a\n\n3,4,c\n", want);
        CHECK(contains(message, "1: a.csv:4: class 'c'"));
        CHECK(contains(message, "a .. b"));
    }
}

TEST_CASE("csv: numbered classes of all kinds")
{
    CHECK(load("1,2,4\n3,4,2\n").labels == std::vector<std::string>{"2", "4"});
    CHECK(load("1,2,4\n3,4,2\n").Y == reals({1, 0}));
    CHECK(load("1,2,1\n3,4,-1\n5,6,1\n").labels == std::vector<std::string>{"-1", "1"});
    CHECK(load("1,2,1\n3,4,-1\n5,6,1\n").Y == reals({1, 0, 1}));
    CHECK(load("1,2,1\n3,4,0\n5,6,1.0\n7,8,\"1\"\n").Y == reals({1, 0, 1, 1}));
    CHECK(load("1,2,0.5\n3,4,0.25\n").labels == std::vector<std::string>{"0.25", "0.5"});

    ds_t train = load("1,2,1\n3,4,0\n");
    CHECK(load("1,2,1.0\n3,4,0.0\n5,6,-0\n", {2, 1, train.task, train.labels}).Y == reals({1, 0, 0}));
}

TEST_CASE("csv: several outputs get one-hot targets")
{
    ds_want_t want = {1, 3, TASK_AUTO, {}};
    ds_t ds = load("1,2\n2,0\n3,1\n4,2\n", want);
    CHECK(ds.labels == std::vector<std::string>{"0", "1", "2"});
    CHECK(ds.Y == reals({0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 0, 1}));
    CHECK(ds_class_counts(&ds) == std::vector<int>{1, 1, 2});

    ds = load("1,0\n2,2\n", want);  // class 1 has no row
    CHECK(ds.Y == reals({1, 0, 0, 0, 0, 1}));

    ds = load("1,pear\n2,apple\n3,fig\n", want);
    CHECK(ds.labels == std::vector<std::string>{"apple", "fig", "pear"});
    CHECK(ds.Y == reals({0, 0, 1, 1, 0, 0, 0, 1, 0}));

    ds = load("1,pear\n2,apple\n", want);
    CHECK(ds.labels.size() == 3);
    CHECK(ds.Y == reals({0, 1, 0, 1, 0, 0}));

    ds = load("1,4\n2,2\n", {1, 2, TASK_AUTO, {}});
    CHECK(ds.labels == std::vector<std::string>{"2", "4"});
    CHECK(ds.Y == reals({0, 1, 1, 0}));
}

TEST_CASE("csv: regression is found by itself, and may be asked for")
{
    ds_t ds = load("1,2,0.5\n3,4,-1.25\n5,6,7\n");
    CHECK(ds.task == TASK_REGRESSION);
    CHECK(ds.labels.empty());
    CHECK(ds.Y == reals({0.5, -1.25, 7}));

    std::string many;
    for (int i = 0; i < 40; i++) many += format("1,2,%d\n", i);
    CHECK(load(many).task == TASK_REGRESSION);

    ds_want_t regression = {2, 1, TASK_REGRESSION, {}};
    CHECK(load("1,2,0\n3,4,1\n", regression).task == TASK_REGRESSION);
    CHECK(load("1,2,7\n3,4,7\n5,6,8\n", regression).Y == reals({7, 7, 8}));
    CHECK(load("1,2,3\n", regression).N == 1);

    ds_want_t classes = {2, 1, TASK_CLASSIFICATION, {}};
    CHECK(load("1,2,0.5\n3,4,0.25\n", classes).task == TASK_CLASSIFICATION);
}

// ---- CSV that is refused ---------------------------------------------------------------------------

TEST_CASE("csv: every bad file dies with its name, the line, what was found and what was expected")
{
    const std::string good = "x,y,class\n1,2,0\n3,4,1\n";
    struct bad_t {
        std::string text, message;  // message begins so
    };
    const bad_t bad[] = {
        {"", "1: a.csv: the file is empty"},
        {"\n", "1: a.csv: no rows of data: only blank lines"},
        {"\n \n\r\n\t\n", "1: a.csv: no rows of data: only blank lines"},
        {"\xef\xbb\xbf", "1: a.csv: no rows of data: only blank lines"},
        {"x,y,class\n", "1: a.csv: no rows of data after the header"},
        {"x,y,class", "1: a.csv: no rows of data after the header"},
        {good + "5,6", "1: a.csv:4: 2 columns, expected 3: 2 features and the class or number to predict"},
        {good + "5", "1: a.csv:4: 1 column, expected 3"},
        {good + "5,6,", "1: a.csv:4: the last column is empty, expected a class or a number"},
        {good + "5,", "1: a.csv:4: column 2 is empty, expected a number"},
        {good + "5,6\n7,8,1\n", "1: a.csv:4: 2 columns, expected 3"},
        {good + "5,6,0,1\n", "1: a.csv:4: 4 columns, expected 3"},
        {good + "5,6,0,\n", "1: a.csv:4: 4 columns, expected 3"},
        {"1,2,3,0\n", "1: a.csv:1: 4 columns, expected 3"},
        {"1 2 0\n3 4 1\n", "1: a.csv"},
        {"1;2,0\n", "1: a.csv:1: 2 columns, expected 3"},
        {good + std::string("5,\0,1\n", 6), "1: a.csv:4: a zero byte: this is a binary file"},
        {good + "five,6,0\n", "1: a.csv:4: column 1: 'five' is not a number"},
        {good + "5,6x,0\n", "1: a.csv:4: column 2: '6x' is not a number"},
        {good + "5,1.2.3,0\n", "1: a.csv:4: column 2: '1.2.3' is not a number"},
        {good + "5,1e,0\n", "1: a.csv:4: column 2: '1e' is not a number"},
        {good + "5,0x10,0\n", "1: a.csv:4: column 2: '0x10' is not a number"},
        {good + "5,6 7,0\n", "1: a.csv:4: column 2: '6 7' is not a number"},
        {good + "5,--6,0\n", "1: a.csv:4: column 2: '--6' is not a number"},
        {good + "5,+-6,0\n", "1: a.csv:4: column 2: '+-6' is not a number"},
        {good + "5,++6,0\n", "1: a.csv:4: column 2: '++6' is not a number"},
        {good + "5,+,0\n", "1: a.csv:4: column 2: '+' is not a number"},
        {good + "5,NaN,0\n", "1: a.csv:4: column 2: 'NaN' is not a finite number"},
        {good + "nan,6,0\n", "1: a.csv:4: column 1: 'nan' is not a finite number"},
        {good + "5,inf,0\n", "1: a.csv:4: column 2: 'inf' is not a finite number"},
        {good + "5,-Infinity,0\n", "1: a.csv:4: column 2: '-Infinity' is not a finite number"},
        {good + "5,1e999,0\n", "1: a.csv:4: column 2: '1e999' is not a finite number"},
        {good + "-1e999,6,0\n", "1: a.csv:4: column 1: '-1e999' is not a finite number"},
        {good + "NA,6,0\n", "1: a.csv:4: column 1: 'NA' is not a number"},
        {good + "?,6,0\n", "1: a.csv:4: column 1: '?' is not a number"},
        {good + ",6,0\n", "1: a.csv:4: column 1 is empty"},
        {good + "5,,0\n", "1: a.csv:4: column 2 is empty"},
        {good + "5, ,0\n", "1: a.csv:4: column 2 is empty"},
        {good + "5,6,\n", "1: a.csv:4: the last column is empty"},
        {good + "5,6,\"\"\n", "1: a.csv:4: the last column is empty"},
        {good + "5,6,nan\n", "1: a.csv:4: last column: 'nan' is not a finite number"},
        {good + "5,6,1e999\n", "1: a.csv:4: last column: '1e999' is not a finite number"},
        {good + "\"5,6,0\n", "1: a.csv:4: a quote is not closed on its line"},
        {good + "5,6,\"0\n", "1: a.csv:4: a quote is not closed on its line"},
        {"\"x,y,class\n1,2,0\n", "1: a.csv:1: a quote is not closed on its line"},
        {"x;y;c\n1,5;2,5;0\n", "1: a.csv:2: column 1: '1,5' is not a number\nhint: write decimals with a point"},
        {"1,5;2,5;0\n3,5;4,5;1\n", "1: a.csv:2: column 1: '3,5' is not a number\nhint: write decimals with a point"},
        {"1,5,2,5,0\n", "1: a.csv:1: 5 columns, expected 3"},
        {"x,y,class\n1,2,0\n3,4,0\n", "1: a.csv: one class only (0)"},
        {"x,y,class\n1,2,a\n", "1: a.csv: one class only (a)"},
        {"1,2,a\n3,4,b\n5,6,c\n", "1: a.csv: 3 different class names"},
    };
    for (const bad_t &b : bad) {
        CAPTURE(b.text);
        std::string message = refusal(b.text);
        CAPTURE(message);
        CHECK(message.compare(0, b.message.size(), b.message) == 0);
    }
}

TEST_CASE("csv: a wrong number of columns comes with advice")
{
    CHECK(contains(refusal("1,2\n3,4\n"), "hint: is the class column missing?"));
    CHECK(contains(refusal("1 2 0\n"), "a.csv"));
    CHECK(contains(refusal("1,2,3,4,0\n"), "hint: --layers begins with the number of features: 4"));
    CHECK(contains(refusal("7\n8\n"), "hint: columns are separated by , ; or tab"));
}

TEST_CASE("csv: the greatest number of inputs does not overflow")
{
    std::string message = refusal("1,2,0\n3,4,1\n", {INT32_MAX, 1, TASK_AUTO, {}});
    CHECK(contains(message, "1: a.csv:1: 3 columns, expected 2147483648"));
}

#ifndef REAL_DOUBLE
TEST_CASE("csv: a number that float cannot hold is refused")
{
    CHECK(contains(refusal("1,2,0\n3,1e39,1\n"), "1: a.csv:2: column 2: '1e39' is not a finite number of type float"));
}
#endif

TEST_CASE("csv: classes that do not fit the outputs")
{
    std::string message = refusal("1,2,0\n3,4,1\n5,6,2\n");
    CHECK(contains(message, "1: a.csv: the last column holds 3 different whole numbers (0 .. 2)"));
    CHECK(contains(message, "--layers"));
    CHECK(contains(message, "hint: for 3 classes let --layers end in 3"));
    CHECK(contains(message, "--task regression"));

    ds_want_t three = {2, 3, TASK_AUTO, {}};
    CHECK(contains(refusal("1,2,0\n3,4,1\n5,6,3\n", three), "1: a.csv:3: class '3' is none of the 3"));
    CHECK(contains(refusal("1,2,0\n3,4,-1\n", three), "1: a.csv:2: class '-1'"));
    CHECK(contains(refusal("1,2,0\n3,4,1.5\n", three), "1: a.csv:2: class '1.5'"));
    CHECK(contains(refusal("1,2,a\n3,4,b\n5,6,c\n7,8,d\n", three), "1: a.csv: 4 different class names"));

    ds_want_t classes = {2, 1, TASK_CLASSIFICATION, {}};
    CHECK(contains(refusal("1,2,0\n3,4,1\n5,6,2\n", classes), "1: a.csv: 3 different classes"));

    std::string many;
    for (int i = 0; i < 200; i++) many += format("1,2,name%d\n", i);
    CHECK(contains(refusal(many), "1: a.csv: more than 64 different class names"));
}

TEST_CASE("csv: regression needs numbers and one output")
{
    CHECK(contains(refusal("1,2,3\n4,5,six\n", {2, 1, TASK_REGRESSION, {}}), "1: a.csv:2: last column: 'six'"));
    CHECK(
        contains(refusal("1,2,3\n4,5,6\n", {2, 2, TASK_REGRESSION, {}}), "1: a.csv: regression has one number a row"));
}

TEST_CASE("files that are missing, folders or cut off")
{
    folder_t f;
    CHECK(refusal_of(&f, "none.csv", TWO_IN) == "1: none.csv: No such file or directory");
    std::filesystem::create_directory(f.file("folder"));
    CHECK(refusal_of(&f, "folder", TWO_IN) == "1: folder: is a folder, expected a file");
    CHECK(contains(refusal_of(&f, "folder/none/a.csv", TWO_IN), "1: folder/none/a.csv: "));

    std::string text;
    for (int i = 0; i < 50; i++) text += format("%d,%d,%d\n", i * i, i * 7 % 31, i % 2);
    std::string bytes = packed(text);
    for (size_t n = 0; n < bytes.size(); n++) {
        CAPTURE(n);
        f.write("cut.csv.gz", bytes.substr(0, n));
        std::string message = refusal_of(&f, "cut.csv.gz", TWO_IN);
        CHECK(contains(message, "1: cut.csv.gz: "));
        if (n > 18) CHECK(contains(message, "gzip"));
    }
    bytes[bytes.size() / 2] ^= 4;
    f.write("changed.csv.gz", bytes);
    CHECK(contains(refusal_of(&f, "changed.csv.gz", TWO_IN), "1: changed.csv.gz: damaged or cut-off gzip file"));
}

TEST_CASE("csv: random bytes are refused and never crash")
{
    rng_t rng = rng_make(7, RNG_DATA);
    for (int round = 0; round < 200; round++) {
        std::string text(1 + rng_below(&rng, 3000), 0);
        for (char &c : text) c = (char)(round % 2 ? rng_below(&rng, 256) : 1 + rng_below(&rng, 255));
        CAPTURE(round);
        CHECK(contains(refusal(text), "1: a.csv"));
    }
}

TEST_CASE("csv: a good file with any one byte changed is read or refused, and never crashes")
{
    const std::string good = "\"x\",y,class\n1.5,\"2\",0\n-3e2,4,1\n5;6\n";
    int refused = 0;
    for (size_t i = 0; i < good.size(); i++)
        for (const char *c = "\",;\n\r\t 0x-.\xff"; *c; c++) {
            std::string text = good;
            text[i] = *c;
            std::string message = refusal(text);
            refused += message != "";
            CHECK((message == "" || contains(message, "1: a.csv")));
        }
    CHECK(refused > 0);
}

// ---- IDX ----------------------------------------------------------------------------------------------

static std::string idx(const std::vector<uint32_t> &dimensions, const std::vector<int> &bytes)
{
    std::string out = {0, 0, 8, (char)dimensions.size()};
    for (uint32_t d : dimensions)
        for (int shift = 24; shift >= 0; shift -= 8) out += (char)(d >> shift & 255);
    for (int b : bytes) out += (char)b;
    return out;
}

static const char IMAGES[] = "t-images-idx3-ubyte", LABELS[] = "t-labels-idx1-ubyte";
static const ds_want_t FOUR_IN = {4, 3, TASK_AUTO, {}};

static std::string good_images() { return idx({3, 2, 2}, {0, 1, 2, 3, 100, 127, 128, 255, 9, 8, 7, 6}); }
static std::string good_labels() { return idx({3}, {2, 0, 1}); }

static std::string idx_refusal(const std::string &images, const std::string &labels, const ds_want_t &want = FOUR_IN)
{
    folder_t f;
    f.write(IMAGES, images);
    f.write(LABELS, labels);
    return refusal_of(&f, IMAGES, want);
}

TEST_CASE("idx: images and labels, plain and packed in every mixture")
{
    for (int mixture = 0; mixture < 4; mixture++) {
        CAPTURE(mixture);
        bool pack_images = mixture & 1, pack_labels = mixture & 2;
        folder_t f;
        std::string name = IMAGES + std::string(pack_images ? ".gz" : "");
        f.write(name, pack_images ? packed(good_images()) : good_images());
        f.write(LABELS + std::string(pack_labels ? ".gz" : ""), pack_labels ? packed(good_labels()) : good_labels());
        ds_t ds = ds_load(f.file(name), &FOUR_IN);
        CHECK(ds.N == 3);
        CHECK(ds.X == reals({0, 1, 2, 3, 100, 127, 128, 255, 9, 8, 7, 6}));
        CHECK(ds.Y == reals({0, 0, 1, 1, 0, 0, 0, 1, 0}));
        CHECK(ds.labels == std::vector<std::string>{"0", "1", "2"});
        CHECK(ds.is_image);
        CHECK(ds.task == TASK_CLASSIFICATION);
    }
}

TEST_CASE("idx: two classes with one output")
{
    folder_t f;
    f.write(IMAGES, good_images());
    f.write(LABELS, idx({3}, {1, 0, 1}));
    ds_want_t want = {4, 1, TASK_AUTO, {}};
    ds_t ds = ds_load(f.file(IMAGES), &want);
    CHECK(ds.Y == reals({1, 0, 1}));
    CHECK(ds.labels.size() == 2);
}

TEST_CASE("idx: every bad pair of files dies with the name of the bad one and the reason")
{
    const std::string images = good_images(), labels = good_labels();
    CHECK(idx_refusal(images, labels) == "");
    for (size_t n = 4; n < images.size(); n++) {
        CAPTURE(n);
        CHECK(contains(idx_refusal(images.substr(0, n), labels), std::string("1: ") + IMAGES + ": "));
    }
    for (size_t n = 0; n < labels.size(); n++) {
        CAPTURE(n);
        CHECK(contains(idx_refusal(images, labels.substr(0, n)), std::string("1: ") + LABELS + ": "));
    }
    const std::string I = std::string("1: ") + IMAGES + ": ", L = std::string("1: ") + LABELS + ": ";
    CHECK(contains(idx_refusal(images + "x", labels), I + "13 bytes behind its header, which announces 3 x 4"));
    CHECK(contains(idx_refusal(images, labels + "x"), L + "4 bytes behind its header"));
    CHECK(contains(idx_refusal(idx({3, 2, 2}, {0, 1, 2}), labels), I + "3 bytes behind its header"));
    CHECK(contains(idx_refusal(images, idx({2}, {0, 1})), L + "2 labels, but"));
    CHECK(contains(idx_refusal(images, idx({3}, {0, 1, 3})), L + "item 2 has label 3, outside"));
    CHECK(contains(idx_refusal(images, idx({3}, {0, 255, 1})), L + "item 1 has label 255"));
    CHECK(contains(idx_refusal(images, idx({3}, {1, 1, 1})), L + "one class only"));
    CHECK(contains(idx_refusal(idx({0, 2, 2}, {}), labels), I + "holds no items"));
    CHECK(contains(idx_refusal(images, idx({0}, {})), L + "holds no items"));
    CHECK(contains(idx_refusal(idx({3, 0, 2}, {}), labels), I));
    CHECK(contains(idx_refusal(idx({20}, std::vector<int>(20, 1)), labels),
                   I + "header bytes 0 0 8 1, expected 0 0 8 3"));
    CHECK(contains(idx_refusal(images, images), L + "header bytes 0 0 8 3, expected 0 0 8 1"));
    std::string floats = images;
    floats[2] = 13;
    CHECK(contains(idx_refusal(floats, labels), I + "header bytes 0 0 13 3"));
    CHECK(
        contains(idx_refusal(images, labels, {5, 3, TASK_AUTO, {}}), I + "images of 4 pixels, but the network has 5"));
    CHECK(contains(idx_refusal(images, labels, {4, 3, TASK_REGRESSION, {}}), "regression"));
}

TEST_CASE("idx: sizes that overflow are refused")
{
    const uint32_t M = 0xffffffff;
    for (const std::vector<uint32_t> &d : {std::vector<uint32_t>{M, M, M},
                                           {1, M, M},
                                           {M, 1, 1},
                                           {M, 2, 2},
                                           {1u << 31, 1u << 31, 4},
                                           {1u << 30, 2, 2},
                                           {3, 1u << 31, 1u << 31}}) {
        CHECK(contains(idx_refusal(idx(d, {1, 2, 3, 4}), good_labels()), std::string("1: ") + IMAGES + ": "));
        CHECK(contains(idx_refusal(idx(d, {}), good_labels()), std::string("1: ") + IMAGES + ": "));
    }
    CHECK(contains(idx_refusal(good_images(), idx({M}, {0, 1, 2})), std::string("1: ") + LABELS + ": "));
}

TEST_CASE("idx: labels that are missing, or a name that does not tell where they are")
{
    folder_t f;
    f.write(IMAGES, good_images());
    CHECK(refusal_of(&f, IMAGES, FOUR_IN) == std::string("1: ") + LABELS + ": No such file or directory");
    f.write("pictures", good_images());
    CHECK(contains(refusal_of(&f, "pictures", FOUR_IN), "1: pictures: IDX images need their labels' file"));
    f.write("pictures", good_labels());
    CHECK(contains(refusal_of(&f, "pictures", FOUR_IN), "1: pictures: "));
}

// ---- splits ---------------------------------------------------------------------------------------------

// Row i has the one feature i, so that rows can be told apart.
static ds_t numbered_ds(const std::vector<int> &classes, int n_out, task_t task)
{
    int N = (int)classes.size();
    std::vector<double> X, Y;
    for (int i = 0; i < N; i++) X.push_back(i);
    for (int i = 0; i < N; i++)
        for (int k = 0; k < n_out; k++) Y.push_back(n_out == 1 ? classes[i] : classes[i] == k);
    return make_ds(N, 1, n_out, X, Y, task);
}

static std::vector<int> classes_of(const std::vector<int> &counts)
{
    std::vector<int> classes;
    for (size_t k = 0; k < counts.size(); k++) classes.insert(classes.end(), counts[k], (int)k);
    rng_t rng = rng_make(3, RNG_DATA);
    rng_shuffle(&rng, classes.data(), (int)classes.size());
    return classes;
}

TEST_CASE("split: the same part of every class, no row lost or doubled, order and targets kept")
{
    for (int n_out : {1, 2, 3}) {
        CAPTURE(n_out);
        std::vector<int> counts = n_out == 3 ? std::vector<int>{100, 10, 3} : std::vector<int>{100, 10};
        std::vector<int> classes = classes_of(counts);
        ds_t ds = numbered_ds(classes, n_out, TASK_CLASSIFICATION), part;
        int N = ds.N;
        ds_split(&ds, 0.2, 5, &part);
        CHECK(ds_class_counts(&part)[0] == 20);
        CHECK(ds_class_counts(&part)[1] == 2);
        if (n_out == 3) CHECK(ds_class_counts(&part)[2] == 1);
        CHECK(ds.N + part.N == N);
        CHECK(ds.labels == part.labels);
        CHECK(part.task == ds.task);
        std::vector<bool> seen(N, false);
        for (const ds_t *d : {&ds, &part}) {
            CHECK(std::is_sorted(d->X.begin(), d->X.end()));
            for (int i = 0; i < d->N; i++) {
                int row = (int)d->X[i];
                CHECK_FALSE(seen[row]);
                seen[row] = true;
                CHECK(ds_class(d, i) == classes[row]);
            }
        }
    }
}

TEST_CASE("split: every class keeps at least one row on either side")
{
    for (double fraction : {0.001, 0.5, 0.999}) {
        CAPTURE(fraction);
        ds_t ds = numbered_ds(classes_of({30, 2}), 1, TASK_CLASSIFICATION), part;
        ds_split(&ds, fraction, 1, &part);
        for (int k : {0, 1}) {
            CHECK(ds_class_counts(&ds)[k] >= 1);
            CHECK(ds_class_counts(&part)[k] >= 1);
        }
    }
    ds_t ds = numbered_ds(classes_of({30, 1}), 1, TASK_CLASSIFICATION), part;
    CHECK(contains(death_of([&] { ds_split(&ds, 0.2, 1, &part); }), "1: test: one class has a single row"));
}

TEST_CASE("split: the seed decides which rows")
{
    auto rows = [](uint64_t seed) {
        ds_t ds = numbered_ds(classes_of({50, 50}), 1, TASK_CLASSIFICATION), part;
        ds_split(&ds, 0.3, seed, &part);
        return part.X;
    };
    CHECK(rows(1) == rows(1));
    CHECK(rows(1) != rows(2));
}

TEST_CASE("split: regression")
{
    ds_t ds = random_ds(50, 3, 1, TASK_REGRESSION, 1), part, all = ds;
    ds_split(&ds, 0.2, 1, &part);
    CHECK(part.N == 10);
    CHECK(ds.N == 40);
    CHECK(part.X.size() == 30);
    std::vector<real_t> together = ds.Y;
    together.insert(together.end(), part.Y.begin(), part.Y.end());
    std::sort(together.begin(), together.end());
    std::sort(all.Y.begin(), all.Y.end());
    CHECK(together == all.Y);

    ds_t one = random_ds(1, 3, 1, TASK_REGRESSION, 1);
    std::string message = death_of([&] { ds_split(&one, 0.2, 1, &part); });
    CHECK(contains(message, "1: test: "));
    CHECK_FALSE(contains(message, "class"));
}

// ---- scaling ----------------------------------------------------------------------------------------------

static double mean_of(const ds_t *ds, int column)
{
    double sum = 0;
    for (int i = 0; i < ds->N; i++) sum += ds->X[(size_t)i * ds->n_in + column];
    return sum / ds->N;
}

static double deviation_of(const ds_t *ds, int column)
{
    double mean = mean_of(ds, column), sum = 0;
    for (int i = 0; i < ds->N; i++) sum += std::pow(ds->X[(size_t)i * ds->n_in + column] - mean, 2);
    return std::sqrt(sum / ds->N);
}

TEST_CASE("scaling: names, the course's spelling too")
{
    for (const char *name : {"auto", "none", "normalization", "standardization", "pixels"})
        CHECK(std::string(scale_text(scale_parse("--scaling", name))) == name);
    CHECK(scale_parse("--scaling", "standarization") == SCALE_STANDARDIZATION);
    std::string message = death_of([] { scale_parse("--scaling", "zscore"); });
    CHECK(contains(message, "2: --scaling: 'zscore' is not known, expected one of:"));
    CHECK(contains(message, "normalization"));
}

TEST_CASE("scaling: standardization gives mean 0 and standard deviation 1")
{
    ds_t ds = random_ds(200, 3, 1, TASK_CLASSIFICATION, 1);
    for (int i = 0; i < ds.N; i++) ds.X[3 * i + 1] = ds.X[3 * i + 1] * 1000 - 50;
    for (int i = 0; i < ds.N; i++) ds.X[3 * i + 2] = (real_t)0.1;  // never changes
    scale_t s = scale_fit(SCALE_STANDARDIZATION, &ds);
    CHECK(s.kind == SCALE_STANDARDIZATION);
    CHECK(s.factor[2] == 1);
    scale_apply(&s, &ds);
    for (int j : {0, 1}) {
        CHECK(mean_of(&ds, j) == doctest::Approx(0).epsilon(1e-6));
        CHECK(deviation_of(&ds, j) == doctest::Approx(1).epsilon(1e-5));
    }
    for (int i = 0; i < ds.N; i++) CHECK(std::fabs(ds.X[3 * i + 2]) < 1e-7);
}

TEST_CASE("scaling: normalization gives least 0 and greatest 1")
{
    ds_t ds = make_ds(3, 2, 1, {-5, 7, 0, 7, 15, 7}, {0, 1, 0}, TASK_CLASSIFICATION);
    scale_t s = scale_fit(SCALE_NORMALIZATION, &ds);
    scale_apply(&s, &ds);
    CHECK(ds.X == reals({0, 0, 0.25, 0, 1, 0}));
}

TEST_CASE("scaling: fitted on the training rows, applied to others")
{
    ds_t train = make_ds(2, 1, 1, {10, 20}, {0, 1}, TASK_CLASSIFICATION);
    ds_t test = make_ds(2, 1, 1, {15, 40}, {0, 1}, TASK_CLASSIFICATION);
    scale_t s = scale_fit(SCALE_NORMALIZATION, &train);
    scale_apply(&s, &test);
    CHECK(test.X == reals({0.5, 3}));
    test.X = reals({15, 40});
    s = scale_fit(SCALE_STANDARDIZATION, &train);
    scale_apply(&s, &test);
    CHECK(test.X == reals({0, 5}));
}

TEST_CASE("scaling: what auto means for each kind of data")
{
    ds_t csv = make_ds(2, 1, 1, {10, 20}, {0, 1}, TASK_CLASSIFICATION), image = csv;
    image.is_image = true;
    CHECK(scale_fit(SCALE_AUTO, &csv).kind == SCALE_STANDARDIZATION);
    ds_t regression = make_ds(2, 1, 1, {10, 20}, {0, 1}, TASK_REGRESSION);
    CHECK(scale_fit(SCALE_AUTO, &regression).kind == SCALE_STANDARDIZATION);
    scale_t none = scale_fit(SCALE_NONE, &regression);
    CHECK(none.kind == SCALE_NONE);
    CHECK(none.shift.empty());
    scale_apply(&none, &regression);
    CHECK(regression.X == reals({10, 20}));

    image.X = reals({0, 255});
    scale_t pixels = scale_fit(SCALE_AUTO, &image);
    CHECK(pixels.kind == SCALE_PIXELS);
    scale_apply(&pixels, &image);
    CHECK(image.X == reals({0, 1}));
}

TEST_CASE("scaling: small differences on a large offset keep their digits")
{
    std::vector<double> X, Y;
    for (int i = 0; i < 1000; i++) X.push_back(1e6 + i % 4), Y.push_back(i % 2);
    ds_t ds = make_ds(1000, 1, 1, X, Y, TASK_CLASSIFICATION);
    scale_t s = scale_fit(SCALE_STANDARDIZATION, &ds);
    CHECK(s.shift[0] == doctest::Approx(1e6 + 1.5).epsilon(1e-12));
    CHECK(1 / s.factor[0] == doctest::Approx(std::sqrt(1.25)).epsilon(1e-9));
    scale_apply(&s, &ds);
    CHECK(ds.X[0] == doctest::Approx(-1.5 / std::sqrt(1.25)).epsilon(1e-6));
    CHECK(ds.X[3] == doctest::Approx(1.5 / std::sqrt(1.25)).epsilon(1e-6));
}

TEST_CASE("checksum: one changed number shows")
{
    ds_t a = random_ds(10, 3, 1, TASK_CLASSIFICATION, 1), b = a, c = a;
    b.X[17] = std::nextafter(b.X[17], (real_t)10);
    c.Y[9] = 1 - c.Y[9];
    CHECK(ds_checksum(&a) == ds_checksum(&a));
    CHECK(ds_checksum(&a) != ds_checksum(&b));
    CHECK(ds_checksum(&a) != ds_checksum(&c));
}
