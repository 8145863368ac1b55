#include "tool/inference/chat.h"

#include <boost/json/array.hpp>
#include <boost/json/error.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <utility>

#include "ninja-gen/error.h"
#include "tool/inference/failure.h"

namespace aibuild {

namespace bj = boost::json;

namespace {

bj::value response_format(const Request& request, Dialect::Format format) {
    if (format == Dialect::Format::json_object) return bj::object{{"type", "json_object"}};
    return bj::object{
        {"type", "json_schema"},
        {"json_schema", bj::object{{"name", request.stage}, {"schema", request.schema}, {"strict", true}}}};
}

[[noreturn]] void protocol_error(std::string why, std::string_view data) {
    why += " It sent: " + one_line(data);
    throw Error(Exit::provider, "provider.protocol", "", std::move(why),
                "Check that the base URL leads to an OpenAI-compatible server, and its version.");
}

bool truthy(const bj::value& value) {
    if (value.is_null()) return false;
    if (const auto* yes = value.if_bool()) return *yes;
    if (const auto* text = value.if_string()) return !text->empty();
    if (const auto* object = value.if_object()) return !object->empty();
    return true;
}

// A count that can't be one is unknown, and no reason to drop an answer that was paid for.
std::optional<std::int64_t> count(const bj::object& usage, std::string_view name) {
    const bj::value* value = usage.if_contains(name);
    const std::int64_t* number = value != nullptr ? value->if_int64() : nullptr;
    if (number == nullptr || *number < 0) return std::nullopt;
    return *number;
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
    if (!request.schema.is_null() && dialect.format != Dialect::Format::text) {
        body["response_format"] = response_format(request, dialect.format);
    }
    return bj::serialize(body);
}

ChatAnswer::ChatAnswer(const Request& request) : request_(request), model_(request.model) {}

bool ChatAnswer::add_event(std::string_view data) {
    if (done_ || data.find_first_not_of(" \t\n") == std::string_view::npos) return false;
    if (data.starts_with("[DONE]")) {
        done_ = true;
        return false;
    }
    boost::system::error_code error;
    const bj::value value = bj::parse({data.data(), data.size()}, error);
    if (error) protocol_error("The server streamed an event that is no JSON.", data);
    return take(value, "delta");
}

void ChatAnswer::add_whole(std::string_view body) {
    boost::system::error_code error;
    const bj::value value = bj::parse({body.data(), body.size()}, error);
    if (error == bj::error::incomplete) return;  // its end is missing, and so is its reason to stop
    if (error) protocol_error("The server's answer is neither an event stream nor JSON.", body);
    take(value, "message");
    done_ = true;
}

bool ChatAnswer::take(const bj::value& value, std::string_view part) {
    const auto* object = value.if_object();
    if (object == nullptr) protocol_error("The server sent JSON that is no object.", bj::serialize(value));
    if (const auto* error = object->if_contains("error"); error != nullptr && truthy(*error)) {
        const auto said = server_error(bj::serialize(value));
        throw Error(Exit::provider, "provider.failed", "",
                    "The server began to answer and then reported an error: " + said.message,
                    "Try again; if it stays, look at the server's status or log.");
    }
    if (const auto* model = object->if_contains("model"); model != nullptr && model->is_string()) {
        model_ = model->get_string();
    }
    bool progress = false;
    if (const auto* usage = object->if_contains("usage"); usage != nullptr && usage->is_object()) {
        usage_.input_tokens = count(usage->get_object(), "prompt_tokens");
        usage_.output_tokens = count(usage->get_object(), "completion_tokens");
        progress = true;
    }
    const auto* choices = object->if_contains("choices");
    if (choices == nullptr || !choices->is_array()) return progress;
    for (const auto& choice : choices->get_array()) {
        const auto* fields = choice.if_object();
        if (fields == nullptr)
            protocol_error("A choice in the server's answer is no object.", bj::serialize(value));
        if (const auto* index = fields->if_contains("index"); index != nullptr && *index != 0) continue;
        if (const auto* finish = fields->if_contains("finish_reason");
            finish != nullptr && finish->is_string() && !finish->get_string().empty()) {
            finish_ = finish->get_string();
            progress = true;
        }
        const auto* piece = fields->if_contains(part);
        if (piece == nullptr || !piece->is_object()) continue;
        for (const auto& [name, content] : piece->get_object()) {
            const bool ours = name == "content" || name == "refusal";
            if (ours && !content.is_null() && !content.is_string()) {
                protocol_error("The server sent a text that is no string.", bj::serialize(value));
            }
            if (name == "role" || !content.is_string() || content.get_string().empty()) continue;
            progress = true;
            if (name == "content")
                take_text(content.get_string());
            else if (name == "refusal")
                refusal_ += content.get_string();
            else
                thought_ = true;
        }
    }
    return progress;
}

void ChatAnswer::take_text(std::string_view text) {
    text_ += text;
    if (request_.schema.is_null()) return;
    for (const char c : text) {
        const bool blank = c == ' ' || c == '\n' || c == '\t' || c == '\r';
        blank_run_ = blank && !in_string_ ? blank_run_ + 1 : 0;
        if (blank_run_ > max_blank_run) flooded_ = true;
        if (c == '"' && !escaped_) in_string_ = !in_string_;
        escaped_ = in_string_ && c == '\\' && !escaped_;
    }
}

bool ChatAnswer::over() const {
    return text_.size() + refusal_.size() > request_.limits.max_bytes;
}

bool ChatAnswer::empty() const {
    return finish_ == "stop" && text_.empty() && refusal_.empty();
}

Response ChatAnswer::response() const {
    Response response;
    response.text = text_.substr(0, request_.limits.max_bytes);
    response.provider = "openai";
    response.model = model_;
    response.usage = usage_;
    if (!refusal_.empty()) {
        response.outcome = Outcome::refused;
        response.text = refusal_.substr(0, request_.limits.max_bytes);
    } else if (finish_ == "content_filter") {
        response.outcome = Outcome::filtered;
    } else if (finish_ == "stop" && !over() && !flooded_) {
        response.outcome = Outcome::complete;
    } else if (finish_ == "length" || over()) {
        response.outcome = Outcome::cut;
    }
    return response;
}

}  // namespace aibuild
