// tests/test_files.cpp: models and checkpoints survive a round trip bit by bit, and damaged ones are refused.
#include "helpers.h"

#include <cmath>
#include <cstring>
#include <filesystem>
#include <limits>

#include <csignal>
#include <sys/resource.h>

static std::string slurp(const std::string &path) { return file_read(path); }

static std::vector<std::string> names_in(const folder_t *f)
{
    std::vector<std::string> names;
    for (const auto &entry : std::filesystem::directory_iterator(f->path)) names.push_back(entry.path().filename());
    return names;
}

template <typename T> static bool same_bits(const std::vector<T> &a, const std::vector<T> &b)
{
    return a.size() == b.size() && (a.empty() || memcmp(a.data(), b.data(), a.size() * sizeof(T)) == 0);
}

static void check_same(const nn_t *a, const nn_t *b)
{
    CHECK(shape_text(&a->s) == shape_text(&b->s));
    CHECK(memcmp(a->s.w_at, b->s.w_at, sizeof a->s.w_at) == 0);
    CHECK(memcmp(a->s.b_at, b->s.b_at, sizeof a->s.b_at) == 0);
    CHECK(memcmp(a->s.a_at, b->s.a_at, sizeof a->s.a_at) == 0);
    CHECK(a->s.n_acts == b->s.n_acts);
    CHECK(same_bits(a->params, b->params));
    CHECK(a->task == b->task);
    CHECK(a->scale.kind == b->scale.kind);
    CHECK(same_bits(a->scale.shift, b->scale.shift));
    CHECK(same_bits(a->scale.factor, b->scale.factor));
    CHECK(a->labels == b->labels);
    CHECK(a->threshold == b->threshold);
    CHECK(a->is_foreign == b->is_foreign);
}

static nn_t network(const shape_t &s, task_t task = TASK_CLASSIFICATION)
{
    nn_t nn = nn_create(&s, INIT_NORMAL, 5);
    nn.task = task;
    int K = task == TASK_REGRESSION ? 0 : std::max(2, s.n[s.L]);
    for (int k = 0; k < K; k++) nn.labels.push_back(std::to_string(k));
    return nn;
}

// ---- round trips -------------------------------------------------------------------------------------

TEST_CASE("model: saved and loaded it is the same, bit by bit")
{
    std::vector<nn_t> networks = {
        network(shape_of({1, 1}, {"sigmoid"}, "mse")),
        network(shape_of({30, 60, 10, 1}, {"sigmoid", "sigmoid", "sigmoid"}, "mse")),
        network(shape_of({5, 7, 3}, {"leaky_relu:0.2", "softmax"}, "log")),
        network(shape_of({4, 3, 3, 2}, {"clipped_leaky_relu:0.3", "leaky_relu", "sigmoid"}, "log")),
        network(shape_of({2, 9, 1}, {"softplus", "linear"}, "mae"), TASK_REGRESSION),
        network(shape_of({3, 4, 2}, {"relu", "tanh"}, "mae")),
        network(
            shape_of(std::vector<int>(NN_MAX_LAYERS + 1, 2), std::vector<std::string>(NN_MAX_LAYERS, "tanh"), "mse")),
    };
    folder_t f;
    for (const nn_t &nn : networks) {
        CAPTURE(shape_text(&nn.s));
        nn_save(&nn, f.file("m"));
        nn_t again = nn_load(f.file("m"));
        check_same(&nn, &again);
        std::string text = slurp(f.file("m"));
        nn_save(&again, f.file("m"));
        CHECK(slurp(f.file("m")) == text);
        CHECK(names_in(&f) == std::vector<std::string>{"m"});
    }
}

