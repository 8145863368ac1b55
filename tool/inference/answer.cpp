#include "tool/inference/answer.h"

#include <algorithm>
#include <array>
#include <boost/json/error.hpp>
#include <boost/json/monotonic_resource.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <utility>

#include "ninja-gen/error.h"
#include "tool/inference/chat.h"
#include "tool/inference/failure.h"
#include "tool/inference/responses.h"

namespace aibuild {

namespace bj = boost::json;

namespace {

bool truthy(const bj::value& value) {
    if (value.is_null()) return false;
    if (const auto* yes = value.if_bool()) return *yes;
    if (const auto* text = value.if_string()) return !text->empty();
    if (const auto* object = value.if_object()) return !object->empty();
    return true;
}

// No call has more, and so many can be added up.
constexpr std::int64_t most_tokens = 1'000'000'000'000;

struct Counted {
    std::optional<std::int64_t> tokens;
    bool bad = false;  // it is there, and no count
};

Counted count(const bj::object& usage, std::string_view name) {
    const bj::value* value = usage.if_contains(name);
    if (value == nullptr || value->is_null()) return {};
    const std::int64_t* number = value->if_int64();
    if (number == nullptr || *number < 0 || *number > most_tokens) return {.tokens = {}, .bad = true};
    return {.tokens = *number};
}

}  // namespace

Answer::Answer(const Request& request) : request_(request), model_(request.model) {}

bool Answer::add_event(std::string_view data) {
    if (done_ || data.find_first_not_of(" \t\n") == std::string_view::npos) return false;
    if (data.starts_with("[DONE]")) {
        if (data.find_last_not_of(" \t\n") != std::string_view("[DONE]").size() - 1)
            warn("The server ended its stream with " + one_line(data) + " in place of [DONE].");
        done_ = true;
        return false;
    }
    return read(data, false);
}

void Answer::add_whole(std::string_view body) {
    read(body, true);
    done_ = true;
}

bool Answer::read(std::string_view data, bool whole) {
    boost::system::error_code failed;
    // An event is small and gone in a moment, and there are thousands: it is taken apart on the stack.
    std::array<unsigned char, 4096> room;
    bj::monotonic_resource here(room.data(), room.size());
    const bj::storage_ptr where = whole ? bj::storage_ptr() : bj::storage_ptr(&here);
    const bj::value value = bj::parse({data.data(), data.size()}, failed, where);
    if (whole && failed == bj::error::incomplete) return false;  // its end is missing, and so is its reason
    if (failed) {
        protocol_error(whole ? "The server's answer is neither an event stream nor JSON."
                             : "The server streamed an event that is no JSON.",
                       data);
    }
    const auto* object = value.if_object();
    if (object == nullptr) protocol_error("The server sent JSON that is no object.", data);
    const auto* error = object->if_contains("error");
    if (error != nullptr && truthy(*error)) server_failed(value);
    return whole ? take_whole(*object) : take(*object);
}

void Answer::protocol_error(std::string why, std::string_view data) {
    why += " It sent: " + one_line(data);
    throw Error(Exit::provider, "provider.protocol", "", std::move(why),
                "Check that the base URL leads to an OpenAI-compatible server, and its version.");
}

void Answer::server_failed(const bj::value& said) {
    throw Error(
        Exit::provider, "provider.failed", "",
        "The server began to answer and then reported an error: " + server_error(bj::serialize(said)).message,
        "Try again; if it stays, look at the server's status or log.");
}

void Answer::take_model(const bj::object& object) {
    if (const auto* model = object.if_contains("model"); model != nullptr && model->is_string())
        model_ = model->get_string();
}

void Answer::take_usage(const bj::object& usage, std::string_view input, std::string_view output) {
    const auto tokens = [](std::string_view name) { return std::string(name) + "_tokens"; };
    const auto* details = usage.if_contains(tokens(input) + "_details");
    const Counted in = count(usage, tokens(input)), out = count(usage, tokens(output));
    const Counted cached = details != nullptr && details->is_object()
                               ? count(details->get_object(), "cached_tokens")
                               : Counted{};
    // No reason to drop an answer that was paid for.
    if (in.bad || out.bad || cached.bad) {
        warn("The server's counts of tokens can't be counts, and none of them is used: " +
             one_line(bj::serialize(usage)));
        usage_ = {};
        return;
    }
    usage_ = {in.tokens, out.tokens, cached.tokens};
}

void Answer::warn(std::string what) {
    if (std::ranges::find(warnings_, what) == warnings_.end()) warnings_.push_back(std::move(what));
}

void Answer::take_text(std::string_view text) {
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

bool Answer::over() const {
    return bytes() > request_.limits.max_bytes;
}

bool Answer::empty() const {
    return ending_ == Ending::normal && text_.empty() && refusal_.empty();
}

Response Answer::response() const {
    Response response;
    response.text = text_.substr(0, request_.limits.max_bytes);
    response.provider = "openai";
    response.model = model_;
    response.usage = usage_;
    response.warnings = warnings_;
    if (ending_ == Ending::normal && !done_)
        response.warnings.emplace_back(
            "The server gave a reason to stop and never ended its stream with [DONE].");
    if (!refusal_.empty()) {
        response.outcome = Outcome::refused;
        response.text = refusal_.substr(0, request_.limits.max_bytes);
    } else if (ending_ == Ending::filter) {
        response.outcome = Outcome::filtered;
    } else if (ending_ == Ending::normal && !over() && !flooded_) {
        response.outcome = Outcome::complete;
    } else if (ending_ == Ending::length || over()) {
        response.outcome = Outcome::cut;
    }
    return response;
}

std::unique_ptr<Answer> answer_of(Api api, const Request& request) {
    if (api == Api::chat) return std::make_unique<ChatAnswer>(request);
    return std::make_unique<ResponsesAnswer>(request);
}

}  // namespace aibuild
