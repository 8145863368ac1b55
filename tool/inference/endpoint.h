#pragma once

#include <string>

#include "tool/inference/openai.h"

namespace aibuild {

struct Endpoint {
    std::string url;  // of chat completions
    bool loopback = false;
    bool https = false;
};

// Where `settings` lead, once they are found fit for use. Throws Error `provider.url`, `provider.plain-http`
// or `key.malformed`.
Endpoint endpoint_of(const OpenAiSettings& settings);

}  // namespace aibuild