TEST_CASE("model: numbers at the ends of the range keep their bits")
{
    typedef std::numeric_limits<real_t> limits;
    nn_t nn = network(shape_of({4, 3, 1}, {"tanh", "sigmoid"}, "mse"));
    const real_t odd[] = {0,
                          (real_t)-0.0,
                          limits::denorm_min(),
                          -limits::denorm_min(),
                          limits::min(),
                          limits::max(),
                          limits::lowest(),
                          (real_t)1e-30,
                          (real_t)0.1,
                          (real_t)(1.0 / 3),
                          1 + limits::epsilon(),
                          std::nextafter(limits::min(), (real_t)0),
                          16777216,
                          (real_t)1e22};
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) nn.params[i] = odd[i];
    folder_t f;
    nn_save(&nn, f.file("m"));
    nn_t again = nn_load(f.file("m"));
    check_same(&nn, &again);
    CHECK(std::signbit(again.params[1]));

    rng_t rng = rng_make(1, RNG_DATA);
    nn = network(shape_of({40, 60, 1}, {"tanh", "sigmoid"}, "mse"));
    for (real_t &p : nn.params) {  // any bits that are a finite number
        do {
            uint64_t bits = rng_next(&rng);
            memcpy(&p, &bits, sizeof p);
        } while (!std::isfinite(p));
    }
    nn_save(&nn, f.file("m"));
    CHECK(same_bits(nn.params, nn_load(f.file("m")).params));
}

TEST_CASE("model: labels, scaling and threshold are kept")
{
    folder_t f;
    nn_t nn = network(shape_of({3, 4, 3}, {"tanh", "sigmoid"}, "mse"));
    nn.labels = {"two words", "  blanks and a\ttab ", "weights 4 3"};
    nn.scale = {SCALE_STANDARDIZATION, {1e6 + 0.1, -0.0, 1e-300}, {1 / 3.0, 1, 1e300}};
    nn.threshold = 0.1;
    nn_save(&nn, f.file("m"));
    nn_t again = nn_load(f.file("m"));
    check_same(&nn, &again);

    nn.labels = {"", "\xc3\xa4\xe2\x82\xac", "checksum 00000000"};
    nn.scale = {SCALE_PIXELS, {0, 0, 0}, {1.0 / 255, 1.0 / 255, 1.0 / 255}};
    nn.threshold = 1;
    nn_save(&nn, f.file("m"));
    again = nn_load(f.file("m"));
    check_same(&nn, &again);
}

static progress_t some_progress(const nn_t *nn)
{
    progress_t p = {};
    p.epoch = 12345678901;
    p.batch = 77;
    p.shuffle_state = 0xfedcba9876543210u;
    p.loss_sum = 1.0 / 3;
    p.seconds = 12.25;
    for (size_t i = 0; i < nn->s.n_params; i++)
        p.velocity.push_back((real_t)(1.0 / (i + 3))), p.best.push_back((real_t)-1.5 / i);
    p.best[0] = (real_t)-0.0;
    p.best_epoch = 9;
    p.best_loss = 0.1;
    p.run = "--layers 1 2\n--seed 1\nchecksum 00000000\n";
    return p;
}

TEST_CASE("checkpoint: saved and loaded it is the same, bit by bit")
{
    folder_t f;
    nn_t nn = network(shape_of({3, 4, 2}, {"leaky_relu:0.2", "softmax"}, "log"));
    nn.scale = {SCALE_NORMALIZATION, {1, 2, 3}, {0.1, 0.2, 0.3}};
    progress_t p = some_progress(&nn), q;
    for (int round = 0; round < 3; round++) {
        CAPTURE(round);
        if (round == 1) p.velocity.clear();
        if (round == 2) p.best.clear(), p.run.clear();
        checkpoint_save(&nn, &p, f.file("c"));
        nn_t again = checkpoint_load(&q, f.file("c"));
        check_same(&nn, &again);
        CHECK(p.epoch == q.epoch);
        CHECK(p.batch == q.batch);
        CHECK(p.shuffle_state == q.shuffle_state);
        CHECK(same_bits<double>({p.loss_sum, p.seconds, p.best_loss}, {q.loss_sum, q.seconds, q.best_loss}));
        CHECK(same_bits(p.velocity, q.velocity));
        CHECK(same_bits(p.best, q.best));
        CHECK(p.best_epoch == q.best_epoch);
        CHECK(p.run == q.run);
    }
}

// ---- damage ----------------------------------------------------------------------------------------------

