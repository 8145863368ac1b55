#include "tool/prompting/brief.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "ninja-gen/error.h"
#include "ninja-gen/json.h"
#include "ninja-gen/names.h"
#include "ninja-gen/schema.h"
#include "prompts_data.h"
#include "tool/prompting/structure.h"

namespace aibuild {

namespace {

namespace bj = boost::json;

constexpr std::size_t most_questions = 3;
constexpr std::size_t longest_line = 500;

[[noreturn]] void reject(const std::string& place, std::string why) {
    throw Error(
        Exit::rejected, "answer.brief", place, std::move(why),
        "Run the same command again with another model or a clearer description; nothing was written.");
}

// One line of a brief becomes one line of the next prompt.
std::string line_of(const bj::value& value, const std::string& place) {
    std::string out;
    for (const char c : std::string_view(value.as_string()))
        out += c == '\n' || c == '\t' || c == '\r' ? ' ' : c;
    if (out.size() > longest_line)
        reject(place, fmt::format("A line of {} bytes; {} is the most.", out.size(), longest_line));
    return out;
}

std::vector<std::string> lines_of(const bj::object& object, std::string_view name) {
    std::vector<std::string> out;
    for (const bj::value& value : object.at(name).as_array())
        out.push_back(line_of(value, fmt::format("/{}/{}", name, out.size())));
    return out;
}

}  // namespace

std::string_view brief_schema() {
    return embedded::prompts_data("brief.schema.json");
}

Brief brief_answer(const Response& response, const Languages& languages) {
    StructureAnswer answer = structure_of(response, "brief");
    const std::string text = json::pretty(answer.value);
    try {
        check_schema(answer.value, text, "the model's brief", brief_schema(), "answer.brief");
    } catch (const Error& error) {
        reject(error.place(), error.why());
    }
    const bj::object& object = answer.value.as_object();
    Brief out;
    out.repairs = std::move(answer.repairs);
    std::size_t at = 0;
    for (const std::string& name : lines_of(object, "languages")) {
        const std::string place = fmt::format("/languages/{}", at++);
        const Language* language = languages.find(name);
        if (language == nullptr) {
            const auto meant = did_you_mean(name, languages.names());
            reject(place, fmt::format("\"{}\" is not in the list of languages.{}", name,
                                      meant ? fmt::format(" Did you mean {}?", *meant) : ""));
        }
        if (std::find(out.languages.begin(), out.languages.end(), language->name) == out.languages.end())
            out.languages.push_back(language->name);
    }
    out.kinds = lines_of(object, "kinds");
    out.packages = lines_of(object, "packages");
    out.constraints = lines_of(object, "constraints");
    for (const bj::value& value : object.at("questions").as_array()) {
        if (out.questions.size() == most_questions) break;
        const bj::object& question = value.as_object();
        out.questions.push_back({line_of(question.at("question"), "/questions"),
                                 lines_of(question, "choices"),
                                 line_of(question.at("decision"), "/questions")});
    }
    return out;
}

}  // namespace aibuild
