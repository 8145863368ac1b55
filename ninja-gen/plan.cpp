#include "ninja-gen/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/object.hpp>
#include <exception>
#include <future>
#include <unordered_map>
#include <utility>

#include "ninja-gen/error.h"
#include "ninja-gen/json.h"
#include "ninja-gen/plan_check.h"
#include "ninja-gen/schema.h"
#include "plan_schema_data.h"

namespace aibuild {

namespace {

namespace bj = boost::json;

constexpr std::array<std::pair<std::string_view, Kind>, 6> kinds = {
    {{"executable", Kind::executable},
     {"static-library", Kind::static_library},
     {"shared-library", Kind::shared_library},
     {"interface-library", Kind::interface_library},
     {"library", Kind::library},
     {"test", Kind::test}}};

constexpr std::array<std::pair<std::string_view, Warnings>, 4> warnings = {{{"default", Warnings::standard},
                                                                            {"none", Warnings::none},
                                                                            {"all", Warnings::all},
                                                                            {"errors", Warnings::errors}}};

template <class Table>
auto value_in(const Table& table, std::string_view name) {
    const auto row =
        std::find_if(table.begin(), table.end(), [&](const auto& each) { return each.first == name; });
    return row != table.end() ? row->second : table.front().second;
}

template <class Table, class Value>
std::string_view name_in(const Table& table, Value value) {
    return std::find_if(table.begin(), table.end(), [&](const auto& row) { return row.second == value; })
        ->first;
}

// Nothing is taken for granted here: the document is held against its schema meanwhile.
const bj::object& object_of(const bj::value& value) {
    static const bj::object none;
    const bj::object* object = value.if_object();
    return object != nullptr ? *object : none;
}

const bj::object& object_of(const bj::object& object, std::string_view key) {
    static const bj::value none;
    const bj::value* value = object.if_contains(key);
    return object_of(value != nullptr ? *value : none);
}

const bj::array& array_of(const bj::object& object, std::string_view key) {
    static const bj::array none;
    const bj::value* value = object.if_contains(key);
    return value != nullptr && value->is_array() ? value->get_array() : none;
}

std::string text_of(const bj::value& value) {
    return value.is_string() ? std::string(value.get_string()) : std::string();
}

std::string text_of(const bj::object& object, std::string_view key) {
    const bj::value* value = object.if_contains(key);
    return value != nullptr ? text_of(*value) : std::string();
}

std::vector<std::string> list_of(const bj::object& object, std::string_view key) {
    const bj::array& array = array_of(object, key);
    std::vector<std::string> out;
    out.reserve(array.size());
    for (const bj::value& element : array) out.push_back(text_of(element));
    return out;
}

bool flag_of(const bj::object& object, std::string_view key) {
    const bj::value* value = object.if_contains(key);
    return value != nullptr && value->is_bool() && value->get_bool();
}

PlannedStep step_of(const bj::object& object) {
    return {text_of(object, "name"),   text_of(object, "description"), list_of(object, "command"),
            list_of(object, "inputs"), list_of(object, "outputs"),     flag_of(object, "depfile"),
            flag_of(object, "restat")};
}

Settings settings_of(const bj::object& object) {
    Settings out;
    out.standard = text_of(object, "standard");
    if (const std::string word = text_of(object, "warnings"); !word.empty())
        out.warnings = value_in(warnings, word);
    for (const bj::value& define : array_of(object, "defines"))
        out.defines.push_back({text_of(object_of(define), "name"), text_of(object_of(define), "value")});
    return out;
}

Target target_of(const bj::object& object) {
    Target out;
    out.name = text_of(object, "name");
    out.kind = value_in(kinds, text_of(object, "kind"));
    out.language = text_of(object, "language");
    out.interface = text_of(object, "interface");
    out.sources = list_of(object, "sources");
    out.headers = list_of(object, "headers");
    out.generated = list_of(object, "generated");
    out.include_directories = list_of(object, "include_directories");
    out.uses = list_of(object, "uses");
    out.packages = list_of(object, "packages");
    out.data = list_of(object, "data");
    if (object.contains("settings")) out.settings = settings_of(object_of(object, "settings"));
    return out;
}

Plan plan_of(const bj::object& top) {
    Plan plan;
    const bj::object& project = object_of(top, "project");
    plan.name = text_of(project, "name");
    plan.version = text_of(project, "version");
    if (plan.version.empty()) plan.version = "0.1.0";
    plan.description = text_of(project, "description");
    for (const bj::value& package : array_of(top, "packages")) {
        plan.packages.push_back(
            {text_of(object_of(package), "name"), text_of(object_of(package), "pkg_config")});
    }
    for (const bj::value& step : array_of(top, "steps")) plan.steps.push_back(step_of(object_of(step)));
    for (const bj::value& target : array_of(top, "targets"))
        plan.targets.push_back(target_of(object_of(target)));
    for (const bj::value& file : array_of(top, "files"))
        plan.files.push_back({text_of(object_of(file), "path"), text_of(object_of(file), "purpose"),
                              list_of(object_of(file), "needs")});
    return plan;
}

}  // namespace

std::string_view name_of(Kind kind) {
    return name_in(kinds, kind);
}

std::string_view plan_schema() {
    return embedded::plan_schema_data("plan.schema.json");
}

Plan read_plan(std::string_view text, std::string_view file) {
    const bj::value document = json::parse(text, file);
    if (const auto* object = document.if_object()) {
        // First, so that a newer grammar's new keys are not called mistakes.
        const bj::value* format = object->if_contains("format");
        if (format != nullptr && format->is_int64() && format->get_int64() > plan_format) {
            throw Error(Exit::usage, "plan.newer", json::place(file, text, "/format"),
                        fmt::format("The plan has format {}; this AIBuild knows up to {}.",
                                    format->get_int64(), plan_format),
                        "Use a newer AIBuild. Nothing was changed.");
        }
    }
    // 10 ms of 90 for 100,000 sources: by a thread of its own.
    auto grammar = std::async(std::launch::async,
                              [&] { check_schema(document, text, file, plan_schema(), "plan.schema"); });
    Plan plan = plan_of(object_of(document));
    std::exception_ptr fault;
    try {
        check_plan(plan, text, file);
    } catch (...) {
        fault = std::current_exception();
    }
    grammar.get();  // what is no plan at all is said first
    if (fault) std::rethrow_exception(fault);
    return plan;
}

std::string write_plan(const Plan& plan) {
    const auto list = [](const std::vector<std::string>& items) {
        return bj::array(items.begin(), items.end());
    };
    bj::object project{{"name", plan.name}, {"version", plan.version}};
    if (!plan.description.empty()) project["description"] = plan.description;
    bj::object top{
        {"$schema", ".aibuild/plan.schema.json"}, {"format", plan_format}, {"project", std::move(project)}};
    if (!plan.packages.empty()) {
        bj::array packages;
        for (const Package& package : plan.packages) {
            bj::object entry{{"name", package.name}};
            if (!package.pkg_config.empty()) entry["pkg_config"] = package.pkg_config;
            packages.emplace_back(std::move(entry));
        }
        top["packages"] = std::move(packages);
    }
    if (!plan.steps.empty()) {
        bj::array steps;
        for (const PlannedStep& step : plan.steps) {
            bj::object entry{{"name", step.name}};
            if (!step.description.empty()) entry["description"] = step.description;
            entry["command"] = list(step.command);
            if (!step.inputs.empty()) entry["inputs"] = list(step.inputs);
            entry["outputs"] = list(step.outputs);
            if (step.depfile) entry["depfile"] = true;
            if (step.restat) entry["restat"] = true;
            steps.emplace_back(std::move(entry));
        }
        top["steps"] = std::move(steps);
    }
    bj::array targets;
    for (const Target& target : plan.targets) {
        bj::object entry{
            {"name", target.name}, {"kind", name_of(target.kind)}, {"language", target.language}};
        if (!target.interface.empty()) entry["interface"] = target.interface;
        entry["sources"] = list(target.sources);
        if (!target.headers.empty()) entry["headers"] = list(target.headers);
        if (!target.generated.empty()) entry["generated"] = list(target.generated);
        if (!target.include_directories.empty())
            entry["include_directories"] = list(target.include_directories);
        if (!target.uses.empty()) entry["uses"] = list(target.uses);
        if (!target.packages.empty()) entry["packages"] = list(target.packages);
        if (!target.data.empty()) entry["data"] = list(target.data);
        bj::object settings;
        if (!target.settings.standard.empty()) settings["standard"] = target.settings.standard;
        if (target.settings.warnings != Warnings::all)
            settings["warnings"] = name_in(warnings, target.settings.warnings);
        if (!target.settings.defines.empty()) {
            bj::array defines;
            for (const Define& define : target.settings.defines) {
                bj::object pair{{"name", define.name}};
                if (!define.value.empty()) pair["value"] = define.value;
                defines.emplace_back(std::move(pair));
            }
            settings["defines"] = std::move(defines);
        }
        if (!settings.empty()) entry["settings"] = std::move(settings);
        targets.emplace_back(std::move(entry));
    }
    top["targets"] = std::move(targets);
    if (!plan.files.empty()) {
        bj::array files;
        for (const PlannedFile& file : plan.files) {
            bj::object entry{{"path", file.path}, {"purpose", file.purpose}};
            if (!file.needs.empty()) entry["needs"] = list(file.needs);
            files.emplace_back(std::move(entry));
        }
        top["files"] = std::move(files);
    }
    return json::pretty(top);
}

std::optional<std::size_t> step_of(const Plan& plan, std::string_view path) {
    if (plan.steps.empty() || !path.starts_with(generated_directory)) return std::nullopt;
    path.remove_prefix(generated_directory.size());
    const std::size_t slash = path.find('/');
    if (slash == std::string_view::npos) return std::nullopt;
    for (std::size_t n = 0; n < plan.steps.size(); ++n) {
        if (plan.steps[n].name == path.substr(0, slash)) return n;
    }
    return std::nullopt;
}

std::vector<std::size_t> use_order(const Plan& plan) {
    std::unordered_map<std::string_view, std::size_t> index;
    for (std::size_t n = 0; n < plan.targets.size(); ++n) index.emplace(plan.targets[n].name, n);
    std::vector<std::size_t> order;
    std::vector<unsigned char> done(plan.targets.size());
    // An explicit stack: chains of 5,000 libraries are legal plans.
    std::vector<std::pair<std::size_t, std::size_t>> stack;
    for (std::size_t first = 0; first < plan.targets.size(); ++first) {
        if (done[first] != 0) continue;
        done[first] = 1;
        stack.emplace_back(first, 0);
        while (!stack.empty()) {
            auto& [n, next] = stack.back();
            const auto& uses = plan.targets[n].uses;
            if (next == uses.size()) {
                order.push_back(n);
                stack.pop_back();
                continue;
            }
            const std::size_t used = index.at(uses[next++]);
            if (done[used] == 0) {
                done[used] = 1;
                stack.emplace_back(used, 0);
            }
        }
    }
    return order;
}

}  // namespace aibuild
