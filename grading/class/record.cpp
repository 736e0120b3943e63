// [given] record.cpp: the record as JSON: one list of fields for both directions, so that none is written and not read.
#include "record.h"

#include <algorithm>
#include <climits>
#include <cmath>

#include <nlohmann/json.hpp>

#include "utf8.h"
#include "utils.h"

typedef nlohmann::ordered_json json_t;

static const char *const verdicts[] = {"graded", "not handed in", "refused", "does not compile", "to be graded again"};
constexpr int N_VERDICTS = UNGRADED + 1;

const char *verdict_text(int verdict) { return verdicts[verdict]; }

// ---- one field, written or read --------------------------------------------------------------------------------

struct io_t {  // an object of the file
    bool writing;
    json_t *object;
    std::string where;               // "s12/record.json: items[3]."
    std::vector<std::string> known;  // the keys so far
};

[[noreturn]] static void refuse(const io_t *io, const std::string &key, const char *found, const char *expected)
{
    die("%s%s: %s, expected %s\nhint: the file is damaged, or of another version: remove it, and grade again",
        io->where.c_str(), key.c_str(), found, expected);
}

[[noreturn]] static void refuse(const io_t *io, const std::string &key, const json_t *found, const char *expected)
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

static void field(io_t *io, const char *key, std::string *x)
{
    json_t *j = slot(io, key);
    if (io->writing) *j = text_json(*x);
    else *x = text_of(io, key, j);
}

static void field(io_t *io, const char *key, double *x)
{
    json_t *j = slot(io, key);
    if (io->writing) *j = number_json(*x);
    else *x = number_of(io, key, j);
}

static void field(io_t *io, const char *key, uint64_t *x)
{
    json_t *j = slot(io, key);
    if (io->writing) *j = *x;
    else *x = count_of(io, key, j);
}

static void field(io_t *io, const char *key, int *x)
{
    json_t *j = slot(io, key);
    if (io->writing) *j = *x;
    else if (!j->is_number_integer() || j->get<double>() < INT_MIN || j->get<double>() > INT_MAX)
        refuse(io, key, j, "a whole number");
    else *x = j->get<int>();
}

static void field(io_t *io, const char *key, bool *x)
{
    json_t *j = slot(io, key);
    if (io->writing) *j = *x;
    else if (!j->is_boolean()) refuse(io, key, j, "true or false");
    else *x = j->get<bool>();
}

static void field(io_t *io, const char *key, verdict_t *x)
{
    std::string text = verdict_text(io->writing ? *x : GRADED);
    field(io, key, &text);
    for (int v = 0; v < N_VERDICTS; v++)
        if (text == verdicts[v]) {
            *x = (verdict_t)v;
            return;
        }
    refuse(io, key, ("\"" + text + "\"").c_str(), "one of the verdicts: \"graded\", ...");
}

// ---- lists ------------------------------------------------------------------------------------------------------

// The list under `key`, of n elements if it is to be written; then *n is how many there are.
static json_t *list(io_t *io, const char *key, size_t *n)
{
    json_t *j = slot(io, key);
    if (io->writing) *j = json_t(*n, json_t());
    else if (!j->is_array()) refuse(io, key, j, "a list");
    *n = j->size();
    return j;
}

static void field(io_t *io, const char *key, std::vector<std::string> *v)
{
    size_t n = v->size();
    json_t *j = list(io, key, &n);
    v->resize(n);
    for (size_t i = 0; i < n; i++)
        if (io->writing) (*j)[i] = text_json((*v)[i]);
        else (*v)[i] = text_of(io, key, &(*j)[i]);
}

static void field(io_t *io, const char *key, std::vector<double> *v)
{
    size_t n = v->size();
    json_t *j = list(io, key, &n);
    v->resize(n);
    for (size_t i = 0; i < n; i++)
        if (io->writing) (*j)[i] = number_json((*v)[i]);
        else (*v)[i] = number_of(io, key, &(*j)[i]);
}

static void field(io_t *io, const char *key, std::vector<uint64_t> *v)
{
    size_t n = v->size();
    json_t *j = list(io, key, &n);
    v->resize(n);
    for (size_t i = 0; i < n; i++)
        if (io->writing) (*j)[i] = (*v)[i];
        else (*v)[i] = count_of(io, key, &(*j)[i]);
}

