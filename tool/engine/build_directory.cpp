#include "tool/engine/build_directory.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <boost/json/object.hpp>
#include <map>

#include "ninja-gen/error.h"
#include "ninja-gen/json.h"
#include "ninja-gen/machine.h"
#include "ninja-gen/ninja_writer.h"
#include "ninja-gen/quote.h"
#include "tool/engine/launcher.h"

namespace aibuild {

namespace {

namespace fs = std::filesystem;

std::string relative_root(const fs::path& root, const fs::path& build) {
    return resolved(root).lexically_relative(resolved(build)).generic_string() + "/";
}

// A file that build.ninja is made from, as ninja calls it. Those of the project are called so that the whole
// of it can be moved.
std::string input_path(const fs::path& root, const std::string& from_build, const fs::path& file) {
    const fs::path inner = resolved(file).lexically_relative(resolved(root));
    const bool beneath = !inner.empty() && *inner.begin() != "..";
    std::string path = beneath ? from_build + inner.generic_string() : file.generic_string();
    if (quote::depfile_safe(path)) return path;
    throw Error(Exit::usage, "language.file", file.string(),
                "Ninja's reader of depfiles takes this path apart: nothing would ever be up to date.",
                "Give the file, or the directories above it, another name.");
}

NinjaSettings ninja_settings(const BuildDirectory& directory) {
    const fs::path &root = directory.root, &build = directory.build;
    if (resolved(root) == resolved(build)) {
        throw Error(Exit::usage, "emit.in-source", build.string(),
                    "The build directory is the project's own directory.",
                    "Choose a directory of its own with -o.");
    }
    NinjaSettings settings = ninja_settings(
        BuildSettings{relative_root(root, build), directory.configuration, directory.launcher});
    settings.memory = build_memory();
    if (!quote::depfile_safe(settings.root)) {
        throw Error(
            Exit::usage, "emit.build-directory", build.string(),
            fmt::format("From there the project is {}, and Ninja's reader of depfiles takes that apart: "
                        "nothing would ever be up to date.",
                        settings.root),
            "Choose a build directory inside the project.");
    }
    std::string back = settings.root;
    if (back.size() > 1) back.pop_back();
    settings.regenerate = {directory.program,       "emit",        "-C", back, "-o", ".", "--config",
                           directory.configuration, "--from-ninja"};
    return settings;
}

std::vector<std::string> inputs_of(const BuildDirectory& directory, const std::string& from_build) {
    std::vector<std::string> out{from_build + std::string(plan_file)};
    for (const fs::path& input : directory.inputs)
        out.push_back(input_path(directory.root, from_build, input));
    return out;
}

std::map<std::string_view, std::string_view> helpers_of(const Lowered& lowered) {
    std::map<std::string_view, std::string_view> out;
    const auto own = [&](std::string_view helper) { out.emplace(helper, helper_text(helper)); };
    own("own-source.sh");
    if (!lowered.graph.steps.empty() && lowered.graph.steps.back().kind == StepKind::count) {
        own("run-test.sh");
        own("count-tests.sh");
    }
    for (const LoweredTarget& target : lowered.targets) {
        for (const std::string& helper : target.language->helpers)
            out.emplace(helper, target.language->helper(helper));
    }
    return out;
}

}  // namespace

bool newer(const fs::path& a, const fs::path& b) {
    struct stat one {
    }, other{};
    if (stat(a.c_str(), &one) != 0 || stat(b.c_str(), &other) != 0) return false;
    return std::pair(one.st_mtim.tv_sec, one.st_mtim.tv_nsec) >=
           std::pair(other.st_mtim.tv_sec, other.st_mtim.tv_nsec);
}

// weakly_canonical leaves a relative path relative where nothing of it is there yet.
fs::path resolved(const fs::path& path) {
    return fs::weakly_canonical(fs::absolute(path));
}

std::string relative_root(const fs::path& root, const fs::path& build) {
    return resolved(root).lexically_relative(resolved(build)).generic_string() + "/";
}

std::optional<BuildSettings> build_settings(const fs::path& build) {
    const fs::path file = build / ".aibuild" / "emit.json";
    const auto text = read_file(file);
    if (!text) return std::nullopt;
    const auto document = json::parse(*text, file.string());
    const auto* object = document.if_object();
    const auto* root = object != nullptr ? object->if_contains("root") : nullptr;
    const auto* configuration = object != nullptr ? object->if_contains("configuration") : nullptr;
    if (root == nullptr || !root->is_string() || configuration == nullptr || !configuration->is_string())
        return std::nullopt;
    BuildSettings settings{std::string(root->get_string()), std::string(configuration->get_string())};
    const auto* launcher = object->if_contains("launcher");
    if (launcher != nullptr && launcher->is_string()) settings.launcher = launcher->get_string();
    return settings;
}

NinjaSettings ninja_settings(const BuildSettings& settings) {
    NinjaSettings out;
    out.root = settings.root;
    out.configuration = settings.configuration;
    out.launcher = launcher_words(settings.launcher);
    if (is_distributed(settings.launcher)) out.local = local_cores();
    return out;
}

BuildWriter::BuildWriter(const BuildDirectory& directory, const Lowered& lowered, Toolchain& toolchain)
    : directory_(directory),
      lowered_(lowered),
      settings_(ninja_settings(directory)),
      commands_(lowered, toolchain, settings_),
      inputs_(inputs_of(directory, settings_.root)),
      made_(directory.build / ".aibuild") {
    names_ = {"compile_commands.json", std::string(ninja_file)};
    database_ = std::async(std::launch::async, [this] {
        files_.add(directory_.build / names_[0], [&](TextSink& out) {
            write_compile_commands(lowered_, commands_, settings_, directory_.build.string(), out);
        });
    });
}

bool BuildWriter::commit() {
    const fs::path& build = directory_.build;
    files_.add(build / ninja_file, [&](TextSink& out) { write_ninja(lowered_, commands_, settings_, out); });
    database_.get();
    boost::json::object own{
        {"format", 1}, {"root", settings_.root}, {"configuration", directory_.configuration}};
    if (directory_.launcher != "none") own["launcher"] = directory_.launcher;
    add(".aibuild/emit.json", json::pretty(own));
    for (const auto& [helper, script] : helpers_of(lowered_))
        add(fmt::format(".aibuild/{}", helper), script, true);
    // Whoever adds the whole project to a repository leaves this directory out.
    add(".gitignore", "*\n");
    add(std::string(ninja_depfile), write_ninja_depfile(inputs_));
    // Last: the stamp says that all the others are there.
    files_.add(build / ninja_stamp, "");
    bool wrote = files_.commit();
    const bool old = std::any_of(inputs_.begin(), inputs_.end(), [&](const std::string& input) {
        return !newer(build / ninja_stamp, build / input);
    });
    if (wrote || directory_.from_ninja || old) {
        touch_stamp(build, directory_.from_ninja);
        wrote = true;
    }
    return wrote;
}

void BuildWriter::add(const std::string& name, std::string_view text, bool executable) {
    files_.add(directory_.build / name, text, executable);
    names_.push_back(name);
}

void touch_stamp(const fs::path& build, bool from_ninja) {
    touch(build / ninja_stamp);
    // Ninja remembers when it last regenerated; tell it that this was newer, or it does it once more for
    // nothing.
    if (!from_ninja && fs::exists(build / ".ninja_log"))
        (void)output_of({"ninja", "-C", build.string(), "-t", "restat", std::string(ninja_stamp)});
}

}  // namespace aibuild
