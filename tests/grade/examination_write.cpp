// tests/grade/examination_write.cpp: a submission as it is handed in: folder or archive, whole or broken.
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include <archive.h>
#include <archive_entry.h>
#include <sys/stat.h>
#include <unistd.h>

#include "examination.h"
#include "utils.h"

namespace fs = std::filesystem;

// Lines "with: ...":
//     file NAME TEXT          one more file
//     zeros NAME BYTES        a large one
//     many N                  N small ones
//     folder NAME             a folder
//     link NAME -> TARGET     a symbolic link; hard NAME -> TARGET: a hard link; fifo NAME
//     again NAME TEXT         a name for the second time
//     bom NAME, crlf NAME, utf16 NAME, binary NAME, rename NAME NEW   a file of the submission in this form
//     line NAME N TEXT        one more line in it, of N times this text; lines NAME N TEXT: N lines
//     nested                  the archive is the only file of another
//     cut BYTES               only so many bytes of the archive
struct with_t {
    std::string word, name, rest;
};

static with_t with_of(const std::string &line)
{
    size_t first = line.find(' '), second = line.find(' ', first + 1);
    with_t w = {line.substr(0, first), "", ""};
    if (first != std::string::npos) w.name = line.substr(first + 1, second - first - 1);
    if (second != std::string::npos) w.rest = line.substr(second + 1);
    if (w.rest.compare(0, 3, "-> ") == 0) w.rest = w.rest.substr(3);
    return w;
}

struct piece_t {  // an entry of a folder or an archive
    std::string name, text, target;
    char kind;  // 'f' file, 'd' folder, 'l' link, 'h' hard link, 'p' fifo
};

static std::string changed(const std::string &how, const std::string &text)
{
    std::string out;
    if (how == "bom") return "\xef\xbb\xbf" + text;
    if (how == "binary")
        return std::string("\x7f"
                           "ELF\2\1\1\0",
                           8) +
               text;
    if (how == "utf16") out = "\xff\xfe";
    for (char c : text) {
        if (how == "crlf" && c == '\n') out += '\r';
        out += c;
        if (how == "utf16") out += '\0';
    }
    return out;
}

static void add(std::vector<piece_t> *all, const exam_t *e, const with_t *w)
{
    static const char *const forms[] = {"bom", "crlf", "utf16", "binary"};
    if (w->word == "file" || w->word == "again") all->push_back({w->name, w->rest + "\n", "", 'f'});
    else if (w->word == "zeros")
        all->push_back({w->name, std::string(strtoull(w->rest.c_str(), NULL, 10), 0), "", 'f'});
    else if (w->word == "folder") all->push_back({w->name, "", "", 'd'});
    else if (w->word == "link" || w->word == "hard") all->push_back({w->name, "", w->rest, w->word[0]});
    else if (w->word == "fifo") all->push_back({w->name, "", "", 'p'});
    else if (w->word == "many")
        for (int k = 0; k < atoi(w->name.c_str()); k++) all->push_back({format("notes/%d.txt", k), "x\n", "", 'f'});
    else
        for (piece_t &p : *all) {
            if (p.name != e->under + w->name) continue;
            size_t blank = w->rest.find(' ');
            if (w->word.compare(0, 4, "line") == 0) {
                std::string text = w->rest.substr(blank + 1) + (w->word == "lines" ? "\n" : "");
                for (int n = atoi(w->rest.c_str()); n > 0; n--) p.text += text;
                p.text += "\n";
            } else if (w->word == "rename") p.name = e->under + w->rest;
            else if (std::count(std::begin(forms), std::end(forms), w->word)) p.text = changed(w->word, p.text);
            else die("%s: with: %s: unknown", e->name.c_str(), w->word.c_str());
        }
}

static std::vector<piece_t> pieces_of(const exam_t *e)
{
    std::vector<piece_t> all;
    for (const auto &[name, text] : e->files) all.push_back({e->under + name, text, "", 'f'});
    for (const std::string &line : e->with) {
        with_t w = with_of(line);
        if (w.word != "cut" && w.word != "nested") add(&all, e, &w);
    }
    return all;
}

