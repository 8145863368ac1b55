#pragma once

#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ninja-gen/text_sink.h"

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

    // The same for a long text, which `write` gives piece by piece. May be called from several threads at
    // once; files that were added so come before those that are added after all such calls returned.
    void add(const std::filesystem::path& path, const std::function<void(TextSink&)>& write);

    // Puts them into their places, in the order of add. Returns whether any byte changed.
    bool commit();

  private:
    int open_partial(const std::filesystem::path& path, bool executable);

    std::mutex mutex_;
    std::vector<std::filesystem::path> written_;  // each as PATH.partial
};

// One such file. Returns whether its bytes changed.
bool write_derived(const std::filesystem::path& path, std::string_view text, bool executable = false);

// Makes the file newer than anything before, empty where it did not exist.
void touch(const std::filesystem::path& path);

}  // namespace aibuild
