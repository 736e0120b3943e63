// [given] counters_request.cpp: one request of a warp: sectors, bank passes, pattern.
#include "counters_data.h"
#include <algorithm>

namespace emu::counters
{
// Sorts the addresses of the lanes, which mostly are in order already.
static void sort_addresses(uintptr_t *a, unsigned n)
{
    for (unsigned i = 1; i < n; i++) {
        uintptr_t v = a[i];
        unsigned j = i;
        for (; j > 0 && a[j - 1] > v; j--) a[j] = a[j - 1];
        a[j] = v;
    }
}

static void count_sectors(const uintptr_t *sorted, unsigned n, unsigned bytes, measured_t *m)
{
    uintptr_t next_sector = 0, covered = 0;
    unsigned run = 0;
    for (unsigned i = 0; i < n; i++) {
        uintptr_t first = sorted[i] >> 5, last = (sorted[i] + bytes - 1) >> 5, end = sorted[i] + bytes;
        if (i == 0 || first >= next_sector) m->sectors += unsigned(last - first + 1);
        else if (last >= next_sector) m->sectors += unsigned(last - next_sector + 1);
        if (i == 0 || last + 1 > next_sector) next_sector = last + 1;
        if (end > covered) {
            m->used += unsigned(end - std::max(covered, sorted[i]));
            covered = end;
        }
        run = i > 0 && sorted[i] == sorted[i - 1] ? run + 1 : 1;
        m->same = std::max(m->same, run);
    }
    m->ideal = (m->used + 31) / 32;
}

// Shared memory has 32 banks, 4 bytes wide. Lanes that want the same word get it in the same pass. Accesses of 8 and 16
// bytes are carried out for half and quarter warps.
static void count_passes(const request_t &r, measured_t *m)
{
    const unsigned words = r.bytes <= 4 ? 1 : r.bytes <= 8 ? 2 : 4, group = 32 / words;
    for (unsigned first = 0; first < 32; first += group) {
        uintptr_t want[64], most = 0;
        unsigned n = 0;
        for (unsigned i = first; i < first + group; i++) {
            if (!(r.mask >> i & 1) || r.offset[i] == FAR) continue;
            const uintptr_t a = r.base + uintptr_t(intptr_t(r.offset[i]));
            for (uintptr_t w = a >> 2; w <= (a + r.bytes - 1) >> 2 && n < 64; w++) want[n++] = w;
        }
        if (n == 0) continue;
        sort_addresses(want, n);
        unsigned char in_bank[32] = {};
        for (unsigned i = 0; i < n; i++)
            if (i == 0 || want[i] != want[i - 1]) most = std::max<uintptr_t>(most, ++in_bank[want[i] & 31]);
        m->passes += unsigned(most);
        m->fewest++;
    }
}

measured_t measure(const request_t &r, char space)
{
    measured_t m = {};
    uintptr_t a[32];
    int64_t previous = 0, differences[32];
    unsigned n = 0, far = 0, d = 0;
    int last = 0;
    bool sorted = true;
    for (uint32_t left = r.mask; left; left &= left - 1) {
        const int i = __builtin_ctz(left);
        m.lanes++;
        if (r.offset[i] == FAR) {
            far++;
            continue;
        }
        const int64_t offset = r.offset[i];
        if (n > 0) {  // lanes in between that do not take part count, too: a[i] is a[i] in every fourth thread as well
            const int64_t difference = offset - previous, gap = i - last;
            differences[d++] = difference % gap == 0 ? difference / gap : difference;
        }
        last = i;
        if (n > 0 && offset < previous) sorted = false;
        previous = offset;
        a[n++] = r.base + uintptr_t(intptr_t(offset));
    }
    for (unsigned i = 0, agree = 0; i < d; i++) {  // the majority, if there is one
        if (agree == 0) m.stride = differences[i];
        agree += differences[i] == m.stride ? 1u : -1u;
    }
    const auto equal = std::count(differences, differences + d, m.stride);
    m.regular = d > 0 && size_t(equal) * 4 >= size_t(d) * 3;
    if (!sorted) sort_addresses(a, n);
    if (n) count_sectors(a, n, r.bytes, &m);
    m.sectors += far;
    m.ideal += far * r.bytes / 32;
    m.used += far * r.bytes;
    if (space == SPACE_SHARED) count_passes(r, &m);
    if (space == SPACE_CONSTANT) {
        m.fewest = 1;
        for (unsigned i = 0; i < n; i++) m.passes += i == 0 || a[i] >> 2 != a[i - 1] >> 2;
    }
    return m;
}

void sums_t::add(const sums_t &o)
{
    requests += o.requests, lanes += o.lanes, possible += o.possible;
    sectors += o.sectors, ideal += o.ideal, used += o.used, moved += o.moved;
    passes += o.passes, fewest += o.fewest, same += o.same, far += o.far;
    loop_most += o.loop_most, loop_mean += o.loop_mean;
    most_passes = std::max(most_passes, o.most_passes);
    most_same = std::max(most_same, o.most_same);
}
}  // namespace emu::counters
