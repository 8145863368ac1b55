#include "tool/prompting/change_answer.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <set>

#include "ninja-gen/error.h"
#include "ninja-gen/json.h"
#include "ninja-gen/names.h"
#include "ninja-gen/schema.h"
#include "prompts_data.h"
#include "tool/prompting/answers.h"
#include "tool/prompting/structure.h"

namespace aibuild {

namespace {

namespace bj = boost::json;

constexpr std::size_t longest_line = 2000;

std::string_view schema_text() {
    return embedded::prompts_data("change.schema.json");
}

// Of a sentence that stands in a prompt or on a terminal next.
std::string line_of(const bj::value& value, const std::string& place) {
    std::string out;
    for (const char c : trimmed(std::string_view(value.as_string())))
        out += c == '\n' || c == '\t' || c == '\r' ? ' ' : c;
    if (out.empty()) reject("answer.change", place, "It says nothing.");
    if (out.size() > longest_line)
        reject("answer.change", place,
               fmt::format("A line of {} bytes; {} is the most.", out.size(), longest_line));
    return out;
}

}  // namespace

bj::value change_schema() {
    bj::value out = strict_subset(schema_text());
    bj::value& plan = out.as_object().at("properties").as_object().at("plan");
    plan = strict_subset(plan_schema());
    // Of a new project it says: those that do not exist yet.
    plan.as_object().at("properties").as_object().at("files").as_object()["description"] =
        "The files that AIBuild generates: those that are there and those that are new. Never build files.";
    return out;
}

ChangeAnswer change_answer(const Response& response, const Plan& before,
                           const std::vector<std::string>& theirs) {
    StructureAnswer answer = structure_of(response, "change");
    const std::string text = json::pretty(answer.value);
    try {
        check_schema(answer.value, text, "the model's change", schema_text(), "answer.change");
    } catch (const Error& error) {
        reject("answer.change", error.place(), error.why());
    }
    const bj::object& object = answer.value.as_object();
    PlanAnswer planned = plan_in(object.at("plan"), &before);
    ChangeAnswer out;
    out.summary = line_of(object.at("summary"), "/summary");
    out.plan = std::move(planned.plan);
    out.text = std::move(planned.text);
    out.repairs = std::move(answer.repairs);
    const auto lists = [](const Plan& plan, const std::string& path) {
        return std::any_of(plan.files.begin(), plan.files.end(),
                           [&](const PlannedFile& file) { return file.path == path; });
    };
    std::vector<std::string> names;
    for (const PlannedFile& file : out.plan.files) names.push_back(file.path);
    std::set<std::string> seen;
    for (const bj::value& value : object.at("files").as_array()) {
        const bj::object& entry = value.as_object();
        const std::string place = fmt::format("/files/{}", seen.size());
        FileChange file{std::string(entry.at("path").as_string()), line_of(entry.at("change"), place)};
        if (std::find(theirs.begin(), theirs.end(), file.path) != theirs.end())
            reject("answer.theirs", place,
                   fmt::format("{} is kept by people, and may not be changed.", file.path));
        if (!lists(out.plan, file.path)) {
            const auto meant = did_you_mean(file.path, names);
            reject("answer.files", place,
                   fmt::format("{} is listed as changed, and the plan does not list it among its files.{}",
                               file.path, meant ? fmt::format(" Did you mean {}?", *meant) : ""));
        }
        if (!seen.insert(file.path).second)
            reject("answer.files", place, fmt::format("{} is listed twice.", file.path));
        // One that is new is written from its purpose.
        if (lists(before, file.path)) out.files.push_back(std::move(file));
    }
    return out;
}

std::string plan_of_change(const Response& response) {
    const StructureAnswer answer = structure_of(response, "change");
    const bj::value* plan = answer.value.as_object().if_contains("plan");
    if (plan == nullptr) reject("answer.change", "", "It has no plan.");
    return plan_text(*plan);
}

}  // namespace aibuild
