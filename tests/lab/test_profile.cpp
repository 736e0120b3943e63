// tests/lab/test_profile.cpp: the model of a GPU, the files and pictures of bin/lab profile.
#include "../../lab/profile_make.h"
#include "../../lab/svg.h"
#include "../helpers.h"

#include <algorithm>
#include <cmath>

// ---- the model: a GPU with round figures -----------------------------------------------------------------

static gpu_t round_gpu(void)
{  // [us], [bytes/us]
    gpu_t g = {"round", "", 100e6, 1000e6, 10e6, 5e6, 10, 2e-6, 1e-6, 3e-6, 4e-6, 1e-6, 1e-6};
    return g;
}

static asked_t asked(const char *op, int stream, double bytes = NAN)
{
    asked_t a = {};
    a.op = a.name = op;
    a.stream = stream, a.blocking = true;
    a.bytes = bytes, a.flops = a.blocks = NAN;
    a.wait_for = a.graph = -1;
    return a;
}

static asked_t copy_of(const char *direction, int stream, double bytes, bool pageable = false)
{
    asked_t a = asked("copy", stream, bytes);
    a.direction = direction;
    a.pageable = a.waits = pageable;
    return a;
}

static asked_t waiting(asked_t a, long for_what)
{
    a.wait_for = for_what;
    return a;
}

// "start-end" of each in microseconds, rounded.
static std::string times(const std::vector<asked_t> &all)
{
    gpu_t g = round_gpu();
    std::string text;
    for (const lapse_t &l : model_run(&g, &all))
        text += format("%s%.3g-%.3g", text.empty() ? "" : " ", l.start * 1e6, l.end * 1e6);
    return text;
}

TEST_CASE("profile: the model of one operation")
{
    gpu_t g = round_gpu();
    asked_t k = asked("kernel", 0, 1000);
    CHECK(asked_seconds(&g, &k) == doctest::Approx(10e-6));  // 1000 bytes at 100 a microsecond
    k.bytes = 100;
    CHECK(asked_seconds(&g, &k) == doctest::Approx(4e-6));  // the least
    k.flops = 20000;
    CHECK(asked_seconds(&g, &k) == doctest::Approx(20e-6));
    k.blocks = 5;  // half of the device
    CHECK(asked_seconds(&g, &k) == doctest::Approx(40e-6));
    k = asked("kernel", 0);  // a library's: nothing is known
    CHECK(asked_seconds(&g, &k) == doctest::Approx(4e-6));
    k.graph = 0;
    CHECK(asked_seconds(&g, &k) == doctest::Approx(1e-6));
    asked_t c = copy_of("to host", 0, 90);
    CHECK(asked_seconds(&g, &c) == doctest::Approx(10e-6));
    c.pageable = true;
    CHECK(asked_seconds(&g, &c) == doctest::Approx(19e-6));
    asked_t e = asked("record", 0);
    CHECK(asked_seconds(&g, &e) == 0);
    CHECK(times({asked("kernel", 0, 1000)}) == "5-15");  // the call, the way to the device
    CHECK(times({}) == "");
}

TEST_CASE("profile: streams, events and the default stream in the model")
{
    // One stream: one after the other. Two: side by side, and both take twice as long for they share the memory.
    CHECK(times({asked("kernel", 1, 1000), asked("kernel", 1, 1000)}) == "5-15 15-25");
    CHECK(times({asked("kernel", 1, 1000), asked("kernel", 2, 1000)}) == "5-23 7-25");
    asked_t half = asked("kernel", 1, 500), other = asked("kernel", 2, 500);
    half.blocks = other.blocks = 5;
    CHECK(times({half, other}) == "5-15 7-17");  // each has its own half of the device
    // A record in stream 1, for which stream 2 waits.
    CHECK(times({asked("kernel", 1, 1000), asked("record", 1), waiting(asked("wait", 2), 1),
                 asked("kernel", 2, 400)}) == "5-15 15-15 15-15 15-19");
    // The default stream waits for the others, and they for it, unless they are non-blocking.
    CHECK(times({asked("kernel", 1, 1000), asked("kernel", 0, 1000), asked("kernel", 2, 1000)}) == "5-15 15-25 25-35");
    asked_t loose = asked("kernel", 2, 400);
    loose.blocking = false;
    loose.blocks = 0;
    CHECK(times({asked("kernel", 1, 100), loose}) == "5-11 7-13");
    CHECK(times({asked("kernel", 0, 1000), asked("kernel", 1, 400)}) == "5-15 15-19");
}

