// [given] main.cpp: bin/lab: measuring and looking.
#include <cstdio>

#include <CLI/CLI.hpp>

#include "compare.h"
#include "utils.h"

int main(int argc, char **argv)
{
    CLI::App app("Measuring and looking: what nn's models and runs can tell.");
    app.require_subcommand(1);
    std::string a, b;
    double tol = -1;
    CLI::App *compare = app.add_subcommand("compare", "how far two models are apart");
    compare->add_option("a.model", a)->required();
    compare->add_option("b.model", b)->required();
    compare->add_option("--tol", tol, "status 1 if a relative difference is beyond it")->check(CLI::NonNegativeNumber);
    try {
        app.parse(argc, argv);
        return lab_compare(a, b, tol);
    } catch (const CLI::ParseError &e) {
        return app.exit(e) == 0 ? 0 : 2;
    } catch (const std::exception &e) {
        fprintf(stderr, "error: %s\n", e.what());
        return 2;
    }
}
