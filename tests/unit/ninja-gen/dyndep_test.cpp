#include "ninja-gen/dyndep.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace aibuild {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Dyndep, IsReadByOutput) {
    const auto steps = read_dyndep(
        "ninja_dyndep_version = 1\n"
        "build obj/a$ b.o | m/x.mod m/y$:z.mod: dyndep | m/w$$.mod\n"
        "  restat = 1\n"
        "build obj/c.o: dyndep\n"
        "build obj/d.o: dyndep | m/x.mod");  // without a last newline
    ASSERT_EQ(steps.size(), 3U);
    EXPECT_THAT(steps.at("obj/a b.o").outputs, ElementsAre("m/x.mod", "m/y:z.mod"));
    EXPECT_THAT(steps.at("obj/a b.o").inputs, ElementsAre("m/w$.mod"));
    EXPECT_THAT(steps.at("obj/c.o").outputs, IsEmpty());
    EXPECT_THAT(steps.at("obj/c.o").inputs, IsEmpty());
    EXPECT_THAT(steps.at("obj/d.o").inputs, ElementsAre("m/x.mod"));
}

TEST(Dyndep, OfSomethingElseIsNothing) {
    EXPECT_THAT(read_dyndep(""), IsEmpty());
    EXPECT_THAT(read_dyndep("\n\nbuild\n  : |\nx\n"), IsEmpty());
}

}  // namespace
}  // namespace aibuild
