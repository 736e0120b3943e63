// [given] report.cpp: prints findings.
#include "report.h"
#include "queue.h"
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <unistd.h>

namespace emu
{

std::string format(const finding_t &f)
{
    std::string s = "========= " + std::string(f.warning ? "Warning: " : "") + f.title + "\n";
    for (const std::string &line : f.lines) s += "=========     " + line + "\n";
    if (!f.hint.empty()) s += "=========     hint: " + f.hint + "\n";
    return s;
}

void print(const std::string &s)
{
    size_t done = 0;
    while (done < s.size()) {
        const ssize_t n = write(2, s.data() + done, s.size() - done);
        if (n < 0 && errno != EINTR) return;
        if (n > 0) done += (size_t)n;
    }
}

// What the program has printed so far comes first, as it would with a pipe as with a terminal.
static void flush_stdout(void)
{
    if (ftrylockfile(stdout)) return;  // a thread was stopped while it printed
    fflush_unlocked(stdout);
    funlockfile(stdout);
}

void report(const finding_t &f)
{
    if (hooks && hooks->finding) {
        hooks->finding(f);
        return;
    }
    flush_stdout();
    print(format(f));
}

void fatal(const finding_t &f)
{
    report(f);
    abandon_queue();
    if (hooks) exit(1);  // the checker writes its summary at exit
    flush_stdout();
    _exit(1);
}
}  // namespace emu
