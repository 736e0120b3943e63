// tests/test_mutants.cpp: the checks find every one of the mistakes in tests/mutants/.
#include "helpers.h"
#include "mutants.h"

TEST_CASE("mutants: every file is understood")
{
    for (const std::string &name : mutant_names("tests/mutants")) {
        CAPTURE(name);
        std::string text = file_read("tests/mutants/" + name + ".mutant");
        CHECK(death_of([&] { mutant_parse(name, text, "solutions"); }) == "");
    }
}