static void write_folder(const std::vector<piece_t> *all, const std::string &folder)
{
    fs::create_directories(folder);
    for (const piece_t &p : *all) {
        std::string path = folder + "/" + p.name;
        fs::create_directories(fs::path(path).parent_path());
        if (p.kind == 'd') fs::create_directories(path);
        else if (p.kind == 'l') fs::create_symlink(p.target, path);
        else if (p.kind == 'h') fs::create_hard_link(p.target[0] == '/' ? p.target : folder + "/" + p.target, path);
        else if (p.kind == 'p') mkfifo(path.c_str(), 0644);
        else file_write(path, p.text);
    }
}

static void write_archive(const std::vector<piece_t> *all, const std::string &path, const std::string &pack)
{
    struct archive *a = archive_write_new();
    if (pack == "zip") archive_write_set_format_zip(a);
    else archive_write_set_format_pax_restricted(a);
    if (pack == "tar.gz") archive_write_add_filter_gzip(a);
    if (archive_write_open_filename(a, path.c_str()) != ARCHIVE_OK)
        die("%s: %s", path.c_str(), archive_error_string(a));
    for (const piece_t &p : *all) {
        struct archive_entry *entry = archive_entry_new();
        archive_entry_set_pathname(entry, p.name.c_str());
        archive_entry_set_perm(entry, 0644);
        archive_entry_set_filetype(entry, p.kind == 'd' ? AE_IFDIR : p.kind == 'p' ? AE_IFIFO : AE_IFREG);
        if (p.kind == 'l')
            archive_entry_set_filetype(entry, AE_IFLNK), archive_entry_set_symlink(entry, p.target.c_str());
        if (p.kind == 'h') archive_entry_set_hardlink(entry, p.target.c_str());
        if (p.kind == 'f') archive_entry_set_size(entry, p.text.size());
        archive_write_header(a, entry);
        if (p.kind == 'f') archive_write_data(a, p.text.data(), p.text.size());
        archive_entry_free(entry);
    }
    if (archive_write_close(a) != ARCHIVE_OK) die("%s: %s", path.c_str(), archive_error_string(a));
    archive_write_free(a);
}

std::string exam_write(const exam_t *e, const std::string &folder)
{
    std::vector<piece_t> all = pieces_of(e);
    std::string path = folder + "/" + e->name;
    if (e->pack == "folder") {
        write_folder(&all, path);
        return path;
    }
    path += "." + (e->pack == "file" ? "zip" : e->pack);
    if (e->pack == "file") {
        file_write(path, all.empty() ? "" : all[0].text);
        return path;
    }
    write_archive(&all, path, e->pack);
    for (const std::string &line : e->with) {
        with_t w = with_of(line);
        if (w.word == "cut") fs::resize_file(path, strtoull(w.name.c_str(), NULL, 10));
        if (w.word != "nested") continue;
        std::vector<piece_t> one = {{"inner." + e->pack, file_read(path), "", 'f'}};
        write_archive(&one, path, e->pack);
    }
    return path;
}

void exam_class(const std::vector<exam_t> *exams, const std::string &folder, int n, uint64_t seed)
{
    static const char *const kinds[] = {"correct", "correct", "correct", "partial", "partial", "attack", "archive"};
    static const char *const packs[] = {"folder", "zip", "tar.gz", "tar"};
    rng_t rng = rng_make(seed, RNG_DATA);
    fs::create_directories(folder);
    for (int k = 0; k < n; k++) {
        const char *kind = kinds[rng_below(&rng, 7)];
        std::vector<const exam_t *> of_kind;
        for (const exam_t &e : *exams)
            if (e.kind == kind && e.libraries.empty()) of_kind.push_back(&e);
        if (of_kind.empty()) die("there is no submission of kind %s", kind);
        exam_t e = *of_kind[rng_below(&rng, of_kind.size())];
        if (e.kind != "archive") e.pack = packs[rng_below(&rng, 4)];
        e.name = format("s%03d_%s", k, e.name.c_str());
        exam_write(&e, folder);
    }
}
