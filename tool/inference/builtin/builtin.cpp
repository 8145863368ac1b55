#include "tool/inference/builtin.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <utility>

#include "ninja-gen/error.h"
#include "ninja-gen/plan.h"
#include "tool/inference/builtin/files.h"
#include "tool/inference/builtin/planning.h"

namespace aibuild {

namespace {

const boost::json::value& context(const Request& request, std::string_view key, boost::json::kind kind) {
    const boost::json::value* value = request.context.if_contains(key);
    if (value != nullptr && value->kind() == kind) return *value;
    throw Error(
        Exit::failure, "builtin.context", request.subject,
        "The request for the stage \"" + request.stage + "\" came without its \"" + std::string(key) + "\".",
        "This is a mistake in AIBuild: please report it.");
}

// Its plan says what it understood; it leaves nothing open.
std::string brief_of(const Plan& plan) {
    boost::json::array languages, kinds;
    const auto once = [](boost::json::array& list, std::string_view word) {
        const boost::json::value value(word);
        if (std::find(list.begin(), list.end(), value) == list.end()) list.push_back(value);
    };
    for (const Target& target : plan.targets) {
        once(languages, target.language);
        once(kinds, name_of(target.kind));
    }
    const boost::json::array none;
    return boost::json::serialize(boost::json::object{{"languages", languages},
                                                      {"kinds", kinds},
                                                      {"packages", none},
                                                      {"constraints", none},
                                                      {"questions", none}});
}

std::string answer_of(const Request& request) {
    if (request.stage == "brief") {
        const auto& description = context(request, "description", boost::json::kind::string).get_string();
        return brief_of(starter_plan(std::string_view(description)));
    }
    if (request.stage == "plan") {
        const auto& description = context(request, "description", boost::json::kind::string).get_string();
        return write_plan(starter_plan(std::string_view(description)));
    }
    if (request.stage == "file") {
        const auto& plan = context(request, "plan", boost::json::kind::object);
        const auto& path = context(request, "path", boost::json::kind::string).get_string();
        return starter_file(read_plan(boost::json::serialize(plan), plan_file), std::string_view(path));
    }
    throw Error(Exit::usage, "builtin.stage", request.subject,
                "The built-in planner makes plans and files of starters; it can't do what the stage \"" +
                    request.stage + "\" asks.",
                "Let a model do it: set OPENAI_API_KEY, or OPENAI_BASE_URL to a server of your own.");
}

class Builtin : public Provider {
  public:
    std::string name() const override { return "builtin"; }
    bool costs() const override { return false; }

    boost::asio::awaitable<Response> answer(const Request& request, CallWatch* /*watch*/) override {
        Response response;
        response.text = answer_of(request);
        response.outcome = Outcome::complete;
        response.provider = response.model = name();
        co_return response;
    }
};

}  // namespace

std::unique_ptr<Provider> builtin() {
    return std::make_unique<Builtin>();
}

}  // namespace aibuild
