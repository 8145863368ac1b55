#include <fmt/format.h>

#include <CLI/Config.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <memory>

#include "ninja-gen/error.h"
#include "ninja-gen/json.h"
#include "tool/cli/project_place.h"
#include "tool/cli/verbs.h"
#include "tool/engine/drift.h"
#include "tool/engine/verify.h"

namespace aibuild {

namespace {

namespace bj = boost::json;

struct CheckOptions {
    std::filesystem::path root = ".", build;
    bool json = false;
};

std::shared_ptr<CheckOptions> common(CLI::App& verb) {
    auto options = std::make_shared<CheckOptions>();
    add_place_options(verb, options->root, options->build);
    verb.add_flag("--json", options->json, "one JSON document on standard output");
    return options;
}

int exit_of(bool fine) {
    return static_cast<int>(fine ? Exit::ok : Exit::drift);
}

int check(const CheckOptions& options) {
    const std::vector<Drift> found = drift(options.root, options.build);
    if (options.json) {
        bj::array list;
        for (const Drift& each : found)
            list.push_back(bj::object{{"path", each.path}, {"what", each.what}, {"fix", each.fix}});
        fmt::print("{}", json::pretty(bj::object{{"schema", "aibuild.check/1"}, {"drift", std::move(list)}}));
        return exit_of(found.empty());
    }
    for (const Drift& each : found)
        fmt::print("{}: {} ({})\n", visible(each.path), visible(each.what), each.fix);
    fmt::print(stderr, "{}\n",
               found.empty() ? "All is what plan and lock say."
                             : fmt::format("{} thing{} not what plan and lock say.", found.size(),
                                           found.size() == 1 ? " is" : "s are"));
    return exit_of(found.empty());
}

int verify_all(const CheckOptions& options) {
    const std::vector<Verified> found = verify(options.root, options.build);
    std::size_t wrong = 0, people = 0;
    for (const Verified& each : found) {
        wrong += each.verdict == VerifyVerdict::differs ? 1U : 0U;
        people += each.verdict != VerifyVerdict::differs && each.verdict != VerifyVerdict::same ? 1U : 0U;
    }
    if (options.json) {
        bj::array list;
        for (const Verified& each : found) {
            bj::object entry{{"path", each.path}, {"verdict", name_of(each.verdict)}};
            if (!each.why.empty()) entry["why"] = each.why;
            if (!each.recorded.empty()) entry["recorded"] = each.recorded;
            if (!each.rebuilt.empty()) entry["rebuilt"] = each.rebuilt;
            list.emplace_back(std::move(entry));
        }
        fmt::print("{}",
                   json::pretty(bj::object{{"schema", "aibuild.verify/1"}, {"files", std::move(list)}}));
        return exit_of(wrong == 0);
    }
    for (const Verified& each : found) {
        fmt::print("{:<9} {}{}\n", name_of(each.verdict), visible(each.path),
                   each.why.empty() ? "" : "  (" + visible(each.why) + ")");
    }
    if (wrong == 0)
        fmt::print(stderr, "All of it was made again as the lock recorded it; {} changed by people since.\n",
                   people == 1 ? "one file was" : fmt::format("{} files were", people));
    else
        fmt::print(stderr, "{} of {} could not be made again as the lock recorded {}.\n", wrong, found.size(),
                   wrong == 1 ? "it" : "them");
    return exit_of(wrong == 0);
}

}  // namespace

void add_check(CLI::App& app, Run& run) {
    CLI::App* checked =
        app.add_subcommand("check", "for CI: exit code 3 where what is here is not what plan and lock say");
    const auto check_options = common(*checked);
    checked->callback([check_options, &run] {
        run = [check_options] {
            find_place(check_options->root, check_options->build);
            return check(*check_options);
        };
    });

    CLI::App* verified = app.add_subcommand(
        "verify", "makes what was generated again from the stored answers, and compares every byte");
    const auto verify_options = common(*verified);
    verified->callback([verify_options, &run] {
        run = [verify_options] {
            find_place(verify_options->root, verify_options->build);
            return verify_all(*verify_options);
        };
    });
}

}  // namespace aibuild
