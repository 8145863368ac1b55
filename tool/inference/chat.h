#pragma once

// The Chat Completions API: a logical request into a body, and what is streamed or sent whole back into an
// answer. No sockets here. What servers really send, and how they differ, is in README.md.

#include <string>

#include "tool/inference/answer.h"
#include "tool/inference/server_error.h"

namespace aibuild {

std::string chat_body(const Request& request, const Dialect& dialect);

class ChatAnswer : public Answer {
  public:
    using Answer::Answer;

  private:
    bool take(const boost::json::object& event) override;
    bool take_whole(const boost::json::object& body) override;
    bool take_choices(const boost::json::object& object, std::string_view part);
};

}  // namespace aibuild
