// tests/grade/test_git.cpp: repositories of students: which commit counts, and what a hostile one can do.
#include <filesystem>

#include <unistd.h>

#include "../../grading/class/git_parts.h"
#include "../helpers.h"

namespace fs = std::filesystem;

// Repositories below f.path/repos; each made by a script that begins in an empty one, on the branch main.
struct repos_t {
    folder_t f;
    git_t git = git_make();
    std::string roster = "id,name,git,commit\n";
    std::vector<cloned_t> all;
    repos_t()
    {
        git.out = f.file("out");
        git.manifest = "grading/student_files";
        git.local = true;
        git.jobs = 2;
        git.limit_s = 60;
    }
    void add(const std::string &id, const std::string &script, const std::string &commit = "")
    {
        std::string path = f.file("repos/" + id);
        fs::create_directories(path);
        ended_t e = shell(
            "set -e; cd " + path +
            "\nexport GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@b GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@b "
            "HOME=" +
            f.path +
            " TZ=UTC\n"
            "at() { GIT_AUTHOR_DATE=\"$1\" GIT_COMMITTER_DATE=\"$1\" git commit -q --allow-empty -m x; }\n"
            "put() { mkdir -p src; for n in nn train test; do echo \"$1\" >src/$n.cu; done; git add -A; }\n"
            "git init -q -b main\n" +
            script);
        if (e.status != 0) FAIL(id << ": " << e.err);
        roster += id + "," + id + ",file://" + path + "," + commit + "\n";
    }
    void clone() { all = git_clone_all(&git, f.write("roster.csv", roster)); }
    cloned_t get(const std::string &id) const
    {
        for (const cloned_t &c : all)
            if (c.submission.id == id) return c;
        FAIL("no " << id);
        return {};
    }
    intake_t intake(const cloned_t *c) const
    {
        std::vector<student_file_t> manifest = manifest_read(git.manifest);
        return intake_read(c->submission.path, &manifest);
    }
    std::string text(const cloned_t *c) const  // of the first file; or why there is none
    {
        if (c->submission.path.empty()) return c->why;
        intake_t in = intake(c);
        return in.files.empty() ? in.refused.empty() ? "nothing" : in.refused[0] : in.files[0].text;
    }
};

static bool no_git(void)
{
    if (shell("git --version").status == 0) return false;
    MESSAGE("skipped: git is not installed");
    return true;
}

TEST_CASE("git: the last commit before the deadline counts, on the default branch's own line")
{
    if (no_git()) return;
    setenv("TZ", "UTC", 1);
    repos_t r;
    r.git.deadline = "2026-02-28 23:59";
    r.add("late",
          "put one; at 2026-02-27T10:00:00; put two; at 2026-02-28T23:59:30; put three; at 2026-03-01T00:00:00; "
          "put four; at 2026-03-02T00:00:00");
    r.add("merged", "put one; at 2026-02-20T10:00:00; git checkout -qb side; put side; at 2026-02-25T10:00:00; "
                    "git checkout -q main; at 2026-02-21T10:00:00; export GIT_COMMITTER_DATE=2026-03-01T10:00:00; "
                    "git merge -q --no-ff -m m side");
    r.add("other-branch",
          "put one; at 2026-02-20T10:00:00; git checkout -qb better; put better; at 2026-02-21T10:00:00; "
          "git checkout -q main");
    r.add("only-late", "put one; at 2026-03-01T10:00:00");
    r.add("empty", "true");
    r.add("master", "git checkout -qb master; put one; at 2026-02-20T10:00:00; git symbolic-ref HEAD refs/heads/main");
    r.add("forged", "put one; at 2026-03-03T10:00:00; put two; at 2026-02-20T10:00:00");
    r.clone();
    cloned_t c = r.get("late");
    CHECK(c.verdict == GRADED);
    CHECK(r.text(&c) == "two\n");
    CHECK(contains(c.submission.note, "of 2026-02-28 23:59; 2 later commits do not count"));
    c = r.get("merged");
    CHECK(r.text(&c) == "one\n");
    c = r.get("other-branch");
    CHECK(r.text(&c) == "one\n");
    c = r.get("only-late");
    CHECK(c.verdict == REFUSED);
    CHECK(c.submission.path == "");
    CHECK(c.why == "the first commit is of 2026-03-01 10:00, after the deadline, 2026-02-28 23:59");
    c = r.get("empty");
    CHECK(c.verdict == REFUSED);
    CHECK(contains(c.why, "no commit on its default branch"));
    c = r.get("master");
    CHECK(r.text(&c) == "one\n");
    c = r.get("forged");
    CHECK(r.text(&c) == "two\n");
    CHECK(contains(c.submission.note, "run backwards"));
    r.git.deadline = "";
    r.clone();
    c = r.get("late");
    CHECK(r.text(&c) == "four\n");
    unsetenv("TZ");
}

