#include "tool/engine/emit.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <boost/json/object.hpp>
#include <future>
#include <map>

#include "ninja-gen/error.h"
#include "ninja-gen/hash.h"
#include "ninja-gen/json.h"
#include "ninja-gen/ninja_writer.h"
#include "ninja-gen/quote.h"
#include "tool/engine/derived_file.h"
#include "tool/engine/known_languages.h"
#include "tool/engine/launcher.h"
#include "tool/engine/made_directory.h"
#include "tool/workspace/hold.h"
#include "tool/workspace/merge.h"

namespace aibuild {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view base_directory = ".aibuild/base/";

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

fs::path chosen_build(const EmitOptions& options) {
    return resolved(options.build.empty() ? options.root / "build" : options.build);
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

// What a launcher means for the next build; `before` is the one that the last build had.
std::vector<std::string> launcher_remarks(const Lowered& lowered, const std::string& launcher,
                                          const std::string& before) {
    std::vector<std::string> out;
    const StepGraph& graph = lowered.graph;
    const auto launched = std::count_if(graph.steps.begin(), graph.steps.end(),
                                        [&](const Step& step) { return graph.rule(step).launcher; });
    if (launcher != before) {
        out.push_back(launched > 0
                          ? fmt::format("launcher: {} (was {}): every compile step will run again: {} steps",
                                        launcher, before, launched)
                          : fmt::format("launcher: {} (was {}): no compile step of this project can take one",
                                        launcher, before));
    }
    if (!is_distributed(launcher) || launched == 0) return out;
    const std::size_t cores = local_cores();
    if (const auto jobs = distcc_jobs()) {
        out.push_back(
            fmt::format("distcc's hosts take {0} compiles at a time: ninja -j {0}. Other steps run here, {1} "
                        "at a time (pool local)",
                        std::max(static_cast<std::size_t>(*jobs), cores), cores));
    } else {
        out.push_back(
            "distcc knows no hosts, so that all is compiled here: set DISTCC_HOSTS, or write "
            "~/.distcc/hosts");
    }
    return out;
}

std::string consenting_command(const fs::path& root) {
    std::string out = "aibuild-gen emit -C ";
    quote::shell(out, resolved(root).string());
    return out + " --yes";
}

}  // namespace

std::optional<Lock> locked(const Root& root) {
    const auto text = root.read(lock_file);
    if (!text) return std::nullopt;
    return read_lock(*text, lock_file);
}

std::vector<StagedFile> lock_files(const Lock& lock) {
    std::string text = write_lock(lock);
    std::string index = write_lock_index(lock, text);
    return {{std::string(lock_file), std::move(text), true, false, true},
            {std::string(lock_index_file), std::move(index), true, false, true}};
}

ProjectFiles project_files(const Root& root, const std::vector<EmittedFile>& emitted, Lock& lock) {
    ProjectFiles out;
    for (const EmittedFile& file : emitted) {
        const auto current = root.read(file.path);
        const std::string base_path = std::string(base_directory) + file.path;
        const auto entry = lock.files.find(file.path);
        const std::string hash = sha256(file.text);
        const auto take = [&](std::string text, std::string_view what) {
            if (current != text) {
                out.files.push_back({file.path, std::move(text), true, file.executable, true});
                if (!what.empty()) out.notes.push_back({file.path, std::string(what)});
            }
            out.files.push_back({base_path, file.text, true, false, true});
            lock.files[file.path] = LockedFile{hash, "emitter", "", "", "", {}, {}};
        };
        const auto beside = [&](std::string_view why) {
            out.files.push_back({file.path + ".aibuild-new", file.text, true, file.executable, true});
            out.notes.push_back(
                {file.path, fmt::format("kept: {}; the new text is in {}.aibuild-new", why, file.path)});
        };
        const bool ours = entry != lock.files.end() && entry->second.origin == "emitter";
        const bool untouched = ours && current && sha256(*current) == entry->second.base;
        if (!current || current == file.text || untouched) {
            take(file.text, "written");
        } else if (!ours) {
            beside("AIBuild did not write it");
        } else if (entry->second.base == hash) {
            continue;  // edited, and nothing new to merge
        } else if (const auto base = root.read(base_path); !base || sha256(*base) != entry->second.base) {
            beside("it was edited, and the text it started from is not there");
        } else if (Merged merged = merge(*base, *current, file.text); merged.conflicts == 0) {
            take(std::move(merged.text), "merged with your edits");
        } else {
            beside("your edits and the new text change the same lines");
        }
    }
    std::erase_if(lock.files, [&](const auto& entry) {
        const std::string& path = entry.first;  // Clang 14 captures no structured bindings
        const LockedFile& file = entry.second;
        const auto is_this = [&](const EmittedFile& each) { return each.path == path; };
        if (file.origin != "emitter" || std::any_of(emitted.begin(), emitted.end(), is_this)) return false;
        out.obsolete.push_back(std::string(base_directory) + path);
        if (const auto current = root.read(path); current && sha256(*current) == file.base) {
            out.obsolete.push_back(path);
            out.notes.push_back({path, "removed: nothing needs it any more"});
        } else if (current) {
            out.notes.push_back({path, "kept: nothing needs it any more, but it was edited"});
        }
        return true;
    });
    return out;
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

bool write_build(const BuildDirectory& directory, const Lowered& lowered, Toolchain& toolchain) {
    const fs::path &root = directory.root, &build = directory.build;
    if (resolved(root) == resolved(build)) {
        throw Error(Exit::usage, "emit.in-source", build.string(),
                    "The build directory is the project's own directory.",
                    "Choose a directory of its own with -o.");
    }
    NinjaSettings settings =
        ninja_settings({relative_root(root, build), directory.configuration, directory.launcher});
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

    // All that can be refused first: a plan that can't be written is refused before the first byte.
    const StepCommands commands(lowered, toolchain, settings);
    std::vector<std::string> inputs{settings.root + std::string(plan_file)};
    for (const fs::path& language : directory.languages)
        inputs.push_back(input_path(root, settings.root, language));
    const std::string depfile = write_ninja_depfile(inputs);
    boost::json::object own{
        {"format", 1}, {"root", settings.root}, {"configuration", directory.configuration}};
    if (directory.launcher != "none") own["launcher"] = directory.launcher;

    const MadeDirectory made(build / ".aibuild");
    DerivedFiles files;
    files.add(build / ".aibuild" / "emit.json", json::pretty(own));
    Words own_helpers{"own-source.sh"};
    if (!lowered.graph.steps.empty() && lowered.graph.steps.back().kind == StepKind::count)
        own_helpers.insert(own_helpers.end(), {"run-test.sh", "count-tests.sh"});
    std::map<std::string_view, std::string_view> helpers;
    for (const std::string& helper : own_helpers) helpers.emplace(helper, helper_text(helper));
    for (const LoweredTarget& target : lowered.targets) {
        for (const std::string& helper : target.language->helpers)
            helpers.emplace(helper, target.language->helper(helper));
    }
    for (const auto& [helper, script] : helpers) files.add(build / ".aibuild" / helper, script, true);
    // Whoever adds the whole project to a repository leaves this directory out.
    files.add(build / ".gitignore", "*\n");
    // The two long ones at once, each by a thread: of 100,000 steps one has 27 MB, the other 10.
    auto database = std::async(std::launch::async, [&] {
        files.add(build / "compile_commands.json", [&](TextSink& out) {
            write_compile_commands(lowered, commands, settings, build.string(), out);
        });
    });
    files.add(build / ninja_file, [&](TextSink& out) { write_ninja(lowered, commands, settings, out); });
    database.get();
    files.add(build / ninja_depfile, depfile);
    // Last: the stamp says that all the others are there.
    const fs::path stamp = build / ninja_stamp;
    files.add(stamp, "");
    bool wrote = files.commit();
    const bool old = std::any_of(inputs.begin(), inputs.end(),
                                 [&](const std::string& input) { return !newer(stamp, build / input); });
    if (wrote || directory.from_ninja || old) {
        touch(stamp);
        wrote = true;
        // Ninja remembers when it last regenerated; tell it that this was newer, or it does it once more for
        // nothing.
        if (!directory.from_ninja && fs::exists(build / ".ninja_log"))
            (void)output_of({"ninja", "-C", build.string(), "-t", "restat", std::string(ninja_stamp)});
    }
    return wrote;
}

EmitResult emit(const EmitOptions& options) {
    const Root root(options.root);
    const fs::path build = chosen_build(options);
    const auto text = root.read(plan_file);
    if (!text) {
        throw Error(Exit::usage, "plan.missing", (options.root / plan_file).string(),
                    "There is no plan here.",
                    "Stand in a project's directory or name it with -C; `aibuild-gen new` makes one.");
    }
    const Plan plan = read_plan(*text, plan_file);
    const KnownLanguages known = known_languages(options.root);
    Toolchain toolchain;
    const Lowered lowered = lower({plan, *text, plan_file}, known.languages, toolchain);
    Consents(options.root).need(known.consents_of(lowered), options.ask, consenting_command(options.root));

    EmitResult result;
    result.build = build;
    const auto before = build_settings(build);
    result.configuration = !options.configuration.empty() ? options.configuration
                           : before                       ? before->configuration
                                                          : "release";
    if (result.configuration != "release" && result.configuration != "debug") {
        throw Error(Exit::usage, "emit.configuration", "--config",
                    fmt::format("There is no configuration \"{}\".", result.configuration),
                    "Use release or debug.");
    }
    const std::string launcher = !options.launcher.empty() ? options.launcher
                                 : before                  ? before->launcher
                                                           : "none";
    result.remarks = launcher_remarks(lowered, launcher, before ? before->launcher : launcher);
    for (const Step& step : lowered.graph.steps) {
        ++result.steps;
        result.tests += step.kind == StepKind::test ? 1 : 0;
    }

    Lock lock = locked(root).value_or(Lock{});
    lock.plan_sha256 = sha256(*text);
    ProjectFiles files = project_files(root, write_cmake(plan, lowered), lock);
    // Always both, so that an index which is lost or is another lock's comes back.
    for (StagedFile& file : lock_files(lock)) files.files.push_back(std::move(file));
    // The build directory first: where a tool is missing nothing has been written yet.
    result.wrote_build = write_build({options.root, build, result.configuration, launcher, options.program,
                                      options.from_ninja, known.files_of(lowered)},
                                     lowered, toolchain);
    if (std::any_of(files.files.begin(), files.files.end(),
                    [&](const StagedFile& file) { return root.read(file.path) != file.text; })) {
        try {
            const Hold hold(root, "aibuild-gen emit");
            recover(root);
            commit(root, files.files);
            // After what named them is gone: killed in between, a file too many stays, which harms nothing.
            for (const std::string& path : files.obsolete) root.remove(path);
        } catch (...) {
            // The project is still as of the last plan: ninja is to try again.
            std::error_code ignored;
            fs::remove(build / ninja_stamp, ignored);
            throw;
        }
    }
    result.notes = std::move(files.notes);
    return result;
}

}  // namespace aibuild
