// tests/grade/page_records.cpp: see page_records.h.
#include "page_records.h"

#include <cmath>

#include "../../grading/cases.h"
#include "utils.h"

static const char *const titles[] = {
    "",     "Memory on the GPU", "Update", "Forward pass", "Back propagation", "Gradients",
    "Test", "Make it fast",      "Report"};

rubric_t example_rubric(void)
{
    rubric_t r = {};
    r.title = "Neural network in CUDA, spring term";
    r.seed_public = VISIBLE_SEED;
    for (int part = 1; part <= 8; part++)
        r.parts.push_back({part, titles[part], "", PART_POINTS[part], part == 8, false, {}});
    r.speed = {7, 1.5, 4, false, 40};
    return r;
}

static void sum_parts(record_t *r)
{
    r->points = r->of = 0;
    for (part_t &p : r->parts) {
        for (const item_t &x : r->items)
            if (x.part == p.number) p.points += x.points;
        for (const speed_t &x : r->speeds)
            if (p.number == 7) p.points += x.points;
        if (!p.left_out.empty()) continue;
        r->points += p.points;
        r->of += p.of;
    }
}

static record_t base(const std::string &id, const std::string &name)
{
    record_t r = {};
    r.id = r.student = id;
    r.name = name;
    r.source = id + ".zip";
    r.verdict = GRADED;
    for (int part = 1; part <= 8; part++)
        r.parts.push_back({part, titles[part], 0, PART_POINTS[part], "", part == 8, ""});
    r.files = {{"src/nn.cu", std::string(64, 'a'), 212},
               {"src/train.cu", std::string(64, 'b'), 388},
               {"src/test.cu", std::string(64, 'c'), 97}};
    r.seed_public = VISIBLE_SEED, r.seed_secret = 6893214471120ULL;
    r.rubric = "rubric.toml", r.rubric_sha256 = std::string(64, 'd'), r.kit = "1.4 (9f3c21d)";
    r.compiler = "nvcc 12.8, g++ 13.3", r.device = "NVIDIA H200", r.real = "float", r.machine = "node07";
    r.date = "2026-02-28T13:05:07";
    r.commands = {"nvcc -std=c++17 -O3 -lineinfo -Isrc -c src/train.cu -o train.o"};
    r.build_s = 11.4, r.run_s = 8.2, r.memory = 412u << 20;
    return r;
}

static void add_items(record_t *r, int group, const std::vector<std::string> &names)
{
    const group_t *g = &groups[group];
    double of = g->points / names.size();
    for (const std::string &name : names) {
        item_t x = {};
        x.part = g->part, x.group = g->title, x.name = name;
        x.what = "network 7-5-3 tanh, sigmoid; cost mse; b = 4 of B = 6; --block 256";
        x.outcome = "passed", x.points = of, x.of = of;
        x.used = 0.01 * (7 + name.size() % 30), x.seconds = 0.02;
        x.page = std::string("docs/en/") + g->page + ".md";
        r->items.push_back(x);
    }
}

static void add_all(record_t *r)
{
    add_items(r, GROUP_ALLOC, {"row weights and momentum", "no row weights, no momentum", "small arena, much data"});
    add_items(r, GROUP_FREE, {"row weights and momentum", "no row weights, no momentum", "small arena, much data"});
    add_items(r, GROUP_TRAIN,
              {"one epoch", "three epochs, short last batch", "one batch is all", "momentum",
               "learning rate that falls", "class weights", "resumed in mid-epoch"});
    add_items(r, GROUP_UPDATE, {"small", "more than one block", "batch of one row", "blocks of 1024", "momentum"});
    add_items(r, GROUP_BATCH, {"small", "batch of one row", "many rows", "wide rows", "the whole set"});
    add_items(r, GROUP_FORWARD,
              {"small", "one output", "two layers", "four layers", "clipped", "softmax", "softmax of large numbers",
               "batch of one row", "more neurons than a block has threads", "many rows", "h1", "h2"});
    add_items(r, GROUP_BACK,
              {"small, log", "two layers, mse", "mae", "softmax, log", "row weights", "four layers", "many rows"});
    add_items(r, GROUP_WEIGHTS,
              {"small", "one output", "two layers", "four layers", "batch of one row", "many rows", "h3"});
    add_items(r, GROUP_BIASES, {"small", "one output", "two layers", "four layers", "batch of one row", "many rows"});
    add_items(r, GROUP_COST,
              {"small, mse", "log, one output", "softmax, log", "mae", "row weights", "more rows than threads"});
    add_items(r, GROUP_COUNTS, {"two classes", "threshold 0.7, some outputs just there", "ten classes", "regression"});
    add_items(r, GROUP_TEST, {"two classes, with outputs", "ten classes, several batches", "regression"});
    add_items(r, GROUP_ALL, {"trains, two classes", "trains, ten classes"});
    for (item_t &x : r->items)
        if (x.name.size() == 2 && x.name[0] == 'h')
            x.hidden = true, x.what = x.name == "h2" ? "a ragged last batch" : "odd sizes";
}

