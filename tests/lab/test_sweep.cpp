// [given] tests/lab/test_sweep.cpp: bin/lab sweep: its file, its runs, what is chosen; stopped, killed, changed.
#include <cmath>
#include <set>
#include <sstream>

#include <nlohmann/json.hpp>

#include "../helpers.h"

// In a folder with data.csv (200 rows of 3 features) and test.csv.
static void make_data(const folder_t *f)
{
    f->write("data.csv", table(200, 3, 2, 2, 5));
    f->write("test.csv", table(100, 3, 2, 2, 6));
}

static const std::string BASE = "dataset = data.csv\nlayers = 3,4,1\nepochs = 6\npatience = none\n";

static ended_t sweep(const folder_t *f, const std::string &file, const std::string &more = "")
{
    f->write("s.txt", file);
    return shell("cd " + f->path + " && $LAB sweep s.txt --nn $NN --jobs 2 " + more);
}

static std::vector<std::string> lines_of(const std::string &text)
{
    std::vector<std::string> lines;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
}

// The values behind --name in each line of --list.
static std::vector<double> listed(const ended_t *e, const std::string &name)
{
    std::vector<double> v;
    for (const std::string &line : lines_of(e->out)) {
        size_t at = line.find("--" + name + " ");
        if (at != std::string::npos) v.push_back(strtod(line.c_str() + at + name.size() + 3, NULL));
    }
    return v;
}

// ---- what is tried -----------------------------------------------------------------------------------------------

TEST_CASE("sweep: a grid is every combination, in the order of the file; a bar separates values with commas")
{
    folder_t f;
    make_data(&f);
    ended_t e = sweep(&f, "# comment\n" + BASE + "learning_rate = 0.1, 1  # two\n--batch_size = 5,10\nseed = 1,2\n",
                      "--list");
    CHECK(e.status == 0);
    CHECK(lines_of(e.out).size() == 8);
    CHECK(listed(&e, "learning_rate") == std::vector<double>{0.1, 0.1, 0.1, 0.1, 1, 1, 1, 1});
    CHECK(listed(&e, "batch_size") == std::vector<double>{5, 5, 10, 10, 5, 5, 10, 10});
    CHECK(listed(&e, "seed") == std::vector<double>{1, 2, 1, 2, 1, 2, 1, 2});
    CHECK(contains(lines_of(e.out)[0], "--validation 0.2"));  // not in the file, and still something to choose by
    CHECK(!contains(e.out, "--patience"));
    CHECK(!exists(f.file("runs")));

    e = sweep(&f, "dataset = data.csv\nlayers = 3,4,1 | 3, 2, 2, 1\n", "--list");
    CHECK(lines_of(e.out).size() == 2);
    CHECK(contains(e.out, "--layers 3,2,2,1 "));
    CHECK(contains(e.out, "--patience 10 "));
}

TEST_CASE("sweep: random choices lie in their ranges, are the same every time, and more tries keep the first")
{
    folder_t f;
    make_data(&f);
    std::string file = BASE + "learning_rate ~ 0.001 .. 10 log\nmomentum ~ 0 .. 0.9\nbatch_size ~ 2 .. 5\ntries = ";
    ended_t few = sweep(&f, file + "10", "--list"), many = sweep(&f, file + "400", "--list");
    CHECK(lines_of(few.out).size() == 10);
    CHECK(lines_of(many.out).size() == 400);
    CHECK(many.out.compare(0, few.out.size(), few.out) == 0);
    CHECK(sweep(&f, file + "10", "--list").out == few.out);
    CHECK(sweep(&f, file + "10\ndraw = 2", "--list").out != few.out);
    std::vector<double> rate = listed(&many, "learning_rate"), momentum = listed(&many, "momentum");
    std::vector<double> batch = listed(&many, "batch_size");
    int below = 0, left = 0;
    for (double x : rate) {
        CHECK((x >= 0.001 && x <= 10));
        below += x < 0.1;  // the middle, in the logarithm
    }
    for (double x : momentum) {
        CHECK((x >= 0 && x <= 0.9));
        left += x < 0.45;
    }
    CHECK(std::abs(below - 200) < 40);  // 4 standard deviations
    CHECK(std::abs(left - 200) < 40);
    CHECK(std::set<double>(batch.begin(), batch.end()) == std::set<double>{2, 3, 4, 5});
    // Another line in the file leaves the draws of the others as they are.
    ended_t more = sweep(&f, file + "10\ninit = uniform, glorot", "--list");
    CHECK(listed(&more, "learning_rate") == listed(&few, "learning_rate"));
    // Every try with every seed.
    more = sweep(&f, file + "3\nseed = 7, 8", "--list");
    CHECK(listed(&more, "seed") == std::vector<double>{7, 8, 7, 8, 7, 8});
    rate = listed(&more, "learning_rate");
    CHECK((rate[0] == rate[1] && rate[2] == rate[3] && rate[0] != rate[2]));
}

