// tests/helpers.cpp: see helpers.h.
#include "helpers.h"

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>

folder_t::folder_t()
{
    char name[] = "/tmp/nn-test-XXXXXX";
    path = mkdtemp(name);
}

folder_t::~folder_t()
{
    std::error_code error;  // a program that a test has stopped may still write a file
    for (int i = 0; i < 100 && (std::filesystem::remove_all(path, error), error); i++) usleep(50000);
}

std::string folder_t::write(const std::string &name, const std::string &text) const
{
    std::ofstream(file(name), std::ios::binary) << text;
    return file(name);
}

bool exists(const std::string &path) { return access(path.c_str(), F_OK) == 0; }

static std::string slurp(const std::string &path)
{
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

ended_t shell(const std::string &command)
{
    folder_t f;
    // By links, so that a script need not care for blanks in the path.
    std::filesystem::path build = std::filesystem::absolute(TEST_BUILD);
    std::filesystem::path here = std::filesystem::read_symlink("/proc/self/exe").parent_path();  // made with this nn
    std::string programs;
    auto add = [&](const char *name, const char *file, const std::filesystem::path &program) {
        std::filesystem::create_symlink(program, f.file(file));
        programs += std::string(name) + "=" + f.file(file) + "\n";
    };
    add("NN", "nn", here / "nn");
    add("LAB", "lab", here / "lab");
    add("MAKE_CC", "make_cc", build / "make_cc");
    add("MAKE_RASTRIGIN", "make_rastrigin", build / "make_rastrigin");
    std::string script = f.write("script", programs + command + "\n");
    int code = system(("sh " + script + " >" + f.file("out") + " 2>" + f.file("err") + " </dev/null").c_str());
    int status = WIFSIGNALED(code) ? 128 + WTERMSIG(code) : WEXITSTATUS(code);
    return {status, slurp(f.file("out")), slurp(f.file("err"))};
}

bool contains(const std::string &text, const std::string &part) { return text.find(part) != std::string::npos; }

std::vector<std::string> words_of(const std::string &text, const std::string &key)
{
    std::istringstream lines(text);
    std::string line, word;
    std::vector<std::string> words;
    while (std::getline(lines, line)) {
        std::istringstream in(line);
        if (!(in >> word) || word != key) continue;
        while (in >> word) words.push_back(word);
        return words;
    }
    return words;
}

std::vector<double> numbers_of(const std::string &text, const std::string &key)
{
    std::vector<double> v;
    for (const std::string &word : words_of(text, key)) v.push_back(strtod(word.c_str(), NULL));
    return v;
}

ds_t make_ds(int N, int n_in, int n_out, const std::vector<double> &X, const std::vector<double> &Y, task_t task)
{
    ds_t ds = {};
    ds.name = "test";
    ds.N = N;
    ds.n_in = n_in;
    ds.n_out = n_out;
    ds.X.assign(X.begin(), X.end());
    ds.Y.assign(Y.begin(), Y.end());
    ds.task = task;
    if (task == TASK_CLASSIFICATION)
        for (int k = 0; k < ds_n_classes(&ds); k++) ds.labels.push_back(std::to_string(k));
    return ds;
}

ds_t random_ds(int N, int n_in, int n_out, task_t task, uint64_t seed)
{
    rng_t rng = rng_make(seed, RNG_DATA);
    std::vector<double> X, Y;
    for (int i = 0; i < N * n_in; i++) X.push_back(rng_normal(&rng));
    for (int i = 0; i < N; i++)
        for (int j = 0; j < n_out; j++) {
            if (task == TASK_REGRESSION) Y.push_back(rng_normal(&rng));
            else Y.push_back(n_out == 1 ? i % 2 : i % n_out == j);
        }
    return make_ds(N, n_in, n_out, X, Y, task);
}

shape_t shape_of(const std::vector<int> &sizes, const std::vector<std::string> &activations, const std::string &loss)
{
    std::vector<act_t> f;
    for (const std::string &name : activations) f.push_back(act_parse("--activation", name));
    return shape_make(sizes, f, loss_parse("--loss", loss));
}

run_t quiet_run(long epochs, int batch, double learning_rate)
{
    run_t run = {};
    run.device = device_find("cpu");
    run.epochs = epochs;
    run.batch = batch;
    run.learning_rate = learning_rate;
    run.target = NAN;
    run.metric_name = "metric";
    run.quiet = true;
    run.at.shuffle_state = rng_make(1, RNG_SHUFFLE).state;
    return run;
}

ended_t nn(const folder_t *f, const std::string &arguments) { return shell("cd " + f->path + "\n$NN " + arguments); }

std::string table(int rows, int n_in, int classes, double distance, uint64_t seed)
{
    rng_t rng = rng_make(seed, RNG_DATA);
    std::string text;
    for (int i = 0; i < rows; i++) {
        double sum = 0;
        for (int j = 0; j < n_in; j++) {
            double x = rng_normal(&rng) + (classes > 0 && i % classes == j ? distance : 0);
            sum += x;
            text += format("%.4f,", x);
        }
        text += classes > 0 ? format("%d\n", i % classes) : format("%.4f\n", sum);
    }
    return text;
}

std::string bytes(const folder_t *f, const std::string &name) { return file_read(f->file(name)); }

std::vector<std::string> log_rows(const folder_t *f, const std::string &name)
{
    std::istringstream in(bytes(f, name));
    std::vector<std::string> rows;
    for (std::string line; std::getline(in, line);) {
        size_t first = line.find(','), second = line.find(',', first + 1);
        if (!line.empty() && isdigit((unsigned char)line[0]))
            rows.push_back(line.substr(0, first) + line.substr(second));
    }
    return rows;
}

std::string refusal_of(const folder_t *f, const std::string &name, const ds_want_t &want)
{
    std::string message = death_of([&] { ds_load(f->file(name), &want); });
    for (size_t at; (at = message.find(f->path + "/")) != std::string::npos;) message.erase(at, f->path.size() + 1);
    return message;
}

std::string packed(const std::string &text)
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

std::vector<real_t> reals(const std::vector<double> &v) { return {v.begin(), v.end()}; }
