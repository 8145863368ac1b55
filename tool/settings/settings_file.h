#pragma once

// One file with settings: {"format": 1, "model": "...", "servers": {"NAME": {...}}}.

#include <boost/json/value.hpp>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tool/settings/server.h"

namespace aibuild {

inline constexpr int settings_format = 1;

// Whose file it is: that decides what it may say.
enum class SettingsOwner : std::uint8_t { project, user, system };

struct SettingInFile {
    std::string place;  // "FILE:3 (/model)"
    boost::json::value value;
};

struct SettingsFile {
    std::filesystem::path path;
    std::map<std::string, SettingInFile, std::less<>> settings;
    std::vector<Server> servers;
};

// Nothing where there is no file. `home` is what ~/ means. Throws Error `json.*`, and
//   settings.file     it is no regular file, too large, or can't be read
//   settings.newer    of a newer format
//   settings.unknown  a name that nothing has
//   settings.type     a value that its setting does not take
//   settings.project  a project's file that says what is not its to say; nothing of it is used then
//   settings.writable a person's file that names a program to run, and that others may write
std::optional<SettingsFile> read_settings_file(const std::filesystem::path& path, SettingsOwner owner,
                                               const std::filesystem::path& home);

// The variables that the servers of a file name for their keys; none where the file can't be used, which is
// told when it is.
std::vector<std::string> key_variables_in(const std::filesystem::path& path);

}  // namespace aibuild
