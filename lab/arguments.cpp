// [given] arguments.cpp: the options of bin/lab's subcommands. CLI11 is compiled here alone: it takes seconds a file.
#include <cstdio>

#include <CLI/CLI.hpp>

#include "lab.h"
#include "utils.h"

argument_rule_t required(void)
{
    argument_rule_t rule;
    rule.required = true;
    return rule;
}

argument_rule_t between(double least, double most)
{
    argument_rule_t rule;
    rule.least = least;
    rule.most = most;
    return rule;
}

argument_rule_t at_least(double least) { return between(least, INFINITY); }

argument_rule_t above_zero(void)
{
    argument_rule_t rule;
    rule.positive = true;
    return rule;
}

argument_rule_t one_of(const std::vector<std::string> &names)
{
    argument_rule_t rule;
    rule.names = names;
    return rule;
}

static std::string expected_text(const argument_rule_t *rule)
{
    if (rule->positive) return "more than 0";
    if (rule->most == INFINITY) return format("%.12g or more", rule->least);
    return format("%.12g to %.12g", rule->least, rule->most);
}

static CLI::Validator number_check(const argument_rule_t &rule)
{
    auto check = [rule](const std::string &text) {
        double v = 0;
        bool good = CLI::detail::lexical_cast(text, v) && v >= rule.least && v <= rule.most &&
                    (!rule.positive || v > 0);
        return good ? std::string() : text + ", expected " + expected_text(&rule);
    };
    return CLI::Validator(check, expected_text(&rule));
}

// ---- one option, by the type of its variable ---------------------------------------------------------------

static CLI::Option *add(CLI::App *app, const argument_t *a, bool *to) { return app->add_flag(a->name, *to, a->text); }

template <typename value_t> static CLI::Option *add(CLI::App *app, const argument_t *a, value_t *to)
{
    CLI::Option *option = app->add_option(a->name, *to, a->text)->take_last();
    bool known = *to != value_t() && *to == *to;  // not 0, "" or NAN
    return known ? option->capture_default_str() : option;
}

template <typename value_t> static CLI::Option *add(CLI::App *app, const argument_t *a, std::vector<value_t> *to)
{
    CLI::Option *option = app->add_option(a->name, *to, a->text);
    if (std::is_same<value_t, int>::value || !a->rule.names.empty()) option->delimiter(',')->allow_extra_args(false);
    return to->empty() ? option : option->capture_default_str();
}

static void add_argument(CLI::App *app, const argument_t *a)
{
    CLI::Option *option = std::visit([&](auto *to) { return add(app, a, to); }, a->to);
    const argument_rule_t *rule = &a->rule;
    option->required(rule->required);
    if (rule->positive || rule->least > -INFINITY) option->check(number_check(*rule));
    if (!rule->names.empty()) option->check(CLI::IsMember(rule->names));
}

// "lab naive", or "lab" if no subcommand was named.
static std::string asked(const CLI::App *app)
{
    std::string name = app->get_name();
    for (const CLI::App *sub : app->get_subcommands()) name += " " + sub->get_name();
    return name;
}

static void parse(CLI::App *app, int argc, char **argv)
{
    try {
        app->parse(argc, argv);
    } catch (const CLI::Success &) {
        throw;
    } catch (const CLI::ParseError &e) {
        die_usage("%s\nhint: bin/%s --help", e.what(), asked(app).c_str());
    }
}

int command_main(int argc, char **argv, const char *about, const std::vector<const command_t *> &commands)
{
    CLI::App app(about, "lab");
    app.require_subcommand(1);
    for (const command_t *c : commands) {
        CLI::App *sub = app.add_subcommand(c->name, c->text);
        for (const argument_t &a : c->arguments) add_argument(sub, &a);
    }
    try {
        parse(&app, argc, argv);
        for (const command_t *c : commands)
            if (app.got_subcommand(c->name)) return c->run();
        return 0;
    } catch (const CLI::Success &e) {
        return app.exit(e);
    } catch (const nn_error_t &e) {
        fprintf(stderr, "error: %s\n", e.what());
        return e.status;
    } catch (const std::exception &e) {
        fprintf(stderr, "error: %s\n", e.what());
        return 1;
    }
}
