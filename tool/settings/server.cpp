#include "tool/settings/server.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <functional>

#include "ninja-gen/error.h"
#include "ninja-gen/json.h"
#include "ninja-gen/names.h"
#include "ninja-gen/small_letters.h"
#include "tool/settings/origin.h"
#include "tool/settings/setting.h"

namespace aibuild {

namespace {

namespace bj = boost::json;

// One member of a server: its value is checked as that of the setting `like`, and kept by `keep`.
struct Member {
    std::string_view name;
    std::string_view like;
    std::function<void(Server&, const bj::value&)> keep;
};

std::string text_of(const bj::value& value) {
    return std::string(std::string_view(value.get_string()));
}

std::vector<std::string> words_of(const bj::value& value) {
    std::vector<std::string> out;
    for (const bj::value& word : value.get_array()) out.push_back(text_of(word));
    return out;
}

const std::vector<Member>& members() {
    using Value = const bj::value&;
    static const std::vector<Member> all = {
        {"preset", "base_url", [](Server& s, Value v) { s.preset = text_of(v); }},
        {"base_url", "base_url", [](Server& s, Value v) { s.base_url = text_of(v); }},
        {"api", "api", [](Server& s, Value v) { s.api = text_of(v); }},
        {"key_environment", "base_url", [](Server& s, Value v) { s.key_environment = text_of(v); }},
        {"key_file", "key_file", [](Server& s, Value v) { s.key_file = text_of(v); }},
        {"key_command", "key_command", [](Server& s, Value v) { s.key_command = words_of(v); }},
        {"model", "model", [](Server& s, Value v) { s.models = words_of(v); }},
        {"price_input", "price_input", [](Server& s, Value v) { s.price_input = v.to_number<double>(); }},
        {"price_output", "price_output", [](Server& s, Value v) { s.price_output = v.to_number<double>(); }},
        {"requests_per_minute", "requests_per_minute",
         [](Server& s, Value v) { s.requests_per_minute = v.get_int64(); }},
        {"tokens_per_minute", "tokens_per_minute",
         [](Server& s, Value v) { s.tokens_per_minute = v.get_int64(); }},
        {"max_output_tokens", "max_output_tokens",
         [](Server& s, Value v) { s.max_output_tokens = v.get_int64(); }},
        {"context_tokens", "context_tokens", [](Server& s, Value v) { s.context_tokens = v.get_int64(); }},
    };
    return all;
}

// Headers that carry a key would carry it past its origin and into whatever shows settings; the others are
// the client's own.
constexpr std::array<std::string_view, 6> key_headers = {
    "authorization", "proxy-authorization", "api-key", "x-api-key", "cookie", "x-goog-api-key"};
constexpr std::array<std::string_view, 7> own_headers = {
    "host", "content-length", "content-type", "transfer-encoding", "connection", "accept", "accept-encoding"};

std::map<std::string, std::string> read_headers(const SettingsText& source, const std::string& pointer,
                                                const bj::value& value) {
    const auto bad = [&](const std::string& at, std::string why, std::string fix) {
        return Error(Exit::usage, "settings.header", json::place(source.file, source.text, at),
                     std::move(why), std::move(fix));
    };
    if (!value.is_object())
        throw bad(pointer, "Headers are an object of names and texts.", R"(Write {"X-Team": "tools"}.)");
    std::map<std::string, std::string> out;
    for (const auto& entry : value.get_object()) {
        const std::string name(entry.key());
        const std::string at = pointer + json::pointer_token(name);
        const std::string small = small_letters(name);
        if (small.empty() ||
            small.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_") != std::string::npos)
            throw bad(at, "No header has such a name.", "Use letters, digits and hyphens.");
        if (std::ranges::find(key_headers, small) != key_headers.end())
            throw bad(at, "A key that stands here would be bound to no origin and hidden from no log.",
                      "Name where the key is with key_environment, key_file or key_command.");
        if (std::ranges::find(own_headers, small) != own_headers.end())
            throw bad(at, "This header is written by aibuild-gen.", "Take it away.");
        const bool printable =
            entry.value().is_string() &&
            std::ranges::all_of(entry.value().get_string(), [](char c) { return c >= ' ' && c < 0x7f; });
        if (!printable)
            throw bad(at, "A header's value is a text of printable ASCII.", "Write it so, in quotes.");
        out[name] = text_of(entry.value());
    }
    return out;
}

void keep(const SettingsText& source, const std::string& at, const Member& member, const bj::value& value,
          Server& server) {
    const auto place = [&] { return json::place(source.file, source.text, at); };
    const Setting& like = setting(member.like);
    std::string problem;
    const bj::value read = value_of_json(like, value, problem);
    if (!problem.empty())
        throw Error(Exit::usage, "settings.type", place(), fmt::format("{} {}.", member.name, problem),
                    "Correct the value.");
    if (member.name == "key_command" && !source.personal)
        throw Error(Exit::usage, "settings.key", place(),
                    "A program that is run is the person's own to name.",
                    "Name it in ~/.config/aibuild/config.json.");
    member.keep(server, read);
}

// What the values mean together, once each is of its type.
void check(const SettingsText& source, const std::string& pointer, Server& server) {
    const auto place = [&](std::string_view member) {
        return json::place(source.file, source.text, pointer + json::pointer_token(member));
    };
    if (!server.base_url.empty()) origin_of(server.base_url, place("base_url"));
    if (!server.key_file.empty()) server.key_file = path_in(source, server.key_file.string());
    if (!server.key_environment.empty() && !can_hold_key(server.key_environment)) {
        throw Error(Exit::usage, "settings.key", place("key_environment"),
                    "It is taken out of the environment, so that no program that is started sees the key; "
                    "this could be a variable that they need.",
                    "Use one of capital letters, digits and _ whose name has KEY, TOKEN or SECRET in it.");
    }
    if (server.base_url.empty() && server.preset.empty()) {
        throw Error(Exit::usage, "settings.server", json::place(source.file, source.text, pointer),
                    "Nothing says where this server is.", "Add \"base_url\", or a \"preset\" that has one.");
    }
}

}  // namespace

bool can_hold_key(std::string_view name) {
    const auto has = [&](std::string_view word) { return name.find(word) != std::string_view::npos; };
    return !name.empty() && !(name[0] >= '0' && name[0] <= '9') &&
           name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == std::string_view::npos &&
           (has("KEY") || has("TOKEN") || has("SECRET"));
}

std::filesystem::path path_in(const SettingsText& source, std::string_view path) {
    if (path.starts_with("~/") && !source.home.empty()) return source.home / path.substr(2);
    return source.directory / path;
}

Server read_server(const SettingsText& source, std::string_view name, const bj::value& value) {
    const std::string pointer = "/servers" + json::pointer_token(name);
    Server out;
    out.name = name;
    out.place = json::place(source.file, source.text, pointer);
    constexpr std::array<std::string_view, 3> taken = {"openai", "builtin", "replay"};
    if (const auto problem = name_problem(name); problem || std::ranges::find(taken, name) != taken.end()) {
        throw Error(Exit::usage, "settings.server", out.place,
                    problem ? *problem : "This name has a meaning of its own.",
                    "Give the server another name: letters, digits, - and _.");
    }
    if (!value.is_object())
        throw Error(Exit::usage, "settings.type", out.place, "A server is described by an object.",
                    R"(Write {"base_url": "https://..."}.)");
    for (const auto& entry : value.get_object()) {
        const std::string key(entry.key());
        const std::string at = pointer + json::pointer_token(key);
        if (key == "headers") {
            out.headers = read_headers(source, at, entry.value());
            continue;
        }
        const auto member = std::ranges::find(members(), key, &Member::name);
        if (member == members().end()) {
            std::vector<std::string> known = {"headers"};
            for (const Member& each : members()) known.emplace_back(each.name);
            const auto meant = did_you_mean(key, known);
            throw Error(Exit::usage, "settings.unknown", json::place(source.file, source.text, at),
                        fmt::format("A server has no \"{}\".", key),
                        meant ? fmt::format("Did you mean \"{}\"?", *meant)
                              : fmt::format("A server has: {}.", fmt::join(known, ", ")));
        }
        keep(source, at, *member, entry.value(), out);
    }
    check(source, pointer, out);
    return out;
}

}  // namespace aibuild
