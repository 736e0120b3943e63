// [given] record.h: the one record of a submission. Pages, files for other systems and the class list are made of it.
#ifndef NN_RECORD_H
#define NN_RECORD_H

#include <cstdint>
#include <string>
#include <vector>

enum verdict_t {
    GRADED,         // it was built and run, whatever it got
    NOT_HANDED_IN,  // in the roster only
    REFUSED,        // what was handed in is not accepted (archive, names, no text): `why`
    NOT_BUILT,      // it does not compile or link: `build_log`
    UNGRADED        // an infrastructure error: grade it again; never zero, never in place of an older mark
};
const char *
verdict_text(int verdict);  // "graded", "not handed in", "refused", "does not compile", "to be graded again"

struct hash_t {  // of a file
    std::string name, sha256;
    size_t lines;
};

struct shown_t {  // an array of a failing case, for a public case alone: the data of hidden ones are never kept
    std::string name;
    int rows, cols;
    size_t wrong;            // elements
    double used;             // of the allowed error
    std::vector<size_t> at;  // which elements: all of a small array, the first wrong ones of a large one
    std::vector<double> want, got, allowed;  // of these
};

struct found_t {  // by the sanitizer, the lint or a review rule
    std::string tool, title, file, hint;
    int line;                         // 0: unknown
    std::vector<std::string> source;  // the student's lines around it, "12: text"; the one in question begins with ">"
};

struct item_t {  // one case in one group
    int part;
    std::string group, name;  // "forward pass", "one output"
    std::string what;         // sizes and options; of a hidden case: its category ("odd sizes"), nothing else
    std::string outcome;      // outcome_text: "passed", "failed", "skipped", "timed out", "crashed", "machine error"
    std::string why;          // one line, unless passed
    double points, of;
    double used;  // of the allowed error; < 0: nothing was compared
    double seconds;
    bool hidden;  // not one of the public cases: students see that it failed and its category
    std::string mistake, mistake_text, note, printed, page;  // page: "docs/en/3_forward.md"
    std::vector<std::string> sentences, blame;
    std::vector<shown_t> arrays;
    std::vector<found_t> findings;
};

struct part_t {
    int number;
    std::string title;
    double points, of;
    std::string left_out;  // why it does not count; empty: it counts
    bool by_hand;          // marked by a person
    std::string comment;   // of that person
    bool bonus = false;    // its points are not in what can be reached
};

struct speed_t {  // one pass or one epoch, against the reference
    std::string name;
    bool emulated;            // counters of the emulator, no time
    double yours, reference;  // medians [us], or counts
    double ratio, low, high;  // yours / reference, and its interval (95 %); counts: all three alike
    std::string unit;         // "us", "sectors", "launches"
    std::vector<double> samples_yours, samples_reference;
    double points, of;  // 0 of 0: for information
    std::string note;   // "faster than the memory allows: to be looked at", "not right: not timed"
};

struct signal_t {      // for a person to look at; changes no points
    std::string kind;  // "forbidden call", "passes public numbers only", "identical to s123", "faster than the memory"
    std::string text, file;
    int line;
};

struct record_t {
    std::string id, student, name, email;  // id: fit for a file's name; student: as in the roster
    std::string source, note;              // what was handed in, what was noticed about it
    verdict_t verdict;
    std::string why;                   // one or more sentences unless GRADED
    std::vector<std::string> remarks;  // of the intake: what was chosen, converted, ignored, missing
    double points, of;                 // sums over the parts that count
    std::vector<part_t> parts;
    std::vector<item_t> items;
    std::vector<speed_t> speeds;
    std::vector<signal_t> signals;
    std::vector<found_t> lint;
    std::string build_log;
    // where the marks come from, for an appeal
    std::vector<hash_t> files;  // of the student, as graded
    uint64_t seed_public, seed_secret;
    std::string rubric, rubric_sha256, kit, compiler, device, real, machine, date;  // date: "2026-02-28T13:05:07"
    std::vector<std::string> commands;                                              // that built it
    bool emulated, no_sandbox;
    double build_s, run_s;  // [s]
    size_t memory;          // largest [bytes]
};

// JSON, "format": 1, with the names above as keys. Nothing is lost: text that is not UTF-8 is {"bytes": "..."}, a
// character for each byte; numbers that are not finite are "inf", "-inf", "nan".
std::string record_write(const record_t *r);
record_t record_read(const std::string &json, const std::string &path);  // dies of what is no record, with `path`
record_t record_make(void);                                              // everything empty or 0
// Sets points and of from the parts: one that is left out is in neither, a bonus in points alone.
void record_sum(record_t *r);

#endif
