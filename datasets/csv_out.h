// [given] csv_out.h: what the data programs share: numbers as text, options with limits, main.
#ifndef NN_CSV_OUT_H
#define NN_CSV_OUT_H

#include <CLI/CLI.hpp>

#include <charconv>
#include <cstdio>
#include <string>

#include "utils.h"

// ---- numbers as text: integer arithmetic, so the same text on every machine, and fast --------

static inline void append_integer(std::string *text, long long value)
{
    char digits[24];
    std::to_chars_result r = std::to_chars(digits, digits + sizeof digits, value);
    text->append(digits, r.ptr);
}

// x in units of 10^-decimals, halves rounded away from zero.
static inline long long to_units(double x, int decimals)
{
    double units = x;
    for (int i = 0; i < decimals; i++) units *= 10;
    return (long long)(units < 0 ? units - 0.5 : units + 0.5);
}

static inline void append_fixed(std::string *text, double x, int decimals)
{
    long long units = to_units(x, decimals);
    if (units < 0) text->push_back('-');
    unsigned long long rest = units < 0 ? -(unsigned long long)units : units;
    char digits[32], *end = digits + sizeof digits, *p = end;
    for (int i = 0; i <= decimals || rest > 0; i++) {
        if (i == decimals && decimals > 0) *--p = '.';
        *--p = '0' + rest % 10;
        rest /= 10;
    }
    text->append(p, end);
}

// ---- options: read as text, so that every complaint can name the option, the value, the range --

static inline long long option_integer(const char *name, const std::string &value, long long low, long long high)
{
    long long x = 0;
    const char *end = value.data() + value.size();
    std::from_chars_result r = std::from_chars(value.data(), end, x);
    if (r.ec != std::errc() || r.ptr != end || x < low || x > high)
        die_usage("%s %s: expected an integer from %lld to %lld", name, value.c_str(), low, high);
    return x;
}

static inline double option_real(const char *name, const std::string &value, double low, double high)
{
    double x = 0;
    const char *end = value.data() + value.size();
    std::from_chars_result r = std::from_chars(value.data(), end, x);
    if (r.ec != std::errc() || r.ptr != end || !(x >= low && x <= high))
        die_usage("%s %s: expected a number from %g to %g", name, value.c_str(), low, high);
    return x;
}

static inline std::string option_folder(const char *name, const std::string &value)
{
    if (value.empty()) die_usage("%s '': expected the name of a folder that exists", name);
    return value.back() == '/' ? value : value + "/";
}

// ---- main: options, then the work; every error ends here --------------------------------------

static inline int program(CLI::App *app, int argc, char **argv, void (*work)(void))
{
    try {
        app->parse(argc, argv);
        work();
    } catch (const CLI::Success &help) {
        return app->exit(help);
    } catch (const CLI::ParseError &e) {
        fprintf(stderr, "error: %s\nhint: --help lists the options and their ranges\n", e.what());
        return 2;
    } catch (const nn_error_t &e) {
        fprintf(stderr, "error: %s\n", e.what());
        return e.status;
    } catch (const std::bad_alloc &) {
        fprintf(stderr, "error: not enough memory\n");
        return 1;
    }
    return 0;
}

#endif
