#pragma once

// The templates of what is said to a model, and who may say it otherwise.
//
//   .aibuild/prompts/NAME.mustache                    of the project: everybody asks the same
//   $XDG_CONFIG_HOME/aibuild/prompts/NAME.mustache    the person's own (~/.config/...)
//   built in
//
// The first there is counts, whole. Its version is part of the request: `version: N`, and for one that is not
// built in also the beginning of its SHA-256, so that a change asks again whether or not somebody counted up.

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "ninja-gen/error.h"
#include "tool/inference/request.h"
#include "tool/text/template.h"

namespace aibuild {

struct PromptTemplate {
    std::string name;   // "plan"
    std::string place;  // "built in", or the file
    std::string version, system, user;
};

class PromptTemplates {
  public:
    // Those of the project in `root` (empty: none) and of the person's `config` directory (empty: none).
    PromptTemplates(const std::filesystem::path& root, const std::filesystem::path& config);

    // "again", "brief", "change", "declared", "edit", "file", "plan", "repair"
    static std::vector<std::string> names();

    // Throws Error `prompt.template` where it has not the form of one, `prompt.name` where there is none.
    PromptTemplate find(std::string_view name) const;

    // The request that a template makes of `data`. A key that it asks for and `data` has not is an Error
    // `template.key`.
    Request request(std::string_view stage, const TemplateData& data, std::string_view model) const;

    // `request` once more, after `answer`, which `error` says did not pass.
    Request again(Request request, const std::string& answer, const Error& error) const;

    // Files that lie where overrides are looked for and that no template is named after: nobody would ever be
    // told what they say. Each as an Error `prompt.name` that says what was meant.
    std::vector<Error> strangers() const;

    // One part of a template, filled.
    std::string filled(std::string_view name, std::string_view part, const TemplateData& data) const;

  private:
    std::vector<std::filesystem::path> places_;
};

// $XDG_CONFIG_HOME/aibuild, or ~/.config/aibuild; empty where there is no home.
std::filesystem::path user_configuration();

}  // namespace aibuild
