#pragma once

// Several providers and models, one after the other: the next is asked where one can't answer.
//
// One that can't is one whose server or key fails, or whose answer breaks off; never one whose answer is only
// unwelcome. What was found out once holds for the run: who failed is not asked again.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tool/inference/provider.h"

namespace aibuild {

struct ChainLink {
    std::unique_ptr<Provider> provider;
    std::string title;  // for people: "ollama (qwen3)"
    std::string model;  // takes the place of the request's
    bool plans_for_all =
        true;  // else it writes only the files of plans that are its own, as the built-in one
};

// `links` has at least one. `say` is told what is done where one fails.
std::unique_ptr<Provider> chain(std::vector<ChainLink> links, std::function<void(const std::string&)> say);

}  // namespace aibuild
