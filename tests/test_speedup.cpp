// tests/test_speedup.cpp: bin/lab speedup: intervals, ratios, files; runs of programs that stand in for others.
#include "helpers.h"

#include <cmath>

#include "../lab/speedup.h"

static const char *const SAMPLE = "tests/golden/speedup.json";

TEST_CASE("speedup: the file that was written is read again, number by number")
{
    speedup_t s = speedup_read(SAMPLE);
    CHECK(s.timings.size() > 50);
    folder_t f;
    std::string path = f.write("again.json", speedup_json(&s));
    speedup_t again = speedup_read(path);
    CHECK(speedup_json(&again) == speedup_json(&s));
    CHECK(speedup_csv(&again) == speedup_csv(&s));
    CHECK(std::isnan(again.timings[0].kernels));  // null
    CHECK(again.timings[0].runs == s.timings[0].runs);
}
