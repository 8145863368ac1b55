#pragma once

// An answer as it accumulates, whichever API it comes through: the text, its limits, how it ended. What an
// API's events say is chat.h's and responses.h's.

#include <boost/json/fwd.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tool/inference/dialect.h"
#include "tool/inference/request.h"

namespace aibuild {

class Answer {
  public:
    // A grammar that forces JSON leaves a weak model free to emit white space until the token limit. No
    // pretty printer indents this far.
    static constexpr std::size_t max_blank_run = 1024;

    explicit Answer(const Request& request);
    virtual ~Answer() = default;
    Answer(const Answer&) = delete;
    Answer& operator=(const Answer&) = delete;

    // The data of one event. What is no error and yet wrong becomes a warning of the response. Says whether
    // it carried progress: a piece of an answer, of thinking, or its end. Throws Error `provider.protocol`,
    // or `provider.failed` for an error that the server reports here.
    bool add_event(std::string_view data);

    // A whole JSON body.
    void add_whole(std::string_view body);

    bool done() const { return done_; }                        // nothing that follows matters
    bool finished() const { return ending_ != Ending::none; }  // a reason to stop was given
    bool over() const;                                         // more text than the request's limit allows
    bool flooded() const { return flooded_; }  // white space without end where JSON was wanted
    bool empty() const;                        // finished normally and said nothing
    bool thought() const { return thought_; }  // sent text that is no part of the answer
    std::size_t bytes() const { return text_.size() + refusal_.size(); }
    const Usage& usage() const { return usage_; }
    Response response() const;

  protected:
    // Why the server stopped.
    enum class Ending : std::uint8_t { none, normal, length, filter, other };

    // What one event, or a whole body, says; whether it carried progress.
    virtual bool take(const boost::json::object& event) = 0;
    virtual bool take_whole(const boost::json::object& body) = 0;

    void take_text(std::string_view text);
    void take_refusal(std::string_view text) { refusal_ += text; }
    void take_thought() { thought_ = true; }
    // Where one of the counts can't be one, none is taken: an estimate is better than half a lie.
    void take_usage(const boost::json::object& usage, std::string_view input, std::string_view output);
    void take_model(const boost::json::object& object);
    void end(Ending ending) { ending_ = ending; }
    void end_stream() { done_ = true; }

    // Throw the errors that add_event documents.
    [[noreturn]] static void protocol_error(std::string why, std::string_view data);
    [[noreturn]] static void server_failed(const boost::json::value& said);

  private:
    bool read(std::string_view data, bool whole);
    void warn(std::string what);

    const Request& request_;
    std::string text_, refusal_, model_;
    std::vector<std::string> warnings_;
    Ending ending_ = Ending::none;
    Usage usage_;
    bool done_ = false, thought_ = false;
    bool flooded_ = false, in_string_ = false, escaped_ = false;
    std::size_t blank_run_ = 0;
};

// What reads the answers of `api` to `request`, which outlives it.
std::unique_ptr<Answer> answer_of(Api api, const Request& request);

}  // namespace aibuild
