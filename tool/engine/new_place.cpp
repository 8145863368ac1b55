#include "tool/engine/new_place.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "ninja-gen/error.h"
#include "ninja-gen/names.h"
#include "ninja-gen/toolchain.h"
#include "tool/engine/project_files.h"
#include "tool/prompting/answers.h"
#include "tool/workspace/commit.h"
#include "tool/workspace/hold.h"
#include "tool/workspace/root.h"

namespace aibuild {

namespace fs = std::filesystem;

namespace {

// What may be there before a project is: what a fresh repository has.
bool is_note(const std::string& name) {
    constexpr std::array notes = {"LICENSE", "LICENCE", "COPYING", "NOTICE", "AUTHORS"};
    if (name.starts_with('.')) return name != ".aibuild";
    if (name.ends_with(".md")) return true;
    return std::any_of(notes.begin(), notes.end(),
                       [&](std::string_view note) { return name.starts_with(note); });
}

constexpr std::size_t longest_description = 20'000;
constexpr std::size_t longest_agents = 64U << 10U;

// Many projects have AGENTS.md as a link to the same text for other tools, beside it. What is no such link is
// for Root to judge.
std::string agents_path(const fs::path& root) {
    std::error_code none;
    const fs::path to = fs::read_symlink(root / "AGENTS.md", none).lexically_normal();
    return none || to.is_absolute() || to.empty() || *to.begin() == ".." ? "AGENTS.md" : to.string();
}

}  // namespace

void check_description(const std::string& description, const std::string& fix) {
    const auto letter = [](unsigned char c) { return std::isalpha(c) != 0 || c >= 0x80; };
    const auto fail = [&](std::string rule, std::string why) {
        throw Error(Exit::usage, std::move(rule), "description", std::move(why), fix);
    };
    if (description.find_first_not_of(" \t\r\n") == std::string::npos)
        fail("description.empty", "There is no description.");
    if (!std::any_of(description.begin(), description.end(), letter))
        fail("description.absurd", "The description has no words.");
    if (description.size() > longest_description)
        fail("description.long", fmt::format("The description has {} bytes; {} is the most.",
                                             description.size(), longest_description));
    if (const std::string problem = text_problem(description); !problem.empty())
        fail("description.text", problem);
}

bool already_made(const fs::path& root, const std::string& description, const SayWaiting& wait) {
    std::error_code error;
    const fs::file_status status = fs::status(root, error);
    if (!fs::exists(status)) {
        fs::path above = fs::absolute(root).lexically_normal();
        while (above.has_relative_path() && !fs::exists(above)) above = above.parent_path();
        if (access(above.c_str(), W_OK | X_OK) != 0) {
            throw Error(Exit::failure, "disk.write", above.string(), "You can't write there.",
                        "Choose another directory with -C.");
        }
        return false;
    }
    if (!fs::is_directory(status))
        throw Error(Exit::usage, "new.not-a-directory", root.string(), "It exists and is no directory.",
                    "Choose another directory with -C.");
    if (access(root.c_str(), W_OK | X_OK) != 0)
        throw Error(Exit::failure, "disk.write", root.string(), "You can't write there.",
                    "Choose another directory with -C.");
    const Root opened(root);
    {
        const bool staged = opened.find(".aibuild/stage") == Found::directory;
        if (staged) {
            const Hold hold(opened, "aibuild-gen new", wait);
            recover(opened);
        }
    }
    if (const auto lock = locked(opened)) {
        if (lock->description == description) return true;
        throw Error(
            Exit::usage, "new.exists", root.string(),
            fmt::format("There is a project already, made from another description: \"{}\".",
                        lock->description),
            "Choose an empty directory with -C, or a new one. `aibuild-gen status` shows what is here.");
    }
    for (const fs::directory_entry& entry : fs::directory_iterator(root)) {
        if (is_note(entry.path().filename().string())) continue;
        throw Error(
            Exit::usage, "new.not-empty", root.string(),
            fmt::format("The directory is not empty: it has {}.", entry.path().filename().string()),
            "Choose an empty directory with -C, or a new one. Licences, *.md and hidden files may be there.");
    }
    return false;
}

Surroundings surroundings_of(const fs::path& root) {
    Surroundings out;
    std::error_code none;
    for (const fs::directory_entry& entry : fs::directory_iterator(root, none)) {
        const std::string name = entry.path().filename().string();
        // What git and editors keep says nothing of the project.
        if (!name.starts_with('.') && proposed_path_problem(name) == std::nullopt) out.files.push_back(name);
    }
    std::sort(out.files.begin(), out.files.end());
    if (std::find(out.files.begin(), out.files.end(), "AGENTS.md") != out.files.end()) {
        const Root opened(root);
        out.agents = opened.read(agents_path(root)).value_or("");
        if (const std::string problem = text_problem(out.agents);
            !problem.empty() || out.agents.size() > longest_agents) {
            throw Error(Exit::usage, "new.agents", "AGENTS.md",
                        problem.empty()
                            ? fmt::format("It has {} bytes; {} is the most that is shown to a model.",
                                          out.agents.size(), longest_agents)
                            : problem,
                        "Correct it, or move it away.");
        }
    }
    return out;
}

void need_ninja() {
    if (!find_program("ninja").empty()) return;
    throw Error(Exit::failure, "toolchain.missing", "ninja",
                "ninja is not on PATH, and it is what builds the project.",
                install_command({{"debian", "ninja-build"}}));
}

}  // namespace aibuild
