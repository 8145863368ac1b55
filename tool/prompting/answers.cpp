#include "tool/prompting/answers.h"

#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <unordered_map>
#include <unordered_set>

#include "ninja-gen/error.h"
#include "ninja-gen/json.h"
#include "ninja-gen/names.h"
#include "tool/prompting/structure.h"
#include "tool/workspace/root.h"

namespace aibuild {

namespace {

namespace bj = boost::json;

// The body of the one fence that is all of `text`; `text` where it is no fence.
std::string_view unfenced(std::string_view text, Repairs& repairs) {
    const std::string_view bare = trimmed(text);
    if (!bare.starts_with("```")) return text;
    const std::size_t ticks = std::min(bare.find_first_not_of('`'), bare.size());
    const std::size_t line = bare.find('\n');
    const std::string closing = "\n" + std::string(ticks, '`');
    if (line == std::string_view::npos || !bare.ends_with(closing) || bare.size() < line + closing.size())
        return text;
    const std::string_view body = bare.substr(line + 1, bare.size() - line - closing.size());
    // A second fence inside would mean that there are several, and the whole is none of them.
    if (("\n" + std::string(body)).find(closing) != std::string::npos) return text;
    repairs.emplace_back("a Markdown fence");
    return body;
}

// A strict schema has every key required and null for "none"; a plan leaves such keys out.
bj::value without_nulls(const bj::value& value) {
    if (const auto* object = value.if_object()) {
        bj::object out;
        for (const auto& member : *object) {
            if (!member.value().is_null()) out.emplace(member.key(), without_nulls(member.value()));
        }
        return out;
    }
    if (const auto* array = value.if_array()) {
        bj::array out;
        for (const bj::value& element : *array) out.push_back(without_nulls(element));
        return out;
    }
    return value;
}

using Paths = std::unordered_set<std::string_view>;

// All that a plan names in the project.
Paths paths_of(const Plan& plan) {
    Paths out;
    const auto add = [&](const std::vector<std::string>& paths) { out.insert(paths.begin(), paths.end()); };
    for (const Target& target : plan.targets) {
        for (const auto* list : {&target.sources, &target.headers, &target.include_directories, &target.data})
            add(*list);
    }
    for (const PlannedStep& step : plan.steps) {
        add(step.inputs);
        add(step.outputs);
    }
    for (const PlannedFile& file : plan.files) out.insert(file.path);
    return out;
}

void paths_allowed(const Plan& plan, const Paths& there) {
    const auto check = [&](const std::string& path, const std::string& place) {
        if (there.contains(path)) return;
        auto problem = proposed_path_problem(path);
        if (!problem) problem = protected_problem(path);
        if (problem) reject("answer.path", place, fmt::format("The model's plan has {}. {}", path, *problem));
    };
    for (const Target& target : plan.targets) {
        const auto lists = {&target.sources, &target.headers, &target.include_directories, &target.data};
        for (const auto* list : lists) {
            for (const std::string& path : *list) check(path, "target " + target.name);
        }
    }
    for (const PlannedStep& step : plan.steps) {
        for (const auto* list : {&step.inputs, &step.outputs}) {
            for (const std::string& path : *list) check(path, "step " + step.name);
        }
    }
    for (const PlannedFile& file : plan.files) check(file.path, "files");
}

void files_complete(const Plan& plan, const Paths& there) {
    Paths planned = there;
    for (const PlannedFile& file : plan.files) planned.insert(file.path);
    const auto check = [&](const std::vector<std::string>& paths, const std::string& place) {
        for (const std::string& path : paths) {
            if (planned.contains(path) || step_of(plan, path)) continue;
            reject("answer.files", place,
                   fmt::format("The model's plan needs {} and does not list it among its files.", path));
        }
    };
    for (const Target& target : plan.targets) {
        for (const auto* list : {&target.sources, &target.headers, &target.data})
            check(*list, "target " + target.name);
    }
    for (const PlannedStep& step : plan.steps) check(step.inputs, "step " + step.name);
}

// Who uses a target is written from its interface, at the same time and from nothing else of it. What a
// person let go without one in the plan that is there may stay so.
void interfaces_told(const Plan& plan, const Plan* there) {
    const auto was_there = [&](const Target& target) {
        return there != nullptr &&
               std::any_of(there->targets.begin(), there->targets.end(), [&](const Target& each) {
                   return each.name == target.name && trimmed(each.interface).empty();
               });
    };
    std::unordered_map<std::string_view, std::string_view> user_of;
    for (const Target& target : plan.targets) {
        for (const std::string& used : target.uses) user_of.emplace(used, target.name);
    }
    for (const Target& target : plan.targets) {
        const auto user = user_of.find(target.name);
        if (user == user_of.end() || !trimmed(target.interface).empty() || was_there(target)) continue;
        reject("answer.plan", "target " + target.name,
               fmt::format("{} uses it, and it has no interface: nothing says what may be called, or how the "
                           "program is called and what it prints.",
                           user->second));
    }
}

// The line at which a conflict begins as merges mark them; 0 where there is none. Fewer than the three marks
// in their order are a heading or an arrow.
std::size_t conflict_line(std::string_view text) {
    std::size_t begin = 0, number = 1;
    bool middle = false;
    for (std::size_t at = 0; at < text.size(); ++number) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        const std::string_view line = text.substr(at, end - at);
        if (line.starts_with("<<<<<<< ")) {
            begin = number;
            middle = false;
        } else if (begin != 0 && (line == "=======" || line == "=======\r")) {
            middle = true;
        } else if (middle && line.starts_with(">>>>>>> ")) {
            return begin;
        }
        at = end + 1;
    }
    return 0;
}

}  // namespace

