#pragma once

// `aibuild-gen languages`: every language, where it is from, and whether this machine can build it.

#include <filesystem>
#include <string>
#include <vector>

#include "ninja-gen/language.h"

namespace aibuild {

struct ToolReport {
    std::string name;
    std::string path;     // empty where it is not here
    std::string version;  // empty where it is not here, or says none
    std::string problem;  // why it can't be used, or why its version isn't known
    std::string fix;      // of a tool that is not here: the command that installs it
};

struct LanguageReport {
    std::string name, title;
    std::string file;  // empty for a language that is built in
    Words aliases, extensions, kinds;
    bool agreed = true;  // false: nobody agreed to run what this file of the project says; nothing was run
    std::vector<ToolReport> tools;

    bool usable() const;
};

// Of the project in `root`, where there is one. Programs are asked for their versions at the same time, each
// with a limit. Throws Error for a language file that can't be taken.
std::vector<LanguageReport> list_languages(const std::filesystem::path& root);

// One report for each of `tools`, in their order.
std::vector<ToolReport> probe_tools(const std::vector<const Tool*>& tools);

}  // namespace aibuild
