#pragma once

// Files of a project as a person names them on a command line.

#include <filesystem>
#include <string>
#include <vector>

namespace aibuild {

// The paths that `given` name among `known`, each once: relative ones count from the project's root. Throws
// Error `file.unknown`, with `why`, for one that is not there.
std::vector<std::string> named_files(const std::filesystem::path& root, const std::vector<std::string>& given,
                                     const std::vector<std::string>& known, const std::string& why);

}  // namespace aibuild
