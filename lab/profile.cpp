// [given] profile.cpp: bin/lab profile.
#include <filesystem>

#include <CLI/CLI.hpp>

#include "lab.h"
#include "profile.h"
#include "utils.h"

static struct {
    std::string read, out = "runs";
} o;

static void profile_arguments(CLI::App *app)
{
    app->add_option("--read", o.read, "draw this file again, which an earlier call wrote");
    app->add_option("--out", o.out, "folder of what is written")->capture_default_str();
}

static void draw(const std::vector<profile_t> *all)
{
    file_write(o.out + "/profile_roofline.svg", profile_roofline(all));
    file_write(o.out + "/profile_shares.svg", profile_shares(&(*all)[0]));
    file_write(o.out + "/profile_timeline.svg", profile_timeline(&(*all)[0]));
}

static int profile_run(void)
{
    std::filesystem::create_directories(o.out);
    std::vector<profile_t> all = {profile_read(o.read)};
    if (std::filesystem::exists(o.out + "/profile_cpu.json")) all.push_back(profile_read(o.out + "/profile_cpu.json"));
    draw(&all);
    return 0;
}

const command_t profile_command = {"profile", "where the time of a step goes: kernels, copies, roofline, timeline",
                                   profile_arguments, profile_run};
