// [given] tests/lab/test_picture.cpp: bin/lab picture and bin/lab compare --picture: what is drawn.
#include <algorithm>

#include "../helpers.h"

static void save(const folder_t *f, const std::string &name, const std::vector<int> &sizes,
                 const std::vector<double> &params)
{
    std::vector<std::string> activations(sizes.size() - 1, "sigmoid");
    shape_t s = shape_of(sizes, activations, "mse");
    nn_t nn = nn_create(&s, INIT_UNIFORM, 1);
    for (int k = 0; k < std::max(2, sizes.back()); k++) nn.labels.push_back("class " + std::to_string(k));
    if (!params.empty()) nn.params = reals(params);
    nn_save(&nn, f->file(name));
}

static ended_t lab(const folder_t *f, const std::string &arguments)
{
    return shell("cd " + f->path + " && $LAB " + arguments);
}

static size_t count_of(const std::string &text, const std::string &part)
{
    size_t n = 0;
    for (size_t at = 0; (at = text.find(part, at)) != std::string::npos; at++) n++;
    return n;
}

// Tags are closed, and in order.
static bool is_whole(const std::string &svg)
{
    std::vector<std::string> open;
    for (size_t at = 0, end; (at = svg.find('<', at)) != std::string::npos; at = end) {
        end = svg.find('>', at);
        if (end == std::string::npos) return false;
        std::string tag = svg.substr(at + 1, end - at - 1), name = tag.substr(0, tag.find_first_of(" \n"));
        if (tag.back() == '/') continue;
        if (tag[0] != '/') open.push_back(name);
        else if (open.empty() || "/" + open.back() != name) return false;
        else open.pop_back();
    }
    return open.empty() && svg.compare(0, 4, "<svg") == 0;
}

TEST_CASE("picture: a circle a neuron, a line a weight, colour by sign, width by magnitude")
{
    folder_t f;
    save(&f, "a.model", {2, 1, 1}, {2, -1, 0, 0.5, 0});  // W1 = (2, -1), W2 = 0.5
    CHECK(lab(&f, "picture a.model --out n.svg").out == "n.svg\n");
    std::string svg = bytes(&f, "n.svg");
    CHECK(is_whole(svg));
    std::string edges = svg.substr(svg.find("<g fill=\"none\">"), svg.find("</g>") - svg.find("<g fill=\"none\">"));
    CHECK(count_of(edges, "M") == 3);
    CHECK(count_of(edges, "#0072b2") == 1);
    CHECK(count_of(edges, "#d55e00") == 2);
    // From the weakest to the strongest: 0.5, 1, 2 of 2.
    size_t weak = edges.find("stroke-width=\"1.12\""), middle = edges.find("stroke-width=\"2.00\""),
           strong = edges.find("stroke-width=\"3.75\"");
    CHECK((weak < middle && middle < strong && strong != std::string::npos));
    CHECK(contains(svg, ">a</text>"));
    CHECK(count_of(svg, "<circle") == 2 + 1 + 1 + 3);  // and three of the scale of the biases

    // The same scale for all: beside 20, a weight of 2 is thin.
    save(&f, "b.model", {2, 1, 1}, {20, -1, 0, 0.5, 0});
    CHECK(lab(&f, "picture a.model b.model --out n.svg").status == 0);
    svg = bytes(&f, "n.svg");
    CHECK(count_of(svg, "stroke-width=\"3.75\" stroke-opacity=\"0.95\" d=") == 1);
    CHECK(contains(svg, ">b</text>"));
}

TEST_CASE("picture: names of the inputs, of the classes; all weights 0; text that is no XML")
{
    folder_t f;
    save(&f, "a.model", {2, 3}, std::vector<double>(9, 0.0));
    f.write("data.csv", "size <cm> & more;\"we;ight\";class\n1;2;0\n");
    CHECK(lab(&f, "picture a.model --out n.svg --dataset data.csv").status == 0);
    std::string svg = bytes(&f, "n.svg");
    CHECK(is_whole(svg));
    CHECK(contains(svg, "size &lt;cm&gt; &amp; more</text>"));
    CHECK(contains(svg, "we;ight</text>"));
    CHECK(contains(svg, "class 2</text>"));
    CHECK(!contains(svg, "nan"));
    f.write("plain.csv", "1,2,0\n3,4,1\n");  // no header
    CHECK(lab(&f, "picture a.model --out n.svg --dataset plain.csv").status == 0);
    f.write("other.csv", "a,b,c,d\n");
    CHECK(contains(lab(&f, "picture a.model --out n.svg --dataset other.csv").err, "names 4 columns, expected 3"));
}

TEST_CASE("picture: names in other letters are cut between letters, and do not run into what is beside them")
{
    folder_t f;
    shape_t s = shape_of({2, 3}, {"sigmoid"}, "mse");
    nn_t nn = nn_create(&s, INIT_UNIFORM, 1);
    nn.labels = {"x\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4", "b", "c"};
    nn_save(&nn, f.file("a_model_with_a_long_name.model"));
    f.write("data.csv", "gr\xf6\xdf"
                        "e,width,class\n1,2,b\n");  // Latin-1
    CHECK(lab(&f, "picture a_model_with_a_long_name.model --out n.svg --dataset data.csv").status == 0);
    std::string svg = bytes(&f, "n.svg");
    CHECK(contains(svg, ">x\u00e4\u00e4\u00e4\u00e4\u00e4…</text>"));
    CHECK(contains(svg, ">gr\ufffd\ufffd"
                        "e</text>"));
    std::string twice = "a_model_with_a_long_name.model a_model_with_a_long_name.model";
    CHECK(lab(&f, "compare " + twice + " --picture d.svg").status == 0);
    svg = bytes(&f, "d.svg");
    double width = 0;
    sscanf(svg.c_str() + svg.find("viewBox=\"0 0 ") + 13, "%lf", &width);
    CHECK(width > 6.8 * (double)std::string("layer 1: a_model_with_a_long_name - a_model_with_a_long_name").size());
}

