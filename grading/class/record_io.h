// [given] record_io.h: fields of JSON objects, written and read by the same calls; reading dies of all that is not so.
#ifndef NN_RECORD_IO_H
#define NN_RECORD_IO_H

#include <cstdint>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

typedef nlohmann::ordered_json json_t;

struct io_t {  // an object of the file
    bool writing;
    json_t *object;
    std::string where;               // "s12/record.json: items[3]."
    std::vector<std::string> known;  // the keys so far
};
void field(io_t *io, const char *key, std::string *x);
void field(io_t *io, const char *key, double *x);
void field(io_t *io, const char *key, uint64_t *x);
void field(io_t *io, const char *key, int *x);
void field(io_t *io, const char *key, bool *x);
void field(io_t *io, const char *key, std::vector<std::string> *v);
void field(io_t *io, const char *key, std::vector<double> *v);
void field(io_t *io, const char *key, std::vector<uint64_t> *v);
void end(const io_t *io);  // reading: there is no other key

// The list under `key`, of n elements if it is to be written; then *n is how many there are.
json_t *list(io_t *io, const char *key, size_t *n);
io_t element(const io_t *io, const char *key, json_t *list, size_t i);  // an object of it

[[noreturn]] void refuse(const io_t *io, const std::string &key, const char *found, const char *expected);
[[noreturn]] void refuse(const io_t *io, const std::string &key, const json_t *found, const char *expected);

#endif
