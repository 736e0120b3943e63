// [given] counters_data.h: what the parts of the counters are to each other.
//
//   counters.cpp           which launches and blocks are looked at; copies; what is written at the end
//   counters_warps.cpp     accesses of threads become requests of warps
//   counters_request.cpp   one request: sectors, bank passes, pattern
//   counters_source.cpp    lines of the student's files, names of arrays
//   counters_findings.cpp  sums become sentences
//   counters_text.cpp      the report, CSV
//   counters_json.cpp      the figures for other programs
//   counters_html.cpp      the page; counters_draw.cpp its drawings
//
// A request is one instruction of one warp. Threads run one after another here, so lanes are matched afterwards: the
// k-th time a lane comes to an instruction since the last barrier belongs to the k-th time of its neighbours.
#pragma once
#include "counters.h"
#include <map>
#include <memory>

namespace emu::counters
{
constexpr unsigned MOST_REQUESTS = 4096;         // of one instruction of a warp between two barriers
constexpr unsigned MOST_SAMPLES = 5;             // requests kept for the drawings
constexpr size_t MOST_BYTES = size_t(96) << 20;  // for the requests of an interval
constexpr int32_t FAR = INT32_MIN;               // an offset that does not fit
enum operation_t : char { LOAD = 'l', STORE = 's', ATOMIC = 'a' };

struct request_t {
    uintptr_t base;
    uint32_t mask;   // lanes that take part
    uint32_t bytes;  // of each lane
    int32_t offset[32];
};

struct measured_t {           // what a request costs
    unsigned lanes;           // that take part
    unsigned sectors, ideal;  // of 32 bytes; as many as the distinct bytes need
    unsigned used;            // distinct bytes
    unsigned passes, fewest;  // shared memory: through the banks; constant memory: distinct words
    unsigned same;            // most lanes at one address
    bool regular;             // most neighbours have the same distance
    int64_t stride;           // that distance
};
measured_t measure(const request_t &r, char space);

struct sample_t {
    request_t request;
    measured_t measured;
    unsigned warp, occurrence;
};

struct warp_t {  // a warp's requests at one place in one interval
    request_t *requests;
    uint32_t n, capacity, seen[32];
    bool dirty;
};

struct sums_t {  // weighted with what the sampled blocks stand for
    double requests, lanes, possible, sectors, ideal, used, moved, passes, fewest, same;
    double loop_most, loop_mean;  // how often the busiest lane, and the mean lane, comes here in an interval
    double far;
    unsigned most_passes, most_same;
    void add(const sums_t &o);
};

struct array_t {
    std::string name;  // "d_a", "tile", or "" if it cannot be told
    std::string what;  // "4096 bytes from cudaMalloc at x.cu:12", "__shared__ tile"
    uintptr_t begin;
    size_t size;
};

struct place_t {  // an instruction that touches memory, in one kernel
    site_t pc;
    char space, operation;
    bool vector;  // g++ may have split an access to a vector type
    unsigned bytes;
    int line;  // number in the table of lines
    sums_t sums;
    int64_t stride;  // the most frequent
    double votes, regular;
    int64_t least_stride, greatest_stride;  // of regular requests; absolute
    std::vector<sample_t> samples;
    uintptr_t address;  // one that was touched, until the array is known
    array_t array;
    warp_t *warps;  // 32 of them
};

struct hot_t {  // a counter of one address; the least of them is replaced
    uintptr_t address;
    double count;
    unsigned bytes;
    place_t *place;
};

struct shape_t {  // launches with the same grid and block
    unsigned long launches = 0;
    double threads = 0;
    // Weighted: threads; those that did nothing; those that did not even read; those idle ones with a later one that worked.
    double seen = 0, seen_idle = 0, seen_unread = 0, seen_between = 0;
    double scale() const { return seen > 0 ? threads / seen : 0; }
    double idle() const { return seen_idle * scale(); }
    double unread() const { return seen_unread * scale(); }
};

struct kernel_stats_t {
    kernel_t *kernel;
    std::string name, file;
    unsigned long launches = 0, detailed = 0;
    std::map<std::vector<unsigned>, shape_t> shapes;  // by grid and block
    shape_t *shape = nullptr;                         // of the running launch
    double threads = 0;                               // of all shapes
    double blocks = 0, counted_blocks = 0;
    double weighted_threads = 0, weighted_blocks = 0, barriers = 0, warp_functions = 0;
    size_t dynamic_shared = 0;
    std::map<std::pair<site_t, char>, std::unique_ptr<place_t>> places;
    std::vector<hot_t> hottest;
    std::string hot_text;  // "hist[0] (hist.cu:12)"
    double hot_count = 0;
    double scale() const { return weighted_threads > 0 ? threads / weighted_threads : 1; }
    double idle() const
    {
        double n = 0;
        for (auto &s : shapes) n += s.second.idle();
        return n;
    }
};

struct copies_t {  // of one place in one direction
    site_t site;
    std::string function;
    char direction;  // 'u'p to the device, 'd'own, 'i'nside
    unsigned long calls = 0, after_launch = 0, last_launch = 0;
    double bytes = 0;
};

// Everything at the end of the program.
struct line_t {  // places of one source line that behave alike
    int line;
    char space, operation;
    unsigned bytes;
    sums_t sums;
    bool regular;
    int64_t stride, least_stride, greatest_stride;
    const place_t *place;  // one of them
    array_t array;
    double cost;                  // what it wastes, to sort by
    std::string pattern, advice;  // one sentence each; advice "" if there is nothing to say
    char level = 0;               // as in remark_t, 0 if there is nothing to say
};
struct remark_t {
    char level;  // 'b'ad, 'n'ote
    std::string text;
};
struct kernel_report_t {
    const kernel_stats_t *stats;
    sums_t load, store, shared_load, shared_store, constant, atomic_global, atomic_shared, all;
    sums_t warps;               // all but the places to which each warp sends one thread on purpose
    std::vector<line_t> lines;  // worst first
    std::vector<remark_t> remarks;
};
struct report_t {
    std::string program;
    std::vector<kernel_report_t> kernels;
    std::vector<const copies_t *> copies;
    unsigned long launches;
    std::vector<remark_t> remarks;
};

// counters.cpp
std::vector<std::unique_ptr<kernel_stats_t>> &all_kernels(void);
std::map<std::pair<site_t, char>, copies_t> &all_copies(void);
const std::string &start_folder(void);  // with a slash at the end

// counters_source.cpp
struct source_line_t {
    std::string file;
    int line;
};
int line_of(site_t pc);  // its number in the table
const source_line_t &source_line(int number);
std::string line_name(int number);                                                // "x.cu:12"
std::string source_text(const std::string &file, int line, bool trimmed = true);  // "" if it cannot be read
bool vector_code(int line, const kernel_t *k);                                    // may this line touch vector types?
array_t array_at(uintptr_t a, char space);
std::string array_text(const array_t &x);  // "d_a (4096 bytes from cudaMalloc at x.cu:12)", "__shared__ tile"
std::string element_of(const array_t &x, uintptr_t a, unsigned bytes);  // "hist[12]"

// counters_findings.cpp
report_t make_report(void);

// counters_text.cpp, counters_json.cpp, counters_html.cpp, counters_draw.cpp
void put(std::string *s, const char *format, ...) __attribute__((format(printf, 2, 3)));
std::string count_text(double n);  // 1,234,567
const std::vector<unsigned> &usual_shape(const kernel_stats_t &k);
std::string shape_text(const std::vector<unsigned> &v, unsigned first);
std::string text_report(const report_t &r);
std::string csv_report(const report_t &r);
std::string json_report(const report_t &r);
std::string html_report(const report_t &r);
std::string draw_request(const sample_t &s, char space, uintptr_t begin);  // an SVG; begin: of the array
std::string lane_boxes(uint32_t mask);
std::string lane_styles(void);
std::string html_escape(const std::string &s);
}  // namespace emu::counters
