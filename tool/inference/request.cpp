#include "tool/inference/request.h"

#include <boost/json/array.hpp>

#include "ninja-gen/hash.h"
#include "ninja-gen/json.h"
#include "tool/inference/stored_form.h"

namespace aibuild {

namespace bj = boost::json;

namespace {

bj::value or_null(const std::optional<std::int64_t>& number) {
    return number ? bj::value(*number) : bj::value();
}

std::optional<std::int64_t> number(const bj::value& value) {
    if (value.is_null()) return std::nullopt;
    return value.as_int64();
}

std::string hashed(const bj::value& logical_request) {
    return sha256(json::canonical(logical_request));
}

}  // namespace

bj::object logical(const Request& request) {
    bj::array messages;
    for (const auto& message : request.messages) {
        messages.push_back(bj::object{{"role", message.role}, {"text", message.text}});
    }
    return {{"stage", request.stage},
            {"template_version", request.template_version},
            {"model", request.model},
            {"messages", std::move(messages)},
            {"schema", request.schema},
            {"limits", bj::object{{"max_output_tokens", request.limits.max_output_tokens},
                                  {"max_bytes", request.limits.max_bytes}}}};
}

std::string key_of(const Request& request) {
    return hashed(logical(request));
}

std::string stored_text(const Request& request, const Response& response) {
    const bj::object usage{{"input_tokens", or_null(response.usage.input_tokens)},
                           {"output_tokens", or_null(response.usage.output_tokens)},
                           {"cached_tokens", or_null(response.usage.cached_tokens)}};
    return json::pretty(bj::object{{"format", stored_format},
                                   {"key", key_of(request)},
                                   {"request", logical(request)},
                                   {"response", bj::object{{"text", response.text},
                                                           {"provider", response.provider},
                                                           {"model", response.model},
                                                           {"usage", usage},
                                                           {"attempts", response.attempts}}}});
}

std::optional<Response> stored_response(std::string_view text, const std::string& key) {
    try {
        const bj::value document = json::parse(text, key);
        const auto& fields = document.as_object();
        if (fields.at("format").as_int64() != stored_format || hashed(fields.at("request")) != key) {
            return std::nullopt;
        }
        const auto& stored = fields.at("response").as_object();
        const auto& usage = stored.at("usage").as_object();
        Response response;
        response.outcome = Outcome::complete;
        response.text = stored.at("text").as_string();
        response.provider = stored.at("provider").as_string();
        response.model = stored.at("model").as_string();
        response.usage = {number(usage.at("input_tokens")), number(usage.at("output_tokens")),
                          number(usage.at("cached_tokens"))};
        response.attempts = stored.at("attempts").to_number<int>();
        response.from_store = true;
        return response;
    } catch (const std::exception&) {
        return std::nullopt;
    }
}

std::optional<Request> stored_request(std::string_view text, const std::string& key) {
    try {
        const bj::value document = json::parse(text, key);
        const auto& asked = document.as_object().at("request").as_object();
        Request out;
        out.stage = asked.at("stage").as_string();
        out.subject = out.stage;
        out.template_version = asked.at("template_version").as_string();
        out.model = asked.at("model").as_string();
        for (const bj::value& each : asked.at("messages").as_array()) {
            const auto& message = each.as_object();
            out.messages.push_back(
                {std::string(message.at("role").as_string()), std::string(message.at("text").as_string())});
        }
        out.schema = asked.at("schema");
        const auto& limits = asked.at("limits").as_object();
        out.limits.max_output_tokens = limits.at("max_output_tokens").to_number<int>();
        out.limits.max_bytes = limits.at("max_bytes").to_number<std::size_t>();
        if (key_of(out) == key) return out;
    } catch (const std::exception&) {
        // It was written by hand, or by another version.
    }
    return std::nullopt;
}

Usage operator+(const Usage& one, const Usage& other) {
    const auto sum = [&](std::optional<std::int64_t> Usage::*tokens) -> std::optional<std::int64_t> {
        if (!(one.*tokens) || !(other.*tokens)) return std::nullopt;
        return *(one.*tokens) + *(other.*tokens);
    };
    return {sum(&Usage::input_tokens), sum(&Usage::output_tokens), sum(&Usage::cached_tokens)};
}

}  // namespace aibuild
