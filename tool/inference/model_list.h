#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <string>
#include <vector>

#include "tool/inference/openai.h"

namespace aibuild {

// The models that a server says it has, sorted. Costs nothing, and is asked once. Throws Error `provider.*`,
// `key.*`.
boost::asio::awaitable<std::vector<std::string>> list_models(boost::asio::any_io_executor executor,
                                                             const OpenAiSettings& settings);

// Out of the body of an answer: OpenAI's {"data": [{"id": ...}]}. Throws Error `provider.protocol`.
std::vector<std::string> models_in(std::string_view body);

}  // namespace aibuild
