#include <fmt/format.h>

#include <CLI/Config.hpp>
#include <algorithm>
#include <boost/json/object.hpp>
#include <map>
#include <memory>

#include "ninja-gen/error.h"
#include "ninja-gen/json.h"
#include "tool/cli/amounts.h"
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
        entry["attempts"] = task.attempts;
        if (!task.provider.empty()) entry["provider"] = task.provider;
        if (!task.model.empty()) entry["model"] = task.model;
        if (task.input_tokens) entry["input_tokens"] = *task.input_tokens;
        if (task.output_tokens) entry["output_tokens"] = *task.output_tokens;
        if (task.cost) entry["cost"] = *task.cost;
        if (!task.output.empty()) entry["output"] = task.output;
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

// What stands in parentheses behind a task. How long a former run took, of what is to be done again, is no
// news.
std::string notes_of(const TaskStatus& task) {
    const bool done = task.standing == Standing::succeeded || task.standing == Standing::edited ||
                      task.standing == Standing::failed;
    std::string out = task.reason;
    const auto add = [&](std::string_view text) { out.append(out.empty() ? "" : ", ").append(text); };
    if (!task.model.empty() && task.provider != "builtin") add("model " + task.model);
    if (done && task.duration_ms >= 0) add(elapsed_text(Milliseconds(task.duration_ms)));
    if (task.attempts > 1) add(fmt::format("{} attempts", task.attempts));
    if (task.cost) add(cost_text(task.cost));
    return out;
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
        const std::string notes = notes_of(task);
        add(notes.empty() ? task.id : fmt::format("{}  ({})", task.id, notes));
        const std::size_t last = task.output.find_last_not_of('\n');
        std::string_view output =
            std::string_view(task.output).substr(0, last == task.output.npos ? 0 : last + 1);
        while (!output.empty()) {
            const std::size_t end = std::min(output.find('\n'), output.size());
            add(fmt::format("           | {}", output.substr(0, end)));
            output.remove_prefix(std::min(end + 1, output.size()));
        }
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
    std::filesystem::path root, build;
    bool json = false;
};

}  // namespace

void add_status(CLI::App& app, Run& run) {
    auto options = std::make_shared<StatusOptions>();
    CLI::App* verb = app.add_subcommand("status", "every task and how it stands; runs nothing");
    verb->add_option("-C", options->root, "the project's directory")->type_name("DIR");
    verb->add_option("-o,--build", options->build,
                     "the build directory, also one of CMake or of anybody's ninja; build/ in the project "
                     "unless said")
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
