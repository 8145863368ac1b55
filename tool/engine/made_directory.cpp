#include "tool/engine/made_directory.h"

#include <fmt/format.h>

#include "ninja-gen/error.h"

namespace aibuild {

namespace fs = std::filesystem;

MadeDirectory::MadeDirectory(const fs::path& directory) {
    std::error_code error;
    const fs::path wanted = fs::absolute(directory).lexically_normal();
    for (fs::path missing = wanted; !missing.empty() && !fs::exists(fs::symlink_status(missing, error));
         missing = missing.parent_path()) {
        if (missing.has_filename()) made_.push_back(missing);
    }
    error.clear();
    fs::create_directories(wanted, error);
    if (!error && !fs::is_directory(wanted, error)) error = std::make_error_code(std::errc::not_a_directory);
    if (error) {
        for (const fs::path& each : made_) {
            std::error_code ignored;
            fs::remove(each, ignored);
        }
        throw Error(Exit::failure, "disk.write", directory.string(),
                    fmt::format("The directory can't be made: {}.", error.message()),
                    "Choose another directory.");
    }
}

MadeDirectory::~MadeDirectory() {
    std::error_code ignored;
    for (const fs::path& directory : made_) fs::remove(directory, ignored);  // removes only what is empty
}

}  // namespace aibuild
