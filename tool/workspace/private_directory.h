#pragma once

// A directory for what is worked on for a moment: only this user can enter it, and it goes with its object.

#include <string>
#include <string_view>

namespace aibuild {

class PrivateDirectory {
  public:
    // TMPDIR/aibuild-WHAT-..., or none, with errno set, where it can't be made.
    explicit PrivateDirectory(std::string_view what);
    ~PrivateDirectory();
    PrivateDirectory(const PrivateDirectory&) = delete;
    PrivateDirectory& operator=(const PrivateDirectory&) = delete;

    explicit operator bool() const { return !path_.empty(); }
    const std::string& path() const { return path_; }
    std::string operator/(std::string_view name) const;

  private:
    std::string path_;
};

}  // namespace aibuild
