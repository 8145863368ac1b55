#include "tool/settings/setting.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "ninja-gen/error.h"
#include "ninja-gen/names.h"

namespace aibuild {

namespace {

namespace bj = boost::json;
using Type = SettingType;
using Files = SettingFiles;

const std::vector<Setting>& table() {
    static const std::vector<Setting> settings = {
        {"provider",
         Type::list,
         "who is asked: openai, builtin, replay or a server's name; the next where one fails",
         "--provider",
         {"AIBUILD_PROVIDER"},
         Files::all},
        {"model",
         Type::list,
         "the model to ask; the next where one fails",
         "-m,--model",
         {"AIBUILD_MODEL"},
         Files::all},
        {"base_url",
         Type::text,
         "where the API of openai begins",
         "--base-url",
         {"AIBUILD_BASE_URL", "OPENAI_BASE_URL", "OPENAI_API_BASE"},
         Files::not_project,
         "https://api.openai.com/v1"},
        {"allow_http",
         Type::flag,
         "speak plain http to other machines than this one too: all can be read on the way",
         "--allow-http",
         {"AIBUILD_ALLOW_HTTP"},
         Files::not_project,
         "false"},
        {"api",
         Type::text,
         "the dialect: chat (Chat Completions), responses, or auto to find out",
         "--api",
         {"AIBUILD_API"},
         Files::not_project,
         "auto",
         {"auto", "chat", "responses"}},
        {"key_file",
         Type::text,
         "a file of mode 0600 that holds the key",
         "--key-file",
         {"AIBUILD_KEY_FILE"}},
        {"key_command", Type::list, "a program and its arguments that print the key", "", {}, Files::user},
        {"organization",
         Type::text,
         "sent as OpenAI-Organization",
         "--organization",
         {"AIBUILD_ORGANIZATION", "OPENAI_ORG_ID"}},
        {"openai_project",
         Type::text,
         "sent as OpenAI-Project",
         "--openai-project",
         {"AIBUILD_OPENAI_PROJECT", "OPENAI_PROJECT_ID"}},
        {"timeout",
         Type::seconds,
         "the most that one answer may take, retries included",
         "--timeout",
         {"AIBUILD_TIMEOUT"},
         Files::all,
         "600",
         {},
         604800},
        {"connect_timeout",
         Type::seconds,
         "the most that connecting may take",
         "--connect-timeout",
         {"AIBUILD_CONNECT_TIMEOUT"},
         Files::all,
         "10",
         {},
         604800},
        {"first_byte_timeout",
         Type::seconds,
         "the most until an answer begins",
         "--first-byte-timeout",
         {"AIBUILD_FIRST_BYTE_TIMEOUT"},
         Files::all,
         "120",
         {},
         604800},
        {"idle_timeout",
         Type::seconds,
         "the longest silence within an answer",
         "--idle-timeout",
         {"AIBUILD_IDLE_TIMEOUT"},
         Files::all,
         "60",
         {},
         604800},
        {"attempts",
         Type::count,
         "how often a request is sent at most, the first time included",
         "--attempts",
         {"AIBUILD_ATTEMPTS"},
         Files::not_project,
         "3",
         {},
         20},
        {"jobs",
         Type::count,
         "files asked for at the same time",
         "-j,--jobs",
         {"AIBUILD_JOBS"},
         Files::all,
         "4",
         {},
         256},
        {"max_calls", Type::count, "requests that a run may send", "--max-calls", {"AIBUILD_MAX_CALLS"}},
        {"max_tokens",
         Type::count,
         "tokens that a run may use, input and output together",
         "--max-tokens",
         {"AIBUILD_MAX_TOKENS"}},
        {"max_cost",
         Type::amount,
         "what a run may cost, in the currency of the prices",
         "--max-cost",
         {"AIBUILD_MAX_COST"}},
        {"max_seconds",
         Type::seconds,
         "how long a run may take",
         "--max-seconds",
         {"AIBUILD_MAX_SECONDS"},
         Files::not_project,
         "",
         {},
         31536000},
        {"max_output_tokens",
         Type::count,
         "tokens that one answer may have",
         "--max-output-tokens",
         {"AIBUILD_MAX_OUTPUT_TOKENS"},
         Files::all,
         "16384",
         {},
         10'000'000},
        {"context_tokens",
         Type::count,
         "tokens that the model can read at once",
         "--context-tokens",
         {"AIBUILD_CONTEXT_TOKENS"},
         Files::all,
         "",
         {},
         100'000'000},
        {"price_input",
         Type::amount,
         "what a million tokens of input cost",
         "--price-input",
         {"AIBUILD_PRICE_INPUT"}},
        {"price_output",
         Type::amount,
         "what a million tokens of output cost",
         "--price-output",
         {"AIBUILD_PRICE_OUTPUT"}},
        {"requests_per_minute",
         Type::count,
         "requests that are sent in a minute at most",
         "--requests-per-minute",
         {"AIBUILD_REQUESTS_PER_MINUTE"},
         Files::not_project,
         "",
         {},
         1e6},
        {"tokens_per_minute",
         Type::count,
         "tokens that are used in a minute at most",
         "--tokens-per-minute",
         {"AIBUILD_TOKENS_PER_MINUTE"}},
        {"log",
         Type::text,
         "what is told on standard error: error, warning, info or debug",
         "--log",
         {"AIBUILD_LOG"},
         Files::not_project,
         "warning",
         {"error", "warning", "info", "debug"}},
        {"progress",
         Type::text,
         "whether progress is drawn: auto (on a terminal), always or never",
         "--progress",
         {"AIBUILD_PROGRESS"},
         Files::not_project,
         "auto",
         {"auto", "always", "never"}},
        {"wait",
         Type::flag,
         "wait where another AIBuild command is working in the directory",
         "--wait",
         {"AIBUILD_WAIT"},
         Files::not_project,
         "false"},
        {"frozen",
         Type::flag,
         "ask nobody at all, neither a network nor the built-in planner: stored answers or a refusal",
         "--frozen",
         {"AIBUILD_FROZEN"},
         Files::all,
         "false"},
        {"offline",
         Type::flag,
         "ask nobody on a network",
         "--offline",
         {"AIBUILD_OFFLINE"},
         Files::not_project,
         "false"},
        {"sandbox",
         Type::text,
         "what a build without a sandbox is: refused (require), asked about (auto) or wanted (off)",
         "",
         {"AIBUILD_SANDBOX"},
         Files::not_project,
         "auto",
         {"auto", "require", "off"}},
        {"sandbox_read",
         Type::list,
         "directories that builds may read, beside the system, their project and its toolchains",
         "",
         {"AIBUILD_SANDBOX_READ"}},
        {"network_launcher",
         Type::text,
         "the compiler launcher with which a build keeps the network",
         "",
         {},
         Files::user,
         "",
         {"ccache", "distcc", "ccache distcc"}},
    };
    return settings;
}

std::string takes(const Setting& setting) {
    switch (setting.type) {
        case Type::text:
            if (!setting.choices.empty())
                return fmt::format("takes one of: {}", fmt::join(setting.choices, ", "));
            return "takes a text that is not empty, without control characters";
        case Type::list:
            return "takes one or more words, none of them empty";
        case Type::count:
            return fmt::format("takes a whole number from 1 to {:.0f}", setting.most);
        case Type::amount:
            return "takes a number from 0";
        case Type::seconds:
            return fmt::format("takes a number of seconds above 0, at most {:.0f}", setting.most);
        case Type::flag:
            return "takes yes or no";
    }
    return {};
}

bool plain(std::string_view text) {
    return !text.empty() && std::ranges::none_of(text, [](char c) {
        return static_cast<unsigned char>(c) < ' ' || c == 0x7f;
    });
}

// A number in the range of its setting; null where it is not.
bj::value number(const Setting& setting, double value) {
    if (!std::isfinite(value) || value < 0 || value > setting.most) return nullptr;
    if (setting.type == Type::amount) return value;
    if (value == 0) return nullptr;
    if (setting.type == Type::seconds) return value;
    if (value != std::floor(value)) return nullptr;
    return static_cast<std::int64_t>(value);
}

bj::value words(const bj::array& array) {
    const bool fine = !array.empty() && std::ranges::all_of(array, [](const bj::value& word) {
        return word.is_string() && plain(std::string_view(word.get_string()));
    });
    return fine ? bj::value(array) : bj::value(nullptr);
}

bj::value split(std::string_view text) {
    bj::array out;
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find(',', begin), text.size());
        std::string_view word = text.substr(begin, end - begin);
        while (word.starts_with(' ')) word.remove_prefix(1);
        while (word.ends_with(' ')) word.remove_suffix(1);
        out.emplace_back(bj::string(word));
        begin = end + 1;
    }
    return words(out);
}