TEST_CASE("git: a commit or tag that the roster names counts")
{
    if (no_git()) return;
    repos_t r;
    std::string two = "put one; at 2026-02-20T10:00:00; git tag handed-in; put two; at 2026-02-21T10:00:00";
    r.add("tag", two, "handed-in");
    r.add("hash", two, "HEAD");
    r.add("unknown", two, "v2");
    r.add("option", two, "--all");
    r.clone();
    cloned_t c = r.get("tag");
    CHECK(r.text(&c) == "one\n");
    CHECK(contains(c.submission.note, "as the roster says (handed-in)"));
    c = r.get("hash");
    CHECK(r.text(&c) == "two\n");
    for (const char *id : {"unknown", "option"}) {
        c = r.get(id);
        CHECK(c.verdict == UNGRADED);
        CHECK(contains(c.why, "no commit or tag"));
    }
}

TEST_CASE("git: addresses that lead nowhere, or where they should not, are one student's trouble")
{
    if (no_git()) return;
    repos_t r;
    r.add("good", "put one; at 2026-02-20T10:00:00");
    std::string touched = r.f.file("touched");
    r.roster += "gone,Gone,file://" + r.f.file("repos/gone") + ",\n";
    r.roster += "ext,Ext,ext::sh -c touch% " + touched + ",\n";
    r.roster += "ext2,Ext,ext::touch@" + touched + ":x,\n";
    r.roster += "option,Option,--upload-pack=touch " + touched + ",\n";
    r.roster += "plain,Plain,http://127.0.0.1:1/x.git,\n";
    r.roster += "host,Host,-oProxyCommand=touch@x:y,\n";
    r.roster += "none,None,,\n";
    r.clone();
    cloned_t c = r.get("gone");
    CHECK(c.verdict == UNGRADED);
    CHECK(contains(c.why, "git clone: "));
    for (const char *id : {"ext", "ext2", "option", "plain", "host"}) {
        c = r.get(id);
        CHECK(c.verdict == UNGRADED);
        CHECK(c.submission.path == "");
        CHECK(contains(c.why, "address"));
    }
    CHECK(!exists(touched));
    CHECK(r.get("none").verdict == NOT_HANDED_IN);
    c = r.get("good");
    CHECK(r.text(&c) == "one\n");
    r.git.local = false;
    r.clone();
    c = r.get("good");
    CHECK(c.verdict == UNGRADED);
    CHECK(contains(c.why, "of this machine"));
    CHECK(git_program(&r.git, {"ls-remote", "--", "file://" + r.f.file("repos/good")}, 1000).status != 0);
}

