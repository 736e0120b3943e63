// [given] record_io.cpp: see record_io.h.
#include "record_io.h"

#include <algorithm>
#include <climits>
#include <cmath>

#include "utf8.h"
#include "utils.h"

// ---- one field, written or read --------------------------------------------------------------------------------

void refuse(const io_t *io, const std::string &key, const char *found, const char *expected)
{
    die("%s%s: %s, expected %s\nhint: the file is damaged, or of another version: remove it, and grade again",
        io->where.c_str(), key.c_str(), found, expected);
}

void refuse(const io_t *io, const std::string &key, const json_t *found, const char *expected)
{
    refuse(io, key, found->type_name(), expected);
}

static json_t *slot(io_t *io, const char *key)
{
    io->known.push_back(key);
    if (io->writing) return &(*io->object)[key];
    json_t::iterator found = io->object->find(key);
    if (found == io->object->end()) refuse(io, key, "missing", "every field of a record");
    return &*found;
}

static json_t text_json(const std::string &text)
{
    if (utf8_valid(text)) return text;
    std::string latin;  // its bytes as the first 256 characters
    for (unsigned char c : text) latin += c < 128 ? std::string(1, (char)c) : utf8_text(c);
    json_t j = json_t::object();
    j["bytes"] = latin;
    return j;
}

static std::string text_of(const io_t *io, const char *key, const json_t *j)
{
    if (j->is_string()) return j->get<std::string>();
    if (!j->is_object() || j->size() != 1 || !j->contains("bytes") || !(*j)["bytes"].is_string())
        refuse(io, key, j, "a text");
    std::string bytes, latin = (*j)["bytes"].get<std::string>();
    for (size_t at = 0; at < latin.size();) {
        uint32_t code = 256;
        at += utf8_next(latin, at, &code);
        if (code > 255) refuse(io, key, "a character above 255", "bytes");
        bytes += (char)code;
    }
    return bytes;
}

static json_t number_json(double x)
{
    if (std::isnan(x)) return "nan";
    if (std::isinf(x)) return x > 0 ? "inf" : "-inf";
    return x;
}

static double number_of(const io_t *io, const char *key, const json_t *j)
{
    if (j->is_number()) return j->get<double>();
    if (*j == "nan") return NAN;
    if (*j == "inf") return INFINITY;
    if (*j == "-inf") return -INFINITY;
    refuse(io, key, j, "a number");
}

static uint64_t count_of(const io_t *io, const char *key, const json_t *j)
{
    if (!j->is_number_unsigned()) refuse(io, key, j, "a whole number, 0 or more");
    return j->get<uint64_t>();
}

void field(io_t *io, const char *key, std::string *x)
{
    json_t *j = slot(io, key);
    if (io->writing) *j = text_json(*x);
    else *x = text_of(io, key, j);
}

void field(io_t *io, const char *key, double *x)
{
    json_t *j = slot(io, key);
    if (io->writing) *j = number_json(*x);
    else *x = number_of(io, key, j);
}

void field(io_t *io, const char *key, uint64_t *x)
{
    json_t *j = slot(io, key);
    if (io->writing) *j = *x;
    else *x = count_of(io, key, j);
}

void field(io_t *io, const char *key, int *x)
{
    json_t *j = slot(io, key);
    if (io->writing) *j = *x;
    else if (!j->is_number_integer() || j->get<double>() < INT_MIN || j->get<double>() > INT_MAX)
        refuse(io, key, j, "a whole number");
    else *x = j->get<int>();
}

void field(io_t *io, const char *key, bool *x)
{
    json_t *j = slot(io, key);
    if (io->writing) *j = *x;
    else if (!j->is_boolean()) refuse(io, key, j, "true or false");
    else *x = j->get<bool>();
}

// ---- lists ------------------------------------------------------------------------------------------------------

json_t *list(io_t *io, const char *key, size_t *n)
{
    json_t *j = slot(io, key);
    if (io->writing) *j = json_t(*n, json_t());
    else if (!j->is_array()) refuse(io, key, j, "a list");
    *n = j->size();
    return j;
}

void field(io_t *io, const char *key, std::vector<std::string> *v)
{
    size_t n = v->size();
    json_t *j = list(io, key, &n);
    v->resize(n);
    for (size_t i = 0; i < n; i++)
        if (io->writing) (*j)[i] = text_json((*v)[i]);
        else (*v)[i] = text_of(io, key, &(*j)[i]);
}

void field(io_t *io, const char *key, std::vector<double> *v)
{
    size_t n = v->size();
    json_t *j = list(io, key, &n);
    v->resize(n);
    for (size_t i = 0; i < n; i++)
        if (io->writing) (*j)[i] = number_json((*v)[i]);
        else (*v)[i] = number_of(io, key, &(*j)[i]);
}

void field(io_t *io, const char *key, std::vector<uint64_t> *v)
{
    size_t n = v->size();
    json_t *j = list(io, key, &n);
    v->resize(n);
    for (size_t i = 0; i < n; i++)
        if (io->writing) (*j)[i] = (*v)[i];
        else (*v)[i] = count_of(io, key, &(*j)[i]);
}

io_t element(const io_t *io, const char *key, json_t *list, size_t i)
{
    std::string name = key + format("[%zu]", i);
    io_t e = {io->writing, &(*list)[i], io->where + name + ".", {}};
    if (io->writing) *e.object = json_t::object();
    else if (!e.object->is_object()) refuse(io, name, e.object, "an object");
    return e;
}

void end(const io_t *io)
{
    if (io->object->size() == io->known.size()) return;
    for (json_t::iterator at = io->object->begin(); at != io->object->end(); ++at)
        if (std::find(io->known.begin(), io->known.end(), at.key()) == io->known.end())
            refuse(io, at.key(), "not a field of a record", "only what this version knows");
}
