#include "tool/inference/responses.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <utility>

namespace aibuild {

namespace bj = boost::json;

namespace {

bj::value text_format(const Request& request, Format format) {
    if (format == Format::json_object) return bj::object{{"type", "json_object"}};
    // Strict is what this API takes a missing `strict` for.
    return bj::object{{"type", "json_schema"},
                      {"name", request.stage},
                      {"schema", request.schema},
                      {"strict", format == Format::json_schema_strict}};
}

std::string_view text_in(const bj::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    return value != nullptr && value->is_string() ? std::string_view(value->get_string()) : "";
}

const bj::object* object_in(const bj::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    return value != nullptr ? value->if_object() : nullptr;
}

template <typename Use>
void each_object_in(const bj::object& object, std::string_view name, Use use) {
    const auto* list = object.if_contains(name);
    if (list == nullptr || !list->is_array()) return;
    for (const auto& entry : list->get_array()) {
        if (const auto* one = entry.if_object()) use(*one);
    }
}

}  // namespace

std::string responses_body(const Request& request, const Dialect& dialect) {
    std::string instructions;
    bj::array input;
    for (const auto& message : request.messages) {
        if (message.role == "system")
            instructions += (instructions.empty() ? "" : "\n\n") + message.text;
        else
            input.push_back(bj::object{{"role", message.role}, {"content", message.text}});
    }
    bj::object body{{"model", request.model}};
    if (!instructions.empty()) body["instructions"] = instructions;
    body["input"] = std::move(input);
    body["stream"] = true;
    body["store"] = false;
    body["max_output_tokens"] = request.limits.max_output_tokens;
    if (!request.schema.is_null() && dialect.format != Format::text) {
        body["text"] = bj::object{{"format", text_format(request, dialect.format)}};
    }
    return bj::serialize(body);
}

bool ResponsesAnswer::take(const bj::object& event) {
    const std::string_view type = text_in(event, "type");
    if (type == "error") server_failed(event);
    if (type.ends_with(".delta")) {
        const auto* delta = event.if_contains("delta");
        const bool ours = type == "response.output_text.delta" || type == "response.refusal.delta";
        if (ours && (delta == nullptr || !delta->is_string()))
            protocol_error("The server sent a text that is no string.", bj::serialize(event));
        const std::string_view text = text_in(event, "delta");
        if (text.empty()) return false;
        if (type == "response.output_text.delta")
            take_text(text);
        else if (type == "response.refusal.delta")
            take_refusal(text);
        else
            take_thought();
        return true;
    }
    const bool last =
        type == "response.completed" || type == "response.incomplete" || type == "response.failed";
    const auto* response = object_in(event, "response");
    if (response == nullptr) {
        if (last) protocol_error("The server ended its answer without saying how.", bj::serialize(event));
        return false;
    }
    take_model(*response);
    if (!last) return false;
    if (bytes() == 0) take_output(*response);  // of a gateway that streams nothing but the end
    take_end(*response);
    end_stream();
    return true;
}

bool ResponsesAnswer::take_whole(const bj::object& body) {
    take_model(body);
    take_output(body);
    take_end(body);
    return true;
}

// Reasoning, calls of tools and whatever else there will be stand in the same list.
void ResponsesAnswer::take_output(const bj::object& response) {
    each_object_in(response, "output", [&](const bj::object& item) {
        if (text_in(item, "type") != "message") {
            take_thought();
            return;
        }
        each_object_in(item, "content", [&](const bj::object& part) {
            const std::string_view type = text_in(part, "type");
            if (type == "output_text") take_text(text_in(part, "text"));
            if (type == "refusal") take_refusal(text_in(part, "refusal"));
        });
    });
}

void ResponsesAnswer::take_end(const bj::object& response) {
    if (const auto* usage = object_in(response, "usage")) take_usage(*usage, "input", "output");
    const std::string_view status = text_in(response, "status");
    if (status == "failed") server_failed(response);
    if (status == "completed") {
        end(Ending::normal);
    } else if (status == "incomplete") {
        const auto* details = object_in(response, "incomplete_details");
        const std::string_view reason = details != nullptr ? text_in(*details, "reason") : "";
        end(reason == "max_output_tokens" ? Ending::length
            : reason == "content_filter"  ? Ending::filter
                                          : Ending::other);
    } else if (!status.empty()) {
        end(Ending::other);
    }
}

}  // namespace aibuild
