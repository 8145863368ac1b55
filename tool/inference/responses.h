#pragma once

// The Responses API, beside Chat Completions: another shape of the same request, and events that are named by
// what they carry. No sockets here.

#include <string>

#include "tool/inference/answer.h"

namespace aibuild {

// Never with `store`: what is asked stays with whoever asked.
std::string responses_body(const Request& request, const Dialect& dialect);

class ResponsesAnswer : public Answer {
  public:
    using Answer::Answer;

  private:
    bool take(const boost::json::object& event) override;
    bool take_whole(const boost::json::object& body) override;
    void take_output(const boost::json::object& response);
    void take_end(const boost::json::object& response);
};

}  // namespace aibuild
