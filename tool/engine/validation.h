#pragma once

// VALIDATE of a CMake project: a command that has to accept a fresh answer before it is taken.
//
// What it judges stands in a directory of its own, BUILD/.aibuild/validate, at the paths that the outputs of
// its declaration have in the project: fresh ones as soon as they are answered, the others as they are. The
// command names that place by <FILE> and <ROOT>, and runs in the project's root. It runs in a sandbox that
// may read the project and write that directory alone, with no network and no key: what a model wrote may be
// run by it. A no with what was printed is the answer's fault, and goes back to the model; paths in it are
// made relative first, so that what is asked depends on no machine.

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "tool/engine/ask.h"
#include "tool/engine/file_standing.h"
#include "tool/engine/talk.h"
#include "tool/sandbox/sandbox.h"
#include "tool/settings/settings.h"

namespace aibuild {

class Validation {
  public:
    // For these of the project's files. Where any has a command it asks whether commands may run that nobody
    // agreed to yet, and whether without a sandbox, if there is none and the settings don't require one.
    // Keeps references to all. Throws Error `consent.*`, `sandbox.*`, and `validate.program` where a
    // command's program is not there.
    Validation(const OpenProject& project, const FileStanding& standing, const std::set<std::size_t>& files,
               const ToolSettings& settings, FilesTalk& talk);
    ~Validation();
    Validation(const Validation&) = delete;
    Validation& operator=(const Validation&) = delete;

    // Takes a fresh text in, and gives what judges it, to be called on any thread: that throws Error
    // `answer.validate` (Exit::rejected) with what the command printed. Nothing where there is no command.
    Judging judge(std::size_t file, const std::string& text);

  private:
    void consent(const std::set<std::size_t>& files, FilesTalk& talk) const;
    void lay_out(const FileStanding& standing, const std::set<std::size_t>& files);
    void find_sandbox(const ToolSettings& settings, FilesTalk& talk);
    std::vector<std::string> command(const Declaration& declaration, const std::string& path) const;
    std::vector<std::string> boxed(const std::vector<std::string>& command) const;
    const Declaration* validated(std::size_t file) const;

    const OpenProject& project_;
    std::filesystem::path place_;  // empty: nothing is validated
    std::vector<std::filesystem::path> programs_;
    std::optional<SandboxPlaces> sandbox_;  // nothing: none
    std::string bwrap_;
};

}  // namespace aibuild
