// [given] record.cpp: the record as JSON: one list of fields for both directions, so that none is written and not read.
#include "record.h"

#include "record_io.h"
#include "utils.h"

static const char *const verdicts[] = {"graded", "not handed in", "refused", "does not compile", "to be graded again"};
constexpr int N_VERDICTS = UNGRADED + 1;

const char *verdict_text(int verdict) { return verdicts[verdict]; }

// ---- the structs of record.h -------------------------------------------------------------------------------------

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
