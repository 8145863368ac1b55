#pragma once

// The settings there are, as data: what each is called, what it takes, and who may say it.

#include <boost/json/value.hpp>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace aibuild {

enum class SettingType : std::uint8_t {
    text,
    list,     // words; in a variable or a flag with commas between them
    count,    // a whole number from 1
    amount,   // of money, from 0
    seconds,  // more than 0, fractions too
    flag,     // yes or no
};

// Which files may say it. A project's file comes with the project, from whoever wrote it: it may say what is
// asked for, but neither where a request, a key or money goes nor what runs.
enum class SettingFiles : std::uint8_t {
    all,          // project, user, system
    not_project,  // user, system
    user,         // the person's own alone: what it says is run
};

struct Setting {
    std::string_view name;  // in files: "base_url"
    SettingType type = SettingType::text;
    std::string_view doc;                       // one sentence without a full stop
    std::string_view flag;                      // as CLI11 reads it: "-m,--model"; empty: none
    std::vector<std::string_view> environment;  // in order
    SettingFiles files = SettingFiles::not_project;
    std::string_view fallback = {};              // what holds where nobody says; empty: nothing
    std::vector<std::string_view> choices = {};  // empty: any
    double most = 1e15;                          // of a number
};

std::span<const Setting> all_settings();

// Nullptr where there is none.
const Setting* find_setting(std::string_view name);

// Throws Error `settings.unknown`, with the one that was most likely meant.
const Setting& setting(std::string_view name);

std::vector<std::string> setting_names();

// The value that `text` of a flag or a variable means: a JSON string, an array of strings, a number or a
// bool. `problem` says why it means none: "takes a whole number from 1"; empty otherwise.
boost::json::value value_of_text(const Setting& setting, std::string_view text, std::string& problem);

// The same of a value in a file.
boost::json::value value_of_json(const Setting& setting, const boost::json::value& value,
                                 std::string& problem);

}  // namespace aibuild
