#include "tool/engine/emit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <map>

#include "ninja-gen/ninja_writer.h"
#include "tests/support/fake_tools.h"
#include "tests/support/thrown.h"

namespace aibuild {
namespace {

namespace fs = std::filesystem;
using test::Directory;
using test::FakeTools;
using test::slurp;
using test::thrown;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const std::string plan = R"({"format": 1, "project": {"name": "p"}, "targets": [
  {"name": "lib", "kind": "static-library", "language": "c", "sources": ["l.c"]},
  {"name": "tool", "kind": "executable", "language": "rust", "sources": ["t.rs"], "uses": ["lib"]},
  {"name": "check", "kind": "test", "language": "c", "sources": ["c.c"], "uses": ["lib", "tool"]}]})";

class EmitTest : public testing::Test {
  protected:
    EmitTest() {
        project_.put("p/aibuild.json", plan);
        options_.root = project_ / "p";
        options_.program = "/opt/aibuild-gen";
    }

    EmitResult run() const { return emit(options_); }

    // Inode, time of the last write and size of everything there: what writing nothing leaves as it is.
    std::map<std::string, std::string> stats() const {
        std::map<std::string, std::string> out;
        for (const auto& entry : fs::recursive_directory_iterator(project_.path())) {
            struct stat info {};
            ::lstat(entry.path().c_str(), &info);
            out[entry.path().string()] =
                std::to_string(info.st_ino) + " " + std::to_string(info.st_mtim.tv_sec) + "." +
                std::to_string(info.st_mtim.tv_nsec) + " " + std::to_string(info.st_size);
        }
        return out;
    }

    const FakeTools tools_;
    const Directory project_;
    EmitOptions options_;
};

TEST_F(EmitTest, WritesBothPlaces) {
    const EmitResult result = run();
    EXPECT_TRUE(result.wrote_build);
    EXPECT_EQ(result.configuration, "release");
    EXPECT_EQ(result.tests, 1U);
    EXPECT_EQ(result.steps, 7U);
    EXPECT_EQ(result.build, fs::canonical(project_ / "p/build"));
    for (const char* file : {"CMakeLists.txt", "cmake/rust.cmake", "cmake/tests.cmake", "aibuild.lock.json",
                             "aibuild.lock.cmake", "build/build.ninja", "build/compile_commands.json",
                             "build/.aibuild/run-test.sh", "build/.aibuild/rust-depfile.sh",
                             "build/.gitignore", "build/build.ninja.stamp"})
        EXPECT_TRUE(fs::exists(project_ / "p" / file)) << file;
    EXPECT_THAT(slurp(project_ / "p/build/build.ninja"),
                HasSubstr("exec /opt/aibuild-gen emit -C .. -o . --config release --from-ninja"));
    EXPECT_EQ(slurp(project_ / "p/build/build.ninja.d"), "build.ninja.stamp: \\\n ../aibuild.json\n");
    EXPECT_EQ(access((project_ / "p/build/.aibuild/run-test.sh").c_str(), X_OK), 0);
}

TEST_F(EmitTest, TwiceWritesNothing) {
    run();
    const auto before = stats();
    const EmitResult again = run();
    EXPECT_FALSE(again.wrote_build);
    EXPECT_THAT(again.notes, IsEmpty());
    EXPECT_EQ(stats(), before);
}

TEST_F(EmitTest, GivesTheSameBytesAnywhere) {
    run();
    const Directory other;
    other.put("a b/c/aibuild.json", plan);
    EmitOptions options = options_;
    options.root = other / "a b/c";
    emit(options);
    for (const char* file : {"CMakeLists.txt", "cmake/install.cmake", "cmake/rust.cmake", "aibuild.lock.json",
                             "aibuild.lock.cmake", "build/build.ninja"})
        EXPECT_EQ(slurp(project_ / "p" / file), slurp(other / "a b/c" / file)) << file;
}

TEST_F(EmitTest, RemembersTheConfiguration) {
    options_.configuration = "debug";
    run();
    options_.configuration.clear();
    EXPECT_EQ(run().configuration, "debug");
    EXPECT_THAT(slurp(project_ / "p/build/build.ninja"), HasSubstr(" -g "));
    options_.configuration = "release";
    EXPECT_TRUE(run().wrote_build);
    EXPECT_THAT(slurp(project_ / "p/build/build.ninja"), Not(HasSubstr(" -g ")));
    options_.configuration = "fast";
    EXPECT_EQ(thrown([&] { run(); }).rule(), "emit.configuration");
}

