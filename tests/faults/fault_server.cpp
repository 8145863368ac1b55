#include "fault_server.h"

#include <fmt/format.h>

#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>

namespace aibuild {

namespace bj = boost::json;

namespace {

bj::object script(const bj::array& connections, bj::object more) {
    more["connections"] = connections;
    return more;
}

}  // namespace

FaultServer::FaultServer(const bj::array& connections, const bj::object& more)
    : ServerProcess({"python3", "-I", "-S", AIBUILD_SOURCE_DIR "/tests/support/fault_server.py"},
                    script(connections, more)) {}

const Step read_request{{"read", "request"}};
const Step silence{{"silence", true}};
const Step fin{{"close", "fin"}};
const Step reset{{"close", "reset"}};
const Step again{{"again", true}};

Step send(std::string_view bytes) {
    std::string hex;
    for (const char c : bytes) hex += fmt::format("{:02x}", static_cast<unsigned char>(c));
    return {{"hex", hex}};
}

Step send_always(std::string_view bytes, double pause) {
    Step step = send(bytes);
    step["times"] = 0;
    step["pause"] = pause;
    return step;
}

Step drip(std::string_view bytes, double pause) {
    Step step = send(bytes);
    step["drip"] = pause;
    return step;
}

Steps answer(std::initializer_list<Step> steps) {
    Steps out{read_request};
    for (const auto& step : steps) out.push_back(step);
    return out;
}

bj::array each(const Steps& steps) {
    bj::array out;
    out.push_back(steps);
    return out;
}

std::string head(std::string_view status, std::string_view type, std::string_view more) {
    return fmt::format("HTTP/1.1 {}\r\nContent-Type: {}\r\n{}\r\n", status, type, more);
}

std::string whole(std::string_view body, std::string_view status, std::string_view type,
                  std::string_view more) {
    return head(status, type, fmt::format("Content-Length: {}\r\n{}", body.size(), more)) + std::string(body);
}

const std::string chunked = "Transfer-Encoding: chunked\r\n";

std::string chunk(std::string_view bytes) {
    return fmt::format("{:x}\r\n{}\r\n", bytes.size(), bytes);
}

std::string event(std::string_view data) {
    return fmt::format("data: {}\n\n", data);
}

std::string choice(std::string_view choice) {
    return event(fmt::format(R"({{"model":"some-model","choices":[{}]}})", choice));
}

std::string delta(std::string_view text) {
    return choice(fmt::format(R"({{"index":0,"delta":{{"content":{}}},"finish_reason":null}})",
                              bj::serialize(bj::string(text))));
}

std::string finish(std::string_view reason) {
    return choice(fmt::format(R"({{"index":0,"delta":{{}},"finish_reason":"{}"}})", reason));
}

const std::string done = event("[DONE]");

const std::string good_text = "some text";
const std::string good_stream = delta("some") + delta(" ") + delta("text") + finish() + done;

std::string good_json(std::string_view finish) {
    return fmt::format(
        R"({{"model":"some-model","choices":[{{"index":0,"message":{{"role":"assistant","content":"{}"}},)"
        R"("finish_reason":"{}"}}],"usage":{{"prompt_tokens":7,"completion_tokens":5}}}})",
        good_text, finish);
}

Steps good() {
    return answer({send(head() + good_stream)});
}

}  // namespace aibuild
