// [given] intake_parts.h: what the files of the intake know of each other.
#ifndef NN_INTAKE_PARTS_H
#define NN_INTAKE_PARTS_H

#include "intake.h"

// Far more than any honest submission needs.
const size_t MAX_FILE = 1 << 20;        // a student's file [bytes]
const size_t MAX_ENTRIES = 5000;        // files and folders
const size_t MAX_PATH_LENGTH = 1024;    // of one of them [bytes]
const size_t MAX_DEPTH = 32;            // folders in folders
const size_t MAX_ARCHIVE = 128 << 20;   // an archive [bytes]
const size_t MAX_UNPACKED = 256 << 20;  // all that is in it [bytes]
const size_t MAX_RATIO = 100;           // unpacked : packed, beyond...
const size_t RATIO_FROM = 8 << 20;      // ... this size [bytes]

enum entry_kind_t { ENTRY_FILE, ENTRY_FOLDER, ENTRY_LINK, ENTRY_OTHER };
struct entry_t {
    std::string path;  // relative, without "." and ".."
    entry_kind_t kind;
    size_t size;
    std::string bytes;  // of wanted files up to MAX_FILE
};
struct entries_t {
    std::vector<entry_t> entries;
    std::string refused;  // why nothing of it is taken
};

bool intake_wants(const std::vector<student_file_t> *manifest, const std::string &path);  // by its name, in any case
bool is_litter(const std::string &path);        // of macOS, Windows and git: not worth a word
bool is_archive_name(const std::string &path);  // .zip .tar .tar.gz .tgz
std::string base_name(const std::string &path);
std::string ascii_lower(std::string text);
std::string path_shown(const std::string &path);  // for messages: control characters replaced, long ones cut
std::vector<std::string> csv_fields(const std::string &line);  // of a roster; blanks around them removed

// intake_archive.cpp
entries_t archive_entries(int fd, const std::string &name, const std::vector<student_file_t> *manifest);
// intake_text.cpp: `bytes` as plain text. Returns why it is none, or "".
std::string text_clean(const std::string &name, std::string *bytes, std::vector<std::string> *notes);

#endif
