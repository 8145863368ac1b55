#include "tool/engine/withdraw.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <optional>
#include <string_view>
#include <system_error>

#include "ninja-gen/error.h"
#include "tool/workspace/hold.h"
#include "tool/workspace/root.h"

namespace aibuild {

namespace {

namespace fs = std::filesystem;

// The process of an executor of ninja's language that stands in `build`, as far as /proc tells: another
// user's can't be seen. (Ninja has a lock file from 1.12 on, which it leaves there.)
std::optional<std::string> executor_in(const fs::path& build) {
    constexpr std::array<std::string_view, 5> names = {"ninja", "ninja-build", "samu", "n2", "siso"};
    std::error_code error;
    for (fs::directory_iterator at("/proc", error), end; !error && at != end; at.increment(error)) {
        const std::string number = at->path().filename().string();
        if (number.find_first_not_of("0123456789") != number.npos) continue;
        std::string name;
        std::ifstream file(at->path() / "comm");
        if (!std::getline(file, name) || std::find(names.begin(), names.end(), name) == names.end()) continue;
        std::error_code gone;
        if (fs::equivalent(at->path() / "cwd", build, gone))
            return fmt::format("{} (process {})", name, number);
    }
    return std::nullopt;
}

}  // namespace

Withdrawn withdraw(const fs::path& build, const std::vector<std::string>& outputs) {
    Withdrawn out;
    if (outputs.empty()) return out;
    try {
        const Root root(build);
        const Hold hold(root, "aibuild-gen status", {}, HoldFile::stays);
        if (const auto executor = executor_in(build)) {
            out.why_not = fmt::format("{} runs here; look again when it has ended", *executor);
            return out;
        }
        for (const std::string& output : outputs) {
            root.remove(output);
            out.removed.push_back(output);
        }
    } catch (const Error& error) {
        out.why_not = error.why();
    }
    return out;
}

}  // namespace aibuild