TEST_CASE("profile: copies in the model")
{
    // Beside a kernel of another stream, from pinned memory; not in the same stream.
    CHECK(times({asked("kernel", 1, 1000), copy_of("to device", 2, 40)}) == "5-15 7-12");
    CHECK(times({asked("kernel", 1, 1000), copy_of("to device", 1, 40)}) == "5-15 15-20");
    // One engine in each direction.
    CHECK(times({copy_of("to device", 1, 90), copy_of("to device", 2, 90), copy_of("to host", 3, 90)}) ==
          "5-15 15-25 9-19");
    // The host waits for pageable memory: the kernel is asked for only then.
    CHECK(times({copy_of("to device", 1, 45, true), asked("kernel", 2, 100)}) == "5-15 20-24");
    CHECK(times({copy_of("to device", 1, 45), asked("kernel", 2, 100)}) == "5-10.5 7-11");
}

TEST_CASE("profile: the host's waits, and graphs, in the model")
{
    asked_t all = asked("synchronize", -1), one = asked("synchronize", 2);
    CHECK(times({asked("kernel", 1, 1000), all, asked("kernel", 1, 100)}) == "5-15 15-15 20-24");
    CHECK(times({asked("kernel", 1, 1000), one, asked("kernel", 1, 100)}) == "5-15 3-3 15-19");  // another stream
    CHECK(times({asked("kernel", 1, 1000), asked("record", 1), waiting(one, 1), asked("kernel", 2, 100)}) ==
          "5-15 15-15 15-15 20-24");
    // Three nodes of one launch, the last two side by side; then the stream goes on after all of them.
    std::vector<asked_t> graph = {asked("graph", 1), asked("kernel", 1, 300), asked("kernel", 1, 200),
                                  asked("kernel", 1, 200), asked("kernel", 1, 400)};
    for (int i = 1; i < 4; i++) graph[i].graph = 0;
    graph[2].after = graph[3].after = {1};
    CHECK(times(graph) == "2-2 5-8 8-12 8-12 12-16");
    // What waits for itself is told, not waited for.
    graph[1].wait_for = -1, graph[1].after = {3};
    CHECK(times(graph) != "");
}

// ---- FLOPs -----------------------------------------------------------------------------------------------

TEST_CASE("profile: FLOPs of the passes, and what a profile says of them")
{
    trained_t t = {shape_of({30, 60, 10, 1}, {"sigmoid", "sigmoid", "sigmoid"}, "mse"), 200, 2};
    double w = 30 * 60 + 60 * 10 + 10;
    CHECK(pass_flops(&t, "forward_pass") == 2 * w * 200);
    CHECK(pass_flops(&t, "back_prop") == 2 * (w - 30 * 60) * 200);
    CHECK(pass_flops(&t, "gradients") == 2 * w * 200);
    CHECK(pass_flops(&t, "update") == 2 * (w + 71) * 2);
    CHECK(std::isnan(pass_flops(&t, "loss")));

    auto launch = [](const char *name, const char *pass, double bytes) {
        asked_t a = asked("kernel", 0, bytes);
        a.name = name, a.pass = pass;
        return a;
    };
    std::vector<asked_t> all = {launch("f", "forward_pass", 1000), launch("f", "forward_pass", 3000),
                                launch("e", "back_prop", 100),     launch("b", "back_prop", 100),
                                launch("lib", "gradients", NAN),   launch("w", "gradients", 100)};
    gpu_t g = gpu_a4000();
    profile_t p = {};
    profile_model(&p, &g, &all, &t);
    REQUIRE(p.kernels.size() == 5);
    REQUIRE(p.passes.size() == 3);
    CHECK(p.passes[0].name == "forward_pass (f)");
    CHECK(p.kernels[0].flops == doctest::Approx(2 * w * 200));  // the only kernel of its pass
    CHECK(all[1].flops == doctest::Approx(3 * all[0].flops));
    CHECK(std::isnan(p.kernels[1].flops));  // two share the pass: nobody knows how
    CHECK(p.passes[1].name == "back_prop (e, b)");
    CHECK(p.passes[1].flops == doctest::Approx(2 * (w - 30 * 60) * 200));
    CHECK(std::isnan(p.passes[2].bytes));  // of a library: no place in the roofline
    CHECK(contains(p.model, "RTX A4000"));
    CHECK(profile_origin(&p).substr(0, 23) == "modelled, not measured:");
    // The update was done by no kernel of its own, and none is outside of the passes.
    for (const kernel_t &pass : p.passes) CHECK(pass.pass != "update");

    // Launches of which the trace lacks a half: counted bytes are of all of them, so are time and FLOPs.
    all = {launch("f", "forward_pass", 1000)};
    p = {};
    p.kernels = {{"f", "nn.cu:1", 2, 2000, NAN, NAN, 1, 1, 1, ""}, {"late", "nn.cu:2", 1, 10, NAN, NAN, 1, 1, 1, ""}};
    profile_model(&p, &g, &all, &t);
    CHECK(p.kernels[0].flops == doctest::Approx(2 * p.passes[0].flops));
    CHECK(p.kernels[0].seconds == doctest::Approx(2 * p.passes[0].seconds));
    CHECK(std::isnan(p.kernels[1].seconds));  // not in the trace
    CHECK(std::isnan(p.kernels[1].flops));

    all = {launch("step", "", 4000), launch("step", "", 4000)};  // a fused step does it all
    p = {};
    profile_model(&p, &g, &all, &t);
    CHECK(p.kernels[0].flops == doctest::Approx(2 * w * 400 + 2 * (w - 30 * 60) * 200 + 2 * (w + 71) * 2));
}