// A file with `text` must be refused, with a message that names it.
static bool refused(const folder_t *f, const std::string &text, bool checkpoint = false)
{
    remove(f->file("bad").c_str());  // a new file: writing over an old one can wait for the disk
    std::string path = f->write("bad", text);
    progress_t p;
    std::string message = death_of([&] { checkpoint ? (void)checkpoint_load(&p, path) : (void)nn_load(path); });
    return contains(message, ": " + path + ":") && message[0] == '1';
}

static std::string small_file(bool checkpoint)
{
    folder_t f;
    nn_t nn = network(shape_of({2, 2, 1}, {"leaky_relu:0.2", "sigmoid"}, "mse"));
    nn.scale = {SCALE_NORMALIZATION, {1, 2}, {0.25, 0.5}};
    progress_t p = some_progress(&nn);
    if (checkpoint) checkpoint_save(&nn, &p, f.file("m"));
    else nn_save(&nn, f.file("m"));
    return slurp(f.file("m"));
}

TEST_CASE("model and checkpoint: cut off anywhere they are refused")
{
    for (bool checkpoint : {false, true}) {
        folder_t f;
        std::string text = small_file(checkpoint);
        CHECK_FALSE(refused(&f, text, checkpoint));
        for (size_t n = 0; n < text.size(); n++) {
            CAPTURE(n);
            CHECK(refused(&f, text.substr(0, n), checkpoint));
            if (n > 0) CHECK(refused(&f, text.substr(n), checkpoint));
        }
    }
}

TEST_CASE("model and checkpoint: with any one byte changed, lost or added they are refused")
{
    for (bool checkpoint : {false, true}) {
        folder_t f;
        const std::string text = small_file(checkpoint);
        std::string accepted;
        auto attempt = [&](size_t i, const std::string &bad, const std::string &how) {
            if (bad != text && !refused(&f, bad, checkpoint))
                accepted += format("byte %zu of %zu (%d) %s\n", i, text.size(), text[i], how.c_str());
        };
        for (size_t i = 0; i < text.size(); i++) {
            for (int bit = 0; bit < 8; bit++) {
                std::string bad = text;
                bad[i] = (char)(bad[i] ^ 1 << bit);
                attempt(i, bad, format("with bit %d flipped", bit));
            }
            for (const char *c = "059 -e\n"; *c; c++) {
                std::string bad = text;
                bad[i] = *c;
                attempt(i, bad, format("changed to %d", *c));
                attempt(i, text.substr(0, i) + *c + text.substr(i), format("with %d before it", *c));
            }
            attempt(i, text.substr(0, i) + text.substr(i + 1), "taken away");
        }
        attempt(0, text + "\n", "and a line at the end");
        attempt(0, text + text, "twice");
        CHECK(accepted == "");
    }
}

TEST_CASE("model: the message says what is wrong")
{
    folder_t f;
    const std::string text = small_file(false);
    auto message = [&](const std::string &bad) { return death_of([&] { nn_load(f.write("bad", bad)); }); };
    CHECK(contains(message(""), "/bad: the file is empty, expected a model"));
    CHECK(contains(message(text.substr(0, text.size() - 30)), "/bad: cut off: "));
    CHECK(contains(message(text.substr(0, text.size() - 30)), "hint: "));
    std::string changed = text;
    changed[text.find("weights") + 15] ^= 1;
    CHECK(contains(message(changed), "/bad: damaged: its checksum does not fit"));
    changed = text;
    changed.replace(0, 10, "nn-model 2");
    CHECK(contains(message(changed), "/bad: version 2, but this program reads version 1"));
    CHECK(contains(message("1,2,0\n"), "/bad:"));
    CHECK(contains(message("hello\n"), "/bad: is no model"));
    CHECK(contains(message(small_file(true)), "/bad: is a checkpoint, expected a model"));
    progress_t p;
    CHECK(contains(death_of([&] { checkpoint_load(&p, f.write("bad", text)); }), "/bad: is no checkpoint"));
    CHECK(contains(death_of([&] { nn_load(f.path); }), ": is a folder, expected a file"));
    CHECK(contains(death_of([&] { checkpoint_load(&p, f.path); }), ": is a folder, expected a file"));
    CHECK(contains(death_of([&] { nn_load(f.file("none")); }), "/none: No such file or directory"));
}

