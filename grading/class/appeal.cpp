// [given] appeal.cpp: see appeal.h.
#include "appeal.h"

#include <cmath>
#include <cstring>
#include <set>

#include <fcntl.h>
#include <unistd.h>

#include "exports_parts.h"
#include "intake_parts.h"
#include "sha256.h"
#include "utils.h"

static const size_t MOST_BUNDLE = 32 << 20, MOST_RECORD = 64 << 20, MOST_FILES = 100;
static const char *const FOLDER = "files/";

static std::string readme(const record_t *r)
{
    std::string text = "Appeal bundle of " + line_shown(r->student.empty() ? r->id : r->student, 200) +
                       "\n\nTo grade it again, in the kit's folder, with this file:\n\n"
                       "    bin/grade --replay appeal.tar.gz\n\n"
                       "It says what differs from the mark below, case by case; nothing differs where kit, rubric and\n"
                       "device are the same.\n\n";
    text += format("mark      %s, %.4f of %.4f\n", verdict_text(r->verdict), r->points, r->of);
    text += "graded    " + line_shown(r->date, 40) + " on " + line_shown(r->machine, 200) + "\n";
    text += "device    " + line_shown(r->device, 200) + (r->emulated ? " (emulator)" : "") + "\n";
    text += "sandbox   " + std::string(r->no_sandbox ? "NONE" : "yes") + "\n";
    text += "kit       " + line_shown(r->kit, 200) + "; " + line_shown(r->compiler, 200) + "\n";
    text += "rubric    " + line_shown(r->rubric, 200) + ", SHA-256 " + line_shown(r->rubric_sha256, 100) + "\n";
    text += format("seeds     public %llu, secret %llu\n", (unsigned long long)r->seed_public,
                   (unsigned long long)r->seed_secret);
    text +=
        "\nrecord.json   the whole record: every case, every time that was taken, the compiler's lines\n"
        "files/        what was handed in, as it was graded\n\n"
        "The secret seed gives away the hidden cases: for whoever grades, not for students before all marks stand.\n";
    return text;
}

#if __has_include(<archive.h>)
#include <archive.h>
#include <archive_entry.h>

// ---- writing: the same record gives the same bytes ----------------------------------------------------

static la_ssize_t append(struct archive *, void *to, const void *bytes, size_t n)
{
    ((std::string *)to)->append((const char *)bytes, n);
    return (la_ssize_t)n;
}

static bool put(struct archive *a, const std::string &name, const std::string &bytes)
{
    struct archive_entry *e = archive_entry_new();
    archive_entry_set_pathname(e, name.c_str());
    archive_entry_set_size(e, (la_int64_t)bytes.size());
    archive_entry_set_filetype(e, AE_IFREG);
    archive_entry_set_perm(e, 0644);
    archive_entry_set_mtime(e, 0, 0);
    bool ok = archive_write_header(a, e) == ARCHIVE_OK &&
              archive_write_data(a, bytes.data(), bytes.size()) == (la_ssize_t)bytes.size();
    archive_entry_free(e);
    return ok;
}

std::string appeal_bundle(const record_t *r, const std::vector<intake_file_t> *files)
{
    std::string bytes;
    struct archive *a = archive_write_new();
    archive_write_add_filter_gzip(a);
    archive_write_set_format_ustar(a);
    bool ok = archive_write_set_filter_option(a, "gzip", "timestamp", NULL) == ARCHIVE_OK &&
              archive_write_set_bytes_in_last_block(a, 1) == ARCHIVE_OK &&
              archive_write_open(a, &bytes, NULL, append, NULL) == ARCHIVE_OK && put(a, "README.txt", readme(r)) &&
              put(a, "record.json", record_write(r));
    for (const intake_file_t &f : *files) ok = ok && put(a, FOLDER + f.name, f.text);
    ok = ok && archive_write_close(a) == ARCHIVE_OK;
    std::string why = ok ? "" : archive_error_string(a) ? archive_error_string(a) : "unknown reason";
    archive_write_free(a);
    if (!ok) die("appeal bundle of %s: %s", r->id.c_str(), why.c_str());
    return bytes;
}

// ---- reading: nothing is written anywhere, and nothing is believed --------------------------------------

[[noreturn]] static void refuse(const std::string &path, const std::string &why)
{
    die("%s: %s\nhint: a bundle is an appeal.tar.gz as bin/grade wrote it", path.c_str(), why.c_str());
}

// As the manifest has it: a relative path of plain names.
static bool is_file_name(const std::string &name)
{
    if (name.empty() || name.size() > 200 || name[0] == '/' || name.back() == '/') return false;
    for (size_t at = 0, end; at < name.size(); at = end + 1) {
        end = std::min(name.find('/', at), name.size());
        if (end == at || name[at] == '.') return false;
    }
    for (char c : name)
        if (!isalnum((unsigned char)c) && !strchr("/._-+", c)) return false;
    return true;
}

struct reading_t {
    std::string path;
    struct archive *archive;
    std::string readme, record;
    std::vector<intake_file_t> files;
};

static std::string data_read(const reading_t *in, const std::string &name, size_t most)
{
    std::string bytes;
    std::vector<char> block(64 << 10);
    for (;;) {
        la_ssize_t n = archive_read_data(in->archive, block.data(), block.size());
        if (n < 0) refuse(in->path, "it is damaged or cut off");
        if (n == 0) return bytes;
        if (bytes.size() + (size_t)n > most) refuse(in->path, path_shown(name) + " in it is too large");
        bytes.append(block.data(), (size_t)n);
    }
}

