#pragma once

#include <CLI/App.hpp>
#include <memory>
#include <string>
#include <vector>

#include "tool/cli/setting_flags.h"
#include "tool/engine/generate.h"
#include "tool/engine/talk.h"

namespace aibuild {

// Talks on standard error, which is for people; asks on the terminal.
class FilesTerminal : public FilesTalk {
  public:
    // `progress`: of the setting of this name.
    FilesTerminal(bool yes, const std::string& progress);

    void say(const std::string& line) override;
    Progress& progress() override { return *progress_; }
    std::optional<bool> may_run(const std::string& text) override;
    bool can_ask() const override;
    bool agree(const std::vector<std::string>& lines, const std::string& question) override;

  private:
    bool yes_;
    std::unique_ptr<Progress> progress_;
};

// -C, --build, --replay, -n, -y and every setting's flag.
void add_generate_flags(CLI::App& verb, GenerateOptions& options, const std::shared_ptr<GivenFlags>& given);

// Reads the settings for the directory that was given, and sets how much is logged.
void load_settings(GenerateOptions& options, const GivenFlags& given);

// A line for each; the exit code is 1 where there are conflicts to resolve.
int tell(const std::vector<MergeNote>& notes);

}  // namespace aibuild
