#pragma once

// `aibuild-gen models`: which models a server has, and what it understands when one is asked.

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "tool/inference/openai.h"
#include "tool/settings/key.h"
#include "tool/settings/settings.h"

namespace aibuild {

// A server as the settings of all layers describe it, and the model that is asked there.
struct ModelServer {
    OpenAiSettings settings;
    std::string name;   // "openai", a preset's, or one of the settings
    std::string model;  // the first that is set for it; empty where none is
};

// `name` is a server's; empty: the first that `provider` names, or else openai. Throws Error `provider.*`,
// `key.*`; `provider.offline` where no socket may be opened.
ModelServer model_server(const ToolSettings& settings, const TakenKeys& keys,
                         const std::filesystem::path& root, std::string name);

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