static void entry_read(reading_t *in, struct archive_entry *e)
{
    const char *path = archive_entry_pathname(e);
    std::string name = path ? path : "";
    if (archive_entry_filetype(e) != AE_IFREG || archive_entry_hardlink(e))
        refuse(in->path, path_shown(name) + " in it is not a plain file");
    if (name == "README.txt" && in->readme.empty()) in->readme = data_read(in, name, MAX_FILE);
    else if (name == "record.json" && in->record.empty()) in->record = data_read(in, name, MOST_RECORD);
    else {
        size_t n = strlen(FOLDER);
        if (name.compare(0, n, FOLDER) != 0 || !is_file_name(name.substr(n)))
            refuse(in->path, "found " + path_shown(name) + " in it, which is not expected there");
        for (const intake_file_t &f : in->files)
            if (FOLDER + f.name == name) refuse(in->path, path_shown(name) + " is in it twice");
        if (in->files.size() >= MOST_FILES) refuse(in->path, format("it holds more than %zu files", MOST_FILES));
        in->files.push_back({name.substr(n), data_read(in, name, MAX_FILE)});
    }
}

static void entries_read(reading_t *in, int fd)
{
    archive_read_support_filter_gzip(in->archive);
    archive_read_support_format_tar(in->archive);
    if (archive_read_open_fd(in->archive, fd, 65536) != ARCHIVE_OK) refuse(in->path, "it is not a .tar.gz");
    for (struct archive_entry *e;;) {
        int code = archive_read_next_header(in->archive, &e);
        if (code == ARCHIVE_EOF) return;
        if (code != ARCHIVE_OK && code != ARCHIVE_WARN) refuse(in->path, "it is damaged or cut off");
        entry_read(in, e);
    }
}

appeal_t appeal_read(const std::string &path)
{
    int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) die("%s: %s", path.c_str(), strerror(errno));
    reading_t in = {path, archive_read_new(), "", "", {}};
    try {
        off_t size = lseek(fd, 0, SEEK_END);
        if (size < 0 || (size_t)size > MOST_BUNDLE || lseek(fd, 0, SEEK_SET) != 0)
            refuse(path, format("it is not a file of at most %zu MB", MOST_BUNDLE >> 20));
        entries_read(&in, fd);
    } catch (...) {
        archive_read_free(in.archive);
        close(fd);
        throw;
    }
    archive_read_free(in.archive);
    close(fd);
    if (in.record.empty()) refuse(path, "there is no record.json in it");
    appeal_t appeal = {record_read(in.record, path + ": record.json"), in.files};
    std::set<std::pair<std::string, std::string>> graded, found;
    for (const hash_t &h : appeal.record.files) graded.insert({h.name, h.sha256});
    for (const intake_file_t &f : appeal.files) found.insert({f.name, sha256(f.text)});
    if (graded != found) refuse(path, "its files are not those that its record names");
    return appeal;
}

#else
std::string appeal_bundle(const record_t *r, const std::vector<intake_file_t> *) { return readme(r); }
appeal_t appeal_read(const std::string &path) { die("%s: this program was built without libarchive", path.c_str()); }
#endif

// ---- two records of one submission ------------------------------------------------------------------------

static bool differ(double a, double b) { return !(std::fabs(a - b) <= 1e-6); }

static std::string mark_text(const std::string &outcome, double points) { return outcome + format(" (%.4g)", points); }

// Names can come twice, as the same case with other numbers: the first of the one belongs to the first of the other.
static std::vector<std::string> keys(const record_t *r)
{
    std::vector<std::string> all;
    std::multiset<std::string> seen;
    for (const item_t &x : r->items) {
        std::string key = format("part %d, ", x.part) + line_shown(x.group + ", " + x.name, 200);
        if (x.hidden) key += ", hidden";
        seen.insert(key);
        if (seen.count(key) > 1) key += format(" (%zu)", seen.count(key));
        all.push_back(key);
    }
    return all;
}

static void compare_items(const record_t *was, const record_t *is, std::vector<std::string> *found)
{
    std::vector<std::string> before = keys(was), after = keys(is);
    for (size_t i = 0; i < before.size(); i++) {
        const item_t *a = &was->items[i], *b = NULL;
        for (size_t j = 0; j < after.size(); j++)
            if (after[j] == before[i]) b = &is->items[j];
        std::string text = before[i] + ": was " + mark_text(a->outcome, a->points);
        if (!b) found->push_back(text + ", is not there any more");
        else if (a->outcome != b->outcome || differ(a->points, b->points) || differ(a->of, b->of))
            found->push_back(text + ", is " + mark_text(b->outcome, b->points));
    }
    for (size_t j = 0; j < after.size(); j++) {
        bool old = false;
        for (const std::string &key : before) old = old || key == after[j];
        if (!old) found->push_back(after[j] + ": is new, " + mark_text(is->items[j].outcome, is->items[j].points));
    }
}

std::vector<std::string> appeal_compare(const record_t *was, const record_t *is)
{
    std::vector<std::string> found;
    if (was->verdict != is->verdict)
        found.push_back(format("was %s, is %s", verdict_text(was->verdict), verdict_text(is->verdict)));
    compare_items(was, is, &found);
    for (const part_t &a : was->parts) {
        const part_t *b = part_find(is, a.number);
        if (!b) found.push_back(format("part %d: is not there any more", a.number));
        else if (differ(a.points, b->points) || differ(a.of, b->of) || a.left_out.empty() != b->left_out.empty())
            found.push_back(
                format("part %d: was %.4g of %.4g, is %.4g of %.4g", a.number, a.points, a.of, b->points, b->of));
    }
    for (const part_t &b : is->parts)
        if (!part_find(was, b.number)) found.push_back(format("part %d: is new", b.number));
    if (differ(was->points, is->points) || differ(was->of, is->of))
        found.push_back(format("in all: was %.4f of %.4f, is %.4f of %.4f", was->points, was->of, is->points, is->of));
    return found;
}
