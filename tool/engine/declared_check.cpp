#include "tool/engine/declared_check.h"

#include <fmt/format.h>

#include "ninja-gen/error.h"
#include "tool/text/utf8.h"
#include "tool/workspace/secrets.h"

namespace aibuild {

namespace {

namespace fs = std::filesystem;

[[noreturn]] void refuse(std::string rule, const std::string& path, std::string why, std::string fix) {
    throw Error(Exit::usage, std::move(rule), path, std::move(why), std::move(fix));
}

void check_shown(const OpenProject& project, const std::string& path) {
    const std::optional<std::string> text = project.root.read(path);
    if (!text)
        refuse("declared.context", path, "It is to be shown to a model, and is not there.",
               "Correct the path after CONTEXT, or restore the file.");
    std::optional<std::string> secret = secret_problem(path, *text);
    const fs::path whole = fs::absolute(project.root.path() / path).lexically_normal();
    const std::string from_build = whole.lexically_relative(project.build).string();
    if (!secret && !from_build.starts_with("..") &&
        project.build != fs::absolute(project.root.path()).lexically_normal())
        secret = "It is in the build directory, where caches keep whatever they were given";
    if (secret)
        refuse("declared.secret", path,
               *secret + ": what is shown to a model leaves this machine, and is committed with its answer.",
               "Take it out of CONTEXT; write down what a model has to know in a file of its own.");
    if (!is_utf8(*text))
        refuse("declared.context", path, "It is to be shown to a model, and is no UTF-8 text.",
               "Take it out of CONTEXT, or save it as UTF-8.");
}

void check_output(const OpenProject& project, const std::string& path) {
    const bool there = project.root.find(path) == Found::file;
    const auto entry = project.lock.files.find(path);
    const bool locked = entry != project.lock.files.end();
    if (there && !locked && project.root.find(lock_file) == Found::nothing)
        refuse(
            "declared.there", path,
            fmt::format("It is declared to be generated and is there, and there is no {} that tells whether "
                        "it was.",
                        lock_file),
            fmt::format("Restore {} from version control. If there never was one, the file is yours: move it "
                        "away, and it is generated; or `aibuild-gen own {} --build {}` keeps it as it is.",
                        lock_file, path, project.build.string()));
    if (there && !locked)
        refuse(
            "declared.there", path, "It is declared to be generated, is there, and never was: it is yours.",
            fmt::format("Move it away, and it is generated; take it out of OUTPUTS; or `aibuild-gen own {} "
                        "--build {}` keeps it as it is.",
                        path, project.build.string()));
    if (!there && locked && entry->second.origin == "person")
        refuse(
            "declared.gone", path, "Its owner took it over, and it is gone.",
            fmt::format("Restore it from version control; or `aibuild-gen own --release {} --build {}`, and "
                        "it is generated again.",
                        path, project.build.string()));
}

}  // namespace

void check_declared(const OpenProject& project) {
    std::vector<StagedFile> outputs;
    for (std::size_t n = 0; n < project.plan.files.size(); ++n) {
        const std::string& path = project.plan.files[n].path;
        if (project.only_shown(n)) continue;
        outputs.push_back({path, "", true, false, false});
        check_output(project, path);
    }
    check_paths(outputs);
    for (std::size_t n = 0; n < project.plan.files.size(); ++n) {
        if (project.only_shown(n)) check_shown(project, project.plan.files[n].path);
    }
}

}  // namespace aibuild
