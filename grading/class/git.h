// [given] git.h: submissions that lie in git repositories: the files of the commit that counts, of every student.
#ifndef NN_CLASS_GIT_H
#define NN_CLASS_GIT_H

#include "record.h"
#include "intake.h"

struct git_t {
    std::string out;       // OUT/git/ID.git: the repository, without a work tree; OUT/git/ID: the files that count
    std::string manifest;  // which files those are
    std::string deadline;  // "2026-02-28 23:59", local time; empty: the newest commit counts
    int jobs;
    bool local;      // addresses on this machine (file://, /path) too: not for addresses that students have written
    double limit_s;  // of one clone
    size_t limit;    // of a repository's history [bytes]
};
git_t git_make(void);

struct cloned_t {
    submission_t
        submission;  // its path: the folder of the files; empty: there are none, and `verdict` and `why` say why
    verdict_t verdict;
    std::string why;
};
// One for each row of the roster, in order of id. Columns: id, name, email, git, and commit (a commit or tag, which
// counts whatever its date). Without one the last commit on the default branch's own line counts whose committer's date
// is not after the deadline. Nothing of a repository is executed or checked out: its files are read from its objects.
// A failure is one student's: UNGRADED where the repository cannot be had, REFUSED where it holds nothing that counts.
std::vector<cloned_t> git_clone_all(const git_t *git, const std::string &roster);

int64_t deadline_read(const std::string &text);  // seconds since 1970, of the last second that is meant; dies of others

#endif
