// [given] counters_draw.cpp: one request as a picture: the threads of the warp above, sectors or banks below.
#include "counters_data.h"
#include <algorithm>
#include <cstdlib>

namespace emu::counters
{
constexpr double WIDTH = 640, LEFT = 8, LANE = (WIDTH - 2 * LEFT) / 32;

static double lane_x(unsigned i) { return LEFT + (i + 0.5) * LANE; }

// The colours are in the page's style sheet: c0 to c31. A full row of threads is drawn by reference to #lanes.
static void draw_lanes(std::string *out, const request_t &r)
{
    for (unsigned i : {0u, 8u, 16u, 24u, 31u})
        put(out, "<text x='%.1f' y='14' text-anchor='middle'>%s%u</text>", lane_x(i) + (i == 0 ? 22 : 0),
            i == 0 ? "thread " : "", i);
    if (r.mask == 0xffffffffu) *out += "<use href='#lanes'/>";
    else *out += lane_boxes(r.mask);
}

std::string lane_boxes(uint32_t mask)
{
    std::string s;
    for (unsigned i = 0; i < 32; i++) {
        put(&s, "<rect x='%.1f' y='20' width='%.1f' height='14' rx='2'", LEFT + i * LANE + 1, LANE - 2);
        if (mask >> i & 1) put(&s, " class='c%u'/>", i);
        else s += " class='off'/>";
    }
    return s;
}

std::string lane_styles(void)
{
    std::string s;
    for (unsigned i = 0; i < 32; i++)
        put(&s, ".c%u{fill:hsl(%u,70%%,42%%);stroke:hsl(%u,70%%,42%%)}\n", i, 205 + i * 4, 205 + i * 4);
    return s;
}

static void draw_stroke(std::string *out, unsigned lane, double x, double y)
{
    const double middle = 34 + (y - 34) / 2;
    put(out, "<path class='c%u' d='M%.0f 34C%.0f %.0f %.1f %.0f %.1f %.0f'/>", lane, lane_x(lane), lane_x(lane), middle,
        x, middle, x, y);
}

static void open_svg(std::string *out, double height, const std::string &title)
{
    put(out, "<svg viewBox='0 0 %.0f %.0f' role='img'><title>", WIDTH, height);
    *out += html_escape(title) + "</title>";
}

// ---- sectors of global memory ------------------------------------------------------------------------

struct box_t {
    uintptr_t sector;
    double x;
    uint32_t used;  // a bit a byte
};

static std::vector<box_t> boxes_of(const request_t &r, double *width)
{
    std::map<uintptr_t, uint32_t> sectors;
    for (uint32_t left = r.mask; left; left &= left - 1) {
        const int i = __builtin_ctz(left);
        if (r.offset[i] == FAR) continue;
        const uintptr_t a = r.base + uintptr_t(intptr_t(r.offset[i]));
        for (uintptr_t b = a; b < a + r.bytes; b++) sectors[b >> 5] |= 1u << (b & 31);
    }
    std::vector<box_t> boxes;
    unsigned gaps = 0;
    for (auto &s : sectors) {
        gaps += !boxes.empty() && boxes.back().sector + 1 != s.first;
        boxes.push_back({s.first, 0, s.second});
    }
    const double gap = boxes.size() > 16 ? 4 : 12, n = double(boxes.size());
    *width = std::min(5 * LANE, (WIDTH - 2 * LEFT - gap * gaps - (n - 1)) / n);
    double x = LEFT + (WIDTH - 2 * LEFT - (n * (*width + 1) - 1 + gap * gaps)) / 2;
    for (size_t i = 0; i < boxes.size(); i++) {
        if (i > 0) x += *width + 1 + (boxes[i - 1].sector + 1 != boxes[i].sector ? gap : 0);
        boxes[i].x = x;
    }
    return boxes;
}

static void draw_sector(std::string *out, const box_t &b, double width, double y)
{
    put(out, "<rect x='%.1f' y='%.0f' width='%.1f' height='22' class='w'/>", b.x, y, width);
    for (unsigned i = 0; i < 32; i++) {  // runs of bytes that are used
        if (!(b.used >> i & 1) || (i % 4 && (b.used >> (i - 1) & 1))) continue;
        unsigned end = i + 1;
        while (end < 32 && end % 4 && (b.used >> end & 1)) end++;
        put(out, "<rect x='%.2f' y='%.0f' width='%.2f' height='22' class='u'/>", b.x + i * width / 32, y,
            (end - i) * width / 32);
    }
    for (unsigned i = 1; i < 8 && width > 24; i++)
        put(out, "<path class='g' d='M%.1f %.0fv22'/>", b.x + i * width / 8, y);
    put(out, "<rect x='%.1f' y='%.0f' width='%.1f' height='22' class='o'/>", b.x, y, width);
}

static std::string draw_sectors(const sample_t &s, uintptr_t begin)
{
    const request_t &r = s.request;
    double width;
    const std::vector<box_t> boxes = boxes_of(r, &width);
    if (boxes.empty()) return "";
    const double y = boxes.size() > 12 ? 130 : 104;
    std::string out;
    open_svg(&out, y + 46, std::to_string(boxes.size()) + " sectors");
    draw_lanes(&out, r);
    for (const box_t &b : boxes) draw_sector(&out, b, width, y);
    for (uint32_t left = r.mask; left; left &= left - 1) {
        const unsigned i = unsigned(__builtin_ctz(left));
        if (r.offset[i] == FAR) continue;
        const uintptr_t a = r.base + uintptr_t(intptr_t(r.offset[i]));
        const auto b = std::lower_bound(boxes.begin(), boxes.end(), a >> 5,
                                        [](const box_t &x, uintptr_t v) { return x.sector < v; });
        draw_stroke(&out, i, b->x + (double(a & 31) + r.bytes / 2.0) * width / 32, y);
    }
    for (size_t i = 0; i < boxes.size(); i++) {  // byte offsets from the begin of the array, where there is room
        const double room = 11.0 * double(std::to_string(boxes[i].sector * 32 - begin).size() + 1);
        if (i > 0 && i + 1 < boxes.size() && width < room) continue;
        if (i > 0 && i + 1 == boxes.size() && boxes[i].x - boxes[0].x < room) continue;
        const bool last = i > 0 && i + 1 == boxes.size() && width < room;
        put(&out, "<text x='%.1f' y='%.0f' text-anchor='%s'>%s%zu</text>", last ? boxes[i].x + width : boxes[i].x,
            y + 40, last ? "end" : "start", i == 0 ? "byte " : "", size_t(boxes[i].sector * 32 - begin));
    }
    return out + "</svg>";
}

// ---- banks of shared memory --------------------------------------------------------------------------

// The array is drawn as if it began at bank 0: conflicts do not depend on it.
static std::string draw_banks(const sample_t &s, uintptr_t begin)
{
    request_t r = s.request;
    r.base -= begin & ~uintptr_t(3);
    std::map<uintptr_t, std::vector<unsigned>> words;  // lanes that want each
    for (uint32_t left = r.mask; left; left &= left - 1) {
        const unsigned i = unsigned(__builtin_ctz(left));
        if (r.offset[i] == FAR) continue;
        const uintptr_t a = r.base + uintptr_t(intptr_t(r.offset[i]));
        for (uintptr_t w = a >> 2; w <= (a + r.bytes - 1) >> 2; w++) words[w].push_back(i);
    }
    unsigned depth[32] = {}, most = 1;
    for (auto &w : words) most = std::max(most, ++depth[w.first & 31]);
    const double top = 82, cell = most > 16 ? 9 : most > 8 ? 12 : 16;
    const bool conflict = s.measured.passes > s.measured.fewest;
    std::string out, cells;
    open_svg(&out, top + 22 + most * cell + 22, std::to_string(s.measured.passes) + " passes through the banks");
    draw_lanes(&out, r);
    for (unsigned b = 0; b < 32; b++) {
        put(&out, "<rect x='%.1f' y='%.0f' width='%.1f' height='%.0f' fill='#eef1f4'/>", LEFT + b * LANE + 1, top + 20,
            LANE - 2, most * cell);
        if (b % 8 == 0 || b == 31)
            put(&out, "<text x='%.1f' y='%.0f' text-anchor='middle'>%s%u</text>", lane_x(b) + (b == 0 ? 18 : 0),
                top + 22 + most * cell + 14, b == 0 ? "bank " : "", b);
    }
    unsigned level[32] = {};
    for (auto &w : words) {
        const unsigned b = unsigned(w.first & 31), row = level[b]++;
        put(&cells, "<rect x='%.1f' y='%.1f' width='%.1f' height='%.1f' rx='1' class='%s'/>", LEFT + b * LANE + 2,
            top + 21 + row * cell, LANE - 4, cell - 2, conflict && row > 0 ? "b" : "u");
        for (unsigned lane : w.second) draw_stroke(&out, lane, lane_x(b), top + 20 + row * cell);
    }
    return out + cells + "</svg>";
}

std::string draw_request(const sample_t &s, char space, uintptr_t begin)
{
    return space == SPACE_SHARED ? draw_banks(s, begin) : draw_sectors(s, begin);
}
}  // namespace emu::counters
