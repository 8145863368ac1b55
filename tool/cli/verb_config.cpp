// config: what is set, where it came from and what it hides. Opens no socket, runs nothing and shows no key:
// a key is no setting (tool/settings/key.h).

#include <fmt/format.h>

#include <CLI/Config.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cmath>
#include <memory>

#include "ninja-gen/error.h"
#include "ninja-gen/json.h"
#include "tool/cli/setting_flags.h"
#include "tool/cli/verbs.h"
#include "tool/settings/setting.h"
#include "tool/settings/settings.h"

namespace aibuild {

namespace {

namespace bj = boost::json;
namespace fs = std::filesystem;

struct ConfigOptions {
    fs::path root = ".";
    bool json = false;
    std::string name;
    std::shared_ptr<GivenFlags> flags = std::make_shared<GivenFlags>();

    ToolSettings load() const { return ToolSettings::load(*flags, process_environment(), root); }
};

std::string from(const SettingSource& source) {
    return source.place.empty() ? std::string(name_of(source.layer))
                                : fmt::format("{}: {}", name_of(source.layer), source.place);
}

// Whole seconds are kept as what they could be, and shown as what they are.
bj::value without_fraction(const bj::value& value) {
    if (!value.is_double() || std::abs(value.get_double()) > 1e15) return value;
    const auto whole = static_cast<std::int64_t>(value.get_double());
    return static_cast<double>(whole) == value.get_double() ? bj::value(whole) : value;
}

bj::object source_json(const Setting& setting, const SettingSource& source) {
    // As a value where that says no more than what is shown.
    const bool plain = setting.name != "key_command" && setting.name != "base_url";
    bj::object out{{"layer", name_of(source.layer)}};
    if (!source.place.empty()) out["place"] = source.place;
    out["value"] = plain ? without_fraction(source.value) : bj::value(shown(setting.name, source.value));
    return out;
}

bj::object setting_json(const Setting& setting, const std::vector<SettingSource>& sources) {
    bj::array all;
    for (const SettingSource& source : sources) all.emplace_back(source_json(setting, source));
    bj::object out{{"name", setting.name}, {"doc", setting.doc}};
    out["value"] = all.empty() ? bj::value(nullptr) : all.front().at("value");
    out["sources"] = std::move(all);
    return out;
}

void print_list(const ConfigOptions& options) {
    const ToolSettings settings = options.load();
    bj::array all, servers;
    for (const Setting& each : all_settings()) {
        const std::vector<SettingSource>& sources = settings.explain(each.name);
        if (options.json) {
            all.emplace_back(setting_json(each, sources));
        } else {
            fmt::print("{}\n", visible(sources.empty() ? fmt::format("{:<20} (not set)", each.name)
                                                       : fmt::format("{:<20} {}  ({})", each.name,
                                                                     shown(each.name, sources.front().value),
                                                                     from(sources.front()))));
        }
    }
    for (const Server& server : settings.servers()) {
        servers.emplace_back(bj::object{{"name", server.name}, {"place", server.place}});
        if (!options.json)
            fmt::print("{}\n", visible(fmt::format("server {}  ({})", server.name, server.place)));
    }
    if (options.json)
        fmt::print("{}", json::pretty(bj::object{{"schema", "aibuild.config/1"},
                                                 {"settings", std::move(all)},
                                                 {"servers", std::move(servers)}}));
}

void print_paths(const ConfigOptions& options) {
    const SettingsPaths paths = settings_paths(process_environment(), options.root);
    std::vector<std::pair<const char*, fs::path>> all = {{"project", paths.project}};
    if (!paths.user.empty()) all.emplace_back("user", paths.user);
    for (const fs::path& path : paths.system) all.emplace_back("system", path);
    bj::array files;
    for (const auto& [layer, path] : all) {
        std::error_code ignored;
        const bool there = fs::exists(path, ignored);
        files.emplace_back(bj::object{{"layer", layer}, {"path", path.string()}, {"exists", there}});
        if (!options.json)
            fmt::print("{}\n", visible(fmt::format("{:<8} {}{}", layer, path.string(),
                                                   there ? "" : "  (not there)")));
    }
    if (options.json)
        fmt::print("{}",
                   json::pretty(bj::object{{"schema", "aibuild.config/1"}, {"files", std::move(files)}}));
}

void print_explanation(const ConfigOptions& options) {
    const Setting& what = setting(options.name);
    const ToolSettings settings = options.load();
    const std::vector<SettingSource>& sources = settings.explain(what.name);
    if (options.json) {
        bj::object out{{"schema", "aibuild.config/1"}};
        for (auto& [key, value] : setting_json(what, sources)) out[key] = std::move(value);
        fmt::print("{}", json::pretty(out));
        return;
    }
    if (sources.empty()) {
        fmt::print("{} is not set: {}\n", what.name, what.doc);
    } else {
        fmt::print("{} = {}\n  {}\n  {}\n", what.name, visible(shown(what.name, sources.front().value)),
                   what.doc, visible("from " + from(sources.front())));
    }
    for (std::size_t i = 1; i < sources.size(); ++i)
        fmt::print("  {}\n", visible(fmt::format("hides {}  ({})", shown(what.name, sources[i].value),
                                                 from(sources[i]))));
    std::string ways;
    if (!what.flag.empty()) ways += std::string(what.flag);
    for (const std::string_view variable : what.environment)
        ways += (ways.empty() ? "" : ", ") + std::string(variable);
    if (!ways.empty()) ways += ", ";
    ways += what.files == SettingFiles::all           ? "every file"
            : what.files == SettingFiles::not_project ? "your file and the system's, but no project's"
                                                      : "your own file alone";
    fmt::print("  can be set by: {}\n", ways);
}

CLI::App* add_part(CLI::App& config, Run& run, const std::shared_ptr<ConfigOptions>& options,
                   const char* name, const char* help, void (*print)(const ConfigOptions&)) {
    CLI::App* part = config.add_subcommand(name, help);
    part->add_option("-C", options->root, "the project's directory")->type_name("DIR");
    part->add_flag("--json", options->json, "one JSON document on standard output");
    part->callback([options, &run, print] {
        run = [options, print] {
            print(*options);
            return 0;
        };
    });
    return part;
}

}  // namespace

void add_config(CLI::App& app, Run& run) {
    auto options = std::make_shared<ConfigOptions>();
    CLI::App* config = app.add_subcommand("config", "what is set, and where each value came from");
    config->require_subcommand(1);
    CLI::App* list = add_part(*config, run, options, "list", "every setting and its value", print_list);
    add_part(*config, run, options, "path", "the files that are read, the strongest first", print_paths);
    CLI::App* explain =
        add_part(*config, run, options, "explain",
                 "one setting: its value, where it came from and what that hides", print_explanation);
    explain->add_option("NAME", options->name, "the setting's name")->required();
    // As they would be given to the verb that asks: what would then count?
    for (CLI::App* part : {list, explain}) add_setting_flags(*part, settings_with_flags(), options->flags);
}

}  // namespace aibuild
