#pragma once

#include <string>
#include <vector>

#include "tool/inference/failure.h"
#include "tool/inference/openai.h"

namespace aibuild {

struct Endpoint {
    std::string url;  // where requests go
    bool loopback = false;
    bool https = false;
};

// Where `settings` lead, once they are found fit for use. Throws Error `provider.url`, `provider.plain-http`
// or `key.malformed`.
Endpoint endpoint_of(const OpenAiSettings& settings, Api api = Api::chat, const std::string& model = "");

// Where the server lists its models. Throws as above.
Endpoint models_endpoint_of(const OpenAiSettings& settings);

// Where the base URL and the key of `settings` are said: "OPENAI_BASE_URL".
std::string url_place(const OpenAiSettings& settings);
std::string key_place(const OpenAiSettings& settings);

// Who is asked at `url`, as messages about a failure say it.
Asked asked_of(const OpenAiSettings& settings, std::string url, std::string model);

// The headers of a request, "Name: value": the key in the form that the server wants, and what the person
// added.
std::vector<std::string> headers_of(const OpenAiSettings& settings);

}  // namespace aibuild
