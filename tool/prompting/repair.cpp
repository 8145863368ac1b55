#include "tool/prompting/repair.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "ninja-gen/error.h"
#include "ninja-gen/json.h"
#include "ninja-gen/schema.h"
#include "prompts_data.h"
#include "tool/inference/budget.h"
#include "tool/prompting/structure.h"

namespace aibuild {

namespace {

namespace bj = boost::json;
namespace km = kainjow::mustache;

constexpr std::size_t most_files = 3, longest_line = 1000;

km::data none() {
    return km::data{km::data::type::bool_false};
}

km::data yes() {
    return km::data{km::data::type::bool_true};
}

km::data section(const std::string& field, const std::string& text) {
    if (text.empty()) return none();
    km::data out;
    out.set(field, text);
    return out;
}

km::data list_of(const std::vector<std::string>& lines) {
    km::data out{km::data::type::list};
    for (const std::string& line : lines) out.push_back(km::data{line});
    return out;
}

// One line of an answer becomes one line of the next prompt, and of what people are told.
std::string line_of(const bj::value& value, const std::string& place) {
    std::string out;
    for (const char c : std::string_view(value.as_string()))
        out += c == '\n' || c == '\t' || c == '\r' ? ' ' : c;
    if (out.size() > longest_line)
        reject("answer.repair", place,
               fmt::format("A line of {} bytes; {} is the most.", out.size(), longest_line));
    return out;
}

std::size_t size_of(const Request& request) {
    std::size_t out = 0;
    for (const Message& message : request.messages) out += message.text.size();
    return out;
}

km::data described(const RepairAsked& asked) {
    km::data data, project = none();
    if (!asked.project.empty()) {
        project = km::data{};
        project.set("name", asked.project);
        project.set("description", asked.description);
    }
    data.set("project", project);
    data.set("plan", section("text", asked.plan));
    data.set("agents", section("text", asked.agents));
    km::data rules{km::data::type::list};
    for (const auto& [title, text] : asked.rules) {
        km::data entry;
        entry.set("title", title);
        entry.set("rules", text);
        rules.push_back(entry);
    }
    data.set("rules", rules);
    data.set("step", asked.step);
    data.set("fault", asked.fault);
    data.set("notes", list_of(asked.notes));
    data.set("output", asked.output);
    km::data tried{km::data::type::list};
    for (const std::string& text : asked.tried) tried.push_back(section("text", text));
    data.set("tried", tried);
    return data;
}

}  // namespace

std::string_view repair_schema() {
    return embedded::prompts_data("repair.schema.json");
}

std::vector<std::string> RepairAsked::may_change() const {
    std::vector<std::string> out;
    for (const ConcernedFile& file : files) {
        if (file.may_change) out.push_back(file.path);
    }
    return out;
}

RepairPrompts::RepairPrompts(const PromptTemplates& templates, std::string model, Room room)
    : templates_(templates), model_(std::move(model)), room_(room) {}

Request RepairPrompts::fitted(const RepairAsked& asked, TemplateData data) const {
    for (std::size_t shown = asked.files.size();; --shown) {
        km::data files{km::data::type::list}, left_out{km::data::type::list};
        for (std::size_t n = 0; n < asked.files.size(); ++n) {
            const ConcernedFile& file = asked.files[n];
            km::data entry;
            entry.set("path", file.path);
            entry.set("text", file.text);
            entry.set("part", file.part ? yes() : none());
            entry.set("may_change", file.may_change ? yes() : none());
            (n < shown ? files : left_out).push_back(entry);
        }
        data.set("files", files);
        data.set("left_out", left_out);
        Request out = templates_.request("repair", data, model_);
        out.limits.max_output_tokens = room_.max_output_tokens;
        if (shown == 0 || estimated_tokens(size_of(out)) + room_.max_output_tokens <= room_.context_tokens)
            return out;
    }
}

Request RepairPrompts::which(const RepairAsked& asked) const {
    km::data data = described(asked), which;
    which.set("may", list_of(asked.may_change()));
    data.set("which", which);
    data.set("write", none());
    Request out = fitted(asked, data);
    out.subject = "the cause";
    out.schema = strict_subset(repair_schema());
    out.limits.max_output_tokens = std::min(4096, room_.max_output_tokens);
    return out;
}

Request RepairPrompts::text(const RepairAsked& asked, const std::string& cause,
                            const FileRepair& repair) const {
    km::data data = described(asked), write;
    write.set("path", repair.path);
    write.set("cause", section("text", cause));
    write.set("change", section("text", repair.change));
    data.set("which", none());
    data.set("write", write);
    Request out = fitted(asked, data);
    out.subject = repair.path;
    return out;
}

Request RepairPrompts::again(Request request, const std::string& answer, const Error& error) const {
    return templates_.again(std::move(request), answer, error);
}

RepairAnswer repair_answer(const Response& response, const RepairAsked& asked) {
    StructureAnswer answer = structure_of(response, "repair");
    const std::string text = json::pretty(answer.value);
    try {
        check_schema(answer.value, text, "the model's answer", repair_schema(), "answer.repair");
    } catch (const Error& error) {
        reject("answer.repair", error.place(), error.why());
    }
    const bj::object& object = answer.value.as_object();
    RepairAnswer out;
    out.repairs = std::move(answer.repairs);
    out.cause = line_of(object.at("cause"), "/cause");
    const std::vector<std::string> may = asked.may_change();
    for (const bj::value& each : object.at("files").as_array()) {
        const std::string place = fmt::format("/files/{}", out.files.size());
        const bj::object& file = each.as_object();
        FileRepair repair{line_of(file.at("path"), place), line_of(file.at("change"), place)};
        if (std::find(may.begin(), may.end(), repair.path) == may.end())
            reject("answer.repair-file", place,
                   fmt::format(
                       "{} may not change: tests, build files, settings and files that are not concerned "
                       "stay as they are. Those that may: {}.",
                       repair.path, fmt::join(may, ", ")));
        const auto same = [&](const FileRepair& other) { return other.path == repair.path; };
        if (std::none_of(out.files.begin(), out.files.end(), same)) out.files.push_back(std::move(repair));
    }
    if (out.files.size() > most_files)
        reject("answer.repair", "/files",
               fmt::format("{} files; {} is the most.", out.files.size(), most_files));
    return out;
}

}  // namespace aibuild
