#pragma once

// A request and its response as they stand in a file of the store.

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "tool/inference/request.h"

namespace aibuild {

inline constexpr int stored_format = 2;

// What a request's key covers.
boost::json::object logical(const Request& request);

std::string stored_text(const Request& request, const Response& response);

// The response in `text`; nothing where the text is broken, of another format, or its request has another
// key.
std::optional<Response> stored_response(std::string_view text, const std::string& key);

// The request in `text`, under the same conditions; without the context, which its messages say.
std::optional<Request> stored_request(std::string_view text, const std::string& key);

}  // namespace aibuild
