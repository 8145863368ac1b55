#pragma once

// The variables that a build gets to see in the sandbox: those of the person, without what opens something.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace aibuild {

// Whether a variable may open something: by its name (KEY, TOKEN, SECRET, PASSWORD, ... anywhere in it, and
// whatever belongs to AIBuild, a model's provider, a cloud or an agent that signs), or because its value is
// an address with a password in it. What leads to places that a build doesn't have (XDG_*) is withheld too.
bool is_withheld(std::string_view name, std::string_view value);

// `variables` as NAME=VALUE without those that are withheld, and with `further` in their place. `kept` are
// names that stay whatever they hold.
std::vector<std::string> sandbox_environment(const std::vector<std::string>& variables,
                                             const std::vector<std::string>& further,
                                             const std::vector<std::string>& kept = {});

// The variables of this process, and one of them; nothing where it is empty or not set.
std::vector<std::string> own_environment();
std::optional<std::string> own_variable(const std::string& name);

}  // namespace aibuild
