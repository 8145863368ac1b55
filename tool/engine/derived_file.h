#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace aibuild {

// The bytes of a file; nothing where it can't be read.
std::optional<std::string> read_file(const std::filesystem::path& path);

// Files that can be made again at any time: written beside their places, without waiting for the disk, then
// put there together. Where a write fails, or commit is not reached, nothing has changed.
class DerivedFiles {
  public:
    DerivedFiles() = default;
    DerivedFiles(const DerivedFiles&) = delete;
    DerivedFiles& operator=(const DerivedFiles&) = delete;
    ~DerivedFiles();

    // A file that has these bytes already stays untouched. Throws Error `disk.full` or `disk.write`.
    void add(const std::filesystem::path& path, std::string_view text, bool executable = false);

    // Puts them into their places, in the order of add. Returns whether any byte changed.
    bool commit();

  private:
    std::vector<std::filesystem::path> written_;  // each as PATH.partial
};

// One such file. Returns whether its bytes changed.
bool write_derived(const std::filesystem::path& path, std::string_view text, bool executable = false);

// Makes the file newer than anything before, empty where it did not exist.
void touch(const std::filesystem::path& path);

}  // namespace aibuild
