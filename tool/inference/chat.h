#pragma once

// The Chat Completions dialect: a logical request into a body, and what is streamed or sent whole back into a
// Response. No sockets here. What servers really send, and how they differ, is in README.md.

#include <boost/json/fwd.hpp>
#include <cstdint>
#include <string>
#include <string_view>

#include "tool/inference/request.h"

namespace aibuild {

// What one server was found to understand of what is optional in the dialect. Begins with everything.
struct Dialect {
    enum class Format : std::uint8_t { json_schema, json_object, text };
    Format format = Format::json_schema;
    bool max_completion_tokens = true;  // otherwise the older max_tokens
    bool stream_options = true;         // without them a server may not count tokens

    bool operator==(const Dialect&) const = default;
};

// The body to send. The same request and dialect always give the same bytes, which servers' prompt caches
// reward.
std::string chat_body(const Request& request, const Dialect& dialect);

// What a server said when it failed, out of any of the envelopes that servers use.
struct ServerError {
    std::string message;  // in one line; empty where the body said nothing
    std::string type;
    std::string code;
    std::string param;
};

ServerError server_error(std::string_view body);

// `dialect` without what a 400 with `error` says the server does not know; the same where it names nothing
// that can be left out of `request`.
Dialect simpler(const Dialect& dialect, const ServerError& error, const Request& request);

// What `format` becomes where a server takes it and then can't keep to it.
Dialect::Format next(Dialect::Format format);

// An answer as it accumulates.
class ChatAnswer {
  public:
    // A grammar that forces JSON leaves a weak model free to emit white space until the token limit. No
    // pretty printer indents this far.
    static constexpr std::size_t max_blank_run = 1024;

    explicit ChatAnswer(const Request& request);

    // The data of one event. Says whether it carried progress: a piece of an answer, of thinking, or its end.
    // Throws Error `provider.protocol`, or `provider.failed` for an error that the server reports here.
    bool add_event(std::string_view data);

    // A whole JSON body. One whose end is missing is an answer without a reason to stop.
    void add_whole(std::string_view body);

    bool done() const { return done_; }                 // nothing that follows matters
    bool finished() const { return !finish_.empty(); }  // a reason to stop was given
    bool over() const;                                  // more text than the request's limit allows
    bool flooded() const { return flooded_; }           // white space without end where JSON was wanted
    bool empty() const;                                 // finished normally and said nothing
    bool thought() const { return thought_; }           // sent text that is no part of the answer
    Response response() const;

  private:
    bool take(const boost::json::value& value, std::string_view part);
    void take_text(std::string_view text);

    const Request& request_;
    std::string text_, refusal_, finish_, model_;
    Usage usage_;
    bool done_ = false, thought_ = false;
    bool flooded_ = false, in_string_ = false, escaped_ = false;
    std::size_t blank_run_ = 0;
};

}  // namespace aibuild
