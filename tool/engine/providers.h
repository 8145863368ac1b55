#pragma once

// Who is asked: the providers and models that the settings name, as a chain, with what they share.

#include <boost/asio/io_context.hpp>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tool/inference/budget.h"
#include "tool/inference/openai.h"
#include "tool/inference/provider.h"
#include "tool/inference/store.h"
#include "tool/settings/key.h"
#include "tool/settings/settings.h"

namespace aibuild {

// Somebody to ask, with the event loop that they live on.
struct ChosenProvider {
    std::unique_ptr<boost::asio::io_context> loop;
    std::shared_ptr<ResponseStore> store;
    std::shared_ptr<Budget> budget;
    std::unique_ptr<Provider> provider;  // after what it lives on
    std::string name;                    // "openai", of the one that is asked first
    std::string model;                   // of the same; a chain's others stand behind it, with commas
    std::string why;                     // why this one, for people
    Price price;                         // of the first
};

// What is chosen from.
struct ProviderChoice {
    const ToolSettings& settings;
    const TakenKeys& keys;
    std::filesystem::path root;    // of the project, whose stored responses are looked at first
    std::filesystem::path replay;  // of a project that is made again from its own answers; empty: none
    std::string replay_models;     // with commas, as they were asked
    std::function<void(const std::string&)> say;  // what a chain does; outlives the choice
};

// The providers that `provider` names: builtin, replay, openai, a preset, or a server of the settings; where
// it names none, openai if there is a key or a base URL for it, else builtin. Throws Error `key.*`,
// `provider.*`, `model.missing`, `provider.offline`.
ChosenProvider choose_provider(const ProviderChoice& choice);

// The models that are asked of the server called `name`, the first one first; empty where nobody says.
std::vector<std::string> models_for(const ToolSettings& settings, const std::string& name);

// The server called `name` as the settings and its preset describe it, with its key. `first`: of its chain.
OpenAiSettings server_settings(const ToolSettings& settings, const TakenKeys& keys,
                               const std::filesystem::path& root, const std::string& name, bool first);

}  // namespace aibuild
