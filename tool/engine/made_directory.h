#pragma once

#include <filesystem>
#include <vector>

namespace aibuild {

// Makes a directory, and takes back what it made where nothing was put into it.
class MadeDirectory {
  public:
    // Throws Error `disk.write`.
    explicit MadeDirectory(const std::filesystem::path& directory);
    ~MadeDirectory();
    MadeDirectory(const MadeDirectory&) = delete;
    MadeDirectory& operator=(const MadeDirectory&) = delete;

  private:
    std::vector<std::filesystem::path> made_;  // the deepest first
};

}  // namespace aibuild
