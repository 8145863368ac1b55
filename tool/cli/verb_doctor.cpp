#include <fmt/format.h>

#include <CLI/Config.hpp>
#include <algorithm>
#include <boost/json/object.hpp>
#include <memory>

#include "ninja-gen/error.h"
#include "ninja-gen/json.h"
#include "tool/cli/verbs.h"
#include "tool/engine/doctor.h"

namespace aibuild {

namespace {

namespace bj = boost::json;

bool well(const std::vector<Check>& checks) {
    return std::all_of(checks.begin(), checks.end(),
                       [](const Check& check) { return check.ok || !check.required; });
}

void print_json(const std::vector<Check>& checks) {
    bj::array all;
    for (const Check& check : checks) {
        bj::object entry{{"what", check.what}, {"required", check.required}, {"ok", check.ok}};
        if (!check.found.empty()) entry["found"] = check.found;
        if (!check.why.empty()) entry["why"] = check.why;
        if (!check.fix.empty()) entry["fix"] = check.fix;
        all.emplace_back(std::move(entry));
    }
    fmt::print("{}", json::pretty(bj::object{
                         {"schema", "aibuild.doctor/1"}, {"ok", well(checks)}, {"checks", std::move(all)}}));
}

void print_table(const std::vector<Check>& checks) {
    for (const Check& check : checks) {
        std::string line = fmt::format("{:<8} {}",
                                       check.ok         ? "ok"
                                       : check.required ? "MISSING"
                                                        : "without",
                                       check.what);
        if (!check.found.empty()) line += ": " + check.found;
        fmt::print("{}\n", visible(line));
        if (!check.why.empty()) fmt::print("         {}\n", visible(check.why));
        if (!check.fix.empty()) fmt::print("         fix: {}\n", visible(check.fix));
    }
    fmt::print("\n{}\n",
               well(checks) ? "All that is needed is here." : "Something that is needed does not work.");
}

struct DoctorOptions {
    std::filesystem::path root = ".";
    std::filesystem::path build;
    bool json = false;
};

}  // namespace

void add_doctor(CLI::App& app, Run& run) {
    auto options = std::make_shared<DoctorOptions>();
    CLI::App* verb = app.add_subcommand("doctor", "this machine against what is needed, and how to mend it");
    verb->add_option("-C", options->root, "a project's directory, whose plan says what is needed")
        ->type_name("DIR");
    verb->add_option("-o", options->build, "the build directory; build/ in the project unless said")
        ->type_name("DIR");
    verb->add_flag("--json", options->json, "one JSON document on standard output");
    verb->callback([options, &run] {
        run = [options] {
            const std::vector<Check> checks = doctor(options->root, options->build);
            if (options->json) {
                print_json(checks);
            } else {
                print_table(checks);
            }
            return static_cast<int>(well(checks) ? Exit::ok : Exit::failure);
        };
    });
}

}  // namespace aibuild