PlanAnswer plan_in(const bj::value& value, const Plan* of) {
    PlanAnswer out;
    try {
        // Read from its canonical text, so that lines in messages are those of what is shown.
        out.plan = read_plan(json::pretty(without_nulls(value)), "the model's plan");
    } catch (const Error& error) {
        reject("answer.plan", error.place(), fmt::format("{} ({})", error.why(), error.rule()));
    }
    const Paths there = of != nullptr ? paths_of(*of) : Paths();
    paths_allowed(out.plan, there);
    files_complete(out.plan, there);
    interfaces_told(out.plan, of);
    out.text = write_plan(out.plan);
    return out;
}

std::string plan_text(const bj::value& value) {
    return write_plan(read_plan(json::pretty(without_nulls(value)), "the model's plan"));
}

PlanAnswer plan_answer(const Response& response) {
    StructureAnswer answer = structure_of(response, "plan");
    PlanAnswer out = plan_in(answer.value, nullptr);
    out.repairs = std::move(answer.repairs);
    return out;
}

FileAnswer file_answer(const Response& response, std::string_view path) {
    must_be_whole(response, path);
    FileAnswer out;
    std::string_view text = unframed(response.text, out.repairs);
    if (!path.ends_with(".md")) text = unfenced(text, out.repairs);
    const std::string place(path);
    if (const std::string problem = text_problem(text); !problem.empty())
        reject("answer.text", place, problem);
    // A data file may be empty on purpose, and so may Python's package marker.
    const bool may_be_empty = path.ends_with("__init__.py") || path.ends_with(".txt");
    if (trimmed(text).empty() && !may_be_empty) reject("answer.empty", place, "The answer has no text.");
    thought_must_end(text, place);
    // Of no language but Markdown is a fence the last line.
    if (!path.ends_with(".md") && (trimmed(text).starts_with("```") || trimmed(text).ends_with("\n```")))
        reject(
            "answer.fence", place,
            "The answer is Markdown with text around a block, or with several: it is not clear what of it is "
            "the file.");
    if (const std::size_t line = conflict_line(text); line != 0)
        reject(
            "answer.conflict", place,
            fmt::format("Line {} begins a conflict of a merge (<<<<<<<), with both texts of it: the file is "
                        "to have one of them, or what both together come to, and no markers.",
                        line));
    out.text = text;
    if (!out.text.empty() && out.text.back() != '\n') out.text += '\n';
    return out;
}

}  // namespace aibuild
