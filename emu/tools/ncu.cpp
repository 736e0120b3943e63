// [given] ncu.cpp: runs a program and shows how its kernels use memory: the command line of NVIDIA's tool for the common part.
//
// The program, built by bin/nvcc, has a second image of itself inside in which every access of a kernel is looked at.
// This tool starts that image; the counting is in check/counters*.cpp, which also writes the report.
#include "checked_image.h"
#include <regex>

static const char usage[] =
    "usage: ncu [options] program [arguments]\n"
    "  -k, --kernel-name NAME   kernels with this in their name only; regex:EXPRESSION is understood\n"
    "  -c, --launch-count N     look at N launches (of these kernels) only\n"
    "  -s, --launch-skip N      leave out the first N of them\n"
    "  --html FILE              a page with drawings of which thread touches what\n"
    "  --json FILE              all figures as JSON\n"
    "  --trace FILE             every operation in the order of the host's calls, a line of JSON each\n"
    "  --trace-count N          the first N of them (10000)\n"
    "  --csv                    the figures as CSV instead of the report\n"
    "  --log-file FILE          write the report there instead of to stdout\n"
    "  --order ORDER            order of threads and blocks: forward (default), reverse, random:SEED\n"
    "  -q, --quiet              no report (with --html, --json or --trace)\n"
    "  --help, --version\n"
    "NVIDIA's --set, --section, --metrics, -o, --target-processes and their kin are accepted and ignored.\n"
    "Exit status: the program's own; 2: wrong usage; 128 + n where signal n ended the program.\n"
    "What is counted: requests of warps, sectors, bank conflicts, atomic operations, idle threads, copies. Times are "
    "not:\n"
    "this is no GPU.\n";

struct arguments_t {
    std::string kernel, count, skip, html, json, trace, trace_count, log, order;
    bool csv = false, quiet = false;
    int program = 0;  // index in argv
};

// --name value, --name=value, and for short names -k value
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

static bool is_flag(const char *argument, std::initializer_list<const char *> names)
{
    for (const char *name : names)
        if (!strcmp(argument, name)) return true;
    return false;
}

// NVIDIA's options that mean nothing here. True: it was one of them.
static bool ignored(int argc, char **argv, int *i)
{
    static const char *with_value[] = {"--set",
                                       "--section",
                                       "--metrics",
                                       "-o",
                                       "--export",
                                       "--target-processes",
                                       "--replay-mode",
                                       "--kernel-name-base",
                                       "--clock-control",
                                       "--cache-control",
                                       "--page",
                                       "--print-units",
                                       "--sampling-interval",
                                       "--devices",
                                       "--nvtx-include",
                                       "--import-source",
                                       "--details-all",
                                       "--profile-from-start",
                                       "--kernel-id",
                                       "--rule",
                                       "--section-folder",
                                       "--print-summary",
                                       "--app-replay-match",
                                       "--range-filter",
                                       "--launch-skip-before-match",
                                       "--apply-rules",
                                       "--source-folders",
                                       "--print-details",
                                       "--call-stack-type",
                                       "--warp-sampling-interval"};
    const std::string given = argv[*i];
    std::string value;
    if (is_flag(argv[*i],
                {"-f", "--force-overwrite", "--nvtx", "--call-stack", "--print-kernel-base", "-i", "--verbose"}))
        return true;
    for (const char *name : with_value)
        if (take(argc, argv, i, name, &value)) {
            fprintf(stderr, "ncu: %s %s is ignored: the emulator has one set of counters%s\n",
                    given.substr(0, given.find('=')).c_str(), value.c_str(),
                    is_flag(name, {"-o", "--export"}) ? " (--html FILE and --json FILE write files)" : "");
            return true;
        }
    return false;
}

static void check_number(const char *name, const std::string &s)
{
    if (s.empty() || s.size() > 9 || s.find_first_not_of("0123456789") != std::string::npos)
        die("%s %s: expected a number", name, s.c_str());
}

