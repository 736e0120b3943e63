// [given] lab/main.cpp: bin/lab: looks at what the kit's programs made, and measures them. The work is in the files named like the subcommands.
#include <cstdio>

#include <CLI/CLI.hpp>

#include "lab.h"
#include "utils.h"

static const command_t *const commands[] = {
    &compare_command, &picture_command,    &speedup_command, &profile_command, &sweep_command, &report_command,
    &naive_command,
#if __has_include("ladder.h")  // not in the students' tree
    &ladder_command,  &operations_command,
#endif
};

int main(int argc, char **argv)
{
    CLI::App app("Looks at what the kit's programs made, and measures them on this machine.", "lab");
    app.require_subcommand(1);
    for (const command_t *c : commands) c->arguments(app.add_subcommand(c->name, c->text));
    try {
        app.parse(argc, argv);
        for (const command_t *c : commands)
            if (app.got_subcommand(c->name)) return c->run();
        return 0;
    } catch (const CLI::ParseError &e) {
        return app.exit(e) == 0 ? 0 : 2;
    } catch (const nn_error_t &e) {
        fprintf(stderr, "error: %s\n", e.what());
        return e.status;
    } catch (const std::exception &e) {
        fprintf(stderr, "error: %s\n", e.what());
        return 1;
    }
}
