// [given] git_parts.h: what the two files about git know of each other.
#ifndef NN_CLASS_GIT_PARTS_H
#define NN_CLASS_GIT_PARTS_H

#include "git.h"
#include "program.h"

// git_program.cpp: runs git with nothing in it that a repository could set off: no hooks, no templates, no questions, no
// protocols but https, ssh and, with git->local, file. Standard output beyond `most` bytes ends it.
said_t git_program(const git_t *git, const std::vector<std::string> &words, size_t most);

#endif
