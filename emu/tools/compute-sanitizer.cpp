// [given] compute-sanitizer.cpp: runs a program with checks: the command line of NVIDIA's tool for the common part.
//
// The program, built by bin/nvcc, has a second image of itself inside in which every access of a kernel is looked at.
// This tool starts that image; the checks are in check/.
#include "checked_image.h"

static const char usage[] =
    "usage: compute-sanitizer [options] program [arguments]\n"
    "  --tool NAME           memcheck (default), racecheck, initcheck, synccheck, or all of them: all\n"
    "  --leak-check full|no  report device memory that was never freed (default: no; with --tool all: full)\n"
    "  --error-exitcode N    exit status after findings (default 1)\n"
    "  --print-limit N       print at most N findings (default 100, 0: all)\n"
    "  --kernel-name NAME    findings of kernels with this in their name only (-k; kernel_substring=NAME is "
    "understood)\n"
    "  --log-file FILE       write the report there instead of to stderr\n"
    "  --json FILE           write the findings as JSON, too\n"
    "  --order ORDER         order of threads and blocks: forward (default), reverse, random, random:SEED\n"
    "  --help, --version\n"
    "Exit status: the program's own where nothing was found; after findings 1 (--error-exitcode); 2: wrong usage;\n"
    "128 + n where signal n ended the program. Differs from NVIDIA's: findings end with status 1, and --tool all.\n";

struct arguments_t {
    std::string tools = "memcheck", leak, exit_code, limit, kernel, log, json, order;
    bool all = false;
    int program = 0;  // index in argv
};

// --name value and --name=value
static bool take(int argc, char **argv, int *i, const char *name, std::string *value)
{
    const size_t n = strlen(name);
    if (strncmp(argv[*i], name, n) || (argv[*i][n] && argv[*i][n] != '=')) return false;
    if (argv[*i][n] == '=') {
        *value = argv[*i] + n + 1;
    } else {
        if (*i + 1 >= argc) die("%s needs a value\n%s", name, usage);
        *value = argv[++*i];
    }
    return true;
}

static bool is_number(const std::string &s)
{
    return !s.empty() && s.size() < 10 && s.find_first_not_of("0123456789") == std::string::npos;
}

static void choose_tool(const std::string &name, arguments_t *a)
{
    if (name == "all") {
        a->all = true;
        a->tools = "memcheck,racecheck,initcheck,synccheck";
        return;
    }
    for (const char *known : {"memcheck", "racecheck", "initcheck", "synccheck"})
        if (name == known) {
            a->tools = name;
            return;
        }
    die("--tool %s: expected memcheck, racecheck, initcheck, synccheck or all", name.c_str());
}

static std::string kernel_of(std::string s)  // regex:NAME, kernel_substring=NAME, kns=NAME, kernel_name=NAME, NAME
{
    for (const char *word : {"kernel_substring=", "kns=", "kernel_name=", "kne=", "regex:", "regex="})
        if (s.compare(0, strlen(word), word) == 0) s = s.substr(strlen(word));
    return s;
}

