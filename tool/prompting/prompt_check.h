#pragma once

#include <string_view>

#include "tool/prompting/templates.h"

namespace aibuild {

// Makes a request of the template called `name`, as a real one would be made, with every section filled and
// with every section empty. Throws Error `prompt.template`, `prompt.name`, `template.*` for what would fail a
// run; `prompt.lost` where what was asked for does not stand in the request.
void check_prompt(const PromptTemplates& templates, std::string_view name);

}  // namespace aibuild
