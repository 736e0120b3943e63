// [given] git_program.cpp: runs git: limits of time and size, no questions, nothing that a repository could set off.
#include <cstdlib>

#include "git_parts.h"
#include "utils.h"

static std::vector<std::string> environment(const git_t *git)
{
    // Where a surrounding git would point ours to another repository; and what is set below.
    std::vector<std::string> env = environment_without(
        {"GIT_DIR=", "GIT_WORK_TREE=", "GIT_INDEX_FILE=", "GIT_OBJECT_DIRECTORY=", "GIT_NAMESPACE=",
         "GIT_ALTERNATE_OBJECT_DIRECTORIES=", "GIT_COMMON_DIR=", "GIT_TEMPLATE_DIR=", "GIT_ALLOW_PROTOCOL=",
         "GIT_TERMINAL_PROMPT=", "GIT_ASKPASS=", "SSH_ASKPASS=", "LC_ALL="});
    for (const char *v : {"GIT_TERMINAL_PROMPT=0", "GIT_ASKPASS=", "SSH_ASKPASS=", "GIT_LFS_SKIP_SMUDGE=1",
                          "GIT_NO_LAZY_FETCH=1", "GIT_NO_REPLACE_OBJECTS=1", "LC_ALL=C"})
        env.push_back(v);
    env.push_back(git->local ? "GIT_ALLOW_PROTOCOL=https:ssh:file" : "GIT_ALLOW_PROTOCOL=https:ssh");
    if (!getenv("GIT_SSH_COMMAND") && !getenv("GIT_SSH"))
        env.push_back("GIT_SSH_COMMAND=ssh -o BatchMode=yes -o ConnectTimeout=30");
    return env;
}

static std::vector<std::string> command(const std::vector<std::string> &words)
{
    std::vector<std::string> all = {"git"};
    // One pack, so that the limit of a file's size is that of the repository.
    for (const char *setting :
         {"core.hooksPath=/dev/null", "core.askPass=", "core.fsmonitor=false", "credential.interactive=never",
          "gc.auto=0", "maintenance.auto=false", "submodule.recurse=false", "fetch.recurseSubmodules=false",
          "fetch.unpackLimit=1", "transfer.unpackLimit=1", "transfer.bundleURI=false", "safe.directory=*",
          "advice.detachedHead=false"}) {
        all.push_back("-c");
        all.push_back(setting);
    }
    all.insert(all.end(), words.begin(), words.end());
    return all;
}

said_t git_program(const git_t *git, const std::vector<std::string> &words, size_t most)
{
    program_t program = {command(words), environment(git), git->limit_s, most, git->limit};
    said_t ran = program_run(&program);
    if (!ran.found) die("git is not installed\nhint: apt-get install git");
    return ran;
}
