#include "tool/engine/named_files.h"

#include <fmt/format.h>

#include <algorithm>

#include "ninja-gen/error.h"
#include "ninja-gen/names.h"

namespace aibuild {

namespace {

namespace fs = std::filesystem;

std::string from_root(const fs::path& root, const std::string& path) {
    fs::path out(path);
    if (out.is_absolute()) out = out.lexically_relative(fs::absolute(root).lexically_normal());
    return out.lexically_normal().string();
}

}  // namespace

std::vector<std::string> named_files(const fs::path& root, const std::vector<std::string>& given,
                                     const std::vector<std::string>& known, const std::string& why) {
    std::vector<std::string> out;
    for (const std::string& each : given) {
        const std::string path = from_root(root, each);
        if (std::find(known.begin(), known.end(), path) == known.end()) {
            const auto meant = did_you_mean(path, known);
            throw Error(Exit::usage, "file.unknown", each, why,
                        meant ? fmt::format("Did you mean {}?", *meant)
                              : "`aibuild-gen status` lists the files that were generated.");
        }
        if (std::find(out.begin(), out.end(), path) == out.end()) out.push_back(path);
    }
    return out;
}

}  // namespace aibuild
