// Paths that attack. A model's path passes the alphabet of names.h, then the protected names, then the
// kernel; each layer is shown to hold, the last also alone, because a tree changes between two calls and a
// list is never complete.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstddef>
#include <thread>

#include "ninja-gen/names.h"
#include "tests/unit/tool/workspace/directory.h"
#include "tool/workspace/commit.h"
#include "tool/workspace/root.h"

namespace aibuild {
namespace {

using test::Directory;
using test::rule_of;
using test::slurp;
namespace fs = std::filesystem;

std::string repeated(const std::string& text, int times) {
    std::string out;
    for (int i = 0; i < times; ++i) out += text;
    return out;
}

// By class of attack; every one is refused before the workspace is even asked.
const std::vector<std::string>& hostile_paths() {
    static const std::vector<std::string> paths = {
        // out of the directory
        "../x", "..", "a/../../x", "src/../../x", "a/b/c/../../../../x", "./../x", "a/..",
        "src/..hidden/../../../x",
        // absolute
        "/etc/passwd", "//etc/passwd", "~/.ssh/authorized_keys", "$HOME/x", "${HOME}/x", "%HOME%/x",
        // other systems' ways
        "..\\x", "a\\..\\..\\x", "C:/x", "C:x", "\\\\server\\share", "\\\\?\\C:\\x", "a:stream", "a::$DATA",
        // hidden dots
        "%2e%2e/x", "..%2fx", "%252e%252e/x", "\xc0\xae\xc0\xae/x", "\xe0\x80\xae\xe0\x80\xae/x",
        "\xef\xbc\x8e\xef\xbc\x8e/x", "\xe2\x80\xa4\xe2\x80\xa4/x", "..\xe2\x88\x95x",
        // control characters
        std::string("a\0.cpp", 6), "a\nb", "a\rb", "a\tb", "a\x1b[31mb", "a\x7f", "a\b",
        // direction and invisible letters
        "a\xe2\x80\xae.cpp", "a\xe2\x80\x8b.cpp", "\xef\xbb\xbf.cpp", "a\xe2\x81\xa6.cpp",
        // not NFC, not UTF-8
        "e\xcc\x81.cpp", "\xff.cpp",
        // devices and what Windows drops
        "CON", "con.txt", "src/NUL.txt", "COM1", "lpt9.cpp", "aux/x", "x.", "x ", "dir./x", "dir /x",
        // lengths
        std::string(300, 'a'), repeated("a/", 5000) + "a", repeated("abcdefghi/", 1000) + "a",
        repeated("d/", 12) + "a",
        // options
        "-rf", "--help", "@args", "src/-x", "#x", "*", "a b;rm -rf c", "a|b", "a&b", "$(id)", "`id`", "a'b",
        "a\"b",
        // other people's syntax
        "a;b", "a$b", "[[x]]", "$<1:x>", "@V@", "a:b",
        // no path at all
        "", ".", "a//b", "a/", "/", "./a", "a/./b",
        // git
        ".git/hooks/pre-commit", ".git/config", ".GIT/config", ".gIt", "sub/dir/.git/config", "git~1/config",
        "GIT~1/config", ".git./config", ".git /config", ".git\xe2\x80\x8c/config", ".g\xef\xbb\xbfit/config",
        ".git::$INDEX_ALLOCATION/config", ".gitattributes", ".gitmodules", "sub/.gitattributes", "gitmod~1",
        "bare/HEAD", ".gitconfig",
        // shells, logins
        ".bashrc", ".profile", ".ssh/authorized_keys", "home/.zshrc", ".netrc",
        // AIBuild's own
        ".aibuild/responses/x", ".aibuild/stage/commit.json", ".aibuild/hold", ".AIBUILD/x", "aibuild.json",
        "AIBuild.json", "aibuild.lock.json", "aibuild.lock.cmake", ".aibuild-tmp-0123456789abcdef",
        // editors, agents
        ".vscode/tasks.json", ".idea/workspace.xml", ".devcontainer/devcontainer.json", ".envrc", "AGENTS.md",
        "agents.MD", "docs/AGENTS.md", "CLAUDE.md", ".cursor/rules", ".codex/config.toml",
        ".gemini/settings.json",
        // services
        ".github/workflows/ci.yml", ".gitlab-ci.yml", ".pre-commit-config.yaml", "Jenkinsfile",
        // build files
        "CMakeLists.txt", "src/CMakeLists.txt", "cmakelists.txt", "x.cmake", "CMakePresets.json",
        "CMakeUserPresets.json", "build.ninja", "Makefile", "makefile", "rules.mk", "CTestCustom.cmake",
        ".cargo/config.toml",
        // results
        "build/x", "build/.aibuild/state.json", "Build/x", "out/x"};
    return paths;
}

TEST(HostilePaths, EachIsRefused) {
    for (const std::string& path : hostile_paths()) {
        EXPECT_TRUE(proposed_path_problem(path) || protected_problem(path)) << testing::PrintToString(path);
    }
}

// The kernel's part alone: whatever the lists let through, nothing appears outside.
TEST(HostilePaths, NoneLeavesTheDirectory) {
    const Directory outer;
    fs::create_directory(outer / "project");
    outer.put("precious", "precious");
    const Root root(outer / "project");
    for (const std::string& path : hostile_paths()) {
        rule_of([&] { root.write(path, "evil"); });
        rule_of([&] { root.remove(path); });
        StagedFile file;
        file.path = path;
        file.text = "evil";
        rule_of([&] { commit(root, {file}); });
        file.own = true;
        rule_of([&] { commit(root, {file}); });
    }
    fs::remove_all(outer / "project");
    const auto left = outer.tree();
    EXPECT_EQ(left.size(), 1U);
    EXPECT_EQ(slurp(outer / "precious"), "precious");
    EXPECT_FALSE(fs::exists("/x"));
}

// Links that are in the tree before we come: to files, to directories, dangling, in chains, into /proc.
void refuse_links() {
    const Directory outer;
    outer.put("secret/file", "secret");
    outer.put("project-evil/file", "neighbour");
    fs::create_directories(outer / "project/real");
    const Directory& o = outer;
    fs::create_symlink(o / "secret/file", o / "project/file-link");
    fs::create_directory_symlink("../secret", o / "project/dir-link");
    fs::create_directory_symlink("../project-evil", o / "project/neighbour");
    fs::create_symlink("../new-file", o / "project/dangling");
    fs::create_directory_symlink("dir-link", o / "project/chain");
    fs::create_directory_symlink("real", o / "project/inward");
    fs::create_symlink("loop", o / "project/loop");
    fs::create_directory_symlink("/proc/self/root", o / "project/root");
    fs::create_directory_symlink("/proc/self/cwd", o / "project/cwd");
    fs::create_directory_symlink("../../secret", o / "project/real/nested");
    const auto before = outer.tree();
    const Root root(outer / "project");
    for (const char* path : {"file-link", "dir-link", "dir-link/file", "dir-link/new", "neighbour/file",
                             "dangling", "chain/file", "inward/x", "loop", "loop/x", "root/tmp/x", "cwd/x",
                             "real/nested/file", "real/nested/a/b/c"}) {
        EXPECT_EQ(rule_of([&] { root.write(path, "evil"); }), "path.symlink") << path;
        EXPECT_EQ(rule_of([&] { root.remove(path); }), "path.symlink") << path;
        EXPECT_EQ(rule_of([&] { root.read(path); }), "path.symlink") << path;
        EXPECT_EQ(rule_of([&] { root.find(path); }), "path.symlink") << path;
        StagedFile file;
        file.path = path;
        file.text = "evil";
        file.may_replace = true;
        StagedFile innocent;
        innocent.path = "innocent";
        EXPECT_EQ(rule_of([&] { commit(root, {innocent, file}); }), "path.symlink") << path;
        EXPECT_EQ(outer.tree(), before) << path;
    }
}

// AIBuild's own directory as a link.
void refuse_linked_stage() {
    const Directory outer;
    fs::create_directories(outer / "project");
    fs::create_directories(outer / "elsewhere/stage");
    outer.put("elsewhere/stage/precious", "precious");
    fs::create_directory_symlink("../elsewhere", outer / "project/.aibuild");
    const auto before = outer.tree();
    const Root root(outer / "project");
    StagedFile file;
    file.path = "file";
    EXPECT_EQ(rule_of([&] { commit(root, {file}); }), "path.symlink");
    EXPECT_EQ(rule_of([&] { recover(root); }), "path.symlink");
    EXPECT_EQ(outer.tree(), before);
    fs::remove(outer / "project/.aibuild");
    fs::create_directory(outer / "project/.aibuild");
    fs::create_directory_symlink("../../elsewhere/stage", outer / "project/.aibuild/stage");
    EXPECT_EQ(rule_of([&] { commit(root, {file}); }), "path.symlink");
    EXPECT_EQ(rule_of([&] { recover(root); }), "path.symlink");
    EXPECT_EQ(slurp(outer / "elsewhere/stage/precious"), "precious");
}

// An attacker swaps a directory and a link to the outside while we write through that name.
void refuse_race(int rounds) {
    const Directory outer;
    fs::create_directories(outer / "project/slot");
    fs::create_directories(outer / "outside");
    outer.put("outside/file", "precious");
    fs::create_directory_symlink("../outside", outer / "project/link");
    const std::string slot = (outer / "project/slot").string();
    const std::string link = (outer / "project/link").string();
    std::atomic<bool> stop = false;
    std::atomic<long> swaps = 0;
    std::thread attacker([&] {
        while (!stop) {
            if (::renameat2(AT_FDCWD, slot.c_str(), AT_FDCWD, link.c_str(), RENAME_EXCHANGE) == 0) ++swaps;
        }
    });
    const Root root(outer / "project");
    int written = 0, refused = 0;
    for (int i = 0; i < rounds; ++i) {
        const std::string text = std::to_string(i);
        const std::string rule = rule_of([&] {
            switch (i % 8) {
                case 0:
                    root.write("slot/file", text);
                    break;
                case 1:
                    root.write("slot/new/file", text);
                    break;
                case 2:
                    root.remove("slot/new/file");
                    break;
                default:
                    EXPECT_NE(root.read("slot/file"), "precious");
            }
        });
        // path.type, disk.write: the ground moved between two of our calls; that is an Error, too.
        ++(rule.empty() ? written : refused);
    }
    stop = true;
    attacker.join();
    EXPECT_GT(swaps, 100);
    EXPECT_GT(written, 0);
    EXPECT_GT(refused, 0);
    EXPECT_EQ(slurp(outer / "outside/file"), "precious");
    std::size_t names = 0;
    for (const auto& entry : fs::directory_iterator(outer / "outside")) {
        (void)entry;
        ++names;
    }
    EXPECT_EQ(names, 1U);
}

TEST(HostileTree, LinksAreRefused) {
    refuse_links();
}
TEST(HostileTree, LinkedStageIsRefused) {
    refuse_linked_stage();
}
TEST(HostileTree, SwappedLinksAreRefused) {
    refuse_race(100'000);
}

// The same where the kernel has no openat2, or a container's filter denies it.
void deny_openat2(unsigned error) {
    std::array<sock_filter, 4> code = {{
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat2, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    }};
    const sock_fprog program = {static_cast<unsigned short>(code.size()), code.data()};
    ASSERT_EQ(::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
    ASSERT_EQ(::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program), 0);
    ASSERT_EQ(::syscall(SYS_openat2, AT_FDCWD, ".", nullptr, 0), -1);
    ASSERT_EQ(errno, static_cast<int>(error));
}

void write_and_read() {
    const Directory dir;
    const Root root(dir.path());
    EXPECT_TRUE(root.write("a/b/c", "x"));
    EXPECT_EQ(root.read("a/b/c"), "x");
    EXPECT_EQ(root.find("a/b/c/d"), Found::nothing);
    EXPECT_EQ(rule_of([&] { root.write("a/b/c/d", "x"); }), "path.type");
}

void without_openat2(unsigned error) {
    const pid_t child = ::fork();
    if (child == 0) {
        try {
            deny_openat2(error);
            refuse_links();
            refuse_linked_stage();
            refuse_race(20'000);
            write_and_read();
        } catch (const std::exception& exception) {
            ADD_FAILURE() << exception.what();
        }
        ::_exit(testing::Test::HasFailure() ? 1 : 0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
}

TEST(HostileTree, TheSameWithoutOpenat2) {
    without_openat2(ENOSYS);
}
TEST(HostileTree, TheSameWhereAFilterDeniesOpenat2) {
    without_openat2(EPERM);
}

// A second name for a file outside: replaced, not written into.
TEST(HostileTree, HardLinksOutsideKeepTheirBytes) {
    const Directory outer;
    outer.put("precious", "precious");
    fs::create_directory(outer / "project");
    fs::create_hard_link(outer / "precious", outer / "project/file");
    StagedFile file;
    file.path = "file";
    file.text = "evil";
    file.may_replace = true;
    commit(Root(outer / "project"), {file});
    EXPECT_EQ(slurp(outer / "precious"), "precious");
    EXPECT_EQ(slurp(outer / "project/file"), "evil");
}

// Neighbours in spelling are one file where case doesn't count.
TEST(HostilePaths, CollisionsAreRefused) {
    const Directory dir;
    const Root root(dir.path());
    const auto both = [&](const char* first, const char* second) {
        StagedFile one, two;
        one.path = first;
        two.path = second;
        const std::string rule = rule_of([&] { commit(root, {one, two}); });
        EXPECT_TRUE(dir.tree().empty());
        return rule;
    };
    EXPECT_EQ(both("src/A.cpp", "src/a.cpp"), "path.collision");
    EXPECT_EQ(both("SRC/a.cpp", "src/a.cpp"), "path.collision");
    EXPECT_EQ(both("src", "src/a.cpp"), "path.collision");
    EXPECT_EQ(both("SRC", "src/a.cpp"), "path.collision");
    EXPECT_EQ(both("a/b", "A/B/c"), "path.collision");
}

// A tree that brings a stage of its own: what a sandboxed step may have made while it could write here.
TEST(HostileTree, PlantedStageReachesNothingProtectedByGit) {
    const Directory dir;
    dir.put(".git/config", "[core]\n");
    dir.put(".aibuild/stage/0.new", "#!/bin/sh\necho evil\n");
    struct stat status {};
    ASSERT_EQ(::stat((dir / ".aibuild/stage").c_str(), &status), 0);
    dir.put(
        ".aibuild/stage/commit.json",
        R"({"format": 1, "inode": ")" + std::to_string(status.st_ino) +
            R"(", "files": [{"path": ".git/hooks/pre-commit", "text": "", "old": ""}], "directories": []})");
    EXPECT_EQ(rule_of([&] { recover(Root(dir.path())); }), "path.protected");
    EXPECT_FALSE(fs::exists(dir / ".git/hooks"));
}

}  // namespace
}  // namespace aibuild