TEST_CASE("sweep: every mistake in the file is told with its line, before anything is trained")
{
    folder_t f;
    make_data(&f);
    struct mistake_t {
        const char *text, *says;
    };
    const mistake_t mistakes[] = {
        {"learning_rat = 1, 2", "s.txt:5: 'learning_rat' is not known, expected one of: "},
        {"learning_rate 1", "s.txt:5: 'learning_rate 1', expected NAME = VALUES"},
        {"learning_rate = 1, -2", "s.txt:5: learning_rate: '-2', expected a number greater than 0"},
        {"learning_rate = 1,,2", "s.txt:5: learning_rate: a value is missing"},
        {"learning_rate = 1, 1", "s.txt:5: learning_rate: 1 stands there twice"},
        {"learning_rate = 1, two", "s.txt:5: learning_rate: 'two', expected a number"},
        {"learning_rate = ", "s.txt:5: learning_rate: a value is missing"},
        {"learning_rate ~ 0.1 .. 1", "s.txt:5: a range needs to know how many\nhint: tries = 20"},
        {"tries = 3\nlearning_rate ~ 0.1", "s.txt:6: '0.1', expected a range"},
        {"tries = 3\nlearning_rate ~ 1 .. 0.1", "s.txt:6: the range 1 .. 0.1, expected the smaller number first"},
        {"tries = 3\nlearning_rate ~ 0 .. 1 log", "s.txt:6: log from 0"},
        {"tries = 3\nlearning_rate ~ 0 .. 1 linear", "s.txt:6: 'linear' behind the range"},
        {"tries = 3\nlearning_rate ~ 0 .. nan", "s.txt:6: 'nan', expected a number"},
        {"tries = 3\nbatch_size ~ 1.5 .. 3", "s.txt:6: batch_size takes whole numbers"},
        {"tries = 0", "s.txt:5: '0', expected how many random choices"},
        {"tries = 1000000000\nbatch_size = 5, 10", "s.txt: tries = 1000000000, expected at most 10000"},
        {"tries = 5\nbatch_size = 5, 10", "s.txt: tries = 5, but there are only 2 different settings"},
        {"epochs = 3", "s.txt:5: epochs stands in line 3 already"},
        {"model = m", "s.txt:5: model: is set by bin/lab sweep itself"},
        {"loss = mse, log", "s.txt:5: loss varies: two costs cannot be compared\nhint: by = metric"},
        {"dataset = a.csv, b.csv", "s.txt:5: dataset stands in line 1 already"},
        {"validation = 0.1, 0.2", "s.txt:5: validation varies"},
        {"by = f1", "s.txt:5: by = f1, expected cost or metric"},
        {"init = $(id), glorot", "s.txt:5: '$(id)': the character '$' cannot stand in a value"},
        {"", "s.txt: nothing varies"},
        {"test = data.csv\nbatch_size = 5, 10", "s.txt: test = data.csv is the file of dataset"},
        {"test = none.csv\nbatch_size = 5, 10", "test = none.csv: No such file"},
    };
    for (const mistake_t &m : mistakes) {
        ended_t e = sweep(&f, BASE + m.text);
        CHECK_MESSAGE(e.status != 0, m.text);
        CHECK_MESSAGE(contains(e.err, m.says), e.err);
        CHECK(e.out == "");
    }
    CHECK(!exists(f.file("runs")));
    CHECK(contains(sweep(&f, "layers = 3,1\nbatch_size = 5, 10").err, "s.txt: no line says dataset = FILE"));
    CHECK(contains(sweep(&f, "dataset = no.csv\nlayers = 3,1\nbatch_size = 5, 10").err, "no.csv"));
    ended_t e = shell("cd " + f.path + " && $LAB sweep none.txt");
    CHECK(e.status == 1);
    CHECK(contains(e.err, "none.txt"));
    std::string grid = BASE;
    for (const char *name : {"learning_rate", "batch_size", "momentum"}) {
        grid += std::string(name) + " = 0.5";
        for (int k = 1; k < 30; k++) grid += format(", 0.5%02d", k);
        grid += "\n";
    }
    CHECK(contains(sweep(&f, grid).err, "27000 runs, expected at most 10000"));
}