static io_t element(const io_t *io, const char *key, json_t *list, size_t i)
{
    std::string name = key + format("[%zu]", i);
    io_t e = {io->writing, &(*list)[i], io->where + name + ".", {}};
    if (io->writing) *e.object = json_t::object();
    else if (!e.object->is_object()) refuse(io, name, e.object, "an object");
    return e;
}

static void end(const io_t *io)
{
    if (io->object->size() == io->known.size()) return;
    for (json_t::iterator at = io->object->begin(); at != io->object->end(); ++at)
        if (std::find(io->known.begin(), io->known.end(), at.key()) == io->known.end())
            refuse(io, at.key(), "not a field of a record", "only what this version knows");
}

// ---- the structs of record.h -------------------------------------------------------------------------------------

static void field(io_t *io, const char *key, std::vector<hash_t> *v)
{
    size_t n = v->size();
    json_t *j = list(io, key, &n);
    v->resize(n);
    for (size_t i = 0; i < n; i++) {
        io_t e = element(io, key, j, i);
        hash_t *h = &(*v)[i];
        field(&e, "name", &h->name);
        field(&e, "sha256", &h->sha256);
        field(&e, "lines", &h->lines);
        end(&e);
    }
}

static void field(io_t *io, const char *key, std::vector<shown_t> *v)
{
    size_t n = v->size();
    json_t *j = list(io, key, &n);
    v->resize(n);
    for (size_t i = 0; i < n; i++) {
        io_t e = element(io, key, j, i);
        shown_t *a = &(*v)[i];
        field(&e, "name", &a->name);
        field(&e, "rows", &a->rows);
        field(&e, "cols", &a->cols);
        field(&e, "wrong", &a->wrong);
        field(&e, "used", &a->used);
        field(&e, "at", &a->at);
        field(&e, "want", &a->want);
        field(&e, "got", &a->got);
        field(&e, "allowed", &a->allowed);
        if (!e.writing &&
            (a->want.size() != a->at.size() || a->got.size() != a->at.size() || a->allowed.size() != a->at.size()))
            refuse(&e, "at", "lists of different lengths", "want, got and allowed of each");
        end(&e);
    }
}

static void field(io_t *io, const char *key, std::vector<found_t> *v)
{
    size_t n = v->size();
    json_t *j = list(io, key, &n);
    v->resize(n);
    for (size_t i = 0; i < n; i++) {
        io_t e = element(io, key, j, i);
        found_t *f = &(*v)[i];
        field(&e, "tool", &f->tool);
        field(&e, "title", &f->title);
        field(&e, "file", &f->file);
        field(&e, "hint", &f->hint);
        field(&e, "line", &f->line);
        field(&e, "source", &f->source);
        end(&e);
    }
}

static void field(io_t *io, const char *key, std::vector<item_t> *v)
{
    size_t n = v->size();
    json_t *j = list(io, key, &n);
    v->resize(n);
    for (size_t i = 0; i < n; i++) {
        io_t e = element(io, key, j, i);
        item_t *c = &(*v)[i];
        field(&e, "part", &c->part);
        field(&e, "group", &c->group);
        field(&e, "name", &c->name);
        field(&e, "what", &c->what);
        field(&e, "outcome", &c->outcome);
        field(&e, "why", &c->why);
        field(&e, "points", &c->points);
        field(&e, "of", &c->of);
        field(&e, "used", &c->used);
        field(&e, "seconds", &c->seconds);
        field(&e, "hidden", &c->hidden);
        field(&e, "mistake", &c->mistake);
        field(&e, "mistake_text", &c->mistake_text);
        field(&e, "note", &c->note);
        field(&e, "printed", &c->printed);
        field(&e, "page", &c->page);
        field(&e, "sentences", &c->sentences);
        field(&e, "blame", &c->blame);
        field(&e, "arrays", &c->arrays);
        field(&e, "findings", &c->findings);
        end(&e);
    }
}

static void field(io_t *io, const char *key, std::vector<part_t> *v)
{
    size_t n = v->size();
    json_t *j = list(io, key, &n);
    v->resize(n);
    for (size_t i = 0; i < n; i++) {
        io_t e = element(io, key, j, i);
        part_t *p = &(*v)[i];
        field(&e, "number", &p->number);
        field(&e, "title", &p->title);
        field(&e, "points", &p->points);
        field(&e, "of", &p->of);
        field(&e, "left_out", &p->left_out);
        field(&e, "by_hand", &p->by_hand);
        field(&e, "comment", &p->comment);
        field(&e, "bonus", &p->bonus);
        end(&e);
    }
}