TEST_CASE("profile: overlap of copies and kernels, and a few steps of many")
{
    profile_t p = {};
    p.spans = {{"kernel", "k", 0, 1, 0, 10, NAN},
               {"to device", "c", 0, 2, 5, 12, 1},
               {"to host", "c", 0, 3, 6, 7, 1},
               {"kernel", "k", 1, 1, 20, 30, NAN},
               {"to device", "c", 0, 2, 20, 22, 1}};
    profile_overlap(&p);
    CHECK(p.seconds == 30);
    CHECK(p.copying == 9);        // 5 to 12 and 20 to 22
    CHECK(p.copying_aside == 5);  // the kernel of the other device does not count
    p.kernels = {{"u", "", 0, 0, 0, 0, 0, 0, 0, "update"}, {"f", "", 0, 0, 0, 0, 0, 0, 0, "forward_pass"}};
    p.spans.clear();
    for (int i = 0; i < 100; i++) p.spans.push_back({"kernel", i % 5 == 4 ? "u" : "f", 0, 0, (double)i, i + 1.0, NAN});
    profile_few_steps(&p, 22);
    CHECK(p.spans.size() == 20);  // whole steps
    CHECK(p.spans.front().name == "f");
    CHECK(p.spans.back().name == "u");
    CHECK(p.spans[0].start == 0);
}

// ---- names, files ----------------------------------------------------------------------------------------

TEST_CASE("profile: what never runs side by side does so for 0 %, not -0 %")
{
    for (int i = 1; i < 50; i++) {
        double a = i * 0.1, b = a + i * 0.7, c = b + 0.3;
        profile_t p = {};
        p.spans = {
            {"to device", "c", 0, 1, 0, a, 1}, {"kernel", "k", 0, 1, a, b, NAN}, {"to host", "c", 0, 1, b, c, 1}};
        profile_overlap(&p);
        CHECK(p.copying_aside >= 0);
    }
}

TEST_CASE("profile: a kernel's short name")
{
    CHECK(short_name("scale(float*, int)") == "scale");
    CHECK(short_name("void ns::scale<float, 4>(float *, std::vector<int>)") == "scale");
    CHECK(short_name("void <unnamed>::k<(int)3>(float)") == "k");
    CHECK(short_name("(anonymous namespace)::k(int)") == "k");
    CHECK(short_name("ampere_sgemm_128x64_tn") == "ampere_sgemm_128x64_tn");
    CHECK(short_name("") == "");
}

TEST_CASE("profile: the file is read as it was written")
{
    for (const char *name : {"tests/golden/profile.json", "tests/golden/profile_cpu.json"}) {
        profile_t p = profile_read(name);
        CHECK(profile_json(&p) == file_read(name));
        CHECK(p.kernels.size() >= 4);
    }
    profile_t empty = {};
    folder_t f;
    profile_t again = profile_read(f.write("empty.json", profile_json(&empty)));
    CHECK(profile_json(&again) == profile_json(&empty));
    CHECK(profile_shares(&empty) == "");
    CHECK(profile_timeline(&empty) == "");
    std::vector<profile_t> all = {empty};
    CHECK(profile_roofline(&all) == "");
    all.clear();
    CHECK(profile_roofline(&all) == "");
}

TEST_CASE("profile: a file that is none")
{
    folder_t f;
    auto refusal = [&](const std::string &text) {
        std::string path = f.write("p.json", text);
        return death_of([&] { profile_read(path); });
    };
    CHECK(contains(death_of([&] { profile_read(f.file("none")); }), "none"));
    CHECK(contains(refusal(""), "is no profile, or a damaged one"));
    CHECK(contains(refusal("[]"), "expected JSON with \"format\": \"nn-profile 1\"\nhint: "));
    CHECK(contains(refusal("{\"format\": 3}"), "is no profile"));
    std::string good = file_read("tests/golden/profile.json");
    CHECK(refusal(good) == "");
    CHECK(contains(refusal(good.substr(0, good.size() / 2)), "damaged"));
    auto with = [&](const std::string &from, const std::string &to) {
        std::string text = good;
        text.replace(text.find(from), from.size(), to);
        return refusal(text);
    };
    CHECK(contains(with("\"device\": 0", "\"device\": \"x\""), "damaged"));
    CHECK(contains(with("\"kernels\"", "\"kernel\""), "damaged"));
    CHECK(contains(with("\"start\": 0.0", "\"start\": -1.0"), "expected 0 <= begin <= end"));
    CHECK(contains(with("\"start\": 0.0", "\"start\": null"), "expected 0 <= begin <= end"));
}

