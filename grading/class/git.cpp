// [given] git.cpp: clones the repositories of a roster and takes the files of the commit that counts.
#include "git.h"

#include <algorithm>
#include <atomic>
#include <cctype>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <map>
#include <sstream>
#include <thread>

#include <sys/stat.h>
#include <unistd.h>

#include "git_parts.h"
#include "intake_parts.h"
#include "text.h"
#include "utils.h"

git_t git_make(void) { return {"", "", "", 4, false, 300, (size_t)200 << 20}; }

// ---- roster and deadline ------------------------------------------------------------------------------------------

int64_t deadline_read(const std::string &text)
{
    struct tm t = {};
    const char *end = NULL;
    t.tm_hour = 23, t.tm_min = 59, t.tm_sec = 59;
    for (const char *form :
         {"%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d"}) {
        struct tm read = {};
        read.tm_sec = 59;
        if (!strstr(form, "%H")) read = t;
        end = strptime(text.c_str(), form, &read);
        if (!end || *end) continue;
        read.tm_isdst = -1;
        struct tm same = read;
        time_t at = mktime(&same);
        if (at == -1 || same.tm_mday != read.tm_mday) break;  // February 30th
        return at;
    }
    die_usage("--deadline %s: expected a date and a time\nhint: --deadline \"2026-02-28 23:59\", local time",
              text.c_str());
}

static std::string time_text(int64_t at)
{
    char text[32];
    time_t t = (time_t)at;
    struct tm local;
    strftime(text, sizeof text, "%Y-%m-%d %H:%M", localtime_r(&t, &local));
    return text;
}

// The column "commit", by the student's id.
static std::map<std::string, std::string> commits_read(const std::string &roster)
{
    std::map<std::string, std::string> commits;
    std::istringstream in(file_read(roster));
    std::vector<std::string> header;
    size_t id = 0, commit = 0;
    for (std::string line; std::getline(in, line);) {
        if (line.compare(0, 3, "\xef\xbb\xbf") == 0) line.erase(0, 3);
        std::vector<std::string> f = csv_fields(line);
        if (header.empty()) {
            header = f;
            for (std::string &h : header) h = ascii_lower(h);
            id = std::find(header.begin(), header.end(), "id") - header.begin();
            commit = std::find(header.begin(), header.end(), "commit") - header.begin();
            if (id == header.size() || commit == header.size()) break;
        } else if (id < f.size() && commit < f.size()) commits[f[id]] = f[commit];
    }
    return commits;
}

// Why git is not given this address; "" if it is.
static std::string address_problem(const git_t *git, const std::string &address)
{
    std::string low = ascii_lower(address);
    bool file = low.compare(0, 7, "file://") == 0 || address[0] == '/' || address[0] == '.' || address[0] == '~';
    if (file && git->local) return "";
    if (file)
        return "the address is one of this machine: " + path_shown(address) +
               "\nhint: --git-local, if no student has written the addresses of the roster";
    for (char c : address)
        if ((unsigned char)c <= 32 || c == 127) return "the address holds a blank or a control character";
    if (low.compare(0, 8, "https://") == 0 || low.compare(0, 6, "ssh://") == 0) return "";
    size_t at = address.find('@'), colon = address.find(':');
    if (address[0] != '-' && at != std::string::npos && colon != std::string::npos && at < colon &&
        address.find("::") == std::string::npos && address.find("://") == std::string::npos)
        return "";  // git@host:path
    return "not an address of a repository: " + path_shown(address) + "\nhint: https://... or git@host:...";
}

// ---- one repository -------------------------------------------------------------------------------------------------

struct chosen_t {
    std::string commit, note, why;  // why: nothing was chosen
    verdict_t verdict;
};

// The last line that says something.
static std::string git_says(const said_t *ran)
{
    std::istringstream in(ran->err);
    std::string last, fatal;
    for (std::string line; std::getline(in, line);) {
        if (!line.empty()) last = line;
        if (line.compare(0, 7, "fatal: ") == 0 && fatal.empty()) fatal = line.substr(7);
    }
    return printable(fatal.empty() ? last : fatal).substr(0, 300);
}