static arguments_t parse(int argc, char **argv)
{
    arguments_t a;
    std::string value;
    // NVIDIA's options that mean nothing here.
    const char *accepted[] = {"--racecheck-report",
                              "--show-backtrace",
                              "--target-processes",
                              "--target-processes-filter",
                              "--racecheck-detect-level",
                              "--report-api-errors",
                              "--check-device-heap",
                              "--padding",
                              "--launch-timeout",
                              "--demangle",
                              "--print-level",
                              "--save",
                              "--num-callers-host",
                              "--num-callers-device",
                              "--force-blocking-launches",
                              "--check-exit-code",
                              "--require-cuda-init",
                              "--track-unused-memory",
                              "--missing-barrier-init-is-fatal",
                              "--strip-paths",
                              "--kill"};
    int i = 1;
    for (; i < argc && argv[i][0] == '-'; i++) {
        if (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-h")) {
            fputs(usage, stdout);
            exit(0);
        } else if (!strcmp(argv[i], "--version") || !strcmp(argv[i], "-V")) {
            puts("compute-sanitizer of the CUDA emulator, version 1.0");
            exit(0);
        } else if (!strcmp(argv[i], "--")) {
            i++;
            break;
        } else if (take(argc, argv, &i, "--tool", &value) || take(argc, argv, &i, "-t", &value)) {
            choose_tool(value, &a);
        } else if (take(argc, argv, &i, "--leak-check", &a.leak)) {
            if (a.leak != "full" && a.leak != "no") die("--leak-check %s: expected full or no", a.leak.c_str());
        } else if (take(argc, argv, &i, "--error-exitcode", &a.exit_code)) {
            if (!is_number(a.exit_code) || atoi(a.exit_code.c_str()) > 255)
                die("--error-exitcode %s: expected a number from 0 to 255", a.exit_code.c_str());
        } else if (take(argc, argv, &i, "--print-limit", &a.limit)) {
            if (!is_number(a.limit)) die("--print-limit %s: expected a number, 0 for no limit", a.limit.c_str());
        } else if (take(argc, argv, &i, "--order", &a.order)) {
            const bool seeded = a.order.compare(0, 7, "random:") == 0 && !a.order.substr(7).empty() &&
                                a.order.find_first_not_of("0123456789", 7) == std::string::npos;
            if (a.order != "forward" && a.order != "reverse" && a.order != "random" && !seeded)
                die("--order %s: expected forward, reverse, random or random:SEED", a.order.c_str());
        } else if (take(argc, argv, &i, "--kernel-name", &a.kernel) || take(argc, argv, &i, "-k", &a.kernel) ||
                   take(argc, argv, &i, "--kernel-regex", &a.kernel)) {
            a.kernel = kernel_of(a.kernel);
        } else if (!take(argc, argv, &i, "--log-file", &a.log) && !take(argc, argv, &i, "--json", &a.json)) {
            bool known = false;
            for (const char *name : accepted) known = known || take(argc, argv, &i, name, &value);
            if (!known) die("unknown option %s\n%s", argv[i], usage);
        }
    }
    if (i >= argc) die("which program?\n%s", usage);
    a.program = i;
    return a;
}

static std::string absolute(const std::string &path)  // the program may change its folder
{
    if (path.empty() || path[0] == '/') return path;
    char *here = getcwd(nullptr, 0);
    const std::string result = std::string(here ? here : ".") + "/" + path;
    free(here);
    return result;
}

int main(int argc, char **argv)
{
    tool_name = "compute-sanitizer";
    arguments_t a = parse(argc, argv);
    const std::string program = find_program(argv[a.program]);
    const int image = open_checked_image(program);
    if (a.order == "random") {  // another one each time; findings name it
        unsigned seed = 0;
        const int random = open("/dev/urandom", O_RDONLY | O_CLOEXEC);
        if (random < 0 || read(random, &seed, sizeof seed) != sizeof seed) seed = unsigned(getpid());
        close(random);
        a.order = "random:" + std::to_string(seed % 1000000);
    }
    const bool leaks = a.leak.empty() ? a.all : a.leak == "full";
    std::vector<std::string> environment = {"EMU_TOOLS=" + a.tools,
                                            "EMU_LEAK=" + std::string(leaks ? "1" : ""),
                                            "EMU_EXIT=" + a.exit_code,
                                            "EMU_JSON=" + absolute(a.json),
                                            "EMU_LOG=" + absolute(a.log),
                                            "EMU_KERNEL=" + a.kernel,
                                            "EMU_PROGRAM=" + std::string(argv[a.program]),
                                            "EMU_COUNTERS="};
    if (!a.limit.empty()) environment.push_back("EMU_LIMIT=" + a.limit);
    if (!a.order.empty()) environment.push_back("EMU_ORDER=" + a.order);
    return run_image(image, program, argv + a.program, environment);
}
