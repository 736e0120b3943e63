// [given] checked_image.h: finds the checked image inside a program that bin/nvcc has built, and runs it.
#pragma once
#include <cerrno>
#include <csignal>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <elf.h>
#include <fcntl.h>
#include <string>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

static const char *tool_name;  // "compute-sanitizer", "ncu"

[[noreturn]] __attribute__((format(printf, 1, 2))) static void die(const char *format, ...)
{
    fprintf(stderr, "%s: ", tool_name);
    va_list arguments;
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    exit(2);
}

// As the shell finds it: PATH is searched where the name has no slash; then, as NVIDIA's tools do, the folder we are in.
static std::string find_program(const std::string &name)
{
    std::string found = name;
    const char *path = getenv("PATH");
    if (name.find('/') == std::string::npos && access(name.c_str(), F_OK) != 0) {
        for (std::string rest = path ? path : ""; !rest.empty();) {
            const size_t colon = rest.find(':');
            const std::string candidate = rest.substr(0, colon) + "/" + name;
            rest = colon == std::string::npos ? "" : rest.substr(colon + 1);
            struct stat s;
            if (access(candidate.c_str(), X_OK) == 0 && stat(candidate.c_str(), &s) == 0 && S_ISREG(s.st_mode))
                return candidate;
        }
    }
    struct stat s;
    if (stat(found.c_str(), &s) != 0)
        die("%s: %s\nhint: is it built? Is the path right?", name.c_str(), strerror(errno));
    if (S_ISDIR(s.st_mode)) die("%s is a folder, not a program", name.c_str());
    if (access(found.c_str(), R_OK) != 0) die("%s: %s", name.c_str(), strerror(errno));
    if (access(found.c_str(), X_OK) != 0)
        die("%s is not executable (expected a program that emu/bin/nvcc has built)", name.c_str());
    return found;
}

struct section_t {
    const char *data;
    size_t size;
};

static const char image_section[] = ".emu.checked";

// Every offset is checked: the file may be cut short or not be what it says.
static section_t find_section(const char *file, size_t size, const char *name)
{
    const Elf64_Ehdr *h = reinterpret_cast<const Elf64_Ehdr *>(file);
    if (size < sizeof *h || h->e_shentsize != sizeof(Elf64_Shdr) || h->e_shoff > size ||
        h->e_shnum > (size - h->e_shoff) / sizeof(Elf64_Shdr) || h->e_shstrndx >= h->e_shnum)
        return {nullptr, 0};
    const Elf64_Shdr *s = reinterpret_cast<const Elf64_Shdr *>(file + h->e_shoff);
    const Elf64_Shdr &names = s[h->e_shstrndx];
    if (names.sh_offset > size || names.sh_size > size - names.sh_offset || names.sh_size == 0) return {nullptr, 0};
    const char *text = file + names.sh_offset;
    if (text[names.sh_size - 1]) return {nullptr, 0};
    for (unsigned i = 0; i < h->e_shnum; i++)
        if (s[i].sh_name < names.sh_size && !strcmp(text + s[i].sh_name, name) && s[i].sh_type != SHT_NOBITS &&
            s[i].sh_offset <= size && s[i].sh_size <= size - s[i].sh_offset)
            return {file + s[i].sh_offset, s[i].sh_size};
    return {nullptr, 0};
}

static int write_image(const section_t &s)
{
    int fd = memfd_create("checked image", MFD_CLOEXEC);
    if (fd < 0) {  // an old or a restricted system
        char name[] = "/tmp/emu-checked-XXXXXX";
        fd = mkostemp(name, O_CLOEXEC);
        if (fd < 0) die("cannot make a temporary file for the checked image: %s", strerror(errno));
        fchmod(fd, 0700);
        int again = open(name, O_RDONLY | O_CLOEXEC);  // a file that is open for writing cannot be run
        unlink(name);
        for (size_t done = 0; done < s.size;) {
            const ssize_t n = write(fd, s.data + done, s.size - done);
            if (n <= 0) die("cannot write the checked image: %s", strerror(errno));
            done += size_t(n);
        }
        close(fd);
        return again;
    }
    for (size_t done = 0; done < s.size;) {
        const ssize_t n = write(fd, s.data + done, s.size - done);
        if (n <= 0) die("cannot write the checked image: %s", strerror(errno));
        done += size_t(n);
    }
    return fd;
}

