#include <fmt/format.h>

#include <CLI/Config.hpp>
#include <boost/json/object.hpp>
#include <map>
#include <memory>

#include "ninja-gen/error.h"
#include "ninja-gen/json.h"
#include "tool/cli/verbs.h"
#include "tool/engine/status.h"

namespace aibuild {

namespace {

namespace bj = boost::json;

void print_json(const ProjectStatus& status) {
    bj::array tasks;
    for (const TaskStatus& task : status.tasks) {
        bj::object entry{{"id", task.id}, {"kind", task.kind}, {"state", name_of(task.standing)}};
        if (!task.reason.empty()) entry["reason"] = task.reason;
        if (task.duration_ms >= 0) entry["duration_ms"] = task.duration_ms;
        tasks.emplace_back(std::move(entry));
    }
    const bj::object document{{"schema", "aibuild.status/1"},
                              {"project", status.project},
                              {"build", status.build.string()},
                              {"configuration", status.configuration},
                              {"tasks", std::move(tasks)},
                              {"removed", bj::array(status.removed.begin(), status.removed.end())},
                              {"unknown", bj::array(status.unknown.begin(), status.unknown.end())}};
    fmt::print("{}", json::pretty(document));
}

// In one piece: 100,000 small writes take longer than all the rest.
void print_table(const ProjectStatus& status) {
    std::map<std::string_view, std::size_t> counts;
    std::string out;
    const auto add = [&](std::string_view text) { out += visible(text) + '\n'; };
    for (const TaskStatus& task : status.tasks) {
        ++counts[name_of(task.standing)];
        const std::string_view name = name_of(task.standing);
        out.append(name).append(11 - name.size(), ' ');
        add(task.reason.empty() ? task.id : fmt::format("{}  ({})", task.id, task.reason));
    }
    std::string summary;
    for (const auto& [name, count] : counts)
        summary += fmt::format("{}{} {}", summary.empty() ? "" : ", ", count, name);
    out += fmt::format("\n{}{}: {}\n", status.project,
                       status.configuration.empty() ? "" : " (" + status.configuration + ")", summary);
    for (const std::string& path : status.removed)
        add("removed: " + path + ", so that the next ninja makes it again");
    for (const std::string& line : status.unknown) add("unknown: " + line);
    fmt::print("{}", out);
}

struct StatusOptions {
    std::filesystem::path root = ".";
    std::filesystem::path build;
    bool json = false;
};

}  // namespace

void add_status(CLI::App& app, Run& run) {
    auto options = std::make_shared<StatusOptions>();
    CLI::App* verb = app.add_subcommand("status", "every task and how it stands; runs nothing");
    verb->add_option("-C", options->root, "the project's directory")->type_name("DIR");
    verb->add_option("-o", options->build, "the build directory; build/ in the project unless said")
        ->type_name("DIR");
    verb->add_flag("--json", options->json, "one JSON document on standard output");
    verb->callback([options, &run] {
        run = [options] {
            const ProjectStatus result = status(options->root, options->build);
            if (options->json) {
                print_json(result);
            } else {
                print_table(result);
            }
            return 0;
        };
    });
}

}  // namespace aibuild
