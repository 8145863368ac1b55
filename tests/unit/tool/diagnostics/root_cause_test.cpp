// Of many failures the one to put right first.

#include <gmock/gmock.h>

#include "tool/diagnostics/diagnostic.h"

namespace aibuild {
namespace {

using testing::ElementsAre;

std::string root_of(const std::vector<FailedText>& failed) {
    const auto root = first_root_cause(failed);
    return root ? root->diagnostic.message : "nothing";
}

TEST(RootCause, OfNothingThereIsNone) {
    EXPECT_EQ(first_root_cause({}), std::nullopt);
    EXPECT_EQ(first_root_cause({{"a.o", ""}}), std::nullopt);
    EXPECT_EQ(first_root_cause({{"a.o", "a.c:1:2: warning: x\n"}})->diagnostic.code, "unread");
}

TEST(RootCause, AMissingHeaderBeforeWhatFollowsFromIt) {
    const auto root =
        first_root_cause({{"a.o", "a.rs:1:1: x\nerror[E0425]: cannot find value\n --> a.rs:3:1\n\n\n"},
                          {"b.o", "b.c:9:10: fatal error: own.h: No such file or directory\n"}});
    ASSERT_TRUE(root);
    EXPECT_EQ(root->diagnostic.subject, "own.h");
    EXPECT_EQ(root->edge, 1U);
}

TEST(RootCause, WhatTheMachineLacksBeforeTheCode) {
    const FailedText code{"a.o", "a.c:1:2: error: no\n"};
    const FailedText package{"b.o", "b.c:1:10: fatal error: zlib.h: No such file or directory\n"};
    const FailedText program{"c", "/bin/sh: 1: protoc: not found\n"};
    const FailedText disk{"d", "ld: final link failed: No space left on device\n"};
    const FailedText test{"e", "not ok 1 - sum\n"};
    EXPECT_EQ(root_of({test, code}), "no");
    EXPECT_EQ(root_of({code, package}), "zlib.h: No such file or directory");
    EXPECT_EQ(root_of({code, package, disk}), "ld: final link failed: No space left on device");
    EXPECT_EQ(root_of({code, package, disk, program}), "/bin/sh: 1: protoc: not found");
}

TEST(RootCause, WhatIsUsedBeforeItsUsers) {
    EXPECT_EQ(root_of({{"lib.o", "lib.c:1:2: error: library\n"}, {"user.o", "user.c:1:2: error: user\n"}}),
              "library");
}

TEST(RootCause, WhatManyStumbleOverIsOne) {
    const std::string header = "In file included from x.c:1:\nown.h:7:2: error: broken\n";
    const auto root = first_root_cause({{"a.o", "a.c:1:2: error: mine\n"}, {"b.o", header}, {"c.o", header}});
    ASSERT_TRUE(root);
    EXPECT_EQ(root->diagnostic.place, (Place{"own.h", 7, 2}));
    EXPECT_EQ(root->edge, 1U);
    EXPECT_THAT(root->also, ElementsAre(2U));
    EXPECT_EQ(root->others, 1U);
}

TEST(RootCause, TheFirstOfOneEdge) {
    EXPECT_EQ(root_of({{"a.o", "a.c:5:2: error: first\na.c:2:2: error: second\n"}}), "first");
}

}  // namespace
}  // namespace aibuild
