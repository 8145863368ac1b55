#include "tool/inference/request.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <functional>
#include <set>

namespace aibuild {
namespace {

Request request() {
    Request out;
    out.stage = "plan";
    out.subject = "plan";
    out.template_version = "1";
    out.model = "some-model";
    out.messages = {{"system", "a"}, {"user", "b"}};
    out.schema = boost::json::parse(R"({"a":1,"b":2})");
    return out;
}

TEST(Key, CoversEverythingThatCanChangeTheAnswer) {
    const std::function<void(Request&)> changes[] = {
        [](Request&) {},
        [](Request& r) { r.stage = "file"; },
        [](Request& r) { r.template_version = "2"; },
        [](Request& r) { r.model = "other"; },
        [](Request& r) { r.messages[0].role = "user"; },
        [](Request& r) { r.messages[1].text = "c"; },
        [](Request& r) {
            r.messages = {{"system", "b"}, {"user", "a"}};
        },
        [](Request& r) { r.messages.pop_back(); },
        [](Request& r) { r.schema = nullptr; },
        [](Request& r) { r.schema.as_object()["a"] = 2; },
        [](Request& r) { r.limits.max_output_tokens = 1; },
        [](Request& r) { r.limits.max_bytes = 1; },
    };
    std::set<std::string> keys;
    for (const auto& change : changes) {
        Request changed = request();
        change(changed);
        keys.insert(key_of(changed));
    }
    EXPECT_EQ(keys.size(), std::size(changes));
}

TEST(Key, CoversNothingElse) {
    Request same = request();
    same.subject = "src/main.cpp";
    same.context["description"] = "x";
    same.schema = boost::json::parse(R"({"b":2,"a":1})");
    EXPECT_EQ(key_of(same), key_of(request()));
}

// A changed key makes every stored response unfindable: that is a new format, and never an accident.
TEST(Key, StaysWhatItIs) {
    EXPECT_EQ(key_of(request()), "101be586bf0cfd24d89ff1fd1ba56509209fbf8b048a5a03f91e9d5b58a7dd05");
}

}  // namespace
}  // namespace aibuild