// A descriptor of a file that holds the checked image of the program and nothing else.
static int open_checked_image(const std::string &program)
{
    const int fd = open(program.c_str(), O_RDONLY | O_CLOEXEC);
    struct stat s;
    if (fd < 0 || fstat(fd, &s) != 0) die("%s: %s", program.c_str(), strerror(errno));
    if (s.st_size < 4) die("%s is not a program (%ld bytes)", program.c_str(), long(s.st_size));
    const char *file = static_cast<const char *>(mmap(nullptr, size_t(s.st_size), PROT_READ, MAP_PRIVATE, fd, 0));
    if (file == MAP_FAILED) die("%s: %s", program.c_str(), strerror(errno));
    if (!memcmp(file, "#!", 2))
        die("%s is a script; give the program itself that emu/bin/nvcc has built", program.c_str());
    if (memcmp(file, ELFMAG, SELFMAG) || file[EI_CLASS] != ELFCLASS64)
        die("%s is not a 64-bit program of this system", program.c_str());
    const section_t image = find_section(file, size_t(s.st_size), image_section);
    if (!image.data) {
        const bool ours = find_section(file, size_t(s.st_size), ".emu.checked.o").data != nullptr;
        die("%s has no checked image\n"
            "hint: %s",
            program.c_str(),
            ours ? "is it an object file? Link it with emu/bin/nvcc first"
                 : "build it with emu/bin/nvcc (PATH=.../emu/bin:$PATH make); a program built by another nvcc needs "
                   "NVIDIA's tools");
    }
    const int result = write_image(image);
    munmap(const_cast<char *>(file), size_t(s.st_size));
    close(fd);
    return result;
}

static pid_t child;
static void pass_on(int signal)
{
    if (child > 0) kill(child, signal);
}

// Runs it; returns the exit status, 128 + n after signal n. environment: "NAME=value", besides what there is.
static int run_image(int image, const std::string &program, char **arguments,
                     const std::vector<std::string> &environment)
{
    for (const std::string &e : environment) {
        const size_t equal = e.find('=');
        if (equal + 1 == e.size()) unsetenv(e.substr(0, equal).c_str());
        else setenv(e.substr(0, equal).c_str(), e.c_str() + equal + 1, 1);
    }
    signal(SIGINT, SIG_IGN);  // the terminal sends these to the program, too
    signal(SIGQUIT, SIG_IGN);
    child = fork();
    if (child < 0) die("cannot start %s: %s", program.c_str(), strerror(errno));
    if (child == 0) {
        signal(SIGINT, SIG_DFL);
        signal(SIGQUIT, SIG_DFL);
        fexecve(image, arguments, environ);
        fprintf(stderr, "%s: cannot run the checked image of %s: %s\n", tool_name, program.c_str(), strerror(errno));
        _exit(127);
    }
    close(image);
    signal(SIGTERM, pass_on);
    signal(SIGHUP, pass_on);
    int status;
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR) die("%s: %s", program.c_str(), strerror(errno));
    if (WIFEXITED(status)) return WEXITSTATUS(status);
    const int n = WTERMSIG(status);
    fprintf(stderr, "========= Target application terminated by signal %d (%s)\n", n, strsignal(n));
    if (n == SIGSEGV)
        fprintf(stderr, "=========     the host's own code touched memory that does not exist; `gdb %s` shows where\n",
                program.c_str());
    return 128 + n;
}
