#include "tool/workspace/stage.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cerrno>
#include <cstdio>

#include "ninja-gen/error.h"
#include "ninja-gen/hash.h"
#include "ninja-gen/json.h"
#include "tool/workspace/fields.h"

namespace aibuild {

namespace {

namespace bj = boost::json;

constexpr int stage_format = 1;
const std::string above_path = ".aibuild";
const std::string stage_path = ".aibuild/stage";
const std::string commit_file = "commit.json";
const std::string undo_file = "undo.json";

std::string new_name(std::size_t n) {
    return fmt::format("{}.new", n);
}
std::string old_name(std::size_t n) {
    return fmt::format("{}.old", n);
}

std::string hash_at(int root, const std::string& path) {
    const std::optional<std::string> text = beneath::read(root, path);
    return text ? sha256(*text) : std::string();
}

[[noreturn]] void foreign(std::string why) {
    throw Error(Exit::policy, "stage.foreign", stage_path,
                std::move(why) + " AIBuild only finishes what was begun in this very directory.",
                "See whether the files in it are of use to you, then remove the directory .aibuild/stage.");
}

void make_directory(int at, const char* name, mode_t mode, int root) {
    if (::mkdirat(at, name, mode) != 0 && errno != EEXIST) beneath::fail(root, stage_path, "written", errno);
}

}  // namespace

Stage Stage::make(int root) {
    Stage stage;
    stage.root_ = root;
    try {
        make_directory(root, above_path.c_str(), 0777, root);
        stage.above_ = beneath::open(root, above_path, O_RDONLY | O_DIRECTORY);
        if (!stage.above_) beneath::fail(root, above_path, "written", errno);
        make_directory(stage.above_.get(), "stage", 0700, root);
        stage.directory_ = beneath::open(root, stage_path, O_RDONLY | O_DIRECTORY);
        if (!stage.directory_) beneath::fail(root, stage_path, "written", errno);
        beneath::sync(stage.above_.get(), stage_path);
        beneath::sync(root, stage_path);
    } catch (...) {
        ::unlinkat(stage.above_.get(), "stage", AT_REMOVEDIR);
        ::unlinkat(root, above_path.c_str(), AT_REMOVEDIR);
        throw;
    }
    return stage;
}

Stage Stage::find(int root) {
    Stage stage;
    stage.root_ = root;
    stage.above_ = beneath::open(root, above_path, O_RDONLY | O_DIRECTORY);
    if (!stage.above_ && errno == ENOENT) return stage;
    if (!stage.above_) beneath::fail(root, above_path, "read", errno);
    stage.directory_ = beneath::open(root, stage_path, O_RDONLY | O_DIRECTORY);
    if (!stage.directory_ && errno != ENOENT) beneath::fail(root, stage_path, "read", errno);
    return stage;
}

void Stage::add(const std::string& path, std::string_view text, bool executable, const std::string* old,
                mode_t old_mode) {
    const std::size_t n = moves_.size();
    moves_.push_back({path, sha256(text), old != nullptr ? sha256(*old) : std::string()});
    beneath::create(directory_.get(), new_name(n), text, executable ? 0755 : 0644,
                    old != nullptr ? std::optional(old_mode) : std::nullopt, path);
    if (old != nullptr) {
        const Fd parent = beneath::parent(root_, path, nullptr);
        if (::linkat(parent.get(), beneath::name_of(path).c_str(), directory_.get(), old_name(n).c_str(),
                     0) != 0) {
            beneath::create(directory_.get(), old_name(n), *old, old_mode & 0777U, old_mode, path);
        }
        return;
    }
    for (std::size_t slash = path.find('/'); slash != path.npos; slash = path.find('/', slash + 1)) {
        std::string directory = path.substr(0, slash);
        if (std::find(made_.begin(), made_.end(), directory) != made_.end()) continue;
        if (beneath::open(root_, directory, O_PATH)) continue;
        if (errno != ENOENT) beneath::fail(root_, path, "read", errno);
        made_.push_back(std::move(directory));
    }
}

void Stage::decide() {
    const std::string temporary = beneath::temporary_name();
    beneath::create(directory_.get(), temporary, decision(), 0600, std::nullopt, stage_path);
    beneath::sync(directory_.get(), stage_path);
    rename(temporary, commit_file);
}

bool Stage::forward() {
    for (std::size_t n = 0; n < moves_.size(); ++n) {
        if (has(new_name(n)) && hash_at(root_, moves_[n].path) != moves_[n].old) return false;
    }
    std::vector<std::string> changed;
    std::vector<std::string> made;
    for (std::size_t n = 0; n < moves_.size(); ++n) {
        const std::string& path = moves_[n].path;
        const Fd parent = beneath::parent(root_, path, &made);
        if (has(new_name(n)) && ::renameat(directory_.get(), new_name(n).c_str(), parent.get(),
                                           beneath::name_of(path).c_str()) != 0) {
            if (errno == EXDEV) {
                throw Error(
                    Exit::failure, "disk.write", path,
                    "This place is on another file system than the project's directory, so that the files of "
                    "a change can't appear together.",
                    "Mount the whole project, not a part of it.");
            }
            beneath::fail(root_, path, "written", errno);
        }
        changed.push_back(path);
    }
    changed.insert(changed.end(), made.begin(), made.end());
    beneath::sync_parents(root_, changed);
    return true;
}

void Stage::back() {
    if (!has(undo_file)) {
        if (!has(commit_file)) return;
        rename(commit_file, undo_file);
    }
    for (std::size_t n = 0; n < moves_.size(); ++n) {
        const Move& move = moves_[n];
        // Never reached, put back already, or changed by a person since.
        if (has(new_name(n)) || hash_at(root_, move.path) != move.text) continue;
        const Fd parent = beneath::parent(root_, move.path, nullptr);
        const std::string name = beneath::name_of(move.path);
        const int failed =
            move.old.empty() ? ::unlinkat(parent.get(), name.c_str(), 0)
                             : ::renameat(directory_.get(), old_name(n).c_str(), parent.get(), name.c_str());
        if (failed != 0) beneath::fail(root_, move.path, "written", errno);
        beneath::sync(parent.get(), move.path);
    }
    beneath::remove_empty(root_, made_);
}

void Stage::discard() {
    // The decision goes first: what is left without it is never acted on.
    std::vector<std::string> names = beneath::list(directory_.get(), stage_path);
    std::stable_partition(names.begin(), names.end(),
                          [](const std::string& name) { return name == commit_file || name == undo_file; });
    for (const std::string& name : names) {
        if (::unlinkat(directory_.get(), name.c_str(), 0) == 0) continue;
        if (errno == EISDIR) foreign(fmt::format("It holds a directory, `{}`.", name));
        beneath::fail(root_, stage_path + '/' + name, "removed", errno);
    }
    if (::unlinkat(above_.get(), "stage", AT_REMOVEDIR) != 0)
        beneath::fail(root_, stage_path, "removed", errno);
    ::unlinkat(root_, above_path.c_str(), AT_REMOVEDIR);
}

void Stage::recover() {
    if (has(undo_file)) {
        read_decision(undo_file);
        back();
    } else if (has(commit_file)) {
        read_decision(commit_file);
        if (!forward()) back();
    }
    discard();
}

std::string Stage::decision() const {
    struct stat status {};
    if (::fstat(directory_.get(), &status) != 0) beneath::fail(root_, stage_path, "read", errno);
    bj::array files;
    for (const Move& move : moves_) {
        files.push_back(bj::object{{"path", move.path}, {"text", move.text}, {"old", move.old}});
    }
    return json::pretty(bj::object{{"format", stage_format},
                                   {"inode", std::to_string(status.st_ino)},
                                   {"files", std::move(files)},
                                   {"directories", bj::array(made_.begin(), made_.end())}});
}

void Stage::read_decision(const std::string& name) {
    const std::string text = beneath::read(directory_.get(), name).value_or("");
    const std::string file = stage_path + '/' + name;
    const Fields::Fail fail = [&](const std::string& pointer, const std::string& why) {
        foreign(fmt::format("{}: {}", json::place(file, text, pointer), why));
    };
    const bj::value document = json::parse(text, file);
    Fields fields(document, "", fail);
    struct stat status {};
    if (::fstat(directory_.get(), &status) != 0) beneath::fail(root_, stage_path, "read", errno);
    if (fields.number("format") != stage_format) fail("/format", "This format is not known to this AIBuild.");
    if (fields.text("inode") != std::to_string(status.st_ino)) {
        fail("/inode", "It was made in another directory, and copied or committed.");
    }
    const auto list = [&](std::string_view member) -> const bj::array& {
        const bj::value& value = fields.need(member);
        if (!value.is_array()) fail(fields.pointer(member), "An array is needed here.");
        return value.get_array();
    };
    for (const bj::value& value : list("files")) {
        Fields entry(value, fmt::format("/files/{}", moves_.size()), fail);
        moves_.push_back({entry.text("path"), entry.text("text"), entry.text("old")});
        entry.done();
        beneath::check_writable(moves_.back().path);
    }
    for (const bj::value& value : list("directories")) {
        if (!value.is_string())
            fail(fmt::format("/directories/{}", made_.size()), "A string is needed here.");
        made_.emplace_back(value.get_string());
        beneath::check_writable(made_.back());
    }
    fields.done();
}

bool Stage::has(const std::string& name) const {
    struct stat status {};
    if (::fstatat(directory_.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0) return true;
    if (errno != ENOENT) beneath::fail(root_, stage_path, "read", errno);
    return false;
}

void Stage::rename(const std::string& from, const std::string& to) {
    if (::renameat(directory_.get(), from.c_str(), directory_.get(), to.c_str()) != 0) {
        beneath::fail(root_, stage_path, "written", errno);
    }
    beneath::sync(directory_.get(), stage_path);
}

}  // namespace aibuild