static item_t *find_item(record_t *r, const std::string &group, const std::string &name)
{
    for (item_t &x : r->items)
        if (x.group == group && x.name == name) return &x;
    die("no case %s in %s", name.c_str(), group.c_str());
}

static item_t *fail(record_t *r, const std::string &group, const std::string &name, const std::string &why)
{
    item_t *x = find_item(r, group, name);
    x->outcome = "failed", x->why = why, x->points = 0;
    return x;
}

// ---- full marks --------------------------------------------------------------------------------------------------

static speed_t timed(const char *name, double yours, double reference, double points)
{
    speed_t s = {};
    s.name = name, s.unit = "us", s.yours = yours, s.reference = reference;
    s.ratio = yours / reference, s.low = s.ratio * 0.96, s.high = s.ratio * 1.05;
    s.points = points, s.of = 2;
    for (int i = 0; i < 30; i++) {
        s.samples_yours.push_back(yours * (1 + 0.05 * std::sin(i * 1.7)));
        s.samples_reference.push_back(reference * (1 + 0.04 * std::sin(i * 2.3)));
    }
    return s;
}

record_t example_full(void)
{
    record_t r = base("s1042", "Ana Kovačević");
    add_all(&r);
    r.speeds = {timed("forward_pass", 412, 331, 2), timed("back_prop", 288.4, 301.2, 2),
                timed("gradients", 655, 380, 1.8), timed("update", 31.2, 29.5, 2),
                timed("an epoch", 41210, 14200, 1.1)};
    r.parts[6].of = 10;
    r.parts[7].points = 9;
    r.parts[7]
        .comment = "Clear report. The roofline of the tiled kernel is read correctly; for full points, say why the "
                   "time of update does not fall with larger blocks.";
    sum_parts(&r);
    return r;
}

// ---- one failure of each kind -------------------------------------------------------------------------------------

static shown_t array(const char *name, int rows, int cols, const std::vector<double> &want,
                     const std::vector<double> &got, size_t wrong, const std::vector<size_t> &at = {})
{
    shown_t a = {name, rows, cols, wrong, 5e4, at, want, got, std::vector<double>(want.size(), 1e-6)};
    if (at.empty())
        for (size_t i = 0; i < want.size(); i++) a.at.push_back(i);
    return a;
}

static void fail_update(record_t *r)
{
    item_t *x = fail(r, "update", "small", "dW[1](0,0) and 5 more changed, which update has no business with");
    x->sentences = {"dW[1](0,0) and 5 more changed, which update has no business with",
                    "41 bytes between the arrays were written: an index runs past the end of an array"};
    found_t f = {"memcheck",
                 "Invalid write of 4 bytes by kernel update_parameter, 24 bytes after the parameters",
                 "src/train.cu",
                 "compare the index with the number of elements: if (i < n)",
                 290,
                 {}};
    f.source = {"287: __global__ void update_parameter(real_t *params, const real_t *grads, size_t n, real_t step)",
                "288: {", "289:     size_t i = (size_t)blockIdx.x * blockDim.x + threadIdx.x;",
                "> 290:     params[i] -= step * grads[i];", "291: }"};
    x->findings = {f};
    x->points = 0;
    fail(r, "update", "more than one block", "dW[1](0,0) and 15 more changed, which update has no business with");
}

static void fail_forward(record_t *r)
{
    item_t *x = fail(r, "forward pass", "small", "A[1]: 19 of 20 numbers are wrong");
    x->mistake = "no bias", x->mistake_text = "the bias is not added";
    x->arrays = {
        array("A[1]", 4, 5,
              {-0.59954, -0.44323, 0.1751,  0.32462, -0.63363, -0.37487, 0.59243,  -0.91083, -0.90671, 0.9979,
               -0.26411, 0.074659, -0.8427, 0.82875, -0.56266, 0.75068,  -0.99386, -0.19152, 0.82136,  -0.73459},
              {-0.42488,  -0.16281, 0.49693,  0.48916, -0.9329,  -0.15404, 0.75879,  -0.82237, -0.86441, 0.9979,
               -0.031715, 0.36857,  -0.69735, 0.88146, -0.91696, 0.83767,  -0.98857, 0.17264,  NAN,      -0.95373},
              19),
        array("A[2]", 4, 3, {}, {}, 12)};
    x->blame = {"A[1](0,0): last written at src/train.cu:79 by block (0,0,0) thread (0,0,0) of kernel layer_forward"};
    x->printed = "layer 1: 4 x 5\nlayer 2: 4 x 3\n";
    for (const char *name : {"one output", "four layers", "clipped", "softmax", "many rows"})
        fail(r, "forward pass", name, "A[1]: all numbers are wrong")->mistake = "no bias";
    fail(r, "forward pass", "h1", "wrong numbers");
}

