#include "tool/workspace/merge.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <boost/algorithm/string/erase.hpp>
#include <boost/algorithm/string/replace.hpp>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>
#include <vector>

#include "ninja-gen/error.h"
#include "tool/workspace/private_directory.h"

namespace aibuild {

namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const std::string& why, const std::string& fix) {
    throw Error(Exit::failure, "merge.git", "git merge-file", why, fix);
}

void need(const PrivateDirectory& directory) {
    if (directory) return;
    fail(fmt::format("No private directory can be made in the one for temporary files: {}.",
                     std::generic_category().message(errno)),
         "Set TMPDIR to a directory that you may write in.");
}

void write_file(const std::string& path, std::string_view text) {
    std::ofstream out(path, std::ios::binary);
    out.write(text.data(), static_cast<std::streamsize>(text.size()));
    if (!out.flush()) fail(fmt::format("{} can't be written.", path), "Free some space on that disk.");
}

std::string read_file(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

// The environment without what would lead git to another repository, configuration or program.
std::vector<std::string> environment_for_git(const PrivateDirectory& directory) {
    std::vector<std::string> out;
    for (char** entry = environ; *entry != nullptr; ++entry) {
        if (!std::string_view(*entry).starts_with("GIT_")) out.emplace_back(*entry);
    }
    out.push_back("GIT_CONFIG_NOSYSTEM=1");
    out.push_back("GIT_CONFIG_GLOBAL=/dev/null");
    out.push_back("GIT_CEILING_DIRECTORIES=" + fs::path(directory.path()).parent_path().string());
    return out;
}

// In the directory, with its output in the file `printed` and what went wrong in `errors`. The exit status,
// as wait gives it.
int run_git(const PrivateDirectory& directory, std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "git");
    std::vector<std::string> variables = environment_for_git(directory);
    const auto pointers = [](std::vector<std::string>& strings) {
        std::vector<char*> out;
        for (std::string& string : strings) out.push_back(string.data());
        out.push_back(nullptr);
        return out;
    };
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addchdir_np(&actions, directory.path().c_str());
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 1, "printed", O_WRONLY | O_CREAT | O_EXCL, 0600);
    posix_spawn_file_actions_addopen(&actions, 2, "errors", O_WRONLY | O_CREAT | O_EXCL, 0600);
    pid_t pid = 0;
    const int error = ::posix_spawnp(&pid, "git", &actions, nullptr, pointers(arguments).data(),
                                     pointers(variables).data());
    posix_spawn_file_actions_destroy(&actions);
    if (error != 0) {
        fail(fmt::format("git can't be started: {}.", std::generic_category().message(error)),
             "Install git: AIBuild needs it to merge what it generated with what you edited.");
    }
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    return status;
}

// What an editor or git puts around every line of a text without anybody having changed one: taken for an
// edit, it would be in conflict with each.
class Frame {
  public:
    Frame(std::string_view mine, std::string_view base)
        : mark_(mine.starts_with(byte_order_mark) && !base.starts_with(byte_order_mark)),
          carriage_returns_(all_end_in_crlf(mine) && !all_end_in_crlf(base)),
          unended_(!mine.empty() && !mine.ends_with('\n') && base.ends_with('\n')) {}

    std::string without(std::string_view text) const {
        const bool marked = mark_ && text.starts_with(byte_order_mark);
        std::string out(text.substr(marked ? byte_order_mark.size() : 0));
        if (carriage_returns_) boost::algorithm::erase_all(out, "\r");
        if (unended_ && !out.ends_with('\n')) out += '\n';
        return out;
    }

    std::string around(std::string text) const {
        if (unended_ && text.ends_with('\n')) text.pop_back();
        if (carriage_returns_) {
            boost::algorithm::erase_all(text, "\r");
            boost::algorithm::replace_all(text, "\n", "\r\n");
        }
        return mark_ ? std::string(byte_order_mark) + text : text;
    }

  private:
    static constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

    // Each line, and no carriage return stands elsewhere.
    static bool all_end_in_crlf(std::string_view text) {
        std::size_t lines = 0;
        for (std::size_t at = text.find('\n'); at != text.npos; at = text.find('\n', at + 1)) {
            if (at == 0 || text[at - 1] != '\r') return false;
            ++lines;
        }
        return lines > 0 && std::count(text.begin(), text.end(), '\r') == std::ptrdiff_t(lines);
    }

    bool mark_, carriage_returns_, unended_;
};

Merged merge_lines(std::string_view base, std::string_view mine, std::string_view theirs) {
    if (mine == base || mine == theirs) return {std::string(theirs), 0};
    if (theirs == base) return {std::string(mine), 0};

    const PrivateDirectory directory("merge");
    need(directory);
    write_file(directory / "base", base);
    write_file(directory / "mine", mine);
    write_file(directory / "theirs", theirs);
    const int status = run_git(directory, {"merge-file", "-p", "--diff3", "-L", "yours", "-L", "base", "-L",
                                           "generated", "mine", "base", "theirs"});
    // Up to 127 is the number of conflicts; an error is 255, and 128 and above what git's own signals make of
    // it.
    if (!WIFEXITED(status) || WEXITSTATUS(status) > 127) {
        fail("git could not merge: " + read_file(directory / "errors"),
             "Merge by hand; text that holds NUL bytes can't be merged by lines.");
    }
    return {read_file(directory / "printed"), WEXITSTATUS(status)};
}

}  // namespace

Merged merge(std::string_view base, std::string_view mine, std::string_view theirs) {
    if (mine == base) return {std::string(theirs), 0};
    const Frame frame(mine, base);
    Merged out = merge_lines(base, frame.without(mine), frame.without(theirs));
    out.text = frame.around(std::move(out.text));
    return out;
}

std::string unified_diff(std::string_view before, std::string_view after) {
    if (before == after) return {};
    const PrivateDirectory directory("merge");
    need(directory);
    write_file(directory / "before", before);
    write_file(directory / "after", after);
    const int status = run_git(directory, {"diff", "--no-index", "--no-ext-diff", "--no-textconv",
                                           "--no-color", "--text", "--", "before", "after"});
    if (!WIFEXITED(status) || WEXITSTATUS(status) > 1)
        fail("git could not compare: " + read_file(directory / "errors"), "Compare by hand.");
    const std::string text = read_file(directory / "printed");
    // What stands before the first hunk names the files, which are nobody's.
    const std::size_t hunks = text.find("\n@@");
    return hunks == std::string::npos ? std::string() : text.substr(hunks + 1);
}

}  // namespace aibuild
