#include "tool/report/provenance.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "ninja-gen/hash.h"
#include "ninja-gen/json.h"
#include "tests/support/report_sample.h"
#include "tests/unit/tool/workspace/directory.h"

namespace aibuild {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class ProvenanceTest : public testing::Test {
  protected:
    ProvenanceTest() {
        for (const char* path : {"build/bin/demo", "build/lib/libwords.a"}) directory_.put(path, "bytes");
    }
    Provenance of(const std::string& file) const {
        return provenance(known_, file, directory_.path(), directory_ / "build");
    }
    std::string rule(const std::string& file) const {
        return test::rule_of([&] { (void)of(file); });
    }
    static std::vector<std::string> paths(const Provenance& from) {
        std::vector<std::string> out;
        for (const ReportFile& file : from.sources) out.push_back(file.path);
        return out;
    }

    const test::Directory directory_;
    Known known_ = test::report_sample();
};

TEST_F(ProvenanceTest, AnArtefactComesFromItsSources) {
    const Provenance demo = of("bin/demo");
    EXPECT_EQ(demo.sha256, sha256("bytes"));
    EXPECT_EQ(demo.target, "demo");
    EXPECT_THAT(paths(demo), ElementsAre("include/words.h", "src/main.cpp", "src/words.cpp"));
    EXPECT_THAT(demo.outside, ElementsAre("/usr/include/string"));
    EXPECT_THAT(demo.steps.back(), "LINK bin/demo");
    EXPECT_EQ(demo.steps.size(), 4U);
    ASSERT_TRUE(demo.made);
    EXPECT_EQ(demo.made->run, 3);
    EXPECT_EQ(demo.made->finished_ms, 1'700'000'062'500);
    // The library has no part of the program.
    EXPECT_THAT(paths(of("lib/libwords.a")), ElementsAre("include/words.h", "src/words.cpp"));
}

TEST_F(ProvenanceTest, IsFoundByTargetAndByPath) {
    EXPECT_EQ(of("demo").name, "bin/demo");
    EXPECT_EQ(of((directory_ / "build/bin/demo").string()).name, "bin/demo");
    EXPECT_EQ(of((directory_ / "src/words.cpp").string()).name, "src/words.cpp");
    EXPECT_EQ(rule("bin/dema"), "report.artefact");
    EXPECT_EQ(rule("tests/words-test"), "report.not-built");
}

TEST_F(ProvenanceTest, StepsAreInTheOrderInWhichTheyAreNeeded) {
    const std::vector<std::string> steps = of("bin/demo").steps;
    const auto at = [&](const std::string& what) {
        return std::find(steps.begin(), steps.end(), what) - steps.begin();
    };
    EXPECT_LT(at("CXX obj/words/src/words.cpp.o"), at("AR lib/libwords.a"));
    EXPECT_LT(at("AR lib/libwords.a"), at("LINK bin/demo"));
}

TEST_F(ProvenanceTest, WordsSayWhoWroteAndWhoEdited) {
    const std::string words = provenance_words(of("bin/demo"));
    EXPECT_THAT(words, HasSubstr("src/words.cpp    by model large-1 (openai), request cccccccccccc, edited "
                                 "by a person since: +3 -1 lines"));
    EXPECT_THAT(words,
                HasSubstr("request bbbbbbbbbbbb (its response is not kept here), as it was generated"));
    EXPECT_THAT(words, HasSubstr("run 3"));
    EXPECT_THAT(words, HasSubstr("asked   a word counter in C++ with tests"));
}

TEST_F(ProvenanceTest, AStatementSaysWhatIsKnown) {
    const auto statement = json::parse(in_toto(of("bin/demo")), "statement").as_object();
    EXPECT_EQ(statement.at("_type").as_string(), "https://in-toto.io/Statement/v1");
    EXPECT_EQ(statement.at("predicateType").as_string(), "https://slsa.dev/provenance/v1");
    EXPECT_EQ(statement.at("subject").at(0).at("digest").at("sha256").as_string(), sha256("bytes"));
    const auto& definition = statement.at("predicate").at("buildDefinition").as_object();
    for (const char* needed : {"buildType", "externalParameters", "resolvedDependencies"})
        EXPECT_TRUE(definition.contains(needed)) << needed;
    std::map<std::string, std::string> digests;
    for (const auto& each : definition.at("resolvedDependencies").as_array())
        digests.emplace(each.at("name").as_string(), each.at("digest").at("sha256").as_string());
    EXPECT_EQ(digests,
              (std::map<std::string, std::string>{{"aibuild.json", test::hash('9')},
                                                  {"include/words.h", test::hash('1')},
                                                  {"src/main.cpp", test::hash('2')},
                                                  {"src/words.cpp", test::hash('5')},
                                                  {".aibuild/responses/88/plan.json", test::hash('7')},
                                                  {".aibuild/responses/aa/header.json", test::hash('d')},
                                                  {".aibuild/responses/cc/words.json", test::hash('e')}}));
    const auto& details = statement.at("predicate").at("runDetails").as_object();
    EXPECT_TRUE(details.at("builder").as_object().contains("id"));
    EXPECT_EQ(details.at("metadata").at("finishedOn").as_string(), "2023-11-14T22:14:22Z");
}

TEST_F(ProvenanceTest, AStatementHasNoTimesThatNobodyRecorded) {
    known_.runs.back().logged = true;
    known_.runs.back().run.id = 0;
    EXPECT_THAT(in_toto(of("bin/demo")), Not(HasSubstr("finishedOn")));
}

TEST_F(ProvenanceTest, NoStatementOfWhatIsNotTrue) {
    known_.graph[3].stale = "../src/main.cpp is newer";
    EXPECT_THAT(provenance_words(of("bin/demo")), HasSubstr("stale: ../src/main.cpp is newer"));
    EXPECT_EQ(test::rule_of([&] { (void)in_toto(of("bin/demo")); }), "report.stale");
    EXPECT_EQ(test::rule_of([&] { (void)in_toto(of("src/main.cpp")); }), "report.artefact");
}

}  // namespace
}  // namespace aibuild