static void fail_gradients(record_t *r)
{
    item_t *x = fail(r, "bias gradients", "four layers", "dbias[1]: 37 of 37 numbers are wrong");
    x->mistake = "added to the last batch's";
    x->mistake_text = "the gradient is added to what the last batch has left there: it has to begin at 0 each time";
    x->arrays = {array("dbias[1]", 1, 37, {0.1586668, 0.03985309, -0.4884302, -0.1442181, -0.0007009369, 0.09124469},
                       {-1010.841, -1011.96, -1013.488, -1014.144, -1015.001, -1011.998}, 37, {0, 1, 2, 3, 4, 5})};
    x = fail(r, "back propagation", "many rows", "dZ[1]: 598 of 1196 numbers are wrong");
    x->arrays = {array("dZ[1]", 299, 4, {0.0123418, -0.331, 0.1178, 0.2254}, {0.0123461, -0.332, 0, INFINITY}, 598,
                       {2, 3, 6, 7})};
    fail(r, "weight gradients", "h3", "wrong numbers");
}

record_t example_partial(void)
{
    record_t r = base("s1077", "Marko Ilić");
    r.device = "emulated GPU (kernels run on the CPU)", r.emulated = true, r.compiler = "emulated nvcc, g++ 13.3";
    r.note = "second submission; the first is not graded";
    r.remarks = {"src/train.cu: Windows line ends were converted",
                 "ignored: build/, nn (only the files of the assignment are taken)"};
    add_all(&r);
    fail_update(&r);
    fail_forward(&r);
    fail_gradients(&r);
    item_t *x = fail(&r, "cost", "small, mse", "loss is wrong");
    x->mistake = "loss overwritten", x->mistake_text = "*loss is set to this batch's cost instead of being added to";
    x->arrays = {array("loss", 1, 1, {4.141082}, {0.8910818}, 1)};
    x = fail(&r, "counts", "ten classes", "stopped after 10 s: a loop or a kernel that does not end");
    x->outcome = "timed out";
    for (item_t &i : r.items) {
        if (i.part == 0) i.outcome = "skipped", i.why = "part 2 fails";
        if (i.group == "nn_test_cuda") i.outcome = "skipped", i.why = "part 6 is not written yet", i.points = 0;
    }
    for (const char *name : {"forward_pass", "gradients", "update"}) {
        speed_t s = {};
        s.name = name, s.emulated = true, s.unit = "sectors", s.yours = 60450, s.reference = 33314;
        if (s.name == "update") s.yours = 5664, s.reference = 5628;
        s.ratio = s.low = s.high = s.yours / s.reference;
        if (s.name == "gradients") s.ratio = 0, s.note = "not right yet: not counted";
        r.speeds.push_back(s);
    }
    r.lint = {{"lint",
               "a host function is called from device code: std::max",
               "src/train.cu",
               "write a ? b : c, or use max()",
               141,
               {"140:     real_t z = sum + bias[j];", ">141:     a[i] = std::max(z, (real_t)0);"}}};
    r.parts[6].left_out = "there is no GPU here";
    r.parts[7].left_out = "not marked yet";
    r.signals = {{"passes public numbers only",
                  "case \"one output\" of the forward pass passes with the public numbers and fails "
                  "with the secret ones",
                  "", 0},
                 {"forbidden call", "std::sort in a pass", "src/test.cu", 61}};
    sum_parts(&r);
    return r;
}

// ---- not run -------------------------------------------------------------------------------------------------------

record_t example_other(verdict_t verdict, const std::string &why)
{
    record_t r = base("s1013", "Petra Novak");
    r.verdict = verdict, r.why = why;
    r.of = 100;
    if (verdict == NOT_HANDED_IN) r.source = "", r.files.clear();
    return r;
}

record_t example_not_built(void)
{
    record_t r = example_other(NOT_BUILT, "src/train.cu does not compile.");
    r.build_log = "src/train.cu: In function ‘void layer_forward(real_t*, const real_t*)’:\n"
                  "src/train.cu:79:65: error: ‘bais’ was not declared in this scope; did you mean ‘bias’?\n"
                  "   79 |     if (i < b && j < n) a[(size_t)i * n + j] = act_value(f, z + bais[j]);\n"
                  "      |                                                                 ^~~~\n"
                  "      |                                                                 bias\n"
                  "src/train.cu:63:90: warning: unused parameter ‘bias’ [-Wunused-parameter]\n";
    return r;
}

// ---- attacks on the page -------------------------------------------------------------------------------------------