// Every element that is opened is closed.
static bool is_well_formed(const std::string &svg)
{
    std::vector<std::string> open;
    for (size_t at = svg.find('<'); at != std::string::npos; at = svg.find('<', at + 1)) {
        size_t end = svg.find('>', at);
        if (end == std::string::npos) return false;
        std::string tag = svg.substr(at + 1, end - at - 1);
        if (tag[0] == '/') {
            if (open.empty() || open.back() != tag.substr(1)) return false;
            open.pop_back();
        } else if (tag.back() != '/') open.push_back(tag.substr(0, tag.find(' ')));
    }
    return open.empty();
}

TEST_CASE("profile: the pictures say where their figures come from")
{
    profile_t p = profile_read("tests/golden/profile.json"), cpu = profile_read("tests/golden/profile_cpu.json");
    std::vector<profile_t> all = {p, cpu};
    std::string roofline = profile_roofline(&all), shares = profile_shares(&p), timeline = profile_timeline(&p);
    for (const std::string &svg : {roofline, shares, timeline}) {
        CHECK(is_well_formed(svg));
        CHECK(!contains(svg, "nan"));
        CHECK(!contains(svg, "inf"));
    }
    CHECK(contains(shares, "modelled, not measured: RTX A4000"));
    CHECK(contains(timeline, "modelled, not measured: RTX A4000"));
    CHECK(contains(profile_shares(&cpu), ">share of the kernels' time, measured: "));
    size_t points = 0;
    for (size_t at = 0; (at = roofline.find("<circle", at)) != std::string::npos; at++) points++;
    CHECK(points == 2 * (4 + 4));  // four passes of each, in the picture and in the list
    CHECK(contains(roofline, "FLOP/s modelled"));
    CHECK(contains(roofline, "FLOP/s measured"));
    CHECK(contains(roofline, "roof: RTX A4000, 19.2 TFLOP/s, 448 GB/s (data sheet)"));

    // What is too long for the picture is cut, not what stands behind it.
    std::vector<profile_t> wide = all;
    wide[1].device = std::string(200, 'd');
    for (kernel_t &k : wide[0].passes) k.name = std::string(200, 'k');
    roofline = profile_roofline(&wide);
    CHECK(contains(roofline, "d…, "));
    CHECK(contains(roofline, "k…: "));
    for (size_t at = 0; (at = roofline.find("<text", at)) != std::string::npos; at++) {
        size_t begin = roofline.find('>', at);
        CHECK(roofline.find('<', begin) - begin <= 87);  // bytes; "…" has three
    }

    CHECK(contains(profile_shares(&wide[1]), "measured: " + std::string(36, 'd') + "…<"));

    p.kernels[0].name = "a<b> & \"c\"";
    p.kernels[0].seconds = 1;
    p.spans = {{"kernel", "a<b> & \"c\"", 0, 0, 0, 1e-6, NAN}};
    CHECK(is_well_formed(profile_shares(&p)));
    CHECK(contains(profile_timeline(&p), "a&lt;b&gt; &amp; &quot;c&quot;"));
    p.spans[0].end = 0;  // a picture of nothing
    CHECK(profile_timeline(&p) == "");
}

TEST_CASE("profile: sizes and times as text")
{
    CHECK(time_text(2e-6) == "2 us");
    CHECK(time_text(0.0125) == "12.5 ms");
    CHECK(time_text(NAN) == "?");
    CHECK(time_text(0.9996e-3) == "1 ms");  // not 1e+03 us
    CHECK(time_text(0.9996) == "1 s");
    CHECK(time_text(1234.4) == "1234 s");
    CHECK(svg_number(-999.7) == "-1000");
    CHECK(svg_number(999.4) == "999");
    CHECK(bytes_text(999) == "999 B");
    CHECK(bytes_text(999999) == "1 MB");
    CHECK(bytes_text(448e9) == "448 GB");
    CHECK(svg_step(100, 8) == doctest::Approx(20));
    CHECK(svg_step(0.7, 8) == doctest::Approx(0.1));
}
