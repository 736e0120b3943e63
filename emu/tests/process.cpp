// [given] process.cpp: runs a command and keeps what it wrote; small tools for texts.
#include "process.h"
#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <sstream>
#include <sys/wait.h>
#include <unistd.h>

outcome_t run(const std::vector<std::string> &command, const std::string &folder, const environment_t &environment,
              int seconds)
{
    outcome_t r = {127, ""};
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return r;
    // All is prepared before the fork: other threads of this process may hold locks.
    std::vector<std::string> words = {"timeout", "-k", "5", std::to_string(seconds)}, settings;
    words.insert(words.end(), command.begin(), command.end());
    std::vector<char *> arguments, variables;
    for (std::string &w : words) arguments.push_back(&w[0]);
    arguments.push_back(nullptr);
    for (char **e = environ; *e; e++)
        if (!environment.count(std::string(*e, strcspn(*e, "=")))) variables.push_back(*e);
    for (const auto &e : environment) settings.push_back(e.first + "=" + e.second);
    for (std::string &s : settings) variables.push_back(&s[0]);
    variables.push_back(nullptr);
    pid_t child = fork();
    if (child == 0) {
        dup2(ends[1], 1), dup2(ends[1], 2);
        int null = open("/dev/null", O_RDONLY);
        dup2(null, 0);
        if (chdir(folder.c_str()) != 0) _exit(126);
        execvpe("timeout", arguments.data(), variables.data());
        _exit(127);
    }
    close(ends[1]);
    char buffer[4096];
    for (ssize_t n; child > 0 && (n = read(ends[0], buffer, sizeof buffer)) > 0;)
        if (r.output.size() < (8u << 20)) r.output.append(buffer, n);
    close(ends[0]);
    int status = 0;
    if (child > 0 && waitpid(child, &status, 0) == child)
        r.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return r;
}

std::string shown(const std::vector<std::string> &command)
{
    std::string s;
    for (const std::string &w : command) s += (s.empty() ? "" : " ") + w;
    return s;
}

std::string trimmed(const std::string &s)
{
    size_t begin = s.find_first_not_of(" \t\r\n"), end = s.find_last_not_of(" \t\r\n");
    return begin == std::string::npos ? "" : s.substr(begin, end - begin + 1);
}

std::vector<std::string> words_of(const std::string &s)
{
    std::istringstream in(s);
    std::vector<std::string> words;
    for (std::string w; in >> w;) words.push_back(w);
    return words;
}

std::vector<std::string> lines_of(const std::string &s)
{
    std::istringstream in(s);
    std::vector<std::string> lines;
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
}

std::string without_addresses(std::string s)
{
    for (size_t at = s.find("0x"); at != std::string::npos; at = s.find("0x", at + 2)) {
        size_t end = at + 2;
        while (end < s.size() && isxdigit(s[end])) end++;
        if (end > at + 2) s.replace(at + 2, end - at - 2, "*");
    }
    return s;
}

std::string shortened(const std::string &s, size_t most)
{
    std::vector<std::string> lines = lines_of(s);
    std::string out;
    for (size_t i = 0; i < lines.size() && i < most; i++) out += "    | " + lines[i] + "\n";
    if (lines.size() > most) out += "    | ... " + std::to_string(lines.size() - most) + " more lines\n";
    return out.empty() ? "    | (nothing)\n" : out;
}

bool contains(const std::string &s, const std::string &part) { return s.find(part) != std::string::npos; }

std::string read_file(const std::string &path)
{
    std::ifstream in(path, std::ios::binary);
    std::ostringstream all;
    all << in.rdbuf();
    return all.str();
}