static void field(io_t *io, const char *key, std::vector<speed_t> *v)
{
    size_t n = v->size();
    json_t *j = list(io, key, &n);
    v->resize(n);
    for (size_t i = 0; i < n; i++) {
        io_t e = element(io, key, j, i);
        speed_t *s = &(*v)[i];
        field(&e, "name", &s->name);
        field(&e, "emulated", &s->emulated);
        field(&e, "yours", &s->yours);
        field(&e, "reference", &s->reference);
        field(&e, "ratio", &s->ratio);
        field(&e, "low", &s->low);
        field(&e, "high", &s->high);
        field(&e, "unit", &s->unit);
        field(&e, "samples_yours", &s->samples_yours);
        field(&e, "samples_reference", &s->samples_reference);
        field(&e, "points", &s->points);
        field(&e, "of", &s->of);
        field(&e, "note", &s->note);
        end(&e);
    }
}

static void field(io_t *io, const char *key, std::vector<signal_t> *v)
{
    size_t n = v->size();
    json_t *j = list(io, key, &n);
    v->resize(n);
    for (size_t i = 0; i < n; i++) {
        io_t e = element(io, key, j, i);
        signal_t *s = &(*v)[i];
        field(&e, "kind", &s->kind);
        field(&e, "text", &s->text);
        field(&e, "file", &s->file);
        field(&e, "line", &s->line);
        end(&e);
    }
}

static void record_fields(io_t *io, record_t *r)
{
    int version = 1;
    field(io, "format", &version);
    if (version != 1) refuse(io, "format", format("%d", version).c_str(), "1");
    field(io, "id", &r->id);
    field(io, "student", &r->student);
    field(io, "name", &r->name);
    field(io, "email", &r->email);
    field(io, "source", &r->source);
    field(io, "note", &r->note);
    field(io, "verdict", &r->verdict);
    field(io, "why", &r->why);
    field(io, "remarks", &r->remarks);
    field(io, "points", &r->points);
    field(io, "of", &r->of);
    field(io, "parts", &r->parts);
    field(io, "items", &r->items);
    field(io, "speeds", &r->speeds);
    field(io, "signals", &r->signals);
    field(io, "lint", &r->lint);
    field(io, "build_log", &r->build_log);
    field(io, "files", &r->files);
    field(io, "seed_public", &r->seed_public);
    field(io, "seed_secret", &r->seed_secret);
    field(io, "rubric", &r->rubric);
    field(io, "rubric_sha256", &r->rubric_sha256);
    field(io, "kit", &r->kit);
    field(io, "compiler", &r->compiler);
    field(io, "device", &r->device);
    field(io, "real", &r->real);
    field(io, "machine", &r->machine);
    field(io, "date", &r->date);
    field(io, "commands", &r->commands);
    field(io, "emulated", &r->emulated);
    field(io, "no_sandbox", &r->no_sandbox);
    field(io, "build_s", &r->build_s);
    field(io, "run_s", &r->run_s);
    field(io, "memory", &r->memory);
    end(io);
}

// ---- record ---------------------------------------------------------------------------------------------------------

record_t record_make(void)
{
    record_t r = {};
    return r;
}

std::string record_write(const record_t *r)
{
    record_t copy = *r;  // the fields are listed for reading, too
    json_t j = json_t::object();
    io_t io = {true, &j, "", {}};
    record_fields(&io, &copy);
    return j.dump(1) + "\n";
}

record_t record_read(const std::string &json, const std::string &path)
{
    record_t r = record_make();
    json_t j;
    try {
        j = json_t::parse(json);
    } catch (const json_t::exception &e) {  // its text quotes the file, which may be long
        die("%s: not JSON, or cut off (%zu bytes), expected a record\n"
            "hint: the file is damaged: remove it, and grade again",
            path.c_str(), json.size());
    }
    io_t io = {false, &j, path + ": ", {}};
    if (!j.is_object()) refuse(&io, "the file", &j, "an object");
    record_fields(&io, &r);
    return r;
}

void record_sum(record_t *r)
{
    r->points = r->of = 0;
    for (const part_t &p : r->parts) {
        if (!p.left_out.empty()) continue;
        r->points += p.points;
        if (!p.bonus) r->of += p.of;
    }
}
