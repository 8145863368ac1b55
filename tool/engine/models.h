#pragma once

// `aibuild-gen models`: which models a server has, and what it understands when one is asked.

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tool/inference/openai.h"

namespace aibuild {

struct ModelsOptions {
    std::string server;  // a preset's name; empty: OPENAI_BASE_URL and OPENAI_API_KEY
    std::string model;   // empty: AIBUILD_MODEL
    // By the variables that held them: nothing that is started inherits a key.
    std::map<std::string, std::string> keys;
};

// Where to ask, and how. Throws Error `provider.*`, `key.*`.
OpenAiSettings settings_for(const ModelsOptions& options);

// The model that is asked unless another is named; empty where none is.
std::string default_model(const ModelsOptions& options);

// One request, made to be small: what it costs at most is known before it is sent.
Request test_request(const std::string& model);

// What asking it showed.
struct ModelTest {
    Response response;
    Dialect dialect;  // what the server was found to understand
    std::optional<std::chrono::milliseconds> first_event;
    std::chrono::milliseconds total{};
    bool valid = false;  // the answer is what the schema wanted
};

std::vector<std::string> models_of(const OpenAiSettings& settings);
ModelTest test_model(const OpenAiSettings& settings, const Request& request);

}  // namespace aibuild