TEST_CASE("git: a hostile repository: links, filters, submodules, hooks and paths that lead out")
{
    if (no_git()) return;
    repos_t r;
    std::string touched = r.f.file("touched"), run = "touch " + touched;
    r.add("link", "put one; rm src/nn.cu; ln -s /etc/passwd src/nn.cu; git add -A; at 2026-02-20T10:00:00");
    r.add("folder-link", "ln -s /etc src; mkdir more; cd more; put one; cd ..; git add -A; at 2026-02-20T10:00:00");
    r.add("filter", "put one; echo '*.cu filter=bad' >.gitattributes; git add -A; at 2026-02-20T10:00:00; "
                    "git config filter.bad.smudge '" +
                        run + "'; git config uploadpack.packObjectsHook '" + run + "'");
    r.add("submodule", "put one; printf '[submodule \"s\"]\\n path = s\\n url = ext::" + run +
                           "\\n' >.gitmodules; "
                           "git add -A; git update-index --add --cacheinfo 160000,$(printf %040d 1),s; "
                           "at 2026-02-20T10:00:00");
    r.add("hook", "put one; at 2026-02-20T10:00:00; for h in post-checkout post-clone reference-transaction; do "
                  "printf '#!/bin/sh\\n" +
                      run + "\\n' >.git/hooks/$h; chmod +x .git/hooks/$h; done");
    // A tree that no ordinary git makes: a file behind "..".
    r.add(
        "outside",
        "put one; b=$(git hash-object -w src/nn.cu); "
        "t=$(printf \"100644 blob $b\\tnn.cu\\n\" | git mktree); t=$(printf \"040000 tree $t\\t..\\n\" | git mktree); "
        "t=$(printf \"040000 tree $t\\t..\\n\" | git mktree); "
        "c=$(GIT_COMMITTER_DATE=2026-02-20T10:00:00 git commit-tree -m x $t); git update-ref HEAD $c");
    r.add("lfs", "put 'version https://git-lfs.github.com/spec/v1'; at 2026-02-20T10:00:00");
    r.add("archive", "put one; zip -qr all.zip src 2>/dev/null || tar czf all.tar.gz src; git rm -rqf --cached src; "
                     "rm -r src; git add -A; at 2026-02-20T10:00:00");
    r.clone();
    cloned_t c = r.get("link");
    intake_t in = r.intake(&c);
    REQUIRE(in.refused.size() == 1);
    CHECK(contains(in.refused[0], "src/nn.cu is a link"));
    CHECK(in.files.size() == 2);
    c = r.get("folder-link");
    CHECK(r.text(&c) == "one\n");
    for (const char *id : {"filter", "submodule", "hook", "archive"}) {
        CAPTURE(id);
        c = r.get(id);
        CHECK(c.verdict == GRADED);
        CHECK(r.text(&c) == "one\n");
    }
    CHECK(!exists(touched));
    c = r.get("outside");
    CHECK(!exists(r.f.file("nn.cu")));
    CHECK(!exists(r.f.file("out/nn.cu")));
    CHECK(c.why == "");
    CHECK(r.text(&c) == "nothing");
    c = r.get("lfs");
    CHECK(c.verdict == REFUSED);
    CHECK(contains(c.why, "Git LFS"));
}

TEST_CASE("git: a repository that is too large or too slow is stopped")
{
    if (no_git()) return;
    repos_t r;
    r.add("large", "head -c 3000000 /dev/urandom >data; put one; at 2026-02-20T10:00:00");
    r.git.limit = 1 << 20;
    r.clone();
    cloned_t c = r.get("large");
    CHECK(c.verdict == UNGRADED);
    CHECK_MESSAGE(contains(c.why, "larger than 1 MB"), c.why);
    CHECK(fs::is_empty(r.f.file("out/git")));
    r.git.limit_s = 0;
    r.clone();
    c = r.get("large");
    CHECK(contains(c.why, "the limit of time"));
}

TEST_CASE("git: a second run takes its clone where the deadline has passed, or where the repository is gone")
{
    if (no_git()) return;
    repos_t r;
    r.add("a", "put one; at 2026-02-20T10:00:00");
    r.git.deadline = "2026-02-28";
    if (time(NULL) < deadline_read(r.git.deadline)) r.git.deadline = "2026-02-20 12:00";
    r.clone();
    cloned_t c = r.get("a");
    CHECK(r.text(&c) == "one\n");
    fs::rename(r.f.file("repos/a"), r.f.file("repos/b"));
    r.clone();
    c = r.get("a");
    CHECK(r.text(&c) == "one\n");
    CHECK(!contains(c.submission.note, "now:"));
    r.git.deadline = "2999-01-01";
    r.clone();
    c = r.get("a");
    CHECK(r.text(&c) == "one\n");
    CHECK(contains(c.submission.note, "now: git clone: "));
}

TEST_CASE("git: a deadline is a local time, and holds to the end of its minute or day")
{
    setenv("TZ", "UTC", 1);
    CHECK(deadline_read("1970-01-02 00:00") == 86400 + 59);
    CHECK(deadline_read("1970-01-02 00:00:00") == 86400);
    CHECK(deadline_read("1970-01-02T00:00:01") == 86401);
    CHECK(deadline_read("1970-01-01") == 86399);
    setenv("TZ", "UTC-2", 1);
    CHECK(deadline_read("1970-01-01 02:00:00") == 0);
    unsetenv("TZ");
    for (const char *bad :
         {"tomorrow", "2026-02-30", "2026-13-01", "28.2.2026", "2026-02-28 25:00", "2026-02-28 23:59 x", ""})
        CHECK(contains(death_of([&] { deadline_read(bad); }), "2: --deadline"));
}