static arguments_t parse(int argc, char **argv)
{
    arguments_t a;
    int i = 1;
    for (; i < argc && argv[i][0] == '-'; i++) {
        if (is_flag(argv[i], {"--help", "-h"})) {
            fputs(usage, stdout);
            exit(0);
        } else if (is_flag(argv[i], {"--version", "-v"})) {
            puts("ncu of the CUDA emulator, version 1.0");
            exit(0);
        } else if (is_flag(argv[i], {"--"})) {
            i++;
            break;
        } else if (is_flag(argv[i], {"--csv"})) {
            a.csv = true;
        } else if (is_flag(argv[i], {"-q", "--quiet"})) {
            a.quiet = true;
        } else if (take(argc, argv, &i, "--launch-count", &a.count) || take(argc, argv, &i, "-c", &a.count)) {
            check_number("--launch-count", a.count);
        } else if (take(argc, argv, &i, "--launch-skip", &a.skip) || take(argc, argv, &i, "-s", &a.skip)) {
            check_number("--launch-skip", a.skip);
        } else if (take(argc, argv, &i, "--trace-count", &a.trace_count)) {
            check_number("--trace-count", a.trace_count);
        } else if (take(argc, argv, &i, "--order", &a.order)) {
            if (a.order != "forward" && a.order != "reverse" && a.order.compare(0, 7, "random:") != 0)
                die("--order %s: expected forward, reverse or random:SEED", a.order.c_str());
        } else if (!take(argc, argv, &i, "--kernel-name", &a.kernel) && !take(argc, argv, &i, "-k", &a.kernel) &&
                   !take(argc, argv, &i, "--html", &a.html) && !take(argc, argv, &i, "--json", &a.json) &&
                   !take(argc, argv, &i, "--trace", &a.trace) &&
                   !take(argc, argv, &i, "--log-file", &a.log) && !ignored(argc, argv, &i)) {
            die("unknown option %s\n%s", argv[i], usage);
        }
    }
    if (a.kernel.compare(0, 6, "regex:") == 0) try {
            std::regex check(a.kernel.substr(6));
        } catch (const std::regex_error &e) {
            die("--kernel-name %s: %s", a.kernel.c_str(), e.what());
        }
    if (i >= argc) die("which program?\n%s", usage);
    a.program = i;
    return a;
}

// The program may change its folder; and what cannot be written is better known before it runs than after.
static std::string output(const std::string &path)
{
    if (path.empty()) return path;
    const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
    if (fd < 0) die("cannot write %s: %s", path.c_str(), strerror(errno));
    close(fd);
    if (path[0] == '/') return path;
    char *here = getcwd(nullptr, 0);
    const std::string result = std::string(here ? here : ".") + "/" + path;
    free(here);
    return result;
}

int main(int argc, char **argv)
{
    tool_name = "ncu";
    const arguments_t a = parse(argc, argv);
    const std::string program = find_program(argv[a.program]);
    const int image = open_checked_image(program);
    const std::string log = a.quiet ? "" : a.log.empty() ? "-" : output(a.log), json = output(a.json);
    std::vector<std::string> environment = {"EMU_TOOLS=none",
                                            "EMU_COUNTERS=" + (json.empty() ? "none" : json),
                                            "EMU_COUNTERS_HTML=" + output(a.html),
                                            "EMU_TRACE=" + output(a.trace),
                                            "EMU_TRACE_COUNT=" + a.trace_count,
                                            (a.csv ? "EMU_COUNTERS_CSV=" : "EMU_COUNTERS_TEXT=") + log,
                                            "EMU_COUNTERS_KERNEL=" + a.kernel,
                                            "EMU_COUNTERS_LAUNCHES=" + a.count,
                                            "EMU_COUNTERS_SKIP=" + a.skip,
                                            "EMU_COUNTERS_PROGRAM=" + std::string(argv[a.program])};
    if (!a.order.empty()) environment.push_back("EMU_ORDER=" + a.order);
    const int status = run_image(image, program, argv + a.program, environment);
    if (status >= 128) fprintf(stderr, "ncu: no report: it is written when the program comes to its end\n");
    return status;
}