static std::string stamp_of(const std::string &repository, const std::string &address)
{
    std::string path = repository + "/nn-clone";
    std::string text = access(path.c_str(), F_OK) == 0 ? file_read(path) : "";
    size_t end = text.find('\n');
    return end != std::string::npos && text.substr(0, end) == address ? text.substr(end + 1) : "";
}

// Makes `repository` what lies at `address`. Returns why not, or "".
static std::string clone(const git_t *git, const std::string &address, const std::string &repository)
{
    std::string fresh = repository + ".new", begun = std::to_string((long long)time(NULL));
    std::error_code ignored;
    std::filesystem::remove_all(fresh, ignored);
    said_t ran = git_program(git, {"clone", "--quiet", "--bare", "--template=", "--no-local", "--", address, fresh},
                                1 << 20);
    if (ran.status == 0 && !ran.too_long) {
        file_write(fresh + "/nn-clone", address + "\n" + begun);
        std::filesystem::remove_all(repository, ignored);
        std::filesystem::rename(fresh, repository);
        return "";
    }
    std::filesystem::remove_all(fresh, ignored);
    if (ran.too_long) return "stopped after " + duration_text(git->limit_s) + ": the limit of time for a clone";
    if (ran.too_large)
        return format("its history is larger than %zu MB\nhint: clone it by hand, and grade the folder",
                      git->limit >> 20);
    return "git clone: " + git_says(&ran);
}

static bool is_name(const std::string &text)
{
    if (text.empty() || text[0] == '-') return false;
    for (char c : text)
        if (!isalnum((unsigned char)c) && !strchr("._/-+", c)) return false;
    return text.find("..") == std::string::npos;
}

static chosen_t commit_named(const git_t *git, const std::string &repository, const std::string &name)
{
    chosen_t c = {"", "", "", UNGRADED};
    for (const char *where : {"refs/tags/", "refs/heads/", ""}) {
        if (!is_name(name)) break;
        said_t ran = git_program(git,
                                    {"--git-dir", repository, "rev-parse", "--verify", "--quiet", "--end-of-options",
                                     where + name + "^{commit}"},
                                    1000);
        if (ran.status != 0) continue;
        c.commit = ran.out.substr(0, ran.out.find('\n'));
        c.note = "commit " + c.commit.substr(0, 10) + ", as the roster says (" + name + ")";
        return c;
    }
    c.why = "the repository has no commit or tag " + path_shown(name) + ", which the roster names";
    return c;
}

static std::string git_must(const git_t *git, const std::string &repository, std::vector<std::string> words,
                            size_t most)
{
    words.insert(words.begin(), {"--git-dir", repository});
    said_t ran = git_program(git, words, most);
    if (ran.too_large) die("git %s: more than %zu MB of answer", words[2].c_str(), most >> 20);
    if (ran.status != 0) die("git %s: %s", words[2].c_str(), git_says(&ran).c_str());
    return ran.out;
}

// The default branch; where it is empty, the only other one. Empty: there is no commit on any.
static std::string branch_of(const git_t *git, const std::string &repository)
{
    std::vector<std::string> head = {"--git-dir", repository, "rev-parse", "--verify", "--quiet", "HEAD^{commit}"};
    if (git_program(git, head, 1000).status == 0) return "HEAD";
    std::string all = git_must(git, repository, {"for-each-ref", "--format=%(refname)", "refs/heads/"}, 1 << 20);
    if (std::count(all.begin(), all.end(), '\n') > 1)
        die("the default branch is empty, and there are several others\nhint: name the commit that counts in the "
            "roster's column commit");
    return all.substr(0, all.find('\n'));
}

