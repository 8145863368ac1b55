#include "tool/engine/build_sandbox.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/tool/workspace/directory.h"

namespace aibuild {
namespace {

using testing::IsEmpty;
using testing::UnorderedElementsAre;

class PackagePlacesTest : public testing::Test {
  protected:
    std::vector<std::filesystem::path> places(const std::string& variable) const {
        directory_.put("build/CMakeCache.txt", "// a comment: X_DIR:PATH=/\n" + variable + "\n");
        return package_places(directory_ / "build", directory_ / "home");
    }
    std::string at(const std::string& path) const { return (directory_ / path).string(); }

    test::Directory directory_;
};

TEST_F(PackagePlacesTest, OfAPrefixWhatIsReadInOne) {
    directory_.put("home/deps/lib/cmake/fmt/fmt-config.cmake", "");
    directory_.put("home/deps/include/fmt.h", "");
    directory_.put("home/deps/keys/secret", "");
    for (const std::string type : {"PATH", "UNINITIALIZED"}) {
        EXPECT_THAT(places("fmt_DIR:" + type + "=" + at("home/deps/lib/cmake/fmt")),
                    UnorderedElementsAre(at("home/deps/lib/cmake/fmt"), at("home/deps/lib"),
                                         at("home/deps/include")));
    }
}

TEST_F(PackagePlacesTest, OfABuildDirectoryItself) {
    directory_.put("home/fmt/build/fmtConfig.cmake", "");
    EXPECT_THAT(places("fmt_DIR:PATH=" + at("home/fmt/build")), UnorderedElementsAre(at("home/fmt/build")));
}

// What a project's CMake code could write there to see more than it should.
TEST_F(PackagePlacesTest, NothingElse) {
    directory_.put("home/.ssh/id", "");
    directory_.put("home/xConfig.cmake", "");
    directory_.put("xConfig.cmake", "");
    directory_.put("home/lib/cmake/x/xConfig.cmake", "");
    for (const std::string path : {"home/.ssh", "home", ".", "gone"})
        EXPECT_THAT(places("x_DIR:PATH=" + at(path)), IsEmpty()) << path;
    EXPECT_THAT(places("x_DIR:PATH=x_DIR-NOTFOUND"), IsEmpty());
    EXPECT_THAT(places("x_DIR:PATH=/"), IsEmpty());
    // In the home itself there is no prefix.
    EXPECT_THAT(places("x_DIR:PATH=" + at("home/lib/cmake/x")), UnorderedElementsAre(at("home/lib/cmake/x")));
}

}  // namespace
}  // namespace aibuild
