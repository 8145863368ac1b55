#pragma once

#include <string>
#include <utility>

#include "tool/report/known.h"

namespace aibuild::test {

inline GraphStep step(std::string output, std::string kind, std::string verb,
                      std::optional<std::size_t> target, std::vector<std::string> inputs) {
    GraphStep out;
    out.what = verb + " " + output;
    out.output = std::move(output);
    out.kind = std::move(kind);
    out.target = target;
    out.inputs = std::move(inputs);
    return out;
}

inline LockedFile by_model(std::string base, std::string request) {
    LockedFile out;
    out.base = std::move(base);
    out.origin = "model";
    out.request = std::move(request);
    out.provider = "openai";
    out.model = "large-1";
    out.input_tokens = 1200;
    out.output_tokens = 340;
    return out;
}

inline std::string hash(char digit) {
    return std::string(64, digit);
}

inline Target target(std::string name, Kind kind, std::vector<std::string> sources,
                     std::vector<std::string> uses) {
    Target out;
    out.name = std::move(name);
    out.kind = kind;
    out.language = "c++";
    out.sources = std::move(sources);
    out.uses = std::move(uses);
    return out;
}

// A library, a program and a test; src/words.cpp was generated and edited, src/main.cpp generated, the test
// is a person's. Two runs: one that only ninja's log knows, and a recorded one after an edit.
inline Known report_sample() {
    Known out;
    out.plan.name = "demo";
    out.plan.version = "1.2.0";
    out.plan.description = "Counts words.";
    out.plan.targets = {target("words", Kind::static_library, {"src/words.cpp"}, {}),
                        target("demo", Kind::executable, {"src/main.cpp"}, {"words"}),
                        target("words-test", Kind::test, {"tests/words_test.cpp"}, {"words"})};
    out.plan.targets[0].headers = {"include/words.h"};
    out.plan_sha256 = hash('9');
    out.lock.description = "a word counter in C++ with tests";
    out.lock.plan_request = hash('8');
    out.lock.files = {{"include/words.h", by_model(hash('1'), hash('a'))},
                      {"src/main.cpp", by_model(hash('2'), hash('b'))},
                      {"src/words.cpp", by_model(hash('3'), hash('c'))},
                      {"CMakeLists.txt", {hash('4'), "emitter", "", "", "", {}, {}}}};
    out.lock.files["src/main.cpp"].output_tokens.reset();
    out.hashes = {{"include/words.h", hash('1')},
                  {"src/main.cpp", hash('2')},
                  {"src/words.cpp", hash('5')},
                  {"CMakeLists.txt", hash('4')},
                  {"tests/words_test.cpp", hash('6')}};
    out.edits = {{"src/words.cpp", {3, 1}}};
    out.answers = {
        {hash('8'), {".aibuild/responses/88/plan.json", hash('7'), "plan", "3", "large", "large-1"}},
        {hash('a'), {".aibuild/responses/aa/header.json", hash('d'), "file", "2", "large", "large-1"}},
        {hash('c'), {".aibuild/responses/cc/words.json", hash('e'), "file", "2", "large", "large-1"}}};
    Task paid;
    paid.state = TaskState::succeeded;
    paid.cost = 0.0125;
    out.state.tasks["file:src/words.cpp"] = paid;
    out.configuration = "release";
    out.root = "../";
    out.build = "build";
    out.ran = true;
    out.graph = {
        step("obj/words/src/words.cpp.o", "compile", "CXX", 0,
             {"../src/words.cpp", "../include/words.h", "/usr/include/string"}),
        step("lib/libwords.a", "product", "AR", 0, {"obj/words/src/words.cpp.o"}),
        step("obj/demo/src/main.cpp.o", "compile", "CXX", 1, {"../src/main.cpp", "../include/words.h"}),
        step("bin/demo", "product", "LINK", 1, {"obj/demo/src/main.cpp.o", "lib/libwords.a"}),
        step("obj/words-test/tests/words_test.cpp.o", "compile", "CXX", 2,
             {"../tests/words_test.cpp", "../include/words.h"}),
        step("tests/words-test", "product", "LINK", 2,
             {"obj/words-test/tests/words_test.cpp.o", "lib/libwords.a"}),
        step("tests/words-test.passed", "test", "TEST", 2, {"tests/words-test"}),
        step("tests/passed", "count", "TESTS", std::nullopt, {"tests/words-test.passed"})};
    out.graph[6].what = "TEST words-test";
    out.tests = {{"tests/words-test.passed", {7, ""}}};

    PastRun first;
    first.logged = true;
    first.run.started_ms = 1'700'000'000'000;
    first.run.duration_ms = 4000;
    first.run.executor = "ninja (log version 5)";
    first.run.steps = {{"obj/words/src/words.cpp.o", "", 0, 1500},
                       {"lib/libwords.a", "", 1500, 1550},
                       {"bin/demo", "", 3000, 3400}};
    PastRun last;
    last.run.id = 3;
    last.run.started_ms = 1'700'000'060'000;
    last.run.duration_ms = 3210;
    last.run.executor = "ninja 1.11.1";
    last.run.configuration = "release";
    last.run.sandbox = "bwrap";
    last.run.jobs = 2;
    last.run.up_to_date = 2;
    last.run.changes = {{"src/words.cpp", hash('3'), hash('5')}};
    last.run.steps = {{"obj/words/src/words.cpp.o", "../src/words.cpp is newer", 0, 2000},
                      {"lib/libwords.a", "obj/words/src/words.cpp.o is to be made first", 2000, 2040},
                      {"tests/words-test", "lib/libwords.a is to be made first", 2040, 2400},
                      {"bin/demo", "lib/libwords.a is to be made first", 2040, 2500},
                      {"tests/words-test.passed", "tests/words-test is to be made first", 2400, 3200},
                      {"tests/passed", "tests/words-test.passed is to be made first", 3200, 3210}};
    last.run.tests_passed = 7;
    out.runs = {std::move(first), std::move(last)};
    return out;
}

// The same after a link that failed.
inline Known failed_sample() {
    Known out = report_sample();
    BuildRun& run = out.runs.back().run;
    run.exit_code = 1;
    run.steps.resize(4);
    run.steps[3].state = TaskState::failed;
    run.steps[3].exit_code = 1;
    run.steps[3].output_text = "ld: main.o: undefined reference to `count(<int>)'\n";
    run.duration_ms = 2500;
    run.tests_passed.reset();
    for (std::size_t n : {3U, 6U, 7U}) out.graph[n].stale = "not built yet";
    out.tests.clear();
    return out;
}

}  // namespace aibuild::test
