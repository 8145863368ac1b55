#include "tool/inference/servers.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <set>

#include "ninja-gen/error.h"
#include "ninja-gen/json.h"
#include "ninja-gen/names.h"
#include "server_data.h"

namespace aibuild {

namespace bj = boost::json;

namespace {

// Takes members out of an object until none is left.
class Members {
  public:
    Members(const bj::value& value, std::string_view text, std::string_view file, std::string pointer)
        : text_(text), file_(file), pointer_(std::move(pointer)) {
        if (!value.is_object()) refuse(pointer_, "This is no object.");
        object_ = &value.get_object();
    }

    const bj::value& value(std::string_view name) {
        taken_.insert(std::string(name));
        const bj::value* found = object_->if_contains(name);
        if (found == nullptr) refuse(pointer_, fmt::format("\"{}\" is missing.", name));
        return *found;
    }

    std::string text(std::string_view name) {
        const bj::value& found = value(name);
        if (!found.is_string()) refuse(at(name), "This is no text.");
        return std::string(std::string_view(found.get_string()));
    }

    bool flag(std::string_view name) {
        const bj::value& found = value(name);
        if (!found.is_bool()) refuse(at(name), "This is neither true nor false.");
        return found.get_bool();
    }

    std::vector<std::string> words(std::string_view name) {
        const bj::value& found = value(name);
        if (!found.is_array()) refuse(at(name), "This is no list.");
        std::vector<std::string> out;
        for (const bj::value& each : found.get_array()) {
            if (!each.is_string()) refuse(at(name), "Not everything in this list is a text.");
            out.emplace_back(std::string_view(each.get_string()));
        }
        return out;
    }

    // One of `all`, by its name.
    template <typename Value, typename All>
    Value named(const std::string& word, std::string_view name, const All& all) {
        for (const Value each : all)
            if (name_of(each) == word) return each;
        refuse(at(name), fmt::format("There is no \"{}\" here.", word));
    }

    void end() const {
        for (const auto& member : *object_) {
            if (!taken_.contains(std::string(std::string_view(member.key()))))
                refuse(at(member.key()), "Nothing is known by this name.");
        }
    }

    [[noreturn]] void refuse(const std::string& pointer, std::string why) const {
        throw Error(Exit::usage, "provider.server", json::place(file_, text_, pointer), std::move(why),
                    "Compare it with the other files of servers.");
    }

    std::string at(std::string_view name) const { return pointer_ + json::pointer_token(name); }

  private:
    const bj::object* object_ = nullptr;
    std::string_view text_, file_;
    std::string pointer_;
    std::set<std::string> taken_;
};

}  // namespace

ServerPreset read_server_preset(std::string_view text, std::string_view file) {
    const bj::value document = json::parse(text, file);
    Members members(document, text, file, "");
    if (members.text("schema") != "aibuild.server/1")
        members.refuse("/schema", "This is not aibuild.server/1.");
    ServerPreset out;
    out.name = members.text("name");
    out.title = members.text("title");
    out.base_url = members.text("base_url");
    out.base_url_environment = members.text("base_url_environment");
    out.key_environment = members.text("key_environment");
    out.key_header = members.text("key_header");
    out.key_prefix = members.text("key_prefix");
    Members urls(members.value("urls"), text, file, "/urls");
    out.chat_url = urls.text("chat");
    out.responses_url = urls.text("responses");
    out.models_url = urls.text("models");
    urls.end();
    out.api_version = members.text("api_version");
    out.api_version_environment = members.text("api_version_environment");
    out.apis.clear();
    for (const std::string& word : members.words("apis"))
        out.apis.push_back(members.named<Api>(word, "apis", std::array{Api::chat, Api::responses}));
    if (out.apis.empty()) members.refuse("/apis", "A server speaks something.");
    out.rungs.clear();
    for (const std::string& word : members.words("formats"))
        out.rungs.push_back(members.named<Format>(word, "formats", all_rungs));
    if (out.rungs.empty() || out.rungs.back() != Format::text || !std::ranges::is_sorted(out.rungs))
        members.refuse("/formats", "The rungs go down, and the last is \"text\".");
    const std::string limit = members.text("token_limit");
    if (limit != "max_completion_tokens" && limit != "max_tokens")
        members.refuse("/token_limit", "This is neither max_completion_tokens nor max_tokens.");
    out.max_completion_tokens = limit == "max_completion_tokens";
    out.stream_options = members.flag("stream_options");
    out.costs = members.flag("costs");
    out.deviations = members.words("deviations");
    members.end();
    return out;
}

const std::vector<ServerPreset>& server_presets() {
    static const std::vector<ServerPreset> all = [] {
        std::vector<ServerPreset> out;
        for (const auto& [file, text] : embedded::server_data_files())
            out.push_back(read_server_preset(text, file));
        return out;
    }();
    return all;
}

const ServerPreset& server_preset(std::string_view name) {
    std::vector<std::string> known;
    for (const ServerPreset& each : server_presets()) {
        if (each.name == name) return each;
        known.push_back(each.name);
    }
    const auto meant = did_you_mean(std::string(name), known);
    throw Error(Exit::usage, "provider.server", std::string(name), "No server of this name is known.",
                meant ? fmt::format("Did you mean {}?", *meant)
                      : fmt::format("There are: {}. Another server is reached by its base URL.",
                                    fmt::join(known, ", ")));
}

Dialect ServerPreset::dialect() const {
    return {rungs.front(), max_completion_tokens, stream_options, apis.front()};
}

}  // namespace aibuild
