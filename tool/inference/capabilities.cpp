#include "tool/inference/capabilities.h"

#include <array>
#include <boost/json/object.hpp>

#include "ninja-gen/error.h"
#include "ninja-gen/hash.h"
#include "ninja-gen/json.h"
#include "tool/inference/private_file.h"

namespace aibuild {

namespace bj = boost::json;

namespace {

constexpr std::string_view schema = "aibuild.capabilities/1";

std::int64_t number(Capabilities::Time time) {
    return time.time_since_epoch().count();
}

template <typename Value, typename All>
Value named(const bj::value& word, const All& all) {
    for (const Value each : all)
        if (name_of(each) == std::string_view(word.as_string())) return each;
    throw std::invalid_argument("unknown name");
}

// Throws where it isn't what `keep` writes.
std::optional<Dialect> read(const std::string& text, const std::string& base_url, const std::string& model,
                            Capabilities::Time now) {
    const bj::object file = json::parse(text, "").as_object();
    const bool ours = file.at("schema").as_string() == schema &&
                      file.at("base_url").as_string() == base_url && file.at("model").as_string() == model;
    const std::int64_t age = number(now) - file.at("found").as_int64();
    if (!ours || age < 0 || age > std::chrono::seconds(Capabilities::lifetime).count()) return std::nullopt;
    Dialect out;
    out.api = named<Api>(file.at("api"), std::array{Api::chat, Api::responses});
    out.format = named<Format>(file.at("format"), all_rungs);
    out.max_completion_tokens = file.at("max_completion_tokens").as_bool();
    out.stream_options = file.at("stream_options").as_bool();
    return out;
}

}  // namespace

Capabilities::Capabilities(std::filesystem::path directory) : directory_(std::move(directory)) {}

std::filesystem::path Capabilities::file(const std::string& base_url, const std::string& model) const {
    return directory_ / (sha256(base_url + "\n" + model) + ".json");
}

std::optional<Dialect> Capabilities::find(const std::string& base_url, const std::string& model,
                                          Time now) const {
    if (directory_.empty()) return std::nullopt;
    const auto text = read_private_file(file(base_url, model));
    if (!text) return std::nullopt;
    try {
        return read(*text, base_url, model, now);
    } catch (const std::exception&) {
        return std::nullopt;
    }
}

void Capabilities::keep(const std::string& base_url, const std::string& model, const Dialect& dialect,
                        Time now) const {
    if (directory_.empty()) return;
    const bj::object text{{"schema", schema},
                          {"base_url", base_url},
                          {"model", model},
                          {"found", number(now)},
                          {"api", name_of(dialect.api)},
                          {"format", name_of(dialect.format)},
                          {"max_completion_tokens", dialect.max_completion_tokens},
                          {"stream_options", dialect.stream_options}};
    try {
        write_atomically(file(base_url, model), json::pretty(text));
    } catch (const Error&) {
        // It is found out again next time.
    }
}

std::filesystem::path user_server_memory() {
    return user_cache() / "servers";
}

}  // namespace aibuild
