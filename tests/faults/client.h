#pragma once

// What the tests of faults share: short clocks, requests, and asking the real provider once.

#include <gmock/gmock.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <chrono>
#include <string>
#include <string_view>

#include "model_server.h"
#include "ninja-gen/error.h"
#include "tool/inference/openai.h"

namespace aibuild {

inline const std::string key = "sk-test-0123456789";
inline const std::string long_text = "int main() { return 0; }  // and so on, for several events\n";

OpenAiSettings settings(const ServerProcess& server);
Request file_request(const std::string& prompt = "write it");
Request plan_request();

Response ask(const OpenAiSettings& with, const Request& request, CallWatch* watch = nullptr);

// The error that asking ends with; it is a failure of the test if there is none, or if it tells the key.
Error error_of(const OpenAiSettings& with, const Request& request);

// Scripts: an answer given once, or always; a fault and then a good answer.
boost::json::array once(const boost::json::object& answer);
boost::json::array always(boost::json::object answer);
boost::json::array faulty_once(std::string_view fault);

template <typename Call>
std::chrono::milliseconds time_of(Call call) {
    const auto begun = std::chrono::steady_clock::now();
    call();
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begun);
}

}  // namespace aibuild
