#include "tool/engine/repair_stage.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include "ninja-gen/error.h"
#include "ninja-gen/hash.h"
#include "ninja-gen/json.h"
#include "tool/workspace/merge.h"

namespace aibuild {

namespace {

namespace bj = boost::json;
namespace fs = std::filesystem;

constexpr std::string_view place = ".aibuild/repair", trial_file = ".aibuild/repair/trial.json",
                           command = "aibuild-gen build --fix";

std::string numbered(std::size_t n, std::string_view which) {
    return fmt::format("{}/{}.{}", place, n, which);
}

std::string inode_of(const fs::path& directory) {
    struct stat found {};
    if (::stat(directory.c_str(), &found) != 0) return {};
    return fmt::format("{}:{}", found.st_dev, found.st_ino);
}

bool runs(const Root& root, const std::string& path) {
    struct stat found {};
    return ::stat((root.path() / path).c_str(), &found) == 0 && (found.st_mode & 0100U) != 0;
}

}  // namespace

RepairStage::RepairStage(const fs::path& root) : root_(root), directory_(root_.path() / place) {
    if (root_.find(place) != Found::directory) return;
    hold();
    if (root_.find(trial_file) == Found::file) restored_ = back();
}

bool RepairStage::on_trial(const fs::path& root) {
    std::error_code error;
    return fs::exists(root / trial_file, error);
}

RepairStage::~RepairStage() {
    try {
        if (!held_) return;
        if (trying_) back();
        forget();
        held_.reset();
        std::error_code ignored;
        fs::remove(directory_, ignored);                // where it is empty
        fs::remove(directory_.parent_path(), ignored);  // .aibuild, likewise
    } catch (const std::exception&) {
        // What could not be put back is still kept, and the next run tries again.
    }
}

// The directory is there only while there is something to keep in it: a repair that asks nobody leaves no
// trace.
void RepairStage::hold() {
    if (held_) return;
    std::error_code error;
    fs::create_directories(directory_, error);
    if (root_.find(place) != Found::directory) {
        throw Error(Exit::failure, "disk.write", directory_.string(), "The directory can't be made.",
                    "See that nothing else is there and that you may write.");
    }
    held_.emplace(Root(directory_), command);
    // Whoever was killed while they put or took back had not finished it.
    const Hold project(root_, command);
    recover(root_);
}

void RepairStage::put(const std::vector<Trial>& files) {
    hold();
    for (const Trial& file : files) {
        if (root_.read(file.path) != file.before) {
            throw Error(Exit::drift, "file.changed", file.path, "It was edited while it was being repaired.",
                        "Run the same command again.");
        }
    }
    bj::array listed;
    std::vector<StagedFile> staged;
    for (std::size_t n = 0; n < files.size(); ++n) {
        const Trial& file = files[n];
        root_.write(numbered(n, "old"), file.before);
        root_.write(numbered(n, "new"), file.text);
        listed.push_back({{"path", file.path}, {"before", sha256(file.before)}});
        staged.push_back({file.path, file.text, true, runs(root_, file.path), false});
    }
    const bj::object document{
        {"format", 1}, {"directory", inode_of(directory_)}, {"files", std::move(listed)}};
    root_.write(trial_file, json::pretty(document));
    trying_ = true;
    const Hold hold(root_, command);
    commit(root_, staged);
}

void RepairStage::keep() {
    trying_ = false;
    forget();
}

std::vector<std::string> RepairStage::back() {
    const bj::value document = bj::parse(root_.read(trial_file).value_or("{}"));
    const bj::object& trial = document.as_object();
    const bj::value* directory = trial.if_contains("directory");
    if (directory == nullptr || !directory->is_string() ||
        std::string_view(directory->get_string()) != inode_of(directory_)) {
        throw Error(Exit::policy, "repair.foreign", directory_.string(),
                    "It holds a repair that was not begun in this directory.",
                    "Look at it, and remove it: nothing of it is used.");
    }
    std::vector<std::string> notes;
    std::vector<StagedFile> staged;
    std::size_t n = 0;
    for (const bj::value& each : trial.at("files").as_array()) {
        const std::string path(each.at("path").as_string());
        const auto before = root_.read(numbered(n, "old")), tried = root_.read(numbered(n, "new"));
        ++n;
        const auto current = root_.read(path);
        if (!before || !tried || sha256(*before) != std::string_view(each.at("before").as_string())) continue;
        if (!current || *current == *before) continue;  // removed meanwhile, or never on trial
        if (Merged merged = merge(*tried, *current, *before); merged.conflicts == 0) {
            staged.push_back({path, std::move(merged.text), true, runs(root_, path), false});
            notes.push_back(
                path + (*current == *tried ? ": as it was before" : ": as it was before, with your edits"));
        } else {
            staged.push_back({path + ".aibuild-before", *before, true, false, false});
            notes.push_back(
                fmt::format("{0}: kept, because you edited what was tried; its text from before the "
                            "repair is in {0}.aibuild-before",
                            path));
        }
    }
    if (!staged.empty()) {
        const Hold hold(root_, command);
        commit(root_, staged);
    }
    trying_ = false;
    forget();
    return notes;
}

void RepairStage::forget() {
    root_.remove(trial_file);  // first: what is listed is there
    for (std::size_t n = 0; root_.find(numbered(n, "old")) == Found::file; ++n) {
        root_.remove(numbered(n, "new"));
        root_.remove(numbered(n, "old"));
    }
}

}  // namespace aibuild