// ---- what comes of it ----------------------------------------------------------------------------------------------

TEST_CASE(
    "sweep: the table is in order, the best model is the one with the least validation cost, the test rows come last")
{
    folder_t f;
    make_data(&f);
    ended_t e = sweep(&f, BASE + "test = test.csv\nlearning_rate = 0.01, 0.1, 1, 3\nbatch_size = 5, 20\n");
    CHECK(e.status == 0);
    std::vector<std::string> rows = lines_of(bytes(&f, "runs/sweep/s/table.csv"));
    CHECK(rows.size() == 9);
    double last = 0;
    for (size_t k = 1; k < rows.size(); k++) {
        std::vector<std::string> cell;
        std::istringstream in(rows[k]);
        for (std::string c; std::getline(in, c, ',');) cell.push_back(c);
        CHECK(cell[4] == "done");
        double cost = strtod(cell[5].c_str(), NULL);
        CHECK(cost >= last);
        last = cost;
        // What the run itself has said.
        nlohmann::json j = nlohmann::json::parse(bytes(&f, "runs/sweep/s/" + cell[1] + ".json"));
        CHECK(j["validation"]["cost"].get<double>() == cost);
        CHECK(j["stop"] == "epochs");
        if (k == 1) CHECK(bytes(&f, "runs/sweep/s/best.model") == bytes(&f, cell[10]));
    }
    // The line that is printed trains the same model.
    size_t at = e.out.find("trained  bin/nn ");
    REQUIRE(at != std::string::npos);
    std::string line = e.out.substr(at + 16, e.out.find('\n', at) - at - 16);
    std::string best = bytes(&f, "runs/sweep/s/best.model");
    CHECK(nn(&f, line).status == 0);
    CHECK(bytes(&f, "runs/sweep/s/best.model") == best);
    CHECK(contains(e.out, "The best model on test.csv, which no run has seen"));
    CHECK(nlohmann::json::parse(bytes(&f, "runs/sweep/s/test.json"))["rows"] == 100);
    std::string svg = bytes(&f, "runs/sweep/s/sweep.svg");
    CHECK(contains(svg, "learning_rate"));
    CHECK(contains(svg, "validation cost"));
    CHECK(contains(e.out, "note: one seed: "));
    // Again: nothing is left to do, and the same comes out.
    ended_t second = sweep(&f, BASE + "test = test.csv\nlearning_rate = 0.01, 0.1, 1, 3\nbatch_size = 5, 20\n");
    CHECK(contains(second.out, "8 runs, 8 of them have a result"));
    CHECK(!contains(second.out, "[1/"));
    // One value more: one row of runs more, the others keep their numbers.
    second = sweep(&f, BASE + "learning_rate = 0.03, 0.01, 0.1, 1, 3\nbatch_size = 5, 20\n");
    CHECK(contains(second.out, "10 runs, 8 of them have a result"));
    CHECK(contains(second.out, "[2/2] run "));
}

TEST_CASE("sweep: by the metric, the mean over seeds")
{
    folder_t f;
    make_data(&f);
    ended_t e = sweep(&f, BASE + "by = metric\nlearning_rate = 0.001, 1\nseed = 1, 2, 3\n");
    CHECK(e.status == 0);
    CHECK(contains(e.out, "by validation F1:"));
    std::vector<std::string> rows = lines_of(bytes(&f, "runs/sweep/s/table.csv"));
    REQUIRE(rows.size() == 7);
    double mean = 0;
    for (int k = 1; k <= 3; k++) {
        std::vector<std::string> cell;
        std::istringstream in(rows[k]);
        for (std::string c; std::getline(in, c, ',');) cell.push_back(c);
        CHECK(cell[0] == "1");
        CHECK(cell[2] == "1");  // the learning rate
        mean += strtod(cell[7].c_str(), NULL) / 3;
    }
    CHECK(contains(bytes(&f, "runs/sweep/s/table.md"), format("%.5g (", mean)));
    CHECK(!contains(e.out, "note: one seed"));
    CHECK(contains(e.out, "note: it is the best of 2 by the mean"));
    CHECK(!contains(sweep(&f, BASE + "seed = 1, 2\n", "--out one").out, "note: "));  // nothing to compare with
}

