#include "tool/diagnostics/packages.h"

#include <gmock/gmock.h>

namespace aibuild {
namespace {

using testing::HasSubstr;

std::string debian(PackagePart part, std::string_view name) {
    const SystemPackage* found = package_of(part, name);
    return found == nullptr ? "" : found->packages.at("debian");
}

Diagnostic missing(std::string_view tool, std::string_view code, std::string_view subject,
                   DiagnosticKind kind = DiagnosticKind::missing_package) {
    Diagnostic out;
    out.tool = tool;
    out.code = code;
    out.subject = subject;
    out.kind = kind;
    return out;
}

TEST(Packages, ByEachOfTheirParts) {
    EXPECT_EQ(debian(PackagePart::header, "zlib.h"), "zlib1g-dev");
    EXPECT_EQ(debian(PackagePart::header, "boost/json/value.hpp"), "libboost-all-dev");
    EXPECT_EQ(debian(PackagePart::library, "sqlite3"), "libsqlite3-dev");
    EXPECT_EQ(debian(PackagePart::cmake, "GTest"), "libgtest-dev");
    EXPECT_EQ(debian(PackagePart::program, "protoc"), "protobuf-compiler");
    EXPECT_EQ(debian(PackagePart::python, "yaml"), "python3-yaml");
    EXPECT_EQ(debian(PackagePart::java, "org.junit.jupiter.api"), "junit5");
    EXPECT_EQ(debian(PackagePart::java, "org.junit.rules"), "junit4");
    EXPECT_EQ(package_of(PackagePart::header, "zlib.h")->pkg_config, "zlib");
}

TEST(Packages, NothingIsGuessed) {
    for (const char* name : {"", "/", "nowhere.h", "zlib", "zlib.hpp", "boost", "a/zlib.h"})
        EXPECT_EQ(package_of(PackagePart::header, name), nullptr) << name;
    EXPECT_EQ(package_of(PackagePart::library, "zlib.h"), nullptr);
    EXPECT_EQ(package_of(PackagePart::java, "org"), nullptr);
}

TEST(Install, ACommandOrHowToFindOut) {
    const Languages languages;
    EXPECT_THAT(install_of(missing("compiler", "missing-header", "zlib.h"), languages),
                HasSubstr("apt-get install zlib1g-dev"));
    EXPECT_EQ(install_of(missing("compiler", "missing-header", "x/y.h"), languages), "apt-file search x/y.h");
    EXPECT_THAT(install_of(missing("python", "missing-module", "numpy.linalg"), languages),
                HasSubstr("apt-get install python3-numpy"));
    EXPECT_EQ(install_of(missing("node", "missing-module", "left-pad"), languages), "npm install left-pad");
    // The tools of languages name their own packages.
    EXPECT_THAT(install_of(missing("shell", "missing-program", "gfortran", DiagnosticKind::missing_toolchain),
                           languages),
                HasSubstr("apt-get install gfortran"));
    EXPECT_THAT(
        install_of(missing("cmake", "missing-program", "CXX", DiagnosticKind::missing_toolchain), languages),
        HasSubstr("apt-get install g++"));
    EXPECT_EQ(install_of(missing("compiler", "", "", DiagnosticKind::code), languages), "");
}

}  // namespace
}  // namespace aibuild
