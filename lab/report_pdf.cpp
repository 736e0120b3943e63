// [given] report_pdf.cpp: the page as PDF, by a browser without a window or by WeasyPrint, where one is installed.
#include "report.h"

#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include <unistd.h>

#include "lab.h"
#include "text.h"

static std::string file_url(const std::string &path)
{
    std::string url = "file://";
    for (char c : std::filesystem::absolute(path).string()) {
        bool plain = isalnum((unsigned char)c) || c == '-' || c == '_' || c == '.' || c == '/';
        url += plain ? std::string(1, c) : format("%%%02X", (unsigned char)c);
    }
    return url;
}

static bool is_pdf(const std::string &path)
{
    FILE *f = fopen(path.c_str(), "rb");
    char head[6] = "";
    bool yes = f && fread(head, 1, 5, f) == 5 && std::string(head) == "%PDF-";
    if (f) fclose(f);
    return yes;
}

static std::string print_command(const std::string &program, const std::string &html, const std::string &pdf,
                                 const std::string &folder)
{
    std::string limit = program_is_there("timeout") ? "timeout -k 5 120 " : "";
    if (program == "weasyprint") return limit + program + " " + shell_quoted(html) + " " + shell_quoted(pdf);
    return limit + program + (program == "chromium-headless-shell" ? "" : " --headless") +
           (geteuid() == 0 ? " --no-sandbox" : "") +
           " --disable-gpu --no-pdf-header-footer --user-data-dir=" + shell_quoted(folder + "/user") +
           " --print-to-pdf=" + shell_quoted(pdf) + " " + shell_quoted(file_url(html));
}

bool report_pdf(const std::string &html_path, const std::string &pdf_path, std::string *said)
{
    static const char *const programs[] = {"chromium-headless-shell", "chromium", "chromium-browser", "google-chrome",
                                           "weasyprint"};
    char folder[] = "/tmp/nn-report-XXXXXX";
    if (!mkdtemp(folder)) die("/tmp: no folder can be made there");
    std::string made = std::string(folder) + "/report.pdf", failed;
    bool done = false;
    for (const char *program : programs) {
        if (done || !program_is_there(program)) continue;
        int status = system((print_command(program, html_path, made, folder) + " >/dev/null 2>&1 </dev/null").c_str());
        done = status == 0 && is_pdf(made);
        if (done) *said = std::string("by ") + program;
        else failed += std::string(failed.empty() ? "" : ", ") + program;
    }
    try {
        if (done) file_write(pdf_path, file_read(made));
    } catch (...) {
        std::filesystem::remove_all(folder);
        throw;
    }
    std::filesystem::remove_all(folder);
    if (!done && failed.empty())
        *said = "not made: none of chromium-headless-shell, chromium, google-chrome, weasyprint is installed; any "
                "browser prints report.html into a file";
    else if (!done) *said = "not made: " + failed + " failed; any browser prints report.html into a file";
    return done;
}
