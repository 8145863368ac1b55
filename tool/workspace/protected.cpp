#include "tool/workspace/protected.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "ninja-gen/small_letters.h"
#include "tool/workspace/root.h"

// A file is protected when something runs or obeys it without being asked: git, a build tool, an editor, an
// agent, a service, a shell. README.md beside this file lists them with the reasons; a test holds the two
// together.

namespace aibuild {

namespace {

struct Group {
    std::string_view why;
    bool only_at_top;
    std::vector<std::string_view> names;  // folded; `*.x` for a suffix; `/` at the end for what is beneath
};

const std::vector<Group>& groups() {
    static const std::vector<Group> all = {
        {"is git's own, and git runs what it finds there",
         false,
         {".git", ".gitattributes", ".gitmodules", ".gitconfig", ".hg", ".svn"}},
        {"is AIBuild's own", false, {".aibuild", "aibuild.json", "aibuild.lock.json", "aibuild.lock.cmake"}},
        {"is a build file, which is run when the project is configured or built; AIBuild makes those from "
         "the plan",
         false,
         {"cmakelists.txt",
          "*.cmake",
          "cmakepresets.json",
          "cmakeuserpresets.json",
          "*.ninja",
          "makefile",
          "gnumakefile",
          "*.mk",
          "meson.build",
          "meson_options.txt",
          "conanfile.py",
          "conanfile.txt",
          "vcpkg.json",
          "sconstruct",
          "sconscript",
          "build.bazel",
          "workspace.bazel",
          "module.bazel",
          ".bazelrc",
          "justfile",
          "taskfile.yml",
          "rakefile",
          "build.gradle",
          "build.gradle.kts",
          "settings.gradle",
          "settings.gradle.kts",
          "pom.xml"}},
        {"is the settings of a compiler or a package manager, which can name programs to run",
         false,
         {".cargo", ".npmrc", ".yarnrc", ".yarnrc.yml", ".pnp.cjs", ".clang-tidy", ".clangd", ".gdbinit",
          ".lldbinit", ".condarc", ".pypirc", "sitecustomize.py", "usercustomize.py"}},
        {"is an editor's settings, which can run programs when the folder is opened",
         false,
         {".vscode", ".idea", ".devcontainer", ".devcontainer.json", ".fleet", ".zed", ".vs", ".vimrc",
          ".exrc", ".nvimrc", ".nvim.lua", ".dir-locals.el", "*.code-workspace"}},
        {"is what coding agents obey",
         false,
         {"agents.md", "claude.md", "gemini.md", ".cursor", ".cursorrules", ".codex", ".gemini", ".claude",
          ".windsurf", ".windsurfrules", ".continue", ".aider.conf.yml", ".mcp.json", ".clinerules", ".roo"}},
        {"is run by a service or a hook, elsewhere and with its keys",
         false,
         {".github", ".gitlab", ".gitlab-ci.yml", ".circleci", ".travis.yml", ".drone.yml", ".woodpecker",
          ".woodpecker.yml", "appveyor.yml", ".appveyor.yml", "azure-pipelines.yml",
          "bitbucket-pipelines.yml", "jenkinsfile", ".pre-commit-config.yaml", ".pre-commit-hooks.yaml",
          ".husky", "lefthook.yml", ".lefthook.yml"}},
        {"is read by a shell or a login, or holds keys",
         false,
         {".envrc", ".env", ".direnv", ".bashrc", ".bash_profile", ".bash_login", ".bash_logout", ".profile",
          ".zshrc", ".zshenv", ".zprofile", ".zlogin", ".ssh", ".gnupg", ".netrc", ".tool-versions",
          ".mise.toml", "mise.toml"}},
        {"is where build results go", true, {"build", "out"}},
    };
    return all;
}

// U+200B..U+200F, U+202A..U+202E, U+2060..U+206F and U+FEFF: what HFS+ leaves out when it compares names.
bool ignorable(std::string_view three) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(three[i]); };
    if (three.size() < 3) return false;
    if (byte(0) == 0xef) return byte(1) == 0xbb && byte(2) == 0xbf;
    if (byte(0) != 0xe2) return false;
    if (byte(1) == 0x80) return (byte(2) >= 0x8b && byte(2) <= 0x8f) || (byte(2) >= 0xaa && byte(2) <= 0xae);
    return byte(1) == 0x81 && byte(2) >= 0xa0 && byte(2) <= 0xaf;
}

// The name as the most forgiving file system compares it.
std::string folded(std::string_view component) {
    std::string out;
    for (std::size_t i = 0; i < component.size() && component[i] != ':'; ++i) {
        const char c = component[i];
        if (ignorable(component.substr(i, 3))) {
            i += 2;
        } else {
            out += small_letter(c);
        }
    }
    while (!out.empty() && (out.back() == '.' || out.back() == ' ')) out.pop_back();
    return out;
}

// `git~1`: the name that Windows also gives to a file with a long one.
bool short_name(std::string_view name) {
    const std::size_t tilde = name.find('~');
    return tilde != name.npos && tilde > 0 && tilde <= 6 && tilde + 1 < name.size() &&
           name[tilde + 1] >= '0' && name[tilde + 1] <= '9';
}

bool matches(std::string_view name, std::string_view pattern) {
    if (pattern.starts_with('*')) return name.ends_with(pattern.substr(1));
    return name == pattern;
}

}  // namespace

bool is_git(std::string_view component) {
    const std::string name = folded(component);
    return name == ".git" || (short_name(name) && name.starts_with("git~"));
}

std::optional<std::string> protected_problem(std::string_view path) {
    bool top = true;
    for (std::size_t begin = 0; begin <= path.size();) {
        const std::size_t end = std::min(path.find_first_of("/\\", begin), path.size());
        const std::string_view component = path.substr(begin, end - begin);
        const std::string name = folded(component);
        const auto because = [&](std::string_view why) { return fmt::format("`{}` {}", component, why); };
        for (const Group& group : groups()) {
            if (group.only_at_top && !top) continue;
            for (std::string_view pattern : group.names) {
                if (matches(name, pattern)) return because(group.why);
            }
        }
        if (name.starts_with(".aibuild")) return because("is AIBuild's own");
        if (short_name(name)) return because("can be the short name of a protected file on Windows");
        // HEAD beside objects/ and refs/ is a whole repository, with settings that git obeys.
        if (end == path.size() && name == "head") return because("makes its directory a git repository");
        top = false;
        begin = end + 1;
    }
    return std::nullopt;
}

}  // namespace aibuild
