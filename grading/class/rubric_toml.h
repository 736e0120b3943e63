// [given] rubric_toml.h: values of a TOML file, each checked; dies with the file's name, the line, what was expected.
#ifndef NN_RUBRIC_TOML_H
#define NN_RUBRIC_TOML_H

#include <cstdint>
#include <string>
#include <vector>

// Some texts, "[=" for one, fail an assertion of the library, which would end the program.
[[noreturn]] void toml_assertion(void);
#define TOML_ASSERT(condition) ((condition) ? (void)0 : toml_assertion())
#define TOML_HEADER_ONLY 0
#include <toml++/toml.h>

typedef std::vector<std::string> names_t;

struct at_t {  // a table of the file
    const toml::table *table;
    std::string path, name;  // "[limits] ": how messages call it
};
toml::table toml_parse(const std::string &path, const std::string &text);

void keys_check(const at_t *at, const names_t &known);  // dies of another key, with the one that may be meant
const toml::node *find(const at_t *at, const char *key, bool required);
[[noreturn]] void refuse(const at_t *at, const toml::node *node, const std::string &what);
[[noreturn]] void refuse_value(const at_t *at, const char *key, const toml::node *node, const std::string &want);

// `fallback` stands for what is not there; NULL, NAN, -1: it must be there.
std::string text_of(const at_t *at, const char *key, const char *fallback);
double number_of(const at_t *at, const char *key, double least, double most, double fallback);
int whole_of(const at_t *at, const char *key, int least, int most, int fallback);
bool flag_of(const at_t *at, const char *key, bool fallback);
uint64_t seed_of(const at_t *at, const char *key, uint64_t fallback);
size_t mib_of(const at_t *at, const char *key, double least, size_t fallback);               // in bytes
int choice_of(const at_t *at, const char *key, const names_t &names, const char *fallback);  // which of the names
at_t table_of(const at_t *at, const char *key);                                              // empty if not there
std::vector<at_t> tables_of(const at_t *at, const char *key);

#endif