bj::value chosen(const Setting& setting, std::string_view text) {
    const bool fine = setting.choices.empty()
                          ? plain(text)
                          : std::ranges::find(setting.choices, text) != setting.choices.end();
    return fine ? bj::value(bj::string(text)) : bj::value(nullptr);
}

bj::value read_text(const Setting& setting, std::string_view text) {
    switch (setting.type) {
        case Type::text:
            return chosen(setting, text);
        case Type::list:
            return split(text);
        case Type::flag:
            if (text == "1" || text == "true" || text == "yes" || text == "on") return true;
            if (text == "0" || text == "false" || text == "no" || text == "off") return false;
            return nullptr;
        default:
            break;
    }
    const std::string copy(text);
    if (copy.empty() || copy.find_first_not_of("0123456789.") != std::string::npos) return nullptr;
    char* end = nullptr;
    const double value = std::strtod(copy.c_str(), &end);
    return *end == '\0' ? number(setting, value) : bj::value(nullptr);
}

bj::value read_json(const Setting& setting, const bj::value& value) {
    switch (setting.type) {
        case Type::text:
            return value.is_string() ? chosen(setting, std::string_view(value.get_string()))
                                     : bj::value(nullptr);
        case Type::list:
            if (value.is_array()) return words(value.get_array());
            return value.is_string() ? words(bj::array(1, value)) : bj::value(nullptr);
        case Type::flag:
            return value.is_bool() ? value : bj::value(nullptr);
        default:
            return value.is_number() ? number(setting, value.to_number<double>()) : bj::value(nullptr);
    }
}

}  // namespace

std::span<const Setting> all_settings() {
    return table();
}

const Setting* find_setting(std::string_view name) {
    const auto found = std::ranges::find(table(), name, &Setting::name);
    return found == table().end() ? nullptr : &*found;
}

const Setting& setting(std::string_view name) {
    if (const Setting* found = find_setting(name)) return *found;
    const auto meant = did_you_mean(name, setting_names());
    throw Error(
        Exit::usage, "settings.unknown", std::string(name), "There is no setting of this name.",
        meant ? fmt::format("Did you mean {}?", *meant) : "`aibuild-gen config list` shows them all.");
}

std::vector<std::string> setting_names() {
    std::vector<std::string> out;
    for (const Setting& each : table()) out.emplace_back(each.name);
    return out;
}

bj::value value_of_text(const Setting& setting, std::string_view text, std::string& problem) {
    bj::value out = read_text(setting, text);
    problem = out.is_null() ? takes(setting) : "";
    return out;
}

bj::value value_of_json(const Setting& setting, const bj::value& value, std::string& problem) {
    bj::value out = read_json(setting, value);
    problem = out.is_null() ? takes(setting) : "";
    return out;
}

}  // namespace aibuild
