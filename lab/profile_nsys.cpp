// [given] profile_nsys.cpp: reads `nsys stats --report cuda_gpu_trace --format csv`: kernels and copies of a GPU, measured.
#include <algorithm>
#include <cmath>
#include <map>

#include "profile_trace.h"
#include "utils.h"

// A line of CSV into cells; quotes are taken off.
static std::vector<std::string> cells_of(const std::string &line)
{
    std::vector<std::string> cells(1);
    bool quoted = false;
    for (size_t i = 0; i < line.size(); i++) {
        char c = line[i];
        if (c == '"' && quoted && i + 1 < line.size() && line[i + 1] == '"') cells.back() += '"', i++;
        else if (c == '"') quoted = !quoted;
        else if (c == ',' && !quoted) cells.emplace_back();
        else if (c != '\r') cells.back() += c;
    }
    return cells;
}

struct nsys_column_t {
    int at;         // -1: there is none
    double factor;  // from its unit to seconds or bytes
};

static double factor_of(const std::string &unit)
{
    static const std::map<std::string, double> factors = {{"ns", 1e-9},
                                                          {"nsec", 1e-9},
                                                          {"us", 1e-6},
                                                          {"usec", 1e-6},
                                                          {"ms", 1e-3},
                                                          {"msec", 1e-3},
                                                          {"s", 1},
                                                          {"sec", 1},
                                                          {"b", 1},
                                                          {"byte", 1},
                                                          {"bytes", 1},
                                                          {"kb", 1e3},
                                                          {"mb", 1e6},
                                                          {"gb", 1e9},
                                                          {"kib", 1024},
                                                          {"mib", 1024. * 1024},
                                                          {"gib", 1024. * 1048576}};
    auto found = factors.find(unit);
    return found == factors.end() ? NAN : found->second;
}

// "Start (ns)", "Bytes (MB)": name, and the unit in brackets.
static nsys_column_t column(const std::vector<std::string> &head, const std::string &name, double usual)
{
    for (size_t i = 0; i < head.size(); i++) {
        size_t open = head[i].find('(');
        std::string word = head[i].substr(0, open);
        while (!word.empty() && word.back() == ' ') word.pop_back();
        if (word != name) continue;
        if (open == std::string::npos) return {(int)i, usual};
        std::string unit = head[i].substr(open + 1, head[i].find(')') - open - 1);
        std::transform(unit.begin(), unit.end(), unit.begin(), [](unsigned char c) { return tolower(c); });
        return {(int)i, factor_of(unit)};
    }
    return {-1, usual};
}

struct columns_t {
    nsys_column_t start, duration, bytes, device, stream, name;
};

static bool find_columns(const std::vector<std::string> &head, columns_t *c)
{
    *c = {column(head, "Start", 1e-9), column(head, "Duration", 1e-9), column(head, "Bytes", 1e6),
          column(head, "Device", 1),   column(head, "Strm", 1),        column(head, "Name", 1)};
    return c->start.at >= 0 && c->duration.at >= 0 && c->name.at >= 0;
}

static double value_of(const std::vector<std::string> &cells, nsys_column_t c)
{
    if (c.at < 0 || c.at >= (int)cells.size()) return NAN;
    std::string text = cells[c.at];
    text.erase(std::remove(text.begin(), text.end(), ','), text.end());  // 1,234,567
    char *end;
    double x = strtod(text.c_str(), &end);
    return end == text.c_str() || *end ? NAN : x * c.factor;
}

static std::string kind_of(const std::string &name)
{
    if (name.compare(0, 6, "[CUDA ") != 0) return "kernel";
    auto has = [&](const char *part) { return name.find(part) != std::string::npos; };
    return has("memset")                          ? "set"
           : has("HtoD") || has("Host-to-Device") ? "to device"
           : has("DtoH") || has("Device-to-Host") ? "to host"
                                                  : "on device";
}

// "NVIDIA RTX A4000 (0)": name and number.
static void device_of(const std::string &cell, std::string *name, int *number)
{
    size_t open = cell.rfind('(');
    *name = cell.substr(0, open);
    while (!name->empty() && name->back() == ' ') name->pop_back();
    *number = open == std::string::npos ? 0 : atoi(cell.c_str() + open + 1);
}

static void add_row(profile_t *p, const std::vector<std::string> &cells, const columns_t *c, const std::string &place)
{
    span_t s = {};
    double start = value_of(cells, c->start), duration = value_of(cells, c->duration);
    if (!(std::isfinite(start) && duration >= 0 && c->name.at < (int)cells.size()))
        die("%s: expected a start, a duration and a name", place.c_str());
    s.start = start, s.end = start + duration, s.bytes = value_of(cells, c->bytes);
    s.kind = kind_of(cells[c->name.at]);
    s.name = s.kind == "kernel" ? short_name(cells[c->name.at]) : cells[c->name.at];
    double stream = value_of(cells, c->stream);
    s.stream = std::isfinite(stream) ? (int)stream : 0;
    std::string device;
    if (c->device.at >= 0 && c->device.at < (int)cells.size()) device_of(cells[c->device.at], &device, &s.device);
    if (!device.empty()) p->device = device;
    if (s.kind == "to device") p->to_device += std::isfinite(s.bytes) ? s.bytes : 0, p->copies_to_device++;
    if (s.kind == "to host") p->to_host += std::isfinite(s.bytes) ? s.bytes : 0, p->copies_to_host++;
    p->spans.push_back(s);
    if (s.kind != "kernel") return;
    for (kernel_t &k : p->kernels)
        if (k.name == s.name) {
            k.launches++, k.seconds += duration;
            return;
        }
    p->kernels.push_back({s.name, "", 1, NAN, NAN, duration, NAN, NAN, NAN, ""});
}

profile_t nsys_read(const std::string &path)
{
    profile_t p = {};
    p.device = "GPU";
    p.peak_flops = p.peak_bytes = NAN;
    std::string text = file_read(path);
    columns_t c = {};
    bool found = false;
    long n = 0;
    for (size_t at = 0; at < text.size(); n++) {
        size_t end = std::min(text.find('\n', at), text.size());
        std::vector<std::string> cells = cells_of(text.substr(at, end - at));
        at = end + 1;
        if (!found) {  // nsys says what it does first
            found = find_columns(cells, &c);
            if (std::isnan(c.start.factor + c.duration.factor))
                die("%s:%ld: the unit of Start or Duration is not known: expected ns, us, ms or s", path.c_str(),
                    n + 1);
        } else if (cells.size() > 1) add_row(&p, cells, &c, path + ":" + std::to_string(n + 1));
    }
    const char *hint = "hint: nsys profile -o run bin/nn --train --device cuda ...; nsys stats --report cuda_gpu_trace "
                       "--format csv run.nsys-rep >trace.csv";
    if (!found) die("%s: no line with the columns Start, Duration and Name\n%s", path.c_str(), hint);
    if (p.spans.empty()) die("%s: no kernel and no copy was traced\n%s", path.c_str(), hint);
    double first = INFINITY;
    for (const span_t &s : p.spans) first = std::min(first, s.start);
    for (span_t &s : p.spans) s.start -= first, s.end -= first;
    std::stable_sort(p.spans.begin(), p.spans.end(),
                     [](const span_t &a, const span_t &b) { return a.start < b.start; });
    return p;
}
