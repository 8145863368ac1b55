#include "tool/workspace/private_directory.h"

#include <fmt/format.h>
#include <stdlib.h>

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

namespace aibuild {

namespace fs = std::filesystem;

PrivateDirectory::PrivateDirectory(std::string_view what) {
    std::error_code error;
    std::string pattern = (fs::temp_directory_path(error) / fmt::format("aibuild-{}-XXXXXX", what)).string();
    if (error)
        errno = error.value();
    else if (::mkdtemp(pattern.data()) != nullptr)
        path_ = std::move(pattern);
}

PrivateDirectory::~PrivateDirectory() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
}

std::string PrivateDirectory::operator/(std::string_view name) const {
    return fmt::format("{}/{}", path_, name);
}

}  // namespace aibuild
