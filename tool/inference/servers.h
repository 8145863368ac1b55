#pragma once

// Servers as data: where one is by default, how it wants the key, what its URLs look like, and where it is
// known to differ. A file in servers/ each; all of them speak one of two APIs.

#include <string>
#include <string_view>
#include <vector>

#include "tool/inference/dialect.h"

namespace aibuild {

// Without values: a server that nothing is known of, and that so far looks like OpenAI's.
struct ServerPreset {
    std::string name, title;
    std::string base_url;                                  // empty: only the person knows it
    std::string base_url_environment = "OPENAI_BASE_URL";  // variables; empty where there is none
    std::string key_environment = "OPENAI_API_KEY";
    std::string key_header = "Authorization", key_prefix = "Bearer ";
    // With {base_url}, {model} and {api_version}.
    std::string chat_url = "{base_url}/chat/completions", responses_url = "{base_url}/responses",
                models_url = "{base_url}/models";
    std::string api_version, api_version_environment;
    std::vector<Api> apis = {Api::chat};  // that it may speak; the first is tried first
    Rungs rungs = all_rungs;              // how it takes schemas; the first is tried first
    bool max_completion_tokens = true;
    bool stream_options = true;
    bool costs = true;
    std::vector<std::string> deviations;  // for people

    // What a conversation begins with.
    Dialect dialect() const;
};

// By name. Throws Error `provider.server` that names what was meant.
const ServerPreset& server_preset(std::string_view name);

// All of them, by name.
const std::vector<ServerPreset>& server_presets();

// Reads one file, strictly: every member is there, and no other. Throws Error `provider.server`.
ServerPreset read_server_preset(std::string_view text, std::string_view file);

}  // namespace aibuild
