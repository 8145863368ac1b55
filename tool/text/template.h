#pragma once

// Strict mustache, for prompts and for starters: a misspelt key must not become silent nothing.
//
// kainjow's renderer ignores missing keys, escapes for HTML, and leaves an empty line where a section with
// tags on lines of their own is false. Here a missing key is an Error, text stays as it is, and such a line
// leaves nothing.

#include <functional>
#include <kainjow/mustache.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace aibuild {

using TemplateData = kainjow::mustache::data;

// Whose template it is, for the Errors: one that was built in is AIBuild's mistake; of a person's own,
// `place` is the file and `fix` what to do.
struct TemplateOrigin {
    std::string place, fix;
};

// Renders the template called `name`. `load` gives the text of a template, also of partials; nothing is an
// empty text. Throws Error `template.key`, `template.missing`, `template.syntax`.
std::string render(std::string_view name, const TemplateData& data,
                   const std::function<std::string_view(std::string_view name)>& load,
                   const std::optional<TemplateOrigin>& origin = std::nullopt);

}  // namespace aibuild