static chosen_t commit_before(const git_t *git, const std::string &repository, const std::string &deadline)
{
    chosen_t c = {"", "", "", REFUSED};
    std::string branch = branch_of(git, repository);
    if (branch.empty()) {
        c.why = "the repository has no commit";
        return c;
    }
    std::string line = git_must(
        git, repository, {"rev-list", "--first-parent", "--timestamp", "--max-count=100000", branch, "--"}, 16 << 20);
    int64_t until = deadline.empty() ? INT64_MAX : deadline_read(deadline), newer = INT64_MAX, at = 0;
    std::istringstream in(line);
    size_t after = 0;
    bool backwards = false;
    for (std::string hash; in >> at >> hash; newer = at) {  // from the newest to the oldest
        backwards |= newer != INT64_MAX && at > newer + 3600;
        if (!c.commit.empty()) continue;
        if (at > until) after++;
        else {
            c.commit = hash;
            c.note = "commit " + hash.substr(0, 10) + " of " + time_text(at);
        }
    }
    if (c.commit.empty())
        c.why = "the first commit is of " + time_text(at) + ", after the deadline, " + time_text(until);
    if (after) c.note += format("; %zu later commit%s not count", after, after == 1 ? " does" : "s do");
    if (backwards) c.note += "; the dates of its commits run backwards: have they been changed?";
    return c;
}

// ---- the files of a commit -----------------------------------------------------------------------------------------

struct blob_t {
    std::string mode, hash, path;
    size_t size;
};

static bool is_safe_path(const std::string &path)
{
    if (path.size() > MAX_PATH_LENGTH || (size_t)std::count(path.begin(), path.end(), '/') > MAX_DEPTH) return false;
    std::istringstream in(path + "/");
    for (std::string part; std::getline(in, part, '/');)
        if (part.empty() || part == "." || part == ".." || ascii_lower(part) == ".git") return false;
    return true;
}

// Records of ls-tree -z -l: "100644 blob HASH    SIZE\tPATH\0".
static std::vector<blob_t> blobs_read(const std::string &listing)
{
    std::vector<blob_t> blobs;
    for (size_t at = 0; at < listing.size();) {
        size_t end = std::min(listing.find('\0', at), listing.size()), tab = listing.find('\t', at);
        if (tab < end) {
            std::istringstream in(listing.substr(at, tab - at));
            blob_t b = {"", "", listing.substr(tab + 1, end - tab - 1), 0};
            std::string type, size;
            in >> b.mode >> type >> b.hash >> size;
            b.size = strtoull(size.c_str(), NULL, 10);
            if (type == "blob" && is_safe_path(b.path)) blobs.push_back(b);
        }
        at = end + 1;
    }
    return blobs;
}

// False: what the repository holds is not the file, but where Git LFS has put it.
static bool blob_write(const git_t *git, const std::string &repository, const blob_t *b, const std::string &folder)
{
    std::string path = folder + "/" + b->path;
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    if (b->mode == "120000") {  // a link that leads nowhere: the intake speaks of it
        if (symlink("a link of the repository", path.c_str()) != 0) die("%s: %s", path.c_str(), strerror(errno));
        return true;
    }
    said_t ran = git_program(git, {"--git-dir", repository, "cat-file", "blob", b->hash}, b->size + 1);
    if (ran.status != 0 || ran.out.size() != b->size) die("git cat-file: %s", git_says(&ran).c_str());
    file_write(path, ran.out);
    return ran.out.compare(0, 33, "version https://git-lfs.github.co") != 0;
}

