#include "tool/engine/commands_today.h"

#include <fmt/format.h>

#include <memory>
#include <sstream>

#include "ninja-gen/error.h"
#include "ninja-gen/ninja_reader.h"
#include "ninja-gen/ninja_writer.h"
#include "tool/engine/build_directory.h"
#include "tool/engine/derived_file.h"

namespace aibuild {

namespace {

namespace fs = std::filesystem;

// Will ninja go by the build.ninja that is there, or first write it anew? Where that can't be told, the
// latter.
bool is_current(const fs::path& build) {
    const auto depfile = read_file(build / ninja_depfile);
    if (!depfile || depfile->find("\\ ") != depfile->npos || depfile->find('$') != depfile->npos)
        return false;
    std::istringstream words(*depfile);
    std::string word;
    words >> word;  // the stamp itself
    bool any = false;
    while (words >> word) {
        if (word == "\\") continue;
        if (!newer(build / ninja_stamp, build / word)) return false;
        any = true;
    }
    return any;
}

}  // namespace

HashOf todays_commands(const Lowered& lowered, Toolchain& toolchain, const NinjaSettings& settings,
                       const Recorded& recorded) {
    const auto commands = std::make_shared<const StepCommands>(lowered, toolchain, settings);
    return [commands, &graph = lowered.graph, version = recorded.log().version](
               std::size_t n, std::uint64_t) { return command_hash(commands->of(graph.steps[n]), version); };
}

WrittenCommands::WrittenCommands(const Lowered& lowered, Toolchain& toolchain, const NinjaSettings& settings,
                                 const Recorded& recorded)
    : lowered_(lowered),
      recorded_(recorded),
      today_(todays_commands(lowered, toolchain, settings, recorded)) {}

std::optional<std::uint64_t> WrittenCommands::hash(std::size_t n, std::uint64_t logged) {
    const std::optional<std::uint64_t> today = today_(n, logged);
    if (!today || *today == logged) return today;
    std::call_once(once_, [this] { read(); });
    const auto written = written_.find(std::string(lowered_.graph.steps[n].output.substr(1)));
    if (written == written_.end() || written->second == *today) return today;
    ++others_;
    return written->second;
}

void WrittenCommands::read() {
    if (!is_current(recorded_.build())) return;
    try {
        for (const NinjaEdge& edge : read_ninja(recorded_.build()).edges)
            written_.emplace(edge.outputs[0], edge.command_hash);
    } catch (const Error&) {
        // Somebody wrote into it. Ninja says so; here it is as if it were to be written anew.
        written_.clear();
    }
}

std::string WrittenCommands::remark() const {
    if (others_ == 0) return {};
    const bool one = others_ == 1;
    return fmt::format(
        "with which tools {} to be made: PATH or a variable names others today than build.ninja has. A plain "
        "ninja keeps to those of build.ninja; `aibuild-gen build` takes today's, and makes {} again",
        one ? "1 step is" : fmt::format("{} steps are", others_.load()), one ? "it" : "them");
}

}  // namespace aibuild