TEST_CASE("sweep: the best at the edge of what was tried is told")
{
    folder_t f;
    make_data(&f);
    CHECK(contains(sweep(&f, BASE + "learning_rate = 0.0001, 0.001, 0.01\n").out,
                   "note: learning_rate of the best is the largest that was tried"));
    CHECK(!contains(sweep(&f, BASE + "learning_rate = 0.001, 2, 1000\n").out, "note: learning_rate"));
}

TEST_CASE("sweep: runs that diverge or fail are rows of the table, not its end")
{
    folder_t f;
    make_data(&f);
    std::string file = BASE + "activation = linear,linear\nlearning_rate = 0.1, 1e30\n";
    ended_t e = sweep(&f, file);
    CHECK(e.status == 0);
    CHECK(contains(e.out, "1 of 2 runs have a result, 1 diverged"));
    CHECK(contains(bytes(&f, "runs/sweep/s/table.csv"), ",1e30,diverged,"));
    CHECK(contains(e.out, "| diverged in epoch 1 "));
    CHECK(contains(sweep(&f, file).out, "2 runs, 1 of them have a result") == false);  // it would diverge again
    CHECK(contains(bytes(&f, "runs/sweep/s/sweep.svg"), ">–</text>"));
    CHECK(contains(bytes(&f, "runs/sweep/s/sweep.svg"), "grey: no result"));

    e = sweep(&f, BASE + "batch_size = 10, 1000\n");  // more rows than there are
    CHECK(e.status == 1);
    CHECK(contains(e.out, "--batch_size: 1000, expected at most 160"));
    CHECK(contains(e.out, "1 run failed"));
    CHECK(exists(f.file("runs/sweep/s/best.model")));

    CHECK(sweep(&f, BASE + "test = test.csv\nbatch_size = 5, 10\n", "--out all").status == 0);
    CHECK(exists(f.file("all/test.json")));
    e = sweep(&f, BASE + "activation = linear,linear\nlearning_rate = 1e29, 1e30\n", "--out all");
    CHECK(e.status == 1);
    CHECK(contains(e.err, "no run has a result"));
    CHECK(contains(bytes(&f, "all/sweep.svg"), "no run has a result"));
    for (const char *earlier : {"best.model", "best.txt", "test.json"})
        CHECK_MESSAGE(!exists(f.file(std::string("all/") + earlier)), earlier);
}

TEST_CASE("sweep: other data under the same name are not mixed with the results there are")
{
    folder_t f;
    make_data(&f);
    std::string file = BASE + "learning_rate = 0.1, 1\n";
    CHECK(sweep(&f, file).status == 0);
    f.write("data.csv", table(200, 3, 2, 2, 9));
    ended_t e = sweep(&f, file);
    CHECK(e.status == 1);
    CHECK(contains(e.err, "data.csv: is not what the runs in runs/sweep/s were trained on\nhint: --again"));
    e = sweep(&f, file, "--again");
    CHECK(e.status == 0);
    CHECK(contains(e.out, "2 runs, 0 of them have a result"));
    // Those that the file did not name when it was said are forgotten too.
    f.write("data.csv", table(200, 3, 2, 2, 10));
    CHECK(sweep(&f, BASE + "learning_rate = 0.1, 2\n", "--again").status == 0);
    CHECK(contains(sweep(&f, file).out, "2 runs, 1 of them have a result"));
}

TEST_CASE("sweep: a task on a cluster asks for a GPU if its own line does")
{
    if (!exists("scripts/job.sh")) return;
    folder_t f;
    f.write("runs.txt", "--dataset d.csv --device cuda\n--dataset d.csv\n");
    std::string ask = "bash -c 'eval \"$(grep ^uses_gpu scripts/job.sh)\"; job_arguments=(sweep " + f.path +
                      "); SLURM_ARRAY_TASK_ID=";
    CHECK(shell(ask + "1; uses_gpu'").status == 0);
    CHECK(shell(ask + "2; uses_gpu'").status == 1);
}

// ---- stopped, killed, damaged ---------------------------------------------------------------------------------------

