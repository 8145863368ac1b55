#pragma once

// A build directory: build.ninja and what belongs to it. All of it is derived and never committed, so it is
// simply replaced, and only where its bytes change.

#include <filesystem>
#include <future>
#include <optional>
#include <string>
#include <vector>

#include "ninja-gen/lower.h"
#include "ninja-gen/step_commands.h"
#include "tool/engine/derived_file.h"
#include "tool/engine/made_directory.h"

namespace aibuild {

// Its own settings: which project, which configuration, which compiler launcher. Kept in
// BUILD/.aibuild/emit.json.
struct BuildSettings {
    std::string root;  // from the build directory: "../"
    std::string configuration;
    std::string launcher = "none";
};
std::optional<BuildSettings> build_settings(const std::filesystem::path& build);

// What the writers are told of such a build directory. Throws Error `launcher.missing`.
NinjaSettings ninja_settings(const BuildSettings& settings);

// What a build directory is written from, beside the plan.
struct BuildDirectory {
    std::filesystem::path root, build;
    std::string configuration;
    std::string launcher;                       // as of EmitOptions, chosen
    std::string program;                        // this aibuild-gen, absolute
    bool from_ninja = false;                    // as of EmitOptions
    std::vector<std::filesystem::path> inputs;  // language files, and scripts that need a consent
};

// Writes it for a lowered plan, beside its place. All that can be refused is refused by the constructor, and
// the longest file is written by a thread from then on: 27 MB for 100,000 steps, while the caller has the
// CMake files to write. Keeps references.
class BuildWriter {
  public:
    BuildWriter(const BuildDirectory& directory, const Lowered& lowered, Toolchain& toolchain);

    // Puts everything into its place. Returns whether any byte changed.
    bool commit();

    // From the build directory to the project: "../".
    const std::string& root() const { return settings_.root; }

    // What commit puts there, relative to the build directory.
    const std::vector<std::string>& files() const { return names_; }

  private:
    void add(const std::string& name, std::string_view text, bool executable = false);

    const BuildDirectory& directory_;
    const Lowered& lowered_;
    const NinjaSettings settings_;
    const StepCommands commands_;
    const std::vector<std::string> inputs_;
    const MadeDirectory made_;
    std::vector<std::string> names_;
    DerivedFiles files_;
    std::future<void> database_;  // last: it is waited for before the others go
};

// An absolute path without symbolic links and dots, as far as it is there.
std::filesystem::path resolved(const std::filesystem::path& path);

// Is `a` at least as new as `b`? Not, where one of them isn't there.
bool newer(const std::filesystem::path& a, const std::filesystem::path& b);

// The build directory's stamp becomes newer than all that it was made from, and ninja, where it has run
// there, is told so.
void touch_stamp(const std::filesystem::path& build, bool from_ninja);

}  // namespace aibuild
