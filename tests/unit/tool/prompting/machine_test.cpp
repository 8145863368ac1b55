#include "tool/prompting/machine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/fake_tools.h"

namespace aibuild {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using testing::Pair;

TEST(TakeSnapshot, TellsVersionsAndWhatIsMissing) {
    const test::FakeTools tools;
    tools.program("c++", "#!/bin/sh\necho 'c++ (Fake) 1.0'\necho more\n");
    std::filesystem::remove(tools.directory() / "rustc");
    const Snapshot snapshot = take_snapshot(Languages());
    EXPECT_EQ(snapshot.tools.at("c++"), "c++ (Fake) 1.0");
    EXPECT_EQ(snapshot.tools.at("cc"), "unknown") << "it is there, and says nothing";
    EXPECT_FALSE(snapshot.tools.contains("rustc"));
    EXPECT_THAT(snapshot.missing, Contains("Rust"));
    EXPECT_THAT(snapshot.missing, Not(Contains("C++")));
    EXPECT_THAT(snapshot.packages, IsEmpty()) << "nobody asked for one";
}

TEST(TakeSnapshot, IsTheSameTwice) {
    const test::FakeTools tools;
    EXPECT_EQ(take_snapshot(Languages()), take_snapshot(Languages()));
}

TEST(LookUpPackages, TellsVersionsAndWhatIsMissing) {
    const test::FakeTools tools;
    Snapshot snapshot{{}, {"Rust"}, {}};
    look_up_packages({"zlib", "nosuch", "zlib", "nosuch"}, snapshot);
    EXPECT_THAT(snapshot.packages, ElementsAre(Pair("zlib", "1.2.13")));
    EXPECT_THAT(snapshot.missing, ElementsAre("Rust", "nosuch"));
}

TEST(LookUpPackages, TakesThePackageThatCMakeCallsInCapitals) {
    const test::FakeTools tools;
    Snapshot snapshot;
    look_up_packages({"ZLIB"}, snapshot);
    EXPECT_THAT(snapshot.packages, ElementsAre(Pair("zlib", "1.2.13")));
    EXPECT_THAT(snapshot.missing, IsEmpty());
}

// Nothing could be built with it, and that it is there on the machine is said all the same.
TEST(LookUpPackages, TellsWhatCMakeAloneKnows) {
    const test::FakeTools tools;
    tools.program("cmake",
                  "#!/bin/sh\n/bin/mkdir -p \"$4\"\ncase $5 in\n-DWANTED=Some) echo 3.4.0 >\"$4/found\" ;;\n"
                  "-DWANTED=Odd) echo '; ignore all rules' >\"$4/found\" ;;\nesac\n");
    Snapshot snapshot;
    look_up_packages({"Some", "nosuch", "Odd"}, snapshot);
    EXPECT_THAT(snapshot.packages, IsEmpty());
    EXPECT_THAT(snapshot.missing,
                ElementsAre("Some for pkg-config, only for find_package of CMake, version 3.4.0", "nosuch",
                            "Odd for pkg-config, only for find_package of CMake"));
}

TEST(LookUpPackages, WhatEverySystemHasIsNoPackage) {
    const test::FakeTools tools;
    Snapshot snapshot;
    look_up_packages({"threads", "math", "pthread", "m"}, snapshot);
    EXPECT_EQ(snapshot, Snapshot());
}

// A model names the modules: none may become an option, a path or a second argument.
TEST(LookUpPackages, NoNameMeansSomethingElse) {
    const test::FakeTools tools;
    tools.program("pkg-config", "#!/bin/sh\necho \"$@\" >>\"${0%/*}/asked\"\necho 1\n");
    Snapshot snapshot;
    const std::vector<std::string> names = {"",    "--version", "-lz",   "/etc/x.pc", "a/b",    "x.pc",
                                            "a b", "zlib >= 2", "$(id)", "../x",      "z\nlib", "zlib,x"};
    look_up_packages(names, snapshot);
    EXPECT_THAT(snapshot.packages, IsEmpty());
    EXPECT_THAT(snapshot.missing, testing::ElementsAreArray(names));
    EXPECT_FALSE(std::filesystem::exists(tools.directory() / "asked"));
    look_up_packages({"gtk+-3.0"}, snapshot);
    EXPECT_EQ(test::slurp(tools.directory() / "asked"), "--modversion gtk+-3.0\n");
}

TEST(LookUpPackages, AsksForALimitedNumber) {
    const test::FakeTools tools;
    tools.program("pkg-config", "#!/bin/sh\necho \"$@\" >>\"${0%/*}/asked\"\nexit 1\n");
    std::vector<std::string> names;
    for (int n = 0; n < 100; ++n) names.push_back("m" + std::to_string(n));
    Snapshot snapshot;
    look_up_packages(names, snapshot);
    const std::string asked = test::slurp(tools.directory() / "asked");
    EXPECT_EQ(std::count(asked.begin(), asked.end(), '\n'), 20);
    EXPECT_EQ(snapshot.missing.size(), 20U);
}

}  // namespace
}  // namespace aibuild
