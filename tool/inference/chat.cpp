#include "tool/inference/chat.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <utility>

namespace aibuild {

namespace bj = boost::json;

namespace {

bj::value response_format(const Request& request, Format format) {
    if (format == Format::json_object) return bj::object{{"type", "json_object"}};
    bj::object schema{{"name", request.stage}, {"schema", request.schema}};
    if (format == Format::json_schema_strict) schema["strict"] = true;
    return bj::object{{"type", "json_schema"}, {"json_schema", std::move(schema)}};
}

}  // namespace

std::string chat_body(const Request& request, const Dialect& dialect) {
    bj::array messages;
    for (const auto& message : request.messages) {
        messages.push_back(bj::object{{"role", message.role}, {"content", message.text}});
    }
    bj::object body{{"model", request.model}, {"messages", std::move(messages)}, {"stream", true}};
    if (dialect.stream_options) body["stream_options"] = bj::object{{"include_usage", true}};
    body[dialect.max_completion_tokens ? "max_completion_tokens" : "max_tokens"] =
        request.limits.max_output_tokens;
    if (!request.schema.is_null() && dialect.format != Format::text) {
        body["response_format"] = response_format(request, dialect.format);
    }
    return bj::serialize(body);
}

bool ChatAnswer::take(const bj::object& event) {
    return take_choices(event, "delta");
}

bool ChatAnswer::take_whole(const bj::object& body) {
    return take_choices(body, "message");
}

bool ChatAnswer::take_choices(const bj::object& object, std::string_view part) {
    take_model(object);
    bool progress = false;
    if (const auto* usage = object.if_contains("usage"); usage != nullptr && usage->is_object()) {
        take_usage(usage->get_object(), "prompt", "completion");
        progress = true;
    }
    const auto* choices = object.if_contains("choices");
    if (choices == nullptr || !choices->is_array()) return progress;
    for (const auto& choice : choices->get_array()) {
        const auto* fields = choice.if_object();
        if (fields == nullptr)
            protocol_error("A choice in the server's answer is no object.", bj::serialize(object));
        if (const auto* index = fields->if_contains("index"); index != nullptr && *index != 0) continue;
        if (const auto* finish = fields->if_contains("finish_reason");
            finish != nullptr && finish->is_string() && !finish->get_string().empty()) {
            const bj::string& reason = finish->get_string();
            end(reason == "stop"             ? Ending::normal
                : reason == "length"         ? Ending::length
                : reason == "content_filter" ? Ending::filter
                                             : Ending::other);
            progress = true;
        }
        const auto* piece = fields->if_contains(part);
        if (piece == nullptr || !piece->is_object()) continue;
        for (const auto& [name, content] : piece->get_object()) {
            const bool ours = name == "content" || name == "refusal";
            if (ours && !content.is_null() && !content.is_string()) {
                protocol_error("The server sent a text that is no string.", bj::serialize(object));
            }
            if (name == "role" || !content.is_string() || content.get_string().empty()) continue;
            progress = true;
            if (name == "content")
                take_text(content.get_string());
            else if (name == "refusal")
                take_refusal(content.get_string());
            else
                take_thought();
        }
    }
    return progress;
}

}  // namespace aibuild
