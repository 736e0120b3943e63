// tests/helpers.h: small things that several test files need.
#ifndef NN_TESTS_HELPERS_H
#define NN_TESTS_HELPERS_H

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "nn.h"
#include "run.h"
#include "test.h"
#include "train.h"

// A folder that is removed, with all in it, at the end of the test.
struct folder_t {
    std::string path;
    folder_t();
    ~folder_t();
    std::string file(const std::string &name) const { return path + "/" + name; }
    std::string write(const std::string &name, const std::string &text) const;  // returns the path
};

bool exists(const std::string &path);

// What a command printed, and how it ended. `command` is for sh; $NN, $LAB, $MAKE_CC, $MAKE_RASTRIGIN: the programs.
struct ended_t {
    int status;  // 128 + signal if a signal ended it
    std::string out, err;
};
ended_t shell(const std::string &command);

// For cases of half a minute that are about kernels, whatever the numbers: in double with SLOW=1 only.
const bool SLOW_IN_DOUBLE = sizeof(real_t) > sizeof(float);

bool contains(const std::string &text, const std::string &part);

// The message that `f` dies with, after "1: " or "2: " for its status; "" if it does not die.
template <typename F> std::string death_of(F f)
{
    try {
        f();
    } catch (const nn_error_t &e) {
        return std::to_string(e.status) + ": " + e.what();
    }
    return "";
}

// The values behind `key` in a "key value..." text file; empty if the key is not there.
std::vector<std::string> words_of(const std::string &text, const std::string &key);
std::vector<double> numbers_of(const std::string &text, const std::string &key);

// A data set in memory.
ds_t make_ds(int N, int n_in, int n_out, const std::vector<double> &X, const std::vector<double> &Y, task_t task);
ds_t random_ds(int N, int n_in, int n_out, task_t task, uint64_t seed);  // one-hot or 0/1 classes, every class present
shape_t shape_of(const std::vector<int> &sizes, const std::vector<std::string> &activations, const std::string &loss);
run_t quiet_run(long epochs, int batch, double learning_rate);  // without log, checkpoint or progress line

// The message of ds_load for a file of the folder, without the folder's name; "" if it is read.
std::string refusal_of(const folder_t *f, const std::string &name, const ds_want_t &want);
std::string packed(const std::string &text);  // by gzip
std::vector<real_t> reals(const std::vector<double> &v);

// ---- the program nn, run in a folder ----------------------------------------------------------------
ended_t nn(const folder_t *f, const std::string &arguments);
std::string bytes(const folder_t *f, const std::string &name);
// CSV rows of n_in numbers, and a class of `classes` that the first numbers tell; 0 classes: a number to predict.
std::string table(int rows, int n_in, int classes, double distance = 2, uint64_t seed = 4);
// Rows of a log without header and without the column of seconds.
std::vector<std::string> log_rows(const folder_t *f, const std::string &name);

#endif
