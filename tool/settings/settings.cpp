#include "tool/settings/settings.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <cstdlib>

#include "ninja-gen/error.h"
#include "tool/settings/setting.h"
#include "tool/settings/settings_file.h"

namespace aibuild {

namespace {

namespace bj = boost::json;
namespace fs = std::filesystem;

std::optional<fs::path> absolute_path(const Environment& environment, const std::string& name) {
    const auto value = environment(name);
    if (!value || !value->starts_with('/')) return std::nullopt;
    return fs::path(*value);
}

bj::value checked(const Setting& setting, const std::string& place, std::string_view text) {
    std::string problem;
    bj::value out = value_of_text(setting, text, problem);
    if (problem.empty()) return out;
    throw Error(Exit::usage, "settings.type", place, fmt::format("{} {}.", setting.name, problem),
                "Correct the value, or leave it out.");
}

// The SDK's old name for the base URL. Where both are set and differ, one of them is a leftover, and the key
// must not go to it.
void check_alias(const Environment& environment) {
    const auto url = environment("OPENAI_BASE_URL"), old = environment("OPENAI_API_BASE");
    if (!url || !old || url->empty() || old->empty() || *url == *old) return;
    throw Error(Exit::usage, "settings.conflict", "OPENAI_API_BASE",
                "OPENAI_API_BASE and OPENAI_BASE_URL name different servers.",
                "Unset the one that is out of date.");
}

}  // namespace

Environment process_environment() {
    return [](const std::string& name) -> std::optional<std::string> {
        const char* value = std::getenv(name.c_str());
        if (value == nullptr || *value == '\0') return std::nullopt;
        return value;
    };
}

std::string_view name_of(SettingLayer layer) {
    switch (layer) {
        case SettingLayer::flag:
            return "flag";
        case SettingLayer::environment:
            return "environment";
        case SettingLayer::project:
            return "project";
        case SettingLayer::user:
            return "user";
        case SettingLayer::system:
            return "system";
        case SettingLayer::fallback:
            return "default";
    }
    return {};
}

SettingsPaths settings_paths(const Environment& environment, const fs::path& project) {
    SettingsPaths out;
    out.project = project / ".aibuild/config.json";
    out.home = absolute_path(environment, "HOME").value_or(fs::path());
    if (const auto config = absolute_path(environment, "XDG_CONFIG_HOME")) {
        out.user = *config / "aibuild/config.json";
    } else if (!out.home.empty()) {
        out.user = out.home / ".config/aibuild/config.json";
    }
    const std::string directories = environment("XDG_CONFIG_DIRS").value_or("");
    for (std::size_t begin = 0; begin < directories.size();) {
        const std::size_t end = std::min(directories.find(':', begin), directories.size());
        if (directories[begin] == '/')
            out.system.push_back(fs::path(directories.substr(begin, end - begin)) / "aibuild/config.json");
        begin = end + 1;
    }
    if (directories.empty()) out.system = {"/etc/xdg/aibuild/config.json"};
    return out;
}

ToolSettings ToolSettings::load(const GivenFlags& flags, const Environment& environment,
                                const fs::path& project) {
    ToolSettings out;
    out.paths_ = settings_paths(environment, project);
    for (const Setting& each : all_settings()) {
        std::vector<SettingSource>& sources = out.sources_[std::string(each.name)];
        if (const auto flag = flags.find(each.name); flag != flags.end()) {
            const std::string place(each.flag.substr(each.flag.find(',') + 1));
            sources.push_back({SettingLayer::flag, place, checked(each, place, flag->second)});
        }
        for (const std::string_view variable : each.environment) {
            const std::string place(variable);
            if (sources.empty() && variable == "OPENAI_BASE_URL") check_alias(environment);
            const auto value = environment(place);
            if (value && !value->empty())
                sources.push_back({SettingLayer::environment, place, checked(each, place, *value)});
        }
    }
    const auto add = [&](const fs::path& path, SettingLayer layer, SettingsOwner owner) {
        if (path.empty()) return;
        auto file = read_settings_file(path, owner, out.paths_.home);
        if (!file) return;
        for (auto& [name, found] : file->settings)
            out.sources_[name].push_back({layer, found.place, std::move(found.value)});
        for (Server& server : file->servers)
            if (out.server(server.name) == nullptr) out.servers_.push_back(std::move(server));
    };
    add(out.paths_.project, SettingLayer::project, SettingsOwner::project);
    add(out.paths_.user, SettingLayer::user, SettingsOwner::user);
    for (const fs::path& path : out.paths_.system) add(path, SettingLayer::system, SettingsOwner::system);
    for (const Setting& each : all_settings()) {
        if (each.fallback.empty()) continue;
        out.sources_[std::string(each.name)].push_back(
            {SettingLayer::fallback, "", checked(each, std::string(each.name), each.fallback)});
    }
    return out;
}

const std::vector<SettingSource>& ToolSettings::explain(std::string_view name) const {
    return sources_.find(setting(name).name)->second;
}

bool ToolSettings::given(std::string_view name) const {
    const std::vector<SettingSource>& sources = explain(name);
    return !sources.empty() && sources.front().layer != SettingLayer::fallback;
}

const bj::value* ToolSettings::value(std::string_view name) const {
    const std::vector<SettingSource>& sources = explain(name);
    return sources.empty() ? nullptr : &sources.front().value;
}

std::string ToolSettings::text(std::string_view name) const {
    const bj::value* found = value(name);
    return found == nullptr ? "" : std::string(std::string_view(found->as_string()));
}

std::vector<std::string> ToolSettings::list(std::string_view name) const {
    std::vector<std::string> out;
    if (const bj::value* found = value(name))
        for (const bj::value& word : found->as_array()) out.emplace_back(std::string_view(word.as_string()));
    return out;
}

std::optional<std::int64_t> ToolSettings::count(std::string_view name) const {
    const bj::value* found = value(name);
    return found == nullptr ? std::nullopt : std::optional(found->as_int64());
}

std::optional<double> ToolSettings::amount(std::string_view name) const {
    const bj::value* found = value(name);
    return found == nullptr ? std::nullopt : std::optional(found->as_double());
}

std::optional<std::chrono::milliseconds> ToolSettings::seconds(std::string_view name) const {
    const bj::value* found = value(name);
    if (found == nullptr) return std::nullopt;
    // A clock of 0 ms would be none.
    return std::chrono::milliseconds(
        std::max<std::int64_t>(1, static_cast<std::int64_t>(found->as_double() * 1000)));
}

bool ToolSettings::flag(std::string_view name) const {
    const bj::value* found = value(name);
    return found != nullptr && found->as_bool();
}

const Server* ToolSettings::server(std::string_view name) const {
    const auto found = std::ranges::find(servers_, name, &Server::name);
    return found == servers_.end() ? nullptr : &*found;
}

std::string shown(std::string_view name, const bj::value& value) {
    if (name == "key_command")
        return fmt::format("{} (and {} arguments)", std::string_view(value.at(0).as_string()),
                           value.as_array().size() - 1);
    if (name == "base_url") {
        std::string url(std::string_view(value.as_string()));
        const std::size_t begin = url.find("://");
        const std::size_t host = begin == std::string::npos ? 0 : begin + 3;
        const std::size_t at = url.substr(0, url.find_first_of("/?#", host)).rfind('@');
        if (at != std::string::npos && at >= host) url.replace(host, at - host, "***");
        return url.substr(0, url.find_first_of("?#"));
    }
    if (value.is_array()) {
        std::vector<std::string_view> words;
        for (const bj::value& word : value.get_array()) words.emplace_back(word.as_string());
        return fmt::format("{}", fmt::join(words, ", "));
    }
    if (value.is_string()) return std::string(std::string_view(value.get_string()));
    if (value.is_double()) return fmt::format("{}", value.get_double());
    return bj::serialize(value);
}

}  // namespace aibuild