TEST_F(EmitTest, BuildsOutsideOfTheProjectToo) {
    options_.build = project_ / "elsewhere/b 1";
    EXPECT_EQ(run().build, fs::canonical(project_.path()) / "elsewhere/b 1");
    EXPECT_FALSE(fs::exists(project_ / "p/build"));
    EXPECT_THAT(slurp(project_ / "elsewhere/b 1/build.ninja"),
                HasSubstr("build obj/lib/l.c.o: lib.compile ../../p/l.c\n"));
    const auto before = stats();
    EXPECT_FALSE(run().wrote_build);
    EXPECT_EQ(stats(), before);
}

TEST_F(EmitTest, RefusesABuildDirectoryThatCanNotWork) {
    options_.build = options_.root;
    EXPECT_EQ(thrown([&] { run(); }).rule(), "emit.in-source");
    const Directory odd;
    odd.put("it's/aibuild.json", plan);
    options_.root = odd / "it's";
    options_.build = odd / "b";
    EXPECT_EQ(thrown([&] { run(); }).rule(), "emit.build-directory");
    EXPECT_FALSE(fs::exists(odd / "b"));
    EXPECT_FALSE(fs::exists(odd / "it's/CMakeLists.txt"));
    options_.build.clear();
    EXPECT_TRUE(run().wrote_build) << "inside, the way is ../";
}

TEST_F(EmitTest, LeavesAllAsItWasWhereThePlanIsAtFault) {
    run();
    for (const auto& [from, to, rule] : std::vector<std::array<std::string, 3>>{
             {"\"uses\": [\"lib\"]", "\"uses\": [\"bil\"]", "plan.unknown-use"},
             {"\"rust\"", "\"rsut\"", "plan.language"},
             {"[\"l.c\"]", "[\"l.rs\"]", "plan.source"},
             {"\"format\": 1", "\"format\": 1,,", "json.syntax"}}) {
        std::string text = plan;
        project_.put("p/aibuild.json", text.replace(text.find(from), from.size(), to));
        const auto before = stats();
        EXPECT_EQ(thrown([&] { run(); }).rule(), rule);
        EXPECT_EQ(stats(), before) << rule;
    }
    const Directory empty;
    options_.root = empty.path();
    EXPECT_EQ(thrown([&] { run(); }).rule(), "plan.missing");
    EXPECT_TRUE(fs::is_empty(empty.path()));
}

TEST_F(EmitTest, LeavesAllAsItWasWhereAToolIsMissing) {
    fs::remove(tools_.directory() / "rustc");
    const auto before = stats();
    EXPECT_EQ(thrown([&] { run(); }).rule(), "toolchain.missing");
    EXPECT_EQ(stats(), before);
}

TEST_F(EmitTest, TakesBackWhatAPlanNoLongerNeeds) {
    run();
    std::string text = plan;
    text.replace(text.find("\"rust\""), 6, "\"c\"");
    text.replace(text.find("t.rs"), 4, "t.c");
    project_.put("p/aibuild.json", text);
    run();
    EXPECT_FALSE(fs::exists(project_ / "p/cmake/rust.cmake"));
    EXPECT_FALSE(fs::exists(project_ / "p/cmake/rust-depfile.sh"));
    EXPECT_THAT(slurp(project_ / "p/aibuild.lock.json"), Not(HasSubstr("rust")));
}

TEST_F(EmitTest, NinjasOwnCallMakesTheStampNewer) {
    run();
    const auto stamp = [&] { return fs::last_write_time(project_ / "p/build" / ninja_stamp); };
    fs::last_write_time(project_ / "p/build" / ninja_stamp, stamp() - std::chrono::hours(1));
    const auto before = stamp();
    options_.from_ninja = true;
    run();
    EXPECT_GT(stamp(), before);
}

TEST_F(EmitTest, ABrokenSettingsFileIsAnErrorOrForgotten) {
    run();
    project_.put("p/build/.aibuild/emit.json", "{\"root\": 1}");
    EXPECT_EQ(run().configuration, "release");
    EXPECT_THAT(slurp(project_ / "p/build/.aibuild/emit.json"), HasSubstr("\"../\""));
    project_.put("p/build/.aibuild/emit.json", "{");
    EXPECT_EQ(thrown([&] { run(); }).rule(), "json.syntax");
}

TEST_F(EmitTest, AnIndexOfAnotherLockIsMadeAnew) {
    run();
    const std::string index = slurp(project_ / "p/aibuild.lock.cmake");
    project_.put("p/aibuild.lock.cmake", "# another\n");
    run();
    EXPECT_EQ(slurp(project_ / "p/aibuild.lock.cmake"), index);
}

}  // namespace
}  // namespace aibuild