TEST_CASE("picture: large networks are shortened, and the size of the picture is bounded")
{
    folder_t f;
    save(&f, "a.model", {784, 512, 10}, {});
    CHECK(lab(&f, "picture a.model --out n.svg").status == 0);
    std::string svg = bytes(&f, "n.svg");
    CHECK(svg.size() < 200000);
    CHECK(contains(svg, "Of layers of more than 64 neurons: the first 20 and the last 4."));
    CHECK(count_of(svg, "<circle") == 24 + 3 + 24 + 3 + 10 + 3);
    CHECK(lab(&f, "picture a.model --matrix 1 --out m.svg").status == 0);
    svg = bytes(&f, "m.svg");
    CHECK(is_whole(svg));
    CHECK(svg.size() < 400000);
    CHECK(contains(svg, "neurons 1 to 96 of 512; a cell: the mean of 4 inputs"));
    CHECK(lab(&f, "compare a.model a.model --picture d.svg").status == 0);
    svg = bytes(&f, "d.svg");
    CHECK(is_whole(svg));
    CHECK(svg.size() < 700000);
    CHECK(contains(svg, "a cell: the largest of 6 neurons x 4 inputs"));
}

TEST_CASE("picture: a matrix, cell by cell; the difference of two models")
{
    folder_t f;
    save(&f, "a.model", {2, 1, 1}, {2, -1, 0, 0.5, 0});
    save(&f, "b.model", {2, 1, 1}, {2, -1, 0, 0.5, 0.25});
    CHECK(lab(&f, "picture a.model --matrix 1 --out m.svg").status == 0);
    std::string svg = bytes(&f, "m.svg");
    CHECK(count_of(svg, "h1v1h-1z") == 3);        // two weights and a bias
    CHECK(contains(svg, "fill=\"#702c00\" d="));  // 2, the largest: the end of orange
    CHECK(contains(svg, ">-2</text>"));
    ended_t e = lab(&f, "picture a.model --matrix 3 --out m.svg");
    CHECK(e.status == 1);
    CHECK(contains(e.err, "a.model: has no layer 3, expected 1 to 2"));

    e = lab(&f, "compare a.model b.model --tol 0 --picture d.svg");
    CHECK(e.status == 1);  // beyond, and drawn
    svg = bytes(&f, "d.svg");
    CHECK(is_whole(svg));
    CHECK(contains(svg, "layer 2: b - a"));
    CHECK(count_of(svg, "fill=\"#702c00\" d=") == 1);  // the one number that differs
    CHECK(lab(&f, "compare a.model a.model --tol 0 --picture d.svg").status == 0);
    CHECK(!contains(bytes(&f, "d.svg"), "nan"));
}

TEST_CASE("picture: what cannot be drawn")
{
    folder_t f;
    save(&f, "a.model", {2, 1}, {});
    f.write("c", "no model\n");
    CHECK(contains(lab(&f, "picture c --out n.svg").err, "c: is no model"));
    CHECK(lab(&f, "picture none --out n.svg").status == 1);
    CHECK(lab(&f, "picture --out n.svg").status == 2);
    CHECK(lab(&f, "picture a.model").status == 2);
    CHECK(lab(&f, "picture a.model --matrix 0 --out n.svg").status == 2);
    CHECK(lab(&f, "picture a.model --out no/n.svg").status == 1);
    CHECK(!exists(f.file("n.svg")));
}

TEST_CASE("picture: the network as training begins, and at chosen epochs, by the same line with other --epochs")
{
    folder_t f;
    f.write("data.csv", table(60, 3, 2));
    std::string line = "--train --dataset data.csv --layers 3,4,1 --validation 0.2 --momentum 0.5 ";
    ended_t e = nn(&f, line + "--epochs 0 --model e0 --log l.csv --json j.json");
    CHECK(e.status == 0);
    CHECK(contains(e.out, "not trained: the network as training begins\n"));
    CHECK(contains(bytes(&f, "j.json"), "\"epochs\": 0, \"best_epoch\": 0, \"seconds\": 0.000000, "));
    CHECK(contains(bytes(&f, "j.json"), "\"cost\": null"));
    CHECK(log_rows(&f, "l.csv").empty());
    shape_t s = shape_of({3, 4, 1}, {"sigmoid", "sigmoid"}, "mse");
    CHECK(nn_load(f.file("e0")).params == nn_create(&s, INIT_UNIFORM, 1).params);
    // Epoch 3 of 3, and of 8 by way of a checkpoint, are the same.
    CHECK(nn(&f, line + "--epochs 3 --model e3 --checkpoint 3").status == 0);
    CHECK(nn(&f, line + "--epochs 8 --model e8").status == 0);
    CHECK(nn(&f, line + "--epochs 8 --model e3 --resume").status == 0);
    CHECK(bytes(&f, "e3") == bytes(&f, "e8"));
    CHECK(lab(&f, "picture e0 e3 e8 --out n.svg").status == 0);
}
