#pragma once

// What is set, and where each value came from.
//
// From the strongest: the command line, variables of the environment (AIBUILD_* before OPENAI_*), the
// project's file, the person's, the system's, and what holds where nobody says. A project's file is a
// stranger's: setting.h says of each setting who may say it, and settings_file.h refuses the rest.
//
// Nothing is looked up behind the caller's back: flags, variables and directories are given, so that a test
// needs neither home nor environment. Keys are no settings and never part of what is shown here (key.h).

#include <boost/json/value.hpp>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tool/settings/server.h"

namespace aibuild {

// The value of a variable; nothing where it is not set. An empty one counts as not set.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;

// That of this process.
Environment process_environment();

// By setting: the texts of flags that were given.
using GivenFlags = std::map<std::string, std::string, std::less<>>;

enum class SettingLayer : std::uint8_t { flag, environment, project, user, system, fallback };

// "flag", "environment", "project", "user", "system", "default"
std::string_view name_of(SettingLayer layer);

struct SettingSource {
    SettingLayer layer = SettingLayer::fallback;
    std::string place;  // "--model", "AIBUILD_MODEL", "FILE:3 (/model)"; "" of a default
    boost::json::value value;
};

struct SettingsPaths {
    std::filesystem::path project;              // DIR/.aibuild/config.json
    std::filesystem::path user;                 // empty where there is no home
    std::vector<std::filesystem::path> system;  // from the strongest
    std::filesystem::path home;                 // what ~/ means; empty where there is none
};

// By the XDG base directories; what is not absolute there is ignored, as they want it.
SettingsPaths settings_paths(const Environment& environment, const std::filesystem::path& project);

class ToolSettings {
  public:
    // Throws Error as settings_file.h tells, `settings.type` for a flag or a variable that its setting does
    // not take, and `settings.conflict` where OPENAI_BASE_URL and OPENAI_API_BASE would decide and differ.
    static ToolSettings load(const GivenFlags& flags, const Environment& environment,
                             const std::filesystem::path& project);

    // Everyone who says something, the one that counts first, a default last; empty where nobody does.
    const std::vector<SettingSource>& explain(std::string_view name) const;

    // Whether a person or a file says it, and not only the default.
    bool given(std::string_view name) const;

    // Typed as the setting is; a wrong name or type is a fault of the program. Text and list are empty, the
    // numbers nothing, where nobody says.
    std::string text(std::string_view name) const;
    std::vector<std::string> list(std::string_view name) const;
    std::optional<std::int64_t> count(std::string_view name) const;
    std::optional<double> amount(std::string_view name) const;
    std::optional<std::chrono::milliseconds> seconds(std::string_view name) const;
    bool flag(std::string_view name) const;

    // Of the person's file and then the system's; a name that both have is the person's.
    const std::vector<Server>& servers() const { return servers_; }
    // Nullptr where there is none.
    const Server* server(std::string_view name) const;

    const SettingsPaths& paths() const { return paths_; }

  private:
    const boost::json::value* value(std::string_view name) const;

    SettingsPaths paths_;
    std::map<std::string, std::vector<SettingSource>, std::less<>> sources_;
    std::vector<Server> servers_;
};

// A value as people may see it: a program that prints a key is shown without its arguments, and a URL without
// a user.
std::string shown(std::string_view name, const boost::json::value& value);

}  // namespace aibuild
