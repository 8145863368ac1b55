#include "tool/prompting/file_order.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <random>

namespace aibuild {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

using Names = std::vector<std::string>;

struct Ordered {
    explicit Ordered(const Plan& of) : plan(of), places(file_order(plan)) {}

    const FilePlace& place(const std::string& path) const {
        for (std::size_t n = 0; n < plan.files.size(); ++n) {
            if (plan.files[n].path == path) return places.at(n);
        }
        throw std::out_of_range(path);
    }
    Names shown(const std::string& path) const { return names(place(path).shown); }
    Names after(const std::string& path) const { return names(place(path).after); }
    std::string target(const std::string& path) const {
        const Target* target = place(path).target;
        return target != nullptr ? target->name : "";
    }
    Names names(const std::vector<std::size_t>& files) const {
        Names out;
        for (const std::size_t n : files) out.push_back(plan.files.at(n).path);
        return out;
    }

    Plan plan;  // places point into it
    std::vector<FilePlace> places;
};

// Of targets whose files are all planned.
struct Builder {
    Target& target(const std::string& name, Kind kind, const Names& sources, const Names& headers = {},
                   const Names& uses = {}) {
        Target& out = plan.targets.emplace_back();
        out.name = name;
        out.kind = kind;
        out.language = "c";
        out.sources = sources;
        out.headers = headers;
        out.uses = uses;
        for (const Names& paths : {sources, headers}) {
            for (const std::string& path : paths) file(path);
        }
        return out;
    }
    void file(const std::string& path, const Names& needs = {}) { plan.files.push_back({path, "", needs}); }
    void needs(const std::string& path, const Names& needed) {
        for (PlannedFile& file : plan.files) {
            if (file.path == path) file.needs = needed;
        }
    }
    Plan plan;
};

TEST(FileOrder, HeadersOfWhatIsUsedComeFirstTheFarthestBeforeAll) {
    Builder b;
    b.target("app", Kind::executable, {"app.c"}, {}, {"mid"});
    b.target("mid", Kind::static_library, {"mid.c"}, {"mid.h"}, {"low"});
    b.target("low", Kind::static_library, {"low.c"}, {"low.h"});
    const Ordered order(b.plan);
    EXPECT_THAT(order.shown("low.h"), IsEmpty());
    EXPECT_THAT(order.shown("low.c"), ElementsAre("low.h"));
    EXPECT_THAT(order.shown("mid.h"), ElementsAre("low.h"));
    EXPECT_THAT(order.shown("mid.c"), ElementsAre("low.h", "mid.h"));
    EXPECT_THAT(order.shown("app.c"), ElementsAre("low.h", "mid.h"));
    EXPECT_EQ(order.after("app.c"), order.shown("app.c"));
    EXPECT_EQ(order.target("mid.h"), "mid");
    EXPECT_EQ(order.target("app.c"), "app");
}

TEST(FileOrder, HeadersOfOneTargetDoNotWaitForEachOther) {
    Builder b;
    b.target("lib", Kind::static_library, {"a.c"}, {"a.h", "b.h"});
    const Ordered order(b.plan);
    EXPECT_THAT(order.after("a.h"), IsEmpty());
    EXPECT_THAT(order.after("b.h"), IsEmpty());
    EXPECT_THAT(order.shown("a.c"), ElementsAre("a.h", "b.h"));
}

TEST(FileOrder, ATestComesBeforeTheCodeItJudgesAndNeverSeesIt) {
    Builder b;
    b.target("lib", Kind::static_library, {"lib.c"}, {"lib.h"});
    b.target("check", Kind::test, {"check.c"}, {}, {"lib"});
    b.needs("check.c", {"lib.c", "lib.h"});  // a planner's mistake
    const Ordered order(b.plan);
    EXPECT_THAT(order.shown("check.c"), ElementsAre("lib.h"));
    EXPECT_THAT(order.after("check.c"), ElementsAre("lib.h"));
    EXPECT_THAT(order.after("lib.c"), ElementsAre("lib.h", "check.c"));
    EXPECT_THAT(order.shown("lib.c"), ElementsAre("lib.h")) << "nor is the code bent to the test";
    EXPECT_THAT(order.after("lib.h"), IsEmpty());
}

TEST(FileOrder, ATestNeverSeesTheCodeItJudgesAmongItsData) {
    Builder b;
    b.target("tool", Kind::executable, {"tool.py"});
    b.target("check", Kind::test, {"check.py"}, {}, {"tool"}).data = {"tool.py", "answers.txt"};
    b.file("answers.txt");
    const Ordered order(b.plan);
    EXPECT_THAT(order.shown("check.py"), ElementsAre("answers.txt"));
    EXPECT_THAT(order.after("tool.py"), Contains("check.py"));
    EXPECT_EQ(order.target("tool.py"), "tool");
}

// It is asked for last then, and its person judges it.
TEST(FileOrder, ATestThatWaitsForTheCodeOverAnotherFileIsNoCircle) {
    Builder b;
    b.target("lib", Kind::static_library, {"lib.c"});
    b.target("check", Kind::test, {"check.c"}, {}, {"lib"});
    b.file("table.txt", {"lib.c"});
    b.needs("check.c", {"table.txt"});
    const Ordered order(b.plan);
    EXPECT_THAT(order.shown("check.c"), ElementsAre("table.txt"));
    EXPECT_THAT(order.after("lib.c"), IsEmpty());
}

TEST(FileOrder, ATestIsShownItsData) {
    Builder b;
    b.target("lib", Kind::static_library, {"lib.c"}, {"lib.h"});
    b.target("check", Kind::test, {"check.c"}, {}, {"lib"}).data = {"cases.txt", "gen/make/table.txt"};
    b.file("cases.txt");
    const Ordered order(b.plan);
    EXPECT_THAT(order.shown("check.c"), ElementsAre("lib.h", "cases.txt"));
    EXPECT_EQ(order.target("cases.txt"), "check");
}

TEST(FileOrder, NeedsAreShown) {
    Builder b;
    b.target("lib", Kind::library, {"p/__init__.py", "p/a.py", "p/b.py"});
    b.needs("p/__init__.py", {"p/b.py", "p/a.py"});
    b.needs("p/b.py", {"p/a.py"});
    b.file("README.md", {"p/__init__.py"});
    const Ordered order(b.plan);
    EXPECT_THAT(order.shown("p/__init__.py"), ElementsAre("p/b.py", "p/a.py"));
    EXPECT_THAT(order.after("p/__init__.py"), ElementsAre("p/b.py", "p/a.py"));
    EXPECT_THAT(order.shown("p/b.py"), ElementsAre("p/a.py"));
    EXPECT_THAT(order.shown("README.md"), ElementsAre("p/__init__.py"));
    EXPECT_EQ(order.target("README.md"), "");
}

TEST(FileOrder, ANeedAgainstTheOrderOfUsesIsDropped) {
    Builder b;
    b.target("lib", Kind::static_library, {"lib.c"}, {"lib.h"});
    b.target("app", Kind::executable, {"app.c"}, {"app.h"}, {"lib"});
    b.needs("lib.h", {"app.h"});
    const Ordered order(b.plan);
    EXPECT_THAT(order.after("lib.h"), IsEmpty());
    EXPECT_THAT(order.shown("app.h"), ElementsAre("lib.h"));
}

TEST(FileOrder, WhatIsNotPlannedIsNotShown) {
    Builder b;
    Target& lib = b.target("lib", Kind::static_library, {"lib.c"});
    lib.headers = {"of-the-person.h"};
    lib.sources.push_back("gen/make/table.c");
    b.target("app", Kind::executable, {"app.c"}, {}, {"lib"});
    b.file("stray.c");
    const Ordered order(b.plan);
    EXPECT_THAT(order.shown("app.c"), IsEmpty());
    EXPECT_THAT(order.after("stray.c"), IsEmpty());
    EXPECT_EQ(order.target("stray.c"), "") << "a source in no target";
}

TEST(FileOrder, OfNothingIsNothing) {
    EXPECT_THAT(file_order(Plan()), IsEmpty());
}

Plan random_plan(std::mt19937& random) {
    const auto below = [&](std::size_t n) { return static_cast<std::size_t>(random() % n); };
    Plan plan;
    const std::size_t files = 1 + below(20);
    for (std::size_t n = 0; n < files; ++n) plan.files.push_back({"f" + std::to_string(n), "", {}});
    const auto some = [&](std::size_t most) {
        Names out;
        for (std::size_t n = below(most + 1); n > 0; --n) out.push_back(plan.files[below(files)].path);
        return out;
    };
    const std::size_t targets = below(6);
    for (std::size_t n = 0; n < targets; ++n) {
        Target& target = plan.targets.emplace_back();
        target.name = "t" + std::to_string(n);
        target.kind = below(3) == 0 ? Kind::test : Kind::static_library;
        target.sources = some(4);
        target.headers = some(3);
        if (target.kind == Kind::test) target.data = some(2);
        for (std::size_t used = 0; used < n; ++used) {
            if (plan.targets[used].kind != Kind::test && below(2) == 0)
                target.uses.push_back("t" + std::to_string(used));
        }
    }
    // Needs go to files with smaller numbers, in an order of their own, as a plan that was read has no
    // circle.
    std::vector<std::size_t> rank(files);
    for (std::size_t n = 0; n < files; ++n) rank[n] = n;
    std::shuffle(rank.begin(), rank.end(), random);
    for (std::size_t n = 1; n < files; ++n) {
        for (std::size_t k = below(3); k > 0; --k)
            plan.files[rank[n]].needs.push_back(plan.files[rank[below(n)]].path);
    }
    return plan;
}

TEST(FileOrder, OfEveryPlanComesToAnEnd) {
    std::mt19937 random(20240229);  // NOLINT(cert-msc32-c,cert-msc51-cpp): the same each time
    for (int round = 0; round < 3000; ++round) {
        const Ordered order(random_plan(random));
        ASSERT_EQ(order.places.size(), order.plan.files.size());
        std::vector<bool> arrived(order.places.size());
        std::size_t left = order.places.size();
        for (bool more = true; more;) {
            more = false;
            for (std::size_t n = 0; n < order.places.size(); ++n) {
                const auto& after = order.places[n].after;
                if (arrived[n] || !std::all_of(after.begin(), after.end(),
                                               [&](std::size_t before) { return arrived[before]; }))
                    continue;
                arrived[n] = more = true;
                --left;
            }
        }
        ASSERT_EQ(left, 0U) << "a circle in " << write_plan(order.plan);
        for (std::size_t n = 0; n < order.places.size(); ++n) {
            const FilePlace& place = order.places[n];
            for (const std::size_t shown : place.shown) ASSERT_THAT(place.after, Contains(shown));
            for (const auto* list : {&place.shown, &place.after}) {
                auto sorted = *list;
                std::sort(sorted.begin(), sorted.end());
                ASSERT_EQ(std::adjacent_find(sorted.begin(), sorted.end()), sorted.end()) << "twice";
                ASSERT_THAT(*list, Not(Contains(n)));
            }
            if (place.target == nullptr || place.target->kind != Kind::test) continue;
            // What judges is shown no source of what it judges, however the plan puts it. (A file may be both
            // here, which no plan that was read allows: a header of something is an interface.)
            Names headers;
            for (const Target& target : order.plan.targets)
                headers.insert(headers.end(), target.headers.begin(), target.headers.end());
            for (const std::string& shown : order.names(place.shown)) {
                if (std::find(headers.begin(), headers.end(), shown) != headers.end()) continue;
                for (const Target& used : order.plan.targets) {
                    const auto& uses = place.target->uses;
                    if (std::find(uses.begin(), uses.end(), used.name) == uses.end()) continue;
                    ASSERT_THAT(used.sources, Not(Contains(shown))) << write_plan(order.plan);
                }
            }
        }
    }
}

TEST(FileOrder, IsTheSameEveryTime) {
    std::mt19937 random(7);  // NOLINT(cert-msc32-c,cert-msc51-cpp): the same each time
    for (int round = 0; round < 100; ++round) {
        const Plan plan = random_plan(random);
        const Ordered one(plan), two(plan);
        for (std::size_t n = 0; n < one.places.size(); ++n) {
            ASSERT_EQ(one.places[n].shown, two.places[n].shown);
            ASSERT_EQ(one.places[n].after, two.places[n].after);
        }
    }
}

}  // namespace
}  // namespace aibuild