TEST_CASE("model: random bytes are refused and never crash")
{
    folder_t f;
    rng_t rng = rng_make(3, RNG_DATA);
    for (int round = 0; round < 300; round++) {
        std::string text(rng_below(&rng, 500), 0);
        for (char &c : text) c = round % 3 ? "0123456789 -.e\n"[rng_below(&rng, 15)] : (char)rng_below(&rng, 256);
        if (round % 2) text = "nn-model 1\n" + text;
        CAPTURE(round);
        CHECK(refused(&f, text));
        CHECK(refused(&f, text, true));
    }
}

// ---- models of the older course --------------------------------------------------------------------------------

static const char OLDER[] = "3\n2 3 1 \n"
                            "0.100000 0.200000 0.300000 \n0.400000 \n"
                            "1.000000 2.000000 \n3.000000 4.000000 \n5.000000 6.000000 \n"
                            "-7.000000 8.000000 9.125000 \n";

TEST_CASE("older course: biases and weights get where they belong")
{
    folder_t f;
    nn_t nn = nn_load(f.write("old", OLDER));
    REQUIRE(nn.s.L == 2);
    CHECK(shape_text(&nn.s) == "2-3-1 sigmoid, sigmoid; cost mse; 13 parameters");
    auto at = [&](size_t from, size_t n) {
        std::vector<double> v;
        for (size_t i = 0; i < n; i++) v.push_back(nn.params[from + i]);
        return v;
    };
    CHECK(at(nn.s.b_at[1], 3) == std::vector<double>{(real_t)0.1, (real_t)0.2, (real_t)0.3});
    CHECK(at(nn.s.b_at[2], 1) == std::vector<double>{(real_t)0.4});
    CHECK(at(nn.s.w_at[1], 6) == std::vector<double>{1, 2, 3, 4, 5, 6});
    CHECK(at(nn.s.w_at[2], 3) == std::vector<double>{-7, 8, 9.125});
    CHECK(nn.is_foreign);
    CHECK(nn.scale.kind == SCALE_NONE);
    CHECK(nn.threshold == 0.5);
    CHECK(nn.task == TASK_CLASSIFICATION);
    CHECK(nn.labels == std::vector<std::string>{"0", "1"});

    nn_save(&nn, f.file("new"));
    nn_t again = nn_load(f.file("new"));
    CHECK(same_bits(nn.params, again.params));
    CHECK_FALSE(again.is_foreign);
}

TEST_CASE("older course: DOS line ends, no blank at line ends, three outputs")
{
    folder_t f;
    nn_t nn = nn_load(f.write("old", "2\r\n1 3\r\n1 2 3\r\n4\r\n5\r\n6\r\n"));
    CHECK(nn.params == std::vector<real_t>{4, 5, 6, 1, 2, 3});
    CHECK(nn.labels.size() == 3);
}

TEST_CASE("older course: a file that is cut off or wrong is refused")
{
    folder_t f;
    std::string text = OLDER;
    size_t whole = text.find_last_of("0123456789") + 1;  // cut inside the last number shows by the missing blank
    for (size_t n = 0; n <= whole; n++) {
        CAPTURE(n);
        CHECK(refused(&f, text.substr(0, n)));
    }
    CHECK(refused(&f, text + "1.000000 \n"));
    CHECK(refused(&f, text + "x"));
    for (const char *bad :
         {"1\n2\n", "0\n", "40\n1 1\n", "99999999999999999999\n", "2\n2 0\n", "2\n2 -1\n", "2\n2 1\nx\n",
          "2\n1 1\nnan\n1\n", "2\n1 1\n1\ninf\n", "2\n1 1\n1\n1e999\n", "2\n1 1\n1,5\n1\n", "2\n1.5 1\n"}) {
        CAPTURE(std::string(bad));
        CHECK(refused(&f, bad));
    }
    std::string message = death_of(
        [&] { nn_load(f.write("bad", "3\n2 3 1\n0.1 0.2 0.3\n0.4\n1 2\n3 x\n5 6\n7 8 9\n")); });
    CHECK(contains(message, "/bad:6: expected a number, a weight"));
}

