// tests/test_csv.cpp: every way to write a good CSV file, every way to write a bad one.
#include "helpers.h"

#include <algorithm>
#include <cmath>
#include <filesystem>

static const ds_want_t TWO_IN = {2, 1, TASK_AUTO, {}};

static ds_t load(const std::string &text, const ds_want_t &want = TWO_IN)
{
    folder_t f;
    return ds_load(f.write("a.csv", text), &want);
}

// The message for a file a.csv of this text, without its folder.
static std::string refusal(const std::string &text, const ds_want_t &want = TWO_IN)
{
    folder_t f;
    f.write("a.csv", text);
    return refusal_of(&f, "a.csv", want);
}

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
        "x (a;b),y,class\n1,2,0\n3,4.5,1\n",  // another separator in the header
        "x\t,y,class\n1,2,0\n3,4.5,1\n",
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

TEST_CASE("csv: quotes within class names are kept apart")
{
    ds_t ds = load("1,2,\"a\"\"\"\"b\"\n3,4,\"a\"\"b\"\n5,6,\"a\"\"b\"\n");
    CHECK(ds.labels == std::vector<std::string>{"a\"\"b", "a\"b"});
    CHECK(load("1,2,\"x\"\n3,4,x\n5,6,y\n").labels == std::vector<std::string>{"x", "y"});
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
    CHECK(contains(message, "for classes let --layers end in 3"));
    CHECK(contains(refusal("1,2,-1\n3,4,1\n5,6,0\n"), "for classes number them 0 to 2 and let --layers end in 3"));
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
