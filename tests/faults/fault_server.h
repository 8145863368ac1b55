#pragma once

// tests/support/fault_server.py and the words of its scripts: connections are lists of steps, and steps send
// answers that are written here byte by byte.

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <initializer_list>
#include <string>
#include <string_view>

#include "server_process.h"

namespace aibuild {

class FaultServer : public ServerProcess {
  public:
    // Each connection gets its list of steps; those after the last get the last.
    explicit FaultServer(const boost::json::array& connections, const boost::json::object& more = {});
};

using Steps = boost::json::array;
using Step = boost::json::object;

// Steps.
extern const Step read_request, silence, fin, reset, again;
Step send(std::string_view bytes);
Step send_always(std::string_view bytes, double pause = 0);
Step drip(std::string_view bytes, double pause);

// A connection that reads a request and then does `steps`, closing after them.
Steps answer(std::initializer_list<Step> steps);
// The same steps for every connection.
boost::json::array each(const Steps& steps);

// The head of an answer. Its body ends with the connection unless `more` says otherwise.
std::string head(std::string_view status = "200 OK", std::string_view type = "text/event-stream",
                 std::string_view more = "");
// A whole answer with its Content-Length.
std::string whole(std::string_view body, std::string_view status = "200 OK",
                  std::string_view type = "application/json", std::string_view more = "");
extern const std::string chunked;  // the header
std::string chunk(std::string_view bytes);

// Events of a stream.
std::string event(std::string_view data);
std::string delta(std::string_view text);     // a piece of the answer
std::string choice(std::string_view choice);  // one choice, as JSON
std::string finish(std::string_view reason = "stop");
extern const std::string done;

// A good answer: "some text", in three pieces.
extern const std::string good_text, good_stream;
std::string good_json(std::string_view finish = "stop");
Steps good();

}  // namespace aibuild
