#include "tool/workspace/lock.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdlib>
#include <functional>
#include <set>

#include "directory.h"
#include "ninja-gen/hash.h"
#include "tests/support/thrown.h"

namespace aibuild {
namespace {

using test::rule_of;

Lock example() {
    Lock lock;
    lock.description = "a tool, \"quoted\"\nand long";
    lock.plan_request = sha256("plan");
    lock.plan_sha256 = sha256("aibuild.json");
    lock.files["src/b.cpp"] = {sha256("b"), "model", sha256("request"), "openai", "some-model", 1200, 0};
    lock.files["src/a.cpp"] = {sha256("a"), "model", sha256("request2"), "builtin", "builtin", {}, {}};
    lock.files["CMakeLists.txt"] = {sha256("c"), "emitter", "", "", "", {}, {}};
    lock.toolchain["g++"] = "g++ (Debian 12.2.0-14) 12.2.0";
    lock.packages["zlib"] = "1.2.13";
    return lock;
}

TEST(Lock, RoundTrip) {
    const std::string text = write_lock(example());
    EXPECT_EQ(read_lock(text, "aibuild.lock.json"), example());
    EXPECT_EQ(write_lock(read_lock(text, "x")), text);
    EXPECT_EQ(read_lock(write_lock(Lock{}), "x"), Lock{});
}

TEST(Lock, FormatIsFirstAndFilesAreSorted) {
    const std::string text = write_lock(example());
    EXPECT_TRUE(text.starts_with("{\n  \"format\": 1,\n")) << text;
    EXPECT_LT(text.find("CMakeLists.txt"), text.find("src/a.cpp"));
    EXPECT_LT(text.find("src/a.cpp"), text.find("src/b.cpp"));
}

TEST(Lock, UnknownTokensAreAbsentAndZeroIsZero) {
    const std::string text = write_lock(example());
    EXPECT_THAT(text, testing::HasSubstr("\"output_tokens\": 0"));
    const Lock lock = read_lock(text, "x");
    EXPECT_EQ(lock.files.at("src/b.cpp").output_tokens, 0);
    EXPECT_EQ(lock.files.at("src/a.cpp").output_tokens, std::nullopt);
}

TEST(Lock, Refusals) {
    const std::string hash = sha256("x");
    const auto rule = [](const std::string& text) {
        return rule_of([&] { read_lock(text, "aibuild.lock.json"); });
    };
    const auto with_file = [&](const std::string& members, const std::string& path = "a.cpp") {
        return rule(R"({"format": 1, "files": {")" + path + R"(": {)" + members + "}}}");
    };
    const std::string good = R"("base": ")" + hash + R"(", "origin": "model")";
    EXPECT_EQ(with_file(good), "");
    EXPECT_EQ(rule(""), "lock.syntax");
    EXPECT_EQ(rule("{\"format\": 1,"), "lock.syntax");
    EXPECT_EQ(rule("<<<<<<< HEAD\n{}"), "lock.syntax");
    EXPECT_EQ(rule(R"({"format": 1, "files": {}, "files": {}})"), "lock.syntax");
    EXPECT_EQ(rule("[]"), "lock.schema");
    EXPECT_EQ(rule("{}"), "lock.schema");
    EXPECT_EQ(rule(R"({"format": "1", "files": {}})"), "lock.schema");
    EXPECT_EQ(rule(R"({"format": 0, "files": {}})"), "lock.schema");
    EXPECT_EQ(rule(R"({"format": 1})"), "lock.schema");
    EXPECT_EQ(rule(R"({"format": 1, "files": []})"), "lock.schema");
    EXPECT_EQ(rule(R"({"format": 1, "files": {}, "new": 1})"), "lock.schema");
    EXPECT_EQ(rule(R"({"format": 1, "files": {}, "toolchain": {"a": 1}})"), "lock.schema");
    EXPECT_EQ(rule(R"({"format": 4, "whatever": []})"), "lock.newer");
    EXPECT_EQ(with_file(good + R"(, "extra": 1)"), "lock.schema");
    EXPECT_EQ(with_file(good + R"(, "input_tokens": -1)"), "lock.schema");
    EXPECT_EQ(with_file(good + R"(, "input_tokens": "5")"), "lock.schema");
    EXPECT_EQ(with_file(good + R"(, "request": "no hash")"), "lock.schema");
    EXPECT_EQ(with_file(R"("base": "", "origin": "model")"), "lock.schema");
    EXPECT_EQ(with_file(R"("base": "ABC", "origin": "model")"), "lock.schema");
    EXPECT_EQ(with_file(R"("base": ")" + hash + R"(", "origin": "me")"), "lock.schema");
    EXPECT_EQ(with_file(R"("origin": "model")"), "lock.schema");
    EXPECT_EQ(with_file(good, "../a"), "lock.schema");
    EXPECT_EQ(with_file(good, "/etc/passwd"), "lock.schema");
    EXPECT_EQ(with_file(good, "a\\nb"), "lock.schema");
}

// All that came with format 2.
Lock changed() {
    Lock lock = example();
    lock.changes = {
        {"keep apostrophes", sha256("change"), sha256("plan 2"), {"src/b.cpp"}, "openai", "m", 5, 6}};
    LockedFile& file = lock.files["src/b.cpp"];
    file.generated = sha256("generated");
    file.context = {{"template", "2"}, {"file:a.h", sha256("context")}};
    file.asked = "another-model";
    file.because = "keep apostrophes";
    file.change = 1;
    lock.files["src/mine.cpp"] = {sha256("mine"), "person", "", "", "", {}, {}};
    return lock;
}

TEST(Lock, HasTheOldestFormatThatHoldsIt) {
    EXPECT_TRUE(write_lock(changed()).starts_with("{\n  \"format\": 2,\n"));
    EXPECT_EQ(read_lock(write_lock(changed()), "x"), changed());
    EXPECT_THAT(write_lock_index(changed(), ""), testing::HasSubstr("AIBUILD_LOCK_FORMAT \"2\""));
    EXPECT_THAT(write_lock_index(example(), ""), testing::HasSubstr("AIBUILD_LOCK_FORMAT \"1\""));
    // Each of its fields alone.
    for (const auto& set : std::vector<std::function<void(LockedFile&)>>{
             [](LockedFile& file) { file.origin = "person"; },
             [](LockedFile& file) { file.generated = sha256("g"); },
             [](LockedFile& file) { file.context["template"] = "2"; },
             [](LockedFile& file) { file.asked = "m"; }, [](LockedFile& file) { file.because = "b"; }}) {
        Lock lock = example();
        set(lock.files["src/a.cpp"]);
        EXPECT_TRUE(write_lock(lock).starts_with("{\n  \"format\": 2,\n"));
        EXPECT_EQ(read_lock(write_lock(lock), "x"), lock);
    }
}

TEST(Lock, AFileIsOfAChangeThatThereIs) {
    for (const std::int64_t change : {-1, 2}) {
        Lock lock = changed();
        lock.files["src/b.cpp"].change = change;
        const std::string text = write_lock(lock);
        EXPECT_EQ(rule_of([&] { read_lock(text, "x"); }), "lock.schema");
    }
}

TEST(Lock, RefusalNamesThePlace) {
    try {
        read_lock("{\n  \"format\": 1,\n  \"files\": {\n    \"a/b.cpp\": {\"base\": 1}\n  }\n}\n",
                  "aibuild.lock.json");
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.place(), "aibuild.lock.json:4 (/files/a~1b.cpp/base)");
    }
}

Planning planning() {
    Planning out;
    out.model = "some-model";
    out.brief_request = sha256("brief");
    // Their order counts, and two questions may be alike.
    out.decisions = {{"Which?", "b"}, {"Which?", "a"}, {"", ""}, {"A \"q\"\n?", "ü"}};
    out.surroundings = {"LICENSE", "docs/a b.md"};
    out.tools = {{"c++", "c++ 12.2.0"}, {"cc", "unknown"}};
    out.packages = {{"zlib", "1.2.13"}};
    out.missing = {"Rust", "nosuch"};
    out.max_output_tokens = 16'384;
    out.context_tokens = 64'000;
    return out;
}

TEST(LockPlanning, RoundTrip) {
    Lock lock = example();
    lock.planning = planning();
    const std::string text = write_lock(lock);
    EXPECT_EQ(read_lock(text, "x"), lock);
    EXPECT_EQ(write_lock(read_lock(text, "x")), text);
    lock.planning = Planning{};
    EXPECT_EQ(read_lock(write_lock(lock), "x"), lock) << "one that says nothing is not the same as none";
    lock.planning.reset();
    EXPECT_THAT(write_lock(lock), testing::Not(testing::HasSubstr("planning")));
}

TEST(LockPlanning, EachMemberCounts) {
    Lock lock;
    lock.planning = planning();
    std::set<std::string> texts = {write_lock(lock)};
    const auto with = [&](const std::function<void(Planning&)>& change) {
        Lock other = lock;
        change(*other.planning);
        EXPECT_EQ(read_lock(write_lock(other), "x"), other);
        texts.insert(write_lock(other));
    };
    with([](Planning& of) { of.model = "m"; });
    with([](Planning& of) { of.brief_request.clear(); });
    with([](Planning& of) { std::swap(of.decisions[0], of.decisions[1]); });
    with([](Planning& of) { of.decisions.pop_back(); });
    with([](Planning& of) { of.surroundings.clear(); });
    with([](Planning& of) { of.tools.clear(); });
    with([](Planning& of) { of.packages["zlib"] = "2"; });
    with([](Planning& of) { of.missing.pop_back(); });
    with([](Planning& of) { of.max_output_tokens = 0; });
    with([](Planning& of) { of.context_tokens = 1; });
    EXPECT_EQ(texts.size(), 11U);
}

TEST(LockPlanning, Refusals) {
    const auto refused = [](const std::string& members) {
        return test::thrown([&] {
            read_lock("{\"format\": 1, \"planning\": " + members + ", \"files\": {}}", "aibuild.lock.json");
        });
    };
    EXPECT_EQ(refused("{}").rule(), "nothing");
    const struct {
        std::string members, pointer;
    } cases[] = {{"[]", "/planning"},
                 {"null", "/planning"},
                 {"\"x\"", "/planning"},
                 {R"({"new": 1})", "/planning/new"},
                 {R"({"model": 1})", "/planning/model"},
                 {R"({"brief_request": "no hash"})", "/planning/brief_request"},
                 {R"({"decisions": "q"})", "/planning/decisions"},
                 {R"({"decisions": {"q": "a"}})", "/planning/decisions"},
                 {R"({"decisions": [["q", "a"]]})", "/planning/decisions"},
                 {R"({"decisions": ["q", "a", "r"]})", "/planning/decisions"},
                 {R"({"decisions": ["q", null]})", "/planning/decisions"},
                 {R"({"surroundings": [1]})", "/planning/surroundings"},
                 {R"({"missing": {}})", "/planning/missing"},
                 {R"({"tools": []})", "/planning/tools"},
                 {R"({"tools": {"cc": 1}})", "/planning/tools/cc"},
                 {R"({"packages": {"a/b": null}})", "/planning/packages/a~1b"},
                 {R"({"max_output_tokens": "1"})", "/planning/max_output_tokens"},
                 {R"({"max_output_tokens": -1})", "/planning/max_output_tokens"},
                 {R"({"context_tokens": 1.5})", "/planning/context_tokens"},
                 {R"({"context_tokens": -1})", "/planning/context_tokens"}};
    for (const auto& each : cases) {
        const Error error = refused(each.members);
        EXPECT_EQ(error.rule(), "lock.schema") << each.members;
        EXPECT_EQ(error.exit(), Exit::usage);
        EXPECT_THAT(error.place(), testing::StartsWith("aibuild.lock.json:1")) << each.members;
        EXPECT_THAT(error.place(), testing::HasSubstr("(" + each.pointer + ")")) << each.members;
    }
}

std::string cmake(const test::Directory& dir, const std::string& script) {
    dir.put("test.cmake", script);
    const std::string command = "cd '" + dir.path().string() + "' && cmake -P test.cmake >output 2>&1";
    EXPECT_EQ(std::system(command.c_str()), 0) << test::slurp(dir / "output");
    return test::slurp(dir / "output");
}

TEST(Lock, CMakeReadsTheIndex) {
    const test::Directory dir;
    Lock lock = example();
    const std::string odd = R"(src/o'd $x ${HOME} $ENV{HOME} @HOME@ "q" \n \; a;b #[[ ]] ( ü.cpp)";
    lock.files[odd] = lock.files["src/a.cpp"];
    lock.files["declared"] = lock.files["src/a.cpp"];
    lock.files["declared"].declared = sha256("declared");
    lock.files["taken over"].base = sha256("theirs");
    lock.files["taken over"].origin = "person";
    const std::string text = write_lock(lock);
    dir.put("aibuild.lock.json", text);
    dir.put("aibuild.lock.cmake", write_lock_index(lock, text));
    dir.put("name", "AIBUILD_LOCK:" + odd);
    // With the oldest policies too, where @HOME@ is expanded.
    for (const char* version : {"3.0", "3.25"}) {
        const std::string output = cmake(dir, "cmake_minimum_required(VERSION " + std::string(version) + R"()
set(HOME expanded)
set(AIBUILD_LOCK "AIBUILD_LOCK:")
include(aibuild.lock.cmake)
file(SHA256 aibuild.lock.json hash)
get_property(bound GLOBAL PROPERTY AIBUILD_LOCK_SHA256)
get_property(plan GLOBAL PROPERTY AIBUILD_LOCK_PLAN_SHA256)
get_property(format GLOBAL PROPERTY AIBUILD_LOCK_FORMAT)
get_property(a GLOBAL PROPERTY "AIBUILD_LOCK:src/a.cpp")
file(READ name name)
get_property(odd GLOBAL PROPERTY "${name}")
if(NOT hash STREQUAL bound)
  message(FATAL_ERROR "not bound: ${hash} ${bound}")
endif()
get_property(declared GLOBAL PROPERTY AIBUILD_LOCK:declared)
get_property(person GLOBAL PROPERTY "AIBUILD_LOCK:taken over")
message("${format} ${plan} ${a} ${odd} ${declared} ${person}")
)");
        EXPECT_THAT(output,
                    testing::HasSubstr("3 " + lock.plan_sha256 + " " + sha256("a") + " " + sha256("a") + " " +
                                       sha256("a") + ";" + sha256("declared") + " person\n"));
        EXPECT_EQ(read_lock(text, "aibuild.lock.json"), lock);
    }
}

}  // namespace
}  // namespace aibuild
