// [given] make_rastrigin.cpp: writes the Rastrigin function on a grid, and random test points of it.
#include <cmath>

#include "csv_out.h"

enum { DECIMALS = 6, ROWS_MAX = 25000000, TEST_ROWS_MAX = 10000000 };
static const double PI = 3.14159265358979323846, LIMIT = 5.12;

struct options_t {
    std::string out = "datasets", rows = "160000", seed = "1", test_rows = "5000";
};
static options_t options;

// Rastrigin, 1974: a bowl with a dent at every pair of integers; lowest, 0, at (0, 0).
static double rastrigin(double x1, double x2)
{
    return 20 + x1 * x1 - 10 * cos(2 * PI * x1) + x2 * x2 - 10 * cos(2 * PI * x2);
}

// Rounded before use: the value in the file belongs to the point in the file.
static double rounded(double x) { return to_units(x, DECIMALS) / 1e6; }

static void append_point(std::string *text, double x1, double x2)
{
    x1 = rounded(x1);
    x2 = rounded(x2);
    append_fixed(text, x1, DECIMALS);
    text->push_back(',');
    append_fixed(text, x2, DECIMALS);
    text->push_back(',');
    append_fixed(text, rastrigin(x1, x2), DECIMALS);
    text->push_back('\n');
}

static int side_of_square(int rows)
{
    int side = (int)sqrt((double)rows);
    if (side * side != rows)
        die_usage("--rows %d: expected a square n x n from 4 to %d; the nearest squares are %d and %d", rows, ROWS_MAX,
                  side * side, (side + 1) * (side + 1));
    return side;
}

static std::string grid_text(int side)
{
    std::string text = "x1,x2,y\n";
    text.reserve((size_t)side * side * 30);
    for (int i = 0; i < side; i++)
        for (int j = 0; j < side; j++)
            append_point(&text, -LIMIT + 2 * LIMIT * i / (side - 1), -LIMIT + 2 * LIMIT * j / (side - 1));
    return text;
}

static std::string random_text(int rows, uint64_t seed)
{
    rng_t rng = rng_make(seed, RNG_DATA);
    std::string text = "x1,x2,y\n";
    for (int i = 0; i < rows; i++) {
        double x1 = LIMIT * (2 * rng_uniform(&rng) - 1), x2 = LIMIT * (2 * rng_uniform(&rng) - 1);
        append_point(&text, x1, x2);
    }
    return text;
}

static void work(void)
{
    std::string folder = option_folder("--out", options.out);
    int rows = (int)option_integer("--rows", options.rows, 4, ROWS_MAX), side = side_of_square(rows);
    int test_rows = (int)option_integer("--test_rows", options.test_rows, 1, TEST_ROWS_MAX);
    uint64_t seed = option_integer("--seed", options.seed, 0, INT64_MAX);
    std::string train = folder + format("rastrigin_%d.csv", rows), test = folder + "rastrigin_test.csv";
    file_check_writable(train);
    file_check_writable(test);

    file_write(train, grid_text(side));
    printf("%s: %d rows, grid %d x %d\n", train.c_str(), rows, side, side);
    file_write(test, random_text(test_rows, seed));
    printf("%s: %d rows, random points\n", test.c_str(), test_rows);
}

int main(int argc, char **argv)
{
    CLI::App app("Writes rastrigin_<rows>.csv, the Rastrigin function on a grid over [-5.12, 5.12]^2,\n"
                 "and rastrigin_test.csv, random points of the same square. Columns x1,x2,y.");
    app.option_defaults()->always_capture_default();
    app.add_option("--out", options.out, "folder of the two files");
    app.add_option("--rows", options.rows, "points of the grid, a square n * n from 4 to 25000000");
    app.add_option("--seed", options.seed, "of the random points, from 0");
    app.add_option("--test_rows", options.test_rows, "random points, 1 to 10000000");
    return program(&app, argc, argv, work);
}
