#include "tool/engine/doctor.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "ninja-gen/error.h"
#include "ninja-gen/lower.h"
#include "ninja-gen/toolchain.h"
#include "tool/engine/build_directory.h"
#include "tool/engine/known_languages.h"
#include "tool/engine/language_list.h"
#include "tool/engine/launcher_check.h"
#include "tool/engine/project_files.h"

namespace aibuild {

namespace {

namespace fs = std::filesystem;

// A program that AIBuild or its projects start.
struct Program {
    std::string name, package;
    bool required;
    std::string oldest;   // version that works
    std::string without;  // what can't be done without it
};

// "1.11.1" from "ninja 1.11.1" or "cmake version 3.25.1"; as numbers.
std::vector<int> numbers(const std::string& version) {
    std::vector<int> out;
    std::size_t at = version.find_first_of("0123456789");
    while (at != std::string::npos && at < version.size() &&
           std::isdigit(static_cast<unsigned char>(version[at])) != 0) {
        std::size_t used = 0;
        out.push_back(std::stoi(version.substr(at, 6), &used));
        at += used;
        if (at >= version.size() || version[at] != '.') break;
        ++at;
    }
    return out;
}

Check check_program(const Program& program) {
    Check out{program.name, program.required};
    const std::string path = find_program(program.name);
    if (path.empty()) {
        out.ok = false;
        out.why = fmt::format("{} is not on PATH: {}", program.name, program.without);
        out.fix = install_command({{"debian", program.package}});
        return out;
    }
    const ToolVersion version = probe_version(path, {"--version"});
    out.found = fmt::format("{} {}", path, version.text);
    if (!version.problem.empty()) {
        out.ok = false;
        out.why = fmt::format("It {} when it was asked for its version.", version.problem);
        out.fix = fmt::format("Install {} anew.", program.package);
    } else if (numbers(version.text) < numbers(program.oldest)) {
        out.ok = false;
        out.why = fmt::format("It is older than {}: {}", program.oldest, program.without);
        out.fix = fmt::format("Install {} {} or newer.", program.name, program.oldest);
    }
    return out;
}

// Installed is not enough: kernels and containers may forbid what it does.
Check check_sandbox() {
    Check out = check_program({"bwrap", "bubblewrap", false, "0.4", "builds can't be shut in."});
    if (!out.ok) return out;
    const ProgramOutput tried =
        run_program({find_program("bwrap"), "--ro-bind", "/", "/", "--dev", "/dev", "--unshare-all", "true"});
    if (tried.problem.empty()) return out;
    out.ok = false;
    out.why = fmt::format("A sandbox around nothing {}: this system forbids user namespaces.", tried.problem);
    out.fix =
        "In a container: start it with what it takes to make namespaces. Else see "
        "kernel.unprivileged_userns_clone.";
    return out;
}

Check failed(std::string what, const Error& error) {
    return {std::move(what), true, false, error.place(), error.why(), error.fix()};
}

// The plan of the project in `root`, with what it takes.
class PlanDoctor {
  public:
    PlanDoctor(const fs::path& root, std::vector<Check>& out) : root_(root), out_(out) {}

    void run(const std::string& text) {
        const Plan plan = read_plan(text, plan_file);
        const KnownLanguages known = known_languages(root_);
        const auto languages = check_languages({plan, text, plan_file}, known.languages);
        const Root opened(root_);
        const Lock lock = locked(opened).value_or(Lock{});
        tools(known, languages, lock);
        for (const Package& package : plan.packages) check_package(package, lock);
    }

  private:
    void tools(const KnownLanguages& known, const std::vector<const Language*>& languages, const Lock& lock) {
        std::vector<const Tool*> tools;
        std::map<std::string_view, const Language*> seen;
        std::vector<std::string_view> refused;
        for (const Language* language : languages) {
            const LanguageOrigin* origin = known.origin(*language);
            if (std::find(refused.begin(), refused.end(), language->name) != refused.end()) continue;
            if (origin != nullptr && origin->of_project && !Consents(root_).missing({origin->item}).empty()) {
                refused.push_back(language->name);
                out_.push_back({"the language " + language->title, true, false, language->file,
                                "Nobody at this machine agreed to run its commands.",
                                "`aibuild-gen emit` shows them, and asks."});
                continue;
            }
            for (const Tool& tool : language->tools) {
                if (seen.emplace(tool.name, language).second) tools.push_back(&tool);
            }
        }
        for (const ToolReport& tool : probe_tools(tools)) {
            Check check{fmt::format("{} ({})", tool.name, seen.at(tool.name)->title), true};
            check.ok = !tool.path.empty();
            check.found = tool.path.empty() ? "" : fmt::format("{} {}", tool.path, tool.version);
            check.why = tool.problem;
            check.fix = tool.fix;
            if (check.ok && !tool.problem.empty()) {
                check.ok = false;
                check.why = fmt::format("It {} when it was asked for its version.", tool.problem);
                check.fix = fmt::format("Try it: {}", tool.path);
            }
            const auto planned = lock.toolchain.find(tool.name);
            if (check.ok && planned != lock.toolchain.end() && planned->second != tool.version)
                check.why = fmt::format("The project was planned with another one: {}", planned->second);
            out_.push_back(std::move(check));
        }
    }

    void check_package(const Package& package, const Lock& lock) {
        if (package.pkg_config.empty()) return;  // known without
        Check check{"the package " + package.name, true};
        try {
            (void)Toolchain().flags(package);
            check.found = fmt::format("{} {}", package.pkg_config, Toolchain::version(package));
            const auto planned = lock.packages.find(package.name);
            if (planned != lock.packages.end() && planned->second != Toolchain::version(package))
                check.why = fmt::format("The project was planned with another one: {}", planned->second);
        } catch (const Error& error) {
            check.ok = false;
            check.why = error.why();
            check.fix = error.fix();
        }
        out_.push_back(std::move(check));
    }

    const fs::path& root_;
    std::vector<Check>& out_;
};

// What launchers are tried with: CC or cc, else CXX or c++.
std::string some_compiler() {
    const Languages languages;
    for (const char* name : {"c", "c++"}) {
        try {
            return Toolchain().path(languages.find(name)->tools.front());
        } catch (const Error&) {
            continue;
        }
    }
    return {};
}

}  // namespace

std::vector<Check> doctor(const fs::path& root, const fs::path& build) {
    std::vector<Check> out;
    out.push_back(check_program({"ninja", "ninja-build", true, "1.10", "it builds every project."}));
    out.push_back(check_program({"git", "git", true, "2.20", "it merges your edits with new texts."}));
    out.push_back(check_program({"cmake", "cmake", false, "3.25", "the project's CMakeLists.txt needs it."}));
    out.push_back(check_sandbox());

    std::string launcher = "none";
    try {
        std::error_code missing;
        if (fs::exists(root / plan_file, missing)) {
            const Root opened(root);
            PlanDoctor(root, out).run(opened.read(plan_file).value_or(""));
        }
        const auto settings = build_settings(build.empty() ? root / "build" : build);
        if (settings) launcher = settings->launcher;
    } catch (const Error& error) {
        out.push_back(failed("the project", error));
    }

    const std::string compiler = some_compiler();
    const auto add = [&](std::vector<Check> checks) {
        for (Check& check : checks) out.push_back(std::move(check));
    };
    add(check_ccache(compiler, launcher.starts_with("ccache")));
    add(check_distcc(compiler, launcher.ends_with("distcc")));
    return out;
}

}  // namespace aibuild