TEST_CASE("models with absurd sizes are refused before memory is asked for")
{
    folder_t f;
    for (const char *bad : {"2\n2000000000 2000000000\n1\n", "3\n46000 46000 1\n1 2 3\n", "2\n2147483647 1\n1\n"}) {
        std::string message = death_of([&] { nn_load(f.write("bad", bad)); });
        CAPTURE(message);
        CHECK(message != "");
        CHECK(contains(message, "/bad"));
    }
}

// ---- writing -------------------------------------------------------------------------------------------------------

TEST_CASE("file_write: all of it, over an old file too")
{
    folder_t f;
    std::string path = f.file("a"), text = std::string("a\0b", 3) + std::string(3000000, 'x');
    file_write(path, text);
    CHECK(slurp(path) == text);
    file_write(path, "short");
    CHECK(slurp(path) == "short");
    file_write(path, "");
    CHECK(slurp(path) == "");
    CHECK(names_in(&f) == std::vector<std::string>{"a"});
}

TEST_CASE("file_write: on a full disk the old file stays and no other is left")
{
    folder_t f;
    std::string path = f.write("a", "old"), message;
    std::string text(100000, 'x');
    rlimit before, small;
    getrlimit(RLIMIT_FSIZE, &before);
    small = before;
    small.rlim_cur = 5000;
    auto handler = signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &small);
    message = death_of([&] { file_write(path, text); });
    setrlimit(RLIMIT_FSIZE, &before);
    signal(SIGXFSZ, handler);
    CHECK(message == "1: " + path + ": not written: File too large");
    CHECK(slurp(path) == "old");
    CHECK(names_in(&f) == std::vector<std::string>{"a"});
}

TEST_CASE("file_write and file_check_writable: places that cannot be written")
{
    folder_t f;
    f.write("file.txt", "old");
    std::filesystem::create_directory(f.file("folder"));
    for (const std::string name : {"file.txt/x", "none/x", "folder", "folder/", ""}) {
        std::string path = name.empty() ? "/dev/full" : f.file(name);
        CAPTURE(path);
        std::string now = death_of([&] { file_check_writable(path); });
        std::string later = death_of([&] { file_write(path, "text"); });
        CHECK(contains(now, "1: " + path + ": "));
        CHECK(contains(later, "1: " + path + ": "));
    }
    CHECK(slurp(f.file("file.txt")) == "old");
    CHECK(names_in(&f).size() == 2);
    CHECK(std::filesystem::is_empty(f.file("folder")));
}

TEST_CASE("file_check_writable: changes nothing")
{
    folder_t f;
    f.write("a", "old");
    file_check_writable(f.file("a"));
    file_check_writable(f.file("b"));
    CHECK(slurp(f.file("a")) == "old");
    CHECK(names_in(&f) == std::vector<std::string>{"a"});
}

TEST_CASE("number_text: shortest text that reads back")
{
    CHECK(number_text(0.1) == "0.1");
    CHECK(number_text(0.1f) == "0.1");
    CHECK(number_text(1e22) == "1e+22");
    CHECK(number_text(-0.0) == "-0");
    CHECK(number_text(100.0) == "100");
}

TEST_CASE("a link is written through, and an old file keeps its rights")
{
    folder_t f;
    f.write("target", "old");
    std::filesystem::create_symlink("target", f.file("link"));
    std::filesystem::permissions(f.file("target"),
                                 std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    file_write(f.file("link"), "new");
    CHECK(std::filesystem::is_symlink(f.file("link")));
    CHECK(file_read(f.file("target")) == "new");
    CHECK((std::filesystem::status(f.file("target")).permissions() & std::filesystem::perms::all) ==
          (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
    CHECK(contains(death_of([] { file_write("/dev/stdout", "x"); }), "not an ordinary file"));
}

TEST_CASE("a number too small for the type is read as 0")
{
    folder_t f;
    nn_t nn = nn_load(f.write("m", "2\n1 1\n0.5\n1e-400 \n"));
    CHECK(nn.params[0] == 0);
    CHECK(nn.params[1] == (real_t)0.5);
}