// Puts what the intake may want of the commit into `folder`. Returns what keeps it from that, or "".
static std::string files_take(const git_t *git, const std::string &repository, const std::string &commit,
                              const std::string &folder)
{
    std::vector<student_file_t> manifest = manifest_read(git->manifest);
    std::string listing = git_must(git, repository, {"ls-tree", "-r", "-z", "-l", "--full-tree", commit}, 8 << 20);
    std::string fresh = folder + ".new";
    std::error_code ignored;
    for (const std::string &old : {folder, fresh}) std::filesystem::remove_all(old, ignored);
    std::filesystem::create_directories(fresh);
    std::vector<blob_t> wanted, archives;
    for (const blob_t &b : blobs_read(listing)) {
        if (intake_wants(&manifest, b.path) && b.size <= 2 * MAX_FILE) wanted.push_back(b);
        else if (is_archive_name(b.path) && b.mode != "120000" && b.size <= MAX_ARCHIVE) archives.push_back(b);
    }
    if (wanted.empty() && archives.size() == 1) wanted = archives;
    if (wanted.size() > 1000) return "the commit holds too many files of the names that count";
    for (const blob_t &b : wanted)
        if (!blob_write(git, repository, &b, fresh))
            return b.path + " is kept in Git LFS, which the grader does not fetch\nhint: commit the file itself";
    std::filesystem::rename(fresh, folder);
    return "";
}

// ---- all of them ---------------------------------------------------------------------------------------------------

static void clone_one(const git_t *git, const std::string &named, cloned_t *c)
{
    const student_t *who = &c->submission.student;
    std::string repository = git->out + "/git/" + c->submission.id + ".git", problem = address_problem(git, who->git);
    c->verdict = UNGRADED;
    c->why = problem;
    if (!problem.empty()) return;
    std::string had = stamp_of(repository, who->git), note;
    bool after = !git->deadline.empty() && !had.empty() && atoll(had.c_str()) > deadline_read(git->deadline);
    if (!after) {
        problem = clone(git, who->git, repository);
        if (!problem.empty() && had.empty()) c->why = problem;
        if (!problem.empty() && had.empty()) return;
        if (!problem.empty()) note = "; cloned " + time_text(atoll(had.c_str())) + ", now: " + problem;
    }
    chosen_t chosen = named.empty() ? commit_before(git, repository, git->deadline)
                                    : commit_named(git, repository, named);
    c->verdict = chosen.verdict;
    c->why = chosen.why;
    if (chosen.commit.empty()) return;
    std::string folder = git->out + "/git/" + c->submission.id;
    c->why = files_take(git, repository, chosen.commit, folder);
    c->verdict = c->why.empty() ? GRADED : REFUSED;
    if (c->why.empty()) c->submission.path = folder;
    c->submission.note = chosen.note + note;
}

static void clone_safely(const git_t *git, const std::string &named, cloned_t *c)
{
    if (c->submission.student.git.empty()) {
        c->verdict = NOT_HANDED_IN;
        c->why = "the roster has no address of a repository";
        return;
    }
    try {
        clone_one(git, named, c);
    } catch (const std::exception &e) {
        c->verdict = UNGRADED;
        c->why = e.what();
        c->submission.path = "";
    }
}

std::vector<cloned_t> git_clone_all(const git_t *git, const std::string &roster)
{
    std::vector<cloned_t> all;
    std::map<std::string, std::string> named = commits_read(roster);
    if (!git->deadline.empty()) deadline_read(git->deadline);
    manifest_read(git->manifest);
    for (const student_t &s : roster_read(roster)) all.push_back({{"", s, safe_name(s.id), ""}, GRADED, ""});
    std::sort(all.begin(), all.end(),
              [](const cloned_t &a, const cloned_t &b) { return a.submission.id < b.submission.id; });
    std::filesystem::create_directories(git->out + "/git");
    std::atomic<size_t> next(0), done(0);
    bool terminal = isatty(STDERR_FILENO);
    auto some = [&] {
        for (size_t k; (k = next++) < all.size();) {
            clone_safely(git, named[all[k].submission.student.id], &all[k]);
            size_t n = ++done;
            if (terminal) fprintf(stderr, "\r\033[Kcloning %zu/%zu", n, all.size());
        }
    };
    for (const cloned_t &c : all) named[c.submission.student.id];  // so that the threads only read
    std::vector<std::thread> threads;
    for (int k = 0; k < std::max(1, git->jobs); k++) threads.emplace_back(some);
    for (std::thread &t : threads) t.join();
    if (terminal) fprintf(stderr, "\r\033[K");
    return all;
}
