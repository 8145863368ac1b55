#pragma once

#include <memory>

#include "tool/inference/provider.h"

namespace aibuild {

// The planner that needs no model: reads languages, kinds and a name out of the description and answers with
// an honest starter project from the templates in tool/inference/starter/. It reads Request::context:
// `description` for the stage "plan"; `plan` (an object, as in aibuild.json) and `path` for the stage "file".
std::unique_ptr<Provider> builtin();

}  // namespace aibuild
