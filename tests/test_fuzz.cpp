// tests/test_fuzz.cpp: files damaged at random are read or refused, never worse. Most telling under the sanitizers.
#include <fstream>

#include <zlib.h>

#include "helpers.h"

// One to eight changes: a byte, a piece cut out, doubled, or a token that readers stumble over.
static std::string damaged(std::string s, rng_t *rng)
{
    static const std::string tokens[] = {
        "nan", "-", "1e999", "\"",   ",", ";", "\n", std::string(1, '\0'), "99999999999999999999", "\xff\xff\xff\xff",
        "-1",  " ", "\t",    "\r\n", "0"};
    for (int k = 1 + rng_below(rng, 8); k > 0 && !s.empty(); k--) {
        size_t at = rng_below(rng, (uint32_t)s.size()), n = 1 + rng_below(rng, 20);
        switch (rng_below(rng, 5)) {
        case 0: s[at] = (char)rng_next(rng); break;
        case 1: s[at] ^= (char)(1 << rng_below(rng, 8)); break;
        case 2: s.erase(at, n); break;
        case 3: s.insert(at, s.substr(at, n)); break;
        default: s.insert(at, tokens[rng_below(rng, sizeof tokens / sizeof tokens[0])]);
        }
    }
    return s;
}

// `read` may die with a message that names the file; anything else fails the test.
template <typename F> static void read_damaged(const std::string &good, const std::string &name, int times, F read)
{
    folder_t f;
    rng_t rng = rng_make(11, 0);
    int refused = 0;
    for (int i = 0; i < times; i++) {
        std::string path = f.write(name, damaged(good, &rng));
        std::string message = death_of([&] { read(path); });
        refused += message != "";
        CAPTURE(i);
        REQUIRE((message == "" || contains(message, f.path)));
    }
    CHECK(refused > times / 10);
}

static std::string csv_text(void)
{
    std::string text = "a,b,\"c, d\",class\n";
    for (int i = 0; i < 12; i++) text += format("%d,%.3f,\"%d\",%s\r\n", i, i / 7.0, -i, i % 2 ? "yes" : "no");
    return text;
}

static void fuzz_data(int times)
{
    read_damaged(csv_text(), "a.csv", times, [](const std::string &path) {
        ds_want_t want = {3, 1, TASK_AUTO, {}};
        ds_t ds = ds_load(path, &want);
        scale_t scale = scale_fit(SCALE_AUTO, &ds);
        scale_apply(&scale, &ds);
        for (real_t x : ds.X) REQUIRE(x == x);
    });
    std::string images("\0\0\x08\x03\0\0\0\x04\0\0\0\x02\0\0\0\x03", 16), labels("\0\0\x08\x01\0\0\0\x04\0\1\2\1", 12);
    for (int i = 0; i < 24; i++) images += (char)(i * 10);
    read_damaged(images, "images-idx3", times, [&](const std::string &path) {
        ds_want_t want = {6, 3, TASK_AUTO, {}};
        std::string beside = path;
        beside.replace(beside.rfind("images-idx3"), 11, "labels-idx1");
        std::ofstream(beside, std::ios::binary) << labels;
        ds_load(path, &want);
    });
}

// The checksum would refuse nearly all; here it is made to fit, so that the readers behind it see the damage.
static void fuzz_models(int times)
{
    folder_t f;
    shape_t s = shape_of({3, 4, 2}, {"leaky_relu:0.2", "softmax"}, "log");
    nn_t nn = nn_create(&s, INIT_UNIFORM, 1);
    nn.labels = {"no", "yes please"};
    progress_t p = {};
    p.velocity = p.best = nn.params;
    p.run = "--layers x\n";
    checkpoint_save(&nn, &p, f.file("c"));
    nn_save(&nn, f.file("m"));
    auto sealed = [](const std::string &path) {  // path's last line replaced by a checksum that fits
        std::string text = file_read(path);
        size_t at = text.rfind("checksum ");
        if (at == std::string::npos) return;
        text.resize(at);
        std::ofstream(path, std::ios::binary)
            << text << format("checksum %08lx\n", crc32_z(0, (const Bytef *)text.data(), text.size()));
    };
    read_damaged(file_read(f.file("m")), "m", times, [&](const std::string &path) {
        sealed(path);
        nn_t read = nn_load(path);
        REQUIRE(read.params.size() == read.s.n_params);
    });
    read_damaged(file_read(f.file("c")), "c", times, [&](const std::string &path) {
        sealed(path);
        progress_t progress;
        checkpoint_load(&progress, path);
    });
    read_damaged("3\n2 3 1\n0.1 0.2 0.3 \n0.4 \n1 2 \n3 4 \n5 6 \n7 8 9 \n", "old", times,
                 [](const std::string &path) { nn_load(path); });
}

TEST_CASE("damaged data files are read or refused") { fuzz_data(1500); }
TEST_CASE("damaged models and checkpoints are read or refused") { fuzz_models(1500); }
TEST_CASE("damaged files, many times" * doctest::skip())
{
    fuzz_data(20000);
    fuzz_models(20000);
}
