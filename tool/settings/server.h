#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace aibuild {

// A server that the person's own or the system's settings name. What is empty is not said: the preset's, or
// the setting of the same name, holds.
struct Server {
    std::string name;
    std::string place;  // where it is described: "/home/ann/.config/aibuild/config.json:4 (/servers/work)"
    std::string preset;
    std::string base_url;
    std::string api;
    std::string key_environment;  // the name of a variable
    std::filesystem::path key_file;
    std::vector<std::string> key_command;
    std::map<std::string, std::string> headers;
    std::vector<std::string> models;
    std::optional<double> price_input, price_output;  // of a million tokens
    std::optional<std::int64_t> requests_per_minute, tokens_per_minute, max_output_tokens, context_tokens;
};

// A file with settings, while it is read.
struct SettingsText {
    std::string file;  // as messages call it
    std::string text;
    std::filesystem::path directory;  // that paths in it start from
    std::filesystem::path home;       // what ~/ means; may be empty
    bool personal = false;            // the person's own: it may name programs to run
};

// Reads /servers/NAME of a file. Throws Error `settings.unknown`, `settings.type`, `settings.server`,
// `settings.key`.
Server read_server(const SettingsText& source, std::string_view name, const boost::json::value& value);

// A path as a file says it: ~/ is the home, and what is relative starts beside the file.
std::filesystem::path path_in(const SettingsText& source, std::string_view path);

// Whether `name` can be that of a variable with a key. PATH can't: keys are taken out of the environment.
bool can_hold_key(std::string_view name);

}  // namespace aibuild
