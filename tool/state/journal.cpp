#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <exception>
#include <system_error>
#include <utility>

#include "ninja-gen/error.h"
#include "tool/state/document.h"
#include "tool/state/state.h"
#include "tool/workspace/beneath.h"
#include "tool/workspace/hold.h"
#include "tool/workspace/root.h"

// A line is one write(2) with O_APPEND and is not synced: a kill loses at most the line in flight, a power
// cut some more, and both only history. 10,000 synced lines took 37 s on ext4, unsynced ones 0.01 s.

namespace aibuild {

namespace {

Root root_of(const std::filesystem::path& build) {
    std::error_code ignored;  // Root says what is wrong
    std::filesystem::create_directories(build, ignored);
    return Root(build);
}

void append(int fd, const std::string& line, const std::filesystem::path& place) {
    const off_t before = ::lseek(fd, 0, SEEK_END);
    ssize_t written = 0;
    do {
        written = ::write(fd, line.data(), line.size());
    } while (written < 0 && errno == EINTR);
    if (written == static_cast<ssize_t>(line.size())) return;
    // Short: the disk is full. Half a line would spoil the one after it.
    const int error = written < 0 ? errno : ENOSPC;
    if (written > 0) (void)!::ftruncate(fd, before);
    beneath::fail(fd, place.string(), "written", error);
}

// Makes a journal that is not there yet, with its first line.
int begin(const Root& root, std::string_view path, const std::filesystem::path& build) {
    std::vector<std::string> made;
    beneath::parent(root.descriptor(), path, &made);
    Fd file =
        beneath::open(root.descriptor(), std::string(path), O_WRONLY | O_CREAT | O_EXCL | O_APPEND, 0644);
    if (!file) beneath::fail(root.descriptor(), path, "written", errno);
    append(file.get(), journal_header() + '\n', build / path);
    return file.release();
}

std::string line_of(const std::string& id, const Task& task) {
    std::string line;
    {
        LineObject object(line);
        object.text("id", id);
        write_task(object, task);
    }
    return line + '\n';
}

}  // namespace

Journal::Journal(std::filesystem::path build) : build_(std::move(build)) {
    const Root root = root_of(build_);
    std::vector<std::string> made;
    beneath::parent(root.descriptor(), journal_path, &made);
}

void Journal::open() {
    const Root root = root_of(build_);
    if (root.find(journal_path) != Found::nothing || root.find(asked_path) != Found::nothing)
        add_tasks(build_, {});
    fd_ = begin(root, journal_path, build_);
}

void Journal::record(const std::string& id, const Task& task) {
    const std::string line = line_of(id, task);
    const std::lock_guard guard(mutex_);
    if (fd_ < 0) open();
    append(fd_, line, build_ / journal_path);
}

void Journal::end(const std::map<std::string, Task>& tasks) {
    const std::lock_guard guard(mutex_);
    if (fd_ < 0) {
        if (!tasks.empty()) add_tasks(build_, tasks);
        return;
    }
    State state;
    state.tasks = tasks;
    take_tasks(Root(build_), std::move(state));
    ::close(std::exchange(fd_, -1));
}

Journal::~Journal() {
    if (fd_ < 0) return;
    ::close(fd_);
    try {
        add_tasks(build_, {});
    } catch (const std::exception&) {
        // The journal stays, and whoever reads next folds it.
    }
}

AskedJournal::AskedJournal(std::filesystem::path build, std::string command)
    : build_(std::move(build)), command_(std::move(command)) {}

// False where somebody else has the build directory.
bool AskedJournal::fold() const {
    const Root root(build_);
    try {
        const Hold hold(root, command_, {}, HoldFile::stays);
        add_tasks(build_, {});
        // Killed in its first line: it tells nothing, not even whose it was. Nobody else asks now.
        root.remove(asked_path);
        return true;
    } catch (const Error& error) {
        if (error.rule() != "hold.busy") throw;
        return false;
    }
}

void AskedJournal::record(const std::string& id, const Task& task) {
    if (!std::exchange(tried_, true)) {
        const Root root(build_);
        if (root.find(asked_path) == Found::nothing || fold()) fd_ = begin(root, asked_path, build_);
    }
    if (fd_ >= 0) append(fd_, line_of(id, task), build_ / asked_path);
}

AskedJournal::~AskedJournal() {
    if (fd_ < 0) return;
    ::close(fd_);
    try {
        // Who added what came of it all has folded it.
        if (Root(build_).find(asked_path) != Found::nothing) fold();
    } catch (const std::exception&) {
        // As above.
    }
}

}  // namespace aibuild