record_t example_hostile(void)
{
    const std::string script =
        "</style></title><script>alert(1)</script><img src=x onerror=\"alert(2)\">\" onload='x' & &lt;";
    const std::string bytes = std::string("\xff\xfe\xc3\x28 \xe2\x80\xae"
                                          "drow\xe2\x81\xa6 a\0b\x1b[31m \x07\xed\xa0\x80",
                                          28);
    const std::string tower = "Z\xcc\x81" + [] {
        std::string s;
        for (int i = 0; i < 2000; i++) s += "\xcc\x81";
        return s;
    }();
    const std::string line(20000, 'x');
    record_t r = example_partial();
    r.id = "s<\"&>", r.student = script, r.name = script + bytes + tower;
    r.source = r.note = r.kit = r.compiler = r.device = r.machine = r.date = r.rubric = script + bytes;
    r.why = r.build_log = script + "\n" + std::string(1 << 20, 'x') + "\n" + bytes;
    r.remarks = {script, line, bytes};
    r.commands = {line};
    for (item_t &x : r.items) {
        x.why = script, x.printed = script + bytes + "\n" + line, x.mistake_text = x.mistake = script;
        x.name = script, x.what = x.note = line, x.page = script;
        x.sentences = {script, line}, x.blame = {bytes, script};
        for (shown_t &a : x.arrays) a.name = script, a.got.resize(a.got.size() / 2);
        for (found_t &f : x.findings)
            f.title = script, f.file = bytes, f.source = {">" + script, "12: " + line, ">", "", ": "};
    }
    r.items[16].printed = std::string(1 << 20, '\n') + std::string(1 << 20, '<');
    for (part_t &p : r.parts) p.title = p.comment = script;
    for (speed_t &s : r.speeds) s.name = s.note = s.unit = script;
    for (signal_t &s : r.signals) s.kind = s.text = s.file = script;
    return r;
}

// ---- a class ---------------------------------------------------------------------------------------------------------

static void fail_at_random(record_t *r, rng_t *rng, double skill)
{
    static const char *const names[] = {"first block only", "no bias",      "last row missing",
                                        "divided by b",     "W transposed", ""};
    for (item_t &x : r->items) {
        double hard = 0.12 * x.part + (x.hidden ? 0.2 : 0) + (x.name.size() > 20 ? 0.15 : 0);
        if (rng_uniform(rng) > hard * (1.3 - skill)) continue;
        x.outcome = "failed", x.why = "A[1]: 4 of 20 numbers are wrong", x.points = 0;
        x.mistake = names[rng_below(rng, 6)];
        x.mistake_text = x.mistake.empty() ? "" : "what is usual here";
        if (rng_below(rng, 9) == 0) x.findings = {{"racecheck", "Race reported", "src/train.cu", "", 12, {}}};
        if (rng_below(rng, 40) == 0) x.outcome = rng_below(rng, 2) ? "crashed" : "timed out";
    }
}

std::vector<record_t> example_class(int n)
{
    static const char *const first[] = {"Ana",   "Marko", "Petra", "Wei",  "Olena",
                                        "Jonas", "Aïcha", "Søren", "Emre", "Lucía"};
    static const char *const last[] = {"Kovač",  "Ilić",   "Novak",   "Zhang",  "Shevchenko",
                                       "Müller", "Benali", "Nielsen", "Yılmaz", "García"};
    rng_t rng = rng_make(7, 1);
    std::vector<record_t> all;
    for (int i = 0; i < n; i++) {
        record_t r = base(format("s%04d", 1000 + i), std::string(first[i % 10]) + " " + last[i / 10 % 10]);
        r.build_s = 8 + 6 * rng_uniform(&rng), r.run_s = 5 + 4 * rng_uniform(&rng) + (i % 41 == 0 ? 55 : 0);
        uint32_t kind = rng_below(&rng, 100);
        r.of = 90;
        r.parts[6].left_out = "there is no GPU here";
        if (kind < 3) r.verdict = NOT_BUILT, r.why = "src/train.cu does not compile.";
        else if (kind < 5) r.verdict = NOT_HANDED_IN;
        else if (kind == 5) r.verdict = REFUSED, r.why = "The archive cannot be read.";
        else if (kind == 6) r.verdict = UNGRADED, r.why = "the sandbox could not be started: no space left on device";
        else {
            add_all(&r);
            fail_at_random(&r, &rng, std::sqrt(rng_uniform(&rng)));
            r.parts[7].points = 4 + rng_below(&rng, 7);
            sum_parts(&r);
        }
        if (kind > 96) r.signals.push_back({"forbidden call", "cublasSgemm: \"no library\"", "src/train.cu", 88});
        if (kind == 50)
            r.signals.push_back({"identical to s1003", "train.cu, but for names and blanks", "src/train.cu", 0});
        all.push_back(r);
    }
    return all;
}
