#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <string>

#include "ninja-gen/error.h"

namespace aibuild::test {

namespace fs = std::filesystem;

inline std::string slurp(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

// A directory of the test's own, gone with it.
class Directory {
  public:
    Directory() : path_((fs::temp_directory_path() / "aibuild-test-XXXXXX").string()) {
        if (::mkdtemp(path_.data()) == nullptr) throw std::runtime_error("mkdtemp");
    }
    Directory(const Directory&) = delete;
    Directory& operator=(const Directory&) = delete;
    ~Directory() {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }

    fs::path operator/(const fs::path& name) const { return fs::path(path_) / name; }
    fs::path path() const { return path_; }

    void put(const fs::path& name, const std::string& text) const {
        fs::create_directories((*this / name).parent_path());
        std::ofstream(*this / name, std::ios::binary) << text;
    }

    // Everything in it: type and permissions, and a file's bytes or a link's target.
    std::map<std::string, std::string> tree() const {
        std::map<std::string, std::string> out;
        for (const auto& entry : fs::recursive_directory_iterator(path_)) {
            struct stat status {};
            ::lstat(entry.path().c_str(), &status);
            std::string what = std::to_string(status.st_mode) + ' ';
            if (S_ISLNK(status.st_mode)) {
                what += fs::read_symlink(entry.path()).string();
            } else if (S_ISREG(status.st_mode)) {
                what += slurp(entry.path());
            }
            out[entry.path().lexically_relative(path_).string()] = what;
        }
        return out;
    }

  private:
    std::string path_;
};

// The rule of the Error that `act` throws; "" where it throws none.
inline std::string rule_of(const std::function<void()>& act) {
    try {
        act();
    } catch (const Error& error) {
        EXPECT_FALSE(error.why().empty());
        EXPECT_FALSE(error.fix().empty());
        return error.rule();
    }
    return "";
}

}  // namespace aibuild::test