static const std::string LONG =
    "dataset = data.csv\nlayers = 3,30,30,1\nepochs = 600\npatience = none\ncheckpoint = 30\n"
    "learning_rate = 0.1, 0.2, 0.3\n";

// Models of the sweep as it is without a break.
static std::vector<std::string> models(const folder_t *f, const std::string &folder)
{
    std::vector<std::string> all;
    for (int k = 1; k <= 3; k++) all.push_back(bytes(f, folder + format("/%d.model", k)));
    return all;
}

TEST_CASE("sweep: stopped or killed, it goes on to the same models")
{
    folder_t f;
    make_data(&f);
    CHECK(sweep(&f, LONG, "--out whole").status == 0);
    for (const char *signal : {"TERM", "KILL"}) {
        std::string out = std::string("out-") + signal;
        // In the middle: a checkpoint is there.
        ended_t e = shell("cd " + f.path + "\n$LAB sweep s.txt --nn $NN --jobs 2 --out " + out +
                          " >said 2>&1 &\npid=$!\nfor k in $(seq 500); do [ -e " + out +
                          "/1.model.checkpoint ] && break; sleep 0.01; done\nkill -" + signal +
                          " $pid\nwait $pid\nstatus=$?\ncat said\nls " + out + "\nexit $status");
        CHECK_MESSAGE(e.status == (signal[0] == 'T' ? 143 : 137), e.out);
        if (signal[0] == 'T') CHECK(contains(e.out, "the same command goes on"));
        e = sweep(&f, LONG, "--out " + out);
        CHECK_MESSAGE(e.status == 0, e.err);
        CHECK(models(&f, out) == models(&f, "whole"));
        bool resumed = false;
        for (int k = 1; k <= 3; k++) resumed |= contains(bytes(&f, out + format("/%d.txt", k)), "resumed from");
        CHECK(resumed);
    }
}

TEST_CASE("sweep: a damaged checkpoint, a result that is cut off, a folder that somebody else is using")
{
    folder_t f;
    make_data(&f);
    std::string file = BASE + "learning_rate = 0.1, 1\n";
    CHECK(sweep(&f, file).status == 0);
    std::string model = bytes(&f, "runs/sweep/s/1.model");
    f.write("runs/sweep/s/1.json", "{\"stop\": \"epochs\", \"epo");
    f.write("runs/sweep/s/1.model.checkpoint", "nn-checkpoint 1\nlayers");
    f.write("runs/sweep/s/2.json", "[1, 2]");
    ended_t e = sweep(&f, file);
    CHECK(e.status == 0);
    CHECK(contains(e.out, "run 1: its checkpoint cannot be used"));
    CHECK(contains(e.out, "[2/2] run "));
    CHECK(bytes(&f, "runs/sweep/s/1.model") == model);

    e = shell("cd " + f.path + "\nexec 8>runs/sweep/s/lock\nflock 8\ntimeout -s INT 1 $LAB sweep s.txt --nn $NN");
    CHECK(e.status != 0);
    CHECK(contains(e.err, "waiting for another bin/lab sweep"));
    CHECK(contains(shell("cd " + f.path + " && $LAB sweep s.txt --nn /none").err, "/none: No such file"));
    CHECK(contains(sweep(&f, file, "--out 'a b'").err, "--out: 'a b': the character ' '"));
    f.write("my file.txt", file);
    CHECK(contains(shell("cd " + f.path + " && $LAB sweep 'my file.txt' --list").err, "--out FOLDER"));
    f.write("full", "");
    CHECK(contains(sweep(&f, file, "--out full/x").err, "full/x: cannot be made"));
}

TEST_CASE("sweep: what is shipped reads, and there is a line for every run")
{
    if (!exists("lab/sweep.txt")) return;
    ended_t e = shell("$LAB sweep lab/sweep.txt --list");
    CHECK(e.status == 0);
    CHECK(lines_of(e.out).size() == 90);
    CHECK(contains(e.err, "90 runs"));
}

TEST_CASE("sweep: without SLURM it says so")
{
    folder_t f;
    make_data(&f);
    ended_t e = sweep(&f, BASE + "learning_rate = 0.1, 1\n", "--slurm");
    CHECK(e.status == 1);
    CHECK(contains(e.err, "slurm.sbatch is not here\nhint: start bin/lab sweep --slurm in the kit's folder"));
}
